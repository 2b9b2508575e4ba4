"""Discovery on real files: what it finds, keeps and mails."""

import sqlite3
from contextlib import nullcontext
from datetime import timedelta

import pytest
from sqlalchemy import select

from cadangan.backup.reach import straight
from cadangan.config.assets import Assets
from cadangan.engines.contract import Login
from cadangan.register.asset_models import DiscoveryFinding
from cadangan.register.models import Notice
from cadangan.steps import discovery
from tests.steps.builders import NOW, at, desk


def asset(name, database):
    return {"name": name, "application": name, "database": str(database), "owner": "BKPSDM"}


def site(server, one):
    if server.engine == "postgres":
        raise OSError("nobody there")
    return nullcontext(straight(server, one, Login(None, None, "", "")))


def database(path):
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE t (n)")
    return path


@pytest.fixture
def office(tmp_path):
    root = tmp_path / "data"
    (root / "web").mkdir(parents=True)
    database(root / "satu.db")
    registered = {
        "servers": [
            {
                "name": "berkas",
                "engine": "sqlite",
                "roots": [str(root)],
                "assets": [asset("satu", root / "satu.db"), asset("hilang", root / "hilang.db")],
            },
            {"name": "mati", "engine": "postgres", "conn_id": "x", "assets": [asset("pg", "pg")]},
            {"name": "pohon", "engine": "files", "assets": [asset("web", root / "web")]},
        ]
    }
    return desk(tmp_path, assets=Assets.model_validate(registered), site=site), root


def look(office):
    desk_, _ = office
    return {one.server: one for one in discovery.discover(desk_.assets, desk_.site)}


def test_what_is_unregistered_and_what_has_vanished_is_found(office):
    _, root = office
    database(root / "web" / "dua.SQLITE3")
    (root / "bukan.db").write_text("not a database, but long enough to look like one")
    found = look(office)["berkas"]
    assert found.unregistered == (str(root / "web" / "dua.SQLITE3"),)
    assert found.vanished == ("hilang",)
    assert not found.in_order


def test_a_server_that_does_not_answer_stops_no_other_and_is_not_in_order(office):
    found = look(office)
    assert list(found) == ["berkas", "mati", "pohon"]
    assert found["mati"].trouble
    assert not found["mati"].in_order


def test_without_roots_the_look_says_that_it_does_not_tell_all(office):
    found = look(office)["pohon"]
    assert (found.unregistered, found.vanished) == ((), ())
    assert "roots" in found.doubt


def test_findings_are_kept_with_their_first_day_until_they_end(office):
    desk_, root = office
    discovery.keep(desk_, discovery.discover(desk_.assets, desk_.site))
    database(root / "hilang.db")
    database(root / "dua.db")
    later = at(desk_, NOW + timedelta(days=7))
    discovery.keep(later, discovery.discover(later.assets, later.site))
    with desk_.register.transaction() as session:
        rows = {row.name: row for row in session.scalars(select(DiscoveryFinding))}
        mails = list(session.scalars(select(Notice).where(Notice.kind == discovery.KIND).order_by(Notice.id)))
    assert rows["hilang"].first_found_at == NOW
    assert rows["hilang"].ended_at == NOW + timedelta(days=7)
    assert rows[str(root / "dua.db")].ended_at is None
    first, second = mails
    assert first.recipients == ["dc@diskominfo.example"]
    assert "hilang" in first.text
    assert "dua.db" in second.text
    assert "mati tidak dapat diperiksa" in second.text.replace("\n", " ")
