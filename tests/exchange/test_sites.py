"""Lists of schools: every school once, nothing merged in silence, nothing changed by a second import."""

import json
from pathlib import Path

import pytest

from techdesk.desk.people import RecordSite
from techdesk.exchange import importing
from techdesk.models.store import Store
from tests.exchange.conftest import Write, rows

HEAD = (
    "DfE number,Establishment,Address 1,Address 2,Address 4,Postcode,Telephone,"
    "Number of pupils on roll,Latitude,Longitude,Cluster,Trust name,UPRN\n"
)
HILL = "2001,Hill Primary,Long Lane,,Halifax,HX1 1AA,001422 111111,210,53.7,-1.9,North,THE TRUST,100050001\n"
DALE = "2002,Dale Primary,Short Lane,Mixenden,Halifax,HX2 2BB,0044 1422 222222,,53.8,-1.8,,,1.00052E+11\n"


def operations(store: Store) -> int:
    return int(str(rows(store, "SELECT count(*) FROM operation")[0][0]))


def test_a_school_list_becomes_sites(store: Store, write: Write) -> None:
    report = importing.run(store, "sites", write(HEAD + HILL + DALE))
    assert (report.mapping, report.read, report.created, report.rejected) == ("english-schools", 2, 2, 0)
    hill, dale = rows(
        store, "SELECT code, name, address, postcode, telephone, pupils, latitude, longitude, cluster, trust FROM site"
    )
    assert hill == (
        "2001",
        "Hill Primary",
        "Long Lane, Halifax",
        "HX1 1AA",
        "01422 111111",
        210,
        53.7,
        -1.9,
        "North",
        "THE TRUST",
    )
    assert dale[2:6] == ("Short Lane, Mixenden, Halifax", "HX2 2BB", "0044 1422 222222", None)


def test_other_columns_are_kept_and_a_shortened_number_is_a_warning(store: Store, write: Write) -> None:
    report = importing.run(store, "sites", write(HEAD + DALE))
    [warning] = report.warnings
    assert (warning.row, warning.column, warning.value) == (2, "UPRN", "1.00052E+11")
    assert json.loads(str(rows(store, "SELECT extra FROM site")[0][0]))["UPRN"] == "1.00052E+11"


def test_a_second_import_writes_nothing(store: Store, write: Write) -> None:
    path = write(HEAD + HILL + DALE)
    importing.run(store, "sites", path)
    before = operations(store)
    report = importing.run(store, "sites", path)
    assert (report.created, report.updated, report.unchanged) == (0, 0, 2)
    assert operations(store) == before


def test_what_people_changed_stays_until_the_list_says_something_new(store: Store, write: Write) -> None:
    path = write(HEAD + HILL)
    importing.run(store, "sites", path)
    id = str(rows(store, "SELECT id FROM site")[0][0])
    store.perform(RecordSite(id=id, telephone="01422 999999"))
    assert importing.run(store, "sites", path).unchanged == 1
    assert rows(store, "SELECT telephone FROM site") == [("01422 999999",)]
    assert importing.run(store, "sites", write(HEAD + HILL.replace("210", "215"))).updated == 1
    assert rows(store, "SELECT pupils FROM site") == [(215,)]


def test_a_school_that_stands_twice_is_taken_once_and_reported(store: Store, write: Write) -> None:
    path = write(HEAD + HILL + HILL.replace("North", "Secondary"))
    for _ in range(2):
        report = importing.run(store, "sites", path)
        [error] = report.errors
        assert (error.row, error.column, error.value, report.rejected) == (3, "DfE number", "2001", 1)
        assert "row 2" in error.why
        assert "'North' there, 'Secondary' here" in error.why
        assert rows(store, "SELECT code, cluster FROM site") == [("2001", "North")]


@pytest.mark.parametrize("change", [("Hill Primary", "Vale Infants"), ("HX1 1AA", "HX9 9ZZ")])
def test_two_schools_under_one_number_are_both_kept(store: Store, write: Write, change: tuple[str, str]) -> None:
    path = write(HEAD + HILL + HILL.replace(*change))
    report = importing.run(store, "sites", path)
    assert (report.created, report.rejected) == (2, 0)
    assert [warning.value for warning in report.warnings] == ["2001"]
    assert [code for (code,) in rows(store, "SELECT code FROM site")] == ["2001", "2001-2"]
    assert importing.run(store, "sites", path).unchanged == 2


