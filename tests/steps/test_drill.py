"""Stored back-ups are rehearsed again by a schedule, and one that fails is told to those who must act."""

import itertools
import json
from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from cadangan.config.assets import Assets
from cadangan.config.restoring import Rehearsal
from cadangan.engines.contract import Site
from cadangan.errors import NotConfigured, RehearsalFailed
from cadangan.hosts import local
from cadangan.register import requests
from cadangan.register.models import Backup, Notice
from cadangan.register.rehearsal_row import RehearsalRow
from cadangan.steps import drill, execute, scheduled
from tests.config import contents
from tests.restore.builders import SAMPLE
from tests.restore.builders import run as on_database
from tests.services.postgres import databases_on, target_on
from tests.steps.builders import NOW, at, desk, policies
from tests.stream.builders import KEY, RECIPIENT

ASSETS = ("simpeg", "sapk")
REGISTERED = Assets.model_validate(
    contents.assets(servers=[contents.server(assets=[contents.asset(name=name, database=name) for name in ASSETS])])
)
SERVER = REGISTERED.servers[0].name
SCRATCH = {"engine": "postgres", "server": SERVER, "database": "postgres", "allow_source_server": True}


def rules(folder, budget_minutes=120, **policy):
    made = policies(
        folder,
        destinations=[{"name": name, "url": f"file://{folder}/{name}"} for name in ("utama", "kedua")],
        policies=[
            {
                "name": "malam",
                "copies": ["utama", "kedua"],
                "schedule": contents.schedule(select={"assets": list(ASSETS)}),
                **policy,
            }
        ],
    )
    stream = made.stream.model_copy(update={"recipients": (RECIPIENT,)})
    rehearsal = Rehearsal.model_validate({"scratch": [SCRATCH], "budget_minutes": budget_minutes})
    return made.model_copy(update={"stream": stream, "rehearsal": rehearsal})


@pytest.fixture
def here(tmp_path, postgres_18):
    """A desk with two databases, of each of which two back-ups are in stock that were never rehearsed."""
    with databases_on(postgres_18) as new:
        databases = {name: new() for name in ASSETS} | {"postgres": target_on(postgres_18, "postgres")}
        for name in ASSETS:
            on_database(databases[name], SAMPLE)
        made = desk(
            tmp_path,
            assets=REGISTERED,
            policies=rules(tmp_path),
            site=lambda server, asset: nullcontext(Site(databases[asset.database], local)),
            identity=lambda: KEY,
        )
        back_up(made, "pertama")
        back_up(made, "kedua")
        yield made


def back_up(made, run_id):
    """Back every asset up as a scheduled run does, but for the rehearsals."""
    dag_id = "scheduled_backup__malam"
    ids = scheduled.begin(made, scheduled.Run("malam", dag_id, run_id, NOW, "airflow"))
    with made.register.reading() as session:
        number = requests.by_run(session, dag_id, run_id).number
    for item_id in ids:
        execute.dump(made, number, item_id, 1)
        execute.check(made, number, item_id, 1)


def in_stock(made, asset):
    """The names of an asset's back-ups, the oldest first."""
    with made.register.reading() as session:
        return list(session.scalars(select(Backup.name).where(Backup.asset == asset).order_by(Backup.id)))


def shown(made):
    """What was rehearsed, in order: back-up, destination, verdict."""
    with made.register.reading() as session:
        rows = session.execute(
            select(Backup.name, RehearsalRow.destination, RehearsalRow.verdict)
            .join(RehearsalRow, RehearsalRow.backup_id == Backup.id)
            .order_by(RehearsalRow.id)
        )
        return [tuple(row) for row in rows]


def mails(made):
    with made.register.reading() as session:
        rows = session.scalars(select(Notice).where(Notice.kind == drill.KIND).order_by(Notice.id))
        return [(row.recipients, row.subject, row.text) for row in rows]


def days(count):
    return NOW + timedelta(days=count)


def nightly(made, count, **changes):
    """Drill in the night that many days from now."""
    drill.drill(replace(at(made, days(count)), **changes), days(count))


def test_the_newest_back_up_of_each_asset_is_proved_once_a_run_from_each_destination_in_turn(here):
    nightly(here, 1)
    nightly(here, 1)
    first = shown(here)
    nightly(here, 2)

    newest = {in_stock(here, asset)[-1] for asset in ASSETS}
    assert sorted(first) == sorted((name, "utama", "lulus") for name in newest)
    assert sorted(shown(here)[2:]) == sorted((name, "kedua", "lulus") for name in newest)
    assert mails(here) == []


