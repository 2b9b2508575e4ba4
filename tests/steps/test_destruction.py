"""Retention with a real register and a local vault: what goes, what stays, what must precede."""

from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from cadangan.core.audit import Action
from cadangan.core.choices import DestructionChoice
from cadangan.core.states import Result, Status, Verdict
from cadangan.documents.store import read as read_document
from cadangan.errors import AnswerRefused, ApprovalMissing, RequestFailed, VaultError
from cadangan.register import audit, backups, destructions, requests, stock
from cadangan.register.keeping import Destruction
from cadangan.register.models import Backup, Item, Request
from cadangan.steps import destruction
from cadangan.steps.destruction_gate import DestructionMatter
from cadangan.steps.matter import Outcome
from cadangan.vault import local
from tests.documents.reading import pdf_text
from tests.steps.builders import NOW, answer, desk, policies
from tests.vault.builders import manifest, name, store

DESTINATIONS = ("utama", "kedua")


def rules(folder, after="rule", **retention):
    return policies(
        folder,
        destinations=[{"name": each, "url": f"file://{folder}/{each}"} for each in DESTINATIONS],
        policies=[
            {
                "name": "default",
                "copies": list(DESTINATIONS),
                "retention_days": 30,
                "retention": {"after": after, **retention},
            }
        ],
    )


@pytest.fixture
def here(tmp_path):
    return desk(tmp_path, policies=rules(tmp_path))


@pytest.fixture
def gated(here, tmp_path):
    return replace(here, policies=rules(tmp_path, after="gate"))


def places(here):
    return [here.place(destination) for destination in here.policies.destinations]


def backed_up(here, days_ago, asset="simpeg", good=True, missing=()):
    """Put a back-up at every destination but those that are missing and into the register; return its name."""
    at = NOW - timedelta(days=days_ago)
    with here.register.transaction() as session:
        number = requests.register_request(
            session,
            dag_id="backup_request",
            run_id=f"{asset}/{days_ago}",
            form={},
            letter_key=f"{asset}/{days_ago}",
            items=[asset],
            recorded_by="dc",
            violations=[],
            prefix="BR",
            now=at,
        )
        item = number.items[0]
        backup = name(asset=asset, at=at, request_no=number.number, item_id=item.id)
        store([place for place in places(here) if place.name not in missing], backup)
        made = manifest(backup)
        made = made.model_copy(update={"timings": made.timings.model_copy(update={"snapshot_at": at, "ended_at": at})})
        copies = [
            (
                place.name,
                part.name,
                place.url(asset, part.name),
                part.stored_bytes,
                part.sha256,
                "Tujuan penuh." if place.name in missing else None,
            )
            for place in places(here)
            for part in made.artefacts
        ]
        row = backups.record_backup(session, item, 1, made, copies)
        for copy in row.copies:
            digest = Verdict.PASSED if good else Verdict.FAILED
            backups.record_check(
                session, copy.id, digest=digest, decrypt=Verdict.NOT_RUN, contents=Verdict.NOT_RUN, note="", at=at
            )
        requests.set_item_result(session, item.id, Result.SUCCEEDED if good else Result.FAILED, at=at)
    return backup


def run(after="rule", run_id="run-1"):
    return destruction.Run(after, f"retention_{after}", run_id)


def lying(here, asset="simpeg"):
    """The names of the back-ups that are whole at each destination."""
    return [{file for file in place.files(asset) if file.endswith(".manifest.json")} for place in places(here)]


def manifests(*backups):
    return [{backup.manifest() for backup in backups}] * len(DESTINATIONS)


@contextmanager
def read(here, number):
    with here.register.reading() as session:
        yield session, requests.by_number(session, number)


