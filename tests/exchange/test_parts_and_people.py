"""Parts with their opening stock; technicians and contacts; models."""

from pathlib import Path

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


def test_quantities_below_zero_or_in_pieces_are_errors_of_their_row(store: Store, write: Write) -> None:
    head = "Name,Category,QTY,Location,Min Amount,Item Number,Purchase Cost\n"
    report = importing.run(
        store, None, write(head + "A,x,-5,S,1,1,1\nB,x,2.5,S,1,2,1\nC,x,2,S,-1,3,1\nD,x,2,S,1,4,-9\nE,x,2,S,1,5,9\n")
    )
    assert [(fault.row, fault.column) for fault in report.errors] == [
        (2, "QTY"), (3, "QTY"), (4, "Min Amount"), (5, "Purchase Cost"),
    ]  # fmt: skip
    assert rows(store, "SELECT quantity FROM stock_movement") == [(2,)]


def test_a_quantity_without_a_place_is_said_and_not_counted(store: Store, write: Write) -> None:
    report = importing.run(store, "parts", write("sku,name,quantity\nT-1,Toner,5\n"))
    assert (report.created, report.warnings[0].column) == (1, "quantity")
    assert rows(store, "SELECT count(*) FROM stock_movement") == [(0,)]


def test_users_of_snipeit_are_contacts_of_sites_that_are_known_or_made_known(store: Store, write: Write) -> None:
    path = write(
        "First Name,Last Name,Email,Username,Location,Address,Phone,Job Title\nAda,Okafor,a@x,ada,Hill,1 Home St,1,Head\n"
    )
    assert "--new-sites" in importing.run(store, None, path).errors[0].why
    assert importing.run(store, None, path, new_sites=True).created == 1
    assert rows(store, "SELECT c.name, role, s.name FROM contact c JOIN site s ON s.id = site_id") == [
        ("Ada Okafor", "Head", "Hill")
    ]
    assert "Home St" not in str(rows(store, "SELECT args FROM operation"))


def test_the_real_samples_of_snipeit(store: Store, shared: Path) -> None:
    folder = shared / "interchange" / "snipeit"
    counts = {"locations": 19, "models": 20, "components": 1, "consumables": 3, "users": 100}
    for again in (False, True):
        for name, count in counts.items():
            report = importing.run(store, None, folder / f"{name}-sample.csv", new_sites=True)
            taken = report.unchanged if again else report.created
            assert (name, taken, report.rejected) == (name, count, 0)
    assert rows(store, "SELECT sum(quantity) FROM stock_balance") == [(10 + 50 + 54 + 97,)]
