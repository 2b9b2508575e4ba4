"""What a decider can choose at each gate. The value is the Indonesian button."""

import enum

from cadangan.core.states import Step


@enum.unique
class VerifyChoice(enum.StrEnum):
    """Step 2, Bidang Aptika."""

    APPROVE = "Setujui dan disposisikan"
    RETURN = "Kembalikan untuk perbaikan"
    REJECT = "Tolak"


@enum.unique
class PlanChoice(enum.StrEnum):
    """Step 3, Seksi Infrastruktur dan Teknologi."""

    APPROVE = "Setujui rencana"
    RETURN = "Kembalikan"


@enum.unique
class ConfirmChoice(enum.StrEnum):
    """Step 5, the requesting office or the Seksi."""

    CONFORMS = "Sesuai"
    NOT_CONFORMING = "Belum sesuai"


@enum.unique
class DestructionChoice(enum.StrEnum):
    """The gate of a destruction, Seksi Infrastruktur dan Teknologi."""

    APPROVE = "Setujui pemusnahan"
    POSTPONE = "Tunda"


Choice = VerifyChoice | PlanChoice | ConfirmChoice

CHOICES: dict[Step, type[VerifyChoice] | type[PlanChoice] | type[ConfirmChoice]] = {
    Step.VERIFY: VerifyChoice,
    Step.PLAN: PlanChoice,
    Step.CONFIRM: ConfirmChoice,
}

# A refusal without a reason is of no use to the office that asked.
NEEDS_REASON: frozenset[Choice] = frozenset(
    {VerifyChoice.RETURN, VerifyChoice.REJECT, PlanChoice.RETURN, ConfirmChoice.NOT_CONFORMING}
)
