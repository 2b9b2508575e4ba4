"""The program sqlite3 on the host of the file: how it is run, and what its failures are."""

import functools
import json
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any

from pydantic import BaseModel, ConfigDict

from cadangan import paths
from cadangan.errors import ClientMissing, EngineError, HostError, PathUnreadable, SourceDamaged, TablesBusy
from cadangan.hosts.command import Command
from cadangan.hosts.host import Host

# Without the account's own settings, and ended by the first failure.
PROGRAM = ("sqlite3", "-init", "/dev/null", "-batch", "-bail")
_VERSION_SECONDS = 30.0
_OLDEST = (3, 33)

Row = dict[str, Any]


class Client(BaseModel):
    """The program on one host.

    :param digests: whether it can digest the result of a query.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str
    digests: bool


@functools.cache
def text(name: str) -> str:
    """Return the statement in `name`.sql of include/sql/sqlite."""
    return (paths.SQL / "sqlite" / f"{name}.sql").read_text(encoding="utf-8")


def find_client(host: Host) -> Client:
    """Return the host's sqlite3; raise ClientMissing when there is none, or one too old to answer as JSON."""
    try:
        told = host.run(Command(("sqlite3", "-version")), _VERSION_SECONDS)
    except HostError as err:
        raise ClientMissing(f"{err} The Debian package is sqlite3.") from err
    version = told.stdout.decode(errors="replace").partition(" ")[0].strip()
    if told.returncode != 0 or not version:
        raise ClientMissing(f"No sqlite3 on the host of the file ({told.stderr}). Install the Debian package sqlite3.")
    if tuple(int(part) for part in version.split(".")[:2]) < _OLDEST:
        raise ClientMissing(f"The sqlite3 of that host is {version}; install 3.33 or later (Debian 11 has 3.34).")
    digest = Command((*PROGRAM, ":memory:", "SELECT sha3_query('SELECT 1', 256)"))
    return Client(version=version, digests=host.run(digest, _VERSION_SECONDS).returncode == 0)


def reading_command(target: str, statement: str, busy_seconds: int = 0) -> Command:
    """Return the command that writes the rows of one statement as JSON.

    :param target: a path, or a URI that begins with "file:".
    :param busy_seconds: for how long it waits when another process locks the file.
    """
    # A schema may be hostile: it calls nothing but harmless functions.
    settings = ("-cmd", f".timeout {busy_seconds * 1000}", "-cmd", "PRAGMA trusted_schema = OFF")
    # The line break, because a statement that begins with a comment would be taken for an option.
    return Command((*PROGRAM, "-readonly", "-json", *settings, target, f"\n{statement}"))


def rows(host: Host, command: Command, target: str, timeout: float) -> list[Row]:
    """Return the rows of a `reading_command`; raise EngineError by `failure`, HostError after `timeout` seconds."""
    done = host.run(command, timeout)
    if done.returncode != 0:
        raise failure(done.stderr, target)
    return parsed(done.stdout)


def parsed(output: bytes) -> list[Row]:
    """Return the rows in the output of a `reading_command`; bytes that are no UTF-8 are shown as escapes."""
    found: list[Row] = json.loads(output.decode("utf-8", "backslashreplace"), strict=False) if output.strip() else []
    return found


def frozen(path: str) -> str:
    """Return the URI of a copy that nobody writes to: nothing is put beside it."""
    return f"{PurePosixPath(path).as_uri()}?immutable=1"


def failure(said: str, target: str) -> EngineError:
    """Return what the program's message `said` means."""
    kinds: Sequence[tuple[str, type[EngineError], str]] = (
        ("locked", TablesBusy, "Another process keeps it locked; see what it does, then clear the task."),
        ("busy", TablesBusy, "Another process keeps it locked; see what it does, then clear the task."),
        ("unable to open", PathUnreadable, "Check the path, and that the account may read the file and its folder."),
        ("No such file", PathUnreadable, "Check the path in assets.yaml."),
        ("ermission denied", PathUnreadable, "Let the account read the file and its folder."),
        (
            "readonly database",
            EngineError,
            "Either a writer died in the midst of its work: open the file once with its application. "
            "Or it is in WAL mode, nobody has it open, and this account may not write there: run as the file's owner.",
        ),
        ("not a database", SourceDamaged, "The file is damaged or encrypted, or no SQLite database at all."),
        (
            "malformed",
            SourceDamaged,
            "The file is damaged: see the application's last good copy, then sqlite3's .recover.",
        ),
    )
    for sign, kind, advice in kinds:
        if sign in said:
            return kind(f"SQLite database {target}: {said}. {advice}")
    return EngineError(f"SQLite database {target}: {said or 'sqlite3 ended badly'}. See its disk and its application.")
