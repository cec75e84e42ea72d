"""The inbox and the news, as they are read."""

import pytest

from techdesk.desk.commands import perform
from techdesk.desk.ids import new_id
from techdesk.desk.tickets import EditTicket, LogTicket
from techdesk.desk.tx import Act
from techdesk.errors import NotFound
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


def test_an_item_is_named_by_its_place_or_the_beginning_of_its_id(apart: Store) -> None:
    me = apart.meta("technician")
    line = inbox.item(apart.connection, me, "1")
    assert inbox.item(apart.connection, me, line.id[:20]) == line
    for text in ("2", "0", "zzzz", ""):
        with pytest.raises(NotFound):
            inbox.item(apart.connection, me, text)


def test_news_is_what_other_laptops_did(apart: Store) -> None:
    assert [(line.laptop, line.act) for line in inbox.news(apart.connection, str(apart.meta("laptop_name")))] == [
        ("other", "edit")
    ]
    assert "edit" not in [line.act for line in inbox.news(apart.connection, "other")]
