"""The register's schema: which revision the code needs, and how a database gets there."""

from pathlib import Path

from sqlalchemy import Connection, column, inspect, select, table, text

from cadangan.errors import RegisterError

# Every revision of register/migrations, oldest first; the last is what this code works with.
REVISIONS = ("0001", "0002", "0003", "0006", "0007", "0008", "0009", "0010")
UPGRADE_ADVICE = "run `python -m cadangan register upgrade`"
_MIGRATIONS = Path(__file__).parent / "migrations"
_UPGRADE_LOCK = 0x0CADA16A
# Alembic's own table; asking Alembic would write two lines to the log of every task.
_VERSION = table("alembic_version", column("version_num"))


def revision_of(connection: Connection) -> str | None:
    """Return the revision of the database behind `connection`, None when it has no schema."""
    if not inspect(connection).has_table(_VERSION.name):
        return None
    return connection.scalars(select(_VERSION.c.version_num)).one_or_none()


def check(connection: Connection, name: str) -> None:
    """Raise RegisterError unless the schema is the one that this code works with; `name` is for the message."""
    found = revision_of(connection)
    if found == REVISIONS[-1]:
        return
    if found is None:
        raise RegisterError(f"The register at {name} has no tables; {UPGRADE_ADVICE}.")
    _refuse_newer(found, name)
    raise RegisterError(f"The register at {name} is older (revision {found}) than this code; {UPGRADE_ADVICE}.")


def migrate(connection: Connection, name: str) -> None:
    """Bring the schema to the newest revision in the open transaction of `connection`.

    A second process that does the same waits and then finds nothing to do. Raise RegisterError when the schema
    is newer than this code.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADE_LOCK})
    found = revision_of(connection)
    if found is not None:
        _refuse_newer(found, name)
    # Every task reads the register, none migrates it: half a second that they need not pay.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _refuse_newer(found: str, name: str) -> None:
    if found not in REVISIONS:
        raise RegisterError(
            f"The register at {name} has revision {found}, newer than this code ({REVISIONS[-1]}); "
            "install the Cadangan version that made it, or a later one."
        )
