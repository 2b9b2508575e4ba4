"""Step 4 as the register shows it while it runs."""

import threading
import time
from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta

import pytest
from fsspec.implementations.local import LocalFileSystem

from cadangan.engines.contract import Site
from cadangan.errors import VaultError
from cadangan.hosts import local
from cadangan.register import requests
from cadangan.steps import execute
from cadangan.steps.scan import scan
from cadangan.vault.place import Place
from tests.backup.builders import HeldFile, enlarge, until
from tests.services.postgres import databases_on
from tests.steps.builders import NOW, desk, place, policies
from tests.steps.test_close import approved, item_of

STARTED = time.monotonic()


class Slow(LocalFileSystem):
    """Local folders that take a dump slowly until `enough` is set."""

    cachable = False

    def __init__(self):
        super().__init__()
        self.enough = threading.Event()

    def open(self, path, mode="rb", **options):
        file = super().open(path, mode, **options)
        return HeldFile(file, self.enough, seconds=0.3) if ".dump." in path and "w" in mode else file


@pytest.fixture
def slow():
    return Slow()


@pytest.fixture
def here(tmp_path, postgres_18, slow):
    """A desk with a clock that runs, a database of some size and a slow destination."""
    with databases_on(postgres_18) as new:
        target = new()
        enlarge(target, 20)
        rules = policies(tmp_path)
        stream = rules.stream.model_copy(update={"progress_every": 0.05})
        yield desk(
            tmp_path,
            policies=rules.model_copy(update={"stream": stream}),
            site=lambda server, asset: nullcontext(Site(target, local)),
            place=lambda to: Place(to.name, slow, to.url, to.url.removeprefix("file://")),
            now=lambda: NOW + timedelta(seconds=time.monotonic() - STARTED),
        )


def progress(here, item_id):
    with here.register.reading() as session:
        item = requests.item_by_id(session, item_id)
        assert not item.backups, "seen while it runs"
        return item.progress_bytes, item.progress_at


def test_the_register_shows_how_far_a_dump_is(here, slow):
    number = approved(here)
    item_id, _ = item_of(here, number)
    assert progress(here, item_id) == (0, None)
    dump = threading.Thread(target=execute.dump, args=(here, number, item_id, 1))
    dump.start()
    seen = {}
    try:
        while len(seen) < 4:
            done, at = until(lambda: (now := progress(here, item_id)) and now[0] not in {*seen, 0} and now)
            seen[done] = at
    finally:
        slow.enough.set()
        dump.join()
    assert list(seen) == sorted(seen)
    assert list(seen.values()) == sorted(set(seen.values()))
    with here.register.reading() as session:
        item = requests.item_by_id(session, item_id)
        (backup,) = item.backups
        (raw,) = [part["raw_bytes"] for part in backup.manifest["artefacts"] if part["kind"] == "dump"]
        assert (item.progress_bytes, item.progress_at > max(seen.values())) == (raw, True)


@pytest.fixture
def two(here, tmp_path):
    """The same desk with two destinations."""
    names = ("utama", "kedua")
    return replace(
        here,
        policies=policies(
            tmp_path,
            destinations=[{"name": name, "url": f"file://{tmp_path}/{name}"} for name in names],
            policies=[{"name": "default", "copies": list(names)}],
        ),
        place=place,
    )


def closed(here, name):
    """The same desk, to which the destination `name` does not answer."""

    def reached(to):
        if to.name == name:
            raise VaultError("nobody answers", destination=name)
        return here.place(to)

    return replace(here, place=reached)


@pytest.mark.parametrize("away", ["utama", "kedua"])
def test_a_destination_that_cannot_be_reached_leaves_the_other_copy_good(two, away):
    number = approved(two)
    item_id, _ = item_of(two, number)
    execute.dump(closed(two, away), number, item_id, 1)
    with two.register.reading() as session:
        (backup,) = requests.item_by_id(session, item_id).backups
        assert {copy.destination for copy in backup.missing} == {away}
        assert all(copy.missing for copy in backup.missing)
        assert {copy.destination for copy in backup.copies} == {"utama", "kedua"} - {away}
    assert scan(two)
    with two.register.reading() as session:
        (backup,) = requests.item_by_id(session, item_id).backups
        assert not backup.missing
        assert {copy.destination: copy.digest_check for copy in backup.copies} == {"utama": "lulus", "kedua": "lulus"}


def test_a_plan_cannot_be_carried_out_with_fewer_copies_than_it_was_approved_with(two):
    def needing(number):
        (policy,) = two.policies.policies
        strict = policy.model_copy(update={"min_copies": number})
        return replace(two, policies=two.policies.model_copy(update={"policies": (strict,)}))

    number = approved(needing(2))
    item_id, _ = item_of(two, number)
    with pytest.raises(VaultError, match="nobody answers"):
        execute.dump(closed(needing(1), "kedua"), number, item_id, 1)
    with two.register.reading() as session:
        assert not requests.item_by_id(session, item_id).backups
