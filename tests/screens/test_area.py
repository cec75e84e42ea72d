"""What every area does: keys, capture, others' writes, sizes."""

from __future__ import annotations

import pytest
from textual._compositor import Compositor

from techdesk.app import HOMES, TechdeskApp, screen_class
from techdesk.config import Config
from techdesk.desk.tickets import NoteTicket
from techdesk.screens.area import Area, bindings_of
from techdesk.screens.help import areas_with_keys
from techdesk.screens.widgets.capture_line import CaptureLine
from tests.screens.desk import STILL, open_desk
from tests.screens.school import School, ticket

SIZES = [(60, 20), (80, 24), (120, 40), (200, 60)]


@pytest.mark.parametrize("size", SIZES)
async def test_every_area_draws_at_every_size_with_its_footer(school: School, size: tuple[int, int]) -> None:
    async with open_desk(school, size) as desk:
        for number in "123456":
            await desk.press(number)
            assert desk.lines[-1].rstrip().endswith("? help")
            assert desk.lines[0].count("▸") == 1


@pytest.mark.parametrize("size", SIZES)
async def test_every_dialog_draws_at_every_size(school: School, size: tuple[int, int]) -> None:
    async with open_desk(school, size) as desk:
        today = desk.app.screen
        for key in ("c", "h", "a", "e", "t", "g", "question_mark", "enter"):
            await desk.press(key)
            assert desk.app.screen is not today
            await desk.press("escape")
            assert desk.app.screen is today


async def test_a_ticket_is_captured_from_anywhere_and_the_keys_come_back(school: School) -> None:
    async with open_desk(school) as desk:
        for number in "123456":
            await desk.press(number)
            before = desk.app.focused
            await desk.press("n")
            await desk.type(f"from area {number}\r")
            assert desk.said.startswith("Logged")
            assert desk.app.focused is before
    assert school.asks("SELECT count(*) FROM ticket WHERE text LIKE 'from area %'") == [(6,)]


