"""How a source's output becomes what is stored: compressed here, or passed on as it was compressed where it came from.

Either way the raw bytes are seen: they are counted, digested and watched, and what is stored is known to hold them.
"""

from collections.abc import Callable
from typing import Protocol

import zstandard

from cadangan.errors import SourceFailed, UnsealFailed
from cadangan.stream.unseal import Decompressed

Seen = Callable[[bytes], object]


class Packing(Protocol):
    """Takes what comes from the source and returns what is to be stored of it, which may be nothing yet."""

    def take(self, data: bytes) -> bytes:
        """Take the next bytes; raise SourceFailed when they are damaged."""

    def end(self) -> bytes:
        """Take note that the source ended well and return the rest; raise SourceFailed when it is not whole."""


class Compressing:
    """The source's output is raw.

    :param seen: is given the raw bytes.
    """

    def __init__(self, level: int, threads: int, seen: Seen) -> None:
        compressor = zstandard.ZstdCompressor(level=level, threads=threads, write_checksum=True)
        self._zstd = compressor.compressobj()
        self._seen = seen

    def take(self, data: bytes) -> bytes:
        """See Packing."""
        self._seen(data)
        return self._zstd.compress(data)

    def end(self) -> bytes:
        """See Packing."""
        return self._zstd.flush()


class Passing:
    """The source's output is one frame of zstd. Reading it costs a tenth of making it, and shows that it is whole.

    :param seen: is given the raw bytes.
    """

    def __init__(self, seen: Seen) -> None:
        self._raw = Decompressed(seen)

    def take(self, data: bytes) -> bytes:
        """See Packing."""
        try:
            self._raw.write(data)
        except (zstandard.ZstdError, UnsealFailed) as err:
            raise _damaged(err) from err
        return data

    def end(self) -> bytes:
        """See Packing."""
        try:
            self._raw.end()
        except UnsealFailed as err:
            raise _damaged(err) from err
        return b""


def _damaged(err: Exception) -> SourceFailed:
    return SourceFailed(f"What came compressed from the other host is not whole: {err} See its zstd, then repeat.")
