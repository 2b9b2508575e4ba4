"""What all minutes (berita acara) have in common: when and where, between whom, by what right, who signs."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Protocol

from cadangan.config.assets import Assets
from cadangan.config.sop import Office, Person, Sop
from cadangan.documents.views.common import Printed, private_names
from cadangan.documents.views.signatures import Signature


@dataclass(frozen=True)
class Masthead:
    """What stands in the frame of minutes.

    :param number: number of the request or act; it begins the name of the file.
    :param private: names that only the office reads, beside what reads like an address, a path or an account.
    """

    office: Office
    number: str
    classification: str
    private: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Party:
    """A person who signs, and for which office."""

    name: str
    position: str
    office: str
    nip: str = ""
    rank: str = ""

    def signs(self, heading: str) -> Signature:
        """Return the signature block under `heading`."""
        return Signature(heading, self.position, self.name, self.nip, self.rank)


@dataclass(frozen=True)
class Opening:
    """How minutes begin and end.

    :param number: for the official number, which the secretariat gives; ours stands in it.
    :param at: the instant that they tell of.
    :param place: where ("bertempat di").
    :param basis: rules, letters and approvals, one sentence without full stop each.
    :param parties: one or two; who acted comes first.
    :param witnesses: who signs as *Mengetahui*.
    """

    number: str
    at: datetime
    place: str
    basis: tuple[str, ...]
    parties: tuple[Party, ...]
    witnesses: tuple[Party, ...] = ()

    @property
    def witnessed(self) -> tuple[Signature, ...]:
        """The signature blocks of the witnesses."""
        return tuple(witness.signs("Mengetahui") for witness in self.witnesses)


class Minutes(Printed, Protocol):
    """The view of minutes; `TEMPLATE` renders it, `SUFFIX` ends the name of its file."""

    TEMPLATE: ClassVar[str]
    SUFFIX: ClassVar[str]

    @property
    def opening(self) -> Opening:
        """Beginning and end."""


def masthead(number: str, classification: str, sop: Sop, assets: Assets) -> Masthead:
    """Return the frame of minutes about something that is registered in `assets`."""
    return Masthead(sop.office, number, classification, private_names(assets))


def official_number(number: str, short: str, sop: Sop) -> str:
    """Return the room for the official number: archive code, our number, the kind of minutes."""
    return f"{sop.classification_code}/{number}/{short}"


def party(person: Person, sop: Sop) -> Party:
    """Return someone from sop.yaml as a party, for the SKPD or for the office."""
    office = next((skpd.name for skpd in sop.skpd if skpd.code == person.skpd), sop.office.name)
    return Party(person.name, person.position, office, person.nip, person.rank)
