"""Days of random work on several laptops, over a road that loses requests and replies: whatever happens, all agree in the
end, and nothing that was done is lost or done twice."""

import random
from contextlib import suppress

import pytest

from techdesk.desk.closing import CloseTicket, ReopenTicket
from techdesk.desk.commands import Command
from techdesk.desk.ids import new_id
from techdesk.desk.people import RecordSite
from techdesk.desk.tickets import AssignTicket, EditTicket, LogTicket, NoteTicket
from techdesk.desk.work import HoldTicket, LogWork, StartWork, StopWork
from techdesk.errors import NoConnection, NotFound, Refused
from techdesk.models.store import Store
from techdesk.server.syncing import exchange
from techdesk.sync import wire
from techdesk.sync.client import status, sync
from tests.sync.field import Field, InProcess, everything, rows

STEPS = 100


def something(chance: random.Random, store: Store) -> Command:
    """A command on what the laptop knows."""
    tickets = [str(row["id"]) for row in rows(store, "ticket")]
    sites = [str(row["id"]) for row in rows(store, "site")]
    people = [str(row["id"]) for row in rows(store, "technician")]
    if not tickets or chance.random() < 0.15:
        return LogTicket(id=new_id(), text=f"Ticket {chance.random()}", impact=chance.choice((None, 1, 4)))
    if chance.random() < 0.1:
        site = chance.choice([*sites, new_id()])
        return RecordSite(id=site, code="1", name="Hall", pupils=chance.randint(1, 9), rooms=(str(chance.random()),))
    id = chance.choice(tickets)
    return chance.choice(
        (
            EditTicket(id=id, room=chance.choice("ABC"), impact=chance.choice((None, 1, 2))),
            AssignTicket(ticket_id=id, owner_id=chance.choice(people)),
            NoteTicket(ticket_id=id, text=f"Note {chance.random()}"),
            StartWork(ticket_id=id),
            StopWork(),
            LogWork(ticket_id=id, minutes=chance.randint(1, 50)),
            HoldTicket(ticket_id=id, reason="parts"),
            CloseTicket(ticket_id=id, resolution=f"Fix {chance.random()}", minutes=3),
            ReopenTicket(ticket_id=id),
        )
    )


def act(chance: random.Random, store: Store) -> None:
    with suppress(Refused, NotFound):
        if chance.random() < 0.12:
            store.undo()
        else:
            store.perform_all([something(chance, store) for _ in range(chance.choice((1, 1, 3)))])


def breaking(chance: random.Random, share: float) -> None:
    if chance.random() < share:
        raise NoConnection("the road is cut")


@pytest.mark.parametrize("seed", range(6))
def test_all_agree_in_the_end(seed: int, near: Field, road: InProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(seed)
    monkeypatch.setattr(wire, "PAGE_BYTES", chance.choice((1_500, 6_000, 60_000)))
    laptops = [near.laptop(name) for name in ("Ann", "Ben", "Cid")]
    road.before = lambda: breaking(chance, 0.15)
    road.after = lambda: breaking(chance, 0.15)
    for _ in range(STEPS):
        store = chance.choice(laptops)
        if chance.random() < 0.75:
            act(chance, store)
            continue
        with suppress(NoConnection):
            sync(store)
        if chance.random() < 0.2:  # a request that comes again later
            signed, body = chance.choice(road.requests)
            with pytest.raises(Exception, match="came before"):
                exchange(road.storage, signed, "POST", wire.SYNC_PATH, body)
    road.before = road.after = lambda: None
    for _ in range(2):
        for store in laptops:
            sync(store)
    states = [everything(store) for store in laptops]
    assert states[0] == states[1] == states[2]
    assert all(status(store).pending == 0 for store in laptops)
    with road.storage.transaction() as session:
        tx = session.tx(1)
        assert {table: tx.find(table) for table in states[0]} == states[0]
        log = session.rows("SELECT seq, mid, laptop, kind FROM change_log ORDER BY seq")
    assert [row["seq"] for row in log] == list(range(1, len(log) + 1))
    assert not [row for row in log if row["kind"] == "parked"]
    for store in laptops:
        made = [mid for (mid,) in store.connection.execute("SELECT mid FROM operation ORDER BY dseq")]
        assert made == [row["mid"] for row in log if row["laptop"] == store.meta("laptop")]
    told = {item["mid"] for item in states[0]["inbox_item"]}
    assert {row["mid"] for row in log if row["kind"] != "plain"} == told
