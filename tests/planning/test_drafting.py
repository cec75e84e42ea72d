"""What the planner is given of the store's schools and technicians, and the lines that come of its draft."""

from datetime import date

import pytest

from techdesk.errors import BadInput
from techdesk.models.queries.rotations import working_week
from techdesk.planning import rotation
from techdesk.planning.cycle import Draft, Round, Unmet
from techdesk.planning.dates import mostly
from techdesk.planning.drafting import Prepared, explained, lines_of, prepare, visits_in
from tests.planning.world import FRIDAY, MONDAY, hours, line, school, wanted, worker


def open_days(prepared: Prepared, number: int = 0) -> list[int]:
    """The days of the cycle on which a school may be visited."""
    return [prepared.days[day] for day in prepared.rotation.sites[number].open_days]


def test_a_short_time_has_the_days_that_are_really_open() -> None:
    closed = school(1, hours=hours((("2026-11-25", "2026-11-25"),)))
    assert open_days(prepare(wanted([closed], [worker("ann")]))) == [0, 1, 3, 4, 7, 8, 9, 10, 11]


def test_in_a_long_time_a_day_counts_when_it_is_mostly_open() -> None:
    once = hours((("2026-11-23", "2026-11-23"),))
    mondays = hours(tuple((day, day) for day in ("2026-11-23", "2026-12-07", "2026-12-21")))
    prepared = prepare(
        wanted([school(1, hours=once), school(2, hours=mondays)], [worker("ann")], last=date(2026, 12, 31))
    )
    assert 0 in open_days(prepared, 0)
    assert 0 not in open_days(prepared, 1) and 7 in open_days(prepared, 1)


def test_the_days_and_times_that_a_school_wants_are_kept_to() -> None:
    choosy = school(1, days=(1, 3))
    early = school(2, hours=hours(week="mon-thu 08:00-16:00; fri 08:00-10:00"))
    prepared = prepare(wanted([choosy, early], [worker("ann")]))
    assert open_days(prepared, 0) == [1, 3, 8, 10]
    assert open_days(prepared, 1) == [0, 1, 2, 3, 7, 8, 9, 10]


def test_who_works_when_counts_with_weekends_and_leave() -> None:
    part = worker(
        "ann", week=working_week("mon 08:00-12:00; sat 09:00-17:00", None), away=(("2026-11-30", "2026-11-30"),)
    )
    prepared = prepare(wanted([school(1)], [part]))
    assert prepared.days == (0, 5, 7, 12)
    assert dict(prepared.rotation.technicians[0].minutes) == {0: 240.0, 1: 480.0}


@pytest.mark.parametrize(
    ("fields", "weeks", "visits"),
    [({}, 2, 1), ({}, 4, 2), ({"visits": 2, "weeks": 1}, 2, 4), ({"visits": None, "per_term": 13}, 2, 2),
     ({"visits": None, "per_term": 6}, 2, 1), ({"visits": 0}, 2, 0), ({"visits": None}, 2, 1)],
)  # fmt: skip
def test_the_cadence_is_what_the_school_wishes_else_what_it_has_bought(
    fields: dict[str, object], weeks: int, visits: int
) -> None:
    assert visits_in(school(1, **fields), weeks) == visits


def test_of_more_visits_bought_than_days_exist_those_that_fit_are_planned_and_the_rest_told() -> None:
    prepared = prepare(wanted([school(1, visits=12), school(2)], [worker("ann")]))
    draft = explained(prepared, rotation.plan(prepared.rotation, seconds=0.05, processes=1))
    assert sorted(one.day for one in draft.visits if one.site == "S1") == list(range(10))
    assert [(one.site, one.missing) for one in draft.unmet] == [("S1", 2)]
    assert [one.why for one in draft.unmet] == ["12 visits were agreed, and it is open on only 10 days of the cycle"]


def test_a_place_that_is_not_known_or_in_another_country_is_flagged_and_never_routed() -> None:
    schools = [school(1), school(2, latitude=None, longitude=None), school(3, latitude=-33.9, longitude=151.2)]
    prepared = prepare(wanted(schools, [worker("ann"), worker("bob", latitude=None, longitude=None)]))
    assert [note.split(":")[0] for note in prepared.notes] == [
        "School 2 has no coordinates",
        "School 3 lies too far from the others to be right",
        "bob has no base, and is not sent out",
    ]
    assert [site.place is None for site in prepared.rotation.sites] == [False, True, True]
    assert [one.id for one in prepared.rotation.technicians] == ["ann"]
    made = Draft(rounds=(), unmet=(Unmet(site="S2", missing=1, why="?"), Unmet(site="S3", missing=1, why="?")))
    assert [one.why for one in explained(prepared, made).unmet] == [
        "?",
        "its coordinates lie too far from the other schools to be right: correct them",
    ]


