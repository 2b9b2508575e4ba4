from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from cadangan.errors import RegisterError
from cadangan.register import audit, schema
from cadangan.register.models import Base
from cadangan.register.session import Register, open_register, upgrade
from tests.register.builders import register_letter
from tests.register.processes import at_once


def test_the_migrations_make_the_tables_of_the_models(register: Register) -> None:
    with register.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []


def test_the_code_knows_every_revision_oldest_first() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(schema.__file__).parent / "migrations"))
    revisions = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
    assert tuple(reversed(revisions)) == schema.REVISIONS


def test_upgrading_again_changes_nothing(url: str, register: Register) -> None:
    with register.transaction() as session:
        register_letter(session)
    upgrade(url)
    with register.reading() as session:
        assert audit.verify(session) == 1


def test_processes_that_upgrade_at_once_make_one_register(empty_url: str) -> None:
    at_once([lambda: upgrade(empty_url)] * 4)
    with open_register(empty_url).transaction() as session:
        assert register_letter(session).number == "BR-2026-00001"


def test_a_database_without_tables_is_refused_with_the_command_that_makes_them(empty_url: str) -> None:
    if empty_url.startswith("sqlite"):
        path = Path(empty_url.removeprefix("sqlite:///"))
        path.parent.mkdir()
        path.touch()
    with pytest.raises(RegisterError, match="has no tables; run `python -m cadangan register upgrade`"):
        open_register(empty_url)


def test_a_file_that_cannot_be_made_or_is_no_database_is_reported(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("bukan basis data", encoding="utf-8")
    for path in (tmp_path / "text", tmp_path / "text" / "register.db"):
        with pytest.raises(RegisterError, match="Cannot write"):
            upgrade(f"sqlite:///{path}")


def test_a_register_newer_than_the_code_is_left_alone(empty_url: str) -> None:
    upgrade(empty_url)
    _set_revision(empty_url, "9999")
    for act in (open_register, upgrade):
        with pytest.raises(RegisterError, match="9999, newer than this code"):
            act(empty_url)


def test_a_register_older_than_the_code_asks_for_an_upgrade(empty_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    upgrade(empty_url)
    monkeypatch.setattr(schema, "REVISIONS", (*schema.REVISIONS, "9998"))
    with pytest.raises(RegisterError, match=r"older .*python -m cadangan register upgrade"):
        open_register(empty_url)


def _set_revision(url: str, revision: str) -> None:
    from cadangan.register.location import parse_url
    from cadangan.register.session import make_engine

    engine = make_engine(parse_url(url))
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
    engine.dispose()
