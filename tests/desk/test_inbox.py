"""Settling what a sync could not: mine, theirs, values of one's own, and what was refused done again."""

import json

import pytest

from techdesk.desk.closing import CancelTicket, CloseTicket
from techdesk.desk.commands import Command, Outcome, decode, perform
from techdesk.desk.holds import EscalateTicket, ReleaseTicket
from techdesk.desk.ids import new_id
from techdesk.desk.inbox import EDITS, NEVER_EMPTY, SettleInbox, again, typed
from techdesk.desk.inventory import RecordDevice
from techdesk.desk.people import RecordContact, RecordSite
from techdesk.desk.spares import RecordPart
from techdesk.desk.tickets import EditTicket, LogTicket
from techdesk.desk.tx import Act, Row
from techdesk.desk.work import HoldTicket, StartWork
from techdesk.errors import BadInput, NotFound, Refused
from techdesk.models.tables import columns
from tests.desk.conftest import Desk


def late(desk: Desk, command: Command, actor: str | None = None) -> Outcome:
    """Does a command as a server does one that comes after others' work."""
    with desk.store.transaction() as tx:
        act = Act(new_id(), desk.now, actor or desk.me, "mine", merging=True)
        tx.begin(act)
        return perform(tx, command, act)


def item(desk: Desk) -> Row:
    """The newest open item."""
    return desk.tx.find("inbox_item", state="open")[-1]


def apart(desk: Desk, **more: str | int) -> tuple[str, Row]:
    """A ticket whose room (and more) was changed by two people: mine came later. The ticket and the item."""
    id = desk.log(room="Lab")
    seen = desk.ticket(id)
    desk.do(EditTicket(id=id, room="Hall", impact=4))
    base = {name: seen[name] for name in ("room", *more)}
    late(desk, EditTicket(id=id, room="Office", **more, base=base))  # type: ignore[arg-type]
    return id, item(desk)


def test_the_values_that_are_written_are_put_and_their_story_told(desk: Desk) -> None:
    id, open_item = apart(desk, impact=1)
    desk.do(SettleInbox(item_id=str(open_item["id"]), choice="edit", values={"room": "Library", "impact": 1}))
    row = desk.ticket(id)
    assert (row["room"], row["impact"], row["priority"]) == ("Library", 1, 2)
    event = desk.tx.find("ticket_event", ticket_id=id, order="at")[-1]
    assert event["act"] == "settle" and json.loads(str(event["details"]))["room"] == "Library"
    settled = desk.tx.get("inbox_item", str(open_item["id"]))
    assert settled is not None and (settled["state"], settled["choice"]) == ("settled", "edit")


def test_mine_for_one_field_leaves_theirs_in_the_other(desk: Desk) -> None:
    id, open_item = apart(desk, impact=1)
    desk.do(SettleInbox(item_id=str(open_item["id"]), choice="edit", values={"room": "Office"}))
    row = desk.ticket(id)
    assert (row["room"], row["impact"]) == ("Office", 4)


@pytest.mark.parametrize("choice", ["mine", "edit"])
def test_what_changed_again_meanwhile_stays_and_is_a_new_item(desk: Desk, choice: str) -> None:
    id, open_item = apart(desk)
    values = {"room": "Library"} if choice == "edit" else None
    desk.do(EditTicket(id=id, room="Gym"))
    command = SettleInbox(item_id=str(open_item["id"]), choice=choice, values=values, base={"room": "Hall"})
    assert late(desk, command).kind == "conflict"
    assert desk.ticket(id)["room"] == "Gym"
    new = item(desk)
    assert new["id"] != open_item["id"]
    assert json.loads(str(new["mine"])) == {"room": "Library" if choice == "edit" else "Office"}
    assert json.loads(str(new["theirs"])) == {"room": "Gym"}


def test_the_store_keeps_what_the_person_saw(desk: Desk) -> None:
    _, open_item = apart(desk)
    desk.do(SettleInbox(item_id=str(open_item["id"]), choice="mine"))
    args = desk.store.connection.execute("SELECT args FROM operation ORDER BY dseq DESC LIMIT 1").fetchone()[0]
    assert json.loads(args)["base"] == {"room": "Hall"}


def test_a_choice_of_an_older_version_puts_mine_whatever_is_there(desk: Desk) -> None:
    id, open_item = apart(desk)
    desk.do(EditTicket(id=id, room="Gym"))
    late(desk, decode("inbox.settle", {"item_id": open_item["id"], "choice": "mine"}, 1))
    assert desk.ticket(id)["room"] == "Office"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"category": "network"}, "about room"),
        ({"ref": "1-A"}, "about room"),
        ({"state": "closed"}, "about room"),
    ],
)
def test_only_what_the_item_is_about_can_be_written(desk: Desk, values: Row, said: str) -> None:
    _, open_item = apart(desk)
    with pytest.raises(BadInput, match=said):
        desk.do(SettleInbox(item_id=str(open_item["id"]), choice="edit", values=values))
    assert item(desk)["id"] == open_item["id"]


