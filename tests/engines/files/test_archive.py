"""The archive is read right wherever it is cut in pieces, and nothing that is not whole passes for whole."""

import hashlib
import os
import tempfile
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cadangan.engines.files import sparse
from cadangan.engines.files.archive import Archive
from cadangan.engines.files.names import spelled
from cadangan.errors import EngineError
from tests.engines.files.trees import archived

NAMES = st.binary(min_size=1, max_size=120).filter(lambda name: not set(name) & {0, 47} and name not in (b".", b".."))
CONTENTS = st.one_of(
    st.binary(max_size=2000),
    st.integers(0, 3).map(lambda blocks: b"x" * 512 * blocks),
    st.tuples(st.binary(min_size=1, max_size=600), st.integers(8192, 40000)).map(
        lambda both: both[0] + bytes(both[1]) + both[0]
    ),
)
TREES = st.dictionaries(NAMES, CONTENTS, max_size=6)


def read(raw, cuts=()):
    found = []
    archive = Archive(found.append)
    for first, last in zip([0, *cuts], [*cuts, len(raw)], strict=True):
        archive.write(raw[first:last])
    return found, archive.whole


@settings(max_examples=100, deadline=None)
@given(TREES, st.data())
def test_every_file_is_told_of_wherever_the_stream_is_cut(tree, data):
    with tempfile.TemporaryDirectory() as folder:
        for name, content in tree.items():
            with open(os.path.join(os.fsencode(folder), name), "wb") as file:
                for start in range(0, len(content), 4096):
                    piece = content[start : start + 4096]
                    file.seek(len(piece), os.SEEK_CUR) if not any(piece) else file.write(piece)
                file.truncate(len(content))
        raw = archived(folder)

    found, whole = read(raw, sorted(data.draw(st.lists(st.integers(0, min(len(raw), 20_000)), max_size=40))))

    assert whole
    files = {facts.path: (facts.size, facts.content) for facts in found if facts.kind == "file"}
    assert files == {
        f"./{spelled(name)}": (len(content), hashlib.sha256(content).hexdigest()) for name, content in tree.items()
    }


@given(st.lists(st.binary(min_size=1), min_size=2, max_size=2, unique=True))
def test_two_names_are_never_spelled_the_same(names):
    assert spelled(names[0]) != spelled(names[1])
    assert spelled(names[0]).isprintable()


@pytest.mark.parametrize(
    ("name", "written"),
    [
        (b"\xff\n", "\\377\\n"),
        ("😀".encode(), "😀"),
        (b"a\\b", "a\\\\b"),
        ("\u202e".encode(), "\\342\\200\\256"),
    ],
)
def test_names_are_spelled_as_tar_spells_them(name, written):
    assert spelled(name) == written


@pytest.fixture
def raw(tmp_path):
    (tmp_path / "pohon").mkdir()
    for number in range(5):
        (tmp_path / "pohon" / f"{number}").write_bytes(bytes([number]) * 3000)
    return archived(tmp_path / "pohon")


def test_a_cut_archive_is_not_whole(raw):
    _, whole = read(raw)
    end = len(raw.rstrip(b"\0"))
    assert whole
    assert [read(raw[:length])[1] for length in (0, 511, 512, 2000, end)] == [False] * 5


def test_a_damaged_header_is_refused(raw):
    damaged = bytearray(raw)
    damaged[130] ^= 1
    with pytest.raises(EngineError, match="damaged"):
        read(bytes(damaged))


def test_what_lies_behind_the_end_is_refused(raw):
    with pytest.raises(EngineError, match="behind its end"):
        read(raw[:-1] + b"x")


def test_noise_is_refused():
    with pytest.raises(EngineError):
        read(b"bukan arsip" * 100)


def test_more_holes_than_can_be_computed_leave_the_digest_open(tmp_path, monkeypatch):
    monkeypatch.setattr(sparse, "MOST_HOLES", 1_000_000)
    with (tmp_path / "jarang").open("wb") as file:
        file.write(b"awal")
        file.truncate(3_000_000)

    found, whole = read(archived(tmp_path))

    assert whole
    assert found[1][1:4] == ("file", 3_000_000, "")


def test_memory_does_not_depend_on_a_files_size(tmp_path):
    with (tmp_path / "besar").open("wb") as file:
        for _ in range(64):
            file.write(os.urandom(1 << 20))
    raw = archived(tmp_path)
    tracemalloc.start()
    try:
        read(raw, range(1 << 18, len(raw), 1 << 18))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 4_000_000


def test_this_folder_is_archived_as_it_is():
    here = Path(__file__).parent
    found, _ = read(archived(here, "__pycache__"))
    expected = {f"./{path.name}": hashlib.sha256(path.read_bytes()).hexdigest() for path in here.glob("*.py")}
    assert {facts.path: facts.content for facts in found if facts.kind == "file"} == expected
