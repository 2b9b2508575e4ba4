import pytest
from sqlalchemy import func, select

from cadangan.core.audit import Action
from cadangan.core.states import REFUSED, Result, Status, Step
from cadangan.errors import RecordMissing, StateConflict
from cadangan.register import audit, requests
from cadangan.register.models import Request
from cadangan.register.session import Register
from tests.register.builders import NOW, later, move, register_letter
from tests.register.processes import at_once


def _audited(register: Register, number: str, action: Action) -> list[dict[str, object]]:
    with register.reading() as session:
        return [entry.facts() for entry in audit.about(session, number, action)]


def test_a_letter_in_order_is_submitted_with_its_items_in_their_order(register: Register) -> None:
    with register.transaction() as session:
        register_letter(session, items=["simpeg", "sapk"])
    with register.reading() as session:
        request = requests.by_number(session, "BR-2026-00001")
        assert (request.status, request.closed_at, request.violations) == (Status.SUBMITTED, None, [])
        assert [(item.position, item.asset, item.inspection) for item in request.items] == [
            (1, "simpeg", {}),
            (2, "sapk", {}),
        ]
    assert _audited(register, "BR-2026-00001", Action.REGISTERED)[0]["items"] == ["simpeg", "sapk"]


def test_a_letter_that_breaks_rules_is_recorded_as_rejected_with_all_reasons(register: Register) -> None:
    with register.transaction() as session:
        request = register_letter(session, violations=["NIP: harus 18 angka.", "Hal: wajib diisi."])
    assert (request.status, request.closed_at, request.items) == (Status.REJECTED, NOW, [])
    reasons = ["NIP: harus 18 angka.", "Hal: wajib diisi."]
    assert request.violations == reasons
    assert _audited(register, request.number, Action.REFUSED)[0]["violations"] == reasons


def test_registering_the_same_run_again_finds_the_first(register: Register) -> None:
    with register.transaction() as session:
        first = register_letter(session, "run-1")
    with register.transaction() as session:
        again = register_letter(session, "run-1", items=["lain"], violations=["lain"])
        assert (again.id, again.status, len(again.items)) == (first.id, Status.SUBMITTED, 2)
        assert register_letter(session, "run-2").number == "BR-2026-00002"


def test_one_run_registered_at_once_by_several_processes_is_one_request(register: Register) -> None:
    def write() -> None:
        with register.transaction() as session:
            register_letter(session, "run-1")

    at_once([write] * 6)
    with register.transaction() as session:
        assert session.scalar(select(func.count()).select_from(Request)) == 1
        assert register_letter(session, "run-2").number == "BR-2026-00002"


def test_one_letter_registered_at_once_in_several_runs_is_accepted_once(register: Register) -> None:
    def write(number: int) -> None:
        with register.transaction() as session:
            register_letter(session, f"run-{number}", letter_key="bkpsdm|1|2026-11-20")

    at_once([lambda number=number: write(number) for number in range(6)])
    with register.reading() as session:
        statuses = list(session.scalars(select(Request.status).order_by(Request.number)))
    assert statuses == [Status.SUBMITTED, *[Status.REJECTED] * 5]


def test_a_letter_registered_before_is_rejected_with_the_number_of_the_first(register: Register) -> None:
    with register.transaction() as session:
        register_letter(session, "run-1", letter_key="surat")
        second = register_letter(session, "run-2", letter_key="surat", violations=["Hal: wajib diisi."])
        third = register_letter(session, "run-3", letter_key="surat")
    assert second.violations[0] == "Hal: wajib diisi."
    assert "sudah didaftarkan dengan nomor BR-2026-00001" in second.violations[1]
    assert "BR-2026-00001" in third.violations[0]


def test_a_letter_said_to_be_a_repeat_is_accepted(register: Register) -> None:
    with register.transaction() as session:
        register_letter(session, "run-1", letter_key="surat")
        assert register_letter(session, "run-2", letter_key="surat", form={"repeat": True}).status == Status.SUBMITTED
        assert register_letter(session, "run-3", letter_key="surat", form={"repeat": "ya"}).status == Status.REJECTED


@pytest.mark.parametrize("status", sorted(REFUSED))
def test_a_letter_may_come_again_after_it_was_turned_down(register: Register, status: Status) -> None:
    with register.transaction() as session:
        move(session, register_letter(session, "run-1", letter_key="surat"), status)
        assert register_letter(session, "run-2", letter_key="surat").violations == []


def test_a_letter_may_not_come_again_after_its_request_failed(register: Register) -> None:
    with register.transaction() as session:
        move(session, register_letter(session, "run-1", letter_key="surat"), Status.FAILED)
        assert "BR-2026-00001" in register_letter(session, "run-2", letter_key="surat").violations[0]


def test_a_letter_with_characters_that_no_database_holds_is_recorded_all_the_same(register: Register) -> None:
    with register.transaction() as session:
        request = register_letter(
            session, letter_key="a\x00b\ud800", form={"purpose": "x\x00\ud800"}, violations=["Tujuan: kendali."]
        )
    assert (request.number, request.letter_key) == ("BR-2026-00001", "ab?")


