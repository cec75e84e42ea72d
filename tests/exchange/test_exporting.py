"""Tables go out whole, safe to open in a spreadsheet, and come back as they were."""

import csv
import io
import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from techdesk.desk.ids import new_id
from techdesk.desk.inventory import RecordDevice, RecordModel
from techdesk.desk.people import RecordSite, RecordTechnician
from techdesk.desk.tickets import LogTicket
from techdesk.desk.visits import CancelVisit, PlanVisit
from techdesk.errors import BadInput
from techdesk.exchange import exporting, importing
from techdesk.exchange.visit_calendar import Whose, calendar
from techdesk.models.store import Store
from tests.exchange.conftest import NOW, fresh, rows


def exported(store: Store, kind: str, format: str = "csv") -> str:
    out = io.StringIO(newline="")
    exporting.run(store, kind, format, out)
    return out.getvalue()


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_a_formula_goes_out_as_text_and_comes_back_as_it_was(store: Store, tmp_path: Path) -> None:
    for name in ("=1+1", "@here", "-5", "'=1", "'tis"):
        store.perform(RecordSite(id=new_id(), code=f"c{name}", name=name, latitude=-1.5))
    text = exported(store, "sites")
    assert [row["name"] for row in table(text)] == ["'=1+1", "'@here", "'-5", "''=1", "'tis"]
    assert {row["latitude"] for row in table(text)} == {"-1.5"}
    path = tmp_path / "sites.csv"
    path.write_text(text, encoding="utf-8", newline="")
    assert importing.run(store, "sites", path).unchanged == 5


@pytest.mark.parametrize("kind", list(exporting.SQL))
def test_every_kind_goes_out_in_both_formats(store: Store, kind: str) -> None:
    document = json.loads(exported(store, kind, "json"))
    assert (document["schema"], document["kind"], document["total"]) == (1, kind, len(document["items"]))
    assert len(table(exported(store, kind))) == document["total"]


FIRST = ("=", "+", "-", "@", "\t", "\r")


@pytest.mark.parametrize("format", ["csv", "snipeit"])
def test_devices_that_look_like_formulas_go_out_neutral_and_come_back_as_they_were(
    store: Store, tmp_path: Path, format: str
) -> None:
    for number, first in enumerate(FIRST):
        note = f"{first}cmd|' /C calc'!A0" if first not in "\t\r" or format == "csv" else "=1"
        store.perform(RecordDevice(id=new_id(), tag=f"={number}", serial=f"-SER{number}", name="+x", note=note))
    before = rows(store, "SELECT tag, serial, name, note FROM device ORDER BY n")
    text = exported(store, "devices", format)
    assert not [cell for row in table(text) for cell in row.values() if cell.startswith(FIRST)]
    path = tmp_path / "devices.csv"
    path.write_text(text, encoding="utf-8", newline="")
    with Store(fresh(tmp_path / "other" / "techdesk.db"), wall=lambda: NOW) as other:
        report = importing.run(other, "devices", path, "snipeit-assets" if format == "snipeit" else None)
        assert (report.created, report.errors) == (len(FIRST), [])
        assert rows(other, "SELECT tag, serial, name, note FROM device ORDER BY n") == before


def test_devices_for_snipeit_come_back_with_model_state_and_place(store: Store, tmp_path: Path) -> None:
    store.perform(RecordSite(id="s1", code="2001", name="Hill"))
    model = new_id()
    store.perform(RecordModel(id=model, name="CB514", number="N1", category="Laptop", manufacturer="Acer"))
    store.perform(RecordDevice(id=new_id(), tag="A-1", serial="SER1", model_id=model, site_id="s1", state="in_repair",
                               bought="2024-09-01", cost=300.5, warranty_end="2027-09-01"))  # fmt: skip
    text = exported(store, "devices", "snipeit")
    assert table(text)[0]["Status"] == "Out for Repair"
    path = tmp_path / "assets.csv"
    path.write_text(text, encoding="utf-8", newline="")
    with Store(fresh(tmp_path / "other" / "techdesk.db"), wall=lambda: NOW) as other:
        assert importing.run(other, None, path, new_sites=True).mapping == "snipeit-assets"
        query = (
            "SELECT tag, serial, d.state, bought, cost, warranty_end, s.name, m.name, number, category FROM device d"
            " JOIN site s ON s.id = site_id JOIN device_model m ON m.id = model_id"
        )
        assert rows(other, query) == [
            ("A-1", "SER1", "in_repair", "2024-09-01", 300.5, "2027-09-01", "Hill", "CB514", "N1", "Laptop")
        ]


@pytest.mark.parametrize(("kind", "format"), [("parts", "snipeit"), ("stock", "csv")])
def test_stock_comes_back_with_its_counts_and_minima(store: Store, tmp_path: Path, kind: str, format: str) -> None:
    path = tmp_path / "stock.csv"
    path.write_text(
        "sku,name,location,quantity,minimum\nT-1,=Toner,Store,5,2\nT-1,=Toner,Hill,0,1\nL-1,Lamp,Store,3,\n"
    )
    importing.run(store, "parts", path)
    path.write_text(exported(store, kind, format), encoding="utf-8", newline="")
    query = (
        "SELECT sku, p.name, l.name, quantity FROM stock_balance b JOIN part p ON p.id = part_id"
        " JOIN stock_location l ON l.id = b.location_id WHERE quantity <> 0 ORDER BY 1, 3"
    )
    with Store(fresh(tmp_path / "other" / "techdesk.db"), wall=lambda: NOW) as other:
        assert importing.run(other, "parts", path).errors == []
        assert rows(other, query) == rows(store, query)
        minima = "SELECT minimum FROM stock_level ORDER BY 1"
        assert rows(other, minima) == rows(store, minima) == [(1,), (2,)]


