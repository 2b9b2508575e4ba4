"""The gates: sensors that wait for a person's decision without holding a worker slot."""

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NoReturn

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
    from cadangan.steps.matter import Matter, Outcome
    from cadangan.steps.request_matter import RequestMatter

CLOSING = "close."
# An answer that comes right after the question can meet the scheduler's late look at the worker that asked,
# which fails the task: the retry goes on with the answer if it was taken, and asks again if it was not.
PATIENCE: dict[str, Any] = {
    "retries": 10,
    "retry_delay": timedelta(seconds=2),
    "max_retry_delay": timedelta(minutes=10),
}
TITLES = {Step.VERIFY: "Verifikasi", Step.PLAN: "Persetujuan rencana", Step.CONFIRM: "Konfirmasi"}


class HumanGate(HITLOperator, BaseSensorOperator, SkipMixin):
    """Ask those who may decide on a matter, and wait until an answer counts. A subclass says on which in `opened`.

    A choice that ends the matter skips the tasks after the gate, up to the closing ones.
    """

    template_fields: Sequence[str] = ()
    inherits_from_skipmixin = True

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(**{**PATIENCE, **kwargs})

    def opened(self, context: Context) -> "Matter":
        """Return what the gate decides on."""
        raise NotImplementedError

    def execute(self, context: Context) -> None:
        """Ask; what was answered before no longer counts, unless this is the retry of the task that took it."""
        matter = self.opened(context)
        outcome = matter.standing() if self.keeps_answer(context) else None
        if outcome:
            self._follow(context, outcome)
            return
        question = matter.ask()
        self.subject = question.subject
        self.body = question.body
        for key, value in question.defaults.items():
            self.params[key] = value
        if question.asked_before:
            ti = context["ti"]
            matter.remind(link_to(ti, self.task_id, ti.map_index), occasion=f"/{ti.id}")
            self._send_what_waits(matter)
        super().execute(context)

    def execute_complete(self, context: Context, event: dict[str, Any]) -> None:
        """Take the answer, or refuse it and wait on."""
        from cadangan.steps.matter import Answer

        answer = Answer(
            choice="".join(event.get("chosen_options") or []),
            user=str(event["responded_by_user"]["name"]),
            at=event["responded_at"],
            form=event.get("params_input") or {},
        )
        matter = self.opened(context)
        try:
            outcome = matter.decide(answer)
        except AnswerRefused as refused:
            self.log.warning("%s: refused the answer of %s: %s", matter.label, answer.user, refused)
            self._send_what_waits(matter)
            self._ask_again(context)
        self.log.info("%s: %s chose %s", matter.label, answer.user, outcome.choice)
        self._follow(context, outcome)

    def _follow(self, context: Context, outcome: "Outcome") -> None:
        if not outcome.proceeds:
            after = self.get_flat_relatives(upstream=False)
            self.skip(context["ti"], [task for task in after if not task.task_id.startswith(CLOSING)])

    def keeps_answer(self, context: Context) -> bool:
        """Return whether an answer that was taken before counts: for the retry of the task that took it."""
        # Clearing a task grants it as many tries again as it began with, on top of those that it has used.
        ti = context["ti"]
        return int(ti.max_tries) - int(ti.try_number) < (self.retries or 0) - 1

    def _ask_again(self, context: Context) -> NoReturn:
        # The upsert removes the answer that did not count; heading and body stay as they were.
        upsert_hitl_detail(
            ti_id=context["ti"].id,
            options=self.options,
            subject=self.subject,
            body=self.body,
            params=self.serialized_params,
        )
        raise TaskAwaitingInput(method_name="execute_complete", timeout=None)

    def _send_what_waits(self, matter: "Matter") -> None:
        try:
            self.deliver(matter)
        except MailFailed as failed:
            # The mail stays in the outbox; the next mail task sends it.
            self.log.warning("%s: %s", matter.label, failed)

    def deliver(self, matter: "Matter") -> None:
        """Send the mails of `matter` that wait; raise MailFailed."""
        raise NotImplementedError


class DecisionGate(HumanGate):
    """The gate of a step of a request.

    :param step: the SOP's step that the gate decides.
    :param round_no: 1, or 2 after *Belum sesuai*.
    """

    def __init__(self, *, step: Step, round_no: int = 1, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(
            task_id="gate",
            task_display_name=TITLES[step],
            subject=str(step),
            options=[str(choice) for choice in CHOICES[step]],
            **kwargs,
        )
        self.step = step
        self.round_no = round_no

    def opened(self, context: Context) -> "RequestMatter":
        """See the base."""
        from cadangan.operators.desk import open_request
        from cadangan.steps.gates import Gate
        from cadangan.steps.request_matter import RequestMatter

        desk, number = open_request(context)
        return RequestMatter(desk, Gate(number, self.step, self.round_no))

    def deliver(self, matter: "RequestMatter") -> None:  # type: ignore[override]
        """See the base."""
        from cadangan.notifications import outbox

        outbox.deliver(matter.desk, matter.gate.number)


def link_to(ti: RuntimeTaskInstanceProtocol, gate: str, map_index: int | None = None) -> str:
    """Return the address of a gate's form in the UI, for a gate of the same run as `ti`.

    :param map_index: which of a mapped gate's forms.
    """
    return links.gate(ti.dag_id, ti.run_id, gate, map_index)
