"""The gate before a destruction: it waits for a person's decision without holding a worker slot."""

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import BaseSensorOperator, Context
from airflow.sdk.bases.skipmixin import SkipMixin
from airflow.sdk.exceptions import TaskAwaitingInput
from airflow.sdk.execution_time.hitl import upsert_hitl_detail

from cadangan.core.choices import DestructionChoice
from cadangan.errors import AnswerRefused, MailFailed
from cadangan.sensors.gate import CLOSING, link_to

if TYPE_CHECKING:
    from cadangan.steps.desk import Desk


class DestructionGate(HITLOperator, BaseSensorOperator, SkipMixin):
    """Ask those who approve plans whether back-ups may be destroyed; *Tunda* skips the destruction."""

    template_fields: Sequence[str] = ()
    inherits_from_skipmixin = True

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(
            task_id="gate",
            task_display_name="Persetujuan pemusnahan",
            subject="destruction",
            options=[str(choice) for choice in DestructionChoice],
            retries=10,
            retry_delay=timedelta(seconds=2),
            max_retry_delay=timedelta(minutes=10),
            **kwargs,
        )

    def execute(self, context: Context) -> None:
        """Ask, unless an answer was taken: a plan is decided on once."""
        from cadangan.operators.desk import open_request
        from cadangan.steps import destruction_gate

        desk, number = open_request(context)
        choice = destruction_gate.standing(desk, number)
        if choice:
            self._follow(context, choice)
            return
        question = destruction_gate.ask(desk, number, link_to(context["ti"], self.task_id))
        self.subject, self.body = question.subject, question.body
        self._send(desk, number)
        super().execute(context)

    def execute_complete(self, context: Context, event: dict[str, Any]) -> None:
        """Take the answer, or refuse it and wait on."""
        from cadangan.operators.desk import open_request
        from cadangan.steps import destruction_gate
        from cadangan.steps.gates import Answer

        answer = Answer(
            choice="".join(event.get("chosen_options") or []),
            user=str(event["responded_by_user"]["name"]),
            at=event["responded_at"],
            form=event.get("params_input") or {},
        )
        desk, number = open_request(context)
        try:
            choice = destruction_gate.decide(desk, number, answer)
        except AnswerRefused as refused:
            self.log.warning("Destruction %s: refused the answer of %s: %s", number, answer.user, refused)
            upsert_hitl_detail(
                ti_id=context["ti"].id,
                options=self.options,
                subject=self.subject,
                body=self.body,
                params=self.serialized_params,
            )
            raise TaskAwaitingInput(method_name="execute_complete", timeout=None) from refused
        self.log.info("Destruction %s: %s chose %s", number, answer.user, choice)
        self._follow(context, choice)

    def _follow(self, context: Context, choice: DestructionChoice) -> None:
        if choice is not DestructionChoice.APPROVE:
            after = self.get_flat_relatives(upstream=False)
            self.skip(context["ti"], [task for task in after if not task.task_id.startswith(CLOSING)])

    def _send(self, desk: "Desk", number: str) -> None:
        from cadangan.notifications import outbox

        try:
            outbox.deliver(desk, number)
        except MailFailed as failed:
            # The mail stays in the outbox; the closing task sends it.
            self.log.warning("Destruction %s: %s", number, failed)
