"""Tickets that a laptop named itself, without a number left: they get a number, and keep the name."""

from techdesk.models.queries.names import ticket_id
from techdesk.models.store import Store
from tests.sync.field import Field, InProcess, everything, log, row, rows, settle_down


def without_numbers(store: Store) -> str:
    """Uses up what is leased to this laptop; the letters that it names its own tickets by."""
    store.connection.execute("DELETE FROM number_block")
    return str(store.meta("laptop_code"))


def test_a_ticket_gets_a_number_and_answers_to_its_name_for_ever(near: Field, road: InProcess) -> None:
    ann, ben = near.laptop("Ann"), near.laptop("Ben")
    code = without_numbers(ann)
    ids = [log(ann, "Toner"), log(ann, "Wifi")]
    assert [row(ann, "ticket", id)["ref"] for id in ids] == [f"T-{code}-1", f"T-{code}-2"]
    settle_down(ann, ben)
    refs = [str(row(ben, "ticket", id)["ref"]) for id in ids]
    assert [ref.partition("-")[0].isdigit() for ref in refs] == [True, True] and len(set(refs)) == 2
    for store in (ann, ben):
        assert [ticket_id(store.connection, f"T-{code}-{number}") for number in (1, 2)] == ids
    assert everything(ann) == everything(ben) and rows(ann, "inbox_item") == []


def test_its_number_is_nobody_elses(near: Field, road: InProcess) -> None:
    ann, ben = near.laptop("Ann"), near.laptop("Ben")
    without_numbers(ann)
    for number in range(3):
        log(ann, f"Ticket {number}")
        log(ben, f"Ticket {number}")
    settle_down(ann, ben)
    for store in (ann, ben):
        for number in range(30):
            log(store, f"Later {number}")
    settle_down(ann, ben, ann)
    refs = [str(each["ref"]) for each in rows(ann, "ticket")]
    assert len(set(refs)) == len(refs) == 66 and not [ref for ref in refs if not ref[:4].isdigit()]
    assert everything(ann) == everything(ben)


def test_a_name_that_two_copies_gave_is_told_apart(near: Field, road: InProcess) -> None:
    ann, ben = near.laptop("Ann"), near.laptop("Ben")
    code = without_numbers(ann)
    without_numbers(ben)
    ben.set_meta(laptop_code=code)
    first, second = log(ann, "Ann's"), log(ben, "Ben's")
    settle_down(ann, ben, ann)
    assert {each["alias"]: each["ticket_id"] for each in rows(ann, "ticket_alias")} == {
        f"T-{code}-1": first,
        f"T-{code}-1/Ben-laptop": second,
    }
    assert everything(ann) == everything(ben)


def test_it_may_be_taken_back_by_its_name(near: Field, road: InProcess) -> None:
    ann, ben = near.laptop("Ann"), near.laptop("Ben")
    code = without_numbers(ann)
    id = log(ann, "A slip")
    settle_down(ann, ben)
    ann.undo()
    settle_down(ann, ben)
    assert row(ben, "ticket", id)["state"] == "cancelled"
    assert ticket_id(ben.connection, f"T-{code}-1") == id
