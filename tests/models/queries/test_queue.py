"""The order to take tickets in, and what may be the same or likely."""

from pathlib import Path

import pytest

from techdesk.desk.closing import CloseTicket
from techdesk.desk.commands import Command
from techdesk.desk.ids import new_id
from techdesk.desk.majors import DeclareMajor
from techdesk.desk.people import RecordSite
from techdesk.desk.problems import LogProblem
from techdesk.desk.tickets import EditTicket, LogTicket
from techdesk.errors import NotFound
from techdesk.models.filters import TicketFilter
from techdesk.models.queries import tickets
from techdesk.models.queries.alike import open_like
from techdesk.models.queries.filtering import chosen_by
from techdesk.models.queries.paging import TicketPages
from techdesk.models.queries.queue import QueuePages, ranked, site_waits
from techdesk.models.queries.suggested import suggest
from techdesk.models.store import Store

NOW = "2026-11-30T09:00:00.000Z"


class Desk:
    """A store in which commands are done at a moment."""

    def __init__(self, path: Path) -> None:
        self.at = NOW
        self.store = Store(path, wall=lambda: self.at)
        self.sites = {name: new_id() for name in ("near", "far")}
        for name, id in self.sites.items():
            self.does(RecordSite(id=id, code=name, name=name))

    def does(self, command: Command, at: str = NOW) -> None:
        self.at = at
        self.store.perform(command)

    def log(self, text: str, site: str | None = None, at: str = NOW, **more: object) -> str:
        id = new_id()
        self.does(LogTicket(id=id, text=text, site_id=self.sites[site] if site else None, **more), at)  # type: ignore[arg-type]
        return id


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "techdesk.db")


def test_of_equals_the_school_that_has_waited_longest_comes_first(desk: Desk) -> None:
    desk.log("Old", "far", "2026-09-01T09:00:00.000Z", impact=4, urgency=4)
    desk.log("Older", "far", "2026-08-01T09:00:00.000Z", impact=4, urgency=4)
    mine = desk.log("Mouse", "near", "2026-11-28T10:00:00.000Z", impact=3, urgency=2)
    theirs = desk.log("Mouse", "far", "2026-11-28T11:00:00.000Z", impact=3, urgency=2)
    found = ranked(desk.store.connection, TicketFilter(), NOW)
    assert found.ids[:2] == [theirs, mine]
    assert found.waits.against(desk.sites["far"]) > 1 > found.waits.against(desk.sites["near"])


def test_priority_and_due_time_come_before_fairness(desk: Desk) -> None:
    desk.log("Old", "far", "2026-08-01T09:00:00.000Z", impact=4, urgency=4)
    worst = desk.log("No network", "near", impact=1, urgency=1)
    assert ranked(desk.store.connection, TicketFilter(), NOW).ids[0] == worst


def test_a_declared_major_incident_comes_before_every_priority(desk: Desk) -> None:
    worst = desk.log("No network", "near", impact=2, urgency=1)
    major = desk.log("Mouse", "far", impact=4, urgency=4)
    desk.does(DeclareMajor(ticket_id=major))
    assert ranked(desk.store.connection, TicketFilter(), NOW).ids == [major, worst]


def test_a_major_that_is_open_comes_first_also_among_all(desk: Desk) -> None:
    worst, ended = desk.log("No network", "near", impact=2, urgency=1), desk.log("Mail", "near")
    major = desk.log("Mouse", "far", impact=4, urgency=4)
    for id in (ended, major):
        desk.does(DeclareMajor(ticket_id=id))
    desk.does(CloseTicket(ticket_id=ended, resolution="x"))
    desk.does(EditTicket(id=ended, impact=4))
    every = TicketFilter(all=True)
    assert [line.id for line in tickets.page(desk.store.connection, every, 9)] == [major, worst, ended]
    pages = TicketPages(lambda question: question(desk.store.connection), every)
    assert [pages.page(start, 1)[0].id for start in (0, 1, 2)] == [major, worst, ended]
    assert [pages.index_of(id) for id in (major, worst, ended)] == [0, 1, 2]


