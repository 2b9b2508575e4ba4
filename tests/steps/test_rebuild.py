"""The register's catalogue comes back from the manifests in the vault alone."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from cadangan.core.manifest import Letter
from cadangan.core.naming import Kind
from cadangan.core.states import Status, Verdict
from cadangan.errors import VaultError
from cadangan.register import audit, requests
from cadangan.register.models import Backup, Copy, Item
from cadangan.register.session import open_register, upgrade
from cadangan.steps.rebuild import name_and_address, place_at, rebuild
from tests.register.builders import NOW, register_letter
from tests.register.conftest import *  # noqa: F403 - the register on both databases
from tests.vault.builders import AT, manifest, name, store

LETTER = Letter(office="BKPSDM", number="000.1/1/BKPSDM", date="2026-03-01", subject="Back-up SIMPEG")


def stored(place, backup, letter=LETTER, content=b"isi"):
    store([place], backup, content)
    path = place.path(backup.asset, backup.manifest())
    place.fs.pipe(path, manifest(backup, content, letter=letter).model_dump_json().encode())
    return backup


@pytest.fixture
def place(tmp_path):
    return place_at("utama", str(tmp_path / "gudang"))


@pytest.fixture
def two(place):
    """Two items of one request, and one of another office's asset."""
    return [
        stored(place, name(item_id=7)),
        stored(place, name(asset="sapk", item_id=9)),
        stored(place, name(request_no="BR-2026-00012", item_id=30, at=AT + timedelta(days=1))),
    ]


def test_every_back_up_is_there_again_with_its_digests_counts_and_request(register, place, two):
    done = rebuild(register, [place], "dc")
    assert (done.found, done.new, done.problems) == (3, 3, ())
    with register.reading() as session:
        rows = {row.name: row for row in session.scalars(select(Backup))}
        assert set(rows) == {str(backup) for backup in two}
        for backup in two:
            row = rows[str(backup)]
            body = json.loads(place.fs.cat(place.path(backup.asset, backup.manifest())))
            assert row.manifest == body
            assert (row.item_id, row.item.request.number) == (backup.item_id, backup.request_no)
            copy = row.copies[0]
            assert copy.sha256 == body["artefacts"][0]["sha256"]
            assert copy.url == place.url(backup.asset, backup.artefact(Kind.DUMP))
            assert copy.digest_check == Verdict.NOT_RUN
        request = requests.by_number(session, "BR-2026-00001")
        assert (request.status, request.form["letter_number"]) == (Status.REBUILT, LETTER.number)
        assert [item.asset for item in request.items] == ["sapk", "simpeg"]
        assert audit.verify(session) > 0


def test_a_second_time_finds_nothing_new(register, place, two):
    rebuild(register, [place], "dc")
    assert rebuild(register, [place], "dc").new == 0


def test_numbers_and_ids_go_on_after_those_in_the_vault(register, place, two):
    rebuild(register, [place], "dc")
    with register.transaction() as session:
        request = register_letter(session, now=NOW)
        assert request.number == "BR-2026-00013"
        assert min(item.id for item in request.items) > 30


def test_the_letter_of_a_rebuilt_request_is_not_taken_a_second_time(register, place, two):
    rebuild(register, [place], "dc")
    with register.transaction() as session:
        known = requests.by_number(session, "BR-2026-00001")
        again = register_letter(session, letter_key=known.letter_key)
        assert "BR-2026-0000" in again.violations[0]


def test_a_second_destination_adds_its_copies_to_the_same_back_ups(register, place, two, tmp_path):
    other = place_at("kedua", f"file://{tmp_path}/lain")
    stored(other, two[0])
    assert rebuild(register, [place], "dc").new == 3
    assert rebuild(register, [other], "dc").new == 1
    with register.reading() as session:
        found = session.scalars(select(Copy.destination).join(Backup).where(Backup.name == str(two[0])))
        assert sorted(found) == ["kedua", "utama"]


def test_a_copy_that_was_called_missing_and_lies_there_is_there_again(register, place, two):
    rebuild(register, [place], "dc")
    with register.transaction() as session:
        copy = session.scalars(select(Copy).join(Backup).where(Backup.name == str(two[0]))).one()
        copy.missing, copy.digest_check = "Tujuan penuh.", Verdict.FAILED
    assert rebuild(register, [place], "dc").new == 1
    with register.reading() as session:
        (copy,) = session.scalars(select(Backup).where(Backup.name == str(two[0]))).one().copies
        assert (copy.missing, copy.digest_check) == (None, Verdict.NOT_RUN)
    assert rebuild(register, [place], "dc").new == 0


def test_what_is_amiss_is_told_and_the_rest_comes_back(register, place, two):
    place.fs.rm_file(place.path("sapk", two[1].artefact(Kind.DUMP)))
    place.fs.pipe(place.path("simpeg", two[0].artefact(Kind.DUMP)), b"is")
    place.fs.pipe(place.path("simpeg", two[2].manifest()), b"{}")
    done = rebuild(register, [place], "dc")
    assert (done.found, done.new) == (3, 0)
    assert len(done.problems) == 3
    assert any("is not there" in problem for problem in done.problems)
    assert any("has 2 bytes instead of 3" in problem for problem in done.problems)
    assert any("is not a manifest" in problem for problem in done.problems)


def test_a_register_that_knows_the_request_keeps_it_as_it_is(register, place):
    with register.transaction() as session:
        request = register_letter(session)
        item = request.items[0]
        backup = stored(place, name(request_no=request.number, asset=item.asset, item_id=item.id))
    assert rebuild(register, [place], "dc").new == 1
    with register.reading() as session:
        request = requests.by_number(session, backup.request_no)
        assert request.status == Status.SUBMITTED
        assert [str(row.name) for row in session.get(Item, item.id).backups] == [str(backup)]


def test_an_item_number_that_means_something_else_here_is_told(register, place):
    with register.transaction() as session:
        item_id = register_letter(session).items[0].id
    stored(place, name(request_no="BR-2025-00044", item_id=item_id))
    done = rebuild(register, [place], "dc")
    assert (done.new, len(done.problems)) == (0, 1)
    assert "belongs to item" in done.problems[0]


def test_a_place_that_is_not_there_is_an_error(register, tmp_path):
    with pytest.raises(VaultError, match="cannot be listed"):
        rebuild(register, [place_at("utama", str(tmp_path / "nihil"))], "dc")


@pytest.mark.parametrize("text", ["utama", "=x", "utama="])
def test_a_destination_needs_a_name_and_an_address(text):
    with pytest.raises(VaultError, match="NAME=ADDRESS"):
        name_and_address(text)


def test_the_embedded_register_can_be_deleted_and_rebuilt(tmp_path, place, two):
    path = tmp_path / "register.db"
    url = f"sqlite:///{path}"
    upgrade(url)
    rebuild(open_register(url), [place], "dc")
    open_register(url).engine.dispose()
    path.unlink()
    upgrade(url)
    assert rebuild(open_register(url), [place], "dc").new == 3
