"""Undo the sealing: decrypt and decompress a stored file to its end, in bounded memory."""

import hashlib
from collections.abc import Callable

import zstandard

from cadangan.errors import UnsealFailed
from cadangan.stream import age
from cadangan.stream.age import Readable

_AHEAD = 1024 * 1024
# zstd can make 128 KiB of four bytes; small slices keep what one of them can become below 64 MiB.
_SLICE = 2048
# What the slices became is passed on in pieces that are worth a system call.
_PIECE = 256 * 1024


class Digesting:
    """A readable that digests what is read through it, ahead and in large pieces."""

    def __init__(self, stored: Readable) -> None:
        self._stored = stored
        self._digest = hashlib.sha256()
        self._ahead = memoryview(b"")
        self.size = 0

    def read(self, size: int = -1, /) -> bytes:
        """Return up to `size` bytes of the file."""
        if not self._ahead:
            self._ahead = memoryview(self._next())
        end = size if size >= 0 else len(self._ahead)
        part = bytes(self._ahead[:end])
        self._ahead = self._ahead[end:]
        return part

    def _next(self) -> bytes:
        data = self._stored.read(_AHEAD)
        self._digest.update(data)
        self.size += len(data)
        return data

    def drain(self) -> None:
        """Read on to the end."""
        while self._next():
            pass

    def sha256(self) -> str:
        """Return the lower-case hex digest of what was read so far, what was read ahead included."""
        return self._digest.hexdigest()


class Decompressed:
    """What compressed bytes are written to, piece by piece; the raw ones are given to `give`, in bounded memory."""

    def __init__(self, give: Callable[[bytes], object]) -> None:
        self._give = give
        self.size = 0
        self._zstd = zstandard.ZstdDecompressor().decompressobj()
        self._ready: list[bytes] = []
        self._ready_bytes = 0
        self.fault: Exception | None = None

    def write(self, data: bytes) -> int:
        """Take the next bytes; raise UnsealFailed or ZstdError."""
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
        self.size += self._ready_bytes
        self._ready.clear()
        self._ready_bytes = 0

    def flush(self) -> None:
        """Do nothing: `end` passes on what is held back."""

    def end(self) -> None:
        """Pass on what is left; raise UnsealFailed when the compressed data has not come to its end."""
        self._pass_on()
        if not self._zstd.eof or self._zstd.unused_data:
            raise UnsealFailed("The compressed data does not end where the file ends; the dump is incomplete.")


def unseal(stored: Readable, identity: str, write: Callable[[bytes], object]) -> int:
    """Decrypt and decompress `stored` to its end, give the raw bytes to `write`, and return how many they were.

    They need no digest of their own to be those that were sealed: age authenticates every chunk and the last one,
    and the compressed data carries a checksum of what it holds.

    :param identity: an age X25519 identity ("AGE-SECRET-KEY-…").

    Raise UnsealFailed when the identity does not fit, or when the file is damaged, cut or lengthened.
    """
    target = Decompressed(write)
    try:
        age.decrypt(stored, target, identity)
    except UnsealFailed as err:
        if isinstance(target.fault, zstandard.ZstdError):
            raise UnsealFailed(f"Decompressing failed ({target.fault}): the file is damaged.") from target.fault
        raise target.fault or err from None
    target.end()
    return target.size
