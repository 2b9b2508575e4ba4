"""The command line as a user calls it: a process of its own."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from cadangan import paths
from cadangan.config.check import SAMPLE_RECIPIENT
from cadangan.core.naming import Kind
from cadangan.register import audit, backups, stock
from cadangan.register.session import open_register
from cadangan.steps.rebuild import place_at
from tests.dags.schedules import config_with_schedule
from tests.register.builders import make_manifest, register_letter, without_guard
from tests.vault.builders import name as backup_name
from tests.vault.builders import store

OWN_RECIPIENT = "age1lggyhqrw2nlhcxprm67z43rta597azn8gknawjehu9d9dl0jq3yqqvfafg"


def _run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    settings = {key: value for key, value in os.environ.items() if not key.startswith("CADANGAN_")}
    settings |= {"PYTHONPATH": str(paths.ROOT / "plugins"), **environment}
    return subprocess.run(
        [sys.executable, "-m", "cadangan", *arguments], env=settings, capture_output=True, text=True, check=False
    )


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/folder/register.db"


def test_upgrade_makes_the_register_and_verify_counts_its_audit_rows(url: str) -> None:
    made = _run("register", "upgrade", "--url", url)
    assert (made.returncode, made.stdout, made.stderr) == (0, f"The register at {url} is up to date.\n", "")
    with open_register(url).transaction() as session:
        register_letter(session)
    checked = _run("register", "verify", CADANGAN_REGISTER_URL=url)
    assert (checked.returncode, checked.stdout) == (0, "The audit log holds: 1 rows checked.\n")


def test_verify_names_the_first_broken_row_and_exits_with_1(url: str) -> None:
    assert _run("register", "upgrade", "--url", url).returncode == 0
    with open_register(url).transaction() as session:
        for number in range(3):
            register_letter(session, f"run-{number}")
        without_guard(session)
        session.execute(text("UPDATE audit SET actor = 'lain' WHERE seq >= 2"))
    broken = _run("register", "verify", "--url", url)
    assert (broken.returncode, broken.stdout) == (1, "")
    assert broken.stderr.startswith("The audit log is broken: row 2 does not match its own digest")
    assert "Traceback" not in broken.stderr


def test_a_missing_register_is_one_message_without_a_traceback(url: str) -> None:
    missing = _run("register", "verify", "--url", url)
    assert (missing.returncode, missing.stderr) == (
        2,
        f"There is no register at {url}; run `python -m cadangan register upgrade`.\n",
    )


def test_the_airflow_connection_is_used_when_no_address_is_given(url: str, tmp_path: Path) -> None:
    path = url.removeprefix("sqlite:///")
    connection = f'{{"conn_type": "sqlite", "host": "{path}"}}'
    made = _run(
        "register", "upgrade", AIRFLOW_HOME=str(tmp_path / "airflow"), AIRFLOW_CONN_CADANGAN_REGISTER=connection
    )
    assert (made.returncode, made.stdout) == (0, f"The register at {url} is up to date.\n")


def test_the_commands_work_without_airflow(url: str) -> None:
    without = "import sys; sys.modules['airflow'] = None; from cadangan.cli import main; main()"
    made = subprocess.run(
        [sys.executable, "-c", without, "register", "upgrade", "--url", url],
        env={**os.environ, "PYTHONPATH": str(paths.ROOT / "plugins")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (made.returncode, made.stderr) == (0, "")


def test_the_shipped_configuration_wants_a_key_of_ones_own(tmp_path: Path) -> None:
    checked = _run("config", "check")
    assert (checked.returncode, checked.stdout) == (2, "")
    (line,) = [line for line in checked.stderr.splitlines() if line.startswith("  - ")]
    assert "policies.yaml" in line


def test_a_configuration_in_order_is_said_to_be_so(tmp_path: Path) -> None:
    for file in (paths.INCLUDE / "config").glob("*.yaml"):
        text_of = file.read_text(encoding="utf-8")
        (tmp_path / file.name).write_text(text_of.replace(SAMPLE_RECIPIENT, OWN_RECIPIENT), encoding="utf-8")
    checked = _run("config", "check", CADANGAN_CONFIG=str(tmp_path))
    assert (checked.returncode, checked.stderr) == (0, "")
    assert checked.stdout.startswith("The configuration is in order.\n")


def test_a_withdrawn_request_is_cancelled_and_its_letter_may_come_again(url: str) -> None:
    assert _run("register", "upgrade", "--url", url).returncode == 0
    with open_register(url).transaction() as session:
        number = register_letter(session, "run-1").number
    done = _run("request", "cancel", number, "--by", "dc", "--why", "ditarik pemohon", "--url", url)
    assert (done.returncode, done.stdout) == (0, f"{number} is DIBATALKAN.\n")
    with open_register(url).transaction() as session:
        assert register_letter(session, "run-2").violations == []


def test_every_violation_of_every_file_is_printed(tmp_path: Path) -> None:
    for name, content in {
        "sop.yaml": "offfice: {}",
        "assets.yaml": "servers: [{name: UPPER, engine: oracle}]",
        "policies.yaml": "stream: {level: 99}",
    }.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    checked = _run("config", "check", CADANGAN_CONFIG=str(tmp_path))
    assert (checked.returncode, checked.stdout) == (2, "")
    for expected in ("offfice", "servers[0].name", "servers[0].engine", "stream.level", "calendar.yaml"):
        assert expected in checked.stderr


def test_the_catalogue_is_rebuilt_from_the_vault_without_airflow(url: str, tmp_path: Path) -> None:
    place = place_at("utama", str(tmp_path / "gudang"))
    store([place])
    rebuilt = _run("register", "rebuild", "--from", f"utama={tmp_path}/gudang", "--url", url)
    assert (rebuilt.returncode, rebuilt.stdout) == (0, "1 back-ups lie there; 1 of them were new to the register.\n")
    place.fs.rm_file(place.path("simpeg", backup_name().artefact(Kind.DUMP)))
    amiss = _run("register", "rebuild", "--from", f"utama={tmp_path}/gudang", "--url", url)
    assert (amiss.returncode, "is not there" in amiss.stderr) == (1, True)


def test_pools_are_printed_for_airflow_by_server(tmp_path: Path) -> None:
    config = config_with_schedule(tmp_path, limits={"parallel_per_server": 3})
    done = _run("schedule", "pools", CADANGAN_CONFIG=str(config))
    assert done.returncode == 0, done.stderr
    (pool,) = json.loads(done.stdout).items()
    assert (pool[0], pool[1]["slots"]) == ("cadangan_srv-kepegawaian", 3)


def test_a_back_up_is_locked_until_the_end_of_a_day_and_unlocked(url: str) -> None:
    assert _run("register", "upgrade", "--url", url).returncode == 0
    with open_register(url).transaction() as session:
        request = register_letter(session)
        backups.record_backup(session, request.items[0], 1, make_manifest(), ())
    name = "simpeg-20261123T020000Z"
    who = ("--by", "kasi", "--why", "audit BPK", "--url", url)
    locked = _run("retention", "lock", name, "--until", "2026-12-31", *who)
    assert (locked.returncode, locked.stdout) == (0, f"{name} is locked until 2026-12-31 has passed.\n")
    with open_register(url).reading() as session:
        (kept,) = stock.kept(session, datetime(2026, 12, 31, 16, 59, tzinfo=UTC))
        assert kept.lock is not None
        assert kept.lock.why == "audit BPK"
        assert stock.kept(session, datetime(2026, 12, 31, 17, 0, tzinfo=UTC))[0].lock is None
    assert _run("retention", "unlock", name, *who).stdout == f"{name}: 1 locks released.\n"
    with open_register(url).reading() as session:
        assert stock.kept(session, datetime(2026, 12, 1, tzinfo=UTC))[0].lock is None
        assert audit.verify(session) == 4
    missing = _run("retention", "lock", "tidak-ada", *who)
    assert (missing.returncode, missing.stderr) == (2, "No back-up tidak-ada is in stock; check its name.\n")
