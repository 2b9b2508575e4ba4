"""Which back-ups are kept: table by table, and laws that hold for any history."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cadangan.core.retention import Generation, Kept, Lock, Period, Reason, Rules, judge

JAKARTA = ZoneInfo("Asia/Jakarta")
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
GFS = Rules(
    days=2,
    generations={
        Period.DAILY: Generation(count=3),
        Period.WEEKLY: Generation(count=2),
        Period.MONTHLY: Generation(count=2, days=80),
        Period.YEARLY: Generation(count=1),
    },
)


def backup(key, days=0.0, **overrides):
    """A good back-up that is `days` old."""
    fields = {"asset": "simpeg", "at": NOW - timedelta(days=days), "good": True, "size": 100}
    return Kept(key, **(fields | overrides))


def reasons(backups, rules=GFS, held=(), now=NOW):
    verdicts = judge(backups, lambda _: rules, now=now, zone=JAKARTA, held=frozenset(held))
    return {verdict.backup.key: verdict.reason for verdict in verdicts}


def gone(*arguments, **options):
    return {key for key, reason in reasons(*arguments, **options).items() if not reason.keeps}


@pytest.mark.parametrize(
    ("why", "backups", "rules", "expected"),
    [
        ("young ones stay", [backup(1, 1.9), backup(2)], Rules(days=2), [Reason.RECENT, Reason.LAST_GOOD]),
        ("old ones go", [backup(1, 2.1), backup(2)], Rules(days=2), [Reason.PAST, Reason.LAST_GOOD]),
        ("the last good one never goes", [backup(1, 9000)], Rules(days=1), [Reason.LAST_GOOD]),
        (
            "a bad one that is newer does not stand for it",
            [backup(1, 9000), backup(2, 8000, good=False)],
            Rules(days=1),
            [Reason.LAST_GOOD, Reason.UNPROVED],
        ),
        (
            "a bad one goes with its age once a good one is newer",
            [backup(1, 5, good=False), backup(2, 1, good=False), backup(3)],
            Rules(days=2),
            [Reason.NOT_GOOD, Reason.RECENT, Reason.LAST_GOOD],
        ),
        ("without a good one nothing goes", [backup(1, 9000, good=False)], Rules(days=1), [Reason.NO_GOOD]),
        (
            "a minimum of good ones stays",
            [backup(1, 30), backup(2, 20), backup(3, 15, good=False), backup(4, 10)],
            Rules(days=1, min_good=2),
            [Reason.PAST, Reason.MINIMUM, Reason.NOT_GOOD, Reason.LAST_GOOD],
        ),
        (
            "a lock holds to its end",
            [
                backup(1, 40, lock=Lock("audit BPK")),
                backup(2, 30, lock=Lock("perkara", NOW + timedelta(seconds=1))),
                backup(3, 20, lock=Lock("perkara", NOW)),
                backup(4),
            ],
            Rules(days=1),
            [Reason.LOCKED, Reason.LOCKED, Reason.PAST, Reason.LAST_GOOD],
        ),
        (
            "a day begins in the office's zone: 23.30 WIB and 00.30 WIB are two days",
            [
                backup(1, at=datetime(2026, 11, 1, 16, 30, tzinfo=UTC)),
                backup(2, at=datetime(2026, 11, 1, 17, 30, tzinfo=UTC)),
                backup(3, at=datetime(2026, 11, 2, 16, 0, tzinfo=UTC)),
                backup(4),
            ],
            Rules(days=1, generations={Period.DAILY: Generation()}),
            [Reason.DAILY, Reason.DAILY, Reason.PAST, Reason.LAST_GOOD],
        ),
        (
            "an age ends a generation although its count is not reached",
            [backup(1, 81), backup(2, 40), backup(3)],
            Rules(days=1, generations={Period.MONTHLY: Generation(count=9, days=80)}),
            [Reason.PAST, Reason.MONTHLY, Reason.LAST_GOOD],
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_verdict_has_its_reason(why, backups, rules, expected):
    assert [reasons(backups, rules)[one.key] for one in backups] == expected


def test_generations_of_three_years_of_nightly_back_ups():
    nightly = [backup(n, n) for n in range(1095)]
    kept = {key: reason for key, reason in reasons(nightly).items() if reason.keeps}
    assert kept == {
        0: Reason.LAST_GOOD,
        1: Reason.RECENT,
        2: Reason.DAILY,
        3: Reason.DAILY,
        7: Reason.WEEKLY,  # Monday, 16 November
        14: Reason.WEEKLY,
        22: Reason.MONTHLY,  # 1 November
        53: Reason.MONTHLY,
        326: Reason.YEARLY,  # 1 January 2026
        691: Reason.YEARLY,
    }


def test_one_asset_is_judged_apart_from_the_others():
    backups = [backup(1, 50), backup(2), backup(3, 50, asset="sapk"), backup(4, asset="sapk")]
    assert gone(backups, Rules(days=1), held={"sapk"}) == {1}
    assert reasons(backups, Rules(days=1), held={"sapk"})[3] is Reason.HELD


history = st.lists(
    st.builds(
        lambda days, good, lock: (days, good, lock),
        st.floats(0, 1500),
        st.booleans(),
        st.sampled_from([None, Lock("x"), Lock("x", NOW + timedelta(days=1)), Lock("x", NOW - timedelta(days=1))]),
    ),
    max_size=60,
).map(lambda rows: [backup(n, days, good=good, lock=lock) for n, (days, good, lock) in enumerate(rows)])
generation = st.builds(Generation, st.none() | st.integers(0, 6), st.none() | st.integers(1, 900))
any_rules = st.builds(
    Rules, st.integers(1, 60), st.dictionaries(st.sampled_from(list(Period)), generation), st.integers(0, 5)
)


@given(history, any_rules)
def test_never_fewer_than_the_minimum_of_good_ones_stay(backups, rules):
    left = [one for one in backups if one.good and one.key not in gone(backups, rules)]
    assert len(left) >= min(max(1, rules.min_good), sum(one.good for one in backups))


@given(history, any_rules)
def test_the_last_good_one_and_what_is_locked_never_go(backups, rules):
    lost = gone(backups, rules)
    good = [one for one in backups if one.good]
    assert not good or max(good, key=lambda one: (one.at, one.key)).key not in lost
    assert not [one for one in backups if one.lock and one.lock.until != NOW - timedelta(days=1) and one.key in lost]


@given(history, any_rules)
def test_nothing_goes_while_its_asset_is_held(backups, rules):
    assert gone(backups, rules, held={"simpeg"}) == set()


@given(history, any_rules)
def test_what_has_gone_changes_nothing_of_what_stays(backups, rules):
    lost = gone(backups, rules)
    assert gone([one for one in backups if one.key not in lost], rules) == set()


# A count of 0 asks for the newest year's alone.
@given(history, st.floats(0, 1500), st.booleans(), st.none() | st.integers(1, 3))
def test_a_newer_back_up_never_un_keeps_the_only_yearly(backups, days, good, count):
    rules = Rules(days=1, generations={Period.YEARLY: Generation(count=count)})
    yearly = {key for key, reason in reasons(backups, rules).items() if reason is Reason.YEARLY}
    standing = {one.at.astimezone(JAKARTA).year for one in backups if one.good}
    latest = max((one.at for one in backups), default=NOW)
    newer = backup(999, at=latest + timedelta(days=days), good=good)
    if len(standing) == 1:
        assert not yearly & gone([*backups, newer], rules, now=newer.at)


@given(history, any_rules)
def test_a_back_up_that_is_not_good_never_takes_the_place_of_a_good_one(backups, rules):
    spoilt = backup(999, good=False)
    good = {one.key for one in backups if one.good}
    assert gone(backups, rules) & good == gone([*backups, spoilt], rules) & good


@given(history, any_rules)
def test_the_order_of_the_list_does_not_matter(backups, rules):
    assert gone(backups, rules) == gone(list(reversed(backups)), rules)


@given(history, any_rules, st.integers(1, 100))
def test_longer_rules_keep_no_less(backups, rules, more):
    assert gone(backups, replace(rules, days=rules.days + more)) <= gone(backups, rules)
