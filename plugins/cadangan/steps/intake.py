"""Step 1: the letter comes in (Mengajukan surat permohonan)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from cadangan.core import request as rules
from cadangan.core.states import Paper, Step
from cadangan.documents import mails
from cadangan.errors import RequestRefused
from cadangan.register import requests
from cadangan.register.models import Request
from cadangan.steps import files, post, timing
from cadangan.steps.desk import Desk


@dataclass(frozen=True)
class Rules:
    """What a letter for one service must hold.

    :param clean: returns the form's own keys.
    :param violations: returns every rule that the form breaks, and may complete the form; `assets` are those that it
        asks for, bundles expanded.
    """

    service: str
    clean: Callable[[Mapping[str, Any]], dict[str, Any]]
    violations: Callable[[Desk, Session, dict[str, Any], Sequence[str]], list[str]]


def register(
    desk: Desk, *, dag_id: str, run_id: str, form: Mapping[str, Any], recorded_by: str, by: Rules | None = None
) -> str:
    """Enter the letter in the register and return the request's number.

    :param by: the rules of its service, those of back-ups when left out.
    :raises RequestRefused: the data breaks rules; the request is on record as refused, with all reasons.
    """
    by = by or BACKUP
    kept = by.clean(form)
    with desk.register.transaction() as session:
        request = _enter(desk, session, by, form=kept, dag_id=dag_id, run_id=run_id, recorded_by=recorded_by)
        if request.violations:
            mail = mails.request_refused(request, desk.sop)
            post.enqueue(desk, session, request, mail, kind="request_refused", recipients=[kept["requester_email"]])
        else:
            timing.begin(desk, session, request, Step.VERIFY, round_no=1, at=request.created_at)
        number, reasons = request.number, [str(reason) for reason in request.violations]
    if reasons:
        raise RequestRefused(f"Permohonan {number} ditolak. Perbaiki hal berikut, lalu ajukan kembali:", reasons)
    return number


def acknowledge(desk: Desk, number: str) -> None:
    """Write the receipt of the letter, and put the mail that brings it to the requester into the outbox."""
    files.write(desk, number, Paper.RECEIPT)
    with desk.register.transaction() as session:
        request = requests.by_number(session, number)
        post.enqueue(
            desk,
            session,
            request,
            mails.received(request, desk.sop),
            kind="received",
            recipients=[request.form.get("requester_email")],
            attachments=[name for name in files.names(request, Paper.RECEIPT) if name.endswith(".pdf")],
        )


def number_of(desk: Desk, dag_id: str, run_id: str) -> str:
    """Return the number of a run's request; raise RecordMissing when it was never registered."""
    with desk.register.reading() as session:
        return requests.by_run(session, dag_id, run_id).number


def _enter(
    desk: Desk, session: Session, by: Rules, *, form: dict[str, Any], dag_id: str, run_id: str, recorded_by: str
) -> Request:
    now = desk.now()
    bundles = {bundle.name: bundle.assets for bundle in desk.assets.bundles}
    wanted = [str(name) for name in form["items"]] if isinstance(form["items"], list) else []
    assets = rules.expanded(wanted, bundles)
    return requests.register_request(
        session,
        dag_id=dag_id,
        run_id=run_id,
        violations=by.violations(desk, session, form, assets),
        form=form,
        letter_key=rules.letter_key(form),
        items=assets,
        recorded_by=recorded_by,
        prefix=desk.sop.number_prefix,
        now=now,
        service=by.service,
    )


def violations(desk: Desk, _session: Session, form: dict[str, Any], _assets: Sequence[str]) -> list[str]:
    """Return every rule of letters that `form` breaks."""
    return rules.violations(form, _known(desk), desk.now().astimezone(desk.zone))


def _known(desk: Desk) -> rules.Known:
    assets = {name: asset for name, (_, asset) in desk.assets.by_name().items()}
    # Those of a bundle are of one owner and one policy.
    assets |= {bundle.name: assets[bundle.assets[0]] for bundle in desk.assets.bundles}
    return rules.Known(
        offices=[skpd.code for skpd in desk.sop.skpd],
        owners={name: asset.owner for name, asset in assets.items()},
        policies={name: asset.policy for name, asset in assets.items()},
    )


BACKUP = Rules("backup", rules.clean, violations)
