"""Undo the sealing: decrypt and decompress a stored file to its end, in bounded memory."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import zstandard

from cadangan.errors import UnsealFailed
from cadangan.stream import age
from cadangan.stream.age import Readable

# zstd can make 128 KiB of four bytes; small slices keep what one of them can become below 32 MiB.
_SLICE = 1024
# What the slices became is passed on in pieces that are worth a system call.
_PIECE = 256 * 1024


class Digesting:
    """A readable that digests what is read through it."""

    def __init__(self, stored: Readable) -> None:
        self._stored = stored
        self._digest = hashlib.sha256()
        self.size = 0

    def read(self, size: int = -1, /) -> bytes:
        """Return up to `size` bytes of the file."""
        data = self._stored.read(size)
        self._digest.update(data)
        self.size += len(data)
        return data

    def drain(self) -> None:
        """Read on to the end."""
        while self.read(1024 * 1024):
            pass

    def sha256(self) -> str:
        """Return the lower-case hex digest of what was read so far."""
        return self._digest.hexdigest()


class _Raw:
    """The end of the way: digests the raw bytes and gives them on."""

    def __init__(self, write: Callable[[bytes], object]) -> None:
        self._write = write
        self.digest = hashlib.sha256()
        self.size = 0

    def take(self, piece: bytes) -> None:
        self.digest.update(piece)
        self.size += len(piece)
        self._write(piece)


class _Decompressed:
    """What decryption writes to."""

    def __init__(self, give: Callable[[bytes], object]) -> None:
        self._give = give
        self._zstd = zstandard.ZstdDecompressor().decompressobj()
        self._ready: list[bytes] = []
        self._ready_bytes = 0
        self.fault: Exception | None = None

    def write(self, data: bytes) -> int:
        try:
            for start in range(0, len(data), _SLICE):
                self._take(data[start : start + _SLICE])
        except Exception as err:
            # Only its text would come out of the decryption.
            self.fault = err
            raise
        return len(data)

    def _take(self, piece: bytes) -> None:
        if self._zstd.eof:
            raise UnsealFailed("There is more behind the end of the compressed data; the file was tampered with.")
        raw = self._zstd.decompress(piece)
        self._ready.append(raw)
        self._ready_bytes += len(raw)
        if self._ready_bytes >= _PIECE:
            self._pass_on()

    def _pass_on(self) -> None:
        self._give(b"".join(self._ready))
        self._ready.clear()
        self._ready_bytes = 0

    def flush(self) -> None:
        pass

    def end(self) -> None:
        self._pass_on()
        if not self._zstd.eof or self._zstd.unused_data:
            raise UnsealFailed("The compressed data does not end where the file ends; the dump is incomplete.")


@dataclass(frozen=True)
class Unsealed:
    """What came out: length and SHA-256 in lower-case hex."""

    raw_bytes: int
    raw_sha256: str


def unseal(stored: Readable, identity: str, write: Callable[[bytes], object]) -> Unsealed:
    """Decrypt and decompress `stored` to its end, give the raw bytes to `write`, and return what they were.

    :param identity: an age X25519 identity ("AGE-SECRET-KEY-…").

    Raise UnsealFailed when the identity does not fit, or when the file is damaged, cut or lengthened.
    """
    raw = _Raw(write)
    target = _Decompressed(raw.take)
    try:
        age.decrypt(stored, target, identity)
    except UnsealFailed as err:
        if isinstance(target.fault, zstandard.ZstdError):
            raise UnsealFailed(f"Decompressing failed ({target.fault}): the file is damaged.") from target.fault
        raise target.fault or err from None
    target.end()
    return Unsealed(raw.size, raw.digest.hexdigest())
