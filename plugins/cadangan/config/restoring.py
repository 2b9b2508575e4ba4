"""How back-ups are restored and proved; a part of policies.yaml."""

from typing import Annotated, Literal

from pydantic import Field

from cadangan.config.assets import Text
from cadangan.config.loading import Strict

EMBEDDED = "embedded"
EngineName = Literal["postgres", "mysql", "sqlite", "files"]


class RestoreTarget(Strict):
    """How a server is reached for restores, which need more than reading.

    :param server: of assets.yaml.
    :param conn_id: Airflow connection of an account there that may create and rename databases.
    :param database: that exists there, to log in by; that of the server's first asset when left out.
    """

    server: Text
    conn_id: Text
    database: str = ""


class RestorePolicy(Strict):
    """How back-ups are restored.

    :param staging_dir: local folder for the decompressed archive while it is restored, where the engine is faster so
        and there is room; empty for the system's folder of temporary files. It holds personal data for that time: an
        encrypted disk, please.
    :param jobs: connections that restore side by side; 0 for as many as there are processors.
    :param idle_timeout: seconds for which a restoring program may take no byte and may work on after the last one.
    :param targets: with which accounts requests restore to a server; one that is not here is reached as for back-ups.
    :param sessions: at a switch-over, "end" whoever still works in the database, each with a line in the log, or
        "refuse" the switch-over as long as anyone does.
    :param keep_old_days: days for which a database that was replaced, or a rejected result, is kept under another name
        after the confirmation; 0 to drop it then.
    """

    staging_dir: str = ""
    jobs: Annotated[int, Field(ge=0, le=64)] = 0
    idle_timeout: Annotated[int, Field(ge=1)] = 14400
    targets: tuple[RestoreTarget, ...] = ()
    sessions: Literal["end", "refuse"] = "end"
    keep_old_days: Annotated[int, Field(ge=0)] = 7


class Scratch(Strict):
    """Where back-ups of one engine are rehearsed.

    :param engine: as in assets.yaml.
    :param server: "embedded" for a server of one's own on the worker, gone after each rehearsal (for SQLite and file
        trees a temporary folder), or a server of assets.yaml.
    :param conn_id: Airflow connection of an account there that may create databases; none for the server's own.
    :param database: that exists there, to log in by.
    :param allow_source_server: rehearse on that server also what was taken from it. A rehearsal takes the room and the
        power of a whole restore.
    """

    engine: EngineName
    server: Text = EMBEDDED
    conn_id: str | None = None
    database: str = ""
    allow_source_server: bool = False


class Rehearsal(Strict):
    """Restoring for proof.

    :param scratch: one an engine; an engine without one is rehearsed on an embedded server.
    :param stale_hours: age at which what a killed rehearsal left is removed by the next one.
    :param cron: when stored back-ups are rehearsed beside requests and schedules (DAG `restore_drill`), in the zone of
        Asia/Jakarta.
    :param budget_minutes: for how long such a run begins further rehearsals; its first one it finishes however long
        that takes.
    """

    scratch: tuple[Scratch, ...] = ()
    stale_hours: Annotated[int, Field(ge=1)] = 48
    cron: Text = "0 1 * * *"
    budget_minutes: Annotated[int, Field(ge=1)] = 120
