"""A file tree is backed up as it is, what changes meanwhile is named, and a copy is compared file by file."""

import hashlib
import os
import re
import subprocess
from pathlib import Path

import pytest

from cadangan.backup.check import Checker, check_copy
from cadangan.backup.take import take_backup
from cadangan.core.manifest import Manifest
from cadangan.core.states import Verdict
from cadangan.engines.files import client, dump
from cadangan.errors import CadanganError, ClientMissing, EngineError, SourceFailed
from cadangan.hosts import local
from cadangan.hosts.command import Command, Completed
from tests.backup.builders import disturbed, files, raw_of, silent, until
from tests.conftest import ROOT
from tests.engines.files.trees import HOSTILE, filled, job_of, seen
from tests.stream.builders import KEY, policy

MANUAL = (ROOT / "docs" / "how-to" / "restore-by-hand.md").read_text()
BIG = 40


@pytest.fixture
def tree(tmp_path):
    return filled(tmp_path / "pohon")


@pytest.fixture
def busy(tmp_path):
    """A tree of which a back-up takes long enough to be disturbed, and its job."""
    root = tmp_path / "pohon"
    root.mkdir()
    with (root / "a besar\n").open("wb") as file:
        for _ in range(BIG):
            file.write(os.urandom(1 << 20))
    (root / "b").write_text("tetap")
    (root / "c").write_text("ada")
    return root, job_of(root, tmp_path / "gudang", policy=policy(progress_every=0.02))


def checked(job, manifest):
    (check,) = check_copy(job.places[0], manifest, Checker(job.engine, (), KEY))
    return (check.digest, check.decrypt, check.contents), check.reasons


def by_path(manifest):
    return {facts.path: facts for facts in manifest.inventory.files}


def test_a_tree_restored_by_hand_is_the_same(tree, tmp_path):
    job = job_of(tree, tmp_path / "gudang")
    manifest = take_backup(job, silent)
    (tmp_path / "key.txt").write_text(KEY)
    line = manifest.codec.by_hand.partition(" (")[0].replace("KUNCI", str(tmp_path / "key.txt"))
    script = line.replace("BARU", str(tmp_path / "pulih"))

    subprocess.run(["bash", "-euo", "pipefail", "-c", script], cwd=job.places[0].folder(job.asset), check=True)

    assert seen(tmp_path / "pulih") == seen(tree)
    assert (tmp_path / "pulih" / "jarang").stat().st_blocks < 1000
    assert manifest.artefacts[0].raw_bytes < 10_000_000
    assert checked(job, manifest) == ((Verdict.PASSED,) * 3, ())


def test_the_manifest_has_every_member_with_its_digest(tree, tmp_path):
    manifest = Manifest.model_validate_json(take_backup(job_of(tree, tmp_path / "gudang"), silent).model_dump_json())

    found = by_path(manifest)

    assert manifest.inventory.changed == ()
    assert found["./jarang"].content == hashlib.sha256((tree / "jarang").read_bytes()).hexdigest()
    assert found["./\\377\\376 bukan utf-8"].size == 2 * len(HOSTILE[2])
    assert found["./baris\\nbaru"].kind == "file"
    assert found["./sandi"][:4] == ("./sandi", "hard link", 0, "./keras")
    assert found["./lunak"] == ("./lunak", "symlink", 0, "../tiada\\n/di sini", "- 0:0")
    assert found["./keras"].attributes.startswith("0640 1234:5678 ")
    assert found["./pipa"].kind == "fifo"
    assert len(found) == len(seen(tree))


def test_what_is_excluded_is_left_out(tree, tmp_path):
    manifest = take_backup(job_of(tree, tmp_path / "gudang", "./dalam", "*😀*", "-rf"), silent)

    left = {path for path in by_path(manifest) if "dalam" in path or "😀" in path or "-rf" in path}

    assert left == set()
    assert "./sandi" in by_path(manifest)


def grow(root):
    with (root / "a besar\n").open("ab") as file:
        file.write(b"lagi" * 1000)


def shrink(root):
    os.truncate(root / "a besar\n", 1000)


def vanish(root):
    (root / "c").unlink()


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (grow, "./a besar\\n: file changed as we read it"),
        (shrink, "./a besar\\n: File shrank by "),
        (vanish, "./c: File removed before we read it"),
    ],
)
def test_a_file_that_changes_while_it_is_read_is_named(busy, act, said):
    root, job = busy
    job, on_progress = disturbed(job, lambda: act(root))

    manifest = take_backup(job, on_progress)

    assert on_progress.done
    assert any(line.startswith(said) for line in manifest.inventory.changed)
    assert checked(job, manifest)[1] == ()
    assert by_path(manifest)["./a besar\\n"].size == BIG << 20