def test_the_longest_unproved_comes_first_and_the_budget_ends_the_run(here, tmp_path):
    clock = (days(1) + timedelta(minutes=count) for count in itertools.count())
    short = replace(here, policies=rules(tmp_path, budget_minutes=2), now=lambda: next(clock))
    drill.drill(short, days(1))
    ((first, *_),) = shown(here)
    nightly(here, 2)

    assert [name for name, *_ in shown(here)][2] == first
    assert len(shown(here)) == 3


def test_a_back_up_that_fails_stops_no_other_is_mailed_and_waits_behind_the_others(here):
    bad = in_stock(here, "simpeg")[-1]
    proved = in_stock(here, "sapk")[-1]
    for place in map(here.place, here.policies.destinations):
        path = next(Path(place.folder("simpeg")).glob(f"{bad}.dump.*"))
        path.write_bytes(path.read_bytes()[:-1])

    with pytest.raises(RehearsalFailed, match=f"1 of 2 rehearsed back-ups failed: {bad}"):
        nightly(here, 1)

    assert {(name, verdict) for name, _, verdict in shown(here)} == {(bad, "tidak lulus"), (proved, "lulus")}
    ((recipients, subject, text),) = mails(here)
    assert recipients == ["dc@diskominfo.example", "kabid@diskominfo.example"]
    assert subject == "[Uji pulih tidak lulus] Cadangan simpeg"
    for words in (bad, "tidak sama dengan yang ditulis", "belum ada", "Buat cadangan baru"):
        assert words in " ".join(text.split()), words
    with pytest.raises(RehearsalFailed):
        nightly(here, 2)
    assert [name for name, *_ in shown(here)][2:] == [proved, bad]
    back_up(here, "ketiga")
    nightly(here, 3)
    assert [name for name, *_ in shown(here)][4:] == [in_stock(here, "simpeg")[-1], in_stock(here, "sapk")[-1]]


def test_what_is_in_a_mail_of_differences(here):
    """The manifest on record and the one beside the copies say something else than the dump holds."""
    name = in_stock(here, "simpeg")[-1]
    with here.register.transaction() as session:
        backup = session.scalars(select(Backup).where(Backup.name == name)).one()
        manifest = {**backup.manifest, "inventory": {**backup.manifest["inventory"], "tables": []}}
        backup.manifest = manifest

    for place in map(here.place, here.policies.destinations):
        Path(place.folder("simpeg"), f"{name}.manifest.json").write_text(json.dumps(manifest))

    with pytest.raises(RehearsalFailed):
        nightly(here, 1)

    ((_, _, text),) = mails(here)
    assert "- Tabel public.pegawai ada pada hasil pemulihan, tetapi tidak tercatat" in " ".join(text.split())
    assert "Jumlah Perbedaan     : 3" in text


def test_the_size_limit_of_requests_is_none_of_a_drill_but_never_is_never(here, tmp_path):
    nightly(here, 1, policies=rules(tmp_path, rehearse="never"))
    assert shown(here) == []

    nightly(here, 2, policies=rules(tmp_path, rehearse_max_bytes=1))
    assert [verdict for *_, verdict in shown(here)] == ["lulus", "lulus"]


def test_what_was_destroyed_or_failed_its_checks_is_not_rehearsed(here):
    with here.register.transaction() as session:
        for asset in ASSETS:
            newest = session.scalars(select(Backup).where(Backup.name == in_stock(here, asset)[-1])).one()
            if asset == "simpeg":
                newest.deleted_at = NOW
            else:
                newest.copies[0].digest_check = "tidak lulus"

    nightly(here, 1)

    assert {name for name, *_ in shown(here)} == {in_stock(here, asset)[0] for asset in ASSETS}


def test_a_back_up_at_no_known_destination_is_passed_over(here):
    with here.register.transaction() as session:
        for backup in session.scalars(select(Backup).where(Backup.asset == "simpeg")):
            for copy in backup.copies:
                copy.destination = f"dahulu-{copy.destination}"

    nightly(here, 1)

    assert [name for name, *_ in shown(here)] == in_stock(here, "sapk")[-1:]


def test_without_a_key_nothing_is_tried(here):
    with pytest.raises(NotConfigured, match="No age identity"):
        nightly(here, 1, identity=lambda: None)

    assert shown(here) == []
