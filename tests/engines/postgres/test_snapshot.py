"""Dump, counts and digests come from one view, whatever others write meanwhile."""

import contextlib
import random
import threading
import time
from collections.abc import Callable, Iterator

import psutil
import psycopg
import pytest
from psycopg import sql

from cadangan.engines.postgres import Target, choose, credentials, dump_command, open_snapshot
from cadangan.engines.postgres import snapshot as snapshots
from cadangan.engines.postgres.own_server import PostgresServer
from cadangan.engines.postgres.tables import Table, dumped_tables
from cadangan.engines.postgres.target import Connection, connect
from cadangan.errors import EngineError, PrivilegeMissing, TargetUnreachable
from cadangan.hosts import local
from tests.engines.postgres.dumping import LOCK_SECONDS, dump_in, inventory_of, restore
from tests.services.postgres import NewDatabase, databases_on, running, standby_of, target_on
from tests.services.samples import fill, role_on, run, scalar

Work = Callable[[psycopg.Cursor, random.Random], None]


# The session that asks is one of them.
OPEN = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'"


def wait_until(met: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not met():
        assert time.monotonic() < deadline, "the condition is not met"
        time.sleep(0.02)


class Writer:
    """A session that changes the database until it is told to stop; `commits` counts how often it did."""

    def __init__(self, target: Target, work: Work, pause: float) -> None:
        self.commits = 0
        self.error: Exception | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(target, work, pause))
        self._thread.start()

    def _run(self, target: Target, work: Work, pause: float) -> None:
        chance = random.Random(7)
        try:
            with connect(target) as connection:
                while not self._stop.is_set():
                    with connection.transaction(), connection.cursor() as cursor:
                        work(cursor, chance)
                    self.commits += 1
                    time.sleep(pause)
        except psycopg.Error as err:
            self.error = err

    def wait(self, commits: int) -> None:
        """Wait until it has committed that many times more."""
        goal, deadline = self.commits + commits, time.monotonic() + 30
        while self.commits < goal:
            assert self.error is None, self.error
            assert time.monotonic() < deadline, "the writer does not get on"
            time.sleep(0.001)

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()


@contextlib.contextmanager
def writing(target: Target, work: Work, pause: float = 0.0) -> Iterator[Writer]:
    writer = Writer(target, work, pause)
    try:
        yield writer
    finally:
        writer.stop()


def change_rows(cursor: psycopg.Cursor, chance: random.Random) -> None:
    pick = chance.randrange(1, 500)
    cursor.execute("INSERT INTO kepegawaian.unit (nama) VALUES (gen_random_uuid()::text)")
    cursor.execute("UPDATE kepegawaian.pegawai SET gaji = gaji + 1 WHERE id = %s", [pick])
    cursor.execute("DELETE FROM kepegawaian.kehadiran WHERE pegawai_id = %s", [pick])
    cursor.execute("INSERT INTO kepegawaian.kehadiran VALUES (%s, '2026-05-05', now()::time)", [pick])
    cursor.execute("SELECT nextval('arsip.nomor'), lo_from_bytea(0, %s)", [chance.randbytes(50)])


def empty_and_refill(cursor: psycopg.Cursor, chance: random.Random) -> None:
    with contextlib.suppress(psycopg.errors.LockNotAvailable), cursor.connection.transaction():
        cursor.execute("SET LOCAL lock_timeout = '100ms'")
        cursor.execute("TRUNCATE arsip.dasar")
        cursor.execute("INSERT INTO arsip.dasar SELECT n FROM generate_series(1, 1000) AS n")


def test_counts_and_digests_equal_what_the_dump_holds_while_others_write(new_database: NewDatabase) -> None:
    source = fill(new_database())
    moved = 0
    for _ in range(3):
        with writing(source, change_rows) as writer, open_snapshot(source, LOCK_SECONDS) as snapshot:
            writer.wait(20)
            dumped = dump_in(snapshot)
            writer.wait(20)
            again = snapshot.inventory("values")
        copy = new_database()
        restore(dumped, copy)
        restored = inventory_of(copy)

        assert restored.tables == dumped.inventory.tables == again.tables
        assert restored.large_objects == dumped.inventory.large_objects
        assert restored.large_objects_digest == dumped.inventory.large_objects_digest
        moved += inventory_of(source).tables != dumped.inventory.tables
        at_snapshot = {(s.schema_name, s.name): s.last_value for s in dumped.inventory.sequences}
        in_copy = {(s.schema_name, s.name): s.last_value for s in restored.sequences}
        assert at_snapshot.keys() == in_copy.keys()

    assert moved == 3, "the writer wrote nothing: the test shows nothing"


