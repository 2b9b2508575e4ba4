"""Forms on a step's time: why it was late, and the pauses of its clock."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator, Context, Param
from airflow.sdk.exceptions import AirflowFailException

from cadangan.config.sop import load_sop
from cadangan.core.states import Step
from cadangan.errors import AnswerRefused, RecordMissing

if TYPE_CHECKING:
    from cadangan.steps.desk import Desk
    from cadangan.steps.reasons import Which

PAUSE, RESUME = "Hentikan", "Jalankan kembali"


def late_reason_form() -> dict[str, Param]:
    """Return the form of LateReason."""
    reason = Param(type="string", minLength=1, format="multiline", title="Alasan keterlambatan")
    return _which() | {"reason": reason}


def clock_form() -> dict[str, Param]:
    """Return the form of StepClock."""
    act = Param(PAUSE, type="string", enum=[PAUSE, RESUME], title="Jam layanan")
    reason = Param(
        "",
        type=["null", "string"],
        format="multiline",
        title="Alasan",
        description="Wajib saat dihentikan, misalnya data yang ditunggu dari pemohon.",
    )
    return _which() | {"act": act, "reason": reason}


class _OnStep(BaseOperator):
    """Work on the step that the form names, for the user who sent it."""

    def execute(self, context: Context) -> None:
        """Act; what the rules refuse fails the run at once, with the reason in Indonesian in its log."""
        from cadangan.operators.desk import open_desk
        from cadangan.steps.reasons import Which

        form = context["params"]
        which = Which(str(form["number"]).strip(), Step(form["step"]), int(form["round"]))
        user = context["dag_run"].triggering_user_name or ""
        try:
            self.act(open_desk(), which, user, form)
        except (AnswerRefused, RecordMissing) as refused:
            self.log.error("Request %s: refused %s: %s", which.number, user, refused)
            raise AirflowFailException(str(refused)) from refused
        self.log.info("Request %s: step %s, recorded for %s", which.number, which.step, user)

    def act(self, desk: "Desk", which: "Which", user: str, form: Mapping[str, Any]) -> None:
        """Do what the form says."""
        raise NotImplementedError


class LateReason(_OnStep):
    """Record why a step was late."""

    def act(self, desk: "Desk", which: "Which", user: str, form: Mapping[str, Any]) -> None:
        """See the class."""
        from cadangan.steps import reasons

        reasons.record(desk, which, user=user, reason=str(form["reason"] or ""))


class StepClock(_OnStep):
    """Stop the clock of a step while the requester is waited for, or let it run again."""

    def act(self, desk: "Desk", which: "Which", user: str, form: Mapping[str, Any]) -> None:
        """See the class."""
        from cadangan.steps import pauses

        if form["act"] == PAUSE:
            pauses.pause(desk, which, user=user, reason=str(form["reason"] or ""))
        else:
            pauses.resume(desk, which, user=user)


def _which() -> dict[str, Param]:
    rules = load_sop().steps
    titles = {step.value: f"{rules[step].number}. {rules[step].title}" for step in Step if rules[step].standard}
    return {
        "number": Param(type="string", minLength=1, title="Nomor Registrasi"),
        "step": Param(type="string", enum=list(titles), values_display=titles, title="Tahap"),
        "round": Param(1, type="integer", enum=[1, 2], title="Putaran", description="2 setelah “Belum sesuai”."),
    }
