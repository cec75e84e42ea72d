"""Targets in service hours, against counting minute by minute."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from techdesk.clock import moment, parse
from techdesk.desk.service_hours import CLOSES, OPENS, WORKING_DAYS, due
from techdesk.errors import BadInput


def slow_due(start: datetime, minutes: int, zone: str) -> datetime:
    """Walks through time a minute at a time."""
    at, left = start, minutes
    while left:
        here = at.astimezone(ZoneInfo(zone))
        if here.weekday() in WORKING_DAYS and OPENS <= here.time() < CLOSES:
            left -= 1
        at += timedelta(minutes=1)
    return at


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 365 * 24 * 60),
    st.integers(1, 900),
    st.sampled_from(["Europe/London", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"]),
)
def test_due_is_where_a_minute_by_minute_count_arrives(minute: int, minutes: int, zone: str) -> None:
    begin = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    found = parse(due(moment(begin), minutes, zone))
    counted = slow_due(begin, minutes, zone)
    assert found == counted


def test_due_holds_its_wall_clock_across_the_end_of_summer_time() -> None:
    friday = "2026-10-23T13:00:00.000Z"  # 14:00 in London, two hours before service ends
    assert due(friday, 4 * 60, "Europe/London") == "2026-10-26T10:00:00.000Z"  # Monday 10:00, now GMT


def test_an_unknown_time_zone_is_refused() -> None:
    with pytest.raises(BadInput, match="Europe/London"):
        due("2026-10-23T13:00:00.000Z", 60, "Mars/Olympus")
