"""Mails about steps that use their time standards up."""

from datetime import timedelta

from airflow.sdk import BaseOperator, Context

from cadangan.operators import links

# The mail server is asked again soon; what it does not take then goes with the DAG's next run.
MAIL_TRIES = {"retries": 2, "retry_delay": timedelta(seconds=30), "retry_exponential_backoff": False}


class TellLate(BaseOperator):
    """Mail what the watcher noticed to those whom sop.yaml names, once each, and say so when the watcher is silent.

    Mails that no server took before go out as well.
    """

    def execute(self, context: Context) -> None:
        """See the class; MailFailed is raised for a retry when the server did not take one."""
        from cadangan.notifications import outbox
        from cadangan.operators.desk import open_desk
        from cadangan.steps import deadman, late

        desk = open_desk()
        late.notice(desk)
        steps = late.write(desk, links.step)
        deadman.check(desk)
        self.log.info("%d steps noticed", steps)
        outbox.deliver_kinds(desk, {late.LATE, late.NEARING, deadman.KIND})
