"""Plain recurrences: the field's words, exclusions, and rules that nobody should follow to the end."""

from datetime import date, datetime, time, timedelta

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from techdesk.errors import BadInput
from techdesk.planning.matching import can_match
from techdesk.planning.recurrence import MOST, ORDINALS, WEEKDAYS, Recurrence, every_weeks, nth_weekday

START, END = date(2026, 9, 1), date(2027, 7, 31)


def test_first_monday_of_each_month() -> None:
    days = Recurrence(rule=nth_weekday("first", "MO"), start=START).days(START, date(2026, 12, 31))
    assert days == [date(2026, 9, 7), date(2026, 10, 5), date(2026, 11, 2), date(2026, 12, 7)]


def test_a_fifth_friday_is_only_where_there_is_one() -> None:
    days = Recurrence(rule=nth_weekday("fifth", "FR"), start=START).days(START, date(2026, 12, 31))
    assert days == [date(2026, 10, 30)]


def test_days_are_left_out_and_added() -> None:
    rule = Recurrence(
        rule=every_weeks(2, ["TU"]),
        start=START,
        without=frozenset({date(2026, 9, 15)}),
        besides=frozenset({date(2026, 9, 16), date(2030, 1, 1)}),
    )
    assert rule.days(START, date(2026, 9, 30)) == [date(2026, 9, 1), date(2026, 9, 16), date(2026, 9, 29)]


@settings(max_examples=40)
@given(
    st.sampled_from(sorted(ORDINALS)),
    st.sampled_from(WEEKDAYS),
    st.integers(1, 4),
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
)
def test_nth_weekdays_are_those_of_the_calendar(nth: str, weekday: str, every: int, start: date) -> None:
    end = start + timedelta(days=400)
    for day in Recurrence(rule=nth_weekday(nth, weekday, every=every), start=start).days(start, end):
        assert day.weekday() == WEEKDAYS.index(weekday)
        number = ORDINALS[nth]
        assert (day + timedelta(days=7)).month != day.month if number < 0 else (day.day - 1) // 7 + 1 == number


@settings(max_examples=40)
@given(st.integers(1, 5), st.sets(st.sampled_from(WEEKDAYS), min_size=1), st.dates(date(2020, 1, 1), date(2030, 1, 1)))
def test_weeks_are_those_of_the_standard(weeks: int, weekdays: set[str], start: date) -> None:
    rule = every_weeks(weeks, weekdays)
    end = start + timedelta(days=200)
    begin, over = (datetime.combine(day, time()) for day in (start, end))
    expected = [moment.date() for moment in rrulestr(rule, dtstart=begin).between(begin, over, inc=True)]
    assert Recurrence(rule=rule, start=start).days(start, end) == expected


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "every tuesday",
        "FREQ=SOMETIMES",
        "FREQ=HOURLY",
        "FREQ=DAILY;BYDAY=9XX",
        "DTSTART:20260101\nRRULE:FREQ=DAILY",
    ],
)
def test_what_is_no_rule_is_refused_with_a_sentence(rule: str) -> None:
    with pytest.raises(BadInput, match=r"rule|recurs within a day|brings more"):
        Recurrence(rule=rule, start=START).days(START, END)


@pytest.mark.parametrize(
    "rule", ["FREQ=DAILY;INTERVAL=0", "freq=weekly;interval=-1;byday=MO", "FREQ=MONTHLY;INTERVAL=00"]
)
def test_a_rule_that_never_moves_on_is_refused_before_it_is_followed(rule: str) -> None:
    with pytest.raises(BadInput, match="its INTERVAL is 1 or more"):
        Recurrence(rule=rule, start=date(2026, 1, 1)).days(START, END)


@pytest.mark.parametrize("rule", ["FREQ=DAILY;COUNT=0", "FREQ=MONTHLY;BYMONTHDAY=0;COUNT=3", "FREQ=YEARLY;BYMONTH=0"])
def test_a_rule_whose_other_parts_are_zero_ends_with_no_day(rule: str) -> None:
    assert Recurrence(rule=rule, start=date(2026, 1, 1)).days(START, END) == []


def test_a_rule_without_end_gives_no_more_than_asked_for() -> None:
    assert len(Recurrence(rule="FREQ=DAILY", start=START).days(START, date(2099, 1, 1))) == MOST


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=YEARLY;INTERVAL=2;BYMONTH=2;BYMONTHDAY=29",
        "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=6",
        "FREQ=DAILY;BYMONTH=4;BYMONTHDAY=31",
        "FREQ=MONTHLY;BYMONTH=2;BYDAY=5MO;INTERVAL=13",
    ],
)
def test_a_rule_that_matches_no_day_is_not_followed_to_the_end_of_time(rule: str) -> None:
    assert not can_match(rule, date(2025, 3, 1), date(2035, 3, 1))


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;INTERVAL=3",
        "FREQ=DAILY;BYMONTH=6;BYMONTHDAY=-1",
        "FREQ=WEEKLY;INTERVAL=4;BYDAY=TU,FR;WKST=SU",
        "FREQ=MONTHLY;BYMONTHDAY=31",
        "FREQ=MONTHLY;INTERVAL=5;BYDAY=5WE",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
        "FREQ=YEARLY;INTERVAL=3;BYYEARDAY=-1",
        "FREQ=YEARLY;BYDAY=20MO",
        "FREQ=YEARLY;BYMONTH=11;BYDAY=+1TU",
    ],
)
@pytest.mark.parametrize("start", [date(2025, 3, 1), date(2026, 12, 31)])
def test_what_dateutil_finds_could_be_found(rule: str, start: date) -> None:
    found = next(iter(rrulestr(rule, dtstart=datetime.combine(start, time()))))
    assert can_match(rule, start, found.date())


@pytest.mark.parametrize(("nth", "weekday"), [("sixth", "MO"), ("first", "monday")])
def test_a_day_that_is_none_is_refused(nth: str, weekday: str) -> None:
    with pytest.raises(BadInput, match="no day of a month"):
        nth_weekday(nth, weekday)
