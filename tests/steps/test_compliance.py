"""The compliance report and the evidence pack, from a register with letters in it."""

import hashlib
import json
import subprocess
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select, text

from cadangan.core.choices import VerifyChoice
from cadangan.core.states import Step
from cadangan.documents import store
from cadangan.errors import AuditBroken, DocumentError, RequestRefused
from cadangan.register import backups, requests, scans
from cadangan.register.models import Item, Notice, StepTime
from cadangan.register.office import OfficeDocument
from cadangan.register.time_tables import StepPause
from cadangan.steps import compliance, evidence, gates, reviews, timing
from tests.documents.reading import odf_text, opened_by_libreoffice, pdf_text, squeezed
from tests.register.builders import without_guard
from tests.steps.builders import NOW, answer, at, desk, gate, policies, registered
from tests.vault import builders as vault

# When each letter of the month came and was verified, in minutes after 09.00 on a Monday; a standard of 15 minutes.
VERIFIED_AFTER = (5, 10, 15, 40, 14)


@pytest.fixture
def office(tmp_path):
    """A desk at which letters were verified, one of them late, and one waits."""
    made = at(desk(tmp_path), datetime(2026, 12, 1, 1, tzinfo=UTC))
    for index, minutes in enumerate(VERIFIED_AFTER):
        number = waiting(made, index)
        then = at(made, NOW + timedelta(minutes=minutes))
        gates.ask(then, gate(number, Step.VERIFY))
        gates.decide(then, gate(number, Step.VERIFY), answer("kabid", VerifyChoice.REJECT, then.now(), note="Uji"))
    waiting(made, len(VERIFIED_AFTER))
    return made


def waiting(made, index):
    then = at(made, NOW)
    number = registered(then, f"run-{index}", letter_number=f"800/{index}")
    with made.register.transaction() as session:
        timing.begin(then, session, requests.by_number(session, number), Step.VERIFY, round_no=1, at=NOW)
    return number


def stored(made, suffix):
    with made.register.reading() as session:
        rows = session.scalars(select(OfficeDocument)).all()
    (url,) = [row.url for row in rows if row.name.endswith(suffix)]
    return Path(urlsplit(url).path).read_bytes()


def test_the_figures_are_those_of_the_register(office):
    compliance.write_report(office, "2026-11")
    with office.register.reading() as session:
        # Another way to the same figures: wall clock, since all of it lies in one morning's working hours.
        taken = [
            (step.ended_at - step.started_at) / timedelta(minutes=1)
            for step in session.scalars(select(StepTime).where(StepTime.step == "verify"))
            if step.ended_at
        ]
    late = sum(minutes > 15 for minutes in taken) + 1
    spreadsheet = odf_text(stored(office, ".fods"))
    assert (len(taken), late) == (5, 2)
    assert f"Tahap tepat waktu {len(taken) - late + 1} Tahap terlambat {late}" in spreadsheet
    assert "14.0" in spreadsheet


def test_the_time_for_which_the_requester_was_waited_for_is_nobodys(office):
    number = waiting(office, 90)
    with office.register.transaction() as session:
        row = requests.step_of(session, requests.by_number(session, number), Step.VERIFY, 1)
        row.pauses.append(
            StepPause(
                started_at=NOW + timedelta(minutes=2),
                ended_at=NOW + timedelta(minutes=32),
                reason="menunggu surat yang bertanda tangan",
                by_user="kabid",
            )
        )
        row.ended_at = NOW + timedelta(minutes=39)
    with office.register.reading() as session:
        runs = {run.request_no: run for run in compliance.step_runs(office, session, *compliance.period("2026-11"))}
    assert runs[number].minutes == pytest.approx(9)


def test_the_pdf_says_the_same_as_the_spreadsheet(office):
    compliance.write_report(office, "2026-11")
    shown = pdf_text(stored(office, ".pdf"))
    for words in ("LAPORAN KEPATUHAN", "November 2026", "66,7%", "Badan Kepegawaian", "Belum dicantumkan alasannya"):
        assert words in shown, words


def test_libreoffice_opens_the_spreadsheet_with_all_that_it_says(office, tmp_path):
    compliance.write_report(office, "2026-11")
    content = stored(office, ".fods")
    opened = opened_by_libreoffice({"kepatuhan.fods": content}, tmp_path)["kepatuhan.fods"]
    # The title stands in no cell.
    said = {word for word in odf_text(content).split() if word.isalpha()} - {"Laporan", "Kepatuhan"}
    assert {word for word in said if word not in squeezed(opened)} == set()


def test_the_managers_get_one_mail_with_both_editions_and_a_new_one_only_for_new_figures(office):
    compliance.write_report(office, "2026-11")
    compliance.write_report(office, "2026-11")
    with office.register.transaction() as session:
        (mail,) = session.scalars(select(Notice).where(Notice.kind == "compliance"))
        assert {name.rpartition(".")[2] for name in mail.attachments} == {"fods", "pdf"}
        assert "66,7%" in mail.text
        step = session.scalars(select(StepTime).where(StepTime.ended_at.is_(None))).one()
        step.late_reason = "Pejabat dinas luar"
    compliance.write_report(office, "2026-11")
    with office.register.reading() as session:
        assert len(session.scalars(select(Notice).where(Notice.kind == "compliance")).all()) == 2


