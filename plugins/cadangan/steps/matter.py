"""What a gate and the matter that it decides on say to each other: question, answer, outcome."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True)
class Question:
    """What a gate shows: heading, Markdown body, and the values that its form starts with."""

    subject: str
    body: str
    defaults: dict[str, Any]
    asked_before: bool


@dataclass(frozen=True)
class Answer:
    """What came back: the button, the form's values, the Airflow log-in of who answered, and when."""

    choice: str
    user: str
    at: datetime
    form: Mapping[str, Any] = field(default_factory=dict)

    @property
    def note(self) -> str:
        """The note or reason, without surrounding spaces."""
        return str(self.form.get("note") or "").strip()


@dataclass(frozen=True)
class Outcome:
    """What was chosen, and whether the tasks after the gate run."""

    choice: str
    proceeds: bool


class Matter(Protocol):
    """What a gate decides on."""

    @property
    def label(self) -> str:
        """What to call it in the log."""

    def ask(self) -> Question:
        """Open the gate, so that an earlier answer no longer counts, and return what it shows."""

    def standing(self) -> Outcome | None:
        """Return what was decided since the gate last asked, None when it still waits."""

    def decide(self, answer: Answer) -> Outcome:
        """Record an answer; raise AnswerRefused when it does not count."""

    def remind(self, link: str, occasion: str) -> None:
        """Put mails with the link to the gate into the outbox, because it asks anew.

        :param occasion: tells this time from the others.
        """
