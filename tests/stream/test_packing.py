"""What comes compressed is stored as it came, and known to be whole."""

import hashlib
import tempfile

import pytest
import zstandard

from cadangan.errors import HostUnreachable, SourceFailed
from cadangan.stream.pump import pump
from cadangan.stream.seal import Source
from tests.stream.builders import MemoryCopy, opened, policy

RAW = b"".join(b"%d pegawai\n" % number for number in range(200_000))
FRAME = zstandard.ZstdCompressor(level=3, write_checksum=True).compress(RAW)


class Packed:
    """A program on another host whose compressed output has come as `data`."""

    program = "pg_dump"
    packed = True

    def __init__(self, data, ending=0):
        self.stdout = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the object
        self.stdout.write(data)
        self.stdout.seek(0)
        self._ending = ending

    def wait(self, timeout=None):
        if isinstance(self._ending, Exception):
            raise self._ending
        return self._ending

    def stderr_tail(self):
        return ""

    def end(self):
        pass


class Watcher:
    def __init__(self):
        self.seen = hashlib.sha256()
        self.ended = False

    def write(self, data):
        self.seen.update(data)

    def end(self):
        self.ended = True


def carried(process, **fields):
    copy = MemoryCopy()
    return copy, pump(Source(process, **fields), [copy], policy(), 0, lambda progress: None)


def test_what_is_recorded_is_of_the_raw_bytes_and_they_are_watched():
    watcher = Watcher()
    copy, streamed = carried(Packed(FRAME), watcher=watcher)
    digest = hashlib.sha256(RAW).hexdigest()
    assert (streamed.raw_bytes, streamed.raw_sha256) == (len(RAW), digest)
    assert (watcher.seen.hexdigest(), watcher.ended) == (digest, True)
    assert opened(copy.content) == RAW


def test_it_is_not_compressed_again():
    _, streamed = carried(Packed(FRAME))
    assert len(FRAME) < streamed.stored_bytes < len(FRAME) + 1000


@pytest.mark.parametrize(
    "data",
    [FRAME[:-1], FRAME[: len(FRAME) // 2], FRAME + b"x", FRAME[:100] + b"\x00" * 8 + FRAME[108:], b"bukan zstd", b""],
    ids=["last byte missing", "half", "more behind it", "damaged", "something else", "nothing"],
)
def test_what_is_not_one_whole_frame_fails(data):
    copy = MemoryCopy()
    with pytest.raises(SourceFailed):
        pump(Source(Packed(data)), [copy], policy(), 0, lambda progress: None)
    assert not copy.closed


def test_an_empty_dump_fails_though_its_frame_is_whole():
    with pytest.raises(SourceFailed, match="wrote nothing"):
        carried(Packed(zstandard.ZstdCompressor().compress(b"")))


def test_a_lost_connection_is_told_as_such():
    lost = HostUnreachable("x")
    with pytest.raises(HostUnreachable) as caught:
        carried(Packed(FRAME, ending=lost))
    assert caught.value is lost


def test_a_little_that_unpacks_to_much_stays_within_bounds():
    largest = 0

    class Measuring(Watcher):
        def write(self, data):
            nonlocal largest
            largest = max(largest, len(data))

    zeros = zstandard.ZstdCompressor(level=19).compressobj()
    data = b"".join(zeros.compress(bytes(1 << 20)) for _ in range(256)) + zeros.flush()
    carried(Packed(data), watcher=Measuring())
    assert 0 < largest < 128 << 20
