"""A list over a real query of 100,000 rows, through keys, the mouse and what it posts."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.cells import cell_len

from techdesk.screens.widgets.line import ASCII
from techdesk.screens.widgets.marks import MARK_LIMIT
from techdesk.screens.widgets.paged_list import PagedList
from techdesk.screens.widgets.paged_view import Draw
from tests.screens.widgets.people import ListApp, PeopleFile, Person, draw, draw_raw, screen_lines, settled

ROWS = 100_000
LINES = 24


@pytest.fixture(scope="module")
def big_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("big") / "people.db"
    PeopleFile(path, ROWS)
    return path


@pytest.fixture
def people(big_file: Path, tmp_path: Path) -> PeopleFile:
    """100,000 rows that a test may change."""
    copy = tmp_path / "people.db"
    copy.write_bytes(big_file.read_bytes())
    return PeopleFile(copy)


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """Holds reads up until it is set; set at the end in any case, so that no thread is left waiting."""
    event = threading.Event()
    yield event
    event.set()


async def test_first_rows_are_drawn_soon_after_the_start(people: PeopleFile) -> None:
    app = ListApp(people)
    async with app.run_test() as pilot:
        started = time.perf_counter()
        app.people.set_source(PeopleFile(people.path))
        await settled(pilot)
        assert time.perf_counter() - started < 1.0  # 0.1 s when nothing else runs; a measure of every row takes 13
        assert screen_lines(app)[0].startswith("▶  Person 000000")
        assert app.people.count == ROWS


async def test_reads_stay_off_the_interface_thread(people: PeopleFile) -> None:
    app = ListApp(people)
    async with app.run_test() as pilot:
        await pilot.press("end", "home")
        app.people.reload()
        await settled(pilot)
        assert threading.get_ident() not in people.threads


@pytest.mark.parametrize(
    ("keys", "index"),
    [
        (["down"], 1),
        (["j", "j", "k"], 1),
        (["down", "up", "up"], 0),
        (["pagedown"], LINES),
        (["pagedown", "pageup"], 0),
        (["end"], ROWS - 1),
        (["end", "down"], ROWS - 1),
        (["end", "home"], 0),
    ],
)
async def test_keys_move_the_cursor(people: PeopleFile, keys: list[str], index: int) -> None:
    app = ListApp(people)
    async with app.run_test() as pilot:
        await settled(pilot)
        await pilot.press(*keys)
        await settled(pilot)
        assert app.people.cursor == index
        assert any(f"▶  Person {index:06}" in line for line in screen_lines(app))


async def test_moving_tells_which_row_is_selected(people: PeopleFile) -> None:
    app = ListApp(people)
    async with app.run_test() as pilot:
        await settled(pilot)
        await pilot.press("down")
        await settled(pilot)
        assert app.last(PagedList.Highlighted) == PagedList.Highlighted(app.people, "k1", Person("k1", "Person 000001"))


async def test_enter_opens_even_where_the_row_is_still_on_the_way(people: PeopleFile) -> None:
    app = ListApp(people)
    async with app.run_test() as pilot:
        await settled(pilot)
        await pilot.press("end", "enter")
        await settled(pilot)
        opened = app.last(PagedList.Opened)
        assert isinstance(opened, PagedList.Opened)
        assert opened.key == f"k{ROWS - 1}"


async def test_a_click_selects_and_a_double_click_opens(people: PeopleFile) -> None:
    app = ListApp(people)
    async with app.run_test() as pilot:
        await settled(pilot)
        await pilot.click(PagedList, offset=(10, 5))
        assert app.people.selected_key == "k5"
        assert not any(isinstance(message, PagedList.Opened) for message in app.posted)
        await pilot.double_click(PagedList, offset=(10, 7))
        opened = app.last(PagedList.Opened)
        assert isinstance(opened, PagedList.Opened)
        assert opened.key == "k7"


async def test_the_wheel_scrolls_and_leaves_the_selection(people: PeopleFile) -> None:
    app = ListApp(people)
    async with app.run_test() as pilot:
        await settled(pilot)
        app.people.scroll_to(y=5_000, animate=False)
        await settled(pilot)
        assert app.people.selected_key == "k0"
        assert "Person 005000" in screen_lines(app)[0]


async def test_rows_inserted_above_move_neither_selection_nor_screen(people: PeopleFile) -> None:
    app = ListApp(people)
    async with app.run_test() as pilot:
        await settled(pilot)
        app.people.select("k5000")
        await settled(pilot)
        before = screen_lines(app)
        for number in range(3):
            people.add(f"new{number}", f"A new person {number}")
        app.people.reload()
        await settled(pilot)
        assert app.people.selected_key == "k5000"
        assert app.people.cursor == 5_003
        assert screen_lines(app) == before


async def test_at_the_very_top_new_rows_come_into_view(people: PeopleFile) -> None:
    app = ListApp(people)
    async with app.run_test() as pilot:
        await settled(pilot)
        people.add("new", "A new person")
        app.people.reload()
        await settled(pilot)
        assert "A new person" in screen_lines(app)[0]
        assert screen_lines(app)[1].startswith("▶  Person 000000")


async def test_rows_inserted_above_leave_a_scrolled_screen_alone(people: PeopleFile) -> None:
    app = ListApp(people)
    async with app.run_test() as pilot:
        await settled(pilot)
        app.people.scroll_to(y=5_000, animate=False)
        await settled(pilot)
        people.add("new", "A new person")
        app.people.reload()
        await settled(pilot)
        assert "Person 005000" in screen_lines(app)[0]
        assert app.people.selected_key == "k0"


async def test_a_vanished_row_leaves_the_cursor_at_its_place(people: PeopleFile) -> None:
    app = ListApp(people)
    async with app.run_test() as pilot:
        await settled(pilot)
        await pilot.press("down", "down")
        people.write("DELETE FROM person WHERE key = 'k2'")
        app.people.reload()
        await settled(pilot)
        assert (app.people.cursor, app.people.selected_key) == (2, "k3")
        highlighted = app.last(PagedList.Highlighted)
        assert isinstance(highlighted, PagedList.Highlighted)
        assert highlighted.key == "k3"


async def test_a_vanished_last_row_leaves_the_cursor_on_the_last_one(people: PeopleFile) -> None:
    app = ListApp(people)
    async with app.run_test() as pilot:
        await settled(pilot)
        await pilot.press("end")
        await settled(pilot)
        people.write(f"DELETE FROM person WHERE key = 'k{ROWS - 1}'")
        app.people.reload()
        await settled(pilot)
        assert app.people.selected_key == f"k{ROWS - 2}"


async def test_a_selected_row_that_changed_is_told_again(people: PeopleFile) -> None:
    app = ListApp(people)
    async with app.run_test() as pilot:
        await settled(pilot)
        people.write("UPDATE person SET name = 'Person 000000 (away)' WHERE key = 'k0'")
        app.people.reload()
        await settled(pilot)
        highlighted = app.last(PagedList.Highlighted)
        assert isinstance(highlighted, PagedList.Highlighted)
        assert highlighted.row.name == "Person 000000 (away)"


async def test_moves_made_while_a_reload_is_read_are_kept(people: PeopleFile, gate: threading.Event) -> None:
    app = ListApp(people)
    async with app.run_test() as pilot:
        await settled(pilot)
        people.add("new", "A new person")
        people.gate = gate
        app.people.reload()
        await pilot.press("down", "down", "down")
        gate.set()
        await settled(pilot)
        assert app.people.selected_key == "k3"
        assert app.people.cursor == 4


async def test_a_far_move_made_while_a_reload_is_read_is_kept(people: PeopleFile, gate: threading.Event) -> None:
    app = ListApp(people)
    async with app.run_test() as pilot:
        await settled(pilot)
        await pilot.press("end")
        await settled(pilot)
        await pilot.press("home")
        people.add("new", "A new person")
        people.gate = gate
        app.people.reload()
        await pilot.press("end")
        gate.set()
        await settled(pilot)
        assert app.people.selected_key == f"k{ROWS - 1}"


async def read_is_held_up(people: PeopleFile) -> None:
    assert await asyncio.to_thread(people.asked.wait, 10)
    people.asked.clear()


async def test_a_page_of_an_earlier_source_is_dropped(people: PeopleFile, gate: threading.Event) -> None:
    app = ListApp(people)
    async with app.run_test() as pilot:
        await settled(pilot)
        people.asked.clear()
        people.gate = threading.Event()
        await pilot.press("end")
        await read_is_held_up(people)
        fewer = PeopleFile(people.path, where="key < 'k5'")
        fewer.gate = gate
        app.people.set_source(fewer)
        people.gate.set()
        await read_is_held_up(fewer)
        await pilot.pause()
        assert "Person 099999" not in "".join(screen_lines(app))
        gate.set()
        await settled(pilot)
        assert (app.people.count, app.people.selected_key) == (44_445, "k0")


async def test_a_page_from_before_a_reload_is_dropped(people: PeopleFile, gate: threading.Event) -> None:
    app = ListApp(people)
    async with app.run_test() as pilot:
        await settled(pilot)
        people.asked.clear()
        first_gate = people.gate = threading.Event()
        await pilot.press("end")
        await read_is_held_up(people)
        people.gate = gate
        people.write(f"UPDATE person SET name = 'Person 099999 (away)' WHERE key = 'k{ROWS - 1}'")
        app.people.reload()
        first_gate.set()
        await read_is_held_up(people)
        await pilot.pause()
        assert "Person 099999" not in "".join(screen_lines(app))
        gate.set()
        await settled(pilot)
        assert "Person 099999 (away)" in screen_lines(app)[-1]


async def test_a_stream_of_changes_does_not_keep_the_list_from_showing_any(
    people: PeopleFile, gate: threading.Event
) -> None:
    app = ListApp(people)
    async with app.run_test() as pilot:
        await settled(pilot)
        people.asked.clear()
        first_gate = people.gate = threading.Event()
        people.add("new", "A new person")
        app.people.reload()
        await read_is_held_up(people)
        people.gate = gate
        app.people.reload()
        first_gate.set()
        await read_is_held_up(people)
        await pilot.pause()
        assert "A new person" in screen_lines(app)[0]


async def test_rows_on_the_way_are_drawn_as_placeholders(people: PeopleFile, gate: threading.Event) -> None:
    app = ListApp(people)
    async with app.run_test() as pilot:
        await settled(pilot)
        people.gate = gate
        await pilot.press("end")
        await pilot.pause()
        assert [line.split() for line in screen_lines(app)[-2:]] == [["·"], ["▶", "·"]]
        gate.set()
        await settled(pilot)


async def test_another_source_keeps_a_row_that_is_in_both(people: PeopleFile) -> None:
    app = ListApp(people)
    async with app.run_test() as pilot:
        await settled(pilot)
        await pilot.press("down", "down", "down")
        app.people.set_source(PeopleFile(people.path, where="key LIKE '%3'"))
        await settled(pilot)
        assert (app.people.cursor, app.people.selected_key) == (0, "k3")


async def test_a_row_that_is_not_in_the_list_is_told(people: PeopleFile) -> None:
    app = ListApp(people)
    async with app.run_test() as pilot:
        await settled(pilot)
        await pilot.press("down")
        app.people.select("nobody")
        await settled(pilot)
        assert app.last(PagedList.Missed) == PagedList.Missed(app.people, "nobody")
        assert app.people.selected_key == "k1"


async def test_marks_survive_a_reload(people: PeopleFile) -> None:
    app = ListApp(people)
    async with app.run_test() as pilot:
        await settled(pilot)
        await pilot.press("x", "down", "down", "x")
        people.add("new", "A new person")
        app.people.reload()
        await settled(pilot)
        assert app.people.marks == {"k0", "k2"}
        assert [line[:2] for line in screen_lines(app)[:5]] == ["  ", " ●", "  ", "▶●", "  "]


async def test_a_mark_goes_with_its_row(people: PeopleFile) -> None:
    app = ListApp(people)
    async with app.run_test() as pilot:
        await settled(pilot)
        await pilot.press("x", "down", "x")
        people.write("DELETE FROM person WHERE key = 'k0'")
        app.people.reload()
        await settled(pilot)
        assert app.people.marks == {"k1"}
        assert app.last(PagedList.MarksChanged) == PagedList.MarksChanged(app.people, frozenset({"k1"}), False)


@pytest.mark.parametrize(
    ("keys", "marks"),
    [
        (["x", "x"], set()),
        (["shift+down", "shift+down"], {"k0", "k1", "k2"}),
        (["down", "shift+up"], {"k0", "k1"}),
        (["x", "down", "down", "X"], {"k0", "k1", "k2"}),
        (["ctrl+a"], {f"k{index}" for index in range(LINES)}),
        (["ctrl+a", "ctrl+a"], set()),
    ],
)
async def test_keys_mark_rows(people: PeopleFile, keys: list[str], marks: set[str]) -> None:
    app = ListApp(people)
    async with app.run_test() as pilot:
        await settled(pilot)
        await pilot.press(*keys)
        await settled(pilot)
        assert app.people.marks == marks


async def test_a_range_longer_than_the_limit_is_cut_and_told(people: PeopleFile) -> None:
    app = ListApp(people)
    async with app.run_test() as pilot:
        await settled(pilot)
        await pilot.press("x", "end", "X")
        await settled(pilot)
        changed = app.last(PagedList.MarksChanged)
        assert isinstance(changed, PagedList.MarksChanged)
        assert (len(changed.marks), changed.full) == (MARK_LIMIT, True)


async def test_an_action_means_the_marked_rows_or_else_the_selected_one(people: PeopleFile) -> None:
    app = ListApp(people)
    async with app.run_test() as pilot:
        await settled(pilot)
        targets = [app.people.targets]
        await pilot.press("down", "x", "down", "x", "home")
        targets.append(app.people.targets)
        assert targets == [("k0",), ("k1", "k2")]


async def test_an_empty_list_says_what_to_do(tmp_path: Path) -> None:
    empty = PeopleFile(tmp_path / "people.db", rows=1)
    empty.write("DELETE FROM person")
    app = ListApp(empty)
    async with app.run_test() as pilot:
        await settled(pilot)
        await pilot.press("down", "enter", "x", "X", "ctrl+a", "end", "shift+up")
        assert "No people yet. Press n to add one." in screen_lines(app)[0]
        assert app.people.targets == ()


async def test_a_list_that_was_empty_fills(tmp_path: Path) -> None:
    empty = PeopleFile(tmp_path / "people.db", rows=1)
    empty.write("DELETE FROM person")
    app = ListApp(empty)
    async with app.run_test() as pilot:
        await settled(pilot)
        empty.add("new", "A new person")
        app.people.reload()
        await settled(pilot)
        assert screen_lines(app)[0].startswith("▶  A new person")
        assert app.last(PagedList.Counted) == PagedList.Counted(app.people, 1)


async def test_the_cursor_is_a_glyph_without_colour(people: PeopleFile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = ListApp(people)
    async with app.run_test() as pilot:
        await settled(pilot)
        assert app.no_color
        await pilot.press("down", "x")
        assert [line[:2] for line in screen_lines(app)[:3]] == ["  ", "▶●", "  "]
        app.set_focus(None)
        await pilot.pause()
        assert screen_lines(app)[1].startswith("▷●")


async def test_glyphs_can_be_ascii(people: PeopleFile) -> None:
    app = ListApp(people, glyphs=ASCII)
    async with app.run_test() as pilot:
        await settled(pilot)
        await pilot.press("x")
        assert screen_lines(app)[0].startswith(">* Person")


async def test_a_failed_read_is_told_and_a_reload_tries_again(people: PeopleFile) -> None:
    people.broken = True
    app = ListApp(people)
    async with app.run_test() as pilot:
        await settled(pilot)
        failed = app.last(PagedList.ReadFailed)
        assert isinstance(failed, PagedList.ReadFailed)
        assert isinstance(failed.error, sqlite3.OperationalError)
        assert "This list could not be read: disk I/O error" in screen_lines(app)[0]
        people.broken = False
        app.people.reload()
        await settled(pilot)
        assert screen_lines(app)[0].startswith("▶  Person 000000")


@pytest.mark.parametrize("size", [(20, 5), (6, 3), (3, 1), (1, 1), (200, 60)])
async def test_any_size_of_terminal_is_drawn(people: PeopleFile, size: tuple[int, int]) -> None:
    app = ListApp(people)
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        await pilot.press("end", "x", "pageup")
        await settled(pilot)
        assert len(screen_lines(app)) == size[1]


@pytest.mark.parametrize("drawn_by", [draw, draw_raw])
async def test_hostile_text_cannot_leave_its_line(people: PeopleFile, drawn_by: Draw[Person]) -> None:
    people.add("bad", "\x1b[2J\x9b31mA\u202egro\u2066\nsecond\tline 👨‍👩‍👧 日本 \ud7ff" + "é" * 200)
    app = ListApp(people, draw=drawn_by)
    async with app.run_test() as pilot:
        await settled(pilot)
        line = screen_lines(app)[0]
        assert line.isprintable()
        assert "␛[2J" in line
        assert line.rstrip().endswith("é…")
        assert cell_len(line) == 80
        assert screen_lines(app)[1].startswith("   Person 000000")


async def test_text_selected_with_the_mouse_can_be_copied(people: PeopleFile) -> None:
    app = ListApp(people)
    async with app.run_test() as pilot:
        await settled(pilot)
        await pilot.mouse_down(PagedList, offset=(3, 1))
        await pilot.hover(PagedList, offset=(9, 2))
        await pilot.mouse_up(PagedList, offset=(9, 2))
        assert app.screen.get_selected_text() == "Person 000001\n   Person"
