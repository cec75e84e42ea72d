"""Rotations: drafted, moved by hand, published as visits; what a later one does to those of an earlier one."""

import pytest

from techdesk.desk.ids import new_id
from techdesk.desk.publishing import PublishRotation
from techdesk.desk.rotations import DraftRotation, DropRotation, MoveLine
from techdesk.desk.tx import Row
from techdesk.desk.visits import PlanVisit, StartVisit
from techdesk.errors import BadInput, NotFound, Refused
from techdesk.models.undoing import undo
from tests.desk.conftest import Desk

Line = tuple[str, int | None, str | None, int, int | None, int, int, str | None]


def line(site: str, day: int | None, who: str | None, starts: int | None = 480) -> Line:
    return (site, day, who, 1, starts, 180, int(day is None), "full" if day is None else None)


def draft(desk: Desk, *lines: Line, name: str = "Autumn", first: str = "2026-11-23", last: str = "2026-12-04") -> str:
    id = new_id()
    desk.do(DraftRotation(id=id, name=name, weeks=2, starts="2026-11-23", first=first, last=last, lines=lines))
    return id


def lines(desk: Desk, rotation: str) -> list[Row]:
    return sorted(
        desk.tx.find("rotation_line", rotation_id=rotation), key=lambda row: (str(row["site_id"]), str(row["id"]))
    )


def publish(desk: Desk, rotation: str, *days: str, starts: int = 480, who: str | None = None) -> str:
    planned = [row for row in lines(desk, rotation) if row["day"] is not None]
    visits = tuple((str(row["id"]), day, starts, who or desk.me) for row, day in zip(planned, days, strict=True))
    return desk.do(PublishRotation(rotation_id=rotation, visits=visits)).said


def visits(desk: Desk) -> list[tuple[object, object]]:
    found = desk.tx.find("visit", order="planned_start")
    return [(row["planned_start"], row["state"]) for row in found]


def test_a_draft_says_what_it_holds_and_what_cannot_be_made(desk: Desk) -> None:
    site, id = desk.site(), new_id()
    plan = (line(site, 1, desk.me), line(site, None, None))
    said = desk.do(
        DraftRotation(id=id, name="A", weeks=1, starts="2026-11-23", first="2026-11-23", last="2026-12-04", lines=plan)
    ).said
    assert said == "A: 1 visits, 1 that were agreed cannot be made."


@pytest.mark.parametrize(
    "wrong",
    [{"starts": "2026-11-24"}, {"weeks": 7}, {"last": "2026-11-01"}, {"last": "2040-01-01"}, {"name": " "},
     {"lines": (("s", 14, "t", 1, 480, 180, 0, None),)}, {"lines": (("s", 1, None, 1, 480, 180, 0, None),)}],
)  # fmt: skip
def test_a_draft_that_no_calendar_could_hold_is_refused(wrong: dict[str, object]) -> None:
    right = {"id": "r", "name": "A", "weeks": 2, "starts": "2026-11-23", "first": "2026-11-23", "last": "2026-12-04"}
    with pytest.raises(BadInput):
        DraftRotation(**(right | wrong))  # type: ignore[arg-type]


def test_a_moved_visit_brings_the_turns_of_the_day_with_it(desk: Desk) -> None:
    one, two = desk.site(), desk.site(code="2006", name="Beech Hill")
    rotation = draft(desk, line(one, 0, desk.me), line(two, 0, desk.me, 700))
    mine = next(row for row in lines(desk, rotation) if row["site_id"] == one)
    other = next(row for row in lines(desk, rotation) if row["site_id"] == two)
    said = desk.do(MoveLine(id=str(mine["id"]), day=8, rank=1, starts=490, others=((str(other["id"]), 1, 480),))).said
    assert said == "Abbey Park is visited on Tuesday of week 2."
    assert [(row["day"], row["starts"]) for row in lines(desk, rotation) if row["site_id"] == one] == [(8, 490)]
    assert [(row["rank"], row["starts"]) for row in lines(desk, rotation) if row["site_id"] == two] == [(1, 480)]


def test_a_visit_without_a_day_gets_one_by_hand(desk: Desk) -> None:
    rotation = draft(desk, line(desk.site(), None, None))
    [row] = lines(desk, rotation)
    desk.do(MoveLine(id=str(row["id"]), day=3, technician_id=desk.me, rank=1, starts=480))
    [row] = lines(desk, rotation)
    assert (row["day"], row["missing"], row["why"]) == (3, 0, "placed by hand")


def test_only_a_draft_can_be_moved_published_or_dropped(desk: Desk) -> None:
    rotation = draft(desk, line(desk.site(), 1, desk.me))
    publish(desk, rotation, "2026-11-24")
    [row] = lines(desk, rotation)
    for command in (
        MoveLine(id=str(row["id"]), day=2),
        PublishRotation(rotation_id=rotation, visits=()),
        DropRotation(rotation_id=rotation),
    ):
        with pytest.raises(Refused, match="Autumn is published, so you cannot"):
            desk.do(command)
    with pytest.raises(NotFound):
        desk.do(MoveLine(id=new_id(), day=2))