def test_a_table_that_is_emptied_meanwhile_is_never_counted_full_and_dumped_empty(new_database: NewDatabase) -> None:
    source = fill(new_database())
    with writing(source, empty_and_refill) as writer:
        for _ in range(3):
            writer.wait(3)
            with open_snapshot(source, LOCK_SECONDS) as snapshot:
                dumped = dump_in(snapshot)
            copy = new_database()
            restore(dumped, copy)

            assert inventory_of(copy).tables == dumped.inventory.tables
            assert {table.name: table.rows for table in dumped.inventory.tables}["dasar"] == 1000


def test_a_session_that_queues_for_an_exclusive_lock_ends_the_dump_soon(database: Target) -> None:
    fill(database)
    with connect(database) as other:
        queue = threading.Thread(target=lambda: other.execute("TRUNCATE arsip.dasar"))
        with open_snapshot(database, LOCK_SECONDS) as snapshot:
            queue.start()
            wait_until(lambda: scalar(database, "SELECT count(*) FROM pg_locks WHERE NOT granted") == 1)
            client = choose(snapshot.server.major, ())
            with credentials(database) as env:
                done = local.run(dump_command(client, env, snapshot.id, 1), 60)
            held = snapshot.inventory("values")
        queue.join()

    assert done.returncode != 0
    assert "LOCK TABLE" in done.stderr or "ACCESS SHARE" in done.stderr
    # What was locked before is read in peace all the same.
    assert {table.name: table.rows for table in held.tables}["dasar"] == 3


def test_reading_and_writing_go_on_beside_a_snapshot(database: Target) -> None:
    fill(database)
    with open_snapshot(database, LOCK_SECONDS), connect(database) as other:
        other.execute("SET lock_timeout = '2s'")
        other.execute("UPDATE kepegawaian.pegawai SET gaji = 0")
        other.execute("INSERT INTO kepegawaian.unit (nama) VALUES ('baru')")


def test_a_table_that_stays_locked_ends_the_wait(database: Target) -> None:
    run(database, "CREATE TABLE terkunci ()")
    with connect(database) as other, other.transaction():
        other.execute("LOCK TABLE terkunci")
        start = time.monotonic()
        with pytest.raises(EngineError, match="stayed locked"), open_snapshot(database, 1):
            pass

    assert time.monotonic() - start < 10


def come_and_go(cursor: psycopg.Cursor, chance: random.Random) -> None:
    name = sql.Identifier(f"lalu_lalang_{chance.randrange(3)}")
    with contextlib.suppress(psycopg.errors.LockNotAvailable), cursor.connection.transaction():
        cursor.execute("SET LOCAL lock_timeout = '100ms'")
        cursor.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(name))
        cursor.execute(sql.SQL("CREATE TABLE {} AS SELECT 1 AS n").format(name))


def test_tables_that_come_and_go_are_counted_and_dumped_or_neither(database: Target) -> None:
    with writing(database, come_and_go, pause=0.1) as writer:
        for _ in range(4):
            writer.wait(2)
            with open_snapshot(database, LOCK_SECONDS) as snapshot:
                dumped = dump_in(snapshot)
            listed = dumped.listing()

            assert all(f"TABLE DATA public {table.name} " in listed for table in dumped.inventory.tables)
            assert listed.count("TABLE DATA") == len(dumped.inventory.tables)


def test_the_snapshot_tells_its_instant_in_utc(database: Target) -> None:
    before = scalar(database, "SELECT clock_timestamp()")
    with open_snapshot(database, LOCK_SECONDS) as snapshot:
        after = scalar(database, "SELECT clock_timestamp()")

    assert before <= snapshot.at <= after
    assert snapshot.at.utcoffset().total_seconds() == 0


