"""A restore beside the old database, from its letter to what the confirmation leads to."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from cadangan.core.choices import ConfirmChoice, PlanChoice, VerifyChoice
from cadangan.core.manifest import Manifest
from cadangan.core.naming import parse
from cadangan.core.plan import Plan
from cadangan.core.states import Result, Status, Step
from cadangan.documents import render
from cadangan.documents.audience import Audience
from cadangan.documents.views.restore_minutes import restore_minutes
from cadangan.errors import (
    AnswerRefused,
    ApprovalMissing,
    DigestMismatch,
    KeyMissing,
    RequestRefused,
    RestoreDiffers,
    RestoreRefused,
    UnsealFailed,
)
from cadangan.register import plans, rehearsals, requests, stock
from cadangan.register.models import Backup
from cadangan.register.rehearsal_row import RehearsalRow
from cadangan.steps import close, gates, plan, restore_plan, restore_settle
from tests.documents.reading import opened_by_libreoffice, texts
from tests.restore.builders import run, value
from tests.steps.builders import NOW, answer, gate, unreachable
from tests.steps.restoring import OTHER, ROWS, Case, office
from tests.steps.test_gates import TICKS


@pytest.fixture
def here(tmp_path, postgres_18):
    with office(postgres_18, tmp_path) as made:
        yield made


def plan_of(here, number):
    with here.desk.register.reading() as session:
        row = plans.current(session, requests.by_number(session, number))
        return Plan.model_validate_json(row.body)


def test_what_was_backed_up_is_restored_beside_and_compared(here):
    here.back_up()
    run(here.target, "DELETE FROM pegawai WHERE nip > '000000000000000300'")

    case = here.approved().executed()

    row = case.row()
    assert (row.verdict, row.different, row.destination) == ("lulus", 0, "utama")
    assert (row.database, row.kept, row.safety_backup_id) == (row.side, "", None)
    assert row.restore_seconds > 0
    assert value(here.on(row.side), ROWS) == 500
    assert value(here.target, ROWS) == 300
    assert case.result == Result.SUCCEEDED


def test_it_bears_the_name_that_was_asked_for_once_it_is_whole(here):
    here.back_up()
    name = f"{here.database}_baru"
    case = here.approved(new_name=name)
    case.restore()
    assert name not in here.databases()

    case.serve()

    assert value(here.on(name), ROWS) == 500
    assert here.made() == set()


def test_a_name_that_is_taken_forbids_the_plan(here):
    here.back_up()
    name = f"{here.database}_baru"
    run(here.on("postgres"), f'CREATE DATABASE "{name}"')

    case = here.planned(new_name=name)

    with pytest.raises(AnswerRefused, match=f"{name} sudah ada"):
        gates.decide(here.desk, gate(case.number, Step.PLAN), answer("kasi", PlanChoice.APPROVE, **TICKS))


def test_another_registered_server_is_a_target(here):
    here.back_up()

    case = here.approved(mode="elsewhere", target_server=OTHER).executed()

    assert case.row().server == OTHER
    assert value(here.on(case.row().database), ROWS) == 500


def test_confirmed_it_stays_and_not_conforming_it_goes(here):
    here.back_up()
    stays = here.approved(new_name=f"{here.database}_baru").executed().confirmed()
    goes = here.approved().executed().confirmed(ConfirmChoice.NOT_CONFORMING)

    for case in (stays, goes):
        restore_settle.settle(here.desk, case.number)
        restore_settle.settle(here.desk, case.number)

    assert f"{here.database}_baru" in here.databases()
    assert (stays.row().accepted_at, stays.row().keep_until) == (NOW, None)
    assert here.made() == set()
    assert (goes.row().rolled_back_at, goes.row().dropped_at) == (NOW, NOW)
    assert goes.result == Result.FAILED


def test_a_named_one_that_does_not_conform_goes_too_and_is_restored_again_in_the_second_round(here):
    here.back_up()
    name = f"{here.database}_baru"
    case = here.approved(new_name=name).executed().confirmed(ConfirmChoice.NOT_CONFORMING)
    restore_settle.settle(here.desk, case.number)
    assert name not in here.databases()

    case.executed(round_no=2).confirmed(round_no=2)
    restore_settle.settle(here.desk, case.number)

    assert value(here.on(name), ROWS) == 500
    assert case.result == Result.SUCCEEDED
    assert case.row(2).accepted_at == NOW


def test_the_newest_good_one_at_or_before_the_point_is_chosen(here):
    first = here.back_up()
    between = datetime.now(UTC)
    second = here.back_up()

    def chosen(**form):
        with here.desk.register.reading() as session:
            return requests.by_number(session, here.ask(**form)).form["chosen"]["simpeg"]

    assert chosen() == second
    assert chosen(backup=first) == first
    with here.desk.register.reading() as session:
        assert {kept.lock.why[:15] for kept in stock.kept(session, NOW) if kept.lock} == {"akan dipulihkan"}
    with pytest.raises(RequestRefused, match="berada di masa depan"):
        here.ask(recovery_point=between.isoformat())
    with pytest.raises(RequestRefused, match="tidak ada cadangan simpeg"):
        here.ask(recovery_point="2026-11-01T00:00:00+07:00")


def test_the_gate_shows_which_back_up_how_good_it_is_and_how_long_it_takes(here):
    name = here.back_up()
    case = here.planned()

    shown = gates.ask(here.desk, gate(case.number, Step.PLAN)).body

    assert name in shown.replace("\\", "")
    assert "belum pernah diukur" in shown
    assert "Cadangan ini belum pernah lulus uji pulih" in shown
    assert case.inspection()["copies"][0]["good"] is True


def test_who_verified_does_not_approve_the_plan(here):
    here.back_up()
    sop = here.desk.sop
    both = sop.roles["planner"].model_copy(update={"people": ("kasi", "kabid")})
    object.__setattr__(here.desk, "sop", sop.model_copy(update={"roles": sop.roles | {"planner": both}}))
    case = here.planned()

    with pytest.raises(AnswerRefused, match="dua pejabat yang berbeda"):
        gates.decide(here.desk, gate(case.number, Step.PLAN), answer("kabid", PlanChoice.APPROVE, **TICKS))


def test_a_decision_of_one_person_alone_covers_no_restore(here, monkeypatch):
    here.back_up()
    sop = here.desk.sop
    both = sop.roles["planner"].model_copy(update={"people": ("kasi", "kabid")})
    object.__setattr__(here.desk, "sop", sop.model_copy(update={"roles": sop.roles | {"planner": both}}))
    monkeypatch.setattr("cadangan.steps.entitlement._verified", lambda request, person: False)
    case = here.planned()
    gates.decide(here.desk, gate(case.number, Step.PLAN), answer("kabid", PlanChoice.APPROVE, **TICKS))
    plan.freeze(here.desk, case.number)

    with pytest.raises(ApprovalMissing, match="one person verified it and approved"):
        case.restore()
    assert here.made() == set()


def test_nothing_is_restored_without_the_approval_of_this_plan(here):
    here.back_up()
    case = here.approved()
    restore_plan.draft(here.desk, case.number)
    with here.desk.register.transaction() as session:
        row = plans.current(session, requests.by_number(session, case.number))
        other = Plan.model_validate_json(row.body)
        other = other.model_copy(update={"note": "lain"})
        plans.save_draft(session, requests.by_number(session, case.number), other)

    with pytest.raises(ApprovalMissing):
        case.restore()
    assert here.made() == set()


def test_a_manifest_that_is_not_the_approved_one_is_not_restored(here):
    here.back_up()
    case = here.approved()
    with here.desk.register.transaction() as session:
        backup = session.scalars(select(Backup)).one()
        backup.manifest = backup.manifest | {"round": 2}

    with pytest.raises(ApprovalMissing, match="not the one that was approved"):
        case.restore()
    assert here.made() == set()


def test_what_differs_from_its_manifest_is_removed_and_told(here):
    promise_a_row_more(here, here.back_up())
    case = here.approved(new_name=f"{here.database}_baru")

    with pytest.raises(RestoreDiffers, match="manifes mencatat"):
        case.restore()

    assert here.made() == set()
    assert (case.row().verdict, case.row().different, case.result) == ("tidak lulus", 1, Result.FAILED)
    with pytest.raises(RestoreRefused, match="not restored and found equal"):
        case.serve()


def promise_a_row_more(here, name):
    """Change a back-up's manifest, in the register and beside the copy."""
    with here.desk.register.transaction() as session:
        backup = session.scalars(select(Backup).where(Backup.name == name)).one()
        manifest = Manifest.model_validate(backup.manifest)
        first, *others = manifest.inventory.tables
        more = first.model_copy(update={"rows": first.rows + 1})
        inventory = manifest.inventory.model_copy(update={"tables": (more, *others)})
        wrong = manifest.model_copy(update={"inventory": inventory})
        backup.manifest = wrong.model_dump(mode="json")
    for destination in here.desk.policies.destinations:
        path = here.desk.place(destination).path("simpeg", parse(name).manifest())
        Path(path).write_text(wrong.model_dump_json())


