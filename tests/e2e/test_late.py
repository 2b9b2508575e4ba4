"""Time standards in a running Airflow: noticed without scheduler or worker, mailed once through every restart."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

from cadangan.core.states import Step
from cadangan.demo.airflow import _SERVICES, airflow
from cadangan.demo.mails import received
from cadangan.demo.process import Child
from cadangan.demo.stage import Stage
from cadangan.register import marks, requests
from cadangan.register.models import StepTime
from cadangan.register.session import open_register
from tests.e2e.office import Letter, api, call

NOTICED_WITHIN = timedelta(seconds=60)
TOLD = ["kabid@diskominfo.example", "kadis@diskominfo.example"]


def late_letter(stage: Stage, seconds: float) -> tuple[Letter, datetime]:
    """A letter at its first gate, whose verification has a standard of so many seconds from now on; when it is due."""
    letter = Letter(stage, urgent=True)
    letter.gate("verify.gate")
    letter.until(lambda: watched(stage), "the first beat of the watcher")
    with letter.record() as (session, request):
        step = requests.step_of(session, request, Step.VERIFY, 1)
        now = datetime.now(UTC)
        step.due_at = now + timedelta(seconds=seconds)
        marks.place(session, step, {m.share: now + timedelta(seconds=seconds * m.share / 100) for m in step.marks})
        return letter, step.due_at


def kill(stage: Stage, name: str) -> Callable[[], None]:
    """Kill a service of Airflow with all its processes, as a power cut would; the result starts it anew."""
    services = stage.airflow
    (dead,) = [child for child in services._children if child.name == name]
    for process in dead.family():
        process.kill()
    dead.reap()
    services._children.remove(dead)
    return lambda: services._children.append(Child(name, airflow(*_SERVICES[name]), services._surroundings))


def late_mails(stage: Stage, letter: Letter) -> list[EmailMessage]:
    with letter.record() as (_, request):
        end = f" – {request.number}"
    subjects = [(str(mail["Subject"]), mail) for mail in received(stage.home.mails)]
    return [mail for subject, mail in subjects if subject.startswith("[Keterlambatan]") and subject.endswith(end)]


def breach(letter: Letter) -> datetime | None:
    with letter.record() as (session, request):
        (mark,) = [m for m in verification(session, request).marks if m.share == 100]
        return mark.noticed_at


def verification(session, request) -> StepTime:
    return requests.step_of(session, request, Step.VERIFY, 1)


def watched(stage: Stage) -> bool:
    with open_register(stage.register_url).reading() as session:
        return marks.last_beat(session, marks.WATCHER) is not None


def test_a_late_step_is_noticed_in_time_and_told_once_though_triggerer_and_scheduler_die(stage: Stage) -> None:
    letter, due_at = late_letter(stage, 10)
    start_scheduler = kill(stage, "scheduler")
    kill(stage, "triggerer")()

    # No scheduler, so no worker either.
    noticed_at = letter.until(lambda: breach(letter), "the watcher's notice")
    assert timedelta(0) <= noticed_at - due_at < NOTICED_WITHIN
    assert late_mails(stage, letter) == []

    start_scheduler()
    letter.until(lambda: len(late_mails(stage, letter)) == len(TOLD), "the mails about the miss")
    for service in ("triggerer", "scheduler"):
        kill(stage, service)()
    # Another miss shows that all works again, and that the first one is not told again.
    second, _ = late_letter(stage, 1)
    letter.until(lambda: len(late_mails(stage, second)) == len(TOLD), "the mails about the next miss")
    assert sorted(str(mail["To"]) for mail in late_mails(stage, letter)) == TOLD


def test_a_reason_is_taken_from_who_is_in_charge(stage: Stage) -> None:
    letter, _ = late_letter(stage, 0.1)
    with letter.record() as (_, request):
        conf = {"number": request.number, "step": "verify", "round": 1, "reason": "Rapat dinas"}
    assert ended(stage, api(stage, "dc").trigger("late_reason", conf)) == "failed"
    assert ended(stage, api(stage, "kabid").trigger("late_reason", conf)) == "success"
    with letter.record() as (session, request):
        assert verification(session, request).late_reason == "Rapat dinas"


def ended(stage: Stage, run_id: str) -> str:
    """Return how a run of `late_reason` ended."""
    limit = time.monotonic() + 120
    while (state := api(stage, "admin").run_state("late_reason", run_id)) in {"queued", "running"}:
        assert time.monotonic() < limit
        time.sleep(0.3)
    return state


def test_a_run_shows_when_the_whole_request_is_due(stage: Stage) -> None:
    letter = Letter(stage, urgent=True)
    (deadline,) = call(stage, "GET", f"/ui/dags/{letter.run[0]}/dagRuns/{letter.run[1]}/deadlines")["deadlines"]
    run = call(stage, "GET", f"/api/v2/dags/{letter.run[0]}/dagRuns/{letter.run[1]}")
    # 15 minutes, an hour, a day and 15 minutes, around the clock.
    assert moment(deadline["deadline_time"]) - moment(run["run_after"]) == timedelta(days=1, hours=1, minutes=30)
    assert deadline["alert_name"] == "Batas waktu permohonan"
    assert deadline["missed"] is False


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
