"""vault.copies: finished copies are found, re-read and deleted, whatever they lie on."""

import hashlib

import pytest

from cadangan.core.naming import Kind
from cadangan.errors import CopyMissing, ManifestMismatch
from cadangan.vault import copies
from tests.vault.builders import AT, manifest, name, store


def test_the_digest_is_that_of_the_stored_bytes(place):
    content = bytes(range(256)) * 20_000
    backup = store([place], content=content)
    assert copies.digest(place, "simpeg", backup.artefact(Kind.DUMP)) == hashlib.sha256(content).hexdigest()


def test_the_manifest_comes_back(place):
    backup = store([place])
    assert copies.read_manifest(place, backup) == manifest(backup)


def test_a_manifest_of_another_backup_is_refused(place):
    backup = store([place])
    other = manifest(name(item_id=9)).model_dump_json().encode()
    place.fs.pipe_file(place.path("simpeg", backup.manifest()), other)
    with pytest.raises(ManifestMismatch, match="_i9"):
        copies.read_manifest(place, backup)


def test_a_manifest_that_is_none_is_refused(place):
    backup = store([place])
    place.fs.pipe_file(place.path("simpeg", backup.manifest()), b"{")
    with pytest.raises(ManifestMismatch, match="is not a manifest"):
        copies.read_manifest(place, backup)


def test_a_file_that_is_not_there_is_named(place):
    with pytest.raises(CopyMissing, match="hilang"):
        copies.digest(place, "simpeg", "hilang")


def test_only_what_has_a_manifest_is_found(place):
    later, earlier = store([place], name(at=AT.replace(year=2027))), store([place])
    place.fs.pipe_file(place.path("simpeg", name(item_id=9).artefact(Kind.DUMP)), b"isi")
    assert copies.finished(place, "simpeg") == [earlier, later]


def test_deleting_removes_one_backup_and_its_manifest_first(place, monkeypatch):
    kept, gone = store([place], name(item_id=77)), store([place])
    removed = copies.delete(place, gone)
    assert removed[0] == gone.manifest()
    assert copies.finished(place, "simpeg") == [kept]
    assert place.files("simpeg") == {kept.artefact(Kind.DUMP), kept.manifest()}
