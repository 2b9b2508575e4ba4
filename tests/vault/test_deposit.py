"""vault.deposit: a back-up is at every destination or at none, and rubbish is swept."""

import os
import re
import stat
from datetime import timedelta

import pytest
from sshfs.file import SSHFile

from cadangan.core.naming import Kind
from cadangan.errors import CopyFailed, VaultError
from cadangan.vault import local
from cadangan.vault.deposit import deposit, sweep
from cadangan.vault.draft import Draft
from tests.services.sshd import running_sshd, sftp_place
from tests.vault.builders import AT, name, store
from tests.vault.conftest import local_place


def left_over(place, backup, file_name):
    """Leave `file_name` behind as a killed worker does."""
    draft = Draft(place, backup.asset, file_name)
    draft.write(b"setengah")
    draft.close()


def test_a_finished_backup_has_its_files_and_its_manifest_and_nothing_else(place):
    backup = store([place])
    assert place.files("simpeg") == {backup.artefact(Kind.DUMP), backup.manifest()}
    assert place.fs.cat_file(place.path("simpeg", backup.artefact(Kind.DUMP))) == b"isi"


def test_until_it_is_finished_everything_bears_a_temporary_name(place):
    backup = name()
    with deposit([place], backup) as made:
        (draft,) = made.drafts(backup.artefact(Kind.DUMP))
        draft.write(b"isi")
        draft.close()
        assert place.files("simpeg") == {backup.artefact(Kind.DUMP) + ".part"}
        made.finish("{}")


def test_an_exception_leaves_nothing_behind(place):
    backup = name()

    def fail_half_way():
        with deposit([place], backup) as made:
            made.drafts(backup.artefact(Kind.GLOBALS))[0].close()
            made.drafts(backup.artefact(Kind.DUMP))[0].write(b"isi")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail_half_way()
    assert place.files("simpeg") == set()


def refusing_names(monkeypatch, *paths):
    rename = os.rename

    def refuse(source, target):
        if str(target) in paths:
            raise OSError(5, "Input/output error")
        rename(source, target)

    monkeypatch.setattr(os, "rename", refuse)


@pytest.mark.parametrize("broken", ["dump", "manifest"])
def test_one_destination_that_fails_leaves_the_other_good_and_nothing_behind(tmp_path, monkeypatch, broken):
    good, bad = local_place(tmp_path / "baik", "baik"), local_place(tmp_path / "rusak", "rusak")
    backup = name()
    refused = backup.manifest() if broken == "manifest" else backup.artefact(Kind.DUMP)
    refusing_names(monkeypatch, bad.path("simpeg", refused))
    lost = {}
    store([bad, good], backup, lost=lost)
    assert good.files("simpeg") == {backup.artefact(Kind.DUMP), backup.manifest()}
    assert bad.files("simpeg") == set()
    assert re.search(r"Copy rusak: .* could not be renamed: .*Input/output error", str(lost["rusak"]))


@pytest.mark.parametrize("broken", ["dump", "manifest"])
def test_where_too_few_destinations_are_left_nothing_is(tmp_path, monkeypatch, broken):
    good, bad = local_place(tmp_path / "baik", "baik"), local_place(tmp_path / "rusak", "rusak")
    backup = name()
    refused = backup.manifest() if broken == "manifest" else backup.artefact(Kind.DUMP)
    refusing_names(monkeypatch, bad.path("simpeg", refused))
    with pytest.raises(CopyFailed, match=r"Copy rusak: .* could not be renamed: .*Input/output error"):
        store([good, bad], backup, needed=2)
    assert good.files("simpeg") == set()
    assert bad.files("simpeg") == set()


def test_a_finished_file_is_never_overwritten(place):
    backup = store([place])
    with pytest.raises(CopyFailed, match="a finished file of that name lies there"):
        store([place], backup, content=b"lain")
    assert place.fs.cat_file(place.path("simpeg", backup.artefact(Kind.DUMP))) == b"isi"
    assert backup.manifest() in place.files("simpeg")


def test_the_next_try_sweeps_what_a_killed_one_left_and_only_that(place):
    killed, living = name(), name(item_id=8)
    done = store([place], name(at=AT.replace(hour=1)))
    left_over(place, killed, killed.artefact(Kind.DUMP))
    left_over(place, living, living.artefact(Kind.DUMP))
    place.fs.pipe_file(place.path("simpeg", killed.artefact(Kind.GLOBALS)), b"sudah bernama, tanpa manifes")
    place.fs.pipe_file(place.path("simpeg", "catatan.txt"), b"milik orang")

    again = store([place], name(at=AT.replace(minute=59)))

    assert place.files("simpeg") == {
        done.artefact(Kind.DUMP),
        done.manifest(),
        again.artefact(Kind.DUMP),
        again.manifest(),
        living.artefact(Kind.DUMP) + ".part",
        "catatan.txt",
    }