def test_what_is_past_its_time_is_planned_told_destroyed_and_recorded(here):
    old, young = backed_up(here, 40), backed_up(here, 1)
    number = destruction.plan(here, run())
    assert number == "PM-2026-00001"
    assert lying(here) == manifests(old, young), "a plan destroys nothing"
    with read(here, number) as (_, request):
        (mail,) = request.notices
        assert (request.status, mail.recipients) == (Status.PLANNED, ["dc@diskominfo.example"])
        assert str(old) in mail.text
        assert str(young) not in mail.text

    destruction.destroy(here, number)
    destruction.conclude(here, number)

    assert lying(here) == manifests(young)
    assert [place.files("simpeg") for place in places(here)] == [{young.manifest(), young.artefact("dump")}] * 2
    with read(here, number) as (session, request):
        (row,) = destructions.of(session, request)
        assert (row.destinations, row.why, row.error) == (["utama", "kedua"], "masa simpan berakhir", "")
        assert (row.backup.deleted_at, row.backup.deleted_why) == (NOW, "PM-2026-00001: masa simpan berakhir")
        assert request.status == Status.DONE
        (entry,) = audit.about(session, number, Action.BACKUP_DESTROYED)
        assert entry.facts()["backup"] == str(old)
        assert audit.verify(session)


def test_nothing_to_destroy_makes_no_plan(here):
    backed_up(here, 40)
    assert destruction.plan(here, run()) is None
    with here.register.reading() as session:
        assert session.scalars(select(Destruction)).all() == []


def test_planning_and_destroying_twice_changes_nothing(here):
    backed_up(here, 40), backed_up(here, 1)
    number = destruction.plan(here, run())
    assert destruction.plan(here, run()) == number
    destruction.destroy(here, number)
    destruction.destroy(here, number)
    with read(here, number) as (session, request):
        assert len(destructions.of(session, request)) == 1
        assert len(list(audit.about(session, number, Action.BACKUP_DESTROYED))) == 1


def test_a_policy_with_a_gate_is_not_touched_by_rule(gated):
    backed_up(gated, 40), backed_up(gated, 1)
    assert destruction.plan(gated, run()) is None
    assert destruction.plan(gated, run("gate"))


def test_without_an_answer_nothing_goes(gated):
    old, young = backed_up(gated, 40), backed_up(gated, 1)
    number = destruction.plan(gated, run("gate"))
    DestructionMatter(gated, number).ask()
    with pytest.raises(ApprovalMissing, match="its status is DIAJUKAN"):
        destruction.destroy(gated, number)
    assert lying(gated) == manifests(old, young)


def test_the_gate_shows_and_mails_what_would_go_and_its_answer_lets_it_go(gated):
    old, young = backed_up(gated, 40), backed_up(gated, 1)
    number = destruction.plan(gated, run("gate"))
    matter = DestructionMatter(gated, number)
    question = matter.ask()
    matter.remind("https://airflow.example/gate", "")
    assert question.subject == f"Pemusnahan 1 cadangan – {number}"
    assert str(old).split("_")[0] in question.body
    assert matter.standing() is None
    matter.decide(answer("kasi", DestructionChoice.APPROVE, note="Sesuai JRA"))
    assert matter.standing() == Outcome(DestructionChoice.APPROVE, proceeds=True)
    destruction.destroy(gated, number)
    assert lying(gated) == manifests(young)
    with read(gated, number) as (session, request):
        (mail,) = request.notices
        assert mail.recipients == ["kasi@diskominfo.example"]
        assert "https://airflow.example/gate" in mail.text
        (decided,) = audit.about(session, number, Action.DESTRUCTION_DECIDED)
        assert (decided.actor, decided.facts()["note"]) == ("kasi", "Sesuai JRA")


def test_a_postponed_destruction_destroys_nothing_and_is_asked_again_by_the_next_run(gated):
    old, young = backed_up(gated, 40), backed_up(gated, 1)
    number = destruction.plan(gated, run("gate"))
    DestructionMatter(gated, number).decide(answer("kasi", DestructionChoice.POSTPONE))
    with pytest.raises(ApprovalMissing):
        destruction.destroy(gated, number)
    destruction.conclude(gated, number)
    assert lying(gated) == manifests(old, young)
    assert destruction.plan(gated, run("gate", "run-2")) == "PM-2026-00002"


@pytest.mark.parametrize(
    ("user", "choice"), [("dc", DestructionChoice.APPROVE), ("skpd", DestructionChoice.APPROVE), ("kasi", "Hapus")]
)
def test_an_answer_of_another_person_or_of_another_kind_does_not_count(gated, user, choice):
    backed_up(gated, 40), backed_up(gated, 1)
    number = destruction.plan(gated, run("gate"))
    with pytest.raises(AnswerRefused):
        DestructionMatter(gated, number).decide(answer(user, choice))
    with read(gated, number) as (session, request):
        assert request.status == Status.SUBMITTED
        assert [entry.actor for entry in audit.about(session, number, Action.ANSWER_REFUSED)] == [user]


