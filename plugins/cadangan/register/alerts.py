"""Alerts on the register: open, told, over."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cadangan.core.alerts import Alert
from cadangan.core.audit import Action
from cadangan.register import audit
from cadangan.register.watching import AlertRow


def raise_alert(session: Session, alert: Alert, at: datetime) -> AlertRow:
    """Record that an alert holds and return its row; one that was over is opened anew, with no mail told."""
    row = session.scalars(select(AlertRow).where(AlertRow.key == alert.key)).one_or_none()
    if row is None:
        row = AlertRow(key=alert.key, kind=alert.kind, subject=alert.subject, opened_at=at, told=0)
        session.add(row)
        fresh = True
    else:
        fresh = row.closed_at is not None
    row.text, row.action = alert.text, alert.action
    if fresh:
        row.opened_at, row.closed_at, row.told_at, row.told = at, None, None, 0
        session.flush()
        _audited(session, row, Action.ALERTED, at)
    return row


def close(session: Session, row: AlertRow, at: datetime) -> None:
    """Record that an alert is over."""
    row.closed_at = at
    _audited(session, row, Action.ALERT_OVER, at)


def note_told(row: AlertRow, at: datetime) -> None:
    """Record that people were told."""
    row.told_at, row.told = at, row.told + 1


def open_alerts(session: Session) -> list[AlertRow]:
    """Return what is not right, the oldest first."""
    return list(session.scalars(select(AlertRow).where(AlertRow.closed_at.is_(None)).order_by(AlertRow.opened_at)))


def _audited(session: Session, row: AlertRow, action: Action, at: datetime) -> None:
    facts = {"text": row.text}
    audit.append(session, actor=audit.SYSTEM, action=action, subject=row.key[:250], detail=facts, at=at)