def test_a_damaged_copy_makes_way_for_the_next_one(here):
    here.damage(here.back_up(), "utama")
    case = here.approved().executed()

    assert (case.row().destination, case.row().verdict, case.result) == ("kedua", "lulus", Result.SUCCEEDED)
    assert value(here.on(case.row().side), ROWS) == 500


def test_when_every_copy_is_damaged_nothing_is_left(here):
    name = here.back_up()
    case = here.approved()
    for destination in ("utama", "kedua"):
        here.damage(name, destination)

    with pytest.raises((DigestMismatch, UnsealFailed)):
        case.restore()

    assert (here.made(), case.row().verdict, case.result) == (set(), "tidak dijalankan", Result.FAILED)
    assert case.row().reason


def test_a_destination_that_failed_its_check_is_not_read(here):
    name = here.back_up()
    with here.desk.register.transaction() as session:
        for copy in session.scalars(select(Backup).where(Backup.name == name)).one().copies:
            copy.digest_check = "tidak lulus" if copy.destination == "utama" else copy.digest_check

    case = here.approved()

    assert plan_of(here, case.number).items[0].restore.taken_from == ("kedua",)
    assert any("utama" in said for said in case.inspection()["warnings"])


def test_without_a_key_there_is_no_plan_and_no_restore(here):
    here.back_up()
    case = here.approved()
    without = replace(here, desk=replace(here.desk, identity=lambda: None))

    with pytest.raises(KeyMissing):
        Case(without, case.number).restore()
    assert here.made() == set()
    planned = without.planned()
    with pytest.raises(AnswerRefused, match="Kunci dekripsi"):
        gates.decide(here.desk, gate(planned.number, Step.PLAN), answer("kasi", PlanChoice.APPROVE, **TICKS))


