"""What ops meet: a killed worker, a database that vanished, a window at night."""

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import psycopg
import pytest
import yaml
from psycopg.conninfo import make_conninfo

from cadangan.core.choices import PlanChoice
from cadangan.core.states import Status
from cadangan.demo.stage import Stage
from cadangan.register import audit
from cadangan.register.session import open_register
from tests.e2e.office import TICKS, Letter
from tests.services.smtp import MailServer

VANISHING = "arsip_lama"


def dumping(stage: Stage) -> psutil.Process | None:
    """Return the running pg_dump of `stage`, held still in the middle of its work; look hard for some seconds."""
    port = str(urlsplit(stage.register_url).port)
    limit = time.monotonic() + 5
    while time.monotonic() < limit:
        for pid in psutil.pids():
            try:
                process = psutil.Process(pid)
                if process.name() == "pg_dump" and process.environ().get("PGPORT") == port:
                    process.suspend()
                    return process
            except psutil.Error:
                continue
    return None


def superuser(stage: Stage, database: str = "postgres") -> str:
    password = (stage.home.postgres / "superuser.password").read_text().strip()
    return make_conninfo(stage.register_url, user="postgres", password=password, dbname=database)


@pytest.fixture
def vanishing(stage: Stage) -> str:
    """A registered database that can be dropped."""
    path = stage.home.config / "assets.yaml"
    assets = yaml.safe_load(path.read_text())
    asset = dict(assets["servers"][0]["assets"][0]) | {"name": VANISHING, "database": VANISHING, "asset_no": "AR-9"}
    assets["servers"][0]["assets"].append(asset)
    path.write_text(yaml.safe_dump(assets, allow_unicode=True))
    with psycopg.connect(superuser(stage), autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {VANISHING}")
    return VANISHING


def test_a_worker_killed_in_the_middle_of_a_dump_leaves_one_good_back_up_after_the_retry(stage: Stage) -> None:
    letter = Letter(stage).verify()
    letter.attempt("plan.gate", "kasi", PlanChoice.APPROVE, **TICKS)
    dump = letter.until(lambda: dumping(stage), "the dump")
    worker = dump.parent()
    os.kill(worker.pid, signal.SIGKILL)
    letter.until(lambda: not dump.is_running() or dump.status() == psutil.STATUS_ZOMBIE, "the end of pg_dump", 10)
    letter.confirm()
    assert letter.end() == "success", letter.states()
    (name,) = letter.backups()
    files = {path.name for path in (stage.home.vault / "utama" / "simpeg").iterdir()}
    with letter.record() as (_, request):
        number = request.number
    ours = {file for file in files if number in file}
    assert ours == {f"{name}.dump.zst.age", f"{name}.globals.sql.zst.age", f"{name}.manifest.json"}


def test_one_failed_item_fails_neither_the_other_nor_the_report(stage: Stage, vanishing: str) -> None:
    letter = Letter(stage, items=["simpeg", vanishing]).verify()
    letter.gate("plan.gate")
    with psycopg.connect(superuser(stage), autocommit=True) as admin:
        admin.execute(f"DROP DATABASE {vanishing}")
    letter.plan()
    letter.until(lambda: letter.states().get("execute.item.dump[1]") == "up_for_retry", "the failed dump")
    letter.set_state("execute.item.dump", "failed", map_index=1)
    letter.confirm()
    assert letter.end() == "failed", "an item failed, and the run says so"
    with letter.record() as (_, request):
        assert (request.status, request.result) == (Status.DONE, "Berhasil sebagian")
        good, bad = request.items
        assert (good.result, bad.result) == ("Berhasil", "Gagal")
        assert bad.error.startswith("Server basis data tidak dapat dihubungi")
        assert VANISHING in bad.error_detail
        assert [document.kind for document in request.documents].count("report") == 2
    states = letter.states()
    assert states["execute.item.checksum[0]"] == "success"
    assert states["confirm.report"] == "success"


def test_the_execution_waits_for_its_window_without_a_worker(stage: Stage) -> None:
    start = datetime.now(UTC) + timedelta(seconds=60)
    letter = Letter(stage).verify().plan(start=start.isoformat())
    letter.until(lambda: letter.states().get("execute.window") == "deferred", "the wait")
    letter.confirm()
    assert letter.end() == "success"
    with letter.record() as (_, request):
        (backup,) = [backup for item in request.items for backup in item.backups]
        assert backup.started_at >= start


@pytest.fixture
def papers_get_lost(stage: Stage, tmp_path: Path) -> Iterator[Callable[[], None]]:
    """Let no document be written, until what this gives is called."""
    path = stage.home.config / "policies.yaml"
    before = path.read_text()
    (tmp_path / "file").write_text("no folder")
    path.write_text(yaml.safe_dump(yaml.safe_load(before) | {"documents_url": f"file://{tmp_path}/file/documents"}))

    def mend() -> None:
        path.write_text(before)

    yield mend
    mend()


def test_a_document_that_cannot_be_written_holds_no_back_up_up_and_makes_the_run_red(
    stage: Stage, papers_get_lost: Callable[[], None]
) -> None:
    letter = Letter(stage).verify()
    letter.until(lambda: letter.states().get("verify.document") == "failed", "the last try")
    letter.until(lambda: letter.states()["plan.notify"] == "success", "the mail to the planner")
    assert [mail.attachments for mail in letter.mails("gate_opened")] == [[], []]
    letter.plan()
    letter.gate("confirm.gate")
    made = letter.backups()
    assert len(made) == 1
    papers_get_lost()
    letter.confirm()
    assert letter.end() == "failed"
    assert letter.status() == Status.DONE
    assert "documents are missing: disposition" in letter.log("close.finish")

    letter.clear("verify.document")
    assert letter.end() == "success", letter.states()
    assert "Lembar Disposisi".upper() in letter.document("disposition")
    assert letter.backups() == made


@pytest.fixture
def own_mail_server(stage: Stage, tmp_path: Path) -> Iterator[MailServer]:
    """A mail server behind the stage's connection that can be switched off."""
    before = stage.home.connections.read_text()
    connections = json.loads(before)
    server = MailServer(tmp_path)
    connections["cadangan_smtp"]["port"] = server.port
    server.switch_on()
    stage.home.connections.write_text(json.dumps(connections))
    yield server
    stage.home.connections.write_text(before)
    server.switch_off()


def test_a_mail_server_that_is_away_makes_the_run_red_until_the_mail_has_gone(
    stage: Stage, own_mail_server: MailServer
) -> None:
    letter = Letter(stage).verify().plan()
    letter.until(lambda: letter.states()["confirm.notify"] == "success", "the mail to the deciders")
    own_mail_server.switch_off()
    letter.confirm()
    letter.until(lambda: letter.states()["close.deliver"] == "up_for_retry", "the mail's next try")
    assert letter.state() == "running"
    assert "stay in the outbox" in letter.log("close.deliver")
    (notice,) = letter.mails("concluded")
    assert (notice.state, notice.attempts) == ("failed", 1)
    assert "refused" in notice.error
    made, decided = letter.backups(), len(letter.audit("decision"))
    assert (len(made), letter.status()) == (1, Status.DONE)

    # Every try has failed.
    letter.set_state("close.deliver", "failed")
    assert letter.end() == "failed"
    assert "could not be told" in letter.log("close.finish")

    own_mail_server.switch_on()
    letter.clear("close.deliver")
    assert letter.end() == "success", letter.states()
    (notice,) = letter.mails("concluded")
    assert (notice.state, notice.error) == ("sent", "")
    arrived = [mail["To"] for mail in own_mail_server.mails() if mail["Subject"] == notice.subject]
    assert arrived == ["narahubung@bkpsdm.example"]
    assert (letter.backups(), letter.status(), len(letter.audit("decision"))) == (made, Status.DONE, decided)


def test_the_register_of_all_that_happened_verifies(stage: Stage) -> None:
    with open_register(stage.register_url).transaction() as session:
        assert audit.verify(session) > 0