def test_a_day_beyond_the_cycle_is_refused(desk: Desk) -> None:
    [row] = lines(desk, draft(desk, line(desk.site(), 1, desk.me)))
    with pytest.raises(Refused, match="2 weeks"):
        desk.do(MoveLine(id=str(row["id"]), day=14))


def test_published_visits_stand_at_the_hour_of_the_schools_own_clock_through_summer_time(desk: Desk) -> None:
    rotation = draft(desk, line(desk.site(), 4, desk.me), line(desk.site(), 4, desk.me), last="2027-04-30")
    assert publish(desk, rotation, "2027-03-26", "2027-04-02", starts=490) == "Autumn is published: 2 visits."
    assert [start for start, _ in visits(desk)] == ["2027-03-26T08:10:00.000Z", "2027-04-02T07:10:00.000Z"]


def test_a_later_rotation_moves_the_visits_ahead_and_calls_off_what_it_has_no_place_for(desk: Desk) -> None:
    one, two = desk.site(), desk.site(code="2006", name="Beech Hill")
    before = draft(desk, line(one, 1, desk.me), line(two, 2, desk.me))
    publish(desk, before, "2026-11-24", "2026-11-25")
    ids = {row["site_id"]: row["id"] for row in desk.tx.find("visit")}
    after = draft(desk, line(one, 3, desk.me), name="Anew")
    assert publish(desk, after, "2026-11-26") == "Anew is published: 1 visits, 1 called off (Beech Hill)."
    found = {row["site_id"]: row for row in desk.tx.find("visit")}
    assert (found[one]["id"], found[one]["planned_start"]) == (ids[one], "2026-11-26T08:00:00.000Z")
    assert (found[two]["state"], found[two]["reason"]) == ("cancelled", "not in the rotation Anew")
    assert (desk.tx.get("rotation", before) or {})["state"] == "superseded"


def test_what_has_begun_or_lies_outside_the_days_stays_as_it_was(desk: Desk) -> None:
    one, two = desk.site(), desk.site(code="2006", name="Beech Hill")
    before = draft(desk, line(one, 1, desk.me), line(two, 2, desk.me), last="2026-12-18")
    publish(desk, before, "2026-11-24", "2026-12-16")
    begun = next(row for row in desk.tx.find("visit") if row["site_id"] == one)
    desk.do(StartVisit(visit_id=str(begun["id"])))
    publish(desk, draft(desk, name="Anew"))
    assert sorted(state for _, state in visits(desk)) == ["on_site", "planned"]
    assert (desk.tx.get("rotation", before) or {})["state"] == "published"


def test_a_visit_planned_by_hand_on_the_same_day_is_not_made_twice(desk: Desk) -> None:
    site, id = desk.site(), new_id()
    desk.do(PlanVisit(id=id, site_id=site, technician_id=desk.me, planned_start="2026-11-24T10:00:00.000Z",
                      planned_end="2026-11-24T12:00:00.000Z"))  # fmt: skip
    rotation = draft(desk, line(site, 1, desk.me))
    publish(desk, rotation, "2026-11-24")
    [found] = desk.tx.find("visit")
    assert (found["id"], found["rotation_id"]) == (id, rotation)
    assert found["planned_start"] == "2026-11-24T08:00:00.000Z"


def test_undo_takes_a_whole_publication_back(desk: Desk) -> None:
    rotation = draft(desk, line(desk.site(), 1, desk.me))
    publish(desk, rotation, "2026-11-24")
    undo(desk.store)
    assert visits(desk) == [] and (desk.tx.get("rotation", rotation) or {})["state"] == "draft"


def test_a_draft_for_a_site_that_is_not_known_is_refused(desk: Desk) -> None:
    with pytest.raises(NotFound, match="1 of its sites are not known here"):
        draft(desk, line(desk.site(), 1, desk.me), line(new_id(), 1, desk.me))


def test_nothing_is_made_in_the_past_nor_where_somebody_has_been_that_day(desk: Desk) -> None:
    sites = [desk.site(code=str(number), name=f"School {number}") for number in (1, 2, 3)]
    before = draft(desk, *(line(site, 0, desk.me) for site in sites[:2]))
    publish(desk, before, "2026-11-23", "2026-11-23", starts=600)
    done = next(row for row in desk.tx.find("visit") if row["site_id"] == sites[0])
    desk.do(StartVisit(visit_id=str(done["id"])), at="2026-11-23T12:00:00.000Z")
    rotation = draft(desk, *(line(site, 0, desk.me) for site in sites), name="Anew")
    planned = [(str(row["id"]), "2026-11-23", 840, desk.me) for row in lines(desk, rotation)]
    past = (planned[2][0], "2026-11-23", 480, desk.me)
    said = desk.do(PublishRotation(rotation_id=rotation, visits=(*planned[:2], past))).said
    assert said == "Anew is published: 0 visits."
    assert sorted(visits(desk)) == [("2026-11-23T10:00:00.000Z", "on_site"), ("2026-11-23T10:00:00.000Z", "planned")]
    assert [row["rotation_id"] for row in desk.tx.find("visit")] == [before, before]