@pytest.mark.parametrize(
    ("cell", "bad", "column"),
    [("53.7", "north", "Latitude"), ("53.7", "153.7", "Latitude"), ("210", "many", "Number of pupils on roll"),
     ("210", "-5", "Number of pupils on roll"), ("Hill Primary", "", "Establishment")],
)  # fmt: skip
def test_a_bad_value_rejects_its_row_alone(store: Store, write: Write, cell: str, bad: str, column: str) -> None:
    report = importing.run(store, "sites", write(HEAD + HILL.replace(cell, bad) + DALE))
    assert (report.created, report.rejected) == (1, 1)
    assert (report.errors[0].row, report.errors[0].column) in ((2, column), (2, ""))
    assert rows(store, "SELECT name FROM site") == [("Dale Primary",)]


def test_strict_takes_all_or_nothing(store: Store, write: Write) -> None:
    report = importing.run(store, "sites", write(HEAD + HILL + DALE.replace("53.8", "north")), strict=True)
    assert (report.taken, report.created, report.rejected) == (False, 0, 1)
    assert rows(store, "SELECT * FROM site") == []
    assert importing.run(store, "sites", write(HEAD + HILL + DALE), strict=True).created == 2


def test_a_dry_run_counts_and_changes_nothing(store: Store, write: Write) -> None:
    before = operations(store)
    report = importing.run(store, "sites", write(HEAD + HILL + DALE), dry_run=True)
    assert (report.created, report.taken) == (2, False)
    assert rows(store, "SELECT * FROM site") == []
    assert operations(store) == before


def test_an_import_is_taken_back_at_once(store: Store, write: Write) -> None:
    importing.run(store, "sites", write(HEAD + HILL + DALE))
    store.undo()
    assert rows(store, "SELECT * FROM site") == []


def test_two_laptops_that_import_one_list_mean_the_same_sites(store: Store, write: Write, tmp_path: Path) -> None:
    path = write(HEAD + HILL + DALE)
    importing.run(store, "sites", path)
    with Store(tmp_path / "other" / "techdesk.db") as other:
        importing.run(other, "sites", path)
        assert rows(other, "SELECT id FROM site") == rows(store, "SELECT id FROM site")


def test_a_plain_list_of_ones_own_needs_no_mapping(store: Store, write: Write) -> None:
    importing.run(
        store,
        "sites",
        write('School;Post code;Rooms\nHill;HX1;Hall; \nDale;HX2;"Hall; Year 3"\n'.replace("Hall; \n", "Hall\n")),
    )
    assert rows(store, "SELECT name, code, postcode FROM site") == [("Hill", "Hill", "HX1"), ("Dale", "Dale", "HX2")]
    assert rows(store, "SELECT name FROM room ORDER BY n") == [("Hall",), ("Hall",), ("Year 3",)]


def test_the_real_list_of_schools(store: Store, shared: Path) -> None:
    report = importing.run(store, "sites", shared / "schools" / "calderdale.csv")
    assert (report.read, report.created, report.rejected) == (101, 100, 1)
    assert {error.value for error in report.errors} == {"4022"}
    assert rows(
        store, "SELECT count(*) FROM site WHERE latitude BETWEEN 53 AND 54 AND longitude BETWEEN -3 AND -1"
    ) == [(100,)]
    assert rows(store, "SELECT count(*) FROM site WHERE telephone LIKE '00%'") == [(0,)]
    assert importing.run(store, "sites", shared / "schools" / "calderdale.csv").unchanged == 100


def test_a_row_that_a_sync_could_not_carry_is_rejected_alone(
    store: Store, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("techdesk.models.journal.MOST_ARGS", 1024)
    report = importing.run(store, "sites", write(HEAD + HILL.replace("Long Lane", "Long Lane" * 200) + DALE))
    assert (report.created, report.rejected) == (1, 1)
    assert "a sync carries" in report.errors[0].why and rows(store, "SELECT name FROM site") == [("Dale Primary",)]
