"""Taking a stream apart: generators that yield how many bytes they can take, and are sent one or more of them."""

from collections.abc import Callable, Generator
from typing import Protocol

BLOCK = 512
Piece = memoryview


class Digest(Protocol):
    """What bytes are given to, piece by piece."""

    def update(self, data: Piece, /) -> None:
        """Take the next bytes."""

    def hexdigest(self) -> str:
        """Return what is to be told of all of them."""


class Untold:
    """The digest of one who does not want to know, which costs nothing."""

    def update(self, data: Piece, /) -> None:
        """See Digest."""

    def hexdigest(self) -> str:
        """See Digest."""
        return ""


NewDigest = Callable[[], Digest]


def exactly(size: int) -> Generator[int, Piece, bytes]:
    """Take `size` bytes and return them."""
    taken = bytearray()
    while len(taken) < size:
        taken += yield size - len(taken)
    return bytes(taken)


def digest(size: int, new: NewDigest) -> Generator[int, Piece, str]:
    """Take `size` bytes and return their digest."""
    computed = new()
    while size > 0:
        piece = yield size
        computed.update(piece)
        size -= len(piece)
    return computed.hexdigest()
