"""The four files together."""

from datetime import date

import pytest
import yaml

from cadangan.config import check
from cadangan.errors import ConfigError
from cadangan.paths import INCLUDE
from tests.config import contents


@pytest.fixture
def written(tmp_path, monkeypatch):
    """Return a function that writes the four files, good ones unless told otherwise."""

    def write(**files):
        names = ("assets", "sop", "policies", "calendar")
        for name, content in ({name: getattr(contents, name)() for name in names} | files).items():
            (tmp_path / f"{name}.yaml").write_text(yaml.safe_dump(content))

    monkeypatch.setenv("CADANGAN_CONFIG", str(tmp_path))
    return write


def problems() -> tuple[str, ...]:
    with pytest.raises(ConfigError) as refused:
        check.check_all()
    return refused.value.violations


def test_good_files_pass(written):
    written()
    check.check_all()


def test_an_asset_needs_a_known_owner_and_policy(written):
    stranger = contents.asset(name="lain", database="lain", owner="DINKES", policy="ketat")
    written(assets=contents.assets(servers=[contents.server(assets=[contents.asset(), stranger])]))
    assert problems() == (
        "assets.yaml servers[0].assets[1].owner: DINKES is no code in skpd of sop.yaml",
        "assets.yaml servers[0].assets[1].policy: ketat is no name in policies of policies.yaml",
    )


def test_everything_wrong_in_all_files_is_told_at_once(written):
    written(
        assets={"servers": [contents.server(assets=[contents.asset(policy="ketat")])]},
        sop=contents.sop(repeats=5),
        policies=contents.policies(stream={"recipients": [check.SAMPLE_RECIPIENT]}),
        calendar=contents.calendar(zone="UTC"),
    )
    assert [line.partition(": ")[0] for line in problems()] == [
        "sop.yaml repeats",
        "calendar.yaml zone",
        "assets.yaml servers[0].assets[0].policy",
        "policies.yaml stream.recipients[0]",
    ]


def test_missing_files_are_told_together(written, tmp_path):
    written()
    (tmp_path / "sop.yaml").unlink()
    (tmp_path / "calendar.yaml").unlink()
    assert [line.partition(" ")[0] for line in problems()] == ["sop.yaml", "calendar.yaml"]


def test_the_shipped_files_lack_nothing_but_a_key_of_ones_own(monkeypatch):
    monkeypatch.setenv("CADANGAN_CONFIG", str(INCLUDE / "config"))
    (line,) = problems()
    assert line.startswith("policies.yaml stream.recipients[0]: is the sample key")


def test_advice_is_silent_when_the_year_is_known_copies_are_two_and_every_asset_is_scheduled(written):
    written()
    assert check.advice(date(2026, 11, 23)) == []


def test_advice_names_dates_not_yet_known_and_single_copies(written):
    written(policies=contents.policies(policies=[contents.policy(copies=["utama"])]))
    assert [line.partition(": ")[0] for line in check.advice(date(2040, 1, 2))] == [
        "calendar.yaml ramadan.ranges",
        "calendar.yaml days_off",
        "policies.yaml policies",
        "policies.yaml policies",
    ]


def test_a_day_off_of_the_year_answers_the_question_of_collective_leave(written):
    written(calendar=contents.calendar(ramadan=None, days_off=[{"day": "2040-12-24", "reason": "Cuti bersama"}]))
    assert check.advice(date(2040, 1, 2)) == []


def test_advice_names_assets_that_no_schedule_covers_and_approvals_that_have_ended(written):
    ended = contents.schedule(select={"tags": ["lain"]}, approval=contents.approval(valid_until="2026-11-22"))
    written(policies=contents.policies(policies=[contents.policy(schedule=ended)]))
    assert check.advice(date(2026, 11, 23)) == [
        "assets.yaml: simpeg is in no policy's schedule; it is backed up only when a letter asks for it",
        "policies.yaml policies: the standing approval of default ended on 2026-11-22; its runs fail",
    ]


def test_what_schedules_choose_must_be_there_and_one_policy_backs_an_asset_up(written):
    first = contents.schedule(
        select={"assets": ["simpeg", "hilang"], "tags": ["inti"], "skpd": ["DINKES"], "servers": ["srv-dua"]},
        approval=contents.approval(by="hantu"),
    )
    both = [
        contents.policy(schedule=first),
        contents.policy(name="kedua", schedule=contents.schedule(select={"engines": ["postgres"]})),
    ]
    written(policies=contents.policies(policies=both), sop=contents.sop(number_prefix="TJ"))
    assert problems() == (
        "policies.yaml policies[0].schedule.approval.by: hantu is no log-in in people of sop.yaml",
        "policies.yaml policies[0].schedule.select.assets: hilang is not found in assets.yaml",
        "policies.yaml policies[0].schedule.select.tags: inti is not found in assets.yaml",
        "policies.yaml policies[0].schedule.select.skpd: DINKES is not found in assets.yaml",
        "policies.yaml policies[0].schedule.select.servers: srv-dua is not found in assets.yaml",
        "policies.yaml policies: simpeg is in the schedules of default, kedua; one policy backs an asset up",
        "sop.yaml number_prefix: TJ is taken by a series of policies.yaml",
    )


def test_advice_names_policies_without_an_immutable_copy_and_copies_abroad(written):
    reason = "Izin tertulis Kominfo 12/2026, PP 71/2019 Pasal 20 ayat (2)"
    written(
        policies=contents.policies(
            destinations=[
                contents.destination("utama"),
                contents.destination("kedua", location="SG", allowed_outside=reason),
            ]
        )
    )
    immutable, abroad = check.advice(date(2026, 11, 23))
    assert "default has no copy that is immutable" in immutable
    assert f"kedua is in SG, allowed because: {reason}" in abroad


def test_alerts_go_to_a_known_role(written):
    written(policies=contents.policies(alerts={"role": "satpam"}))
    assert problems() == ("policies.yaml alerts.role: satpam is no name in roles of sop.yaml",)