def test_a_month_without_letters_says_so(office):
    compliance.write_report(office, "2026-05")
    assert "Tidak ada tahap dengan standar waktu" in pdf_text(stored(office, ".pdf"))


def test_the_age_of_the_newest_good_back_up_is_held_against_the_rpo_of_the_policy(office, tmp_path):
    def said(**policy):
        rules = policies(tmp_path, policies=[{"name": "default", "copies": ["utama"], **policy}])
        with office.register.reading() as session:
            states = compliance.asset_states(replace(office, policies=rules), session, NOW)
            return {state.asset: (state.rpo_hours, state.within_rpo(NOW)) for state in states}["simpeg"]

    assert said() == (None, None)
    assert said(rpo_hours=24) == (24, False)
    with office.register.transaction() as session:
        item = next(item for item in session.scalars(select(Item)) if item.asset == "simpeg")
        made = vault.manifest(vault.name(request_no=item.request.number, item_id=item.id))
        (part,) = made.artefacts
        row = backups.record_backup(session, item, 1, made, [("utama", part.name, "-", 3, part.sha256)])
        row.snapshot_at = NOW - timedelta(hours=20)
        scans.note_read(session, row.copies[0].id, NOW)
    assert said(rpo_hours=24) == (24, True)
    assert said(rpo_hours=19.5) == (19.5, False)


def test_a_year_has_a_line_for_each_month(office):
    compliance.write_report(office, "2026")
    assert "November 2026 Semua" in odf_text(stored(office, ".fods"))


@pytest.mark.parametrize("period", ["", "November", "2026-13", "26-1-1"])
def test_a_period_that_is_none_is_refused(office, period):
    with pytest.raises(RequestRefused, match="bukan periode"):
        compliance.write_report(office, period)


def test_the_run_of_the_first_of_a_month_is_for_the_month_before(office):
    assert compliance.last_month(office) == "2026-11"
    assert compliance.last_month(at(office, datetime(2026, 12, 31, 18, tzinfo=UTC))) == "2026-12"


def test_the_evidence_of_a_year_is_one_archive_whose_digests_hold(office, tmp_path):
    compliance.write_report(office, "2026-11")
    reviews.open_due(at(office, NOW), reviews.Run("asset_review", "satu"), ["simpeg"])
    path = tmp_path / "bukti.zip"
    count = evidence.write_pack(office, 2026, path)
    folder = tmp_path / "bukti"
    with zipfile.ZipFile(path) as archive:
        assert len(archive.namelist()) == count + 1
        archive.extractall(folder)
    subprocess.run(["sha256sum", "--check", "--strict", evidence.SUMS], cwd=folder, check=True, capture_output=True)
    kept = json.loads((folder / "requests" / "BR-2026-00001" / "register.json").read_text())
    assert (kept["number"], kept["decisions"][0]["choice"]) == ("BR-2026-00001", VerifyChoice.REJECT)
    assert [review["asset"] for review in json.loads((folder / "asset-reviews.json").read_text())] == ["simpeg"]
    assert {file.suffix for file in (folder / "reports").iterdir()} == {".fods", ".pdf"}
    audit = [json.loads(row) for row in (folder / "audit.jsonl").read_text().splitlines()]
    assert [row["seq"] for row in audit] == list(range(1, len(audit) + 1))


def test_the_same_register_gives_the_same_archive(office, tmp_path):
    digests = set()
    for name in ("satu.zip", "dua.zip"):
        evidence.write_pack(office, 2026, tmp_path / name)
        digests.add(hashlib.sha256((tmp_path / name).read_bytes()).hexdigest())
    assert len(digests) == 1


def test_no_archive_is_made_of_a_document_that_was_changed_or_a_broken_audit_log(office, tmp_path):
    compliance.write_report(office, "2026-11")
    with office.register.reading() as session:
        url = session.scalars(select(OfficeDocument.url)).first()
    Path(urlsplit(url).path).write_bytes(b"lain")
    path = tmp_path / "bukti.zip"
    with pytest.raises(DocumentError, match="not the document"):
        evidence.write_pack(office, 2026, path)
    with office.register.transaction() as session:
        without_guard(session)
        session.execute(text("UPDATE audit SET actor = 'lain' WHERE seq = 2"))
    with pytest.raises(AuditBroken):
        evidence.write_pack(office, 2026, path)
    assert not path.exists()


def test_a_document_of_the_office_is_read_back_as_it_was_stored(office):
    compliance.write_report(office, "2026-11")
    with office.register.reading() as session:
        for row in session.scalars(select(OfficeDocument)):
            assert store.digest_of(store.read(row, office.documents())) == row.sha256
