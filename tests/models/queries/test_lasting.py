"""How long a kind of work lasts is told from what it took, with why."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from techdesk.desk.closing import CloseTicket
from techdesk.desk.ids import new_id
from techdesk.desk.inventory import RecordDevice, RecordModel
from techdesk.desk.tickets import EditTicket, LogTicket
from techdesk.desk.work import LogWork
from techdesk.models.queries.lasting import Lasting, lasting
from techdesk.models.sqlite import SqliteTx
from techdesk.models.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "techdesk.db") as made:
        yield made


def log(store: Store, symptom: str | None = None, **kind: object) -> str:
    id = new_id()
    store.perform(LogTicket(id=id, text="It is broken", **kind))  # type: ignore[arg-type]
    if symptom:
        store.perform(EditTicket(id=id, symptom=symptom))
    return id


def solve(store: Store, minutes: int, **kind: str) -> str:
    id = log(store, **kind)
    store.perform(CloseTicket(ticket_id=id, resolution="Done", minutes=minutes))
    return id


def told(store: Store, *, impact: int = 3, urgency: int = 3, **kind: str) -> Lasting:
    row = SqliteTx(store.connection).get("ticket", log(store, impact=impact, urgency=urgency, **kind))
    assert row is not None
    return lasting(store.connection, row)


def test_of_what_was_never_done_it_lasts_what_is_reckoned_for_its_priority(store: Store) -> None:
    solve(store, 55, category="printing")
    assert told(store, category="network") == Lasting(15, "what is reckoned for a P4")
    assert told(store, impact=1, urgency=1).minutes == 40


def test_the_median_of_its_category_counts_the_more_the_more_there_are(store: Store) -> None:
    solve(store, 55, category="printing")
    assert told(store, category="printing").minutes == 15
    for minutes in (50, 52, 55, 60, 400):
        solve(store, minutes, category="printing")
    found = told(store, category="printing")
    assert found.minutes == 52
    assert "last 6 printing tickets" in found.why and "15 min" in found.why


def test_the_same_symptom_and_the_same_model_tell_more_than_the_category(store: Store) -> None:
    model, other, own, same = (new_id() for _ in range(4))
    for id, name in ((model, "EB-685W"), (other, "X120")):
        store.perform(RecordModel(id=id, name=name, category="projector"))
    for id, kind, tag in ((own, model, "P1"), (same, model, "P2")):
        store.perform(RecordDevice(id=id, tag=tag, model_id=kind))
    for _ in range(5):
        solve(store, 20, category="picture")
        solve(store, 45, category="picture", symptom="lamp dead")
        solve(store, 90, device_id=same)
    assert told(store, category="picture", symptom="lamp dead").minutes == 45
    found = told(store, category="picture", device_id=own)
    assert (found.minutes, "EB-685W" in found.why) == (90, True)


def test_waiting_is_no_work_and_what_is_open_or_cancelled_tells_nothing(store: Store) -> None:
    for _ in range(7):
        id = solve(store, 30, category="phones")
        store.perform(LogWork(ticket_id=id, minutes=300, mode="waiting"))
        store.perform(LogWork(ticket_id=log(store, category="phones"), minutes=200))
    assert told(store, category="phones").minutes == 30
