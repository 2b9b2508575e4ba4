"""What the documents conclude from the register, beyond what the rendered text shows."""

from typing import Any

import pytest

from cadangan.core.states import Result, Status
from cadangan.documents.views import times
from cadangan.documents.views.deviations import deviations
from cadangan.documents.views.disposition import disposition
from cadangan.documents.views.evidence import outcomes
from cadangan.documents.views.report import report
from cadangan.errors import DocumentError
from cadangan.register.models import Backup, Request
from tests.documents import builders

SOP, ASSETS = builders.sop(), builders.assets()


def found(request: Request, **plan_overrides: Any) -> tuple[str, ...]:
    return deviations(request, builders.plan(**plan_overrides), outcomes(request, ASSETS))


def with_backup(**overrides: Any) -> Request:
    return builders.executed(items=[builders.item(result=Result.SUCCEEDED, backups=[builders.backup(**overrides)])])


def planned_item(**overrides: Any) -> dict[str, Any]:
    return {**builders.plan().model_dump()["items"][0], **overrides}


def test_an_execution_by_the_plan_has_no_deviation() -> None:
    assert found(builders.executed()) == ()


@pytest.mark.parametrize(
    ("backup", "text"),
    [
        ({"started_at": builders.after(60)}, "dimulai sebelum jadwal"),
        ({"started_at": builders.after(120), "ended_at": builders.after(126)}, "lebih dari 30 menit sesudah jadwal"),
        ({"ended_at": builders.after(100)}, "berlangsung 20 menit, perkiraan 6 menit"),
        ({"copies": [builders.copy(destination="lain")]}, "tidak ada salinan di utama"),
        ({"manifest": builders.manifest(plan_sha256="0" * 64)}, "menunjuk rencana lain"),
    ],
)
def test_a_deviation_is_told(backup: dict[str, Any], text: str) -> None:
    lines = found(with_backup(**backup))
    assert any(text in line for line in lines)
    assert all(line.startswith("simpeg: ") for line in lines)


def test_a_wrong_prediction_and_another_server_version_are_told() -> None:
    lines = found(builders.executed(), items=[planned_item(predicted_bytes=100, server_version="14.2")])
    assert any("ukuran dump 1,4 GB, perkiraan 100 B" in line for line in lines)
    assert any("versi server 15.6, dalam rencana 14.2" in line for line in lines)


def test_an_item_without_back_up_and_an_item_outside_the_plan_are_told() -> None:
    request = builders.executed(items=[builders.item(), builders.item(position=2, asset="absensi")])
    assert found(request) == (
        "simpeg: direncanakan, tetapi tidak menghasilkan back-up.",
        "absensi: tidak tercantum dalam rencana.",
    )


def test_a_repeated_execution_is_told_with_the_note_that_caused_it() -> None:
    request = builders.executed(
        decisions=[builders.decision("confirm", "Belum sesuai", note="Tabel gaji kosong")],
        steps=[builders.step_time("execute", 75, 1515, 90), builders.step_time("execute", 110, 1550, None, round=2)],
    )
    assert found(request)[0] == (
        "Pelaksanaan diulang (putaran 2) karena hasil putaran 1 dinyatakan belum sesuai: Tabel gaji kosong."
    )


@pytest.mark.parametrize(
    ("due", "ended", "status", "expected"),
    [
        (15, 15, Status.VERIFIED, times.ON_TIME),
        (15, 15.1, Status.VERIFIED, times.LATE),
        (15, None, Status.SUBMITTED, times.RUNNING),
        (5, None, Status.SUBMITTED, times.LATE_RUNNING),
        (5, None, Status.FAILED, times.UNFINISHED),
    ],
)
def test_a_step_is_on_time_until_its_due_instant_included(
    due: float, ended: float | None, status: Status, expected: str
) -> None:
    request = builders.request(status=status, steps=[builders.step_time("verify", 0, due, ended)])
    rows = times.time_rows(request, SOP, builders.after(10))
    assert [row.number for row in rows] == [1, 2, 3, 4, 5]
    assert rows[1].status == expected
    assert rows[0].due_at is None


def test_an_unknown_target_or_a_blocker_is_never_ticked() -> None:
    blocked = builders.item(inspection=builders.inspection(blockers=["Akun tidak boleh membaca tabel gaji"]))
    unseen = builders.item(inspection={}, asset="tidak-ada")
    for item, label in ((blocked, "dapat dihubungi"), (unseen, "dapat dihubungi"), (unseen, "register aset")):
        checks = disposition(builders.request(items=[item]), SOP, ASSETS).checks
        assert [check.met for check in checks if label in check.label] == [False]


def test_the_day_of_a_report_is_the_last_instant_on_record() -> None:
    assert report(builders.confirmed(), SOP, ASSETS).day == builders.after(101)
    ahead = builders.planned(steps=[builders.step_time("execute", 5000, 6000, None)])
    assert report(ahead, SOP, ASSETS).day == builders.after(55)


def test_a_manifest_that_breaks_its_model_is_reported_with_its_back_up() -> None:
    broken: Backup = builders.backup()
    broken.manifest = {"format": "cadangan-manifest/1"}
    request = builders.executed(items=[builders.item(backups=[broken])])
    with pytest.raises(DocumentError, match=broken.name):
        report(request, SOP, ASSETS)
