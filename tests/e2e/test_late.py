"""A step that is late is noticed and mailed once, through the death of the triggerer and of the scheduler."""

import time
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

from cadangan.core.states import Step
from cadangan.demo.airflow import _SERVICES, airflow
from cadangan.demo.mails import received
from cadangan.demo.process import Child
from cadangan.demo.stage import Stage
from cadangan.register import marks, requests
from cadangan.register.session import open_register
from tests.e2e.office import Letter, call

NOTICED_WITHIN = timedelta(seconds=60)


def shorten(letter: Letter, seconds: float) -> datetime:
    """Give the running verification a standard of so many seconds from now on; return when it is due."""
    with letter.record() as (session, request):
        step = requests.step_of(session, request, Step.VERIFY, 1)
        now = datetime.now(UTC)
        step.due_at = now + timedelta(seconds=seconds)
        marks.place(session, step, {m.share: now + timedelta(seconds=seconds * m.share / 100) for m in step.marks})
        return step.due_at


def die(stage: Stage, name: str) -> None:
    """Kill a service of Airflow with all its processes, as a power cut would, and start it anew."""
    services = stage.airflow
    (dead,) = [child for child in services._children if child.name == name]
    for process in dead.family():
        process.kill()
    dead.reap()
    services._children.remove(dead)
    services._children.append(Child(name, airflow(*_SERVICES[name]), services._surroundings))


def late_mails(stage: Stage, letter: Letter) -> list[EmailMessage]:
    with letter.record() as (_, request):
        number = request.number
    return [
        mail
        for mail in received(stage.home.mails)
        if str(mail["Subject"]).startswith("[Keterlambatan]") and number in str(mail["Subject"])
    ]


def watcher_runs(stage: Stage) -> bool:
    with open_register(stage.register_url).reading() as session:
        return marks.last_beat(session, marks.WATCHER) is not None


def test_a_late_step_is_told_once_though_triggerer_and_scheduler_die(stage: Stage) -> None:
    letter = Letter(stage, urgent=True)
    letter.gate("verify.gate")
    letter.until(lambda: watcher_runs(stage), "the first beat of the watcher")
    due_at = shorten(letter, 12)
    die(stage, "triggerer")
    time.sleep(max(0.0, (due_at - datetime.now(UTC)).total_seconds()))
    die(stage, "scheduler")

    letter.until(lambda: len(late_mails(stage, letter)) == 2, "the mails about the miss")

    with letter.record() as (session, request):
        (breach,) = [m for m in requests.step_of(session, request, Step.VERIFY, 1).marks if m.share == 100]
        assert breach.noticed_at is not None
        assert breach.noticed_at - due_at < NOTICED_WITHIN
    for service in ("triggerer", "scheduler"):
        die(stage, service)
    second = shorten_another(stage)
    letter.until(lambda: len(late_mails(stage, second)) == 2, "the mails about the next miss")
    assert sorted(str(mail["To"]) for mail in late_mails(stage, letter)) == [
        "kabid@diskominfo.example",
        "kadis@diskominfo.example",
    ]
    runs = call(stage, "GET", "/api/v2/dags/late_notices/dagRuns")["dag_runs"]
    assert {run["state"] for run in runs} <= {"success", "running", "queued"}


def shorten_another(stage: Stage) -> Letter:
    """Make a second letter late; its mails show that the services work again."""
    letter = Letter(stage, urgent=True)
    letter.gate("verify.gate")
    shorten(letter, 1)
    return letter
