"""steps.alerts: one mail, reminders, one that it is over."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from cadangan.config.policies import Policies
from cadangan.core.alerts import WEEKLY, Alert
from cadangan.register import audit, backups, recovery, rehearsals, requests, scans
from cadangan.register.models import Backup, Notice
from cadangan.register.rehearsal_row import RehearsalRow
from cadangan.steps import alerts
from cadangan.steps.conditions import CONDITIONS
from tests.config import contents
from tests.steps.builders import NOW, at, desk, policies, registered
from tests.vault.builders import AT, manifest, name


@pytest.fixture
def here(tmp_path):
    return desk(tmp_path)


def mails(here):
    with here.register.reading() as session:
        return [(notice.subject, notice.text, notice.recipients) for notice in session.scalars(select(Notice))]


def with_conditions(monkeypatch, **conditions):
    monkeypatch.setattr(alerts, "CONDITIONS", {(kind,): condition for kind, condition in conditions.items()})


def full(desk_, session):
    return [Alert("space", "utama", "Tujuan utama hampir penuh.", "Tambah ruang.")]


def test_an_alert_is_one_mail_with_what_to_do(here, monkeypatch):
    with_conditions(monkeypatch, space=full)
    assert alerts.look(here) == 1
    ((subject, text, recipients),) = mails(here)
    assert subject == "[Peringatan] Ruang penyimpanan hampir habis – utama"
    assert "Tujuan utama hampir penuh." in text
    assert "Yang perlu dilakukan: Tambah ruang." in text
    assert recipients
    assert all("@" in address for address in recipients)


def test_it_is_repeated_at_its_interval_and_not_before(here, monkeypatch):
    with_conditions(monkeypatch, space=full)
    for hours in range(50):
        alerts.look(at(here, NOW + timedelta(hours=hours)))
    assert [subject.partition("]")[0] for subject, _, _ in mails(here)] == [
        "[Peringatan",
        "[Peringatan ke-2",
        "[Peringatan ke-3",
    ]


def test_when_it_is_right_again_one_mail_says_so_and_a_new_one_starts_anew(here, monkeypatch):
    for hours, condition in enumerate([full, lambda *_: [], lambda *_: [], full]):
        with_conditions(monkeypatch, space=condition)
        alerts.look(at(here, NOW + timedelta(hours=hours)))
    assert [subject.partition("]")[0] for subject, _, _ in mails(here)] == ["[Peringatan", "[Selesai", "[Peringatan"]
    with here.register.reading() as session:
        assert len(list(audit.about(session, "space/utama", "alert.opened"))) == 2
        assert len(list(audit.about(session, "space/utama", "alert.over"))) == 1


def test_a_condition_that_stumbles_neither_closes_its_alerts_nor_hides_the_others(here, monkeypatch):
    def stumble(desk_, session):
        raise ValueError("tidak terduga")

    with_conditions(monkeypatch, space=full)
    alerts.look(here)
    other = [Alert("copy", "kedua", "Salinan tidak ada.", "Periksa.")]
    with_conditions(monkeypatch, space=stumble, copy=lambda *_: other)
    assert alerts.look(at(here, NOW + timedelta(hours=1))) == 2
    assert [subject.partition("]")[0] for subject, _, _ in mails(here)] == ["[Peringatan", "[Peringatan"]


def kept(here, *, missing=None):
    number = registered(here)
    with here.register.transaction() as session:
        item = requests.by_number(session, number).items[0]
        made = manifest(name(at=NOW - timedelta(hours=30), request_no=number, item_id=item.id, asset=item.asset))
        made = made.model_copy(
            update={"timings": made.timings.model_copy(update={"snapshot_at": NOW - timedelta(hours=30)})}
        )
        (part,) = made.artefacts
        stored = [
            backups.StoredCopy("utama", part.name, "file:///a", 3, part.sha256),
            backups.StoredCopy("kedua", part.name, "file:///b", 3, part.sha256, missing),
        ]
        row = backups.record_backup(session, item, 1, made, stored)
        for copy in row.copies:
            scans.note_read(session, copy.id, NOW)
        return item.asset


def of_kind(here, kind):
    condition = next(found for kinds, found in CONDITIONS.items() if kind in kinds)
    with here.register.reading() as session:
        return [alert.subject for alert in condition(here, session)]


@pytest.mark.parametrize(("hours", "spoken"), [(31, False), (29, True)])
def test_the_rpo_is_that_of_the_policy(tmp_path, hours, spoken):
    rules = policies(tmp_path, policies=[{"name": "default", "copies": ["utama"], "rpo_hours": hours}])
    here = desk(tmp_path, policies=rules)
    asset = kept(here)
    subjects = of_kind(here, "rpo")
    assert (asset in subjects) == spoken
    assert len(subjects) >= 1


def test_a_back_up_of_which_no_copy_is_whole_and_good_does_not_count(here):
    asset = kept(here)
    with here.register.transaction() as session:
        assert asset in recovery.latest_good(session, NOW)
        for file in scans.known(session):
            scans.note_bad(session, file.copy_id, "Rusak.", "", NOW)
    with here.register.reading() as session:
        assert recovery.latest_good(session, NOW) == {}


def test_a_copy_that_is_missing_is_told(here):
    assert of_kind(here, "copy") == []
    kept(here, missing="Tujuan penuh.")
    assert of_kind(here, "copy") == ["kedua"]


def test_a_destination_that_fills_up_is_told(here):
    assert of_kind(here, "space") == []
    with here.register.transaction() as session:
        for day in range(10):
            scans.note_stored(session, "utama", 100 * day, 1000, NOW - timedelta(days=10 - day))
    assert of_kind(here, "space") == ["utama"]


def test_a_rehearsal_is_overdue_by_the_days_of_the_policy(here):
    asset = kept(here)
    # Its first back-up was made at AT.
    later = at(here, AT + timedelta(days=91))
    assert of_kind(at(here, AT + timedelta(days=90)), "rehearsal") == []
    assert of_kind(later, "rehearsal") == [asset]
    with here.register.transaction() as session:
        rehearsals.record(session, session.scalars(select(Backup)).one().name, passed(AT + timedelta(days=30)))
    assert of_kind(later, "rehearsal") == []
    assert of_kind(with_policy(later, rehearsal_days=60), "rehearsal") == [asset]
    assert of_kind(with_policy(later, rehearsal_days=None), "rehearsal") == []


def passed(moment):
    return RehearsalRow(
        verdict="lulus", differences=[], harmless=[], not_compared=[], started_at=moment, ended_at=moment
    )


def with_policy(here, **changes):
    (policy,) = here.policies.policies
    data = here.policies.model_dump() | {"policies": [policy.model_dump() | changes]}
    return replace(here, policies=Policies.model_validate(data))


def test_a_standing_approval_and_the_keys_are_told_before_they_end(here):
    ending = with_policy(here, schedule=contents.schedule(approval=contents.approval(valid_until="2026-12-20")))
    stream = ending.policies.stream.model_copy(update={"recipients_until": date(2026, 12, 1)})
    ending = replace(ending, policies=ending.policies.model_copy(update={"stream": stream}))
    assert of_kind(ending, "approval") == ["default", "stream.recipients"]
    assert of_kind(here, "approval") == []


def test_assets_that_no_schedule_covers_are_told_where_there_are_schedules(here):
    assert of_kind(here, "uncovered") == []
    some = with_policy(here, schedule=contents.schedule(select={"assets": ["simpeg"]}))
    assert of_kind(some, "uncovered") == ["assets.yaml"]
    everything = with_policy(here, schedule=contents.schedule())
    assert of_kind(everything, "uncovered") == []


def test_the_rpo_is_that_of_the_policy_whose_schedule_covers_the_asset(here):
    kept(here)
    (own,) = here.policies.policies
    night = own.model_dump() | {
        "name": "malam",
        "rpo_hours": 1,
        "schedule": contents.schedule(select={"engines": ["postgres"]}),
    }
    rules = Policies.model_validate(here.policies.model_dump() | {"policies": [own.model_dump(), night]})
    assert of_kind(here, "rpo") == []
    assert "simpeg" in of_kind(replace(here, policies=rules), "rpo")


def test_what_has_weeks_is_repeated_weekly(here, monkeypatch):
    with_conditions(monkeypatch, approval=lambda *_: [Alert("approval", "malam", "Berakhir.", "Perpanjang.", WEEKLY)])
    for day in (0, 1, 6, 7):
        alerts.look(at(here, NOW + timedelta(days=day)))
    assert len(mails(here)) == 2
