"""The gate before a destruction."""

from typing import TYPE_CHECKING, Any

from airflow.sdk import Context

from cadangan.core.choices import DestructionChoice
from cadangan.sensors.gate import HumanGate

if TYPE_CHECKING:
    from cadangan.steps.destruction_gate import DestructionMatter


class DestructionGate(HumanGate):
    """Ask those who approve plans whether back-ups may be destroyed; *Tunda* skips the destruction."""

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(
            task_id="gate",
            task_display_name="Persetujuan pemusnahan",
            subject="destruction",
            options=[str(choice) for choice in DestructionChoice],
            **kwargs,
        )

    def opened(self, context: Context) -> "DestructionMatter":
        """See the base."""
        from cadangan.operators.desk import open_request
        from cadangan.steps.destruction_gate import DestructionMatter

        return DestructionMatter(*open_request(context))

    def keeps_answer(self, context: Context) -> bool:
        """Return True: a plan is decided on once, also when its gate is cleared."""
        return True

    def deliver(self, matter: "DestructionMatter") -> None:  # type: ignore[override]
        """See the base."""
        from cadangan.notifications import outbox

        outbox.deliver(matter.desk, matter.number)