async def test_half_typed_words_follow_into_another_area_and_another_day(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("n")
        await desk.type("half a")
        await desk.press("escape", "2", "n")
        assert desk.app.screen.query_one(CaptureLine).value == "half a"
    async with open_desk(school) as desk:
        await desk.press("n")
        assert desk.app.screen.query_one(CaptureLine).value == "half a"


async def test_a_key_without_a_meaning_says_so(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("6", "c")
        assert desk.warned
        assert "Not in Sync" in desk.said


async def test_a_refused_action_is_said_and_changes_nothing(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("k", "a")
        await desk.type("priya")
        await desk.press("enter")
        assert desk.warned
        assert "is closed" in desk.said


async def test_undo_takes_back_what_was_done(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("h", "p", "u")
        assert desk.said.startswith("Took back")
    assert school.state("hall") == "in_progress"


async def test_another_programs_write_shows_and_the_selection_stays(school: School) -> None:
    async with open_desk(school, (120, 40)) as desk:
        await desk.press("2", "j")
        selected = desk.selected
        ticket(school, "fire", "Server room is hot", impact=1, urgency=1, at=school.now)
        school.does(NoteTicket(ticket_id=str(selected), text="colleague was here"))
        await desk.look_elsewhere()
        assert "Server room is hot" in desk.text
        assert desk.selected == selected


async def test_ones_own_writes_are_not_taken_for_anothers(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("h", "p")
        assert not await desk.app.writer.written_elsewhere()


async def test_a_sleeping_area_catches_up_when_it_is_shown(school: School) -> None:
    async with open_desk(school, (120, 40)) as desk:
        await desk.press("2", "1", "n")
        await desk.type("while you slept")
        await desk.press("enter", "2")
        assert "while you slept" in desk.text


async def test_the_areas_names_and_the_footer_take_the_mouse(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.pilot.click("AreaBar", offset=(14, 0))
        await desk.settle()
        assert desk.app.current_mode == "tickets"
        await desk.pilot.click("KeyBar", offset=(2, 0))
        await desk.settle()
        assert desk.app.screen.query_one(CaptureLine).is_open


async def test_a_tick_of_the_clock_and_a_new_heading_draw_what_they_change_and_not_the_screen(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_desk(school, config=STILL) as desk:
        whole: list[bool] = []
        monkeypatch.setattr(Compositor, "render_full_update", lambda *_, **__: whole.append(True))
        desk.app.now = "2026-11-23T09:15:01.000Z"
        desk.app.minute = "2026-11-23T09:15"
        desk.app.heading = desk.app.heading._replace(to_send=99)
        await desk.settle()
        assert "09:15" in desk.text and "99 to send" in desk.text
        assert whole == []


async def test_an_unknown_name_in_the_key_map_is_reported(school: School) -> None:
    config = Config(refresh_seconds=86_000, keys={"ticket.clsoe": "f2"})
    async with open_desk(school, config=config) as desk:
        assert 'nothing called "ticket.clsoe"' in desk.said
        assert '"ticket.close"' in desk.said


async def test_ones_own_key_works_and_is_shown(school: School) -> None:
    config = Config(refresh_seconds=86_000, keys={"ticket.close": "f2"})
    async with open_desk(school, config=config) as desk:
        assert "f2 close" in desk.lines[-1]
        await desk.press("f2")
        assert desk.app.screen.query("#fix")


async def test_an_unknown_theme_is_reported(school: School) -> None:
    async with open_desk(school, config=Config(theme="neon", refresh_seconds=86_000)) as desk:
        assert "neon" in desk.said


@pytest.mark.parametrize("theme", ["techdesk-dark", "techdesk-light", "nord"])
async def test_themes_draw(school: School, theme: str) -> None:
    async with open_desk(school, config=Config(theme=theme, refresh_seconds=86_000)) as desk:
        assert "Projector" in desk.text


async def test_without_colour_the_cursor_and_the_area_have_glyphs(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with open_desk(school) as desk:
        assert any(line.startswith("▶") and "Projector" in line for line in desk.lines)
        assert desk.lines[0].startswith("▸1 Today")


async def test_ascii_alone_is_enough(school: School) -> None:
    async with open_desk(school, (120, 40), Config(ascii=True, refresh_seconds=86_000)) as desk:
        for number in "12":
            await desk.press(number)
            assert desk.text.replace("…", "").isascii()


async def test_a_strangers_escape_sequence_is_drawn_and_not_obeyed(school: School) -> None:
    ticket(school, "evil", "\x1b[2Jcleared\u202e", "Office", impact=1, urgency=1)
    async with open_desk(school, (120, 40)) as desk:
        await desk.press("2", "home")
        assert "\x1b" not in desk.text
        assert "\u202e" not in desk.text
        assert "[2Jcleared" in desk.text


def test_a_key_means_the_same_in_every_area() -> None:
    meanings: dict[str, set[str | None]] = {}
    for mode in HOMES:
        for binding in bindings_of(screen_class(HOMES[mode])):
            for key in binding.key.split(","):
                meanings.setdefault(key, set()).add(binding.id)
    assert {key: ids for key, ids in meanings.items() if len(ids) > 1} == {}


def test_no_screen_takes_a_key_that_works_everywhere() -> None:
    everywhere = {key for binding in TechdeskApp.BINDINGS for key in binding.key.split(",")}  # type: ignore[union-attr]
    screens = [each for each in (*areas_with_keys(), *map(screen_class, HOMES.values())) if issubclass(each, Area)]
    taken = {
        (screen.__name__, key): binding.id
        for screen in screens
        for binding in bindings_of(screen)
        for key in binding.key.split(",")
        if key in everywhere
    }
    assert taken == {}


def test_every_key_has_an_id_and_a_tooltip() -> None:
    for mode in HOMES:
        for binding in bindings_of(screen_class(HOMES[mode])):
            assert binding.id
            assert binding.tooltip


async def test_no_area_takes_a_key_of_the_app(school: School) -> None:
    everywhere = {key for binding in Area.BINDINGS for key in binding.key.split(",")}  # type: ignore[union-attr]
    async with open_desk(school, config=STILL) as desk:
        own = {binding.key for _, binding in desk.app._bindings if binding.id}
        assert not everywhere & own
