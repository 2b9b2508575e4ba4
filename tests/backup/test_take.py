"""backup.take: a back-up holds what it says, or there is none."""

import json
import threading
import uuid
from dataclasses import replace

from cadangan.backup.check import Checker, check_copy
from cadangan.backup.take import take_backup
from cadangan.core.manifest import Manifest
from cadangan.core.naming import parse
from cadangan.core.states import Verdict
from cadangan.vault import copies
from tests.backup.builders import connected, files, place, raw_of, restored, silent
from tests.services.sshd import sftp_place
from tests.stream.builders import KEY


def test_a_backup_restores_to_what_its_manifest_counts(job, new_database):
    manifest = take_backup(job, silent)
    again = restored(job, manifest, new_database())
    with job.engine.open_snapshot(again.site.target, 10) as snapshot:
        found = snapshot.inventory("values")
    counted = {(table.schema_name, table.name): (table.rows, table.digest) for table in manifest.inventory.tables}
    assert counted == {(table.schema_name, table.name): (table.rows, table.digest) for table in found.tables}
    assert counted["public", "pegawai"][0] == 2000
    assert counted["arsip", "Surat Masuk"][0] == 3000


def test_a_writer_during_the_dump_changes_neither_counts_nor_digests(job, new_database):
    stop = threading.Event()

    def write():
        with connected(job.site.target) as connection:
            while not stop.is_set():
                connection.execute("""INSERT INTO arsip."Surat Masuk" (isi) VALUES (repeat('x', 500))""")
                connection.execute("""DELETE FROM arsip."Surat Masuk" WHERE id % 7 = (random() * 7)::int""")
                connection.execute("UPDATE pegawai SET nama = nama || '.' WHERE nip < '000000000000000100'")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        manifest = take_backup(job, silent)
    finally:
        stop.set()
        writer.join()
    again = restored(job, manifest, new_database())
    with job.engine.open_snapshot(again.site.target, 10) as snapshot:
        found = snapshot.inventory("values")
    assert {(t.name, t.rows, t.digest) for t in manifest.inventory.tables} == {
        (t.name, t.rows, t.digest) for t in found.tables
    }


def test_the_globals_hold_the_roles(job):
    script = raw_of(take_backup(job, silent), job.places[0], "globals").decode()
    assert "CREATE ROLE postgres" in script
    assert "SCRAM-SHA-256$" in script


def test_password_hashes_lie_in_the_encrypted_artefact_only(job):
    manifest = take_backup(job, silent)
    assert "SCRAM" not in manifest.model_dump_json()
    for name in files(job):
        with copies.open_copy(job.places[0], job.asset, name) as handle:
            assert b"SCRAM" not in handle.read()


def test_every_destination_holds_the_same_files_and_the_manifest_describes_them(job, tmp_path):
    job = replace(job, places=(place(tmp_path / "satu", "satu"), place(tmp_path / "dua", "dua")))
    manifest = take_backup(job, silent)
    name = parse(manifest.backup)
    assert files(job, 0) == files(job, 1) == {part.name for part in manifest.artefacts} | {name.manifest()}
    for where in job.places:
        assert copies.read_manifest(where, name) == manifest
        for part in manifest.artefacts:
            assert copies.digest(where, job.asset, part.name) == part.sha256


def test_a_copy_over_sftp_is_as_good_as_a_local_one(job, sshd, tmp_path):
    job = replace(job, places=(job.places[0], sftp_place(sshd, tmp_path / "jauh")))
    manifest = take_backup(job, silent)
    assert files(job, 0) == files(job, 1)
    for where in job.places:
        parts = check_copy(where, manifest, Checker(job.engine, (), KEY))
        assert {verdict for part in parts for verdict in (part.digest, part.decrypt, part.contents)} == {Verdict.PASSED}


def test_a_copy_in_an_s3_store_is_as_good_as_a_local_one(job, s3_server):
    job = replace(job, places=(job.places[0], s3_server.place(f"dump-{uuid.uuid4()}", days=2)))
    manifest = take_backup(job, silent)
    assert files(job, 0) == files(job, 1)
    parts = check_copy(job.places[1], manifest, Checker(job.engine, (), KEY))
    assert {verdict for part in parts for verdict in (part.digest, part.decrypt, part.contents)} == {Verdict.PASSED}


def test_the_manifest_says_how_to_restore_by_hand(job):
    manifest = take_backup(job, silent)
    for part in manifest.artefacts:
        assert part.name in manifest.codec.by_hand
    assert Manifest.model_validate(json.loads(manifest.model_dump_json())) == manifest
    assert manifest.timings.started_at <= manifest.timings.snapshot_at <= manifest.timings.ended_at