@pytest.mark.parametrize("impact", [7, None])
def test_a_value_that_the_field_does_not_take_is_refused(desk: Desk, impact: int | None) -> None:
    id, open_item = apart(desk, impact=1)
    with pytest.raises(BadInput):
        desk.do(SettleInbox(item_id=str(open_item["id"]), choice="edit", values={"impact": impact}))
    assert desk.ticket(id)["impact"] == 4


def test_keeping_a_hold_on_a_ticket_that_was_closed_opens_it_with_its_reason(desk: Desk) -> None:
    id = desk.log()
    desk.do(CloseTicket(ticket_id=id, resolution="Lamp"))
    late(desk, HoldTicket(ticket_id=id, reason="parts"))
    desk.do(SettleInbox(item_id=str(item(desk)["id"]), choice="mine"))
    row = desk.ticket(id)
    assert [row[name] for name in ("state", "open", "hold_reason", "closed_at")] == ["on_hold", 1, "parts", None]


@pytest.mark.parametrize(
    "values",
    [{"state": "on_hold", "hold_reason": None}, {"state": "mended"}, {"state": "assigned", "hold_reason": "parts"}],
)
def test_a_state_is_only_put_with_what_belongs_to_it(desk: Desk, values: Row) -> None:
    id = desk.log()
    desk.do(CloseTicket(ticket_id=id, resolution="Lamp"))
    late(desk, HoldTicket(ticket_id=id, reason="parts"))
    with pytest.raises(BadInput):
        desk.do(SettleInbox(item_id=str(item(desk)["id"]), choice="edit", values=values))
    assert desk.ticket(id)["state"] == "closed"


def test_another_state_than_either_can_be_written(desk: Desk) -> None:
    id = desk.log()
    desk.do(CloseTicket(ticket_id=id, resolution="Lamp"))
    late(desk, StartWork(ticket_id=id))
    desk.do(SettleInbox(item_id=str(item(desk)["id"]), choice="edit", values={"state": "cancelled"}))
    row = desk.ticket(id)
    assert (row["state"], row["open"], row["closed_at"]) == ("cancelled", 0, desk.now)


def test_sites_devices_contacts_and_parts_are_settled_alike(desk: Desk) -> None:
    site = desk.site()
    made = {
        "site": (RecordSite, {"code": "9", "name": "North"}, "telephone"),
        "device": (RecordDevice, {"tag": "L-1"}, "room"),
        "contact": (RecordContact, {"site_id": site, "name": "Office"}, "email"),
        "part": (RecordPart, {"sku": "T1", "name": "Toner"}, "supplier"),
    }
    for table, (kind, fields, field) in made.items():
        id = new_id()
        desk.do(kind(id=id, **fields))
        desk.do(kind(id=id, **{field: "theirs"}))
        late(desk, kind(id=id, **{field: "mine"}, base={field: None}))
        desk.do(SettleInbox(item_id=str(item(desk)["id"]), choice="edit", values={field: "a third"}))
        row = desk.tx.get(table, id)
        assert row is not None and row[field] == "a third"


def test_an_item_that_only_tells_has_nothing_to_put_in_place(desk: Desk) -> None:
    id = desk.log()
    late(desk, LogTicket(id=new_id(), text="Another", ref=str(desk.ticket(id)["ref"])))
    told = str(item(desk)["id"])
    with pytest.raises(Refused, match="keep theirs"):
        desk.do(SettleInbox(item_id=told, choice="mine"))
    assert "kept theirs" in desk.do(SettleInbox(item_id=told, choice="theirs")).said.lower()


def test_a_settled_item_is_not_settled_again(desk: Desk) -> None:
    _, open_item = apart(desk)
    id = str(open_item["id"])
    desk.do(SettleInbox(item_id=id, choice="theirs"))
    with pytest.raises(Refused, match="kept theirs"):
        desk.do(SettleInbox(item_id=id, choice="mine"))
    assert late(desk, SettleInbox(item_id=id, choice="theirs")).kind == "plain"
    with pytest.raises(NotFound):
        desk.do(SettleInbox(item_id=new_id(), choice="mine"))


def rejected(desk: Desk, operation: str, **args: object) -> Row:
    """An item as the server makes one of what it rejected."""
    id = new_id()
    with desk.store.transaction() as tx:
        tx.begin(Act(new_id(), desk.now, desk.me, "mine"))
        mine = json.dumps({"operation": operation, **args}) if operation else "{}"
        tx.put("inbox_item", {"id": id, "technician_id": desk.me, "entity": "ticket", "entity_id": "x", "mid": new_id(),
                              "at": desk.now, "kind": "rejected", "done": "it was not done", "mine": mine,
                              "theirs": "{}"})  # fmt: skip
    return desk.tx.get("inbox_item", id) or {}


