"""Device models: standing, expiry, and spellings that become one."""

import pytest

from techdesk.desk.commands import perform
from techdesk.desk.ids import new_id
from techdesk.desk.inventory import RecordDevice, RecordModel
from techdesk.desk.ledger import NO_FIT
from techdesk.desk.models import KeepApart, MergeModels, kept_id
from techdesk.desk.problems import LogProblem
from techdesk.desk.spares import MoveStock, RecordPart
from techdesk.desk.tx import Act
from techdesk.errors import BadInput, NotFound, Refused
from techdesk.models.memory import MemoryTx
from techdesk.models.queries import inventory, models, names, spares
from tests.desk.conftest import MONDAY, Desk


def model(desk: Desk, name: str, **fields: object) -> str:
    id = new_id()
    desk.do(RecordModel(id=id, name=name, **fields))  # type: ignore[arg-type]
    return id


def row(desk: Desk, id: str) -> dict[str, object]:
    return dict(desk.tx.get("device_model", id) or {})


def test_what_names_another_spelling_means_the_kept_model(desk: Desk) -> None:
    kept, other, device, part = model(desk, "ProBook 450 G8"), model(desk, "HP Probook 450G8"), new_id(), new_id()
    desk.do(RecordDevice(id=device, tag="L-1", model_id=other))
    desk.do(RecordPart(id=part, sku="BAT", name="Battery", models=(other,)))
    desk.do(LogProblem(id=new_id(), title="Hinges break", model_id=other))
    desk.do(MergeModels(model_id=kept, other_ids=(other,)))
    card = inventory.card(desk.store.connection, device)
    assert [title for _, title, _, _ in models.card(desk.store.connection, kept, MONDAY).problems] == ["Hinges break"]
    assert (card.line.model, [each.sku for each in card.parts]) == ("ProBook 450 G8", ["BAT"])
    assert spares.part(desk.store.connection, part).models == ["ProBook 450 G8"]
    assert names.model_id(desk.store.connection, "hp probook") == kept


def test_the_kept_model_learns_what_only_the_other_says(desk: Desk) -> None:
    kept = model(desk, "Book", standing="standard", category="laptop")
    other = model(desk, "BOOK", category="tablet", update_expiry="2027-06-30", manufacturer="Acme")
    desk.do(MergeModels(model_id=kept, other_ids=(other,)))
    found = row(desk, kept)
    assert (found["standing"], found["category"], found["update_expiry"]) == ("standard", "laptop", "2027-06-30")
    assert found["manufacturer_id"] == row(desk, other)["manufacturer_id"]


def test_a_merge_is_taken_back_whole(desk: Desk) -> None:
    kept, other, device = model(desk, "Book"), model(desk, "BOOK", category="laptop"), new_id()
    desk.do(RecordDevice(id=device, tag="L-1", model_id=other))
    desk.do(MergeModels(model_id=kept, other_ids=(other,)))
    desk.store.undo()
    assert (row(desk, other)["merged_into"], row(desk, kept)["category"]) == (None, None)
    assert inventory.card(desk.store.connection, device).line.model == "BOOK"


def test_the_spellings_of_a_model_that_becomes_one_with_another_go_with_it(desk: Desk) -> None:
    first, second, third = (model(desk, name) for name in ("Book", "BOOK", "Book 11"))
    desk.do(MergeModels(model_id=second, other_ids=(first,)))
    desk.do(MergeModels(model_id=third, other_ids=(second,)))
    assert [kept_id(desk.tx, id) for id in (first, second, third)] == [third] * 3


def test_what_is_one_already_is_not_merged_again(desk: Desk) -> None:
    first, second = model(desk, "Book"), model(desk, "BOOK")
    desk.do(MergeModels(model_id=first, other_ids=(second,)))
    for command in (
        MergeModels(model_id=first, other_ids=(second,)),
        MergeModels(model_id=second, other_ids=(first,)),
        KeepApart(model_id=first, other_id=second),
        RecordModel(id=second, standing="retiring"),
    ):
        with pytest.raises(Refused, match=r"one (with|already|as)|They are one"):
            desk.do(command)
    with pytest.raises(BadInput):
        MergeModels(model_id=first, other_ids=(first,))
    with pytest.raises(NotFound):
        desk.do(MergeModels(model_id=first, other_ids=(new_id(),)))


def test_a_part_for_another_spelling_fits(desk: Desk) -> None:
    kept, other, far, device, part = (new_id() for _ in range(5))
    for id, name in ((kept, "Book"), (other, "BOOK"), (far, "Slate")):
        desk.do(RecordModel(id=id, name=name))
    desk.do(RecordPart(id=part, sku="BAT", name="Battery", models=(other,)))
    desk.do(RecordDevice(id=device, tag="L-1", model_id=kept))
    ticket = desk.log(device_id=device)
    use = MoveStock(part_id=part, quantity=1, reason="issue", from_id="van", ticket_id=ticket)
    assert NO_FIT in desk.do(use).said
    desk.do(MergeModels(model_id=kept, other_ids=(other,)))
    assert NO_FIT not in desk.do(use).said


def test_what_is_said_late_of_a_spelling_goes_to_its_author(desk: Desk) -> None:
    tx, act = MemoryTx(), Act(new_id(), MONDAY, None, "laptop", merging=True)
    tx.begin(act)
    for id, name in (("a", "Book"), ("b", "BOOK")):
        perform(tx, RecordModel(id=id, name=name), act)
    perform(tx, MergeModels(model_id="a", other_ids=("b",)), act)
    late = Act(new_id(), MONDAY, None, "laptop", merging=True)
    tx.begin(late)
    outcome = perform(tx, RecordModel(id="b", standing="retiring"), late)
    [item] = tx.find("inbox_item")
    assert (outcome.kind, item["entity_id"], item["mine"]) == ("conflict", "a", '{"standing": "retiring"}')
    assert (tx.get("device_model", "a") or {})["standing"] == "tolerated"
    assert perform(tx, RecordModel(id="b", name="BOOK"), late).kind == "plain"


def test_models_that_were_told_apart_stay_so(desk: Desk) -> None:
    first, second = model(desk, "Book"), model(desk, "Book 2")
    desk.do(KeepApart(model_id=second, other_id=first))
    desk.do(KeepApart(model_id=first, other_id=second))
    assert len(desk.tx.find("model_apart")) == 1
