"""The people of the demonstration: what is asked for, who answers which gate, and with what."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from cadangan.config.sop import Sop
from cadangan.core.choices import Choice, ConfirmChoice, PlanChoice, VerifyChoice
from cadangan.demo.api import AirflowApi, Gate
from cadangan.demo.flavours import User
from cadangan.demo.sample import SAMPLE
from cadangan.errors import DemoError

DAG = "backup_request"
STAFF = "dc"
ADMIN = "admin"


@dataclass(frozen=True)
class Officer:
    """Who answers a gate, with which choice and which values of the form."""

    user: str
    choice: Choice
    form: dict[str, Any]


OFFICERS = {
    "verify.gate": Officer("kabid", VerifyChoice.APPROVE, {"note": "Mohon dilaksanakan sesuai SOP."}),
    "plan.gate": Officer(
        "kasi",
        PlanChoice.APPROVE,
        {
            "time": True,
            "personnel": True,
            "facilities": True,
            "start": None,
            "executors": [STAFF],
            "note": "Laksanakan segera.",
        },
    ),
    "confirm.gate": Officer("skpd", ConfirmChoice.CONFORMS, {"note": "Hasil telah diterima dengan baik."}),
}


class Desk:
    """The officers at their desks: `log_in` gives each a client of the REST API, once."""

    def __init__(self, log_in: Callable[[str], AirflowApi]) -> None:
        self._log_in = log_in
        self._clients: dict[str, AirflowApi] = {}

    def api(self, user: str) -> AirflowApi:
        """Return the client of `user`, logged in."""
        if user not in self._clients:
            self._clients[user] = self._log_in(user)
        return self._clients[user]

    def answer(self, run: tuple[str, str], gate: Gate) -> Officer:
        """Let the officer in charge answer `gate`; return who it was. Raise DemoError when no one is."""
        officer = OFFICERS.get(gate.task_id)
        if officer is None:
            raise DemoError(f"No officer of the demonstration answers {gate.task_id}; answer it in the UI.")
        self.api(officer.user).answer(run, gate, officer.choice, officer.form)
        return officer

    def close(self) -> None:
        """Log everyone out."""
        for client in self._clients.values():
            client.close()


def users(sop: Sop) -> tuple[User, ...]:
    """Return the log-ins of the demonstration: everyone in sop.yaml, and an administrator."""
    return (*(User(person.user) for person in sop.people), User(ADMIN, "admin"))


def letter(sop: Sop, written: date) -> dict[str, Any]:
    """Return the data of the letter that the demonstration's request begins with."""
    contact = sop.person("skpd")
    if contact is None:
        raise DemoError("sop.yaml names no person with the log-in skpd, who asks and confirms in the demonstration.")
    return {
        "letter_number": f"800/{written:%j}/BKPSDM",
        "letter_date": written.isoformat(),
        "letter_subject": "Permohonan Back-up Database Server SIMPEG",
        "letter_nature": "Biasa",
        "skpd": contact.skpd,
        "requester_name": contact.name,
        "requester_nip": contact.nip,
        "requester_position": contact.position,
        "requester_phone": "0231-000000",
        "requester_email": contact.email,
        "items": [SAMPLE],
        "purpose": "Pengamanan data sebelum pembaruan aplikasi",
        "reason": "Aplikasi SIMPEG akan diperbarui; data perlu diamankan terlebih dahulu.",
        "window_start": None,
        "window_end": None,
        "urgent": False,
        "repeat": False,
        "note": "",
    }
