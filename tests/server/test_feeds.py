"""Private calendars: made, read with their address alone, ended."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from icalendar import Calendar

from techdesk import clock
from techdesk.desk.bookings import MoveVisit
from techdesk.desk.commands import Command
from techdesk.desk.commands import perform as run
from techdesk.desk.ids import new_id
from techdesk.desk.people import RecordSite, RecordTechnician
from techdesk.desk.tx import Act
from techdesk.desk.visits import CancelVisit, PlanVisit
from techdesk.errors import BadInput, NoConnection, NotFound
from techdesk.server import feeds
from techdesk.server.admittance import revoke
from techdesk.server.api import make_app
from techdesk.server.declined import Declined
from techdesk.server.invites import invite
from techdesk.server.storage import SqliteStorage, opened
from techdesk.sync.client import calendar_address, end_calendars, sync
from tests.sync.field import Field

NOW = "2026-10-20T09:00:00.000Z"
ANNA, BEN, NORTH, SOUTH = "technician-anna", "technician-ben", "site-north", "site-south"


class Centre:
    """A server's database with two technicians, two schools and a visit to each, across the change of the clocks."""

    def __init__(self, path: Path | str) -> None:
        self.path = str(path)
        invite(self.path, "Anna")
        self.storage = opened(self.path)
        self.visits = {NORTH: new_id(), SOUTH: new_id()}
        self.do(
            RecordTechnician(id=ANNA, name="Anna", code="AN"),
            RecordTechnician(id=BEN, name="Ben"),
            RecordSite(id=NORTH, code="2001", name="North; Primary, Halifax", entry_notes="the code is 4711"),
            RecordSite(id=SOUTH, code="2002", name="South"),
            self.plan(NORTH, ANNA, "2026-10-23T07:00:00.000Z", "2026-10-23T10:00:00.000Z"),
            self.plan(SOUTH, BEN, "2026-10-26T08:00:00.000Z", "2026-10-26T11:00:00.000Z"),
        )

    def plan(self, site: str, technician: str, start: str, end: str) -> PlanVisit:
        return PlanVisit(
            id=self.visits[site], site_id=site, technician_id=technician, planned_start=start, planned_end=end
        )

    def do(self, *commands: Command) -> None:
        with self.storage.transaction() as session:
            tx = session.tx(1)
            for command in commands:
                act = Act(new_id(), NOW, ANNA, "laptop")
                tx.begin(act)
                run(tx, command, act)


@pytest.fixture
def centre(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Centre]:
    monkeypatch.setattr(feeds, "DAYS_BACK", 36_500)
    made = Centre(tmp_path / "server.db")
    yield made
    made.storage.close()


@pytest.fixture
def web(centre: Centre) -> Iterator[TestClient]:
    with TestClient(make_app(SqliteStorage(Path(centre.path))), raise_server_exceptions=False) as client:
        yield client


def events(content: bytes) -> dict[str, dict[str, str]]:
    """The events of a calendar by UID, each property as text."""
    calendar = Calendar.from_ical(content)
    return {
        str(event["UID"]): {name: event[name].to_ical().decode() for name in ("SEQUENCE", "STATUS", "DTSTART")}
        for event in calendar.walk("VEVENT")
    }