def test_a_file_that_may_not_be_read_fails_the_item_and_is_named(tmp_path):
    root = tmp_path / "pohon"
    root.mkdir()
    (root / "rahasia").write_text("isi")
    (root / "rahasia").chmod(0)
    os.chown(root, 65534, 65534)
    job = job_of(root, tmp_path / "gudang")

    with pytest.raises(SourceFailed, match=r"rahasia: .*Permission denied"), as_nobody(tmp_path):
        take_backup(job, silent)

    assert files(job) == set()


class as_nobody:  # noqa: N801 - reads as a word of the test
    """Programs that are started within run as an account without privileges."""

    def __init__(self, tmp_path):
        for folder in (tmp_path, *tmp_path.parents[:2]):
            folder.chmod(folder.stat().st_mode | 0o055)
        self._own = client.dump_command

    def __enter__(self):
        as_other = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--")
        dump.dump_command = lambda target: Command((*as_other, *self._own(target).argv))

    def __exit__(self, *failure):
        dump.dump_command = self._own


def test_too_many_changed_files_to_name_fail_the_item(tmp_path):
    stock = dump.Stock(job_of(tmp_path, tmp_path).site.target)

    stock.hear("tar: ./a: file changed as we read it\n" * 2000)

    with pytest.raises(EngineError, match="Too many"):
        stock.inventory()


def test_a_tree_that_is_not_there_fails(tmp_path):
    with pytest.raises(SourceFailed, match="No such file"):
        take_backup(job_of(tmp_path / "tiada", tmp_path / "gudang"), silent)


def test_a_failed_copy_ends_the_stock_taking(busy):
    _, job = busy

    def fail(progress):
        raise CadanganError("cukup")

    with pytest.raises(CadanganError, match="cukup"):
        take_backup(job, fail)

    until(lambda: files(job) == set())


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda facts: facts._replace(content="0" * 64), "where the manifest has file ./b"),
        (lambda facts: facts._replace(path="./lain"), "where the manifest has file ./lain"),
        (lambda facts: None, "where the manifest has"),
    ],
)
def test_an_archive_that_holds_something_else_fails_the_check(tmp_path, change, reason):
    root = tmp_path / "pohon"
    root.mkdir()
    for name in ("a", "b", "c"):
        (root / name).write_text(name)
    job = job_of(root, tmp_path / "gudang")
    manifest = take_backup(job, silent)
    told = [change(facts) if facts.path == "./b" else facts for facts in manifest.inventory.files]
    inventory = manifest.inventory.model_copy(update={"files": tuple(facts for facts in told if facts)})

    verdicts, reasons = checked(job, manifest.model_copy(update={"inventory": inventory}))

    assert verdicts == (Verdict.PASSED, Verdict.PASSED, Verdict.FAILED)
    assert reason in str(reasons[0])


@pytest.mark.parametrize("length", [0, 3000, 20_000])
def test_an_archive_that_was_cut_fails_the_check(tree, tmp_path, length):
    job = job_of(tree, tmp_path / "gudang")
    manifest = take_backup(job, silent)
    raw = raw_of(manifest, job.places[0], "files")

    with job.engine.reading(manifest, manifest.artefacts[0], ()) as reader:
        reader.write(raw[:length])
        assert reader.problems()


class OldTar:
    """This machine, had it another tar."""

    start = staticmethod(local.start)

    @staticmethod
    def run(command, timeout, stdin=b""):
        return Completed(0, b"bsdtar 3.6.2 - libarchive 3.6.2\n", "")


def test_another_tar_is_refused():
    with pytest.raises(ClientMissing, match="bsdtar"):
        client.find_tar(OldTar())


def test_the_manual_restores_a_tree_and_finds_what_differs(tree, tmp_path):
    job = job_of(tree, tmp_path / "gudang")
    manifest = take_backup(job, silent)
    folder = Path(job.places[0].folder(job.asset))
    (folder / "key.txt").write_text(f"{KEY}\n")
    restore, compare = manual(manifest, 8)

    subprocess.run(["bash", "-euo", "pipefail", "-c", restore], cwd=folder, check=True)
    assert seen(folder / "new") == seen(tree)
    same = subprocess.check_output(["bash", "-euc", compare], cwd=folder, text=True)
    (folder / "new" / "baris\nbaru").write_text("lain")
    other = subprocess.check_output(["bash", "-euc", compare], cwd=folder, text=True)

    assert same == ""
    assert other == "differs: ./baris\\nbaru\n"


def manual(manifest, number):
    """The commands of a section of the manual, each with the back-up's name before it."""
    section = re.split(r"^## \d+\..*$", MANUAL, flags=re.MULTILINE)[number]
    return [f"backup={manifest.backup}\n{script}" for script in re.findall(r"```sh\n(.*?)```", section, re.DOTALL)]
