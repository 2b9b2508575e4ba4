"""The gate of the yearly review of one asset; a run has one for each of its assets, side by side."""

from typing import TYPE_CHECKING, Any

from airflow.sdk import Context

from cadangan.core.review import ReviewChoice
from cadangan.sensors.gate import HumanGate

if TYPE_CHECKING:
    from cadangan.steps.review_gate import ReviewMatter


class ReviewGate(HumanGate):
    """Ask those who review the asset register about one asset.

    :param review_id: the review, as the task that opened it gave it out.
    """

    def __init__(self, *, review_id: int, **kwargs: Any) -> None:  # noqa: ANN401
        options = [str(choice) for choice in ReviewChoice]
        super().__init__(subject="Peninjauan aset register", options=options, **kwargs)
        self.review_id = review_id

    def opened(self, context: Context) -> "ReviewMatter":
        """See the base."""
        from cadangan.operators.desk import open_desk
        from cadangan.steps.review_gate import ReviewMatter

        return ReviewMatter(open_desk(), int(self.review_id))

    def deliver(self, matter: "ReviewMatter") -> None:  # type: ignore[override]
        """See the base."""
        from cadangan.notifications import outbox
        from cadangan.steps import reviews

        outbox.deliver_of_office(matter.desk, reviews.KINDS)
