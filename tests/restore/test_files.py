"""A good back-up of a file tree passes its rehearsal, each fault that can be planted fails it, and none gets out."""

import io
import os
import shutil
import subprocess
import sys
import tarfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyrage
import pytest

from cadangan import paths
from cadangan.core.manifest import Inventory
from cadangan.core.naming import Kind
from cadangan.core.side_names import Purpose, new_side_name
from cadangan.core.states import Verdict
from cadangan.engines import files
from cadangan.engines.files.names import spelled, unspelled
from cadangan.engines.files.target import Target
from cadangan.errors import DigestMismatch, EngineError, RestoreFailed, RestoreRefused, UnsealFailed
from cadangan.restore.judge import judge
from cadangan.restore.load import load
from tests.engines.files.trees import HOSTILE, archived, filled, job_of, seen
from tests.restore.builders import Stored, found
from tests.restore.by_path import job_into, rehearsed_in, taken
from tests.stream.builders import KEY


@pytest.fixture
def tree(tmp_path):
    return filled(tmp_path / "pohon")


@pytest.fixture
def good(tree, tmp_path) -> Stored:
    return taken(job_of(tree, tmp_path / "gudang"))


def restored(of: Stored, folder: Path, *only: str) -> Path:
    job = job_into(of, folder)
    target = Target(str(folder), only=only)
    files.create(target, of.manifest)
    load(job, target)
    return folder


def test_a_good_back_up_passes_and_leaves_nothing(good, tmp_path):
    rehearsal = rehearsed_in(tmp_path / "uji", good)

    assert (rehearsal.verdict, rehearsal.differences, rehearsal.not_compared) == (Verdict.PASSED, (), ()), rehearsal


def test_what_is_restored_is_the_tree_with_owners_modes_attributes_links_and_holes(good, tree, tmp_path):
    again = restored(good, tmp_path / "pulih")

    assert seen(again) == seen(tree)
    assert (again / "jarang").stat().st_blocks < 1000


def test_an_empty_folder_passes(tmp_path):
    (tmp_path / "pohon").mkdir()

    rehearsal = rehearsed_in(tmp_path / "uji", taken(job_of(tmp_path / "pohon", tmp_path / "gudang")))

    assert rehearsal.verdict is Verdict.PASSED, rehearsal


def rewrite(path: Path, content: bytes) -> None:
    at = path.stat().st_mtime_ns
    path.write_bytes(content)
    os.utime(path, ns=(at, at))


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        (lambda tree: (tree / "garis\\miring").unlink(), ("file", "missing", "./garis\\\\miring")),
        (lambda tree: rewrite(tree / "keras", b"Rahasia"), ("file", "changed", "./keras")),
        (lambda tree: rewrite(tree / "keras", b"rahasia!"), ("file", "changed", "./keras")),
        (lambda tree: (tree / "keras").chmod(0o666), ("file", "changed", "./keras")),
        (lambda tree: os.chown(tree / "keras", 0, 0), ("owner", "changed", "./keras")),
        (lambda tree: os.setxattr(tree / "keras", "user.asal", b"lain"), ("file", "changed", "./keras")),
        (lambda tree: os.removexattr(tree / "keras", "user.asal"), ("file", "changed", "./keras")),
        (lambda tree: (tree / "baru").write_text(""), ("file", "extra", "./baru")),
        (lambda tree: (tree / "pipa").unlink(), ("file", "missing", "./pipa")),
        (lambda tree: relink(tree / "lunak"), ("file", "changed", "./lunak")),
        (lambda tree: shutil.rmtree(tree / "dalam"), ("file", "missing", "./dalam/")),
    ],
)
def test_a_tree_that_is_not_what_the_manifest_recorded_fails(good, tree, tmp_path, change, difference):
    change(tree)
    wrong = good.with_dump(archived(tree), tmp_path, Kind.FILES)

    rehearsal = rehearsed_in(tmp_path / "uji", wrong)

    assert rehearsal.verdict is Verdict.FAILED
    assert {(aspect, change, place.rstrip("/")) for aspect, change, place in found(rehearsal)} >= {
        (*difference[:2], difference[2].rstrip("/"))
    }


