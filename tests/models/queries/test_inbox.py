"""The inbox and the news, as they are read."""

import pytest

from techdesk.desk.closing import CloseTicket
from techdesk.desk.commands import perform
from techdesk.desk.ids import new_id
from techdesk.desk.inventory import RecordDevice
from techdesk.desk.people import RecordTechnician
from techdesk.desk.tickets import EditTicket, LogTicket, NoteTicket
from techdesk.desk.tx import Act
from techdesk.desk.work import HoldTicket
from techdesk.errors import NotFound
from techdesk.models.inbox_filters import parse_inbox
from techdesk.models.queries import inbox
from techdesk.models.store import Store

NOW = "2026-11-23T09:00:00.000Z"


@pytest.fixture
def apart(store: Store) -> Store:
    """A ticket whose room two people changed apart."""
    id, me = new_id(), store.meta("technician")
    store.perform(LogTicket(id=id, text="Projector dead"))
    with store.transaction() as tx:
        for laptop, actor, room, base, merging in (
            ("other", None, "Hall", None, False), ("mine", me, "Office", {"room": None}, True),
        ):  # fmt: skip
            act = Act(new_id(), NOW, actor, laptop, merging)
            tx.begin(act)
            perform(tx, EditTicket(id=id, room=room, base=base), act)
    return store


def test_a_late_edit_waits_with_both_values(apart: Store) -> None:
    me = apart.meta("technician")
    [line] = inbox.waiting(apart.connection, me)
    assert (line.mine, line.theirs) == ('{"room": "Office"}', '{"room": "Hall"}')
    assert inbox.count(apart.connection, me) == 1
    assert inbox.waiting(apart.connection, "somebody else") == []


def test_an_item_is_named_by_the_beginning_of_its_id(apart: Store) -> None:
    [line] = inbox.waiting(apart.connection, apart.meta("technician"))
    assert inbox.item(apart.connection, line.id[:20]) == line
    for text in ("zzzz", "", line.id[:3]):
        with pytest.raises(NotFound):
            inbox.item(apart.connection, text)


def test_a_card_says_who_put_what_where(apart: Store) -> None:
    [line] = inbox.waiting(apart.connection, apart.meta("technician"))
    card = inbox.card(apart.connection, line.id)
    assert (card.theirs.laptop, card.theirs.at) == ("other", NOW)
    assert [(field.name, field.mine, field.theirs, field.now, field.choosable) for field in card.fields] == [
        ("room", "Office", "Hall", "Hall", True)
    ]
    assert card.refusal is None


@pytest.mark.parametrize("what", ["state", "room"])
def test_theirs_is_who_made_the_change_and_not_who_came_after(store: Store, what: str) -> None:
    id, me, ann, ben = new_id(), store.meta("technician"), new_id(), new_id()
    store.perform(LogTicket(id=id, text="Projector dead"))
    wins, late = {
        "state": (CloseTicket(ticket_id=id, resolution="Lamp"), HoldTicket(ticket_id=id, reason="parts")),
        "room": (EditTicket(id=id, room="Hall"), EditTicket(id=id, room="Office", base={"room": None})),
    }[what]
    for number, (actor, command) in enumerate([
        (me, RecordTechnician(id=ann, name="Ann")), (me, RecordTechnician(id=ben, name="Ben")),
        (ann, wins), (ben, NoteTicket(ticket_id=id, text="and the cable")), (me, late),
        (ben, NoteTicket(ticket_id=id, text="later still")), (ben, EditTicket(id=id, room="Gym")),
    ]):  # fmt: skip
        with store.transaction() as tx:
            act = Act(new_id(), f"2026-11-23T09:0{number}:00.000Z", actor, f"laptop {number}", merging=True)
            tx.begin(act)
            perform(tx, command, act)
    [line] = inbox.waiting(store.connection, me)
    assert inbox.card(store.connection, line.id).theirs == ("Ann", "2026-11-23T09:02:00.000Z", "laptop 2")


def test_a_moment_is_not_told_of_a_row_that_somebody_else_has_changed_since(store: Store) -> None:
    id, me, ann = new_id(), store.meta("technician"), new_id()
    told = []
    for number, (actor, command) in enumerate([
        (me, RecordTechnician(id=ann, name="Ann")), (me, RecordDevice(id=id, tag="T-1")),
        (ann, RecordDevice(id=id, name="Hall")), (me, RecordDevice(id=id, name="Gym", base={"name": None})),
        (me, RecordDevice(id=id, serial="S-1")),
    ]):  # fmt: skip
        with store.transaction() as tx:
            act = Act(new_id(), f"2026-11-23T09:0{number}:00.000Z", actor, f"laptop {number}", merging=True)
            tx.begin(act)
            perform(tx, command, act)
        told += [inbox.card(store.connection, each.id).theirs for each in inbox.waiting(store.connection, me)]
    assert told == [("Ann", "2026-11-23T09:02:00.000Z", None), ("Ann", None, None)]


def test_words_who_and_since_narrow_it(apart: Store) -> None:
    me = apart.meta("technician")
    for line, found in (
        ("office", 1),
        ("gym", 0),
        ("who:all", 1),
        ("since:2026-11-24", 0),
        ("settled", 1),
        ("parked", 0),
    ):
        only = inbox.chosen(apart.connection, parse_inbox(line), me)
        assert len(inbox.waiting(apart.connection, me, only)) == found, line


def test_news_is_what_other_laptops_did(apart: Store) -> None:
    assert [(line.laptop, line.act) for line in inbox.news(apart.connection, str(apart.meta("laptop_name")))] == [
        ("other", "edit")
    ]
    assert "edit" not in [line.act for line in inbox.news(apart.connection, "other")]
