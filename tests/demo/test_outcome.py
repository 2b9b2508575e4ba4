"""The demonstration succeeds only when everything is as the register says."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from cadangan.demo.home import DemoHome
from cadangan.demo.outcome import read_outcome
from cadangan.register.base import Base
from cadangan.register.models import Backup, Copy, Document, Item, Notice, Request

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
RUN = ("backup_request", "run-1")
Damage = Callable[[Request, DemoHome], object]


def kept(path: Path, content: bytes) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return hashlib.sha256(content).hexdigest()


def write_mail(home: DemoHome, subject: str) -> None:
    message = EmailMessage()
    message["To"], message["Subject"] = "narahubung@bkpsdm.example", subject
    home.mails.mkdir(exist_ok=True)
    (home.mails / "001.eml").write_bytes(message.as_bytes())


def good_request(home: DemoHome) -> Request:
    artefact, report = home.vault / "simpeg.dump.zst.age", home.documents / "laporan.pdf"
    copy = Copy(
        destination="utama",
        artefact=artefact.name,
        url=f"file://{artefact}",
        sha256=kept(artefact, b"sealed"),
        bytes=6,
        digest_check="lulus",
        decrypt_check="tidak dijalankan",
        contents_check="tidak dijalankan",
    )
    backup = Backup(
        name="simpeg", asset="simpeg", started_at=NOW, snapshot_at=NOW, ended_at=NOW, stored_bytes=6, manifest={}
    )
    backup.copies.append(copy)
    item = Item(position=1, asset="simpeg", inspection={}, result="Berhasil", backups=[backup])
    document = Document(
        kind="report",
        name=report.name,
        media_type="application/pdf",
        url=f"file://{report}",
        sha256=kept(report, b"%PDF-"),
        created_at=NOW,
    )
    notice = Notice(
        key="1", kind="done", recipients=[], subject="[Selesai] – BR-2026-00001", html="", text="", attachments=[],
        state="sent", created_at=NOW,
    )  # fmt: skip
    write_mail(home, "[Selesai] – BR-2026-00001")
    return Request(
        number="BR-2026-00001",
        dag_id=RUN[0],
        run_id=RUN[1],
        service="backup",
        status="SELESAI",
        result="Berhasil",
        letter_key="k",
        form={},
        violations=[],
        recorded_by="dc",
        created_at=NOW,
        items=[item],
        documents=[document],
        notices=[notice],
    )


def faults_of(tmp_path: Path, damage: Damage, run_state: str = "success") -> list[str]:
    home = DemoHome(tmp_path)
    url = f"sqlite:///{tmp_path / 'register.db'}"
    engine = create_engine(url)
    Base.metadata.create_all(engine)
    with Session(engine) as session, session.begin():
        request = good_request(home)
        damage(request, home)
        session.add(request)
    engine.dispose()
    return list(read_outcome(url, RUN, run_state, home).faults)


def nothing(request: Request, home: DemoHome) -> None:
    """Leave all as it is."""


def set_copy(**values: object) -> Damage:
    def change(request: Request, home: DemoHome) -> None:
        [copy] = request.items[0].backups[0].copies
        for name, value in values.items():
            setattr(copy, name, value)

    return change


def test_a_request_with_all_its_parts_has_no_fault(tmp_path: Path) -> None:
    assert faults_of(tmp_path, nothing) == []


def test_a_failed_run_is_a_fault(tmp_path: Path) -> None:
    assert faults_of(tmp_path, nothing, "failed") == ["run is failed, not success"]


DAMAGES: dict[str, tuple[Damage, str]] = {
    "request not closed": (lambda request, home: setattr(request, "status", "MENUNGGU KONFIRMASI"), "status is"),
    "partial result": (lambda request, home: setattr(request, "result", "Berhasil sebagian"), "result is"),
    "no back-up": (lambda request, home: request.items[0].backups.clear(), "there is no copy"),
    "copy changed on disk": (lambda request, home: kept(home.vault / "simpeg.dump.zst.age", b"sealeD"), "is not what"),
    "copy gone": (lambda request, home: (home.vault / "simpeg.dump.zst.age").unlink(), "is not what"),
    "digest not checked": (set_copy(digest_check="tidak dijalankan"), "the digest was not checked"),
    "does not decrypt": (set_copy(decrypt_check="tidak lulus"), "decryption tidak lulus"),
    "no report": (lambda request, home: setattr(request.documents[0], "kind", "plan"), "there is no report"),
    "report gone": (lambda request, home: (home.documents / "laporan.pdf").unlink(), "is not what"),
    "no mail": (lambda request, home: request.notices.clear(), "no mail was written"),
    "mail not sent": (lambda request, home: setattr(request.notices[0], "state", "pending"), "did not arrive"),
    "mail lost": (lambda request, home: (home.mails / "001.eml").unlink(), "did not arrive"),
}


@pytest.mark.parametrize(("damage", "fault"), DAMAGES.values(), ids=DAMAGES)
def test_each_damage_is_a_fault(tmp_path: Path, damage: Damage, fault: str) -> None:
    faults = faults_of(tmp_path, damage)
    assert len(faults) == 1, faults
    assert fault in faults[0]
