"""Look at every condition, tell people what they must mend, remind them, and tell them when it is over."""

import logging
from datetime import timedelta

from sqlalchemy.orm import Session

from cadangan.core.alerts import Alert, is_due
from cadangan.documents import alert_mails
from cadangan.documents.mails import Mail
from cadangan.errors import RegisterError
from cadangan.register import alerts
from cadangan.register.watching import AlertRow
from cadangan.steps import post
from cadangan.steps.conditions import CONDITIONS
from cadangan.steps.desk import Desk

log = logging.getLogger(__name__)
KIND = "alert"


def look(desk: Desk) -> int:
    """Write the mails that are due now into the outbox and return how many alerts are open.

    Of a condition that cannot be looked at, nothing is told and nothing is closed; RegisterError is raised.
    """
    found, unknown = _found(desk)
    with desk.register.transaction() as session:
        for alert in found.values():
            row = alerts.raise_alert(session, alert, desk.now())
            if is_due(row.told_at, desk.now(), alert.patience * timedelta(hours=desk.policies.alerts.repeat_hours)):
                _mail(desk, session, row, f"told-{row.told + 1}", alert_mails.alert(row, desk.sop))
                alerts.note_told(row, desk.now())
        for row in alerts.open_alerts(session):
            if row.key not in found and row.kind not in unknown:
                _mail(desk, session, row, "over", alert_mails.over(row, desk.sop, desk.now()))
                alerts.close(session, row, desk.now())
        return len(alerts.open_alerts(session))


def _found(desk: Desk) -> tuple[dict[str, Alert], set[str]]:
    """Return what holds now by its key, and the kinds of which that could not be told."""
    found: dict[str, Alert] = {}
    unknown: set[str] = set()
    for kinds, condition in CONDITIONS.items():
        try:
            with desk.register.reading() as session:
                found |= {alert.key: alert for alert in condition(desk, session)}
        except RegisterError:
            raise
        except Exception:
            # One condition that stumbles must not keep the others quiet.
            log.exception("The condition for %s could not be looked at", ", ".join(kinds))
            unknown |= set(kinds)
    return found, unknown


def _mail(desk: Desk, session: Session, row: AlertRow, occasion: str, mail: Mail) -> None:
    people = desk.sop.in_role(desk.policies.alerts.role, "", desk.now().astimezone(desk.zone).date())
    if not people:
        log.error("Nobody is in the role %s: no mail on %s", desk.policies.alerts.role, row.key)
        return
    post.enqueue_of_office(
        desk,
        session,
        mail,
        kind=KIND,
        key=f"{row.id}/{row.opened_at.isoformat()}/{occasion}",
        recipients=[person.email for person in people],
    )
