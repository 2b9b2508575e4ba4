"""The worker is killed at every boundary of an in-place restore: what runs is the old database or the new one, whole,
and the next try or the way back finishes the job."""

import os
import signal
import time
import traceback
from collections.abc import Callable

import pytest
from sqlalchemy import select

from cadangan.core.choices import ConfirmChoice
from cadangan.core.states import Result
from cadangan.engines.postgres import load as loading
from cadangan.engines.postgres import renaming
from cadangan.errors import ApprovalMissing
from cadangan.register import restores
from cadangan.register.models import Backup
from cadangan.restore import trial
from cadangan.steps import destinations, execute, restore, restore_settle, restore_work
from tests.restore.builders import SAMPLE, run, value
from tests.steps.restoring import office
from tests.steps.test_restore_in_place import FEWER, NEW, OLD, rows

# Takes seconds to be built, so that a restore can be met in its midst.
SLOW = """
CREATE FUNCTION lambat(nip text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS
'BEGIN PERFORM pg_sleep(0.02); RETURN nip; END';
CREATE TABLE berat AS SELECT i::text AS nip FROM generate_series(1, 100) i;
CREATE INDEX berat_lambat ON berat (lambat(nip));
"""
TABLES = "SELECT count(*) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"


@pytest.fixture
def here(tmp_path, postgres_18):
    with office(postgres_18, tmp_path, SAMPLE) as made:
        made.back_up()
        run(made.target, FEWER)
        yield made


def die(*_arguments, **_options):
    os.kill(os.getpid(), signal.SIGKILL)


def child(work: Callable[[], object]) -> int:
    """Fork a worker that does `work`."""
    pid = os.fork()
    if pid:
        return pid
    try:
        work()
    except BaseException:
        os.write(2, traceback.format_exc().encode())
        os._exit(1)
    os._exit(0)


def killed(work: Callable[[], object], module: object, name: str, instead: Callable[..., object] = die) -> None:
    """Let a worker do `work` until it comes to `module.name`, and be killed there."""

    def until() -> None:
        setattr(module, name, instead)
        work()

    assert os.waitpid(child(until), 0)[1] == signal.SIGKILL


def between_the_renames(connection, renames):
    """The first of both renames is done, and the transaction open."""
    with connection.transaction():
        name, to = renames[0]
        connection.execute(f'ALTER DATABASE "{name}" RENAME TO "{to}"')
        die()


def whole(here, name=None):
    """How many rows the database that runs has; all of its tables are there."""
    assert value(here.on(name or here.database), TABLES) >= 3
    return rows(here, name)


def finished(here, case):
    """The next try of every task leads to the end."""
    case.executed()
    assert (whole(here), whole(here, case.row().kept), case.result) == (NEW, OLD, Result.SUCCEEDED)
    assert here.made() == {case.row().kept}


@pytest.mark.parametrize(
    ("module", "name", "made"), [(destinations, "record", 1), (execute, "check", 1), (execute, "take_backup", 1)]
)
def test_while_what_runs_is_saved(here, module, name, made):
    case = here.in_place()

    killed(case.save, module, name)

    assert (whole(here), here.made()) == (OLD, set())
    finished(here, case)
    with here.desk.register.reading() as session:
        saved = session.scalars(select(Backup).where(Backup.item_id == case.item_id)).all()
    assert len(saved) == made


def test_in_the_midst_of_the_load(here):
    run(here.target, SLOW)
    here.back_up()
    case = here.in_place()
    case.save()
    pid = child(case.restore)
    limit = time.monotonic() + 60
    building = "SELECT count(*) FROM pg_stat_activity WHERE datname LIKE 'cadangan_sisi%' AND query ~ 'berat_lambat'"
    while not value(here.on("postgres"), building):
        assert time.monotonic() < limit, "never seen"
        time.sleep(0.02)

    os.kill(pid, signal.SIGKILL)

    assert os.waitpid(pid, 0)[1] == signal.SIGKILL
    assert (whole(here), here.made()) == (OLD, {case.row().side})
    case.executed()
    assert value(here.target, "SELECT count(*) FROM pg_indexes WHERE indexname = 'berat_lambat'") == 1
    assert (whole(here), here.made()) == (OLD, {case.row().kept})


