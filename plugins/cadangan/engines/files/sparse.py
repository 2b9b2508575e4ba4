"""Files with holes, as GNU tar stores them (format 1.0): where the data lies, then the data."""

from collections.abc import Generator, Iterator, Sequence
from itertools import pairwise

from cadangan.engines.files.pieces import BLOCK, NewDigest, Piece, exactly
from cadangan.errors import EngineError

# More is not computed: a file of nothing but a hole may claim to be of exabytes, and costs as if it were.
MOST_HOLES = 32 * 1024**3
_MOST_REGIONS = 4_000_000
_ZEROS = memoryview(bytes(1024 * 1024))

Region = tuple[int, int]


def read_map(stored: int) -> Generator[int, Piece, tuple[list[Region], int]]:
    """Take the map of a file of `stored` bytes; return offset and length of each region, and the map's own length."""
    numbers: list[int] = []
    rest, taken = b"", 0
    while not numbers or len(numbers) < 1 + 2 * numbers[0]:
        if taken >= stored:
            raise EngineError("The archive has a sparse file whose map is not whole.")
        *lines, rest = (rest + (yield from exactly(BLOCK))).split(b"\n")
        numbers += map(int, lines)
        taken += BLOCK
        if numbers and numbers[0] > _MOST_REGIONS:
            raise EngineError(f"The archive has a sparse file of {numbers[0]} regions.")
    flat = numbers[1 : 1 + 2 * numbers[0]]
    return list(zip(flat[::2], flat[1::2], strict=True)), taken


def content_of(regions: Sequence[Region], size: int, data_bytes: int, new: NewDigest) -> Generator[int, Piece, str]:
    """Take the data of a file of `size` bytes; return its digest, its holes read as zeros, or "" for too many."""
    ends = [0, *(offset + length for offset, length in regions), size]
    starts = [*(offset for offset, _ in regions), size]
    if any(first > last for first, last in pairwise(ends)) or sum(length for _, length in regions) != data_bytes:
        raise EngineError("The archive has a sparse file whose map does not fit it.")
    known = size - data_bytes <= MOST_HOLES
    digest = new()
    for hole_from, start, (_, length) in zip(ends, starts, [*regions, (size, 0)], strict=False):
        for zeros in _zeros(start - hole_from if known else 0):
            digest.update(zeros)
        while length > 0:
            piece = yield length
            digest.update(piece)
            length -= len(piece)  # noqa: PLW2901 - what is left of this region
    return digest.hexdigest() if known else ""


def _zeros(size: int) -> Iterator[Piece]:
    while size > 0:
        yield _ZEROS[:size]
        size -= len(_ZEROS)
