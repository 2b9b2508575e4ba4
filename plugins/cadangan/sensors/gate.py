"""The gates: sensors that wait for a person's decision without holding a worker slot."""

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import BaseSensorOperator, Context
from airflow.sdk.bases.skipmixin import SkipMixin
from airflow.sdk.exceptions import TaskAwaitingInput
from airflow.sdk.execution_time.hitl import upsert_hitl_detail
from airflow.sdk.types import RuntimeTaskInstanceProtocol

from cadangan.core.choices import CHOICES
from cadangan.core.states import Step
from cadangan.errors import AnswerRefused, MailFailed
from cadangan.operators import links

if TYPE_CHECKING:
    from cadangan.steps.desk import Desk
    from cadangan.steps.gates import Gate

CLOSING = "close."
TITLES = {Step.VERIFY: "Verifikasi", Step.PLAN: "Persetujuan rencana", Step.CONFIRM: "Konfirmasi"}


class DecisionGate(HITLOperator, BaseSensorOperator, SkipMixin):
    """Ask those who fill the step's role, and wait until an answer counts.

    A choice that ends the request skips the tasks after the gate, up to the closing ones.

    :param step: the SOP's step that the gate decides.
    :param round_no: 1, or 2 after *Belum sesuai*.
    """

    template_fields: Sequence[str] = ()
    inherits_from_skipmixin = True

    def __init__(self, *, step: Step, round_no: int = 1, **kwargs: Any) -> None:  # noqa: ANN401
        # An answer that comes right after the question can meet the scheduler's late look at the worker that asked,
        # which fails the task: the retry goes on with the answer if it was taken, and asks again if it was not.
        super().__init__(
            task_id="gate",
            task_display_name=TITLES[step],
            subject=str(step),
            options=[str(choice) for choice in CHOICES[step]],
            retries=10,
            retry_delay=timedelta(seconds=2),
            max_retry_delay=timedelta(minutes=10),
            **kwargs,
        )
        self.step = step
        self.round_no = round_no

    def execute(self, context: Context) -> None:
        """Ask; what was answered before no longer counts, unless this is the retry of the task that took it."""
        from cadangan.steps import gates

        desk, gate = self._opened(context)
        choice = gates.standing(desk, gate) if self._is_retry(context) else None
        if choice:
            self._follow(context, gates.proceeds(desk, gate, choice))
            return
        question = gates.ask(desk, gate)
        self.subject = question.subject
        self.body = question.body
        for key, value in question.defaults.items():
            self.params[key] = value
        if question.asked_before:
            gates.tell_again(desk, gate, link_to(context["ti"], self.task_id), occasion=f"/{context['ti'].id}")
            self._send_what_waits(desk, gate)
        super().execute(context)

    def execute_complete(self, context: Context, event: dict[str, Any]) -> None:
        """Take the answer, or refuse it and wait on."""
        from cadangan.steps import gates

        answer = gates.Answer(
            choice="".join(event.get("chosen_options") or []),
            user=str(event["responded_by_user"]["name"]),
            at=event["responded_at"],
            form=event.get("params_input") or {},
        )
        desk, gate = self._opened(context)
        try:
            choice = gates.decide(desk, gate, answer)
        except AnswerRefused as refused:
            self.log.warning("Request %s: refused the answer of %s: %s", gate.number, answer.user, refused)
            self._send_what_waits(desk, gate)
            self._ask_again(context)
        self.log.info("Request %s: %s chose %s", gate.number, answer.user, choice)
        self._follow(context, gates.proceeds(desk, gate, choice))

    def _opened(self, context: Context) -> "tuple[Desk, Gate]":
        from cadangan.operators.desk import open_request
        from cadangan.steps.gates import Gate

        desk, number = open_request(context)
        return desk, Gate(number, self.step, self.round_no)

    def _follow(self, context: Context, proceeds: bool) -> None:
        if not proceeds:
            after = self.get_flat_relatives(upstream=False)
            self.skip(context["ti"], [task for task in after if not task.task_id.startswith(CLOSING)])

    def _is_retry(self, context: Context) -> bool:
        # Clearing a task grants it as many tries again as it began with, on top of those that it has used.
        ti = context["ti"]
        return int(ti.max_tries) - int(ti.try_number) < (self.retries or 0) - 1

    def _ask_again(self, context: Context) -> None:
        # The upsert removes the answer that did not count; heading and body stay as they were.
        upsert_hitl_detail(
            ti_id=context["ti"].id,
            options=self.options,
            subject=self.subject,
            body=self.body,
            params=self.serialized_params,
        )
        raise TaskAwaitingInput(method_name="execute_complete", timeout=None)

    def _send_what_waits(self, desk: "Desk", gate: "Gate") -> None:
        from cadangan.notifications import outbox

        try:
            outbox.deliver(desk, gate.number)
        except MailFailed as failed:
            # The mail stays in the outbox; the request's next mail task sends it.
            self.log.warning("Request %s: %s", gate.number, failed)


def link_to(ti: RuntimeTaskInstanceProtocol, gate: str) -> str:
    """Return the address of a gate's form in the UI, for a gate of the same run as `ti`."""
    return links.gate(ti.dag_id, ti.run_id, gate)
