"""The mails about time standards: a step that nears its due time or is late, and a watch that nobody keeps."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cadangan.config.late import BREACH
from cadangan.config.sop import Person, Sop
from cadangan.core.states import Step
from cadangan.documents import environment
from cadangan.documents.mails import Mail, about_request
from cadangan.documents.safety import one_line
from cadangan.register.models import StepTime


@dataclass(frozen=True)
class Facts:
    """What a mail says beside what the register holds of the step.

    :param share: percent of the standard that is used up.
    :param overrun: working time since the step was due.
    :param link: http(s) address at which the step can be acted on.
    :param named: positions of everyone who gets this mail.
    """

    share: int
    overrun: timedelta
    link: str
    named: tuple[str, ...]


def step_late(step: StepTime, person: Person, facts: Facts, sop: Sop) -> Mail:
    """Return the mail that tells `person` how much of a step's time is used up; raise DocumentError."""
    rule = sop.steps[Step(step.step)]
    word = "Keterlambatan" if facts.share >= BREACH else f"{facts.share} % waktu terpakai"
    return about_request(
        "step_late",
        f"[{word}] Tahap {rule.number} {rule.title} – {step.request.number}",
        step.request,
        sop,
        step=step,
        rule=rule,
        person=person,
        share=facts.share,
        late=facts.share >= BREACH,
        overrun=facts.overrun,
        link=facts.link,
        copies=[position for position in facts.named if position != person.position],
    )


def watcher_silent(person: Person, since: datetime | None, sop: Sop) -> Mail:
    """Return the mail that tells `person` that nobody watches the time standards; raise DocumentError."""
    subject = one_line("[Gangguan] Pemantauan standar waktu tidak berjalan")
    path = "email/watcher_silent.jinja"
    values: dict[str, object] = {"subject": subject, "office": sop.office, "person": person, "since": since}
    return Mail(subject, environment.markup(path, "html", **values), environment.text(path, form="txt", **values))
