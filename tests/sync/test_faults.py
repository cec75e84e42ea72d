"""What goes wrong between a laptop and its server, and that nothing is lost or done twice by it."""

import json
import subprocess
import sys
from threading import Thread

import pytest

from techdesk.desk.closing import CancelTicket, CloseTicket
from techdesk.desk.ids import new_id
from techdesk.desk.tickets import EditTicket, LogTicket, NoteTicket
from techdesk.errors import NoConnection
from techdesk.models.store import Store
from techdesk.sync import wire
from techdesk.sync.client import RECOVERED, Progress, status, sync
from tests.sync.field import Field, InProcess, everything, inbox, log, row, rows, settle_down

KILLED = """
import os, sys
from pathlib import Path
from techdesk.models.store import Store
from techdesk.sync import arrivals, client
arrivals.Arrivals.take = lambda *_, **__: os._exit(9)
client.sync(Store(Path(sys.argv[1])))
"""


def breaking(*turns: bool):
    """Raises on the turns that are true."""
    left = list(turns)

    def hook() -> None:
        if left and left.pop(0):
            raise NoConnection("the road is cut")

    return hook


def test_a_reply_that_is_lost_doubles_nothing(near: Field, road: InProcess) -> None:
    ann, ben = near.laptop("Ann"), near.laptop("Ben")
    id = log(ann, "Toner")
    ann.perform(CloseTicket(ticket_id=id, resolution="New", minutes=10))
    road.after = breaking(True)
    with pytest.raises(NoConnection):
        sync(ann)
    assert status(ann).pending == 2
    ann.perform(NoteTicket(ticket_id=id, text="Meanwhile"))
    settle_down(ann, ben)
    assert everything(ann) == everything(ben)
    assert len(rows(ann, "worklog")) == 1 and status(ann).pending == 0


def test_a_laptop_killed_between_push_and_apply_loses_and_doubles_nothing(field: Field) -> None:
    ann, ben = field.laptop("Ann"), field.laptop("Ben")
    id = log(ann, "Toner")
    ann.perform(CloseTicket(ticket_id=id, resolution="New", minutes=10))
    killed = subprocess.run([sys.executable, "-c", KILLED, str(ann.path)], timeout=60, check=False)
    assert killed.returncode == 9
    assert status(ann).pending == 2
    settle_down(ann, ben)
    assert everything(ann) == everything(ben)
    assert len(rows(ben, "worklog")) == 1 and status(ann).pending == 0


def test_a_sync_with_nothing_to_do_writes_nothing(near: Field, road: InProcess) -> None:
    ann = near.laptop("Ann")
    log(ann, "Toner")
    sync(ann)
    before, heads = ann.connection.total_changes, server_log(road)
    report = sync(ann)
    assert (report.sent, report.received, report.round_trips) == (0, 0, 1)
    assert ann.connection.total_changes == before
    assert server_log(road) == heads
    assert status(ann).last_sync is not None


def server_log(road: InProcess) -> list[dict]:
    with road.storage.transaction() as session:
        return session.rows("SELECT * FROM change_log ORDER BY seq") + session.rows("SELECT * FROM org_head")


def from_the_future(store: Store, command: str, args: dict, version: int = 1) -> str:
    """An operation such as another version of techdesk would have left in the outbox."""
    mid = new_id()
    store.connection.execute(
        "INSERT INTO operation (mid, command, version, args, at, actor, undo, batch) VALUES (?, ?, ?, ?, ?, ?, '[]', ?)",
        (mid, command, version, json.dumps(args), store.now(), store.meta("technician"), mid),
    )
    return mid


@pytest.mark.parametrize(
    ("command", "args", "version"),
    [
        ("ticket.teleport", {"ticket_id": "x"}, 1),
        ("ticket.note", {"ticket_id": "x", "text": "words"}, 99),
        ("ticket.note", {"ticket_id": "x"}, 1),
        ("ticket.log", {"id": "x", "text": 5, "ref": "1-A"}, 1),
        ("ticket.log", {"id": "x", "text": "words", "ref": "1-A", "room": {"a": 1}}, 1),
        ("ticket.note", {"ticket_id": "x", "text": "half a pair \ud800"}, 1),
        ("work.log", {"minutes": 5, "proactive": 10**30}, 1),
    ],
)
def test_what_the_server_cannot_run_is_parked_whole_and_holds_nothing_up(
    field: Field, command: str, args: dict, version: int
) -> None:
    ann = field.laptop("Ann")
    mid = from_the_future(ann, command, args, version)
    id = log(ann, "Behind it")
    report = sync(ann)
    assert (report.sent, report.parked, status(ann).pending) == (2, 1, 0)
    [item] = inbox(ann)
    assert (item["kind"], item["mid"]) == ("parked", mid)
    assert json.loads(str(item["mine"]))["operation"] == command
    assert row(ann, "ticket", id)["title"] == "Behind it"