def test_what_was_told_to_be_committed_before_the_instant_is_in_the_view(
    database: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A session commits as soon as the view has begun, and before the instant could be asked for."""
    run(database, "CREATE TABLE surat (n integer)")
    told = []

    def commit_one(connection: Connection) -> tuple[Table, ...]:
        found = dumped_tables(connection)
        run(database, sql.SQL("INSERT INTO surat VALUES ({})").format(len(told)))
        told.append(scalar(database, "SELECT clock_timestamp()"))
        return found

    monkeypatch.setattr(snapshots, "dumped_tables", commit_one)
    with open_snapshot(database, LOCK_SECONDS) as snapshot:
        (table,) = snapshot.inventory("off").tables

    assert len(told) == 2
    assert sum(moment < snapshot.at for moment in told) <= table.rows < 2


def test_the_instant_is_not_that_of_the_wait_for_a_lock(database: Target) -> None:
    run(database, "CREATE TABLE surat (n integer)")
    with connect(database) as other:
        other.execute("BEGIN")
        other.execute("LOCK TABLE surat")
        end = threading.Timer(1, lambda: other.execute("INSERT INTO surat VALUES (1); COMMIT"))
        before = scalar(database, "SELECT clock_timestamp()")
        end.start()
        with open_snapshot(database, LOCK_SECONDS) as snapshot:
            (table,) = snapshot.inventory("off").tables
        end.join()

    assert table.rows == 1
    assert (snapshot.at - before).total_seconds() >= 0.9


def replayed_all(primary: Target, standby: Target) -> bool:
    reached = scalar(primary, "SELECT pg_current_wal_flush_lsn()")
    return scalar(standby, f"SELECT pg_last_wal_replay_lsn() >= '{reached}'") is True


def test_a_standby_that_lags_does_not_claim_what_it_has_not_replayed(postgres: PostgresServer) -> None:
    with databases_on(postgres) as make, standby_of(postgres) as server:
        primary = make()
        standby = target_on(server, primary.database)
        superuser = target_on(server, "postgres")
        run(primary, "CREATE TABLE surat (n integer); INSERT INTO surat VALUES (1)")
        # The server of the tests does not flush at a commit.
        run(primary, "CHECKPOINT")
        wait_until(lambda: replayed_all(primary, superuser))
        run(standby, "SELECT pg_wal_replay_pause()")
        wait_until(lambda: scalar(standby, "SELECT pg_get_wal_replay_pause_state()") == "paused")
        held = scalar(primary, "SELECT clock_timestamp()")
        run(primary, "INSERT INTO surat VALUES (2)")
        with open_snapshot(standby, LOCK_SECONDS) as snapshot:
            (table,) = snapshot.inventory("off").tables

    assert table.rows == 1
    assert snapshot.at <= held


def test_a_standby_that_has_replayed_nothing_yet_tells_from_where_it_started(postgres: PostgresServer) -> None:
    superuser = target_on(postgres, "postgres")
    run(superuser, "DROP ROLE IF EXISTS pembaca")
    account = role_on(superuser, "pembaca", "x")
    before = scalar(superuser, "SELECT date_trunc('second', clock_timestamp())")
    with standby_of(postgres) as server:
        after = scalar(target_on(server, "postgres"), "SELECT clock_timestamp()")
        with open_snapshot(target_on(server, "postgres", "pembaca", account.password), LOCK_SECONDS) as snapshot:
            assert before <= snapshot.at <= after


def test_nothing_stays_open_after_the_block(database: Target) -> None:
    with open_snapshot(database, LOCK_SECONDS):
        assert scalar(database, OPEN) == 2

    wait_until(lambda: scalar(database, OPEN) == 1)


def test_what_may_not_be_read_is_said(database: Target) -> None:
    run(database, "CREATE TABLE rahasia (); DROP ROLE IF EXISTS tamu")
    guest = role_on(database, "tamu", "x")

    with pytest.raises(PrivilegeMissing, match="rahasia"), open_snapshot(guest, LOCK_SECONDS):
        pass


def test_a_server_that_stops_meanwhile_is_said() -> None:
    with running() as server:
        target = target_on(server, "postgres")
        with open_snapshot(target, LOCK_SECONDS) as snapshot:
            server.stop()
            with pytest.raises(TargetUnreachable, match="was lost"):
                snapshot.inventory("values")


def test_a_server_that_freezes_while_the_view_is_opened_is_given_up() -> None:
    with running() as server:
        target = target_on(server, "postgres")
        run(target, "CREATE TABLE terkunci ()")
        frozen: list[psutil.Process] = []

        def freeze() -> None:
            wait_until(lambda: scalar(target, "SELECT count(*) FROM pg_locks WHERE NOT granted") == 1)
            frozen.extend([psutil.Process(server.pid), *psutil.Process(server.pid).children(recursive=True)])
            for process in frozen:
                process.suspend()

        with connect(target) as other, other.transaction(force_rollback=True):
            other.execute("LOCK TABLE terkunci")
            freezing = threading.Thread(target=freeze)
            freezing.start()
            try:
                with pytest.raises(TargetUnreachable, match="did not answer within 5 s"), open_snapshot(target, 3, 2):
                    pass
            finally:
                freezing.join()
                for process in reversed(frozen):
                    process.resume()
