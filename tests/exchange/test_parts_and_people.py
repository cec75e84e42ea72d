"""Parts with their opening stock; technicians and contacts; models."""

from techdesk.desk.people import RecordSite
from techdesk.desk.spares import MoveStock
from techdesk.exchange import importing
from techdesk.models.store import Store
from tests.exchange.conftest import Write, rows

PARTS = "Name,Category,QTY,Location,Min Amount,Item Number,Purchase Cost\nToner,Print,50,Store,10,T-1,35.2\n"


def test_consumables_become_parts_with_an_opening_stock(store: Store, write: Write) -> None:
    assert importing.run(store, "parts", write(PARTS)).created == 1
    assert rows(store, "SELECT sku, name, category, unit_cost FROM part") == [("T-1", "Toner", "Print", 35.2)]
    assert rows(store, "SELECT quantity, reason FROM stock_movement") == [(50, "count")]
    assert rows(store, "SELECT minimum FROM stock_level") == [(10,)]


def test_an_opening_stock_is_booked_once(store: Store, write: Write) -> None:
    importing.run(store, "parts", write(PARTS))
    part, place = (str(rows(store, sql)[0][0]) for sql in
                   ("SELECT id FROM part", "SELECT id FROM stock_location WHERE kind = 'store'"))  # fmt: skip
    store.perform(MoveStock(part_id=part, quantity=3, reason="issue", from_id=place))
    assert importing.run(store, "parts", write(PARTS)).unchanged == 1
    assert rows(store, "SELECT quantity FROM stock_movement ORDER BY n") == [(50,), (3,)]


def test_people_with_a_site_are_contacts_and_those_without_technicians(store: Store, write: Write) -> None:
    store.perform(RecordSite(id="s1", code="2001", name="Hill"))
    path = write("First name,Last name,Job title,Email,School\nAda,Okafor,Head,ada@hill.sch.uk,Hill\n")
    assert importing.run(store, "people", path).created == 1
    assert rows(store, "SELECT site_id, name, role, email FROM contact") == [
        ("s1", "Ada Okafor", "Head", "ada@hill.sch.uk")
    ]
    people = write("Name,Code,Skills\nBo,BO,network\n")
    assert importing.run(store, "people", people).created == 1
    assert importing.run(store, "people", people).unchanged == 1
    assert rows(store, "SELECT name, skills FROM technician WHERE code = 'BO'") == [("Bo", "network")]


def test_a_contact_of_no_known_site_is_an_error(store: Store, write: Write) -> None:
    report = importing.run(store, "people", write("Name,School\nAda,Nowhere\n"))
    assert (report.rejected, report.errors[0].column, report.errors[0].value) == (1, "School", "Nowhere")


def test_models_are_told_apart_by_number(store: Store, write: Write) -> None:
    path = write("Name,Category,Manufacturer,Model Number\nCB,Laptop,Acer,1\nCB,Laptop,Acer,2\nCB,Laptop,Acer,1\n")
    report = importing.run(store, "models", path)
    assert (report.created, report.rejected) == (2, 1)
    assert importing.run(store, "models", path).unchanged == 2
