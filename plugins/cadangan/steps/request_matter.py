"""A step of a request as its gate sees it."""

from dataclasses import dataclass

from cadangan.steps import gates
from cadangan.steps.desk import Desk
from cadangan.steps.gates import Gate
from cadangan.steps.matter import Answer, Outcome, Question


@dataclass(frozen=True)
class RequestMatter:
    """A step of a request as a gate sees it."""

    desk: Desk
    gate: Gate

    @property
    def label(self) -> str:
        """See steps.matter.Matter."""
        return f"Request {self.gate.number}"

    def ask(self) -> Question:
        """See steps.matter.Matter."""
        return gates.ask(self.desk, self.gate)

    def standing(self) -> Outcome | None:
        """See steps.matter.Matter."""
        choice = gates.standing(self.desk, self.gate)
        return Outcome(choice, gates.proceeds(self.desk, self.gate, choice)) if choice else None

    def decide(self, answer: Answer) -> Outcome:
        """See steps.matter.Matter."""
        choice = gates.decide(self.desk, self.gate, answer)
        return Outcome(choice, gates.proceeds(self.desk, self.gate, choice))

    def remind(self, link: str, occasion: str) -> None:
        """See steps.matter.Matter."""
        gates.tell_again(self.desk, self.gate, link, occasion)
