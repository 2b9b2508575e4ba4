"""Whatever its folder and files are called, a back-up of a file tree comes back as it was."""

import os
import subprocess
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cadangan.backup.take import take_backup
from cadangan.engines.contract import Login
from cadangan.engines.files.names import spelled
from tests.backup.builders import silent
from tests.engines import hostile
from tests.engines.files.test_archive import CONTENTS, NAMES
from tests.engines.files.trees import HOSTILE, job_of, seen
from tests.engines.reached import reached
from tests.stream.builders import KEY

NOBODY = Login(None, None, "", "")
FOLDERS = hostile.names(30, lambda name: "/" not in name and name not in {".", ".."} and len(name.encode()) <= 200)


def build(root, tree):
    root.mkdir()
    for name, content in tree.items():
        with open(os.path.join(os.fsencode(root), name), "wb") as file:
            file.write(content)


def assert_comes_back(sshd, way, folder, tree):
    with TemporaryDirectory() as base:
        root, key, again = Path(base, folder), Path(base, "kunci\n"), Path(base, "pulih\n")
        build(root, tree)
        with reached("files", str(root), NOBODY, sshd, way) as site:
            job = replace(job_of(root, Path(base) / "gudang\n"), site=site)
            manifest = take_backup(job, silent)
        key.write_text(KEY)
        line = manifest.codec.by_hand.partition(" (")[0].replace("KUNCI", f"'{key}'").replace("BARU", f"'{again}'")
        subprocess.run(["bash", "-euo", "pipefail", "-c", line], cwd=job.places[0].folder(job.asset), check=True)
        assert seen(again) == seen(root)
    assert {facts.path for facts in manifest.inventory.files} == {".", *(f"./{spelled(name)}" for name in tree)}


@pytest.mark.parametrize(
    ("way", "number"), [(way, number) for way in ("here", "there") for number in hostile.some(way)]
)
def test_names_that_break_out_elsewhere_come_back(sshd, way, number):
    names = [*HOSTILE, *(name.replace("/", ":").encode() for name in hostile.NAMES), b" di tepi ", b"n" * 255]
    assert_comes_back(sshd, way, hostile.NAMES[number].replace("/", ":"), {name: name for name in names})


@hostile.FEW
@given(FOLDERS, st.dictionaries(NAMES, CONTENTS, max_size=6))
def test_names_that_nobody_thought_of_come_back(sshd, folder, tree):
    assert_comes_back(sshd, "here", folder, tree)


@hostile.OVER_SSH
@given(FOLDERS, st.dictionaries(NAMES, CONTENTS, max_size=6))
def test_names_that_nobody_thought_of_come_back_over_ssh(sshd, folder, tree):
    assert_comes_back(sshd, "there", folder, tree)