def test_a_filter_line_finds_what_a_problem_is_behind(desk: Desk) -> None:
    one = desk.log("x")
    desk.log("y")
    desk.does(LogProblem(id=(problem := new_id()), title="Heat", ticket_ids=(one,)))
    [(ref,)] = desk.store.connection.execute("SELECT ref FROM problem")
    for name in (ref, ref.lower(), ref.removeprefix("PRB-"), ref[:-2], problem[:18]):
        chosen = chosen_by(desk.store.connection, f"problem:{name}")
        assert ranked(desk.store.connection, chosen, NOW).ids == [one]
    with pytest.raises(NotFound, match="no problem 'PRB-0'"):
        chosen_by(desk.store.connection, "problem:PRB-0")


def test_what_is_new_comes_first_when_wanted(desk: Desk) -> None:
    worst, new = desk.log("No network", "near", impact=1, urgency=1), desk.log("Mouse", "near")
    assert ranked(desk.store.connection, TicketFilter(), NOW, untriaged_first=True).ids == [new, worst]


def test_the_wait_is_the_median_of_a_sites_open_tickets(desk: Desk) -> None:
    for day in ("10", "20", "26"):
        desk.log("x", "near", f"2026-11-{day}T09:00:00.000Z")
    desk.log("x", "far", "2026-11-29T09:00:00.000Z")
    waits = site_waits(desk.store.connection, NOW)
    assert waits.by_site == {desk.sites["near"]: 10.0, desk.sites["far"]: 1.0}
    assert waits.median == 5.5
    assert site_waits(Store(desk.store.path.with_name("empty.db")).connection, NOW).median == 0


def test_a_filter_by_role_kind_channel_and_category(desk: Desk) -> None:
    one = desk.log("x", role="technical", kind="request", channel="phone", category="Printing")
    desk.log("y")
    for chosen in (TicketFilter(role="technical"), TicketFilter(kind="request"), TicketFilter(channel="phone"),
                   TicketFilter(category="printing")):  # fmt: skip
        assert ranked(desk.store.connection, chosen, NOW).ids == [one]


def test_pages_of_the_queue_are_those_of_its_last_count(desk: Desk) -> None:
    ids = [desk.log(f"x {number}", at=f"2026-11-{number + 10}T09:00:00.000Z") for number in range(5)]
    pages = QueuePages(lambda question: question(desk.store.connection), lambda _: TicketFilter(), lambda: NOW)
    assert pages.count() == 5
    desk.does(CloseTicket(ticket_id=ids[0], resolution="x"))
    assert [line.id for line in pages.page(1, 2)] == ids[1:3]
    assert (pages.index_of(ids[3]), pages.holds(frozenset((ids[4], "no")))) == (3, {ids[4]})
    assert pages.count() == 4 and pages.index_of(ids[0]) is None


def test_open_tickets_of_the_school_that_say_the_same_are_named(desk: Desk) -> None:
    same = desk.log("Projector in the hall has no picture", "near")
    desk.log("Projector in the hall has no picture", "far")
    desk.log("Toner is low in the office", "near")
    connection = desk.store.connection
    assert [each.id for each in open_like(connection, "no picture, hall projectors", desk.sites["near"])] == [same]
    assert open_like(connection, "the wifi drops", desk.sites["near"]) == []
    assert open_like(connection, "", desk.sites["near"]) == []
    desk.does(CloseTicket(ticket_id=same, resolution="x"))
    assert open_like(connection, "no picture, hall projectors", desk.sites["near"]) == []


def test_what_is_likely_enough_is_suggested_with_why_and_nothing_else(desk: Desk) -> None:
    for words in (
        "toner low in the printer",
        "printer wants toner",
        "toner of the printer empty",
        "printer toner again",
    ):
        id = desk.log(words, category="printing", impact=4, urgency=3, role="technical")
        desk.does(CloseTicket(ticket_id=id, resolution="new toner"))
    found = suggest(desk.store.connection, desk.log("printer: toner out"))
    assert found.category is not None and found.role is not None and found.impact is not None
    assert (found.category.value, found.role.value, found.impact.value) == ("printing", "technical", "4")
    assert "%" in found.category.why and found.service is None
    assert not any(suggest(desk.store.connection, desk.log("Zebra")))