def test_a_target_that_does_not_answer_is_a_finding(here):
    here.back_up()
    away = replace(here, desk=replace(here.desk, site=unreachable))

    case = away.planned()

    assert "Tidak dapat diperiksa" in case.inspection()["blockers"][0]


def test_the_duration_is_predicted_from_the_last_rehearsal_by_size(here):
    name = here.back_up()
    with here.desk.register.transaction() as session:
        raw = sum(
            artefact["raw_bytes"]
            for artefact in session.scalars(select(Backup).where(Backup.name == name)).one().manifest["artefacts"]
        )
        seconds = {"restore_seconds": 100.0, "compare_seconds": 20.0}
        nothing = {"differences": [], "harmless": [], "not_compared": [], "started_at": NOW, "ended_at": NOW}
        rehearsals.record(session, name, RehearsalRow(verdict="lulus", **seconds, **nothing))
    run(here.target, "CREATE TABLE lagi AS SELECT i, md5(i::text) FROM generate_series(1, 20000) i")
    here.back_up()

    case = here.planned()

    predicted = plan_of(here, case.number).items[0].restore.predicted_seconds
    assert predicted == round(120 * case.inspection()["size_bytes"] / raw) > 240
    assert "belum pernah lulus uji pulih" in case.inspection()["warnings"][0]


def test_a_plan_says_who_consented_and_what_is_replaced(here):
    here.back_up()
    case = here.in_place()

    restore = plan_of(here, case.number).items[0].restore

    assert restore.consent.number == "800/77/BKPSDM"
    assert here.database in restore.overwrites
    assert restore.keep_old_days == 7


def test_a_restore_ends_with_a_report_of_what_was_compared(here):
    here.back_up()
    case = here.approved().executed().confirmed()
    restore_settle.settle(here.desk, case.number)

    close.conclude(here.desk, case.number)

    with here.desk.register.reading() as session:
        request = requests.by_number(session, case.number)
        assert request.status == Status.DONE
        report = texts(render.report(request, here.desk.sop, here.desk.assets))["fodt"]
        drawn = texts(render.plan(request, plan_of(here, case.number), here.desk.sop, here.desk.assets))["fodt"]
        kinds = {document.kind for document in request.documents}
    assert "Perbandingan simpeg dengan manifes : lulus" in report
    assert "belum pernah diukur" in drawn
    assert kinds == {"report", "report_public", "minutes", "minutes_public"}


def test_libreoffice_opens_plan_report_and_minutes_of_a_restore_and_the_masked_ones_name_no_server(here, tmp_path):
    here.back_up()
    case = here.approved().executed().confirmed()
    restore_settle.settle(here.desk, case.number)
    close.conclude(here.desk, case.number)
    with here.desk.register.reading() as session:
        request = requests.by_number(session, case.number)
        arguments = (here.desk.sop, here.desk.assets)
        made = [
            edition
            for audience in Audience
            for editions in (
                render.plan(request, plan_of(here, case.number), *arguments, audience),
                render.report(request, *arguments, audience),
                render.minutes(restore_minutes(request, *arguments), audience),
            )
            for edition in editions
        ]
    files = {one.name: one.content for one in made if one.name.endswith(".fodt")}
    opened = opened_by_libreoffice(files, tmp_path)
    assert opened.keys() == files.keys()
    for name, text in opened.items():
        assert ("srv-kepegawaian" in "".join(text.split())) == ("publik" not in name), name


def test_a_verifier_sends_it_back_like_any_other_request(here):
    here.back_up()
    number = here.ask()
    gates.ask(here.desk, gate(number, Step.VERIFY))
    gates.decide(here.desk, gate(number, Step.VERIFY), answer("kabid", VerifyChoice.REJECT, note="Bukan"))

    close.conclude(here.desk, number)

    with here.desk.register.reading() as session:
        assert requests.by_number(session, number).status == Status.REJECTED


def test_what_was_not_restored_does_not_serve(here):
    here.back_up()
    case = here.approved(new_name=f"{here.database}_baru")

    with pytest.raises(RestoreRefused, match="not restored and found equal"):
        case.serve()
