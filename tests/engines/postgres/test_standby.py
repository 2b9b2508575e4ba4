"""A standby is dumped as it is: what it does not hold is said before, and not missed afterwards."""

from collections.abc import Iterator

import pytest

from cadangan.engines.postgres import Target, check_contents, inspect
from cadangan.engines.postgres.own_server import PostgresServer
from tests.engines.postgres.dumping import dump, inventory_of, restore
from tests.services.postgres import databases_on, standby_of, target_on
from tests.services.samples import fill, run

UNLOGGED = """
CREATE UNLOGGED TABLE arsip.antrean (id serial PRIMARY KEY, isi text);
INSERT INTO arsip.antrean (isi) VALUES ('hilang');
"""


@pytest.fixture(scope="module", params=["postgres_18", "postgres_debian"])
def standby(request: pytest.FixtureRequest) -> Iterator[tuple[Target, Target]]:
    """The sample with unlogged tables on a standby, and an empty database on its primary."""
    server: PostgresServer = request.getfixturevalue(request.param)
    with databases_on(server) as make:
        primary = fill(make())
        run(primary, UNLOGGED)
        with standby_of(server) as copy:
            yield target_on(copy, primary.database), make()


def test_what_a_standby_does_not_hold_is_a_warning(standby: tuple[Target, Target]) -> None:
    found = inspect(standby[0], ())

    assert found.standby
    assert found.blockers == ()
    (warning,) = (text for text in found.warnings if "UNLOGGED" in text)
    assert "arsip.antrean" in warning
    assert "arsip.sementara" in warning
    assert "hanya definisinya yang dicadangkan" in warning


def test_a_standby_is_dumped_with_the_definition_of_its_unlogged_tables(standby: tuple[Target, Target]) -> None:
    source, empty = standby

    dumped = dump(source)
    restore(dumped, empty)

    assert check_contents(dumped.listing(), dumped.inventory) == []
    kinds = {item.name: item.kind for item in dumped.inventory.objects if item.kind.startswith("unlogged")}
    assert kinds["antrean"] == kinds["sementara"] == "unlogged table"
    restored = {table.name: table for table in inventory_of(empty).tables}
    assert restored.pop("antrean").rows == 0
    assert restored.pop("sementara").rows == 0
    assert list(restored.values()) == list(dumped.inventory.tables)


def test_an_unlogged_table_without_a_definition_in_the_archive_is_missed(standby: tuple[Target, Target]) -> None:
    dumped = dump(standby[0])
    lines = [line for line in dumped.listing().split("\n") if " TABLE arsip antrean " not in line]

    assert check_contents("\n".join(lines), dumped.inventory) == ["no entry TABLE arsip antrean postgres"]