def relink(path: Path) -> None:
    path.unlink()
    path.symlink_to("di tempat lain")


def test_another_tree_and_an_empty_one_fail(good, tmp_path):
    (tmp_path / "lain").mkdir()
    empty = rehearsed_in(tmp_path / "uji", good.with_dump(archived(tmp_path / "lain"), tmp_path, Kind.FILES))
    (tmp_path / "lain" / "x").write_text("x")
    other = rehearsed_in(tmp_path / "uji", good.with_dump(archived(tmp_path / "lain"), tmp_path, Kind.FILES))

    assert empty.verdict is Verdict.FAILED
    assert "empty after its restore" in str(empty.reason)
    assert {("file", "missing", "./keras"), ("file", "extra", "./x")} <= found(other)


@pytest.mark.parametrize("kept", [512, 5000, 0.5, 0.999])
def test_an_archive_that_was_cut_fails_although_it_was_recorded_so(good, tmp_path, kept):
    raw = good.raw(Kind.FILES).rstrip(b"\0")

    rehearsal = rehearsed_in(
        tmp_path / "uji", good.with_dump(raw[: int(len(raw) * kept) if kept < 1 else kept], tmp_path, Kind.FILES)
    )

    assert rehearsal.verdict is Verdict.FAILED
    assert isinstance(rehearsal.reason, RestoreFailed)


def test_a_flipped_byte_and_a_wrong_key_fail(good, tmp_path):
    wrong_key = rehearsed_in(tmp_path / "uji", good, identity=str(pyrage.x25519.Identity.generate()))
    content = bytearray(good.file(Kind.FILES).read_bytes())
    content[len(content) // 2] ^= 1
    good.file(Kind.FILES).write_bytes(content)
    flipped = rehearsed_in(tmp_path / "uji", good)

    assert [type(each.reason) for each in (wrong_key, flipped)] == [UnsealFailed, DigestMismatch]
    assert {wrong_key.verdict, flipped.verdict} == {Verdict.FAILED}


def member(
    name: str, kind: bytes = tarfile.REGTYPE, link: str = "", content: bytes = b""
) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.size = kind, link, len(content)
    return info, content


ROOT_FOLDER = member(".", tarfile.DIRTYPE)
OUT = "{out}"


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ([member("../lolos", content=b"x")], "leads out of its folder"),
        ([member("./a/../../lolos", content=b"x")], "leads out of its folder"),
        ([member(f"{OUT}/lolos", content=b"x")], "leads out of its folder"),
        ([member("./a", tarfile.SYMTYPE, OUT), member("./a/lolos", content=b"x")], "leads through a symlink"),
        ([member("./a", tarfile.SYMTYPE, ".."), member("./a/lolos", content=b"x")], "leads through a symlink"),
        ([member("./a", tarfile.SYMTYPE, f"{OUT}/korban"), member("a", content=b"x")], "takes the place of another"),
        ([member("./a", tarfile.SYMTYPE, OUT), member("./a", tarfile.DIRTYPE)], "takes the place of another"),
        ([member("./a", tarfile.LNKTYPE, f"{OUT}/korban"), member("./a", content=b"x")], "leads out of its folder"),
        ([member("./a", tarfile.LNKTYPE, "../korban")], "leads out of its folder"),
        (
            [member("./s", tarfile.SYMTYPE, OUT), member("./a", tarfile.LNKTYPE, "./s/korban")],
            "leads through a symlink",
        ),
        ([member("./a", content=b"x"), member("./a", content=b"y")], "takes the place of another"),
        ([member(".", tarfile.SYMTYPE, OUT)], "takes the place of another"),
        ([member("./a", b"g", content=b"20 path=/etc/lolos\n")], "unknown type"),
    ],
)
def test_an_archive_that_would_write_elsewhere_is_refused_and_writes_nothing_there(good, tmp_path, members, said):
    out = tmp_path / "luar"
    out.mkdir()
    (out / "korban").write_text("utuh")
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for info, content in [ROOT_FOLDER, *members]:
            info.name, info.linkname = info.name.format(out=out), info.linkname.format(out=out)
            archive.addfile(info, io.BytesIO(content))
    hostile = good.with_dump(raw.getvalue(), tmp_path, Kind.FILES)

    (tmp_path / "kotak").mkdir()

    with pytest.raises(RestoreFailed, match=said):
        restored(hostile, tmp_path / "kotak" / "pulih")

    assert {each.name: each.read_text() for each in out.iterdir()} == {"korban": "utuh"}
    assert [each.name for each in (tmp_path / "kotak").iterdir()] == ["pulih"]
    assert not Path("/etc/lolos").exists()


