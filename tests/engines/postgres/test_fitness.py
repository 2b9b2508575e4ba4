"""Can a back-up be restored there? What officers are told before."""

from datetime import UTC, datetime

import pytest

from cadangan.core.manifest import Inventory, InventoryObject
from cadangan.core.side_names import Purpose, new_side_name
from cadangan.engines import postgres
from tests.engines.postgres.manifests import manifest
from tests.restore.builders import run
from tests.services.postgres import databases_on, target_on

NAME = new_side_name(Purpose.SIDE, "simpeg", datetime(2026, 11, 25, tzinfo=UTC))


def holding(**inventory):
    made = manifest(pg_dump="15.6", server="15.6")
    return made.model_copy(update={"inventory": Inventory(tables=(), **inventory)})


@pytest.fixture
def old(postgres_debian):
    return target_on(postgres_debian, "postgres")


def test_a_new_place_on_a_fitting_server_is_fit(old):
    fitness = postgres.examine_target(holding(), postgres.side(old, NAME), ())

    assert (fitness.blockers, fitness.warnings) == ((), ())
    assert fitness.restores_with is not None
    assert fitness.restores_with.startswith("pg_restore 15")


def test_a_source_newer_than_the_target_is_refused(old):
    (blocker,) = postgres.examine_target(manifest("18.1", "18.1"), postgres.side(old, NAME), ()).blockers

    assert "lebih lama" in blocker


def test_an_archive_of_a_newer_client_is_not_for_an_older_server(old):
    (blocker,) = postgres.examine_target(manifest("18.1", "15.6"), postgres.side(old, NAME), ()).blockers

    assert "pg_dump 18" in blocker


def test_a_place_that_holds_something_is_refused(postgres_debian):
    with databases_on(postgres_debian) as new:
        target = new()
        run(target, "CREATE TABLE t ()")

        (blocker,) = postgres.examine_target(holding(), target, ()).blockers

    assert "tidak kosong" in blocker


def test_extensions_and_accounts_that_are_missing_are_named(old):
    extension = InventoryObject(kind="extension", schema_name="", name="tidak_ada", detail="1.0")

    fitness = postgres.examine_target(
        holding(objects=(extension,), roles=("postgres", "siti_tidak_ada")), postgres.side(old, NAME), ()
    )

    assert (fitness.missing_extensions, fitness.missing_roles) == (("tidak_ada",), ("siti_tidak_ada",))
    assert any("tidak_ada" in sentence for sentence in fitness.blockers)
    assert any("siti_tidak_ada" in sentence for sentence in fitness.warnings)


def test_an_account_that_may_not_make_anything_is_told_so(postgres_debian, old):
    run(old, "CREATE ROLE pembaca_tanpa_hak LOGIN PASSWORD 'x'")
    try:
        reader = target_on(postgres_debian, "postgres", "pembaca_tanpa_hak", "x")
        fitness = postgres.examine_target(holding(roles=("siti_tidak_ada",)), postgres.side(reader, NAME), ())
    finally:
        run(old, "DROP ROLE pembaca_tanpa_hak")

    assert len(fitness.blockers) == 2
    assert all("tidak berhak membuat" in sentence for sentence in fitness.blockers)
