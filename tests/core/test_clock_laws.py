"""What holds for every calendar, start and amount."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cadangan.core import clock
from cadangan.core.calendar import DayMode, Season, SpecialDay, WorkCalendar
from cadangan.core.clock import Pause
from tests.core.calendars import calendar

FIRST, LAST = date(2026, 1, 1), date(2027, 12, 31)
ZERO = timedelta(0)
# A busy machine is no reason to fail.
law = settings(deadline=None)


@st.composite
def hours(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    """Up to three spans of a day, none included."""
    edges = draw(st.lists(st.integers(0, 24 * 60), unique=True, max_size=6).map(sorted))
    return tuple(zip(edges[0::2], edges[1::2], strict=False))


@st.composite
def weeks(draw: st.DrawFn) -> tuple[tuple[tuple[int, int], ...], ...]:
    """Weeks of any shape; two hours on Mondays keep the answers within the covered years."""
    opens = draw(st.integers(0, 22 * 60))
    return (((opens, draw(st.integers(opens + 120, 24 * 60))),), *draw(st.tuples(*[hours()] * 6)))


@st.composite
def calendars(draw: st.DrawFn) -> WorkCalendar:
    """Any weeks, a season, days off and added days, any mode that runs in working time."""
    days = st.dates(FIRST, date(2026, 6, 30))
    special = draw(st.dictionaries(days, hours(), max_size=8))
    begin = draw(days)
    return calendar(
        week=draw(weeks()),
        seasons=(Season(begin, begin + timedelta(days=29), draw(weeks())),),
        special_days=tuple(SpecialDay(day, spans, "uji") for day, spans in special.items()),
        day_mode=draw(st.sampled_from([DayMode.NEXT_DAY, DayMode.WORKING_HOURS, DayMode.END_OF_NEXT_DAY])),
    )


START = st.datetimes(datetime(2026, 1, 2), datetime(2026, 6, 30), timezones=st.just(UTC))  # noqa: DTZ001
AMOUNT = st.timedeltas(ZERO, timedelta(minutes=3000))
MINUTES = st.integers(0, 3000).map(lambda count: timedelta(minutes=count))
# Minutes as well as microseconds, so that starts hit the edges of breaks and days.
STARTS = START | START.map(lambda moment: moment.replace(second=0, microsecond=0))
AMOUNTS = AMOUNT | MINUTES


def in_working_time(cal: WorkCalendar, moment: datetime) -> bool:
    """Tell, minute by minute of the day, whether `moment` is working time or the end of some."""
    local = moment.astimezone(cal.zone)
    since = timedelta(hours=local.hour, minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    today = [(timedelta(minutes=a), timedelta(minutes=b)) for a, b in cal.hours_on(local.date())]
    ends_at_midnight = since == ZERO and (24 * 60) in [b for _, b in cal.hours_on(local.date() - timedelta(days=1))]
    return ends_at_midnight or any(opens <= since <= closes for opens, closes in today)


@law
@given(calendars(), STARTS, AMOUNTS)
def test_adding_lands_in_working_time_not_before_the_start(cal, start, amount):
    end = clock.add(cal, start, amount)
    assert end >= start
    assert in_working_time(cal, end)


@law
@given(calendars(), STARTS, st.integers(1, 5))
def test_days_land_in_working_time_after_the_start(cal, start, count):
    end = clock.add_days(cal, start, count)
    assert end > start
    assert in_working_time(cal, end)


@law
@given(calendars(), STARTS, STARTS, AMOUNTS, AMOUNTS)
def test_adding_is_monotone(cal, one_start, other_start, one_amount, other_amount):
    early, late = sorted([one_start, other_start])
    less, more = sorted([one_amount, other_amount])
    assert clock.add(cal, early, less) <= clock.add(cal, late, less)
    assert clock.add(cal, early, less) <= clock.add(cal, early, more)


@law
@given(calendars(), STARTS, STARTS, st.integers(1, 4))
def test_adding_days_is_monotone(cal, one, other, count):
    early, late = sorted([one, other])
    assert clock.add_days(cal, early, count) <= clock.add_days(cal, late, count)
    assert clock.add_days(cal, early, count) <= clock.add_days(cal, early, count + 1)


@law
@given(calendars(), STARTS, AMOUNTS)
def test_elapsed_inverts_adding(cal, start, amount):
    assert clock.elapsed(cal, start, clock.add(cal, start, amount)) == amount


@law
@given(calendars(), STARTS, AMOUNTS, AMOUNTS)
def test_adding_twice_is_adding_the_sum(cal, start, one, other):
    assume(other > ZERO)
    assert clock.add(cal, clock.add(cal, start, one), other) == clock.add(cal, start, one + other)


@law
@given(calendars(), STARTS, STARTS, STARTS)
def test_elapsed_adds_up(cal, one, two, three):
    assert clock.elapsed(cal, one, two) + clock.elapsed(cal, two, three) == clock.elapsed(cal, one, three)


@law
@given(calendars(), STARTS, st.integers(0, 1200))
def test_elapsed_equals_a_count_of_minutes(cal, start, minutes):
    start = start.replace(second=0, microsecond=0)
    opens = [
        start + timedelta(minutes=number)
        for number in range(minutes)
        if _minute_is_worked(cal, start + timedelta(minutes=number))
    ]
    assert clock.elapsed(cal, start, start + timedelta(minutes=minutes)) == timedelta(minutes=len(opens))


def _minute_is_worked(cal: WorkCalendar, moment: datetime) -> bool:
    local = moment.astimezone(cal.zone)
    minute = local.hour * 60 + local.minute
    return any(opens <= minute < closes for opens, closes in cal.hours_on(local.date()))


SPANS = st.lists(st.tuples(START, st.timedeltas(ZERO, timedelta(days=3))), max_size=5)


@law
@given(calendars() | calendars().map(lambda cal: cal.nonstop), STARTS, AMOUNTS, SPANS)
def test_pausing_loses_nothing(cal, start, amount, spans):
    pauses = [Pause(begins, begins + length, "menunggu SKPD") for begins, length in spans]
    due = clock.add(cal, start, amount)
    extended = clock.extend(cal, start, due, pauses)
    assert extended >= due
    assert clock.elapsed(cal, start, extended, pauses) == amount


@law
@given(calendars(), STARTS, AMOUNTS, SPANS)
def test_pauses_of_an_open_step_can_be_applied_as_they_come(cal, start, amount, spans):
    pauses = sorted(
        [Pause(begins, begins + length, "menunggu SKPD") for begins, length in spans], key=lambda p: p.start
    )
    assume(all(one.end <= two.start for one, two in pairwise(pauses)))
    due = clock.add(cal, start, amount)
    one_by_one = due
    for pause in pauses:
        one_by_one = clock.extend(cal, start, one_by_one, [pause])
    assert one_by_one == clock.extend(cal, start, due, pauses)
