"""`backup_request` in a running Airflow, as its users go through it."""

import hashlib
import json
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
import yaml
from psycopg.conninfo import make_conninfo

from cadangan.core.choices import ConfirmChoice, PlanChoice, VerifyChoice
from cadangan.core.plan import Plan
from cadangan.core.states import Status, Step
from cadangan.demo.mails import received
from cadangan.demo.stage import Stage
from cadangan.engines.postgres.clients import wheel_dir
from cadangan.register import decisions, plans
from tests.e2e.office import DAG, Letter


@pytest.fixture(scope="module")
def done(stage: Stage) -> Letter:
    """A request that went through all steps."""
    letter = Letter(stage).verify().plan().confirm()
    assert letter.end() == "success", letter.states()
    return letter


def test_a_letter_becomes_a_verified_back_up_and_a_confirmed_report(done: Letter) -> None:
    with done.record() as (_, request):
        assert (request.status, request.result) == (Status.DONE, "Berhasil")
        kinds = {document.kind for document in request.documents}
        assert kinds == {"receipt", "disposition", "plan", "report", "report_public", "minutes", "minutes_public"}
        assert {document.name.rpartition(".")[2] for document in request.documents} == {"fodt", "pdf"}
        (backup,) = [backup for item in request.items for backup in item.backups]
        for copy in backup.copies:
            stored = Path(urlsplit(copy.url).path)
            assert hashlib.sha256(stored.read_bytes()).hexdigest() == copy.sha256
            assert (copy.digest_check, copy.decrypt_check, copy.contents_check) == ("lulus", "lulus", "lulus")
        (rehearsal,) = backup.rehearsals
        assert (rehearsal.verdict, rehearsal.differences) == ("lulus", []), rehearsal.detail


def test_who_decided_what_is_on_record(done: Letter) -> None:
    with done.record() as (_, request):
        decided = [(row.step, row.choice, row.by_user) for row in request.decisions]
    assert decided == [
        ("verify", VerifyChoice.APPROVE, "kabid"),
        ("plan", PlanChoice.APPROVE, "kasi"),
        ("confirm", ConfirmChoice.CONFORMS, "skpd"),
    ]


def test_the_second_round_is_skipped_when_the_result_conforms(done: Letter) -> None:
    states = done.states()
    assert {states[task] for task in states if "_again" in task} == {"skipped"}


def test_the_requester_gets_the_report_and_every_decider_a_link_to_the_gate(done: Letter) -> None:
    with done.record() as (_, request):
        sent = {(notice.kind, address): notice.state for notice in request.notices for address in notice.recipients}
        number = request.number
    assert set(sent.values()) == {"sent"}
    assert {kind for kind, _ in sent} == {"received", "gate_opened", "concluded"}
    ours = [mail for mail in received(done.stage.home.mails) if number in str(mail["Subject"])]
    final = next(mail for mail in ours if "Selesai" in str(mail["Subject"]))
    assert "narahubung@bkpsdm.example" in str(final["To"])
    assert any(part.get_content_type() == "application/pdf" for part in final.iter_attachments())
    linked = [mail for mail in ours if "/required_actions" in mail.get_body(("plain",)).get_content()]
    assert {str(mail["To"]) for mail in linked} >= {"kabid@diskominfo.example", "kasi@diskominfo.example"}


def test_no_secret_of_the_connections_is_in_a_log_a_document_or_a_mail(done: Letter) -> None:
    connections = json.loads(done.stage.home.connections.read_text())
    secrets = [str(c["password"]).encode() for c in connections.values() if c.get("password")]
    assert len(secrets) >= 3
    folders = (done.stage.home.airflow / "logs", done.stage.home.documents, done.stage.home.mails)
    for file in (path for folder in folders for path in folder.rglob("*") if path.is_file()):
        content = file.read_bytes()
        assert not [secret for secret in secrets if secret in content], file


