"""A person's own keys: what works is used, what cannot work is said and left out."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from textual.app import App
from textual.binding import Binding
from textual.screen import Screen

from techdesk.screens.widgets.keys import BindingRow, apply_keymap, binding_rows
from techdesk.screens.widgets.paged_list import PagedList


class Tickets(Screen[None]):
    BINDING_GROUP_TITLE = "Tickets"
    BINDINGS = [
        Binding("c", "close", "Close", id="ticket.close", tooltip="Write down the fix and close the ticket"),
        Binding("h", "hold", "Hold", id="ticket.hold"),
    ]

    def action_close(self) -> None:
        assert isinstance(self.app, Desk)
        self.app.done.append("close")

    def action_hold(self) -> None:
        assert isinstance(self.app, Desk)
        self.app.done.append("hold")


class Visits(Screen[None]):
    BINDINGS = [Binding("w", "wrap", "Wrap", id="visit.wrap")]


class Desk(App[None]):
    BINDINGS = [Binding("question_mark", "help", "Help", id="desk.help"), Binding("u", "undo", "Undo", id="desk.undo")]
    SCREENS = {"tickets": Tickets, "visits": Visits}

    def __init__(self) -> None:
        super().__init__()
        self.done: list[str] = []

    def on_mount(self) -> None:
        self.push_screen("tickets")


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        ({"ticket.clsoe": "f2"}, 'There is nothing called "ticket.clsoe" to give a key to, did you mean "ticket.close".'),
        ({"ticket.close": "h"}, 'The key h already means "ticket.hold", so "ticket.close" keeps its own.'),
        ({"ticket.close": "?"}, 'The key ? already means "desk.help", so "ticket.close" keeps its own.'),
        ({"desk.undo": "w"}, 'The key w already means "visit.wrap", so "desk.undo" keeps its own.'),
        ({"ticket.close": "x"}, 'The key x already means "list.mark", so "ticket.close" keeps its own.'),
        ({"ticket.close": "ctrl+q"}, 'The key ctrl+q already means Quit (Everywhere), so "ticket.close" keeps its own.'),
        ({"ticket.close": "ctrl+shfit+x"}, 'There is no key "ctrl+shfit+x", so "ticket.close" keeps its own.'),
        ({"ticket.close": "clsoe"}, 'There is no key "clsoe", so "ticket.close" keeps its own.'),
        ({"ticket.close": ""}, '"ticket.close" has a key missing in "", so it keeps its own. A comma is written "comma".'),
        (
            {"ticket.close": "f2", "ticket.hold": "f2"},
            'The key f2 already means "ticket.close", so "ticket.hold" keeps its own.',
        ),
    ],
)  # fmt: skip
async def test_a_key_that_cannot_work_is_said_and_left_out(keys: Mapping[str, str], sentence: str) -> None:
    app = Desk()
    async with app.run_test() as pilot:
        assert apply_keymap(app, keys, PagedList) == [sentence]
        await pilot.press("c", "h")
        assert app.done[-1] == "hold"


@pytest.mark.parametrize(
    ("keys", "pressed", "done"),
    [
        ({"ticket.close": "f2"}, ["f2", "c"], ["close"]),
        ({"ticket.close": "f2,!"}, ["f2", "exclamation_mark"], ["close", "close"]),
        ({"ticket.close": "h", "ticket.hold": "c"}, ["h", "c"], ["close", "hold"]),
        ({"ticket.close": "w"}, ["w"], ["close"]),
        ({}, ["c"], ["close"]),
    ],
)
async def test_a_key_that_works_replaces_the_old_one(
    keys: Mapping[str, str], pressed: list[str], done: list[str]
) -> None:
    app = Desk()
    async with app.run_test() as pilot:
        assert apply_keymap(app, keys, PagedList) == []
        await pilot.press(*pressed)
        assert app.done == done


async def test_an_override_left_out_does_not_take_another_with_it() -> None:
    app = Desk()
    async with app.run_test() as pilot:
        problems = apply_keymap(app, {"ticket.close": "h", "ticket.hold": "f2", "desk.undo": "f2"})
        assert problems == ['The key f2 already means "ticket.hold", so "desk.undo" keeps its own.']
        await pilot.press("h", "f2")
        assert app.done == ["close", "hold"]


class Twice(Screen[None]):
    BINDINGS = [
        Binding("c", "close", "Close", id="ticket.close"),
        Binding("c", "carry", "Carry", id="ticket.carry"),
        Binding("w", "wait", "Wait", id="visit.wrap"),
    ]


async def test_ids_and_keys_declared_twice_are_said() -> None:
    app = Desk()
    async with app.run_test():
        assert apply_keymap(app, {}, Twice) == [
            '"visit.wrap" is the name of two things, wrap and wait.',
            'The key c means two things, "ticket.close" and "ticket.carry".',
        ]


async def test_help_has_a_row_for_each_action() -> None:
    app = Desk()
    async with app.run_test():
        rows = binding_rows(app)
        assert rows[0].area == "Everywhere"
        assert BindingRow("Tickets", "c", "ticket.close", "Close", "Write down the fix and close the ticket") in rows
        assert BindingRow("Visits", "w", "visit.wrap", "Wrap", "") in rows


async def test_help_shows_the_keys_that_hold_now() -> None:
    app = Desk()
    async with app.run_test():
        apply_keymap(app, {"ticket.close": "f2,!"})
        assert [row.keys for row in binding_rows(app, Tickets) if row.id == "ticket.close"] == ["f2 !"]


async def test_help_shows_all_keys_of_an_action_in_one_row() -> None:
    app = Desk()
    async with app.run_test():
        assert binding_rows(app, PagedList)[0] == BindingRow("Lists", "↓ j", "list.down", "Down", "Select the next row")
