"""Alerts: what people must mend, and when they hear of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

# How many intervals lie between two mails on what has weeks: told daily, nobody would read it.
WEEKLY = 7


@dataclass(frozen=True)
class Alert:
    """Something that is not right. The texts are Indonesian.

    :param kind: which condition found it, e.g. "space".
    :param subject: what it is about, e.g. an asset or a destination; with `kind` it names the alert.
    :param text: what is wrong.
    :param action: what to do, by whom.
    :param patience: how many intervals lie between two mails on it.
    """

    kind: str
    subject: str
    text: str
    action: str
    patience: int = 1

    @property
    def key(self) -> str:
        """Return what tells it from every other one."""
        return f"{self.kind}/{self.subject}"


def is_due(told_at: datetime | None, now: datetime, interval: timedelta) -> bool:
    """Return whether people are to be told (again) of an alert that is open."""
    return told_at is None or now - told_at >= interval