def test_symlinks_that_lead_elsewhere_are_restored_as_they_were_and_followed_by_nobody(tmp_path):
    root = tmp_path / "pohon"
    (root / "folder").mkdir(parents=True)
    (root / "folder" / "isi").write_text("isi")
    for name, link in {"keluar": "/etc/passwd", "atas": "../..", "dalam": "folder"}.items():
        (root / name).symlink_to(link)
    good = taken(job_of(root, tmp_path / "gudang"))

    assert seen(restored(good, tmp_path / "pulih")) == seen(root)
    assert rehearsed_in(tmp_path / "uji", good).verdict is Verdict.PASSED


@pytest.mark.parametrize(
    ("only", "there"),
    [
        (("./dalam",), {"./dalam"}),
        (("baris\\nbaru",), {"./baris\\nbaru"}),
        (("./-rf", "./* ?", "./\\377\\376 bukan utf-8"), {"./-rf", "./* ?", "./\\377\\376 bukan utf-8"}),
        # What a hard link leads to comes along.
        (("./sandi",), {"./sandi", "./keras"}),
    ],
)
def test_single_files_and_folders_are_restored_alone_and_compared(good, tree, tmp_path, only, there):
    target = Target(str(tmp_path / "pulih"), only=only)
    job = job_into(good, tmp_path / "pulih")

    again = restored(good, tmp_path / "pulih", *only)

    whole = seen(tree)
    assert {f"./{spelled(os.fsencode(each))}" for each in os.listdir(again)} == there
    assert {path: facts for path, facts in seen(again).items() if path != b"."}.items() <= whole.items()
    assert judge(replace(job, manifest=files.narrowed(good.manifest, only)), target).differences == ()


def test_a_deep_file_is_restored_alone_with_the_folders_on_its_way(good, tree, tmp_path):
    (deep,) = [each.path for each in good.manifest.inventory.files if each.path.endswith("/berkas")]
    again = restored(good, tmp_path / "pulih", deep)
    job = replace(job_into(good, again), manifest=files.narrowed(good.manifest, (deep,)))

    assert [each for each in again.rglob("*") if each.is_file()] == [again / deep]
    assert judge(job, Target(str(again))).differences == ()
    (again / deep).write_bytes(b"lain")
    assert [each.place for each in judge(job, Target(str(again))).differences] == [deep]


def test_a_file_that_the_back_up_does_not_hold_is_refused_before_anything_is_made(good, tmp_path):
    fitness = files.examine_target(good.manifest, Target(str(tmp_path / "pulih"), only=("./tiada", "./keras")), ())

    assert fitness.blockers == ("Cadangan ini tidak memuat ./tiada.",)


@pytest.mark.parametrize("name", [*HOSTILE, bytes(range(1, 47)) + bytes(range(48, 256)), b"\\101", b"\\", b"\\\\n"])
def test_a_name_is_read_back_as_it_was_spelled(name):
    assert unspelled(spelled(name)) == name


def test_what_was_spelled_by_nobody_is_refused():
    with pytest.raises(ValueError, match="stands for nothing"):
        unspelled("a\\q")