def test_what_was_rejected_is_done_again_by_a_command_of_its_own(desk: Desk) -> None:
    id = desk.log()
    refused = rejected(desk, "ticket.edit", id=id, room="Hall", base={"room": "Gone"})
    desk.store.perform_all((again(refused), SettleInbox(item_id=str(refused["id"]), choice="again")))
    assert desk.ticket(id)["room"] == "Hall"
    assert "again" in str((desk.tx.get("inbox_item", str(refused["id"])) or {})["choice"])
    desk.store.undo()
    assert (desk.ticket(id)["room"], item(desk)["id"]) == (None, refused["id"])


@pytest.mark.parametrize(
    ("operation", "args", "said"),
    [
        ("desk.undo", {"mid": "x", "command": "y", "writes": "[]"}, "undo is not done again"),
        ("inbox.settle", {"item_id": "x", "choice": "mine"}, "another item"),
        ("ticket.note", {}, "cannot be read here"),
        ("ticket.teleport", {"ticket_id": "x"}, "update techdesk"),
        ("ticket.note", {"ticket_id": "x"}, "do it by hand"),
    ],
)
def test_what_cannot_be_done_again_says_why_and_can_be_put_aside(
    desk: Desk, operation: str, args: dict[str, object], said: str
) -> None:
    refused = rejected(desk, operation, **args)
    with pytest.raises(Refused, match=said):
        again(refused)
    for choice in ("mine", "again"):
        with pytest.raises(Refused):
            desk.do(SettleInbox(item_id=str(refused["id"]), choice=choice))
    desk.do(SettleInbox(item_id=str(refused["id"]), choice="theirs"))


def test_an_undo_that_came_late_tells_of_one_row_with_who_changed_it(desk: Desk) -> None:
    id = desk.log(room="Lab")
    desk.do(EditTicket(id=id, room="Office"))
    desk.store.connection.execute("UPDATE operation SET state = 'done'")
    mate = new_id()
    late(desk, EditTicket(id=id, room="Hall", base={"room": "Office"}), mate)
    assert desk.store.undo().kind == "conflict"
    told = item(desk)
    assert (told["entity"], told["theirs_by"]) == ("ticket", mate)
    assert (json.loads(str(told["mine"])), json.loads(str(told["theirs"]))) == ({"room": "Lab"}, {"room": "Hall"})


def test_what_is_typed_becomes_what_the_field_holds(desk: Desk) -> None:
    _, open_item = apart(desk)
    assert typed(open_item, "impact", " 2 ") == 2
    assert typed(open_item, "room", "12") == "12"
    assert typed(open_item, "room", " ") is None
    with pytest.raises(BadInput, match="digits"):
        typed(open_item, "impact", "high")


def test_what_cannot_be_empty_is_what_the_tables_say() -> None:
    kept = {"n", "id", "created_at", "updated_at", "version", "ref", "priority", "open", "told_in_person",
            "reopened", "attended", "stopped", "cold", "major"}  # fmt: skip
    for table in EDITS:
        required = {column.name for column in columns(table) if not column.nullable} - kept
        required -= {"title"} if table == "ticket" else set()  # it follows from the text
        assert set(NEVER_EMPTY[table]) == required, table


NOT_HELD: Row = {"hold_reason": None, "hold_until": None, "supplier": None, "supplier_ref": None, "promised": None}


def test_an_escalation_over_a_hold_that_its_author_had_not_seen_is_told(desk: Desk) -> None:
    id = desk.log()
    desk.do(HoldTicket(ticket_id=id, reason="parts", until="2026-12-01"))
    said = late(desk, EscalateTicket(ticket_id=id, supplier="Acme", promised="2026-12-24", note="Rang", base=NOT_HELD))
    assert said.kind == "conflict"
    assert [desk.ticket(id)[name] for name in NOT_HELD] == ["parts", "2026-12-01", None, None, None]
    assert "Rang" in [event["note"] for event in desk.tx.find("ticket_event", ticket_id=id)]
    desk.do(SettleInbox(item_id=str(item(desk)["id"]), choice="mine"))
    assert [desk.ticket(id)[name] for name in NOT_HELD] == ["vendor", "2026-12-24", "Acme", None, "2026-12-24"]


