"""Licences out of tables."""

from pathlib import Path

from techdesk.desk.people import RecordSite
from techdesk.exchange import importing
from techdesk.models.store import Store
from tests.exchange.conftest import Write, rows

SNIPE = "Item name,serial number,purchase date,purchase cost,Licensed To Name,expiration date,seats,supplier,notes\n"


def test_licences_of_snipeit_without_key_and_person(store: Store, write: Write) -> None:
    path = write(SNIPE + "Office,KEY-1,11/24/2024,$12.58,Jo Doe,02/26/2027,56,Acme,fine\nOffice,KEY-2,,,,,5,,\n")
    assert importing.run(store, None, path).created == 2
    assert rows(store, "SELECT product, seats, starts, expires, cost, supplier FROM licence ORDER BY seats") == [
        ("Office", 5, None, None, None, None),
        ("Office", 56, "2024-11-24", "2027-02-26", 12.58, "Acme"),
    ]
    kept = str(rows(store, "SELECT * FROM licence")) + str(rows(store, "SELECT args FROM operation"))
    assert not any(secret in kept for secret in ("KEY-1", "Jo Doe"))
    before = rows(store, "SELECT count(*) FROM operation")
    assert importing.run(store, None, path).unchanged == 2
    assert rows(store, "SELECT count(*) FROM operation") == before


def test_a_licence_that_would_begin_after_its_end_is_taken_without_its_beginning(store: Store, write: Write) -> None:
    report = importing.run(store, "licences", write("product,seats,starts,expires\nX,1,2026-11-05,2026-01-22\n"))
    assert (report.created, report.warnings[0].column) == (1, "starts")
    assert rows(store, "SELECT starts, expires FROM licence") == [(None, "2026-01-22")]


def test_a_licence_may_stand_in_a_row_for_each_site(store: Store, write: Write) -> None:
    for code in ("1", "2"):
        store.perform(RecordSite(id=f"s{code}", code=code, name=f"School {code}"))
    path = write("product,seats,school,used\nX,30,1,10\nX,30,2,20\nX,30,2,21\nX,30,9,1\n")
    report = importing.run(store, "licences", path)
    assert (report.created, report.updated, report.rejected) == (1, 1, 2)
    assert rows(store, "SELECT site_id, used FROM licence_site ORDER BY site_id") == [("s1", 10), ("s2", 20)]
    assert importing.run(store, "licences", path).unchanged == 2


def test_seats_below_zero_are_an_error(store: Store, write: Write) -> None:
    report = importing.run(store, "licences", write("product,seats\nX,-1\nY,2.5\nZ,3\n"))
    assert [(fault.row, fault.column, fault.value) for fault in report.errors] == [
        (2, "seats", "-1"),
        (3, "seats", "2.5"),
    ]


def test_the_real_sample_of_snipeit(store: Store, shared: Path) -> None:
    path = shared / "interchange" / "snipeit" / "licenses-sample.csv"
    report = importing.run(store, None, path)
    assert (report.read, report.created, report.rejected) == (50, 50, 0)
    assert importing.run(store, None, path).unchanged == 50