def test_folders_are_made_found_and_dropped_whatever_their_modes_and_nothing_else_is(good, tmp_path):
    target = Target(str(tmp_path / "unggahan"))
    side = files.side(target, new_side_name(Purpose.SIDE, "unggahan", datetime.now(UTC)))
    precious = tmp_path / "berharga"
    precious.mkdir()
    (precious / "isi").write_text("isi")

    files.create(side, good.manifest)
    assert files.is_empty(side)
    assert list(map(str, files.sides(target))) == [side.database.rpartition("/")[2]]
    with pytest.raises(EngineError, match="File exists"):
        files.create(side, good.manifest)
    inner = Path(side.database, "tertutup")
    inner.mkdir()
    (inner / "lunak").symlink_to(precious)
    inner.chmod(0)
    assert not files.is_empty(side)
    files.drop(side)
    files.drop(side)

    assert (files.exists(side), (precious / "isi").read_text()) == (False, "isi")
    with pytest.raises(RestoreRefused, match="nothing that Cadangan made"):
        files.drop(Target(str(precious)))
    (tmp_path / "kait").symlink_to(precious)
    assert not files.is_empty(Target(str(tmp_path / "kait")))


def test_a_disk_that_is_full_says_nothing_of_the_back_up(good, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], check=True)
    try:
        rehearsal = rehearsed_in(disk, good)
        with pytest.raises(RestoreRefused, match="No space left"):
            restored(good, disk / "pulih")
    finally:
        subprocess.run(["umount", disk], check=True)

    assert (rehearsal.verdict, "Ruang" in rehearsal.reason) == (Verdict.NOT_RUN, True)


def test_a_manifest_without_attributes_is_compared_by_contents(good):
    told = [tuple(each[:4]) for each in good.manifest.inventory.files]
    older = Inventory.model_validate_json(Inventory(tables=(), files=told).model_dump_json().replace(',""]', "]"))

    assert {each.attributes for each in older.files} == {""}
    assert [each[:4] for each in older.files] == told


AS_ANOTHER = """
import os, sys
from datetime import timedelta
assert os.geteuid() == 1000
sys.path[:0] = sys.argv[1:3]
from cadangan.core.manifest import Manifest
from cadangan.engines import engine
from cadangan.engines.contract import Site
from cadangan.hosts import local
from cadangan.restore.job import RestoreJob
from cadangan.restore.rehearse import rehearse
from cadangan.restore.scratch import embedded_site
from cadangan.vault.copies import read_manifest
from cadangan.core.naming import parse
from tests.backup.builders import place
from pathlib import Path
vault, name, key, staging = sys.argv[3:]
where = place(Path(vault))
manifest = read_manifest(where, parse(name))
with embedded_site(manifest, (), staging, timedelta(hours=1)) as site:
    job = RestoreJob(manifest, where, engine("files"), site, identity=key)
    found = rehearse(job, timedelta(hours=1))
print(found.verdict, [each.sentence for each in found.differences], found.reason, len(found.harmless))
print(os.listdir(staging))
"""


def test_an_account_that_may_not_give_files_away_proves_all_but_the_owners(tmp_path):
    root = tmp_path / "pohon"
    (root / "folder").mkdir(parents=True)
    (root / "folder" / "isi").write_text("isi")
    (root / "folder" / "isi").chmod(0o440)
    os.chown(root / "folder" / "isi", 1234, 1234)
    (root / "folder").chmod(0o555)
    good = taken(job_of(root, tmp_path / "gudang"))
    staging = tmp_path / "uji"
    killed = staging / str(new_side_name(Purpose.REHEARSAL, "unggahan", datetime.now(UTC) - timedelta(hours=2)))
    (killed / "tertutup").mkdir(parents=True)
    (killed / "tertutup" / "isi").write_text("isi")
    (killed / "tertutup").chmod(0o555)

    done = subprocess.run(
        [
            *("unshare", "--user", "--map-user=1000", "--map-group=1000"),
            *(sys.executable, "-c", AS_ANOTHER, str(paths.ROOT / "plugins"), str(paths.ROOT)),
            *(str(tmp_path / "gudang"), good.manifest.backup, KEY, str(staging)),
        ],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout == "lulus []  3\n[]\n", done.stderr
