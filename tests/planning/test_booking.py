"""A rotation becomes visits on dates: closed days and leave, holidays, what finds no place."""

from datetime import date, timedelta
from itertools import pairwise

from techdesk.models.queries.bought import Allowance
from techdesk.models.queries.rotations import Crew, PlanLine, School
from techdesk.planning.booking import Booker, Bookings
from tests.planning.world import FRIDAY, MONDAY, book, hours, line, school, worker


def booked(
    lines: list[PlanLine],
    schools: list[School],
    crew: list[Crew],
    last: date = FRIDAY,
    first: date = MONDAY,
    weeks: int = 2,
) -> Bookings:
    return Booker(lines, crew, schools, book(schools, crew)).book(weeks, MONDAY, first, last)


def days(made: Bookings) -> list[tuple[str, str]]:
    return [(visit.line.site, f"{visit.day:%d %b}") for visit in made.visits]


def test_the_days_of_the_cycle_come_again_week_after_week() -> None:
    made = booked([line(1, 8, "ann")], [school(1)], [worker("ann")], date(2026, 12, 18))
    assert days(made) == [("School 1", "01 Dec"), ("School 1", "15 Dec")]
    assert [visit.starts for visit in made.visits] == [480, 480] and not made.moved


def test_holidays_are_no_weeks_of_the_cycle() -> None:
    shut = hours((("2026-12-21", "2027-01-03"),))
    made = booked([line(1, 1, "ann")], [school(1, hours=shut)], [worker("ann")], date(2027, 1, 29))
    assert days(made) == [
        ("School 1", "24 Nov"),
        ("School 1", "08 Dec"),
        ("School 1", "05 Jan"),
        ("School 1", "19 Jan"),
    ]
    assert all(later.day - visit.day >= timedelta(days=14) for visit, later in pairwise(made.visits))


def test_a_closed_day_is_booked_again_where_it_costs_least_and_says_why() -> None:
    shut = hours((("2026-11-23", "2026-11-23"),))
    made = booked([line(1, 0, "ann"), line(2, 2, "ann")], [school(1, hours=shut), school(2)], [worker("ann")])
    [moved] = made.moved
    assert (moved.line.site, moved.planned, moved.why) == ("School 1", MONDAY, "the school is closed")
    assert moved.day > MONDAY and len(made.visits) == 2 and not made.missed


def test_a_visit_that_joins_a_day_gets_its_hour_after_the_others() -> None:
    schools = [school(1, hours=hours((("2026-11-23", "2026-11-23"),)), days=(0, 1)), school(2)]
    made = booked([line(1, 0, "ann"), line(2, 1, "ann")], schools, [worker("ann")], date(2026, 11, 27))
    one, two = made.visits
    assert one.day == two.day == date(2026, 11, 24)
    assert two.starts >= one.starts + 180


def test_who_is_away_is_stood_in_for_or_comes_another_day() -> None:
    away = worker("ann", away=(("2026-11-23", "2026-12-04"),))
    made = booked([line(1, 1, "ann")], [school(1)], [away, worker("bob")])
    assert [(visit.technician_id, visit.why) for visit in made.visits] == [("bob", "ann is away")]


def test_nobody_takes_more_than_their_hours_and_the_rest_is_told() -> None:
    one_day = hours(tuple((f"2026-11-{day}", f"2026-11-{day}") for day in (23, 25, 26, 27)))
    schools = [school(number, hours=one_day) for number in (1, 2, 3)]
    made = booked(
        [line(number, 0, "ann") for number in (1, 2, 3)], schools, [worker("ann")], date(2026, 11, 27), weeks=1
    )
    assert len(made.visits) == 2
    assert [(missed.line.site, missed.why) for missed in made.missed] == [
        ("School 3", "the school is closed, and nobody has room for it within 9 days")
    ]


def test_who_stands_in_has_the_skills() -> None:
    away = worker("ann", away=(("2026-11-23", "2026-12-04"),), skills=frozenset({"network"}))
    made = booked([line(1, 1, "ann")], [school(1, skills=frozenset({"network"}))], [away, worker("bob")])
    assert not made.visits and len(made.missed) == 1


def test_nothing_is_booked_before_the_first_day() -> None:
    shut = hours((("2026-11-25", "2026-11-27"),))
    made = booked([line(1, 3, "ann")], [school(1, hours=shut)], [worker("ann")], FRIDAY, date(2026, 11, 26))
    assert [visit.day >= date(2026, 11, 26) for visit in made.visits] == [True]


def test_a_school_that_is_gone_is_told() -> None:
    made = booked([line(1, 1, "ann")], [school(2)], [worker("ann")])
    assert [missed.why.split(",")[0] for missed in made.missed] == ["the school is not visited any more"]


def test_nothing_is_booked_after_the_agreement_ends_and_that_is_told() -> None:
    made = booked([line(1, 1, "ann")], [school(1, ends="2026-12-07")], [worker("ann")], date(2026, 12, 18))
    assert days(made) == [("School 1", "24 Nov")]
    assert [(str(missed.day), missed.why) for missed in made.missed] == [
        ("2026-12-08", "its agreement ends on 2026-12-07")
    ]


def test_no_more_visits_are_made_than_were_bought_and_they_are_spread_over_the_term() -> None:
    crew, schools = [worker("ann")], [school(1, hours=hours((("2026-12-08", "2026-12-08"),)))]
    bought = {"S1": [Allowance("2026-09-01", "2026-12-18", 4, 2)]}
    booker = Booker([line(1, 1, "ann")], crew, schools, book(schools, crew), bought)
    made = booker.book(1, MONDAY, MONDAY, date(2027, 1, 8))
    assert days(made) == [("School 1", f"{day}") for day in ("24 Nov", "15 Dec", "22 Dec", "29 Dec", "05 Jan")]
    assert made.notes == [
        "School 1: 2 of 4 visits are not planned, as 4 are bought for the term to 18 Dec 2026, of which 2 are made or"
        " planned."
    ]


def test_days_longer_than_the_working_time_are_told() -> None:
    lines = [line(number, 1, "ann", number) for number in (1, 2, 3)]
    made = booked(lines, [school(1), school(2), school(3)], [worker("ann")], date(2026, 12, 11))
    assert made.notes == ["ann is up to 95 minutes over their hours on Tue 24 Nov and Tue 08 Dec."]


def test_an_agreement_that_has_ended_makes_no_visits() -> None:
    made = booked([line(1, 1, "ann")], [school(1, ends="2026-11-20")], [worker("ann")])
    assert [missed.why for missed in made.missed] == ["its agreement ended on 2026-11-20"] and not made.visits