def test_the_artefact_is_restored_by_hand_with_age_zstd_and_pg_restore(done: Letter, tmp_path: Path) -> None:
    identity = json.loads(done.stage.home.connections.read_text())["cadangan_age_identity"]["password"]
    key = tmp_path / "key"
    key.write_text(identity + "\n")
    with done.record() as (_, request):
        (backup,) = [backup for item in request.items for backup in item.backups]
        url = next(copy.url for copy in backup.copies if ".dump." in copy.artefact)
        tables = backup.manifest["inventory"]["tables"]
    archive = tmp_path / "archive"
    with archive.open("wb") as out:
        age = subprocess.Popen(["age", "-d", "-i", str(key), urlsplit(url).path], stdout=subprocess.PIPE)
        subprocess.run(["zstd", "-d", "-c"], stdin=age.stdout, stdout=out, check=True)
        assert age.wait() == 0
    password = (done.stage.home.postgres / "superuser.password").read_text().strip()
    superuser = make_conninfo(done.stage.register_url, user="postgres", password=password, dbname="postgres")
    with psycopg.connect(superuser, autocommit=True) as admin:
        admin.execute("CREATE DATABASE by_hand")
    target = make_conninfo(superuser, dbname="by_hand")
    subprocess.run([str(wheel_dir() / "pg_restore"), "--exit-on-error", "-d", target, str(archive)], check=True)
    with psycopg.connect(target) as restored:
        for table in tables:
            query = psycopg.sql.SQL("SELECT count(*) FROM {}").format(
                psycopg.sql.Identifier(table["schema_name"], table["name"])
            )
            assert restored.execute(query).fetchone() == (table["rows"],), table["name"]
    assert len(tables) >= 5


def test_a_rejected_request_ends_green_and_clear(stage: Stage) -> None:
    letter = Letter(stage)
    letter.answer("verify.gate", "kabid", VerifyChoice.REJECT, note="Bukan kewenangan kami")
    assert letter.end() == "success"
    with letter.record() as (_, request):
        assert request.status == Status.REJECTED
        assert {document.kind for document in request.documents} == {"receipt", "disposition", "reply"}
    assert [notice.state for notice in letter.mails("concluded")] == ["sent"]
    assert letter.backups() == []
    assert letter.states()["plan.draft"] == "skipped"


def test_a_request_goes_back_for_correction_with_its_reason_only(stage: Stage) -> None:
    letter = Letter(stage)
    refusal = letter.refused("verify.gate", "kabid", VerifyChoice.RETURN, note="  ")
    assert "wajib disertai alasan" in refusal.detail
    letter.gate("verify.gate")
    assert letter.status() == Status.SUBMITTED
    letter.answer("verify.gate", "kabid", VerifyChoice.RETURN, note="Lampiran belum ditandatangani")
    assert letter.end() == "success"
    with letter.record() as (_, request):
        number = request.number
        assert (request.status, request.close_note) == (Status.RETURNED, "Lampiran belum ditandatangani")
        assert {document.kind for document in request.documents} == {"receipt", "disposition", "reply"}
    assert letter.backups() == []
    disposition = letter.document("disposition")
    assert "☑ Dikembalikan" in disposition
    assert "Lampiran belum ditandatangani" in disposition
    mails = [m for m in received(stage.home.mails) if number in m["Subject"] and "narahubung" in m["To"]]
    _, mail = sorted(mails, key=lambda found: "Dikembalikan" in found["Subject"])
    assert "Lampiran belum ditandatangani" in " ".join(mail.get_body(("plain",)).get_content().split())
    assert [part.get_content_type() for part in mail.iter_attachments()].count("application/pdf") == 1


@pytest.fixture
def deputise(stage: Stage) -> Iterator[Callable[[int, int], None]]:
    """Make kasi the Plh. of the verifier, from and to so many days from today."""
    path = stage.home.config / "sop.yaml"
    before = path.read_text()

    def act(first: int, last: int) -> None:
        sop = yaml.safe_load(before)
        days = [datetime.now(UTC).date() + timedelta(days=days) for days in (first, last)]
        sop["roles"]["verifier"]["deputies"] = [{"user": "kasi", "first_day": days[0], "last_day": days[1]}]
        path.write_text(yaml.safe_dump(sop, allow_unicode=True))

    yield act
    path.write_text(before)


def test_a_deputys_answer_counts_within_the_dates_only(stage: Stage, deputise: Callable[[int, int], None]) -> None:
    deputise(-9, -2)
    letter = Letter(stage)
    assert "tidak memegang peran" in letter.refused("verify.gate", "kasi", VerifyChoice.REJECT, note="Tidak").detail
    deputise(-9, 2)
    letter.answer("verify.gate", "kasi", VerifyChoice.REJECT, note="Bukan kewenangan kami")
    assert letter.end() == "success"
    assert letter.status() == Status.REJECTED
    assert "Plh. Kepala Bidang Aplikasi Informatika" in letter.document("disposition")


