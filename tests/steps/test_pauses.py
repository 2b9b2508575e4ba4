"""The clock of a step stands still while the requester is waited for."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from cadangan.core.choices import VerifyChoice
from cadangan.core.states import Step
from cadangan.documents.views.times import time_rows
from cadangan.errors import AnswerRefused
from cadangan.register import audit, marks, requests
from cadangan.register.models import AuditEntry, StepTime
from cadangan.steps import gates, pauses, reasons
from cadangan.steps.desk import Desk
from cadangan.steps.reasons import Which
from tests.steps.builders import NOW, answer, at, desk, gate, registered


@pytest.fixture
def office(tmp_path: Path) -> Desk:
    return desk(tmp_path)


@pytest.fixture
def verification(office: Desk) -> Which:
    """Began on Monday at 09.00, due at 09.15."""
    return Which(registered(office), Step.VERIFY, 1)


def after(desk_: Desk, minutes: float) -> Desk:
    return at(desk_, NOW + timedelta(minutes=minutes))


def due(desk_: Desk) -> datetime:
    with desk_.register.reading() as session:
        return session.scalars(select(StepTime.due_at)).one()


def noticed(desk_: Desk, minutes: float) -> int:
    with desk_.register.transaction() as session:
        return marks.notice(session, NOW + timedelta(minutes=minutes))


def test_a_paused_step_is_not_noticed_and_is_due_later_by_what_it_lost(office: Desk, verification: Which) -> None:
    pauses.pause(after(office, 5), verification, user="kabid", reason="menunggu daftar server")
    assert noticed(office, 60) == 0
    pauses.resume(after(office, 65), verification, user="kabid")
    assert due(office) == NOW + timedelta(minutes=75)
    # Half of the standard was used up after 7.5 minutes, of which 5 had passed.
    assert [noticed(office, minutes) for minutes in (67.4, 67.5, 71.25, 75)] == [0, 1, 1, 1]


def test_a_pause_is_kept_with_its_reason_audited_and_shown_in_the_report(office: Desk, verification: Which) -> None:
    pauses.pause(after(office, 5), verification, user="kabid", reason="menunggu daftar server")
    pauses.resume(after(office, 65), verification, user="kabid")
    with office.register.reading() as session:
        request = requests.by_number(session, verification.number)
        row = next(row for row in time_rows(request, office.sop, NOW) if row.number == 2)
        assert row.reason == (
            "Jam layanan dihentikan 23/11/2026 09.05 WIB sampai 23/11/2026 10.05 WIB: menunggu daftar server"
        )
        actions = [row.action for row in session.scalars(select(AuditEntry).order_by(AuditEntry.seq))]
        assert actions[-2:] == ["step.paused", "step.resumed"]
        audit.verify(session)


def test_an_answer_during_a_pause_ends_it_in_time(office: Desk, verification: Which) -> None:
    gates.ask(office, gate(verification.number, Step.VERIFY))
    pauses.pause(after(office, 5), verification, user="kabid", reason="menunggu daftar server")
    later = after(office, 40)
    gates.decide(
        later, gate(verification.number, Step.VERIFY), answer("kabid", VerifyChoice.APPROVE, later.now(), note="")
    )
    assert due(office) == NOW + timedelta(minutes=50)
    assert noticed(office, 300) == 0


@pytest.mark.parametrize(
    ("minutes", "given", "refusal"),
    [
        (5, {"user": "kabid", "reason": " "}, "wajib diisi"),
        (5, {"user": "dc", "reason": "menunggu"}, "tidak memegang peran"),
        (16, {"user": "kabid", "reason": "menunggu"}, "melampaui batas waktu"),
    ],
)
def test_a_pause_is_refused(
    office: Desk, verification: Which, minutes: float, given: dict[str, str], refusal: str
) -> None:
    with pytest.raises(AnswerRefused, match=refusal):
        pauses.pause(after(office, minutes), verification, **given)
    assert noticed(office, 7.5) == 1


def test_a_clock_that_stands_cannot_be_stopped_and_one_that_runs_not_started(office: Desk, verification: Which) -> None:
    with pytest.raises(AnswerRefused, match="tidak sedang dihentikan"):
        pauses.resume(office, verification, user="kabid")
    pauses.pause(office, verification, user="kabid", reason="menunggu")
    with pytest.raises(AnswerRefused, match="sudah dihentikan"):
        pauses.pause(office, verification, user="kabid", reason="menunggu")


def test_the_person_in_charge_says_why_a_step_was_late(office: Desk, verification: Which) -> None:
    reasons.record(after(office, 16), verification, user="kabid", reason=" Rapat dinas ")
    with office.register.reading() as session:
        request = requests.by_number(session, verification.number)
        row = next(row for row in time_rows(request, office.sop, NOW) if row.number == 2)
        assert row.reason == "Alasan keterlambatan: Rapat dinas"
        entry = next(iter(audit.about(session, verification.number, "step.late_reason")))
        assert (entry.actor, entry.facts()["reason"]) == ("kabid", "Rapat dinas")


@pytest.mark.parametrize(
    ("minutes", "given", "refusal"),
    [
        (16, {"user": "kabid", "reason": ""}, "wajib diisi"),
        (16, {"user": "dc", "reason": "Rapat"}, "tidak memegang peran"),
        (15, {"user": "kabid", "reason": "Rapat"}, "tidak terlambat"),
    ],
)
def test_a_reason_is_refused(
    office: Desk, verification: Which, minutes: float, given: dict[str, str], refusal: str
) -> None:
    with pytest.raises(AnswerRefused, match=refusal):
        reasons.record(after(office, minutes), verification, **given)