def test_every_table_that_laptops_share_goes_out(store: Store) -> None:
    store.perform(RecordSite(id="s1", code="2001", name="Hill", rooms=("Hall",)))
    assert [(row["name"], row["site_id"]) for row in table(exported(store, "room"))] == [("Hall", "s1")]
    with pytest.raises(BadInput, match="cannot be exported"):
        exported(store, "meta")


def test_what_cannot_be_exported_is_refused(store: Store) -> None:
    with pytest.raises(BadInput, match="'cakes' cannot be exported"):
        exported(store, "cakes")
    with pytest.raises(BadInput, match="as 'ics'"):
        exported(store, "sites", "ics")


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "sites.csv"
    path.write_text("before", encoding="utf-8")

    def full(out: Any) -> int:
        out.write("half")
        raise OSError(28, "No space left on device")

    with pytest.raises(BadInput, match="No space left"):
        exporting.to_file(path, full)
    assert path.read_text(encoding="utf-8") == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_place_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="is a folder"):
        exporting.to_file(tmp_path, lambda out: 0)
    with pytest.raises(BadInput, match="cannot be written"):
        exporting.to_file(tmp_path / "no" / "x.csv", lambda out: 0)


def test_visits_keep_their_uid_and_count_their_changes(store: Store) -> None:
    store.perform(RecordSite(id="s1", code="2001", name="Hill, Primary", address="1 Lane; Halifax — " + "é" * 80))
    visit = new_id()
    me = str(store.meta("technician"))
    store.perform(PlanVisit(id=visit, site_id="s1", technician_id=me, planned_start="2026-11-24T08:00:00.000Z",
                            planned_end="2026-11-24T11:00:00.000Z"))  # fmt: skip
    first = exported(store, "visits", "ics")
    assert f"UID:{visit}@techdesk\r\nSEQUENCE:0\r\n" in first
    assert "DTSTART:20261124T080000Z\r\nDTEND:20261124T110000Z\r\n" in first
    assert "Hill\\, Primary" in first
    assert all(len(line.encode()) <= 75 for line in first.split("\r\n"))
    store.perform(CancelVisit(visit_id=visit, reason="snow"))
    second = exported(store, "visits", "ics")
    assert f"UID:{visit}@techdesk\r\nSEQUENCE:1\r\n" in second
    assert "STATUS:CANCELLED" in second


def test_a_calendar_of_one_site_or_person_reads_back_as_it_was(store: Store) -> None:
    me, other, visits = str(store.meta("technician")), new_id(), [new_id() for _ in range(3)]
    store.perform_all([
        RecordTechnician(id=other, name="Ben"),
        *(RecordSite(id=id, code=id, name=f"School {id}\\; é, north") for id in ("s1", "s2")),
        *(PlanVisit(id=id, site_id=site, technician_id=who, planned_start=f"2026-1{n}-24T08:00:00.000Z",
                    planned_end=f"2026-1{n}-24T11:00:00.000Z")
          for n, (id, site, who) in enumerate(zip(visits, ("s1", "s2", "s1"), (me, me, other), strict=True))),
    ])  # fmt: skip

    def read(whose: Whose) -> tuple[str, list[str]]:
        out = io.StringIO(newline="")
        calendar(store, out, whose)
        found = Calendar.from_ical(out.getvalue())
        titles = {str(event["SUMMARY"]).partition(" (")[0] for event in found.walk("VEVENT")}
        assert titles <= {"Visit: School s1\\; é, north", "Visit: School s2\\; é, north"}
        return str(found["X-WR-CALNAME"]), [
            str(event["UID"]).removesuffix("@techdesk") for event in found.walk("VEVENT")
        ]

    assert read(Whose(technician_id=other)) == ("Visits: Ben", [visits[2]])
    assert read(Whose(site_id="s1"))[1] == [visits[0], visits[2]]
    assert read(Whose(technician_id=me, site_id="s2"))[1] == [visits[1]]
    assert read(Whose())[1] == visits


# Any text but what no file of text can hold, and blanks at the ends, which commands cut off.
words = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), min_size=1, max_size=60).map(
    str.strip
)
said = words.filter(bool)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(said, st.one_of(st.none(), said), said), min_size=1, max_size=4))
def test_what_goes_out_comes_back_the_same(things: list[tuple[str, str | None, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        there, here = Path(folder) / "a" / "techdesk.db", Path(folder) / "b" / "techdesk.db"
        with Store(fresh(there), wall=lambda: NOW) as store, Store(fresh(here), wall=lambda: NOW) as other:
            for number, (name, note, text) in enumerate(things):
                site, model = new_id(), new_id()
                store.perform(RecordSite(id=site, code=f"{number}", name=name, entry_notes=note))
                store.perform(RecordModel(id=model, name=name, manufacturer=text))
                store.perform(
                    RecordDevice(id=new_id(), tag=f"T{number}", name=note, model_id=model, site_id=site, note=text)
                )
                store.perform(LogTicket(id=new_id(), text=text, site_id=site, room=note, reporter=name))
            for kind in ("sites", "models", "devices", "tickets"):
                path = Path(folder) / f"{kind}.csv"
                exporting.to_file(path, lambda out, kind=kind: exporting.run(store, kind, "csv", out))  # type: ignore[misc]
                report = importing.run(other, kind, path)
                assert (report.created, report.errors, report.warnings) == (len(things), [], [])
                assert _without_source(exported(other, kind)) == _without_source(exported(store, kind))
                assert importing.run(other, kind, path).unchanged == len(things)
            assert rows(other, "SELECT count(*) FROM inbox_item") == [(0,)]


def _without_source(text: str) -> list[dict[str, str]]:
    return [{name: cell for name, cell in row.items() if not name.startswith("source")} for row in table(text)]
