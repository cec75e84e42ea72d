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

from techdesk.desk.ids import new_id
from techdesk.desk.inventory import RecordDevice, RecordModel
from techdesk.desk.people import RecordSite
from techdesk.desk.tickets import LogTicket
from techdesk.desk.visits import CancelVisit, PlanVisit
from techdesk.errors import BadInput
from techdesk.exchange import exporting, importing
from techdesk.models.store import Store
from tests.exchange.conftest import NOW, rows


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
        with Store(there, wall=lambda: NOW) as store, Store(here, wall=lambda: NOW) as other:
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
