import pytest

from cadangan.core.audit import Action
from cadangan.core.states import Verdict
from cadangan.errors import RecordMissing, StateConflict
from cadangan.register import audit, backups, requests
from cadangan.register.backups import PastBackup, StoredCopy
from cadangan.register.models import Backup
from cadangan.register.session import Register
from tests.register.builders import NOW, later, make_manifest, register_letter

COPIES = (
    StoredCopy("utama", "a.dump", "file:///vault/a.dump", 300, "b" * 64),
    StoredCopy("kedua", "a.dump", "sftp://lain/a.dump", 300, "b" * 64),
)


def _record(register: Register, **overrides: object) -> Backup:
    with register.transaction() as session:
        request = register_letter(session)
        return backups.record_backup(session, request.items[0], 1, make_manifest(**overrides), COPIES)


def test_a_backup_is_recorded_with_its_copies_none_of_them_checked(register: Register) -> None:
    _record(register)
    with register.reading() as session:
        (backup,) = requests.by_number(session, "BR-2026-00001").items[0].backups
        assert (backup.asset, backup.snapshot_at, backup.stored_bytes) == ("simpeg", later(0.1), 320)
        assert backup.manifest == make_manifest().model_dump(mode="json")
        assert [(copy.destination, copy.bytes, copy.digest_check) for copy in backup.copies] == [
            ("utama", 300, Verdict.NOT_RUN),
            ("kedua", 300, Verdict.NOT_RUN),
        ]
        (entry,) = audit.about(session, "BR-2026-00001", Action.BACKUP_RECORDED)
        assert [copy["sha256"] for copy in entry.facts()["copies"]] == ["b" * 64] * 2


def test_recording_a_backup_again_finds_the_first(register: Register) -> None:
    assert _record(register).id == _record(register).id
    with register.reading() as session:
        assert len(list(audit.about(session, "BR-2026-00001", Action.BACKUP_RECORDED))) == 1


def test_another_backup_of_the_same_name_is_refused(register: Register) -> None:
    _record(register)
    with pytest.raises(StateConflict, match="Another back-up is recorded"):
        _record(register, plan_sha256="f" * 64)


def test_the_latest_check_of_a_copy_counts_and_the_log_keeps_all(register: Register) -> None:
    copy_id = _record(register).copies[0].id
    with register.transaction() as session:
        for digest, note in ((Verdict.FAILED, "berbeda"), (Verdict.PASSED, "")):
            backups.record_check(
                session,
                copy_id,
                digest=digest,
                decrypt=Verdict.NOT_RUN,
                contents=Verdict.NOT_RUN,
                note=note,
                at=later(5),
            )
    with register.reading() as session:
        copy = requests.by_number(session, "BR-2026-00001").items[0].backups[0].copies[0]
        assert (copy.digest_check, copy.decrypt_check, copy.check_note, copy.checked_at) == (
            Verdict.PASSED,
            Verdict.NOT_RUN,
            "",
            later(5),
        )
        told = [entry.facts()["digest"] for entry in audit.about(session, "BR-2026-00001", Action.COPY_CHECKED)]
        assert told == [Verdict.PASSED, Verdict.FAILED]


def test_a_check_of_an_unknown_copy_is_refused(register: Register) -> None:
    nothing = dict.fromkeys(("digest", "decrypt", "contents"), Verdict.NOT_RUN)
    with pytest.raises(RecordMissing, match="Copy 77"), register.transaction() as session:
        backups.record_check(session, 77, **nothing, note="", at=NOW)


def test_history_tells_what_the_latest_backup_of_an_asset_took(register: Register) -> None:
    _record(register)
    with register.transaction() as session:
        item = requests.by_number(session, "BR-2026-00001").items[0]
        earlier = make_manifest().timings.model_copy(update={"started_at": later(-20), "ended_at": later(-10)})
        backups.record_backup(session, item, 1, make_manifest(backup="earlier", timings=earlier), ())
        assert backups.latest_for_asset(session, "simpeg") == PastBackup(
            raw_bytes=1050, stored_bytes=320, seconds=120.0, ended_at=later(2)
        )
        assert backups.latest_for_asset(session, "sapk") is None
