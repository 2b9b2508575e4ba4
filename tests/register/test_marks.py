from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from sqlalchemy import select

from cadangan.core.states import Status, Step
from cadangan.register import marks, requests
from cadangan.register.models import Request, StepTime
from cadangan.register.session import Register
from cadangan.register.time_tables import StepMark
from tests.register.builders import NOW, later, move, register_letter

INSTANTS = {50: later(7.5), 75: later(11.25), 100: later(15)}


def started(register: Register, run_id: str = "run-1") -> str:
    """The number of a request whose verification began at NOW and is due 15 minutes later."""
    with register.transaction() as session:
        request = register_letter(session, run_id)
        requests.start_step(
            session,
            request,
            Step.VERIFY,
            1,
            started_at=NOW,
            due_at=later(15),
            calendar_version="c1",
            instants=INSTANTS,
        )
        return request.number


def notice(register: Register, now: datetime) -> int:
    with register.transaction() as session:
        return marks.notice(session, now)


def states(register: Register) -> dict[int, str]:
    with register.reading() as session:
        return {mark.share: mark.state for mark in session.scalars(select(StepMark))}


def verification(session, request: Request) -> StepTime:
    return requests.step_of(session, request, Step.VERIFY, 1)


def test_a_mark_is_noticed_when_it_has_come_and_once(register: Register) -> None:
    started(register)
    assert notice(register, later(7.4)) == 0
    assert notice(register, later(7.5)) == 1
    assert notice(register, later(8)) == 0
    assert notice(register, later(20)) == 2
    with register.reading() as session:
        noticed = [mark.noticed_at for mark in session.scalars(select(StepMark).order_by(StepMark.share))]
    assert noticed == [later(7.5), later(20), later(20)]


def test_watchers_that_look_at_once_notice_a_mark_once(register: Register) -> None:
    for number in range(20):
        started(register, f"run-{number}")

    with ThreadPoolExecutor(3) as watchers:
        counts = list(watchers.map(lambda _: notice(register, later(20)), range(3)))

    # One that meets another's locks leaves those marks to it.
    assert sum(counts) == 60


def test_a_step_that_ended_is_noticed_no_more(register: Register) -> None:
    number = started(register)
    with register.transaction() as session:
        requests.end_step(session, requests.by_number(session, number), Step.VERIFY, 1, at=later(8))
    assert notice(register, later(20)) == 0


def test_a_request_that_closed_is_not_noticed_and_one_that_lives_on_is(register: Register) -> None:
    number = started(register)
    with register.transaction() as session:
        move(session, requests.by_number(session, number), Status.FAILED)
    assert notice(register, later(9)) == 0
    with register.transaction() as session:
        move(session, requests.by_number(session, number), Status.VERIFIED)
    assert notice(register, later(9)) == 1


def test_marks_that_are_placed_anew_leave_what_was_noticed(register: Register) -> None:
    number = started(register)
    notice(register, later(8))
    with register.transaction() as session:
        row = verification(session, requests.by_number(session, number))
        marks.place(session, row, {share: later(100 + share) for share in INSTANTS})
    assert notice(register, later(20)) == 0
    assert states(register)[50] == "noticed"
    assert notice(register, later(200)) == 2


def test_starting_a_step_again_keeps_its_marks(register: Register) -> None:
    started(register)
    notice(register, later(8))
    with register.transaction() as session:
        request = session.scalars(select(Request)).one()
        requests.start_step(
            session,
            request,
            Step.VERIFY,
            1,
            started_at=later(9),
            due_at=later(30),
            calendar_version="c2",
            instants={50: later(60)},
        )
        assert [mark.at for mark in verification(session, request).marks] == list(INSTANTS.values())


def test_a_heartbeat_is_the_latest(register: Register) -> None:
    with register.transaction() as session:
        assert marks.last_beat(session, "watcher") is None
    for minute in (1, 2):
        with register.transaction() as session:
            marks.beat(session, "watcher", later(minute))
    with register.reading() as session:
        assert marks.last_beat(session, "watcher") == later(2)
