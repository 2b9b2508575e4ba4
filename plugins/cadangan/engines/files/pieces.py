"""Taking a stream apart: generators that yield how many bytes they can take, and are sent one or more of them."""

from collections.abc import Generator
from hashlib import sha256

BLOCK = 512
Piece = memoryview


def exactly(size: int) -> Generator[int, Piece, bytes]:
    """Take `size` bytes and return them."""
    taken = bytearray()
    while len(taken) < size:
        taken += yield size - len(taken)
    return bytes(taken)


def digest(size: int) -> Generator[int, Piece, str]:
    """Take `size` bytes and return their SHA-256 in lower-case hex."""
    computed = sha256()
    while size > 0:
        piece = yield size
        computed.update(piece)
        size -= len(piece)
    return computed.hexdigest()
