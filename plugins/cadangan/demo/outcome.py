"""What came of the demonstration's request, by the register and by the files, and whether all of it is good."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from cadangan.core.states import Result, Status, Verdict
from cadangan.demo.home import DemoHome
from cadangan.demo.mails import received
from cadangan.register.models import Copy, Document, Notice, Request


@dataclass(frozen=True)
class Outcome:
    """The request with all that belongs to it, read in one go; `faults` is empty when all of it is good."""

    request: Request
    copies: Sequence[Copy]
    documents: Sequence[Document]
    mails: Sequence[EmailMessage]
    faults: Sequence[str]


def read_outcome(register_url: str, run: tuple[str, str], run_state: str, home: DemoHome) -> Outcome:
    """Return what the register and the folders hold about the request of `run` (DAG id, run id).

    Every copy is read again and every document opened: nothing counts because a row says so.
    """
    engine = create_engine(register_url)
    try:
        with Session(engine, expire_on_commit=False) as session:
            request = session.scalars(select(Request).where(Request.dag_id == run[0], Request.run_id == run[1])).one()
            copies = [copy for item in request.items for backup in item.backups for copy in backup.copies]
            mails = received(home.mails)
            faults = [
                *_result_faults(request, run_state),
                *_copy_faults(copies),
                *_document_faults(request.documents),
                *_mail_faults(request.notices, mails),
            ]
            return Outcome(request, copies, request.documents, mails, faults)
    finally:
        engine.dispose()


def local_path(url: str) -> Path:
    """Return the path of a `file:` URL."""
    return Path(url.removeprefix("file://"))


def _result_faults(request: Request, run_state: str) -> list[str]:
    wanted = {"run": "success", "status": Status.DONE.value, "result": Result.SUCCEEDED.value}
    found = {"run": run_state, "status": request.status, "result": request.result}
    return [f"{key} is {found[key]}, not {wanted[key]}" for key in wanted if found[key] != wanted[key]]


def _copy_faults(copies: Sequence[Copy]) -> list[str]:
    if not copies:
        return ["there is no copy"]
    faults = []
    for copy in copies:
        path = local_path(copy.url)
        if not path.is_file() or path.stat().st_size != copy.bytes or _sha256(path) != copy.sha256:
            faults.append(f"{copy.url} is not what the register says")
        checks = {"digest": copy.digest_check, "decryption": copy.decrypt_check, "contents": copy.contents_check}
        faults += [
            f"{copy.artefact}: {name} {verdict}" for name, verdict in checks.items() if verdict == Verdict.FAILED
        ]
        if copy.digest_check != Verdict.PASSED:
            faults.append(f"{copy.artefact}: the digest was not checked")
    return faults


def _document_faults(documents: Sequence[Document]) -> list[str]:
    reports = [document for document in documents if document.kind == "report"]
    faults = [] if reports else ["there is no report"]
    for document in documents:
        path = local_path(document.url)
        if not path.is_file() or _sha256(path) != document.sha256:
            faults.append(f"{document.url} is not what the register says")
    return faults


def _mail_faults(notices: Sequence[Notice], mails: Sequence[EmailMessage]) -> list[str]:
    arrived = {str(mail["Subject"]) for mail in mails}
    faults = [] if notices else ["no mail was written"]
    return faults + [
        f"the mail “{notice.subject}” did not arrive ({notice.state}) {notice.error}"
        for notice in notices
        if notice.state != "sent" or notice.subject not in arrived
    ]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
