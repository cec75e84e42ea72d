"""Service hours, against counting minute by minute."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from techdesk.clock import moment, parse
from techdesk.desk.service_hours import USUAL, Hours, due, elapsed, is_open, latest_start, spans, week, zone
from techdesk.errors import BadInput, Refused

ZONES = ("Europe/London", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe")
WEEKS = (
    USUAL,
    "mon-fri 08:00-12:00 13:00-16:30; wed 08:00-12:30",
    "mon-thu 22:00-06:00; sat 10:00-11:15",
    "24/7",
    "sun 09:00-24:00",
)
MONTH = date(2026, 10, 12)
DAYS = [(MONTH + timedelta(days=each)).isoformat() for each in range(40)]


def closures(chosen: set[int]) -> tuple[tuple[str, str], ...]:
    """Closures of one day each, apart from each other."""
    return tuple((DAYS[each], DAYS[each]) for each in sorted(chosen))


@st.composite
def some_hours(draw: st.DrawFn) -> Hours:
    closed = draw(st.sets(st.integers(0, 39), max_size=12))
    special = draw(st.dictionaries(st.sampled_from(DAYS), st.sampled_from(["09:00-10:15", "closed", "21:00-02:00"]),
                                   max_size=3))  # fmt: skip
    return Hours(ZoneInfo(draw(st.sampled_from(ZONES))), week(draw(st.sampled_from(WEEKS))), closures(closed),
                 tuple((day, spans(text)) for day, text in special.items()))  # fmt: skip


def served(at: datetime, hours: Hours) -> bool:
    """Whether the minute that begins then is one of service: by the clock on the wall, today's times and yesterday's."""
    here = at.astimezone(hours.zone)
    minute = here.hour * 60 + here.minute
    for back in (0, 1):
        day = (here.date() - timedelta(days=back)).isoformat()
        closed = any(first <= day <= last for first, last in hours.closed)
        usual = () if closed else hours.week[date.fromisoformat(day).weekday()]
        if any(begin <= minute + back * 1440 < end for begin, end in dict(hours.special).get(day, usual)):
            return True
    return False


# Three weeks around the end of summer time in London and New York, and its beginning on Lord Howe is a week before.
instants = st.integers(0, 21 * 24 * 60).map(lambda each: datetime(2026, 10, 14, tzinfo=UTC) + timedelta(minutes=each))


@settings(max_examples=60, deadline=None)
@given(some_hours(), instants, st.integers(1, 900))
def test_due_is_where_a_minute_by_minute_count_arrives(hours: Hours, begin: datetime, minutes: int) -> None:
    at, left = begin, minutes
    while left and at < begin + timedelta(days=16):
        left -= served(at, hours)
        at += timedelta(minutes=1)
    if not left:
        assert parse(due(moment(begin), minutes, hours)) == at


@settings(max_examples=60, deadline=None)
@given(some_hours(), instants, st.integers(0, 6 * 24 * 60))
def test_the_minutes_between_two_moments_are_those_counted_one_by_one(hours: Hours, begin: datetime, span: int) -> None:
    counted = sum(served(begin + timedelta(minutes=each), hours) for each in range(span))
    assert elapsed(moment(begin), moment(begin + timedelta(minutes=span)), hours) == counted


@settings(max_examples=60, deadline=None)
@given(some_hours(), instants, st.integers(1, 900))
def test_who_begins_at_the_latest_start_is_done_in_time_and_not_before(
    hours: Hours, end: datetime, minutes: int
) -> None:
    try:
        start = latest_start(moment(end), minutes, hours)
    except Refused:
        return
    assert elapsed(start, moment(end), hours) == minutes
    assert served(parse(start), hours)


def test_due_holds_its_wall_clock_across_the_end_of_summer_time() -> None:
    friday = "2026-10-23T13:00:00.000Z"  # 14:00 in London, two hours before service ends
    usual = Hours(zone("Europe/London"), week(USUAL))
    assert due(friday, 4 * 60, usual) == "2026-10-26T10:00:00.000Z"  # Monday 10:00, now GMT


def test_a_closed_day_is_passed_over() -> None:
    hours = Hours(zone("Europe/London"), week(USUAL), (("2026-12-19", "2027-01-03"),))
    assert due("2026-12-18T15:00:00.000Z", 120, hours) == "2027-01-04T09:00:00.000Z"
    assert not is_open(hours, date(2026, 12, 25))


def test_hours_that_are_never_open_are_refused_with_what_to_do() -> None:
    with pytest.raises(Refused, match="techdesk calendar hours"):
        due("2026-12-18T15:00:00.000Z", 120, Hours(zone("Europe/London"), week("none")))


def test_an_unknown_time_zone_is_refused() -> None:
    with pytest.raises(BadInput, match="Europe/London"):
        zone("Mars/Olympus")


@pytest.mark.parametrize(
    "text", ["mon", "noon 08:00-12:00", "mon 8-12", "mon 08:00-08:00", "mon 25:00-26:00", "mon 08:00-12:00 11:00-13:00"]
)
def test_hours_that_cannot_be_read_are_refused_with_an_example(text: str) -> None:
    with pytest.raises(BadInput, match="mon-fri 08:00-16:00"):
        week(text)
