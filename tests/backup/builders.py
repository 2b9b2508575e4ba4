"""Jobs, sample data and helpers of the back-up tests."""

import io
import os
from dataclasses import replace

import psycopg
from fsspec.implementations.local import LocalFileSystem

from cadangan.backup.job import BackupJob
from cadangan.core.naming import parse
from cadangan.engines import engine
from cadangan.hosts import local
from cadangan.hosts.command import Command
from cadangan.stream.unseal import unseal
from cadangan.vault.place import Place
from tests.stream.builders import KEY, policy

SAMPLE = """
CREATE SCHEMA arsip;
CREATE TABLE pegawai (nip char(18) PRIMARY KEY, nama text NOT NULL);
INSERT INTO pegawai SELECT lpad(i::text, 18, '0'), 'Pegawai ' || i FROM generate_series(1, 2000) i;
CREATE TABLE arsip."Surat Masuk" (id serial PRIMARY KEY, isi text);
INSERT INTO arsip."Surat Masuk" (isi) SELECT repeat(md5(i::text), 20) FROM generate_series(1, 3000) i;
CREATE VIEW daftar AS SELECT nama FROM pegawai;
CREATE FUNCTION jumlah() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM pegawai';
"""


def connected(target):
    return psycopg.connect(
        host=target.host,
        port=target.port,
        user=target.user,
        password=target.password,
        dbname=target.database,
        autocommit=True,
    )


def place(folder, name="utama"):
    return Place(name, LocalFileSystem(), folder.as_uri(), str(folder))


def job_for(target, folder, fill=False, **overrides):
    if fill:
        with connected(target) as connection:
            connection.execute(SAMPLE)
    fields = {
        "request_no": "BR-2026-00001",
        "round": 1,
        "item_id": 7,
        "plan_sha256": "0" * 64,
        "asset": "simpeg",
        "server": "srv-simpeg",
        "engine": engine("postgres"),
        "target": target,
        "client_dirs": (),
        "places": (place(folder),),
        "policy": policy(),
        "predicted_bytes": 1_000_000,
        "needed_bytes": 1_000_000,
        "content_digest": "values",
    }
    return BackupJob(**(fields | overrides))


def enlarge(target, megabytes):
    """Add rows that do not compress, so that a dump of them takes its time."""
    with connected(target) as connection:
        connection.execute("CREATE TABLE besar (isi bytea)")
        connection.execute("ALTER TABLE besar ALTER isi SET STORAGE EXTERNAL")
        for _ in range(megabytes):
            connection.execute("INSERT INTO besar VALUES (%b)", [os.urandom(1 << 20)])


def raw_of(manifest, where, kind):
    """The bytes of an artefact before it was sealed."""
    artefact = next(part for part in manifest.artefacts if part.kind == kind)
    raw = io.BytesIO()
    with open(where.path(parse(manifest.backup).asset, artefact.name), "rb") as stored:
        unseal(stored, KEY, raw.write)
    return raw.getvalue()


def restored(job, manifest, target):
    """Restore the dump into the empty database `target` by the client of the manifest."""
    client = job.engine.client_of(manifest, ())
    with job.engine.credentials(target) as env:
        done = local.run(
            Command((client.program("pg_restore"), "--exit-on-error", "-d", target.database), env),
            timeout=120,
            stdin=raw_of(manifest, job.places[0], "dump"),
        )
    assert done.returncode == 0, done.stderr
    return replace(job, target=target)