def test_a_visit_longer_than_the_school_is_open_says_so() -> None:
    prepared = prepare(wanted([school(1, minutes=630), school(2)], [worker("ann")]))
    draft = explained(prepared, rotation.plan(prepared.rotation, seconds=0.05, processes=1))
    hours = max(end - begin for spans in school(1).hours.week for begin, end in spans)
    assert [one.why for one in draft.unmet] == [
        f"a visit of 630 minutes is longer than the {hours} minutes that it is open"
    ]


def test_a_technician_without_skills_is_told_where_skills_are_needed() -> None:
    notes = prepare(wanted([school(1, skills=frozenset({"network"}))], [worker("ann")])).notes
    assert notes == ("ann has no skills noted.",)


def test_a_wish_below_what_was_bought_is_told() -> None:
    notes = prepare(wanted([school(1, per_term=26), school(2, per_term=6)], [worker("ann")])).notes
    assert notes == ("School 1 wishes fewer visits than it bought: 1 of 4 in 2 weeks are planned.",)


def test_schools_without_anything_agreed_are_left_out_beside_those_that_have() -> None:
    prepared = prepare(wanted([school(1), school(2, visits=None)], [worker("ann")]))
    assert [site.id for site in prepared.rotation.sites] == ["S1"]
    assert prepared.notes == ("1 school has no visits agreed, and none planned.",)


@pytest.mark.parametrize(
    ("fields", "why"),
    [({"weeks": 7}, "1 to 6 weeks"), ({"last": date(2026, 1, 1)}, "first day is after the last"),
     ({"last": date(2036, 12, 31)}, "ten years at most"),
     ({"schools": [school(number) for number in range(250)], "last": date(2036, 11, 1)}, "64,875 visits"),
     ({"crew": []}, "no technician"),
     ({"schools": []}, "no school to visit"),
     ({"schools": [school(1, hours=hours((("2026-11-01", "2026-12-31"),)))]}, "No school is open")],
)  # fmt: skip
def test_what_cannot_be_planned_at_all_is_a_sentence(fields: dict[str, object], why: str) -> None:
    given = {"schools": [school(1)], "crew": [worker("ann")]} | fields
    with pytest.raises(BadInput, match=why):
        prepare(wanted(**given))  # type: ignore[arg-type]


def test_a_line_has_the_hour_at_which_the_technician_arrives() -> None:
    prepared = prepare(wanted([school(1), school(2)], [worker("ann", week=working_week("mon-fri 08:30-16:30", None))]))
    made = Draft(rounds=(Round(day=5, technician="ann", sites=("S1", "S2"), travel=0, on_site=0),), unmet=())
    way = prepared.book.between("S1", "S2")
    [one, two] = lines_of(prepared, made)
    assert one == ("S1", 7, "ann", 1, 510 + 4, 180, 0, None)
    assert two[4] == 514 + 180 + -(-way // 1)


def test_what_is_not_met_is_a_line_without_a_day() -> None:
    prepared = prepare(wanted([school(1)], [worker("ann")]))
    made = Draft(rounds=(), unmet=(Unmet(site="S1", missing=1, why="full"),))
    assert lines_of(prepared, made) == [("S1", None, None, 0, None, 180, 1, "full")]


def test_planned_anew_each_change_says_why_and_the_rest_stays() -> None:
    schools = [school(number) for number in range(1, 6)]
    schools[1] = school(2, hours=hours((("2026-11-24", "2026-11-24"),)))
    before = [line(1, 0, "ann"), line(2, 1, "ann"), line(3, 2, "bob"), line(4, 3, "ann")]
    prepared = prepare(wanted(schools, [worker("ann"), worker("bob")], before=before, without=["bob"], starts=MONDAY))
    made = lines_of(prepared, rotation.plan(prepared.rotation, seconds=0.1, processes=1))
    why = {site: said for site, *_, said in made}
    assert why == {
        "S1": None,
        "S2": "the school is closed on the day it had, or does not want it",
        "S3": "bob does not come",
        "S4": None,
        "S5": "new: it was not in the plan before",
    }


def test_ten_years_are_planned_like_ten_weeks() -> None:
    christmas = tuple((f"{year}-12-20", f"{year + 1}-01-03") for year in range(2026, 2036))
    prepared = prepare(wanted([school(1, hours=hours(christmas))], [worker("ann")], last=date(2036, 11, 1)))
    assert open_days(prepared) == [0, 1, 2, 3, 4, 7, 8, 9, 10, 11] and prepared.wanted.last > FRIDAY


def test_a_day_of_which_half_the_dates_will_do_counts_and_one_with_none_does_not() -> None:
    dates = [date(2026, 11, 23), date(2026, 12, 7)]
    assert mostly(dates, dates[:1]) and not mostly(dates, []) and not mostly([], [])
