"""stream.unseal: what is stored comes back to the last byte, or not at all."""

import hashlib
import io

import pyrage
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cadangan.errors import HostError, UnsealFailed
from cadangan.stream.unseal import Digesting, unseal
from tests.stream.builders import IDENTITY, KEY, opened


def sealed(raw):
    compressed = zstandard.ZstdCompressor(write_checksum=True).compress(raw)
    return pyrage.encrypt(compressed, [IDENTITY.to_public()])


RAW = b"".join(b"baris %d\n" % (number * 7919 % 100003) for number in range(100_000))
STORED = sealed(RAW)


@given(st.binary(max_size=200_000))
@settings(max_examples=25, deadline=None)
def test_the_raw_bytes_come_back(raw):
    assert opened(sealed(raw)) == raw


@given(st.integers(0, len(STORED) - 1))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_cut_file_raises_wherever_it_is_cut(length):
    with pytest.raises(UnsealFailed):
        opened(STORED[:length])


@given(st.integers(0, len(STORED) - 1), st.integers(0, 7))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_flipped_bit_raises_wherever_it_is(position, bit):
    damaged = bytearray(STORED)
    damaged[position] ^= 1 << bit
    with pytest.raises(UnsealFailed):
        opened(bytes(damaged))


def test_a_cut_at_the_border_of_two_encrypted_chunks_raises():
    header = STORED.index(b"\n--- ") + len(b"\n--- ") + 43 + 1
    with pytest.raises(UnsealFailed):
        opened(STORED[: header + 16 + 65536 + 16])


@pytest.mark.parametrize("compressed", [b"", zstandard.ZstdCompressor(write_checksum=True).compress(RAW)[:-2]])
def test_a_dump_whose_compression_was_never_finished_raises_though_it_decrypts(compressed):
    with pytest.raises(UnsealFailed, match="incomplete"):
        opened(pyrage.encrypt(compressed, [IDENTITY.to_public()]))


def test_something_behind_the_end_raises():
    compressed = zstandard.ZstdCompressor().compress(b"isi")
    with pytest.raises(UnsealFailed):
        opened(pyrage.encrypt(compressed + b"lagi", [IDENTITY.to_public()]))


def test_another_key_does_not_open_it():
    with pytest.raises(UnsealFailed, match="another key"):
        opened(STORED, key=str(pyrage.x25519.Identity.generate()))


def test_a_broken_key_is_never_quoted():
    with pytest.raises(UnsealFailed) as caught:
        opened(STORED, key="AGE-SECRET-KEY-1RAHASIA")
    assert "RAHASIA" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_failure_of_whoever_takes_the_bytes_keeps_its_class():
    def refuse(data):
        raise HostError("penuh")

    with pytest.raises(HostError, match="penuh"):
        unseal(io.BytesIO(STORED), KEY, refuse)


@pytest.mark.parametrize("after", [0, 3])
def test_a_failure_far_behind_is_raised_and_nothing_hangs(after):
    taken = []

    def refuse_later(data):
        if len(taken) >= after:
            raise HostError("penuh")
        taken.append(data)

    with pytest.raises(HostError, match="penuh"):
        unseal(io.BytesIO(sealed(RAW * 20)), KEY, refuse_later)
    assert len(taken) == after


def test_highly_compressible_data_comes_in_pieces_of_bounded_size():
    sizes = []
    raw_bytes = unseal(io.BytesIO(sealed(bytes(300 << 20))), KEY, lambda data: sizes.append(len(data)))
    assert sum(sizes) == raw_bytes == 300 << 20
    assert max(sizes) <= 64 << 20


def test_what_is_read_through_is_digested_to_the_end():
    digesting = Digesting(io.BytesIO(b"abc" * 1000))
    digesting.read(10)
    digesting.drain()
    assert digesting.size == 3000
    assert digesting.sha256() == hashlib.sha256(b"abc" * 1000).hexdigest()
