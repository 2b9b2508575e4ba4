"""Who hears of a step that uses its time standard up, and when."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from cadangan.core.choices import VerifyChoice
from cadangan.core.states import Step
from cadangan.register import marks
from cadangan.register.models import Notice, StepTime
from cadangan.steps import gates, late
from cadangan.steps.desk import Desk
from tests.documents import builders
from tests.steps.builders import NOW, answer, at, desk, gate, registered

KABID, KASI = "kabid@diskominfo.example", "kasi@diskominfo.example"


@pytest.fixture
def office(tmp_path: Path) -> Desk:
    """Monday 09.00; the manager is the head of the section, the verifier that of the division."""
    roles = builders.sop().model_dump()["roles"] | {"manager": {"label": "Kepala Dinas", "people": ["kasi"]}}
    return desk(tmp_path, sop=builders.sop(roles=roles))


def after(desk_: Desk, minutes: float) -> Desk:
    return at(desk_, NOW + timedelta(minutes=minutes))


def look(desk_: Desk, minutes: float) -> None:
    """The watcher looks, and the notice DAG writes."""
    there = after(desk_, minutes)
    with there.register.transaction() as session:
        marks.notice(session, there.now())
    late.write(there, link)


def link(step: StepTime) -> str:
    return f"https://airflow.example/{step.request.run_id}/{step.step}"


def told(desk_: Desk) -> list[tuple[str, str]]:
    with desk_.register.reading() as session:
        rows = session.scalars(select(Notice).where(Notice.kind.in_([late.LATE, late.NEARING])).order_by(Notice.id))
        return [(row.subject.partition("]")[0].strip("["), *row.recipients) for row in rows]


def test_half_and_three_quarters_go_to_those_in_charge_and_the_breach_to_their_managers_too(office: Desk) -> None:
    registered(office)
    for minutes, expected in (
        (7.4, []),
        (7.5, [("50 % waktu terpakai", KABID)]),
        (11.25, [("75 % waktu terpakai", KABID)]),
        (14.9, []),
        (15, [("Keterlambatan", KABID), ("Keterlambatan", KASI)]),
        (60, []),
    ):
        before = len(told(office))
        look(office, minutes)
        assert told(office)[before:] == expected, minutes


def test_nobody_hears_by_night_and_the_night_is_not_used_up(tmp_path: Path) -> None:
    # 15.55: five minutes are left of the day, so half of the standard is used up at 07.32.5 of the next.
    evening = desk(tmp_path, now=lambda: NOW + timedelta(hours=6, minutes=55))
    registered(evening)
    look(evening, 22 * 60 + 32)
    assert told(evening) == []
    look(evening, 22 * 60 + 30 + 2.5)
    assert [subject for subject, _ in told(evening)] == ["50 % waktu terpakai"]


def test_what_is_overtaken_before_anyone_was_told_is_not_told(office: Desk) -> None:
    registered(office)
    look(office, 16)
    assert told(office) == [("Keterlambatan", KABID), ("Keterlambatan", KASI)]


def test_a_step_done_in_time_is_told_to_nobody(office: Desk) -> None:
    number = registered(office)
    gates.ask(office, gate(number, Step.VERIFY))
    done = after(office, 5)
    gates.decide(done, gate(number, Step.VERIFY), answer("kabid", VerifyChoice.APPROVE, done.now(), note=""))
    look(office, 60)
    assert told(office) == []


def test_a_breach_is_told_though_the_step_ended_before_the_mail_was_written(office: Desk) -> None:
    number = registered(office)
    gates.ask(office, gate(number, Step.VERIFY))
    there = after(office, 16)
    with there.register.transaction() as session:
        marks.notice(session, there.now())
    gates.decide(there, gate(number, Step.VERIFY), answer("kabid", VerifyChoice.APPROVE, there.now(), note=""))
    late.write(there, link)
    with office.register.reading() as session:
        (mail, _) = session.scalars(select(Notice).where(Notice.kind == late.LATE)).all()
    assert "telah diselesaikan" in mail.text


def test_a_mail_has_the_link_and_says_how_late_it_is_in_working_time(office: Desk) -> None:
    registered(office)
    # 12.30, in the break: late since 09.15.
    look(office, 210)
    with office.register.reading() as session:
        mail = session.scalars(select(Notice).where(Notice.kind == late.LATE)).first()
    assert "2 jam 45 menit (pada jam kerja, hingga surel ini disusun)" in mail.text
    assert "https://airflow.example/run-1/verify" in mail.text
    assert "Tembusan" in mail.text


def test_of_a_step_that_nobody_may_act_on_the_managers_hear(tmp_path: Path) -> None:
    # Who asks must not verify: nobody is left in charge.
    sop = builders.sop()
    steps = sop.model_dump(mode="json")["steps"]
    steps["verify"]["forbid"] = ["recorder"]
    roles = sop.model_dump()["roles"] | {"manager": {"label": "Kepala Dinas", "people": ["kasi"]}}
    lonely = desk(tmp_path, sop=builders.sop(steps=steps, roles=roles))
    registered(lonely, recorded_by="kabid")
    look(lonely, 8)
    assert told(lonely) == [("50 % waktu terpakai", KASI)]


def test_shares_and_recipients_are_those_of_the_configuration(tmp_path: Path) -> None:
    rules = {"shares": [{"share": 20, "to": ["staff"]}, {"share": 100, "to": ["in_charge"]}]}
    own = desk(tmp_path, sop=builders.sop(late=rules))
    registered(own)
    look(own, 3)
    assert told(own) == [("20 % waktu terpakai", "dc@diskominfo.example")]
    look(own, 15)
    assert told(own)[1:] == [("Keterlambatan", KABID)]


def test_the_notice_task_notices_for_a_watcher_that_is_dead(office: Desk) -> None:
    registered(office)
    there = after(office, 15)
    late.notice(there)
    assert late.write(there, link) == 1
    assert late.write(there, link) == 0
    assert len(told(office)) == 2
