"""A restore takes all of a copy into an empty place, or fails."""

import stat
from datetime import UTC, datetime

import pytest

from cadangan.core.side_names import Purpose, new_side_name
from cadangan.engines.postgres import load as postgres_load
from cadangan.engines.postgres.clients import client_of
from cadangan.errors import RestoreFailed, RestoreRefused
from cadangan.restore.load import load
from tests.restore.builders import SAMPLE, restore_job, run, stored, value
from tests.services.postgres import databases_on


@pytest.fixture
def here(postgres_18, tmp_path):
    """A restore job, its back-up, and an empty database by the name of a side."""
    with databases_on(postgres_18) as new:
        source = new()
        run(source, SAMPLE)
        backup = stored(source, tmp_path / "gudang")
        yield restore_job(backup, postgres_18), backup, new(str(new_side_name(Purpose.SIDE, "x", datetime.now(UTC))))


def test_a_place_that_is_not_empty_is_left_alone(here):
    job, _, target = here
    run(target, "CREATE TABLE lama (id int)")

    with pytest.raises(RestoreRefused, match="not empty"):
        load(job, target)

    assert value(target, "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace") == 1


def test_statistics_are_there_after_a_restore(here):
    job, _, target = here

    load(job, target)

    assert value(target, "SELECT reltuples FROM pg_class WHERE relname = 'pegawai'") == 500


def test_without_room_for_a_file_it_is_restored_as_a_stream(here, monkeypatch):
    job, _, target = here
    monkeypatch.setattr(postgres_load, "_SPARE", 1e12)

    load(job, target)
    assert value(target, 'SELECT count(*) FROM arsip."Surat Masuk"') == 300


def test_a_stream_that_is_cut_leaves_nothing(here, monkeypatch, tmp_path):
    job, backup, target = here
    monkeypatch.setattr(postgres_load, "_SPARE", 1e12)
    cut = backup.with_dump(backup.raw()[:-2000], tmp_path)

    with pytest.raises(RestoreFailed):
        load(restore_job(cut, None, site=job.site), target)

    assert job.engine.is_empty(target)


def test_a_program_that_ends_well_and_complains_has_failed(here, tmp_path, monkeypatch):
    job, backup, target = here
    client = client_of(backup.manifest, ())
    for name in ("pg_dump", "pg_dumpall"):
        (tmp_path / name).symlink_to(client.program(name))
    script = tmp_path / "pg_restore"
    complaint = "pg_restore: warning: errors ignored on restore: 1"
    script.write_text(f'#!/bin/sh\n{client.program("pg_restore")} "$@"\necho "{complaint}" >&2\n')
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(postgres_load, "client_of", lambda *_: client.model_copy(update={"bin_dir": str(tmp_path)}))

    with pytest.raises(RestoreFailed, match="errors ignored"):
        load(job, target)
