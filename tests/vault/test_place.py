"""vault.place: how much room there is, where files lie."""

import shutil
from collections import namedtuple

import pytest
from fsspec.implementations.memory import MemoryFileSystem

from cadangan.errors import NoSpace
from cadangan.vault.place import Place, free_bytes, require_room
from tests.vault.conftest import local_place

Usage = namedtuple("Usage", "total used free")


def test_room_is_told_for_a_folder_that_is_not_made_yet(tmp_path):
    assert free_bytes(local_place(tmp_path / "belum" / "ada")) == pytest.approx(
        shutil.disk_usage(tmp_path).free, rel=0.1
    )


def test_room_is_unknown_where_it_cannot_be_told():
    assert free_bytes(Place("memori", MemoryFileSystem(), "memory://x", "/x")) is None


def test_every_destination_without_room_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(100, 60, 40))
    places = [
        local_place(tmp_path, "utama"),
        local_place(tmp_path, "kedua"),
        Place("memori", MemoryFileSystem(), "memory://x", "/x"),
    ]
    with pytest.raises(NoSpace, match="utama has 40 bytes free; kedua has 40 bytes free") as caught:
        require_room(places, 41)
    assert "memori" not in str(caught.value)
    require_room(places, 40)


def test_a_files_address_is_the_destinations_url_and_its_path():
    gudang = Place("jauh", MemoryFileSystem(), "sftp://cadangan@gudang/data/", "/data/")
    assert gudang.url("simpeg", "a") == "sftp://cadangan@gudang/data/simpeg/a"
    assert gudang.path("simpeg", "a") == "/data/simpeg/a"


def test_an_asset_without_a_folder_has_no_files(place):
    assert place.files("belum") == set()


def test_deleting_what_is_gone_is_no_error(place):
    place.fs.makedirs(place.folder("simpeg"), exist_ok=True)
    place.remove("simpeg", "sudah-hilang")