def test_what_a_rule_forbids_is_rejected_and_told(field: Field) -> None:
    ann = field.laptop("Ann")
    mid = from_the_future(ann, "ticket.note", {"ticket_id": new_id(), "text": "On what?"})
    report = sync(ann)
    assert (report.conflicts, report.parked) == (1, 0)
    [item] = inbox(ann)
    assert (item["kind"], item["mid"]) == ("rejected", mid)
    assert json.loads(str(item["mine"]))["text"] == "On what?"
    assert "not in this store" in str(item["done"])


def test_work_in_another_name_is_rejected(near: Field, road: InProcess) -> None:
    ann, ben = near.laptop("Ann"), near.laptop("Ben")
    log(ann, "Forged")
    ann.connection.execute("UPDATE operation SET actor = ? WHERE state = 'pending'", (ben.meta("technician"),))
    report = sync(ann)
    assert report.conflicts == 1
    assert rows(ann, "ticket") == []


def test_what_was_never_sent_is_undone_without_a_trace(near: Field, road: InProcess) -> None:
    ann = near.laptop("Ann")
    id = log(ann, "A slip")
    road.before = breaking(True)  # no network: nothing has left the laptop
    with pytest.raises(NoConnection):
        sync(ann)
    ann.undo()
    assert rows(ann, "ticket") == [] and status(ann).pending == 0
    road.before = lambda: None
    sync(ann)
    assert id not in str(server_log(road))


def test_what_may_have_been_sent_is_undone_by_a_compensation(near: Field, road: InProcess) -> None:
    ann, ben = near.laptop("Ann"), near.laptop("Ben")
    id = log(ann, "A slip")
    road.after = breaking(True)  # the server has it, and the laptop does not know
    with pytest.raises(NoConnection):
        sync(ann)
    ann.undo()
    settle_down(ann, ben)
    assert everything(ann) == everything(ben)
    assert row(ben, "ticket", id)["state"] == "cancelled"


def test_pending_work_stands_on_top_of_what_arrived(near: Field, road: InProcess) -> None:
    ann, ben = near.laptop("Ann"), near.laptop("Ben")
    id = log(ann, "Wifi")
    settle_down(ann, ben)
    ann.perform(EditTicket(id=id, room="Hall", impact=1))
    sync(ann)
    ben.perform(EditTicket(id=id, category="network"))
    pulled = []
    road.after = lambda: pulled.append(log(ben, "Made while the sync was under way")) if not pulled else None
    sync(ben)
    ticket = row(ben, "ticket", id)
    assert (ticket["room"], ticket["impact"], ticket["category"]) == ("Hall", 1, "network")
    assert row(ben, "ticket", pulled[0])["title"] == "Made while the sync was under way"
    settle_down(ben, ann)
    assert everything(ann) == everything(ben)


def test_after_a_rebase_undo_takes_back_to_what_the_server_has(near: Field, road: InProcess) -> None:
    ann, ben = near.laptop("Ann"), near.laptop("Ben")
    id = log(ann, "Wifi")
    settle_down(ann, ben)
    ann.perform(EditTicket(id=id, room="Hall"))
    sync(ann)
    late: list[None] = []

    def edit_meanwhile() -> None:
        if not late:
            late.append(ben.perform(EditTicket(id=id, category="network")))  # type: ignore[func-returns-value]

    road.after = edit_meanwhile
    road.before = breaking(False, True)  # the pull arrives; the edit made meanwhile does not leave
    with pytest.raises(NoConnection):
        sync(ben)
    assert (row(ben, "ticket", id)["room"], row(ben, "ticket", id)["category"]) == ("Hall", "network")
    ben.undo()
    assert everything(ben) == everything(ann)


