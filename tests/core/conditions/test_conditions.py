"""core.conditions: each speaks when it must, and only then."""

from datetime import UTC, datetime, timedelta

import pytest

from cadangan.core.conditions import missing_copies, recovery_point, room, scans
from cadangan.core.conditions.recovery_point import Point
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
