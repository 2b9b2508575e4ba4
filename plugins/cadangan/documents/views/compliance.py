"""The compliance report: figures by step, office and month, the protection of assets, and a chart."""

from dataclasses import dataclass
from datetime import datetime

from cadangan.config.sop import Office, Sop
from cadangan.core.compliance import ALL, AssetState, Line, oldest_unproved
from cadangan.documents import formats
from cadangan.documents.views.signatures import Signature

_MONTHS = (
    "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember".split()  # noqa: SIM905
)


@dataclass(frozen=True)
class ComplianceLine:
    """A line with the words that people read."""

    line: Line
    month: str
    step: str
    standard: str
    office: str


@dataclass(frozen=True)
class AssetLine:
    """An asset with its figures as of the report: hours, and a verdict in words."""

    state: AssetState
    age_hours: float | None
    verdict: str


@dataclass(frozen=True)
class Compliance:
    """See the module's docstring.

    :param whole: lines of all offices together; `offices` those of each.
    """

    office: Office
    number: str
    period: str
    as_of: datetime
    legal_basis: tuple[str, ...]
    whole: tuple[ComplianceLine, ...]
    offices: tuple[ComplianceLine, ...]
    assets: tuple[AssetLine, ...]
    in_time: int
    late: int
    signatures: tuple[Signature, ...]

    @property
    def share(self) -> float | None:
        """The share of all decided steps that were in time."""
        decided = self.in_time + self.late
        return self.in_time / decided if decided else None


def compliance(
    period: str, lines: tuple[Line, ...], assets: tuple[AssetState, ...], sop: Sop, as_of: datetime
) -> Compliance:
    """Return what the report of `period` ("2026-11" or "2026") says."""
    whole = tuple(_line(line, sop) for line in lines if line.office == ALL)
    return Compliance(
        office=sop.office,
        number=f"KEPATUHAN/{period}",
        period=month_name(period),
        as_of=as_of,
        legal_basis=sop.legal_basis,
        whole=whole,
        offices=tuple(_line(line, sop) for line in lines if line.office != ALL),
        assets=tuple(_asset(state, as_of) for state in oldest_unproved(assets)),
        in_time=sum(one.line.in_time for one in whole),
        late=sum(one.line.late for one in whole),
        signatures=(_manager(sop),),
    )


def month_name(period: str) -> str:
    """Return "November 2026" for "2026-11", "2026" for "2026"."""
    year, dash, month = period.partition("-")
    return f"{_MONTHS[int(month) - 1]} {year}" if dash else year


def _line(line: Line, sop: Sop) -> ComplianceLine:
    rule = sop.steps[line.step]
    names = {office.code: office.name for office in sop.skpd}
    return ComplianceLine(
        line=line,
        month=month_name(line.month),
        step=f"{rule.number}. {rule.title}",
        standard=formats.standard(rule.standard),
        office=names.get(line.office, line.office),
    )


def _manager(sop: Sop) -> Signature:
    role = sop.roles["manager"]
    first = next((person for user in role.people if (person := sop.person(user))), None)
    return (
        Signature("Mengetahui", first.position, first.name, first.nip, first.rank)
        if first
        else Signature("Mengetahui", role.label, "")
    )


def _asset(state: AssetState, as_of: datetime) -> AssetLine:
    verdict = {True: "Memenuhi", False: "Tidak memenuhi", None: "Tidak ditetapkan"}[state.within_rpo(as_of)]
    return AssetLine(state, state.age_hours(as_of), verdict)
