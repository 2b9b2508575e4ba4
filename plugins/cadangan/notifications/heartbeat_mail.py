"""A sign of life by mail, once a day, for whom no monitor watches: who gets none asks why."""

from cadangan.documents import alert_mails
from cadangan.notifications import outbox
from cadangan.register import alerts, recovery
from cadangan.steps import post
from cadangan.steps.desk import Desk

KIND = "heartbeat"


def beat(desk: Desk) -> bool:
    """Send today's mail unless it was sent, and return whether there is anybody to get one; raise MailFailed."""
    people = desk.policies.alerts.heartbeat_mail
    if not people:
        return False
    now = desk.now()
    with desk.register.transaction() as session:
        newest = max(recovery.latest_good(session, now).values(), default=None)
        mail = alert_mails.heartbeat(desk.sop, now, open_alerts=len(alerts.open_alerts(session)), newest=newest)
        post.enqueue_of_office(
            desk,
            session,
            mail,
            kind=KIND,
            key=str(now.astimezone(desk.zone).date()),
            recipients=people,
        )
    outbox.deliver_of_office(desk, {KIND})
    return True