def test_a_long_log_under_a_long_outbox_arrives_in_few_pieces(
    near: Field, road: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "PAGE_BYTES", 4_000)
    ann, ben = near.laptop("Ann"), near.laptop("Ben")
    for store in (ann, ben):
        store.perform_all(
            [LogTicket(id=new_id(), text=f"Ticket {number}") for number in range(50)]
        )  # as many as are leased
    sync(ann)
    taken_back: list[str] = []
    ben.connection.set_trace_callback(lambda said: taken_back.append(said) if said.startswith("DELETE FROM") else None)
    seen: list[Progress] = []
    sync(ben, seen.append)
    ben.connection.set_trace_callback(None)
    sync(ann)
    assert everything(ann) == everything(ben)
    # Two rows a ticket: each is taken back once or twice, not once a page.
    assert len(taken_back) <= 2 * 50 * 2
    assert len(seen) > 10 and seen[-1].sent == seen[-1].to_send and seen[-1].received == seen[-1].to_receive


def test_a_cancelled_sync_keeps_what_it_had_and_goes_on_next_time(
    near: Field, road: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "PAGE_BYTES", 4_000)
    ann = near.laptop("Ann")
    ann.perform_all([LogTicket(id=new_id(), text=f"Ticket {number}") for number in range(40)])
    seen: list[Progress] = []
    first = sync(ann, seen.append, lambda: len(seen) >= 1)
    assert 0 < first.waiting < 40
    second = sync(ann)
    assert first.sent + second.sent == 40 and second.waiting == 0


def test_two_syncs_of_one_laptop_at_once_are_harmless(field: Field) -> None:
    ann, ben = field.laptop("Ann"), field.laptop("Ben")
    for number in range(30):
        log(ann, f"Ticket {number}")
        log(ben, f"Other {number}")
    sync(ben)
    failures: list[BaseException] = []

    def run() -> None:
        try:
            with Store(ann.path) as own:
                sync(own)
        except BaseException as error:
            failures.append(error)

    threads = [Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    settle_down(ann, ben)
    assert everything(ann) == everything(ben)
    assert len(rows(ann, "ticket")) == 60 and status(ann).pending == 0


def test_the_store_takes_only_what_it_has_columns_for(near: Field, road: InProcess) -> None:
    ann, ben = near.laptop("Ann"), near.laptop("Ben")
    id = log(ann, "Toner")
    sync(ann)
    with road.storage.transaction() as session:
        [entry] = session.rows("SELECT writes FROM change_log WHERE command = 'ticket.log'")
        writes = json.loads(str(entry["writes"]))
        ticket = next(write for write in writes if write[0] == "ticket")
        ticket[2]['colour" = 1 --'] = "red"
        writes += [["robot", id, {"name": "new"}, 1], ["meta", "server", {"value": "http://evil"}, 1]]
        writes += [["operation", id, {"state": "done"}, 0], ["ticket", id, {"colour": "red"}, 0]]
        session.run("UPDATE change_log SET writes = ? WHERE command = 'ticket.log'", json.dumps(writes))
    sync(ben)
    assert row(ben, "ticket", id)["title"] == "Toner"
    assert ben.meta("server") == near.server.url


def test_a_server_put_back_to_an_older_state_is_noticed(near: Field, road: InProcess) -> None:
    ann = near.laptop("Ann")
    log(ann, "Toner")
    sync(ann)
    with road.storage.transaction() as session:
        session.run("UPDATE change_log SET chain = 'other' WHERE seq = (SELECT max(seq) FROM change_log)")
        session.run("UPDATE org_head SET chain = 'other'")
    before = everything(ann)
    assert sync(ann).warnings == (RECOVERED,)
    assert sync(ann).warnings == () and everything(ann) == before


def test_a_refused_replay_stays_pending_for_the_server_to_decide(near: Field, road: InProcess) -> None:
    ann, ben = near.laptop("Ann"), near.laptop("Ben")
    id = log(ann, "Toner")
    settle_down(ann, ben)
    ben.perform(CancelTicket(ticket_id=id))
    sync(ben)
    late: list[str] = []
    road.after = lambda: late.append(str(ann.perform(NoteTicket(ticket_id=id, text="Late")))) if not late else None
    sync(ann)
    assert row(ann, "ticket", id)["state"] == "cancelled"
    assert [event["note"] for event in rows(ann, "ticket_event") if event["act"] == "note"] == ["Late"]
