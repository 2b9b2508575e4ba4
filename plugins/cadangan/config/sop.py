"""sop.yaml: the office, its legal basis, the steps with their time standards, roles and the people in them."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from cadangan.config.assets import Name, Text
from cadangan.config.loading import Strict, load
from cadangan.core.states import Step

FILE = "sop.yaml"
Nip = Annotated[str, Field(pattern=r"^(\d{18}|-)$")]
Email = Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")]
Forbidden = Literal["requester", "recorder"]


class Office(Strict):
    """The letterhead and the words that documents use for the office."""

    government: Text
    name: Text
    short: Text
    address: str = ""
    city: Text
    application_url: str = ""
    mail_from: Email


class Skpd(Strict):
    """An office that may ask."""

    code: Text
    name: Text
    email: Email | None = None


class Person(Strict):
    """Someone with an Airflow log-in. `skpd` is set for the contact of a requesting office."""

    user: Text
    name: Text
    nip: Nip = "-"
    rank: str = ""
    position: Text
    email: Email
    skpd: str | None = None


class Deputy(Strict):
    """A person who acts for a role for a time (Plh. or Plt.), both days included."""

    user: Text
    title: Literal["Plh.", "Plt."] = "Plh."
    first_day: date
    last_day: date


class Role(Strict):
    """Who fills a role. `skpd_contacts` adds the people of the requesting SKPD."""

    label: Text
    people: tuple[Text, ...] = ()
    deputies: tuple[Deputy, ...] = ()
    skpd_contacts: bool = False


class StepRule(Strict):
    """One step of the SOP: its number and title, who decides, in what time, and who may not decide.

    :param standard: "15m", "1h" or "1d" of working time.
    """

    number: int
    title: Text
    actor: Text
    standard: Annotated[str, Field(pattern=r"^\d+[mhd]$")] | None = None
    role: Name | None = None
    forbid: tuple[Forbidden, ...] = ()


class Sop(Strict):
    """The whole file.

    :param repeats: how often *Belum sesuai* sends the request back to execution.
    :param mail_domain: completes a log-in that is no one's in `people` to an address, for refusals.
    """

    office: Office
    legal_basis: tuple[Text, ...]
    number_prefix: Annotated[str, Field(pattern=r"^[A-Z]{1,8}$")] = "BR"
    classification_code: str = "___"
    repeats: Annotated[int, Field(ge=0, le=1)] = 1
    mail_domain: str = ""
    skpd: Annotated[tuple[Skpd, ...], Field(min_length=1)]
    people: tuple[Person, ...]
    roles: dict[Name, Role]
    steps: dict[Step, StepRule]

    @model_validator(mode="after")
    def _references_hold(self) -> "Sop":
        users = {person.user for person in self.people}
        problems = [
            f"role {name} names unknown people: {', '.join(sorted(strangers))}"
            for name, role in self.roles.items()
            if (strangers := ({*role.people, *(deputy.user for deputy in role.deputies)} - users))
        ]
        problems += [f"step {step} is missing" for step in Step if step not in self.steps]
        problems += [
            f"step {step} names unknown role {rule.role}"
            for step, rule in self.steps.items()
            if step is not Step.REGISTER and rule.role not in self.roles
        ]
        problems += [f"{code} is used twice in skpd" for code in {s.code for s in self.skpd} if self._count(code) > 1]
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def _count(self, code: str) -> int:
        return sum(skpd.code == code for skpd in self.skpd)

    def person(self, user: str) -> Person | None:
        """Return the person with that Airflow log-in, or None."""
        return next((person for person in self.people if person.user == user), None)

    def in_role(self, role_name: str, skpd: str, day: date) -> tuple[Person, ...]:
        """Return who fills a role on `day` for a request of `skpd`: holders, deputies, contacts."""
        role = self.roles[role_name]
        users = [*role.people, *(d.user for d in role.deputies if d.first_day <= day <= d.last_day)]
        people = [person for user in users if (person := self.person(user))]
        if role.skpd_contacts:
            people += [person for person in self.people if person.skpd == skpd]
        return tuple(dict.fromkeys(people))


def load_sop() -> Sop:
    """Return sop.yaml of the config folder."""
    return load(FILE, Sop)
