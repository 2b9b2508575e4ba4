"""steps.scan: what is wrong in the vault is found and mended from a good copy, and nothing good is lost by it."""

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from cadangan.core.naming import Kind
from cadangan.core.scanning import Fault
from cadangan.register import audit, backups, requests, scans
from cadangan.register.keeping import Destruction
from cadangan.register.models import Backup, Copy
from cadangan.register.watching import Scan, StoredBytes
from cadangan.steps import mend
from cadangan.steps.scan import scan
from cadangan.vault import copies
from tests.services.s3 import s3_server  # noqa: F401
from tests.steps.builders import NOW, desk, policies, registered
from tests.vault.builders import manifest, name, store
from tests.vault.conftest import local_place

CONTENT = b"isi cadangan " * 1000


@pytest.fixture(params=["local", "s3"])
def second(request, tmp_path):
    """The second destination of the vault."""
    if request.param == "local":
        return local_place(tmp_path / "kedua", "kedua")
    return request.getfixturevalue("s3_server").place(f"pindai-{uuid.uuid4()}", "kedua")


@pytest.fixture
def here(tmp_path, second):
    """A desk with two destinations."""
    first = local_place(tmp_path / "utama", "utama")
    places = {"utama": first, "kedua": second}
    rules = policies(
        tmp_path,
        destinations=[{"name": each.name, "url": each.address} for each in places.values()],
        policies=[{"name": "default", "copies": list(places)}],
    )
    return desk(tmp_path, policies=rules, place=lambda destination: places[destination.name])


def places_of(here):
    return {each.name: here.place(each) for each in here.policies.destinations}


def kept(here, minute=0, content=CONTENT, missing=(), run_id=None):
    """Store a back-up at every destination, record it, and return its name."""
    number = registered(here, run_id or f"run-{minute}", letter_number=f"000/{minute}/BKPSDM")
    with here.register.transaction() as session:
        item = requests.by_number(session, number).items[0]
        backup = name(at=NOW - timedelta(days=30, minutes=-minute), request_no=number, item_id=item.id)
        made = manifest(backup, content)
        lying = [place for place in places_of(here).values() if place.name not in missing]
        store(lying, backup, content)
        stored = [
            backups.StoredCopy(
                place.name,
                part.name,
                place.url(backup.asset, part.name),
                part.stored_bytes,
                part.sha256,
                "Tujuan penyimpanan penuh." if place.name in missing else None,
            )
            for place in places_of(here).values()
            for part in made.artefacts
        ]
        # The manifest as `store` wrote it.
        backups.record_backup(session, item, 1, made, stored)
    for place in lying:
        place.remove(backup.asset, backup.manifest())
        place.fs.pipe_file(place.path(backup.asset, backup.manifest()), made.model_dump_json(indent=1).encode())
    return backup


def dump_of(backup):
    return backup.artefact(Kind.DUMP)


def spoil(place, backup, content, file=None):
    """Put other bytes under a file's name, as a disk or a person does."""
    place.fs.pipe_file(place.path(backup.asset, file or dump_of(backup)), content)


def scanned(here):
    number = scan(here)
    with here.register.reading() as session:
        return session.get_one(Scan, number)


def faults(row):
    return [(each["fault"], each["destination"], each["file"], bool(each["mended"])) for each in row.findings]


def rows(here):
    with here.register.reading() as session:
        return {copy.destination: copy for copy in session.query(Copy)}


def is_good(here, backup):
    return all(
        copies.digest(place, backup.asset, part.name) == part.sha256
        and copies.read_manifest(place, backup) == manifest(backup, CONTENT)
        for place in places_of(here).values()
        for part in manifest(backup, CONTENT).artefacts
    )


def test_a_good_vault_is_read_again_and_nothing_is_found(here):
    backup = kept(here)
    row = scanned(here)
    assert (row.files, row.bytes, row.good, row.findings) == (2, 2 * len(CONTENT), 2, [])
    assert {copy.checked_at for copy in rows(here).values()} == {NOW}
    assert is_good(here, backup)


@pytest.mark.parametrize("destination", ["utama", "kedua"])
@pytest.mark.parametrize("rot", [b"x" + CONTENT[1:], CONTENT[:-1], b""], ids=["bit-rot", "truncation", "emptied"])
def test_rot_is_found_and_mended_and_the_bad_file_is_put_aside(here, destination, rot):
    backup = kept(here)
    place = places_of(here)[destination]
    spoil(place, backup, rot)
    assert faults(scanned(here)) == [(Fault.ROT, destination, dump_of(backup), True)]
    assert is_good(here, backup)
    (aside,) = place.files(backup.asset) - {dump_of(backup), backup.manifest()}
    assert place.fs.cat_file(place.path(backup.asset, aside)) == rot
    assert rows(here)[destination].digest_check == "lulus"
    assert scanned(here).findings == []


@pytest.mark.parametrize("destination", ["utama", "kedua"])
def test_a_file_that_was_deleted_is_found_and_mended(here, destination):
    backup = kept(here)
    places_of(here)[destination].remove(backup.asset, dump_of(backup))
    assert faults(scanned(here)) == [(Fault.LOST, destination, dump_of(backup), True)]
    assert is_good(here, backup)


def test_files_that_were_swapped_are_found_and_mended(here):
    one, other = kept(here, 0), kept(here, 1, content=CONTENT[::-1])
    place = places_of(here)["utama"]
    spoil(place, one, CONTENT[::-1])
    spoil(place, other, CONTENT)
    assert faults(scanned(here)) == [
        (Fault.ROT, "utama", dump_of(one), True),
        (Fault.ROT, "utama", dump_of(other), True),
    ]
    assert scanned(here).findings == []


