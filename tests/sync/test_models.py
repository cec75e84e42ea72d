"""Spellings of a model that two people put right without a network."""

import json

from techdesk.desk.ids import new_id
from techdesk.desk.inventory import RecordDevice, RecordModel
from techdesk.desk.models import MergeModels
from techdesk.models.queries.devices import known_device
from techdesk.models.store import Store
from techdesk.sync.client import sync
from tests.sync.field import Field, everything, inbox, row, settle_down


def both(field: Field, *names: str) -> tuple[Store, Store, list[str]]:
    ann, ben = field.laptop("Ann"), field.laptop("Ben")
    ids = [new_id() for _ in names]
    ann.perform_all([RecordModel(id=id, name=name) for id, name in zip(ids, names, strict=True)])
    settle_down(ann, ben)
    return ann, ben, ids


def test_a_device_recorded_meanwhile_for_the_other_spelling_is_of_the_kept_model(field: Field) -> None:
    ann, ben, (kept, other) = both(field, "Book", "BOOK")
    device = new_id()
    ann.perform(MergeModels(model_id=kept, other_ids=(other,)))
    ben.perform(RecordDevice(id=device, tag="L-1", model_id=other))
    settle_down(ann, ben)
    assert everything(ann) == everything(ben)
    assert [known_device(store.connection, device).model for store in (ann, ben)] == ["Book", "Book"]
    ann.undo()
    settle_down(ann, ben)
    assert [known_device(store.connection, device).model for store in (ann, ben)] == ["BOOK", "BOOK"]


def test_what_became_one_first_stays_and_the_later_is_told(field: Field) -> None:
    ann, ben, (one, two, three) = both(field, "Book", "BOOK", "Book 11")
    ann.perform(MergeModels(model_id=one, other_ids=(two,)))
    ben.perform(MergeModels(model_id=three, other_ids=(two, one)))
    sync(ann)
    report = sync(ben)
    sync(ann)
    assert everything(ann) == everything(ben) and report.merged == 1
    # The one that was still free went where it was sent, and took its spelling with it.
    assert [row(ann, "device_model", id)["merged_into"] for id in (one, two, three)] == [three, three, None]
    [item] = inbox(ben)
    assert item["entity_id"] == two


def test_two_who_keep_the_other_one_agree_on_the_first(field: Field) -> None:
    ann, ben, (one, two) = both(field, "Book", "BOOK")
    ann.perform(MergeModels(model_id=one, other_ids=(two,)))
    ben.perform(MergeModels(model_id=two, other_ids=(one,)))
    settle_down(ann, ben)
    assert everything(ann) == everything(ben)
    assert [row(ben, "device_model", id)["merged_into"] for id in (one, two)] == [None, one]
    [item] = inbox(ben)
    assert json.loads(str(item["mine"])) == {"merged_into": two}
