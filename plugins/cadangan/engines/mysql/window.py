"""The moment in which a dump and its inventory begin: writes are held back until both have their view."""

import contextlib
import logging
import threading
import time
from collections.abc import Iterator

import MySQLdb

from cadangan.engines.mysql.queries import execute, row, text, translated
from cadangan.engines.mysql.target import Connection, Target

log = logging.getLogger(__name__)
# While writes wait nobody else may be kept long, so whatever takes longer is done without.
LONGEST_SECONDS = 10
_LOOK_SECONDS = 0.01


@contextlib.contextmanager
def frozen(connection: Connection) -> Iterator[str]:
    """Hold back all writes of the server for the block; give the reason when that was not to be had in time."""
    try:
        execute(connection, text("lock_timeout"), [LONGEST_SECONDS])
        if not row(connection, text("turn"), [LONGEST_SECONDS])["got"]:
            raise MySQLdb.OperationalError(0, "another back-up of this server is beginning")
        execute(connection, text("freeze"))
    except MySQLdb.OperationalError as err:
        log.warning("Writes could not be held back for the start of the dump: %s", err)
        with contextlib.suppress(MySQLdb.Error):
            execute(connection, text("turn_over"))
        yield f"writes could not be held back for a common view ({err.args[-1]})"
        return
    began = time.monotonic()
    try:
        yield ""
    finally:
        execute(connection, text("thaw"))
        execute(connection, text("turn_over"))
        log.info("Writes were held back for %.2f s", time.monotonic() - began)


class Watch:
    """Sees the client program begin: its session chooses the database right after its transaction began, which none
    of our own sessions ever does."""

    def __init__(self, connection: Connection, target: Target) -> None:
        self._connection = connection
        self._target = target
        self._before = self._sessions()

    def wait(self, passed: threading.Event, given_up: threading.Event) -> str:
        """Wait until the client has its view, and return nothing, or the reason when it did not in time.

        :param passed: set when the client's output shows it: the session of a short dump may be gone unseen.
        """
        limit = time.monotonic() + LONGEST_SECONDS
        while time.monotonic() < limit and not given_up.is_set():
            if passed.wait(_LOOK_SECONDS) or self._sessions() - self._before:
                return ""
        return f"the client did not begin within {LONGEST_SECONDS} s of the common view"

    def _sessions(self) -> frozenset[int]:
        """Return the account's sessions that have chosen the database."""
        with translated(self._target):
            found = execute(self._connection, text("sessions"))
        mine = (each for each in found if each["User"] == self._target.user and each["db"] == self._target.database)
        return frozenset(each["Id"] for each in mine)