@pytest.mark.parametrize("spoilt", [b"", b"{}", None], ids=["empty", "other", "deleted"])
def test_a_manifest_is_written_anew(here, spoilt):
    backup = kept(here)
    place = places_of(here)["kedua"]
    if spoilt is None:
        place.remove(backup.asset, backup.manifest())
    else:
        spoil(place, backup, spoilt, backup.manifest())
    (found,) = faults(scanned(here))
    assert found[1:] == ("kedua", backup.manifest(), True)
    assert is_good(here, backup)


def test_a_copy_that_a_destination_did_not_take_is_made_later_from_the_good_one(here):
    backup = kept(here, missing=("kedua",))
    assert rows(here)["kedua"].missing
    assert scanned(here).findings == []
    assert is_good(here, backup)
    copy = rows(here)["kedua"]
    assert (copy.missing, copy.digest_check, copy.checked_at) == (None, "lulus", NOW)
    with here.register.reading() as session:
        assert [entry.action for entry in audit.about(session, backup.request_no, "copy.repaired")]
        audit.verify(session)


def destroy(here, backup, *, ended):
    """Mark a back-up as destroyed, or as one whose destruction has begun."""
    with here.register.transaction() as session:
        row = session.scalars(select(Backup).where(Backup.name == str(backup))).one()
        if ended:
            row.deleted_at = NOW
        else:
            request_id = row.item.request_id
            session.add(Destruction(request_id=request_id, backup_id=row.id, why="-", begun_at=NOW, destinations=[]))


@pytest.mark.parametrize("ended", [True, False], ids=["destroyed", "being destroyed"])
def test_what_was_destroyed_is_not_brought_back(here, ended):
    backup, other = kept(here, 0, missing=("kedua",)), kept(here, 1)
    destroy(here, backup, ended=ended)
    row = scanned(here)
    assert row.files == 2, "those of the other one"
    assert places_of(here)["kedua"].files("simpeg") == {dump_of(other), other.manifest()}


def test_what_is_destroyed_while_it_is_mended_does_not_stay(here, monkeypatch):
    backup = kept(here, missing=("kedua",))
    copied = mend.repair_artefact

    def copied_too_late(*args):
        copied(*args)
        destroy(here, backup, ended=True)

    monkeypatch.setattr(mend, "repair_artefact", copied_too_late)
    scan(here)
    assert places_of(here)["kedua"].files("simpeg") == set()
    assert rows(here)["kedua"].missing


def test_where_no_copy_is_good_nothing_is_touched(here):
    backup = kept(here)
    for number, place in enumerate(places_of(here).values()):
        spoil(place, backup, b"rusak %d" % number)
    assert [found[3] for found in faults(scanned(here))] == [False, False]
    for number, place in enumerate(places_of(here).values()):
        assert place.fs.cat_file(place.path(backup.asset, dump_of(backup))) == b"rusak %d" % number
        assert place.files(backup.asset) == {dump_of(backup), backup.manifest()}


def test_a_source_that_turns_out_bad_spoils_nothing(here):
    backup = kept(here, missing=("kedua",))
    spoil(places_of(here)["utama"], backup, b"rusak juga")
    with here.register.transaction() as session:
        scans.note_read(session, rows(here)["utama"].id, NOW)
    tight = here.policies.scanning.model_copy(update={"gigabytes": 1e-12})
    kept_out = replace(here, policies=here.policies.model_copy(update={"scanning": tight}))
    scan(kept_out)
    assert dump_of(backup) not in places_of(here)["kedua"].files(backup.asset)


def test_strangers_are_told_and_left(here):
    backup = kept(here)
    place = places_of(here)["kedua"]
    unknown = name(request_no="BR-2025-00009", item_id=99)
    spoil(place, unknown, b"tanpa baris")
    spoil(place, backup, b"milik orang", "catatan.txt")
    running = name(at=NOW, request_no="BR-2026-00077", item_id=77)
    spoil(place, running, b"sedang ditulis", dump_of(running) + ".x")
    assert faults(scanned(here)) == [
        (Fault.STRANGER, "kedua", "catatan.txt", False),
        (Fault.STRANGER, "kedua", dump_of(unknown), False),
    ]
    assert {"catatan.txt", dump_of(unknown)} <= place.files("simpeg")


def test_the_ones_that_were_not_read_for_the_longest_come_first_and_the_budget_ends_it(here):
    for minute in range(3):
        kept(here, minute)
    small = here.policies.scanning.model_copy(update={"gigabytes": 1.5 * len(CONTENT) / 1e9})
    here = replace(here, policies=here.policies.model_copy(update={"scanning": small}))
    read = []
    for day in range(3):
        later = replace(here, now=lambda day=day: NOW + timedelta(days=day))
        assert scanned(later).files == 2
        with here.register.reading() as session:
            read.append({copy.id for copy in session.query(Copy) if copy.checked_at == NOW + timedelta(days=day)})
    assert len(set.union(*read)) == 6


def test_a_destination_that_is_suddenly_empty_is_told_and_nothing_there_is_marked_or_mended(here, tmp_path):
    kept(here)
    places = places_of(here)
    elsewhere = replace(places["utama"], base=str(tmp_path / "tidak-terpasang"))
    (tmp_path / "tidak-terpasang").mkdir()
    moved = replace(here, place=lambda to: elsewhere if to.name == "utama" else places[to.name])
    assert faults(scanned(moved)) == [(Fault.UNREADABLE, "utama", "", False)]
    assert rows(here)["utama"].missing is None
    assert list((tmp_path / "tidak-terpasang").iterdir()) == []


def test_how_much_lies_where_is_noted(here):
    kept(here)
    scan(here)
    with here.register.reading() as session:
        assert {row.destination: row.stored for row in session.query(StoredBytes)} == {
            "utama": len(CONTENT),
            "kedua": len(CONTENT),
        }
