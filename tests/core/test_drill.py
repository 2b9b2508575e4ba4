"""A drill proves what was unproved for the longest, within its budget, and in the end every asset."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cadangan.core.drill import Candidate, choose, newest

NOW = datetime(2026, 11, 25, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
NEVER = datetime.min.replace(tzinfo=UTC)


def candidate(key=1, asset="simpeg", days=1, **overrides):
    return Candidate(**({"key": key, "asset": asset, "at": NOW - timedelta(days=days)} | overrides))


ago = st.integers(0, 1000).map(lambda days: NOW - timedelta(days=days))
minutes = st.integers(0, 300).map(lambda count: timedelta(minutes=count))
rows = st.lists(
    st.builds(
        Candidate,
        key=st.just(0),
        asset=st.sampled_from("abcdef"),
        at=ago,
        proved_at=st.none() | ago,
        failed=st.booleans(),
        expected=minutes,
    ),
    max_size=30,
).map(lambda found: [replace(each, key=key) for key, each in enumerate(found)])


def run(waiting, budget):
    """What one run rehearses, in its order, when every rehearsal takes as long as was expected."""
    left, done = budget, []
    while chosen := choose([each for each in waiting if each not in done], left, anything_done=bool(done)):
        done.append(chosen)
        left -= chosen.expected
    return done


@given(rows)
def test_of_an_asset_only_the_newest_back_up_is_taken(found):
    taken = newest(found)

    assert len({each.asset for each in taken}) == len(taken) == len({each.asset for each in found})
    assert not [each for each in taken for other in found if other.asset == each.asset and other.at > each.at]


@given(rows, minutes)
def test_what_comes_first_was_unproved_for_the_longest_of_what_did_not_fail(found, budget):
    waiting = newest(found)
    done = run(waiting, budget)

    if done:
        sound = [each for each in waiting if not each.failed] or waiting
        assert (done[0].proved_at or NEVER) == min(each.proved_at or NEVER for each in sound)


@given(rows, minutes)
def test_a_run_stays_within_its_budget_but_for_its_first_rehearsal(found, budget):
    done = run(newest(found), budget)

    assert len(done) <= 1 or sum((each.expected for each in done), timedelta(0)) <= budget
    assert bool(done) == bool(found and budget > timedelta(0))
    assert len(set(done)) == len(done)


@given(rows, minutes)
def test_nothing_that_fits_is_left_while_time_is_left(found, budget):
    waiting = newest(found)
    done = run(waiting, budget)
    left = budget - sum((each.expected for each in done), timedelta(0))

    assert left <= timedelta(0) or not [each for each in waiting if each not in done and each.expected <= left]


@given(rows, st.integers(1, 300).map(lambda count: timedelta(minutes=count)))
def test_after_as_many_runs_as_there_are_assets_each_was_proved(found, budget):
    waiting = {each.asset: replace(each, failed=False) for each in newest(found)}
    proved = set()
    for number in range(len(waiting)):
        at = NOW + timedelta(days=number + 1)
        for done in run(list(waiting.values()), budget):
            proved.add(done.asset)
            waiting[done.asset] = replace(done, proved_at=at)

    assert proved == set(waiting)


def test_one_never_proved_comes_before_one_proved_long_ago_and_a_failed_one_last():
    old = candidate(1, "lama", proved_at=NOW - timedelta(days=900))
    never, failed = candidate(2, "belum"), candidate(3, "gagal", failed=True)

    assert run([failed, old, never], HOUR) == [never, old, failed]


def test_the_largest_is_proved_when_it_is_its_turn_and_left_out_behind_others():
    large = candidate(1, "besar", expected=10 * HOUR)
    small = candidate(2, "kecil", expected=HOUR / 2, proved_at=NOW)

    assert run([small, large], HOUR) == [large]
    assert run([replace(small, proved_at=None), replace(large, proved_at=NOW)], HOUR) == [
        replace(small, proved_at=None)
    ]


def test_no_time_is_no_rehearsal():
    assert choose([candidate()], timedelta(0), anything_done=False) is None