@pytest.mark.parametrize(
    ("module", "name"),
    [(loading, "_analyze"), (trial, "judge"), (restore_work.Work, "_record"), (restores, "record_result")],
)
def test_after_the_load_and_before_its_result_is_on_record(here, module, name):
    case = here.in_place()
    case.save()

    killed(case.restore, module, name)

    assert (whole(here), case.result) == (OLD, None)
    finished(here, case)


def test_before_the_switch_over_the_next_try_does_not_load_again(here):
    case = here.in_place()
    case.save()
    case.restore()
    before = case.row()

    killed(case.serve, restore, "switch_over")

    assert whole(here) == OLD
    finished(here, case)
    assert case.row().new_id == before.new_id


def test_in_the_midst_of_the_switch_over_nothing_of_it_happened(here):
    case = here.in_place()
    case.save()
    case.restore()

    killed(case.serve, renaming, "_all_at_once", between_the_renames)

    assert (whole(here), here.made()) == (OLD, {case.row().side})
    finished(here, case)


def test_after_the_switch_over_it_is_only_put_on_record(here):
    case = here.in_place()
    case.save()
    case.restore()

    killed(case.serve, restores, "record_switch")

    assert (whole(here), case.row().switched_at, case.result) == (NEW, None, None)
    finished(here, case)


def test_a_switch_over_that_no_try_put_on_record_is_taken_back_all_the_same(here):
    case = here.in_place()
    case.save()
    case.restore()
    killed(case.serve, restores, "record_switch")
    assert whole(here) == NEW

    case.confirmed(ConfirmChoice.NOT_CONFORMING)
    restore_settle.settle(here.desk, case.number)

    assert (whole(here), whole(here, case.row().side)) == (OLD, NEW)


def test_a_report_that_is_accepted_of_a_restore_that_failed_leaves_the_old_one(here):
    case = here.in_place()
    case.save()
    case.restore()
    killed(case.serve, restores, "record_switch")

    case.confirmed(ConfirmChoice.CONFORMS)
    restore_settle.settle(here.desk, case.number)

    assert whole(here) == OLD


@pytest.mark.parametrize(
    ("module", "name", "instead", "then"),
    [
        (restore_settle, "take_back_row", die, NEW),
        (renaming, "_all_at_once", between_the_renames, NEW),
        (restores, "record_rolled_back", die, OLD),
    ],
)
def test_while_it_is_taken_back(here, module, name, instead, then):
    case = here.in_place().executed().confirmed(ConfirmChoice.NOT_CONFORMING)

    killed(lambda: restore_settle.settle(here.desk, case.number), module, name, instead)

    assert (whole(here), case.row().rolled_back_at) == (then, None)
    restore_settle.settle(here.desk, case.number)
    assert (whole(here), whole(here, case.row().side)) == (OLD, NEW)
    assert here.made() == {case.row().side}
    with pytest.raises(ApprovalMissing, match="decided on"):
        case.serve()
    assert whole(here) == OLD


@pytest.mark.parametrize("name", ["_drop", "record_dropped"])
def test_while_what_no_longer_serves_is_dropped(here, name):
    here = here.changed(keep_old_days=0)
    case = here.in_place().executed().confirmed()
    module = restore_settle if name == "_drop" else restores

    killed(lambda: restore_settle.settle(here.desk, case.number), module, name)

    assert whole(here) == NEW
    restore_settle.drop_over(here.desk)
    assert (whole(here), here.made()) == (NEW, set())
    assert case.row().dropped_at is not None
