"""Schedules: which assets, when, by whose leave, kept for how long."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from cadangan.config.assets import Assets
from cadangan.config.coverage import keepers, pools, selected
from cadangan.config.policies import Policies
from cadangan.config.scheduling import Retention, Schedule
from cadangan.core.retention import Generation, Period, Rules
from tests.config import contents
from tests.config.refusals import violations

JAKARTA = ZoneInfo("Asia/Jakarta")
REGISTERED = Assets.model_validate(
    {
        "servers": [
            contents.server(
                assets=[
                    contents.asset(tags=["inti"]),
                    contents.asset(name="sapk", database="sapk"),
                    contents.asset(name="dapodik", database="dapodik", owner="DISDIK"),
                ]
            ),
            contents.server(
                name="srv-dua", engine="mysql", conn_id="my", assets=[contents.asset(name="web", database="web")]
            ),
        ]
    }
)


def loaded(*policies):
    return Policies.model_validate(contents.policies(policies=[contents.policy(**policy) for policy in policies]))


def names(select):
    storage = loaded({"schedule": contents.schedule(select=select)})
    return [asset.name for _, asset in selected(REGISTERED, storage.policies[0])]


@pytest.mark.parametrize(
    ("select", "expected"),
    [
        (None, ["simpeg", "sapk", "dapodik", "web"]),
        ({"assets": ["sapk"]}, ["sapk"]),
        ({"tags": ["inti"]}, ["simpeg"]),
        ({"engines": ["mysql"]}, ["web"]),
        ({"skpd": ["DISDIK"]}, ["dapodik"]),
        ({"servers": ["srv-satu"]}, ["simpeg", "sapk", "dapodik"]),
        ({"tags": ["inti"], "engines": ["mysql"]}, ["simpeg", "web"]),
        ({"servers": ["srv-satu"], "exclude": ["sapk"]}, ["simpeg", "dapodik"]),
        ({}, []),
    ],
)
def test_a_schedule_takes_what_matches_any_of_its_lists(select, expected):
    assert names(select) == expected


def test_back_ups_are_kept_by_the_policy_that_schedules_their_asset_else_by_the_assets_own():
    storage = loaded({"schedule": None}, {"name": "malam", "schedule": contents.schedule(select={"assets": ["web"]})})
    found = {name: policy.name for name, policy in keepers(REGISTERED, storage).items()}
    assert found == {"simpeg": "default", "sapk": "default", "dapodik": "default", "web": "malam"}


def test_a_server_has_one_pool_with_the_slots_of_the_strictest_policy():
    storage = loaded(
        {"limits": {"parallel_per_server": 4}, "schedule": contents.schedule(select={"servers": ["srv-satu"]})},
        {"name": "b", "limits": {"parallel_per_server": 2}, "schedule": contents.schedule(select={"assets": ["sapk"]})},
        {"name": "c", "schedule": contents.schedule(select={"servers": ["srv-dua"]})},
    )
    assert pools(REGISTERED, storage) == {"cadangan_srv-satu": 2}


def test_windows_begin_by_cron_and_end_the_next_day():
    windows = [
        {"days": ["friday", "saturday"], "start": "22:30", "end": "04:00"},
        {"start": "12:05", "end": "12:45"},
    ]
    schedule = Schedule.model_validate({"windows": windows, "approval": contents.approval()})
    assert schedule.crons() == ("30 22 * * fri,sat", "5 12 * * *")

    def end(text):
        around = schedule.window(datetime.fromisoformat(text).replace(tzinfo=JAKARTA))
        return around and around[1].strftime("%a %H:%M")

    assert end("2026-11-27T22:30") == "Sat 04:00"
    assert end("2026-11-28T03:59") == "Sat 04:00"
    assert end("2026-11-28T04:00") is None
    assert end("2026-11-27T03:00") is None
    assert end("2026-11-27T12:10") == "Fri 12:45"


def test_retention_becomes_the_rules_of_its_assets():
    given = Retention.model_validate({"daily": {"count": 7}, "yearly": {"count": 5, "days": 2000}, "min_good": 3})
    expected = {Period.DAILY: Generation(7), Period.YEARLY: Generation(5, 2000)}
    assert given.rules(30) == Rules(30, expected, 3)


@pytest.mark.parametrize(
    ("where", "policy"),
    [
        ("policies[0].schedule.cron", {"schedule": contents.schedule(cron=[])}),
        ("policies[0].schedule.cron", {"schedule": contents.schedule(windows=[{"start": "22:00", "end": "04:00"}])}),
        ("policies[0].schedule.cron[0]", {"schedule": contents.schedule(cron=["0 25 * * *"])}),
        ("policies[0].schedule.cron[0]", {"schedule": contents.schedule(cron=["@daily"])}),
        ("policies[0].schedule.approval", {"schedule": {"cron": ["0 22 * * *"]}}),
        (
            "policies[0].schedule.approval",
            {"schedule": contents.schedule(approval=contents.approval(day="2100-01-01"))},
        ),
        ("policies[0].schedule.catch_up_hours", {"schedule": contents.schedule(catch_up_hours=-1)}),
        (
            "policies[0].schedule.windows[0].start",
            {"schedule": contents.schedule(windows=[{"start": "25:00", "end": "04:00"}])},
        ),
        ("policies[0].limits.parallel_per_server", {"limits": {"parallel_per_server": 0}}),
        ("policies[0].retention.min_good", {"retention": {"min_good": 0}}),
        ("policies[0].retention.after", {"retention": {"after": "never"}}),
        ("policies[0].retention.daily.count", {"retention": {"daily": {"count": -1}}}),
    ],
)
def test_a_wrong_value_is_told_with_its_path(where, policy):
    content = contents.policies(policies=[contents.policy(**policy)])
    assert [line.partition(": ")[0] for line in violations(Policies, content)] == [where]


def test_the_series_of_numbers_differ_and_the_look_at_what_may_go_has_a_time():
    content = contents.policies(destruction_prefix="TJ", retention_cron="pagi")
    assert [line.partition(": ")[0] for line in violations(Policies, content)] == [
        "retention_cron",
        "destruction_prefix",
    ]
