"""core.conditions: each speaks when it must, and only then."""

from datetime import UTC, date, datetime, timedelta

import pytest

from cadangan.core.conditions import expiry, missing_copies, recovery_point, room, scans, uncovered, unproved
from cadangan.core.conditions.expiry import Approval
from cadangan.core.conditions.recovery_point import Point
from cadangan.core.conditions.unproved import Proof
from cadangan.core.scanning import Fault, Finding

NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.mark.parametrize(("hours", "spoken"), [(24, False), (24.1, True), (None, True)])
def test_the_recovery_point_may_be_as_old_as_the_rpo(hours, spoken):
    latest = None if hours is None else NOW - timedelta(hours=hours)
    alerts = list(recovery_point.findings([Point("simpeg", 24, latest)], NOW))
    assert [alert.subject for alert in alerts] == ["simpeg"] * spoken


def test_missing_copies_are_one_alert_a_destination():
    alerts = list(missing_copies.findings([("kedua", "a"), ("kedua", "b"), ("jauh", "a")]))
    assert [alert.subject for alert in alerts] == ["jauh", "kedua"]
    assert "Sebanyak 2 berkas" in alerts[1].text


def found(fault, file="a.dump", destination="utama", mended=""):
    return Finding(fault, destination, "simpeg", file, "seen", mended)


def test_what_a_scan_found_is_told_by_kind_and_destination_also_when_it_was_mended():
    alerts = list(
        scans.findings(
            [
                found(Fault.ROT, mended="written anew"),
                found(Fault.LOST, "b.dump"),
                found(Fault.STRANGER, "c.txt"),
                found(Fault.UNREADABLE, "", "kedua"),
            ]
        )
    )
    assert [(alert.kind, alert.subject) for alert in alerts] == [
        ("rot", "utama"),
        ("stranger", "utama"),
        ("unreadable", "kedua"),
    ]
    assert "2 berkas salinan rusak atau hilang" in alerts[0].text
    assert "1 sudah diperbaiki" in alerts[0].text


def test_many_files_are_named_in_part():
    (alert,) = scans.findings([found(Fault.STRANGER, f"{number}.txt") for number in range(1000)])
    assert "dan 995 lainnya" in alert.text
    assert len(alert.text) < 400


@pytest.mark.parametrize(("days", "spoken"), [(7, False), (8, True), (None, False)])
def test_a_scan_that_does_not_happen_is_told(days, spoken):
    latest = None if days is None else NOW - timedelta(days=days)
    assert len(list(scans.late(latest, NOW, 7))) == spoken


def test_room_that_ends_soon_is_told():
    alerts = list(room.findings([("utama", 29.0), ("kedua", 31.0), ("jauh", None)], 30))
    assert [alert.subject for alert in alerts] == ["utama"]


@pytest.mark.parametrize(
    ("passed_days", "first_days", "said"),
    [
        (90, 400, None),
        (91, 400, "terakhir lulus uji pulih 91 hari yang lalu"),
        (None, 90, None),
        (None, 91, "belum pernah lulus uji pulih"),
        (None, None, None),
    ],
)
def test_a_rehearsal_is_overdue_after_the_last_that_passed_or_else_after_the_first_back_up(
    passed_days, first_days, said
):
    passed, first = (None if days is None else NOW - timedelta(days=days) for days in (passed_days, first_days))
    alerts = list(unproved.findings([Proof("simpeg", 90, passed, first)], NOW))
    assert [alert.subject for alert in alerts] == ["simpeg"] * (said is not None)
    assert all(said in alert.text for alert in alerts)


@pytest.mark.parametrize(
    ("days", "said", "patience"),
    [
        (31, None, None),
        (30, "30 hari lagi", 7),
        (7, "7 hari lagi", 1),
        (0, "0 hari lagi", 1),
        (-1, "telah berakhir", 1),
    ],
)
def test_what_ends_is_told_a_month_before_and_daily_in_the_last_week(days, said, patience):
    today = date(2026, 11, 23)
    end = today + timedelta(days=days)
    alerts = [*expiry.approvals([Approval("malam", "800/12", end)], today, 30), *expiry.key(end, today, 30)]
    assert [(alert.kind, alert.subject, alert.patience) for alert in alerts] == (
        [("approval", "malam", patience), ("key", "stream.recipients", patience)] if said else []
    )
    assert all(said in alert.text for alert in alerts)


def test_keys_without_an_end_are_not_told():
    assert list(expiry.key(None, date(2026, 11, 23), 30)) == []


def test_assets_without_a_schedule_are_one_alert():
    assert list(uncovered.findings([])) == []
    (alert,) = uncovered.findings([f"aset-{number}" for number in range(1000)])
    assert "Sebanyak 1000 aset" in alert.text
    assert "aset-19 dan 980 lainnya" in alert.text