def test_a_request_is_found_by_number_and_by_run_or_said_to_be_missing(register: Register) -> None:
    with register.transaction() as session:
        request = register_letter(session, "run-1")
        assert requests.by_number(session, request.number) is request
        assert requests.by_run(session, "backup_request", "run-1") is request
        with pytest.raises(RecordMissing, match="BR-2026-00009"):
            requests.by_number(session, "BR-2026-00009")
        with pytest.raises(RecordMissing, match="run-9"):
            requests.by_run(session, "backup_request", "run-9")


def test_a_change_of_status_is_audited_with_who_and_why(register: Register) -> None:
    with register.transaction() as session:
        request = register_letter(session)
        requests.change_status(session, request, Status.VERIFIED, actor="kabid", why="lengkap", now=later(1))
    assert _audited(register, request.number, Action.STATUS_CHANGED) == [
        {"from": "DIAJUKAN", "to": "DIVERIFIKASI", "why": "lengkap", "result": None}
    ]


def test_a_change_to_the_same_status_does_nothing(register: Register) -> None:
    with register.transaction() as session:
        request = register_letter(session)
        move(session, request, Status.SUBMITTED)
    assert _audited(register, request.number, Action.STATUS_CHANGED) == []


def test_a_change_that_the_sop_does_not_know_is_refused(register: Register) -> None:
    with pytest.raises(StateConflict, match="is DIAJUKAN and cannot become SELESAI"), register.transaction() as session:
        move(session, register_letter(session), Status.DONE)


def test_a_change_looks_at_the_status_in_the_database_not_at_an_older_reading(register: Register) -> None:
    with register.transaction() as session:
        stale = register_letter(session)
    with register.transaction() as session:
        move(session, requests.by_number(session, stale.number), Status.REJECTED)
    with register.transaction() as session:
        session.add(stale)
        with pytest.raises(StateConflict, match="is DITOLAK"):
            move(session, stale, Status.VERIFIED)


def test_an_ended_request_is_closed_with_its_result_and_lives_on_without(register: Register) -> None:
    with register.transaction() as session:
        request = register_letter(session)
        requests.change_status(
            session, request, Status.FAILED, actor="cadangan", why="dump gagal", now=later(9), result=Result.FAILED
        )
        assert (request.closed_at, request.close_note, request.result) == (later(9), "dump gagal", Result.FAILED)
        move(session, request, Status.EXECUTING)
        assert (request.closed_at, request.close_note, request.result) == (None, "", None)


def test_a_steps_due_time_is_computed_once_and_its_first_end_counts(register: Register) -> None:
    def start(minutes: int) -> None:
        requests.start_step(
            session,
            request,
            Step.VERIFY,
            1,
            started_at=later(minutes),
            due_at=later(minutes + 15),
            calendar_version=f"v{minutes}",
        )

    with register.transaction() as session:
        request = register_letter(session)
        start(0)
        start(60)
        requests.end_step(session, request, Step.VERIFY, 1, at=later(10))
        requests.end_step(session, request, Step.VERIFY, 1, at=later(90))
    with register.reading() as session:
        (row,) = requests.by_number(session, request.number).steps
        assert (row.started_at, row.due_at, row.ended_at, row.calendar_version) == (NOW, later(15), later(10), "v0")


def test_rounds_of_a_step_are_timed_apart(register: Register) -> None:
    with register.transaction() as session:
        request = register_letter(session)
        for number in (1, 2):
            requests.start_step(
                session, request, Step.EXECUTE, number, started_at=later(number), due_at=None, calendar_version=""
            )
        assert [row.round for row in request.steps] == [1, 2]


def test_a_step_that_never_began_cannot_end(register: Register) -> None:
    with pytest.raises(RecordMissing, match="has no start"), register.transaction() as session:
        requests.end_step(session, register_letter(session), Step.PLAN, 1, at=NOW)


def test_an_items_result_is_kept_and_audited_once(register: Register) -> None:
    with register.transaction() as session:
        request = register_letter(session)
        for _ in range(2):
            requests.set_item_result(session, request.items[0].id, Result.FAILED, error="klien mati", at=later(3))
    with register.reading() as session:
        item = requests.item_by_id(session, request.items[0].id)
        assert (item.result, item.error) == ("Gagal", "klien mati")
    assert [facts["asset"] for facts in _audited(register, request.number, Action.ITEM_RESULT)] == ["simpeg"]


def test_progress_is_kept_with_its_time(register: Register) -> None:
    with register.transaction() as session:
        item_id = register_letter(session).items[1].id
    with register.transaction() as session:
        requests.note_progress(session, item_id, 5_000_000_000, later(1))
    with register.reading() as session:
        item = requests.item_by_id(session, item_id)
        assert (item.progress_bytes, item.progress_at) == (5_000_000_000, later(1))


def test_an_item_that_is_done_anew_has_neither_result_nor_progress(register: Register) -> None:
    with register.transaction() as session:
        item_id = register_letter(session).items[0].id
        requests.note_progress(session, item_id, 5_000_000_000, later(1))
        requests.set_item_result(session, item_id, Result.FAILED, error="klien mati", at=later(3))
    with register.transaction() as session:
        requests.clear_item_result(session, item_id)
    with register.reading() as session:
        item = requests.item_by_id(session, item_id)
        assert (item.result, item.error, item.progress_bytes, item.progress_at) == (None, "", 0, None)


def test_an_unknown_item_is_said_to_be_missing(register: Register) -> None:
    with pytest.raises(RecordMissing, match="Item 77"), register.transaction() as session:
        requests.set_item_result(session, 77, Result.FAILED, at=NOW)
