"""vault.patience: a destination that no longer answers is an error after its limit, whatever was asked of it."""

import os
import shutil
import threading
import time
import uuid
from dataclasses import replace

import pytest
from fsspec.implementations.memory import MemoryFileSystem

from cadangan.core.naming import Kind
from cadangan.errors import CopyFailed, VaultError
from cadangan.vault import copies
from cadangan.vault.draft import Draft
from cadangan.vault.patience import within
from cadangan.vault.place import Place, free_bytes
from tests.vault.builders import name, store
from tests.vault.conftest import local_place

LIMIT = 1.0


class Hanging(MemoryFileSystem):
    """A store that does not answer what is asked of its method `hung` until `answers` is set."""

    cachable = False

    def __init__(self, hung=""):
        super().__init__()
        self._hung = hung
        self.answers = threading.Event()

    def _reached(self, act):
        if act == self._hung:
            self.answers.wait(60)

    def ls(self, path, detail=True, **options):
        self._reached("ls")
        return super().ls(path, detail, **options)

    def open(self, path, mode="rb", **options):
        self._reached(f"open {mode}")
        return super().open(path, mode, **options)

    def mv(self, path1, path2, **options):
        self._reached("mv")
        super().mv(path1, path2, **options)

    def rm_file(self, path):
        self._reached("rm_file")
        super().rm_file(path)


def hanging_place(hung):
    base = f"/{uuid.uuid4()}"
    return Place("macet", Hanging(hung), f"memory:/{base}", base, patience=LIMIT)


@pytest.mark.parametrize(
    ("hung", "error", "says"),
    [
        ("ls", VaultError, "Destination macet: .* cannot be listed"),
        ("open wb", CopyFailed, "Copy macet: .* could not be opened"),
        ("mv", CopyFailed, "Copy macet: .* could not be renamed"),
    ],
)
def test_a_store_that_hangs_leaves_nothing_at_the_other_where_both_are_needed(tmp_path, hung, error, says):
    good, bad = local_place(tmp_path / "baik", "baik"), hanging_place(hung)
    started = time.monotonic()
    with pytest.raises(error, match=f"{says}: no answer within 1 s"):
        store([good, bad], needed=2)
    assert time.monotonic() - started < 20
    assert good.files("simpeg") == set()
    bad.fs.answers.set()


@pytest.mark.parametrize("hung", ["ls", "open wb", "mv"])
def test_a_store_that_hangs_is_left_out_where_the_other_is_enough(tmp_path, hung):
    good, bad = local_place(tmp_path / "baik", "baik"), hanging_place(hung)
    lost = {}
    backup = store([bad, good], lost=lost)
    assert good.files("simpeg") == {backup.artefact(Kind.DUMP), backup.manifest()}
    assert "no answer within 1 s" in str(lost["macet"])
    bad.fs.answers.set()


def test_a_copy_that_cannot_be_opened_is_no_verdict_on_it():
    place = hanging_place("open rb")
    backup = store([place])
    with pytest.raises(VaultError, match="cannot be opened: no answer within 1 s"):
        copies.read_manifest(place, backup)
    place.fs.answers.set()


def test_a_file_that_cannot_be_deleted_is_named():
    place = hanging_place("rm_file")
    backup = store([replace(place, fs=MemoryFileSystem())])
    with pytest.raises(VaultError, match=f"{backup.manifest()} cannot be deleted: no answer"):
        copies.delete(place, backup)
    place.fs.answers.set()


def test_a_mount_that_hangs_does_not_tell_its_room(tmp_path, monkeypatch):
    answers = threading.Event()
    monkeypatch.setattr(shutil, "disk_usage", lambda path: answers.wait(60))
    assert free_bytes(replace(local_place(tmp_path), patience=LIMIT)) is None
    answers.set()


def test_renaming_may_take_as_long_as_writing_did(tmp_path, monkeypatch):
    """Some stores rename by copying."""
    rename = os.rename

    def slowly(source, target):
        time.sleep(2 * LIMIT)
        rename(source, target)

    monkeypatch.setattr(os, "rename", slowly)
    place = replace(local_place(tmp_path), patience=LIMIT)
    draft = Draft(place, "simpeg", name().artefact(Kind.DUMP))
    draft.write(b"isi")
    time.sleep(3 * LIMIT)
    draft.close()
    draft.publish()
    assert place.files("simpeg") == {name().artefact(Kind.DUMP)}


def test_an_act_that_fails_in_time_fails_as_it_does():
    def fail():
        raise TimeoutError("the server gave up")

    with pytest.raises(TimeoutError, match="the server gave up"):
        within(60, fail)
