"""Give databases other names, all at once or none: the switch-over of an in-place restore and its way back."""

import logging
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from typing import Literal

import psycopg
from psycopg import sql

from cadangan.engines.postgres.places import by_way
from cadangan.engines.postgres.queries import row, rows, text
from cadangan.engines.postgres.target import Connection, Target
from cadangan.errors import RestoreRefused

log = logging.getLogger(__name__)
_TRIES = 3
_LOOK_SECONDS = 0.2
# New sessions wait as long as this statement does.
_LOCK_MILLISECONDS = 30_000


def named(target: Target, name: str) -> Target:
    """Return the database of that name on the server of `target`; see the contract."""
    return replace(target, database=name)


def places(target: Target) -> Mapping[str, str]:
    """Return the names of all databases on that server, and what tells each from any other that ever bore its name."""
    with by_way(target) as connection:
        return {found["name"]: found["identity"] for found in rows(connection, "places")}


def examine_rename(target: Target) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what forbids that the database of `target` is replaced, and what to know; see the contract."""
    if target.database == target.by_way:
        return (f"Basis data {target.database} dipakai untuk masuk ke server; tidak dapat diganti di tempat.",), ()
    with by_way(target) as connection:
        found = row(connection, text("may_rename").format(name=sql.Literal(target.database)))
    problems = (
        (not found["renames"], f"Akun {target.user} tidak berhak mengganti nama basis data {target.database}."),
        (found["standby"], "Server ini siaga (standby); pulihkan pada server utamanya."),
        (found["prepared"], f"Basis data {target.database} memiliki transaksi PREPARE yang belum selesai."),
        (
            bool(found["slots"] or found["subscriptions"]),
            f"Basis data {target.database} menjadi bagian replikasi logis ({_listed(found)}), yang tidak ikut pindah.",
        ),
    )
    remarks = (
        (
            not found["ends_sessions"],
            f"Akun {target.user} tidak berhak mengakhiri sesi akun lain; hentikan aplikasi sebelum penggantian.",
        ),
        (
            found["sessions"] > 0,
            f"Saat diperiksa ada {found['sessions']} sesi pada basis data {target.database}.",
        ),
    )
    return tuple(said for holds, said in problems if holds), tuple(said for holds, said in remarks if holds)


def rename(target: Target, renames: Sequence[tuple[str, str]], sessions: Literal["end", "refuse"]) -> None:
    """Rename databases on the server of `target` in their order, all in one transaction; see the contract.

    The first statement holds the door shut: from then on new sessions wait, and find the names as they are after it.

    :raises RestoreRefused: someone works in one of them, and is not to be ended or does not end.
    """
    names = [name for name, _ in renames]
    busy: Exception | None = None
    for _ in range(_TRIES if sessions == "end" else 1):
        busy = _try(target, renames, names, sessions)
        if busy is None:
            log.info("Renamed on %s: %s", target.host, ", ".join(f"{name} to {to}" for name, to in renames))
            return
    raise RestoreRefused(
        f"{', '.join(names)} on {target.host} could not be renamed, for others work there: {_others(target, names)}. "
        "End them or stop the application, then clear the task."
    ) from busy


def _try(
    target: Target, renames: Sequence[tuple[str, str]], names: list[str], sessions: Literal["end", "refuse"]
) -> Exception | None:
    """Rename them and return None, or the error where others work in them."""
    with (
        by_way(target) as renaming,
        by_way(target) as watching,
        ThreadPoolExecutor(1, thread_name_prefix="cadangan-rename") as helper,
    ):
        renamed = helper.submit(_all_at_once, renaming, renames)
        # The server waits some seconds for sessions to end before it gives up.
        while not renamed.done():
            if sessions == "end":
                _end_sessions(watching, names)
            wait([renamed], timeout=_LOOK_SECONDS)
        try:
            renamed.result()
        except psycopg.errors.ObjectInUse as err:
            return err
        except psycopg.errors.InsufficientPrivilege as err:
            raise RestoreRefused(
                f"{target.user} may not rename {', '.join(names)} on {target.host}: {err.diag.message_primary}. Let it "
                "create databases and be a member of their owners, or name another account in restore.targets of "
                "policies.yaml."
            ) from err
        return None


def _all_at_once(connection: Connection, renames: Sequence[tuple[str, str]]) -> None:
    with connection.transaction():
        connection.execute(text("lock_timeout").format(milliseconds=sql.Literal(_LOCK_MILLISECONDS)))
        for name, to in renames:
            connection.execute(text("rename_database").format(name=sql.Identifier(name), to=sql.Identifier(to)))


def _end_sessions(connection: Connection, names: list[str]) -> None:
    try:
        found = connection.execute(text("end_sessions").format(names=sql.Literal(names))).fetchall()
    except psycopg.errors.InsufficientPrivilege as err:
        log.warning("Sessions could not be ended: %s", err.diag.message_primary)
        return
    for each in found:
        log.warning(
            "Ended session %d of %s in %s (application %r, from %s), for the database is being replaced",
            each["pid"],
            each["account"],
            each["database"],
            each["application"],
            each["address"],
        )


def _others(target: Target, names: list[str]) -> str:
    with by_way(target) as connection:
        found = connection.execute(text("others_in").format(names=sql.Literal(names))).fetchall()
    told = [f"{each['account']} in {each['database']} ({each['application'] or 'no name'})" for each in found]
    return ", ".join(told) or "they are gone by now"


def _listed(found: Mapping[str, list[str]]) -> str:
    return ", ".join([*found["slots"], *found["subscriptions"]])
