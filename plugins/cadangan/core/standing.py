"""A standing approval: the letter by which a policy's scheduled back-ups are allowed without one of their own."""

from dataclasses import asdict, dataclass
from datetime import date


@dataclass(frozen=True)
class Standing:
    """Which policy was allowed, by which letter, by whom, and the last day on which that counts."""

    policy: str
    number: str
    day: date
    by: str
    valid_until: date

    def facts(self) -> dict[str, str]:
        """Return it as the audit log keeps it."""
        return {key: str(value) for key, value in asdict(self).items()}
