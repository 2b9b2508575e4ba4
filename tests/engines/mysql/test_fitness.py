"""Can a back-up be restored there? What officers are told before."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from cadangan.core.difference import Aspect, Change, Difference, Stock
from cadangan.core.manifest import Inventory, InventoryObject, TableFacts
from cadangan.core.side_names import Purpose, new_side_name
from cadangan.engines import mysql
from cadangan.engines.mysql import fitness as fitness_module
from tests.engines.mysql.manifests import manifest
from tests.services.mariadb import account_on, run

NAME = new_side_name(Purpose.SIDE, "simpeg", datetime(2026, 11, 25, tzinfo=UTC))


def held(kind, name="x", owner="", detail=""):
    return InventoryObject(kind=kind, schema_name="simpeg", name=name, owner=owner, detail=detail)


def test_a_new_place_on_a_fitting_server_is_fit(database):
    fitness = mysql.examine_target(manifest(), mysql.side(database, NAME), ())

    assert (fitness.blockers, fitness.warnings) == ((), ())
    assert fitness.restores_with is not None
    assert fitness.restores_with.startswith("mariadb ")


def test_a_source_newer_than_the_target_is_refused(database):
    (blocker,) = mysql.examine_target(manifest("11.4.2-MariaDB"), mysql.side(database, NAME), ()).blockers

    assert "lebih lama" in blocker


def test_a_back_up_of_mysql_is_not_for_mariadb(database):
    blockers = mysql.examine_target(manifest("8.0.36"), mysql.side(database, NAME), ()).blockers

    assert any("berasal dari MySQL; server tujuan adalah MariaDB" in each for each in blockers)


def test_a_place_that_holds_something_is_refused(database):
    run(database, "CREATE TABLE t (id int)")

    (blocker,) = mysql.examine_target(manifest(), database, ()).blockers

    assert "tidak kosong" in blocker


def test_accounts_that_are_missing_are_named(database):
    fitness = mysql.examine_target(
        manifest(roles=("root@127.0.0.1", "siti_tidak_ada@%")), mysql.side(database, NAME), ()
    )

    assert fitness.missing_roles == ("siti_tidak_ada@%",)
    assert any("siti_tidak_ada@%" in sentence for sentence in fitness.warnings)


def test_an_account_that_may_not_make_anything_is_told_so(database):
    wanted = manifest(roles=("siti_tidak_ada@%",), objects=(held("view", owner="budi@%"),))

    reader = account_on(database, "pembaca", "x", "SELECT ON `mysql`.*")
    fitness = mysql.examine_target(wanted, mysql.side(reader, NAME), ())

    assert len(fitness.blockers) == 3
    assert all("tidak berhak mem" in sentence for sentence in fitness.blockers)


def test_an_account_that_does_not_see_the_accounts_is_told_so(database):
    reader = account_on(database, "buta", "x", "CREATE ON *.*")

    (blocker,) = mysql.examine_target(manifest(), mysql.side(reader, NAME), ()).blockers

    assert "GRANT SELECT ON mysql.*" in blocker


def test_names_with_capitals_are_not_for_a_server_that_writes_small_letters(database, monkeypatch):
    monkeypatch.setattr(fitness_module, "row", lambda *_: {"lower_case": 1, "scheduler": "OFF"})
    table = TableFacts(schema_name="simpeg", name="Pegawai", owner="", rows=0, digest=None, digest_method="off")
    wanted = manifest().model_copy(update={"inventory": Inventory(tables=(table,))})

    (blocker,) = mysql.examine_target(wanted, mysql.side(database, NAME), ()).blockers

    assert "huruf kecil" in blocker


def test_events_are_announced_where_they_will_run(database):
    (warning,) = mysql.examine_target(manifest(objects=(held("event"),)), mysql.side(database, NAME), ()).warnings

    assert "berjalan begitu dipulihkan" in warning


@pytest.mark.parametrize(
    ("aspect", "source", "here", "harmless"),
    [
        (Aspect.DEFINITION, "10.4.3-MariaDB", "10.11.19-MariaDB", True),
        (Aspect.DEFINITION, "10.11.3-MariaDB", "10.11.19-MariaDB", False),
        (Aspect.COLLATION, "10.11.3-MariaDB", "10.11.19-MariaDB", True),
        (Aspect.CONTENT, "10.4.3-MariaDB", "10.11.19-MariaDB", False),
        (Aspect.ROLE, "10.4.3-MariaDB", "10.11.19-MariaDB", False),
    ],
)
def test_what_comes_of_another_version_is_no_loss(aspect, source, here, harmless):
    difference = Difference(aspect=aspect, change=Change.CHANGED, place="simpeg.x", sentence="Lain.")

    assert mysql.harmless(difference, manifest(source), Stock(Inventory(tables=()), here)) is harmless


@pytest.mark.parametrize(("was", "now", "harmless"), [("utf8", "utf8mb3", True), ("utf8mb4", "utf8mb3", False)])
def test_an_encoding_that_was_renamed_is_the_same(was, now, harmless):
    old = manifest()
    old = old.model_copy(update={"source": old.source.model_copy(update={"encoding": was})})
    difference = Difference(aspect=Aspect.ENCODING, change=Change.CHANGED, place="basis data", sentence="Lain.")

    assert mysql.harmless(difference, old, Stock(Inventory(tables=()), "10.11.19-MariaDB", now)) is harmless


@pytest.mark.parametrize(
    ("end", "harmless"), [("2026-11-02 03:00:00", True), ("2999-01-01 00:00:00", False), ("", False)]
)
def test_only_an_event_that_is_over_may_be_missing(end, harmless):
    difference = Difference(
        aspect=Aspect.OBJECT, change=Change.MISSING, place="simpeg.x", sentence="Tidak ada.", kind="event"
    )
    recorded = manifest(objects=(held("event", detail=end),))

    assert mysql.harmless(difference, recorded, Stock(Inventory(tables=()), "10.11.19-MariaDB")) is harmless


def test_a_back_up_whose_client_is_missing_is_told_so(database, monkeypatch):
    monkeypatch.setattr("cadangan.engines.mysql.clients.SHELLS", ("tidak-ada",))

    fitness = mysql.examine_target(manifest(), replace(database, database=str(NAME)), ())

    assert fitness.restores_with is None
    assert "Pasang paket mariadb-client" in fitness.blockers[0]
