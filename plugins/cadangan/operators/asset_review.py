"""The tasks around the gates of the yearly review, and the managers' list of what is overdue."""

from typing import TYPE_CHECKING, Any

from airflow.sdk import Context

from cadangan.operators.office import OfficeOperator
from cadangan.operators.settings import MAIL
from cadangan.sensors.gate import link_to

if TYPE_CHECKING:
    from cadangan.steps.desk import Desk


class OpenReviews(OfficeOperator):
    """Open the reviews that are due, or those of the assets that the run names; gives out their ids."""

    def act(self, desk: "Desk", context: Context) -> list[int]:
        """See the class."""
        from cadangan.steps import reviews

        run = context["dag_run"]
        named = [str(name) for name in context["params"].get("assets") or ()]
        opened = reviews.open_due(desk, reviews.Run(run.dag_id, run.run_id), named)
        self.log.info("%d asset reviews are open in this run", len(opened))
        return opened


class TellReviewers(OfficeOperator):
    """Mail the link of a review's gate to those who may answer it, and to the owner that the review begins.

    :param review_id: the review.
    :param gate: task id of the gate, which is mapped over the same reviews.
    """

    def __init__(self, *, review_id: int, gate: str, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(**{**MAIL, **kwargs})
        self.review_id = review_id
        self.gate = gate

    def act(self, desk: "Desk", context: Context) -> None:
        """See the class; MailFailed is raised for a retry when the server did not take one."""
        from cadangan.notifications import outbox
        from cadangan.steps import reviews

        ti = context["ti"]
        reviews.tell_reviewers(desk, int(self.review_id), link_to(ti, self.gate, ti.map_index))
        outbox.deliver_of_office(desk, reviews.KINDS)


class WriteReviewMinutes(OfficeOperator):
    """Write the minutes of the run's reviews and mail them."""

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(**{**MAIL, **kwargs})

    def act(self, desk: "Desk", context: Context) -> None:
        """See the class; MailFailed is raised for a retry when the server did not take one."""
        from cadangan.notifications import outbox
        from cadangan.steps import review_minutes, reviews

        run = context["dag_run"]
        review_minutes.write(desk, reviews.Run(run.dag_id, run.run_id))
        outbox.deliver_of_office(desk, reviews.KINDS)


class TellOverdueReviews(OfficeOperator):
    """Mail the managers the assets whose review is overdue."""

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(**{**MAIL, **kwargs})

    def act(self, desk: "Desk", context: Context) -> None:
        """See the class; MailFailed is raised for a retry when the server did not take one."""
        from cadangan.notifications import outbox
        from cadangan.steps import reviews

        self.log.info("The review of %d assets is overdue", reviews.tell_overdue(desk))
        outbox.deliver_of_office(desk, reviews.KINDS)
