"""backup.check: a copy is good when it was re-read, opens, and lists what the manifest says."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pyrage
import pytest
import zstandard

from cadangan.backup.check import Checker, check_copy
from cadangan.backup.take import take_backup
from cadangan.core.manifest import TableFacts
from cadangan.core.states import Verdict
from cadangan.engines import ENGINES
from cadangan.errors import CopyMissing, DigestMismatch, KeyMissing, ManifestMismatch, UnsealFailed, VaultError
from tests.backup.builders import raw_of
from tests.stream.builders import IDENTITY, KEY

PASSED, FAILED, NOT_RUN = Verdict.PASSED, Verdict.FAILED, Verdict.NOT_RUN


@pytest.fixture
def backup(job):
    """A job and the manifest of its back-up."""
    return job, take_backup(job, lambda progress: None)


def checks(job, manifest, key=KEY, number=0):
    """The verdicts on the dump and on the globals, and all reasons."""
    dump, globals_ = check_copy(job.places[number], manifest, Checker(job.engine, (), key))
    return [(part.digest, part.decrypt, part.contents) for part in (dump, globals_)], [*dump.reasons, *globals_.reasons]


def stored(job, manifest, number=0):
    return Path(job.places[0].path(job.asset, manifest.artefacts[number].name))


def resealed(job, manifest, number, raw):
    """Replace an artefact by another one and return the manifest that describes it truly."""
    content = pyrage.encrypt(zstandard.ZstdCompressor(write_checksum=True).compress(raw), [IDENTITY.to_public()])
    stored(job, manifest, number).write_bytes(content)
    artefact = manifest.artefacts[number].model_copy(
        update={
            "raw_bytes": len(raw),
            "raw_sha256": hashlib.sha256(raw).hexdigest(),
            "stored_bytes": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
        }
    )
    artefacts = list(manifest.artefacts)
    artefacts[number] = artefact
    return manifest.model_copy(update={"artefacts": tuple(artefacts)})


def test_a_good_copy_passes_every_check(backup):
    verdicts, reasons = checks(*backup)
    assert verdicts == [(PASSED, PASSED, PASSED)] * 2
    assert reasons == []


def test_without_a_key_the_opening_reads_not_run(backup):
    verdicts, reasons = checks(*backup, key=None)
    assert verdicts == [(PASSED, NOT_RUN, NOT_RUN)] * 2
    assert [type(reason) for reason in reasons] == [KeyMissing] * 2


def test_another_key_fails_the_decryption_and_leaves_the_contents_not_run(backup):
    verdicts, reasons = checks(*backup, key=str(pyrage.x25519.Identity.generate()))
    assert verdicts == [(PASSED, FAILED, NOT_RUN)] * 2
    assert [type(reason) for reason in reasons] == [UnsealFailed] * 2


@pytest.mark.parametrize("position", [0, 500, -1])
def test_one_flipped_bit_fails_digest_and_decryption(backup, position):
    job, manifest = backup
    content = bytearray(stored(job, manifest).read_bytes())
    content[position] ^= 1
    stored(job, manifest).write_bytes(content)
    verdicts, reasons = checks(job, manifest)
    assert verdicts == [(FAILED, FAILED, NOT_RUN), (PASSED, PASSED, PASSED)]
    assert [type(reason) for reason in reasons] == [DigestMismatch, UnsealFailed]
    assert manifest.artefacts[0].sha256 in str(reasons[0])


@pytest.mark.parametrize("keep", [0, 100, -1])
def test_a_cut_file_fails(backup, keep):
    job, manifest = backup
    stored(job, manifest).write_bytes(stored(job, manifest).read_bytes()[:keep])
    assert checks(job, manifest)[0][0] == (FAILED, FAILED, NOT_RUN)


def test_a_lengthened_file_fails(backup):
    job, manifest = backup
    with stored(job, manifest).open("ab") as handle:
        handle.write(b"x")
    assert checks(job, manifest)[0][0] == (FAILED, FAILED, NOT_RUN)


def test_a_flipped_bit_is_seen_without_a_key_too(backup):
    job, manifest = backup
    content = bytearray(stored(job, manifest).read_bytes())
    content[1000] ^= 128
    stored(job, manifest).write_bytes(content)
    assert checks(job, manifest, key=None)[0][0] == (FAILED, NOT_RUN, NOT_RUN)


def test_a_missing_file_fails(backup):
    job, manifest = backup
    stored(job, manifest).unlink()
    verdicts, reasons = checks(job, manifest)
    assert verdicts[0] == (FAILED, NOT_RUN, NOT_RUN)
    assert isinstance(reasons[0], CopyMissing)


def test_a_table_that_the_archive_lacks_fails_the_contents(backup):
    job, manifest = backup
    lost = TableFacts(schema_name="public", name="gaji", owner="postgres", rows=3, digest=None, digest_method="off")
    inventory = manifest.inventory.model_copy(update={"tables": (*manifest.inventory.tables, lost)})
    verdicts, reasons = checks(job, manifest.model_copy(update={"inventory": inventory}))
    assert verdicts[0] == (PASSED, PASSED, FAILED)
    assert [type(reason) for reason in reasons] == [ManifestMismatch]
    assert "TABLE DATA public gaji" in str(reasons[0])


def test_an_artefact_that_is_no_archive_fails_the_contents(backup):
    job, manifest = backup
    changed = resealed(job, manifest, 0, b"bukan arsip" * 10_000)
    verdicts, reasons = checks(job, changed)
    assert verdicts[0] == (PASSED, PASSED, FAILED)
    assert "pg_restore: " in str(reasons[0])


@pytest.mark.parametrize("share", [0.4, 0.99])
def test_a_dump_that_was_cut_short_but_sealed_as_if_whole_fails_the_contents(backup, share):
    """What a wrapper around the dump client leaves that loses its exit code."""
    job, manifest = backup
    raw = raw_of(manifest, job.places[0], "dump")
    verdicts, reasons = checks(job, resealed(job, manifest, 0, raw[: int(len(raw) * share)]))
    assert verdicts[0] == (PASSED, PASSED, FAILED)
    assert "end of file" in str(reasons[0])


def test_globals_that_break_off_fail_the_contents(backup):
    job, manifest = backup
    script = raw_of(manifest, job.places[0], "globals")
    verdicts, _ = checks(job, resealed(job, manifest, 1, script[: len(script) // 2]))
    assert verdicts[1] == (PASSED, PASSED, FAILED)


def test_what_opens_to_something_else_than_was_dumped_fails_the_decryption(backup):
    job, manifest = backup
    changed = resealed(job, manifest, 0, raw_of(manifest, job.places[0], "dump") + b"x")
    artefact = changed.artefacts[0].model_copy(update={"raw_bytes": manifest.artefacts[0].raw_bytes})
    changed = changed.model_copy(update={"artefacts": (artefact, changed.artefacts[1])})
    assert checks(job, changed)[0][0] == (PASSED, FAILED, NOT_RUN)


def test_a_destination_that_cannot_be_read_is_an_error_and_no_verdict(backup, tmp_path):
    job, manifest = backup
    (tmp_path / "berkas").write_text("bukan folder")
    gone = replace(job.places[0], base=str(tmp_path / "berkas"))
    with pytest.raises(VaultError, match="cannot be opened"):
        check_copy(gone, manifest, Checker(job.engine, (), KEY))


def test_the_key_is_not_shown():
    assert KEY not in repr(Checker(ENGINES["postgres"], (), KEY))