def test_a_technician_s_calendar_has_their_visits_alone_and_no_way_in(centre: Centre, web: TestClient) -> None:
    answer = web.get(feeds.make(centre.path, "anna").path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    found = events(answer.content)
    assert list(found) == [f"{centre.visits[NORTH]}@techdesk"]
    assert b"4711" not in answer.content


def test_a_school_s_calendar_is_right_on_both_sides_of_a_change_of_the_clocks(centre: Centre, web: TestClient) -> None:
    north = Calendar.from_ical(web.get(feeds.make(centre.path, "2001").path).content).walk("VEVENT")
    south = Calendar.from_ical(web.get(feeds.make(centre.path, "South").path).content).walk("VEVENT")
    from zoneinfo import ZoneInfo

    starts = [event.decoded("DTSTART").astimezone(ZoneInfo("Europe/London")) for event in (*north, *south)]
    assert [f"{start:%d %H:%M}" for start in starts] == ["23 08:00", "26 08:00"]


def test_a_visit_that_moves_keeps_its_uid_and_its_sequence_rises_and_a_cancelled_one_says_so(
    centre: Centre, web: TestClient
) -> None:
    path, uid = feeds.make(centre.path, "AN").path, f"{centre.visits[NORTH]}@techdesk"
    first = events(web.get(path).content)[uid]
    centre.do(MoveVisit(id=centre.visits[NORTH], planned_start="2026-10-24T07:00:00.000Z",
                        planned_end="2026-10-24T10:00:00.000Z"))  # fmt: skip
    moved = events(web.get(path).content)[uid]
    assert int(moved["SEQUENCE"]) > int(first["SEQUENCE"])
    assert moved["DTSTART"] == "20261024T070000Z"
    centre.do(CancelVisit(visit_id=centre.visits[NORTH], reason="snow"))
    over = events(web.get(path).content)[uid]
    assert (over["STATUS"], int(over["SEQUENCE"]) > int(moved["SEQUENCE"])) == ("CANCELLED", True)


def test_an_ended_address_is_answered_like_one_that_never_was(centre: Centre, web: TestClient) -> None:
    path = feeds.make(centre.path, "Anna").path
    kept = feeds.make(centre.path, "Ben").path
    assert [each.name for each in feeds.revoke(centre.path, "an")] == ["Anna"]  # her code
    never = web.get(feeds.PATH.format(secret="0" * 32))
    ended = web.get(path)
    assert (ended.status_code, ended.content) == (never.status_code, never.content)
    assert ended.status_code == 404
    assert web.get(kept).status_code == 200
    with pytest.raises(NotFound):
        feeds.revoke(centre.path, "Anna")


def test_no_address_can_be_read_out_of_the_database(centre: Centre) -> None:
    secret = feeds.make(centre.path, "Anna").path.removeprefix("/v1/feeds/").removesuffix(".ics")
    with centre.storage.transaction() as session:
        [row] = session.rows("SELECT * FROM feed")
    assert secret not in str(row)
    assert row["secret_sha256"] == hashlib.sha256(secret.encode()).hexdigest()


def test_who_asks_too_often_waits_and_others_do_not(centre: Centre, web: TestClient) -> None:
    path, other = feeds.make(centre.path, "Anna").path, feeds.make(centre.path, "Ben").path
    statuses = [web.get(path).status_code for _ in range(feeds.MOST + 1)]
    assert statuses == [200] * feeds.MOST + [429]
    assert web.get(other).status_code == 200


def test_what_has_not_changed_is_not_sent_again(centre: Centre, web: TestClient) -> None:
    path = feeds.make(centre.path, "Anna").path
    tag = web.get(path).headers["ETag"]
    again = web.get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")


def test_reading_is_noted_and_only_get_is_answered(centre: Centre, web: TestClient) -> None:
    path = feeds.make(centre.path, "Anna").path
    assert [each.used_at for each in feeds.listed(centre.path)] == [None]
    web.get(path)
    assert feeds.listed(centre.path)[0].used_at is not None
    assert web.post(path).status_code == 405


def test_a_name_that_is_nobody_s_or_several_people_s_is_refused(centre: Centre) -> None:
    with pytest.raises(NotFound):
        feeds.make(centre.path, "Carl")
    centre.do(RecordTechnician(id="technician-anna-2", name="Anna"))
    with pytest.raises(BadInput, match="more than one"):
        feeds.make(centre.path, "Anna")
    feeds.make(centre.path, "AN")


def test_a_feed_on_postgresql_is_the_same(postgres_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "DAYS_BACK", 36_500)
    made = Centre(postgres_database)
    path = feeds.make(made.path, "Anna").path
    with TestClient(make_app(opened(made.path)), raise_server_exceptions=False) as web:
        answer = web.get(path)
        assert list(events(answer.content)) == [f"{made.visits[NORTH]}@techdesk"]
        feeds.revoke(made.path, "Anna")
        assert web.get(path).status_code == 404
    made.storage.close()


def test_a_laptop_gets_the_address_of_its_own_technicians_visits_and_ends_it(near: Field) -> None:
    ann, other = near.laptop("Ann"), near.laptop("Ben")
    site, me = new_id(), str(ann.meta("technician"))
    ann.perform(RecordSite(id=site, code="2001", name="North"))
    start = clock.moment(clock.now())
    ann.perform(PlanVisit(id=new_id(), site_id=site, technician_id=me, planned_start=start,
                          planned_end=clock.later(start, 60)))  # fmt: skip
    sync(ann)
    made = [calendar_address(store) for store in (ann, ann, other)]
    assert len(set(made)) == 3 and all(each.startswith("http://127.0.0.1:9/v1/feeds/") for each in made)
    storage = opened(near.server.database)
    read = [feeds.text(storage, feeds.Throttle(), each.removesuffix(".ics")[-32:]) for each in made]
    assert [content.count(b"BEGIN:VEVENT") for content in read] == [1, 1, 0]
    for _ in range(feeds.MOST_OWN - 2):
        calendar_address(ann)
    with pytest.raises(NoConnection, match="has 5 addresses"):
        calendar_address(ann)
    assert (end_calendars(ann), end_calendars(ann)) == (feeds.MOST_OWN, 0)
    with pytest.raises(Declined):
        feeds.text(storage, feeds.Throttle(), made[0].removesuffix(".ics")[-32:])
    assert feeds.text(storage, feeds.Throttle(), made[2].removesuffix(".ics")[-32:])
    revoke(near.server.database, "Ann")
    with pytest.raises(NoConnection):
        calendar_address(ann)
    storage.close()
