"""Back-ups that are what they say, and back-ups that are not, for the tests of restoring."""

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from cadangan.backup.job import BackupJob
from cadangan.backup.take import take_backup
from cadangan.core.manifest import Artefact, Manifest
from cadangan.core.naming import Kind, parse
from cadangan.engines.contract import Site
from cadangan.engines.postgres import Target
from cadangan.hosts import local
from cadangan.restore.job import RestoreJob
from cadangan.restore.rehearse import Rehearsal, rehearse
from cadangan.stream import pump
from cadangan.stream.seal import Source
from tests.backup.builders import connected, job_for, raw_of, silent
from tests.services.postgres import target_on
from tests.stream.builders import KEY, MemoryCopy, policy, sh

STALE = timedelta(hours=48)
SAMPLE = """
CREATE SCHEMA arsip;
CREATE TABLE pegawai (nip char(18) PRIMARY KEY, nama text NOT NULL);
INSERT INTO pegawai SELECT lpad(i::text, 18, '0'), 'Pegawai ' || i FROM generate_series(1, 500) i;
CREATE TABLE arsip."Surat Masuk" (id serial PRIMARY KEY, isi text, nip char(18) REFERENCES pegawai);
INSERT INTO arsip."Surat Masuk" (isi, nip) SELECT md5(i::text), lpad(i::text, 18, '0') FROM generate_series(1, 300) i;
CREATE TABLE kosong (id int);
CREATE INDEX pegawai_nama ON pegawai (nama);
CREATE VIEW daftar AS SELECT nama FROM pegawai;
CREATE FUNCTION jumlah() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM public.pegawai';
CREATE FUNCTION catat() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TRIGGER catat_pegawai BEFORE UPDATE ON pegawai FOR EACH ROW EXECUTE FUNCTION catat();
SELECT lo_from_bytea(0, 'lampiran');
"""


@dataclass(frozen=True)
class Stored:
    """A back-up at one destination."""

    job: BackupJob
    manifest: Manifest

    def file(self, kind: Kind = Kind.DUMP) -> Path:
        """The stored file of an artefact."""
        return Path(self.job.places[0].path(self.job.asset, self.artefact(kind).name))

    def artefact(self, kind: Kind = Kind.DUMP) -> Artefact:
        """An artefact as the manifest has it."""
        return next(part for part in self.manifest.artefacts if part.kind is kind)

    def raw(self, kind: Kind = Kind.DUMP) -> bytes:
        """An artefact before it was sealed."""
        return raw_of(self.manifest, self.job.places[0], kind)

    def with_manifest(self, **changes: Any) -> "Stored":
        """The same with another manifest beside it."""
        manifest = self.manifest.model_copy(update=changes)
        name = parse(manifest.backup).manifest()
        Path(self.job.places[0].path(self.job.asset, name)).write_text(manifest.model_dump_json())
        return replace(self, manifest=manifest)

    def with_dump(self, raw: bytes, folder: Path, kind: Kind = Kind.DUMP) -> "Stored":
        """The same with another dump, well sealed and truly recorded: only what is in it tells."""
        (folder / "raw").write_bytes(raw)
        copy = MemoryCopy()
        with local.start(sh(f"cat {folder / 'raw'}")) as process:
            streamed = pump.pump(Source(process, frozenset({0})), (copy,), policy(), 0, silent)
        self.file(kind).write_bytes(copy.content)
        other = self.artefact(kind).model_copy(
            update={
                "raw_bytes": streamed.raw_bytes,
                "stored_bytes": streamed.stored_bytes,
                "sha256": streamed.sha256,
                "raw_sha256": streamed.raw_sha256,
            }
        )
        parts = tuple(other if part.kind is kind else part for part in self.manifest.artefacts)
        return self.with_manifest(artefacts=parts)


def run(target: Target, *statements: str) -> None:
    with connected(target) as connection:
        for statement in statements:
            connection.execute(statement)


def value(target: Target, query: str) -> Any:
    with connected(target) as connection:
        return connection.execute(query).fetchone()[0]


def stored(target: Target, folder: Path, **overrides: Any) -> Stored:
    """Back `target` up into `folder`."""
    job = job_for(target, folder, **overrides)
    return Stored(job, take_backup(job, silent))


def restore_job(of: Stored, server: Any, **overrides: Any) -> RestoreJob:
    """The job that restores onto `server`."""
    fields = {
        "manifest": of.manifest,
        "place": of.job.places[0],
        "engine": of.job.engine,
        "site": Site(target_on(server, "postgres"), local) if server else None,
        "identity": KEY,
    }
    return RestoreJob(**(fields | overrides))


def rehearsed(of: Stored, server: Any, **overrides: Any) -> Rehearsal:
    return rehearse(restore_job(of, server, **overrides), STALE)


def found(rehearsal: Rehearsal) -> set[tuple[str, str, str]]:
    """What a rehearsal found different."""
    return {(each.aspect.value, each.change.value, each.place) for each in rehearsal.differences}