def test_an_approval_covers_the_plan_that_was_shown_and_no_other(gated):
    old, young = backed_up(gated, 40), backed_up(gated, 1)
    number = destruction.plan(gated, run("gate"))
    DestructionMatter(gated, number).decide(answer("kasi", DestructionChoice.APPROVE))
    with gated.register.transaction() as session:
        request = requests.by_number(session, number)
        other = session.scalars(select(Backup.id).where(Backup.name == str(young))).one()
        session.add(Destruction(request_id=request.id, backup_id=other, why="x", destinations=[]))
    with pytest.raises(ApprovalMissing, match="not what the audit log says"):
        destruction.destroy(gated, number)
    assert lying(gated) == manifests(old, young)


def test_by_rule_cannot_be_claimed_of_a_plan_that_needs_a_gate(gated):
    backed_up(gated, 40), backed_up(gated, 1)
    number = destruction.plan(gated, run("gate"))
    with gated.register.transaction() as session:
        request = requests.by_number(session, number)
        request.form = {**request.form, "after": "rule"}
        requests.change_status(session, request, Status.PLANNED, actor="x", why="x", now=NOW)
    with pytest.raises(ApprovalMissing, match="gate has not approved"):
        destruction.destroy(gated, number)


def lost(here, backup):
    places(here)[1].remove("simpeg", backup.artefact("dump"))


def no_manifest(here, backup):
    places(here)[0].remove("simpeg", backup.manifest())


def unknown(here, backup):
    store(places(here)[:1], name(at=NOW - timedelta(days=5), request_no="BR-2026-00077"))


def failed(here, backup):
    with here.register.transaction() as session:
        request = session.scalars(select(Request).limit(1)).one()
        session.add(Item(request_id=request.id, position=9, asset="simpeg", inspection={}, result="Gagal"))


@pytest.mark.parametrize("trouble", [lost, no_manifest, unknown, failed])
def test_nothing_of_an_asset_goes_while_register_and_vault_disagree_or_after_a_failure(here, trouble):
    old = backed_up(here, 40)
    backed_up(here, 1)
    other = backed_up(here, 50, asset="absensi")
    backed_up(here, 2, asset="absensi")
    trouble(here, old)
    number = destruction.plan(here, run())
    with read(here, number) as (session, request):
        assert [row.backup.name for row in destructions.of(session, request)] == [str(other)]
        assert list(request.form["held"]) == ["simpeg"]


def test_what_comes_up_between_plan_and_destruction_stops_it(here):
    old, young = backed_up(here, 40), backed_up(here, 1)
    number = destruction.plan(here, run())
    lost(here, young)
    destruction.destroy(here, number)
    assert lying(here)[0] == {old.manifest(), young.manifest()}
    with read(here, number) as (session, request):
        (row,) = destructions.of(session, request)
        assert row.error.startswith("Dipertahankan")
        assert row.backup.deleted_at is None


@pytest.mark.parametrize(("until", "stays"), [(None, True), (NOW + timedelta(days=1), True), (NOW, False)])
def test_a_locked_back_up_stays_until_its_lock_ends(here, until, stays):
    old, _ = backed_up(here, 40), backed_up(here, 1)
    with here.register.transaction() as session:
        stock.lock_backup(session, str(old), why="audit BPK", by_user="kasi", at=NOW, until=until)
    assert (destruction.plan(here, run()) is None) == stays
    with here.register.transaction() as session:
        assert stock.unlock_backup(session, str(old), why="audit selesai", by_user="kasi", at=NOW) == 1
    assert destruction.plan(here, run(run_id="run-2"))


def test_a_lock_that_is_set_after_the_plan_holds(here):
    old, young = backed_up(here, 40), backed_up(here, 1)
    number = destruction.plan(here, run())
    with here.register.transaction() as session:
        stock.lock_backup(session, str(old), why="perkara", by_user="kasi", at=NOW)
    destruction.destroy(here, number)
    assert lying(here) == manifests(old, young)


def test_the_last_good_back_up_stays_though_bad_ones_are_newer(here):
    good = backed_up(here, 400)
    bad = backed_up(here, 1, good=False)
    with here.register.transaction() as session:
        session.scalars(select(Item).order_by(Item.id.desc()).limit(1)).one().result = "Berhasil"
    assert destruction.plan(here, run()) is None
    assert lying(here) == manifests(good, bad)