def test_a_plan_that_is_returned_ends_the_request_as_returned(stage: Stage) -> None:
    letter = Letter(stage).verify()
    letter.answer("plan.gate", "kasi", PlanChoice.RETURN, **{"time": False, "note": "Personil tidak tersedia"})
    assert letter.end() == "success"
    assert letter.status() == Status.RETURNED
    assert letter.backups() == []


def test_an_answer_from_outside_the_role_is_refused_and_the_gate_waits_on(stage: Stage) -> None:
    letter = Letter(stage)
    letter.refused("verify.gate", "kasi", VerifyChoice.APPROVE, note="")
    letter.until(lambda: [n for n in letter.mails("answer_refused") if n.state == "sent"], "the mail of the refusal")
    assert "refused the answer of kasi" in letter.log("verify.gate")
    letter.gate("verify.gate")
    assert letter.status() == Status.SUBMITTED
    letter.answer("verify.gate", "kabid", VerifyChoice.REJECT, note="Cukup")
    assert letter.end() == "success"


def test_belum_sesuai_repeats_the_execution_once_and_then_ends_as_failed(stage: Stage) -> None:
    letter = Letter(stage).verify().plan().confirm(ConfirmChoice.NOT_CONFORMING, note="Tabel kurang")
    letter.confirm(ConfirmChoice.NOT_CONFORMING, "confirm_again", note="Masih kurang")
    assert letter.end() == "failed"
    with letter.record() as (_, request):
        assert (request.status, request.close_note) == (Status.FAILED, "Masih kurang")
        assert [backup.round for item in request.items for backup in item.backups] == [1, 2]


def test_a_second_round_that_conforms_ends_the_request_well(stage: Stage) -> None:
    letter = Letter(stage).verify().plan().confirm(ConfirmChoice.NOT_CONFORMING, note="Tabel kurang")
    letter.confirm(group="confirm_again", note="Sudah lengkap")
    assert letter.end() == "success", letter.states()
    with letter.record() as (_, request):
        assert (request.status, request.result, request.close_note) == (Status.DONE, "Berhasil", "Sudah lengkap")
        backups = [backup for item in request.items for backup in item.backups]
        assert [backup.round for backup in backups] == [1, 2]
        for copy in (copy for backup in backups for copy in backup.copies):
            assert hashlib.sha256(Path(urlsplit(copy.url).path).read_bytes()).hexdigest() == copy.sha256
            assert (copy.digest_check, copy.decrypt_check, copy.contents_check) == ("lulus", "lulus", "lulus")
        confirmed = [(row.round, row.choice) for row in request.decisions if row.step == "confirm"]
    assert confirmed == [(1, ConfirmChoice.NOT_CONFORMING), (2, ConfirmChoice.CONFORMS)]
    report = letter.document("report")
    for fact in (
        "Bukti back-up simpeg (putaran 1)",
        "Bukti back-up simpeg (putaran 2)",
        *letter.backups(),
        "Melaksanakan sesuai perencanaan (putaran 2)",
        "hasil putaran 1 dinyatakan belum sesuai: Tabel kurang.",
        "Sudah lengkap",
    ):
        assert fact in report


def test_a_letter_that_breaks_rules_is_refused_with_all_reasons_at_once(stage: Stage) -> None:
    letter = Letter(stage, items=["simpek"], requester_nip="-", letter_date="2999-01-01")
    assert letter.end() == "failed"
    log = letter.log("register.accept")
    assert "“simpek” tidak ada dalam register aset; yang paling mirip: simpeg" in log
    assert "Tanggal surat: berada di masa depan." in log
    with letter.record() as (_, request):
        assert request.status == Status.REJECTED
        assert len(request.violations) == 2
    assert [notice.state for notice in letter.mails("request_refused")] == ["sent"]


def test_the_same_letter_twice_is_refused_with_the_number_of_the_first(stage: Stage, done: Letter) -> None:
    with done.record() as (_, request):
        first, form = request.number, request.form
    again = Letter(stage, letter_number=form["letter_number"], letter_date=form["letter_date"])
    assert again.end() == "failed"
    with again.record() as (_, request):
        assert first in str(request.violations)


