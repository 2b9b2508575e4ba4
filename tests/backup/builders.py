"""Jobs, sample data and helpers of the back-up tests."""

import contextlib
import io
import os
import threading
import time
from dataclasses import replace

import psutil
import psycopg
from fsspec.implementations.local import LocalFileSystem

from cadangan.backup.job import BackupJob
from cadangan.core.naming import parse
from cadangan.engines import engine
from cadangan.engines.contract import Site
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
        "site": Site(target, local),
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
    return replace(job, site=Site(target, local))


def files(job, number=0):
    """The names of the files of the job's asset at a destination."""
    return job.places[number].files(job.asset)


def client(name="pg_dump"):
    """The running dump client, once its prefix programs have given way to it."""
    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            if child.name() == name:
                return child
    return None


def silent(progress):
    """Take no notice of the progress."""


class OnFirstBytes:
    """Does something once, as soon as the database's dump has begun."""

    def __init__(self, act):
        self._act = act
        self.done = False

    def __call__(self, progress):
        if not self.done and progress.raw_bytes > 0:
            self.done = True
            self._act()


class Holding(LocalFileSystem):
    """Local folders in which no dump gets on before `release` is set."""

    cachable = False

    def __init__(self):
        super().__init__()
        self.release = threading.Event()

    def open(self, path, mode="rb", **options):
        file = super().open(path, mode, **options)
        held = (".dump." in path or ".tar." in path) and "w" in mode
        return HeldFile(file, self.release) if held else file


# Less than that of a dump that comes compressed may hold nothing that can be read yet.
_FIRST_BYTES = 256 * 1024


class HeldFile:
    """A file that waits `seconds` before it takes more than the first bytes, until `release` is set."""

    def __init__(self, file, release, seconds=120):
        self._file = file
        self._release = release
        self._seconds = seconds
        self._taken = 0

    def write(self, data):
        if self._taken >= _FIRST_BYTES:
            self._release.wait(self._seconds)
        self._taken += len(data)
        return self._file.write(data)

    def __getattr__(self, name):
        return getattr(self._file, name)


def disturbed(job, act):
    """The job, and a report of progress that does `act` half-way: however slow the machine, the dump waits for it."""
    holding = Holding()

    def act_and_release():
        try:
            act()
        finally:
            holding.release.set()

    first = replace(job.places[0], fs=holding)
    return replace(job, places=(first, *job.places[1:])), OnFirstBytes(act_and_release)


def until(met, seconds=30):
    """Return what `met` returns once it is true."""
    limit = time.monotonic() + seconds
    while not (found := met()):
        assert time.monotonic() < limit, "it does not come to pass"
        time.sleep(0.02)
    return found
