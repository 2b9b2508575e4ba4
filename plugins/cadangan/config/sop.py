"""sop.yaml: the office, its legal basis, the steps with their time standards, roles and the people in them."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from cadangan.config.assets import Name, Text
from cadangan.config.late import LateRules
from cadangan.config.loading import Strict, load, refuse, repeated
from cadangan.core.states import Step

FILE = "sop.yaml"
Nip = Annotated[str, Field(pattern=r"^(\d{18}|-)$")]
Email = Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")]
Standard = Annotated[str, Field(pattern=r"^[1-9]\d{0,4}[mhd]$")]
Forbidden = Literal["requester", "recorder"]
STAFF = "staff"


class Office(Strict):
    """The letterhead and the words that documents use for the office.

    :param government: the government it belongs to, the first line of the letterhead.
    :param name: its name in full.
    :param short: its name as people say it.
    :param address: street, telephone and post code for the letterhead.
    :param city: where documents are signed.
    :param application_url: where people open Airflow; it stands in the letterhead.
    :param mail_from: sender of every mail.
    """

    government: Text
    name: Text
    short: Text
    address: str = ""
    city: Text
    application_url: str = ""
    mail_from: Email


class Skpd(Strict):
    """An office that may ask.

    :param code: short name that letters and assets use.
    :param name: its name in full.
    :param email: where the result is sent as well.
    """

    code: Text
    name: Text
    email: Email | None = None


class Person(Strict):
    """Someone with an Airflow log-in.

    :param user: the log-in.
    :param name: name with titles, as documents print it.
    :param nip: employee number of 18 digits, in quotes; "-" for those without one.
    :param rank: rank and grade (pangkat/golongan).
    :param position: position (jabatan).
    :param email: where notices go.
    :param skpd: code of the office for which this person is the contact.
    """

    user: Text
    name: Text
    nip: Nip = "-"
    rank: str = ""
    position: Text
    email: Email
    skpd: Text | None = None


class Deputy(Strict):
    """A person who acts for a role for a time.

    :param user: log-in of someone in `people`.
    :param title: Plh. while the holder is away, Plt. while the post is vacant.
    :param first_day: first day of the deputyship.
    :param last_day: its last day, included.
    """

    user: Text
    title: Literal["Plh.", "Plt."] = "Plh."
    first_day: date
    last_day: date

    @model_validator(mode="after")
    def _in_order(self) -> "Deputy":
        if self.last_day < self.first_day:
            raise ValueError(f"last_day {self.last_day} comes before first_day {self.first_day}")
        return self


class Role(Strict):
    """Who fills a role.

    :param label: the role as people read it.
    :param people: log-ins of its holders.
    :param deputies: who acts for them, and when.
    :param skpd_contacts: the contacts of the requesting SKPD fill it too.
    """

    label: Text
    people: tuple[Text, ...] = ()
    deputies: tuple[Deputy, ...] = ()
    skpd_contacts: bool = False


class StepRule(Strict):
    """One step of the SOP.

    :param number: its number in the SOP.
    :param title: its title in the SOP.
    :param actor: who does it, in the SOP's words.
    :param standard: its time standard: "15m", "1h" or "1d" of working time; none for step 1.
    :param role: the role that answers its gate or carries it out.
    :param forbid: who may not answer though in the role: the requester, or the one who recorded the letter.
    """

    number: int
    title: Text
    actor: Text
    standard: Standard | None = None
    role: Name | None = None
    forbid: tuple[Forbidden, ...] = ()


class AssetReviewRule(Strict):
    """The yearly review of the asset register.

    :param role: the role that answers the review's gates.
    :param lead_days: days before an asset's year is over on which its review begins and its owner is mailed.
    """

    role: Name = "planner"
    lead_days: Annotated[int, Field(ge=1, le=180)] = 30


class Sop(Strict):
    """The whole file.

    :param office: the letterhead.
    :param legal_basis: the rules that documents cite.
    :param number_prefix: first part of the registration number, BR-2026-00001.
    :param classification_code: archive code (kode klasifikasi) on documents.
    :param repeats: how often *Belum sesuai* sends the request back to execution.
    :param mail_domain: completes a log-in that is no one's in `people` to an address, for refusals.
    :param skpd: the offices that may ask.
    :param people: everyone with a role, and the contacts of the SKPDs.
    :param roles: who fills each role; `staff` (Personil DC) must be one of them.
    :param steps: register, verify, plan, execute and confirm.
    :param late: who hears when a step uses its time standard up.
    :param asset_review: who reviews the asset register, and when.
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
    late: LateRules = LateRules()
    asset_review: AssetReviewRule = AssetReviewRule()

    @model_validator(mode="after")
    def _references_hold(self) -> "Sop":
        refuse([*self._people_problems(), *self._role_problems(), *self._step_problems()])
        return self

    def _people_problems(self) -> Iterator[str]:
        codes = [skpd.code for skpd in self.skpd]
        yield from (f"skpd: the code {code} is used more than once" for code in repeated(codes))
        users = [person.user for person in self.people]
        yield from (f"people: the log-in {user} is used more than once" for user in repeated(users))
        for index, person in enumerate(self.people):
            if person.skpd is not None and person.skpd not in codes:
                yield f"people[{index}].skpd: {person.skpd} is no code in skpd"

    def _role_problems(self) -> Iterator[str]:
        known = {person.user for person in self.people}
        if STAFF not in self.roles:
            yield f"roles.{STAFF}: is missing; it names the people who carry plans out"
        for name, role in self.roles.items():
            if not role.people and not role.skpd_contacts:
                yield f"roles.{name}.people: nobody fills this role"
            named = [*role.people, *(deputy.user for deputy in role.deputies)]
            yield from (f"roles.{name}: {user} is no log-in in people" for user in named if user not in known)
        yield from (
            f"late.{at}: {name} is no name in roles" for at, name in self.late.role_names() if name not in self.roles
        )
        if self.asset_review.role not in self.roles:
            yield f"asset_review.role: {self.asset_review.role} is no name in roles"

    def _step_problems(self) -> Iterator[str]:
        yield from (f"steps.{step}: is missing" for step in Step if step not in self.steps)
        for step, rule in self.steps.items():
            if step is not Step.REGISTER and rule.role not in self.roles:
                yield f"steps.{step}.role: {rule.role or 'none given; this'} is no name in roles"
        numbers = [str(rule.number) for rule in self.steps.values()]
        yield from (f"steps: the number {number} is used more than once" for number in repeated(numbers))

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