def approve_a_past_schedule(letter: Letter) -> None:
    """Put a plan on record that was approved and frozen in order, and whose time is over."""
    yesterday = datetime.now(UTC) - timedelta(days=1)
    with letter.record() as (session, request):
        plan = Plan.model_validate_json(plans.current(session, request).body)
        past = plan.model_copy(update={"start": yesterday - timedelta(days=7), "valid_until": yesterday})
        row = plans.save_draft(session, request, past)
        given = decisions.latest(session, request, Step.PLAN, 1)
        assert given
        decisions.record_decision(
            session,
            request,
            step=Step.PLAN,
            round=1,
            choice=PlanChoice.APPROVE,
            note=given.note,
            form=given.form,
            by_user=given.by_user,
            by_name=given.by_name,
            by_nip=given.by_nip,
            by_role=given.by_role,
            at=past.start,
            plan_sha256=row.sha256,
        )
        plans.freeze(session, request, Plan.model_validate_json(row.body), actor=given.by_user, at=past.start)


class TestNothingGetsAroundAGate:
    """The acting task checks the approval itself."""

    def test_marking_the_verification_as_done_leads_to_no_plan(self, stage: Stage) -> None:
        letter = Letter(stage)
        letter.gate("verify.gate")
        letter.set_state("verify.gate", "success")
        assert letter.end() == "failed"
        assert letter.states()["plan.draft"] == "upstream_failed"
        assert letter.status() == Status.FAILED

    def test_marking_the_plan_as_approved_leads_to_no_dump(self, stage: Stage) -> None:
        letter = Letter(stage).verify()
        letter.gate("plan.gate")
        letter.set_state("plan.gate", "success")
        assert letter.end() == "failed"
        assert letter.backups() == []
        assert "no approved plan to freeze" in letter.log("plan.freeze")

    def test_clearing_an_answered_gate_voids_its_approval(self, stage: Stage) -> None:
        letter = Letter(stage).verify().plan()
        letter.gate("confirm.gate")
        assert len(letter.backups()) == 1
        letter.clear("plan.gate")
        letter.gate("plan.gate")
        letter.set_state("plan.gate", "success")
        letter.end()
        assert len(letter.backups()) == 1, "no second dump"
        assert letter.status() == Status.FAILED

    def test_a_plan_row_that_was_edited_is_not_executed(self, stage: Stage) -> None:
        letter = Letter(stage).verify()
        later = (datetime.now(UTC) + timedelta(days=100)).replace(microsecond=0)
        letter.plan(start=later.isoformat())
        letter.until(lambda: letter.states().get("execute.window") == "deferred", "waiting for the window")
        with letter.record() as (_, request):
            (row,) = request.plans
            written = later.isoformat().replace("+00:00", "Z")
            assert written in row.body
            row.body = row.body.replace(written, "2026-01-01T00:00:00Z")
        letter.set_state("execute.window", "success")
        letter.confirm()
        assert letter.end() == "failed"
        assert letter.backups() == []
        assert "find out who changed it" in letter.log("execute.item.dump")

    def test_an_approval_that_has_expired_leads_to_no_dump(self, stage: Stage) -> None:
        letter = Letter(stage).verify()
        letter.plan(start=(datetime.now(UTC) + timedelta(days=100)).isoformat())
        letter.until(lambda: letter.states().get("execute.window") == "deferred", "waiting for the window")
        approve_a_past_schedule(letter)
        letter.set_state("execute.window", "success")
        letter.confirm()
        assert letter.end() == "failed"
        assert letter.backups() == []
        log = letter.log("execute.item.dump")
        assert "the approval of its plan ended at" in log
        assert "clear the task that drafts the plan and have the gate answered again" in log
        assert letter.states()["execute.item.checksum[0]"] == "upstream_failed"
        assert "tidak menghasilkan back-up" in letter.document("report")

    def test_the_dump_alone_of_a_finished_request_is_refused(self, stage: Stage, done: Letter) -> None:
        before = done.backups()
        done.clear("execute.item.dump", downstream=False)
        assert done.until(lambda: done.state() not in {"queued", "running"}, "the end")
        assert done.backups() == before
        assert "SELESAI" in done.log("execute.item.dump")
        assert done.run[0] == DAG
