"""What every document, gate and mail shows of a request."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from cadangan.config.assets import Assets
from cadangan.config.sop import Office, Sop
from cadangan.core.states import Step
from cadangan.documents.safety import one_line
from cadangan.register.models import Decision, Item, Request

SERVICES = {"backup": "Back-up (Pencadangan)", "restore": "Restore (Pemulihan)"}
_CLASSIFICATIONS = ("Biasa", "Terbatas", "Rahasia")


@dataclass(frozen=True)
class Letter:
    """The letter and who sent it, as the form says."""

    number: str
    day: str
    subject: str
    nature: str
    skpd: str
    name: str
    nip: str
    position: str
    phone: str
    email: str
    wanted: str
    purpose: str
    reason: str
    note: str
    window_start: str
    window_end: str
    urgent: bool
    repeat: bool


@dataclass(frozen=True)
class ItemFacts:
    """A requested database or file tree: what the asset register and the inspection know of it. Size in bytes.

    :param details: technical messages behind blockers, for the staff.
    """

    position: int
    asset: str
    application: str
    database: str
    server: str
    asset_no: str
    criticality: str
    personal_data: str
    classification: str
    inspected: bool
    server_version: str
    size_bytes: int | None
    tables: int | None
    encoding: str
    warnings: tuple[str, ...]
    blockers: tuple[str, ...]
    details: tuple[str, ...]


class Head(Protocol):
    """What the frame of every document needs."""

    @property
    def office(self) -> Office:
        """The letterhead."""

    @property
    def number(self) -> str:
        """Number of the request or act."""

    @property
    def classification(self) -> str:
        """Classification of the whole document."""

    @property
    def private(self) -> frozenset[str]:
        """Names that only the office reads."""


class Printed(Protocol):
    """The view of a document."""

    @property
    def cover(self) -> Head:
        """See `Head`."""


@dataclass(frozen=True)
class Cover:
    """What stands on every document of a request; `private` are names that only the office reads."""

    office: Office
    number: str
    service: str
    classification: str
    private: frozenset[str]
    legal_basis: tuple[str, ...]
    letter: Letter
    items: tuple[ItemFacts, ...]


def cover(request: Request, sop: Sop, assets: Assets) -> Cover:
    """Return the common part; the strictest classification of its items is the document's."""
    items = tuple(item_facts(item, assets) for item in request.items)
    return Cover(
        office=sop.office,
        number=request.number,
        service=SERVICES.get(request.service, request.service),
        classification=max((item.classification for item in items), key=_CLASSIFICATIONS.index, default="Terbatas"),
        private=private_names(assets) | _names_on_record(request),
        legal_basis=sop.legal_basis,
        letter=letter(request.form, sop),
        items=items,
    )


def private_names(assets: Assets) -> frozenset[str]:
    """Return the names of servers and connections, and the paths, of all that is registered."""
    found: set[str | None] = set()
    for server in assets.servers:
        found |= {server.name, server.conn_id, server.ssh_conn_id}
        found |= {asset.database for asset in server.assets if asset.database.startswith("/")}
    return frozenset(name for name in found if name)


def _names_on_record(request: Request) -> frozenset[str]:
    """Return the servers and paths of plans and back-ups, which may have left the asset register since."""
    sources = [item for row in request.plans for item in json.loads(row.body)["items"]]
    sources += [row.manifest["source"] for item in request.items for row in item.backups]
    paths = [source["database"] for source in sources if source["database"].startswith("/")]
    return frozenset([*paths, *(source["server"] for source in sources)])


def letter(form: Mapping[str, Any], sop: Sop) -> Letter:
    """Return the form's values as text; what a refused form lacks is empty."""
    code = _text(form, "skpd")
    return Letter(
        number=_text(form, "letter_number"),
        day=_text(form, "letter_date"),
        subject=_text(form, "letter_subject"),
        nature=_text(form, "letter_nature"),
        skpd=next((skpd.name for skpd in sop.skpd if skpd.code == code), code),
        name=_text(form, "requester_name"),
        nip=_text(form, "requester_nip"),
        position=_text(form, "requester_position"),
        phone=_text(form, "requester_phone"),
        email=_text(form, "requester_email"),
        wanted=", ".join(_lines(form.get("items"))),
        purpose=_text(form, "purpose"),
        reason=_text(form, "reason"),
        note=_text(form, "note"),
        window_start=_text(form, "window_start"),
        window_end=_text(form, "window_end"),
        urgent=form.get("urgent") is True,
        repeat=form.get("repeat") is True,
    )


def item_facts(item: Item, assets: Assets) -> ItemFacts:
    """Return what is known of `item`; an asset that left the register keeps its name."""
    server, asset = assets.by_name().get(item.asset, (None, None))
    found = item.inspection or {}
    return ItemFacts(
        position=item.position,
        asset=item.asset,
        application=asset.application if asset else item.asset,
        database=asset.database if asset else "",
        server=server.name if server else "",
        asset_no=asset.asset_no if asset else "",
        criticality=asset.criticality if asset else "",
        personal_data=asset.personal_data if asset else "",
        classification=asset.classification if asset else "Terbatas",
        inspected=bool(found),
        server_version=_text(found, "server_version"),
        size_bytes=_count(found.get("size_bytes")),
        tables=_count(found.get("tables")),
        encoding=_text(found, "encoding"),
        warnings=_lines(found.get("warnings")),
        blockers=_lines(found.get("blockers")),
        details=_lines(found.get("details")),
    )


def decision_on(request: Request, step: Step) -> Decision | None:
    """Return the newest decision at the gate of `step`."""
    return next((row for row in reversed(request.decisions) if row.step == step), None)


def _text(values: Mapping[str, Any], key: str) -> str:
    value = values.get(key)
    return "" if value is None else str(value).strip()


def _count(value: object) -> int | None:
    if isinstance(value, list | tuple | dict):
        return len(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _lines(value: object) -> tuple[str, ...]:
    return tuple(one_line(str(line)) for line in value) if isinstance(value, list | tuple) else ()