def test_a_destination_that_refuses_leaves_the_rest_to_be_done_by_a_repeat(here, monkeypatch):
    old, young = backed_up(here, 40), backed_up(here, 1)
    number = destruction.plan(here, run())
    remove = local.remove

    def refused(fs, path):
        if "/kedua/" in path:
            raise PermissionError(13, "Permission denied", path)
        remove(fs, path)

    monkeypatch.setattr(local, "remove", refused)
    with pytest.raises(VaultError, match=r"1 of 1 back-ups .*Permission denied.*clear the task"):
        destruction.destroy(here, number)
    monkeypatch.undo()
    assert lying(here) == [{young.manifest()}, {old.manifest(), young.manifest()}]
    with pytest.raises(RequestFailed, match="not all gone"):
        destruction.conclude(here, number)
    # Neither what is gone nor what is left of it makes register and vault disagree, and the next run finishes it.
    again = destruction.plan(here, run(run_id="run-2"))
    destruction.destroy(here, again)
    destruction.conclude(here, again)
    assert lying(here) == manifests(young)


def test_a_destroyed_back_up_is_not_in_stock(here):
    backed_up(here, 40), backed_up(here, 1)
    number = destruction.plan(here, run())
    destruction.destroy(here, number)
    with here.register.reading() as session:
        assert len(stock.kept(session, NOW)) == 1
        assert session.scalars(select(Backup)).all()[0].deleted_at == NOW
    assert destruction.plan(here, run(run_id="run-2")) is None


def test_a_destruction_ends_with_minutes_that_name_each_file_and_who_approved(gated):
    old, _ = backed_up(gated, 40), backed_up(gated, 1)
    number = destruction.plan(gated, run("gate"))
    DestructionMatter(gated, number).decide(answer("kasi", DestructionChoice.APPROVE, note="Sesuai JRA"))
    destruction.destroy(gated, number)
    destruction.conclude(gated, number)
    with read(gated, number) as (_, request):
        minutes = {row.name: row for row in request.documents}
        assert {row.kind for row in minutes.values()} == {"minutes", "minutes_public"}
        pdf = pdf_text(read_document(minutes[f"{number}-berita-acara-pemusnahan.pdf"], gated.documents()))
    text = "".join(pdf.split())
    assert str(old) in text
    assert "SitiRahmawati" in text
    assert "masihada" not in text


def test_a_copy_that_is_known_to_lack_holds_nothing_up(here):
    old, young = backed_up(here, 40, missing=("kedua",)), backed_up(here, 1, missing=("utama",))
    # What a broken-off repair left there goes, too.
    there = places(here)[1]
    there.fs.pipe_file(there.path("simpeg", old.artefact("dump")), b"sebagian")
    number = destruction.plan(here, run())
    destruction.destroy(here, number)
    assert [place.files("simpeg") for place in places(here)] == [set(), {young.manifest(), young.artefact("dump")}]
    with read(here, number) as (session, request):
        (row,) = destructions.of(session, request)
        assert row.destinations == ["utama", "kedua"]


def test_a_back_up_of_which_every_copy_lacks_is_not_good(here):
    backed_up(here, 40)
    lost = backed_up(here, 1)
    with here.register.transaction() as session:
        row = session.scalars(select(Backup).where(Backup.name == str(lost))).one()
        for copy in row.copies:
            copy.missing = "Hilang."
    with here.register.reading() as session:
        assert {kept.at: kept.good for kept in stock.kept(session, NOW)} == {
            NOW - timedelta(days=40): True,
            NOW - timedelta(days=1): False,
        }
    assert destruction.plan(here, run()) is None, "the only good one stays"


@pytest.mark.parametrize(("days", "stays"), [(41, True), (39, False)])
def test_a_back_up_stays_while_nobody_can_delete_one_of_its_copies(here, days, stays):
    backed_up(here, 40), backed_up(here, 1)
    locking = [
        each.model_copy(update={"immutable_days": days if each.name == "kedua" else None})
        for each in here.policies.destinations
    ]
    here = replace(here, policies=here.policies.model_copy(update={"destinations": tuple(locking)}))
    assert (destruction.plan(here, run()) is None) == stays