def test_sweeping_where_nothing_was_ever_stored_is_no_error(place):
    assert sweep(place, name()) == []


def test_what_is_stored_is_synced_before_it_gets_its_name_and_the_name_after(tmp_path, monkeypatch):
    acts = []
    fsync, rename = os.fsync, os.rename

    def note_sync(descriptor):
        acts.append("sync folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "sync file")
        fsync(descriptor)

    def note_rename(source, target):
        acts.append("rename")
        rename(source, target)

    place = local_place(tmp_path / "gudang")
    local.make_folder(place.folder("simpeg"))
    monkeypatch.setattr(os, "fsync", note_sync)
    monkeypatch.setattr(os, "rename", note_rename)
    store([place])
    assert acts == ["sync file", "rename", "sync folder"] * 2


def acts_over_sftp(monkeypatch, place):
    """What is asked of an SFTP server, as far as it grants it."""
    acts = []
    fsync, rename = SSHFile.fsync, place.fs.mv

    def note_sync(file):
        fsync(file)
        acts.append("sync file")

    def note_rename(source, target):
        rename(source, target)
        acts.append("rename")

    monkeypatch.setattr(SSHFile, "fsync", note_sync)
    monkeypatch.setattr(place.fs, "mv", note_rename)
    return acts


def test_what_is_stored_over_sftp_is_synced_before_it_gets_its_name(tmp_path, monkeypatch, sshd):
    place = sftp_place(sshd, tmp_path / "jauh")
    acts = acts_over_sftp(monkeypatch, place)
    store([place])
    assert acts == ["sync file", "rename"] * 2


def test_an_sftp_server_that_cannot_sync_takes_copies_all_the_same_and_the_log_says_so(tmp_path, monkeypatch, caplog):
    caplog.set_level("INFO")
    with running_sshd(tmp_path, "-P fsync") as server:
        place = sftp_place(server, tmp_path / "jauh")
        acts = acts_over_sftp(monkeypatch, place)
        backup = store([place])
        assert place.files("simpeg") == {backup.artefact(Kind.DUMP), backup.manifest()}
    assert acts == ["rename"] * 2
    assert "cannot be synced there" in caplog.text


def test_an_sftp_server_that_fails_to_sync_fails_the_copy(tmp_path, monkeypatch, sshd):
    def fail(file):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(SSHFile, "fsync", fail)
    place = sftp_place(sshd, tmp_path / "jauh")
    with pytest.raises(OSError, match="Input/output error"):
        store([place])
    assert place.files("simpeg") == set()


def test_a_destination_that_is_no_folder_is_named(tmp_path):
    (tmp_path / "gudang").write_text("bukan folder")
    with pytest.raises(VaultError, match=r"Destination utama: .* cannot be listed"):
        store([local_place(tmp_path / "gudang")])


def test_a_back_up_that_a_killed_worker_finished_at_too_few_destinations_is_swept(tmp_path):
    places = [local_place(tmp_path / "a", "a"), local_place(tmp_path / "b", "b")]
    first = store(places)
    places[1].remove("simpeg", first.manifest())
    second = store(places, name(at=AT + timedelta(minutes=5)), needed=2)
    for place in places:
        assert place.files("simpeg") == {second.artefact(Kind.DUMP), second.manifest()}


def test_a_back_up_that_a_killed_worker_finished_at_enough_destinations_stays(tmp_path):
    places = [local_place(tmp_path / "a", "a"), local_place(tmp_path / "b", "b")]
    first = store(places)
    places[1].remove("simpeg", first.manifest())
    store(places, name(at=AT + timedelta(minutes=5)), needed=1)
    assert first.manifest() in places[0].files("simpeg")


def test_a_registered_back_up_stays_where_a_destination_has_lost_its_copy(tmp_path):
    places = [local_place(tmp_path / "a", "a"), local_place(tmp_path / "b", "b")]
    first = store(places)
    places[1].remove("simpeg", first.manifest())
    with deposit(places, name(at=AT + timedelta(minutes=5)), {str(first)}) as made:
        made.finish("{}")
    assert first.manifest() in places[0].files("simpeg")
