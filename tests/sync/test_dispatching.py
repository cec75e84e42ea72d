"""Two coordinators dispatch on two laptops."""

import pytest

from techdesk.desk.dispatching import AcceptDay, Route, RouteStop
from techdesk.desk.ids import new_id
from techdesk.desk.inbox import SettleInbox
from techdesk.desk.people import RecordSite
from techdesk.desk.tickets import LogTicket
from techdesk.errors import Refused
from techdesk.models.store import Store
from tests.sync.field import Field, everything, inbox, rows, settle_down

DAY = "2037-11-24"


def accept(store: Store, technician: str, site: str, ticket: str, hour: int) -> None:
    at = f"{DAY}T{hour:02}:00:00.000Z"
    stop = RouteStop(site, None, at, at, f"{DAY}T{hour:02}:30:00.000Z", 10.0, (ticket,))
    store.perform(AcceptDay(day=DAY, routes=(Route(technician, at, at, 20.0, (stop,)),)))


def both(field: Field) -> tuple[Store, Store, str, str, str]:
    ann, ben = field.laptop("Ann", "coordinator"), field.laptop("Ben", "coordinator")
    site, ticket = new_id(), new_id()
    ann.perform(RecordSite(id=site, code="2005", name="Hill School"))
    ann.perform(LogTicket(id=ticket, text="Server down", site_id=site))
    settle_down(ann, ben)
    return ann, ben, site, ticket, str(ann.meta("technician"))


def test_a_day_dispatched_twice_stays_as_it_was_dispatched_first(near: Field) -> None:
    ann, ben, site, ticket, who = both(near)
    accept(ann, who, site, ticket, 9)
    accept(ben, who, site, ticket, 13)
    settle_down(ann, ben)
    assert everything(ann) == everything(ben)
    assert [visit["planned_start"][11:16] for visit in rows(ann, "visit")] == ["09:00"]
    [item] = inbox(ben)
    assert (item["kind"], item["ref"], item["theirs_by"]) == ("conflict", "Ann", who)
    assert item["done"] == f"{DAY} stays as it was dispatched first"
    with pytest.raises(Refused, match="keep theirs"):
        ben.perform(SettleInbox(item_id=str(item["id"]), choice="mine"))
    ben.perform(SettleInbox(item_id=str(item["id"]), choice="theirs"))
    accept(ben, who, site, ticket, 13)  # having seen Ann's
    settle_down(ann, ben)
    assert everything(ann) == everything(ben)
    assert [visit["planned_start"][11:16] for visit in rows(ann, "visit")] == ["13:00"]


def test_days_of_two_technicians_dispatched_apart_both_stand(near: Field) -> None:
    ann, ben, site, ticket, who = both(near)
    accept(ann, who, site, ticket, 9)
    accept(ben, str(ben.meta("technician")), site, ticket, 13)
    settle_down(ann, ben)
    assert everything(ann) == everything(ben)
    assert len(rows(ann, "day_route")) == 2 and inbox(ben) == [] and inbox(ann) == []


def test_an_accepted_day_that_was_sent_is_taken_back_everywhere(near: Field) -> None:
    ann, ben, site, ticket, who = both(near)
    accept(ann, who, site, ticket, 9)
    settle_down(ann, ben)
    ann.undo()
    settle_down(ann, ben)
    assert everything(ann) == everything(ben)
    assert rows(ben, "day_route") == [] and rows(ben, "visit") == []