def test_of_two_suppliers_the_first_stands_also_when_it_waits_no_more(desk: Desk) -> None:
    id = desk.log()
    desk.do(EscalateTicket(ticket_id=id, supplier="Globex"))
    desk.do(ReleaseTicket(ticket_id=id))
    assert late(desk, EscalateTicket(ticket_id=id, supplier="Acme", base=NOT_HELD)).kind == "conflict"
    assert (desk.ticket(id)["supplier"], desk.ticket(id)["state"]) == ("Globex", "triaged")
    desk.do(SettleInbox(item_id=str(item(desk)["id"]), choice="mine"))
    assert (desk.ticket(id)["supplier"], desk.ticket(id)["state"]) == ("Acme", "on_hold")


def test_chasing_the_same_supplier_is_no_conflict(desk: Desk) -> None:
    id = desk.log()
    desk.do(EscalateTicket(ticket_id=id, supplier="Acme"))
    same = EscalateTicket(ticket_id=id, supplier="Acme", reference="R-7", base=NOT_HELD)
    assert late(desk, same).kind == "plain" and desk.ticket(id)["supplier_ref"] == "R-7"
    older = EscalateTicket(ticket_id=id, supplier="Globex")
    assert late(desk, older).kind == "plain"  # what the first version sent does not say what was seen


def test_a_hold_over_one_that_its_author_had_not_seen_is_told(desk: Desk) -> None:
    id = desk.log()
    seen: Row = {"hold_reason": None, "hold_until": None}
    desk.do(HoldTicket(ticket_id=id, reason="parts", until="2026-12-01"))
    said = late(desk, HoldTicket(ticket_id=id, reason="vendor", until="2026-12-24", note="Rang", base=seen))
    assert said.kind == "conflict"
    assert (desk.ticket(id)["hold_reason"], desk.ticket(id)["hold_until"]) == ("parts", "2026-12-01")
    assert json.loads(str(item(desk)["mine"])) == {"hold_reason": "vendor", "hold_until": "2026-12-24"}
    assert "Rang" in [event["note"] for event in desk.tx.find("ticket_event", ticket_id=id)]
    desk.do(SettleInbox(item_id=str(item(desk)["id"]), choice="mine"))
    assert (desk.ticket(id)["hold_reason"], desk.ticket(id)["hold_until"]) == ("vendor", "2026-12-24")


def test_work_on_a_hold_that_its_author_had_not_seen_leaves_it_and_is_told(desk: Desk) -> None:
    id = desk.log()
    desk.do(HoldTicket(ticket_id=id, reason="vendor", until="2026-12-04"))
    said = late(desk, StartWork(ticket_id=id, base={"hold_reason": None, "hold_until": None}))
    assert said.kind == "conflict"
    row = desk.ticket(id)
    assert (row["state"], row["hold_reason"], row["hold_until"]) == ("on_hold", "vendor", "2026-12-04")
    assert [timer["ticket_id"] for timer in desk.tx.find("timer")] == [id]
    assert json.loads(str(item(desk)["theirs"])) == {name: row[name] for name in ("state", "hold_reason", "hold_until")}
    desk.do(SettleInbox(item_id=str(item(desk)["id"]), choice="mine"))
    assert (desk.ticket(id)["state"], desk.ticket(id)["hold_reason"]) == ("in_progress", None)


def test_work_on_a_hold_that_its_author_saw_lifts_it(desk: Desk) -> None:
    id = desk.log()
    desk.do(HoldTicket(ticket_id=id, reason="vendor", until="2026-12-04"))
    late(desk, StartWork(ticket_id=id, base={"hold_reason": "vendor", "hold_until": "2026-12-04"}))
    assert desk.ticket(id)["state"] == "in_progress"
    assert not desk.tx.find("inbox_item")


def test_an_edit_of_what_somebody_ended_meanwhile_is_done_and_told(desk: Desk) -> None:
    id = desk.log()
    edit = EditTicket(id=id, impact=1, urgency=1)
    seen = EditTicket(id=id, impact=1, urgency=1, **edit.seen(desk.tx))
    desk.do(CancelTicket(ticket_id=id))
    assert late(desk, seen).kind == "merged"
    assert (desk.ticket(id)["state"], desk.ticket(id)["priority"], desk.ticket(id)["major"]) == ("cancelled", 1, 0)
    told = item(desk)
    assert (json.loads(str(told["mine"])), json.loads(str(told["theirs"]))) == (
        {"impact": 1, "urgency": 1},
        {"state": "cancelled"},
    )


def test_an_edit_of_a_ticket_that_its_author_knew_to_have_ended_is_plain(desk: Desk) -> None:
    id = desk.log()
    desk.do(CancelTicket(ticket_id=id))
    edit = EditTicket(id=id, room="Hall")
    assert late(desk, EditTicket(id=id, room="Hall", **edit.seen(desk.tx))).kind == "plain"
    assert not desk.tx.find("inbox_item")
