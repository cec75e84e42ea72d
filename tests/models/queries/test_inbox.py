"""The inbox and the news, as they are read."""

import pytest

from techdesk.desk.commands import perform
from techdesk.desk.ids import new_id
from techdesk.desk.tickets import EditTicket, LogTicket
from techdesk.desk.tx import Act
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
