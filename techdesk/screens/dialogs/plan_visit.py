"""Where and when a visit is to be."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from typing import ClassVar

from textual.app import ComposeResult
from textual.suggester import SuggestFromList
from textual.widgets import Input

from techdesk import clock
from techdesk.desk.ids import new_id
from techdesk.desk.visits import PlanVisit
from techdesk.errors import BadInput
from techdesk.models.queries import names
from techdesk.models.queries.visit_lists import site_card
from techdesk.models.rows import VisitLine
from techdesk.screens.dialogs.dialog import Dialog, Field
from techdesk.screens.dialogs.whole import whole


class PlanVisitDialog(Dialog[str | None]):
    """Plans the visit itself; its result is the visit's id."""

    KEYS: ClassVar[str] = "Enter plans it   Tab next   Esc leaves"

    def __init__(self, like: VisitLine | None) -> None:
        """`like` is a visit whose site and hours are proposed, a week on."""
        super().__init__("Plan a visit")
        self._like = like

    def compose_fields(self) -> ComposeResult:
        like, now = self._like, self.desk.now
        start = clock.local(like.planned_start if like else now, like.timezone if like else self.desk.timezone)
        today = clock.local(now, self.desk.timezone)
        # The same weekday and hour, the first that is still to come.
        while start.date() <= today.date():
            start += timedelta(days=7)
        hour = f"{start:%H:%M}" if like else "08:00"
        minutes = clock.seconds_between(like.planned_start, like.planned_end) // 60 if like else 180
        yield Field("School", Input(like.site if like else "", id="site", placeholder="code or name", compact=True))
        yield Field("Day", Input(f"{start:%Y-%m-%d}", id="date", placeholder="2026-11-30", compact=True))
        yield Field("From", Input(hour, id="hour", placeholder="08:00", compact=True))
        yield Field("Minutes", Input(str(minutes), id="minutes", compact=True))
        yield Field("Who", Input("me", id="who", placeholder="a technician, or me", compact=True))

    def on_mount(self) -> None:
        self.query_one("#site", Input).focus()
        self.ask(_names, self._suggest)

    def _suggest(self, found: tuple[list[str], list[str]]) -> None:
        for id, words in zip(("#site", "#who"), found, strict=True):
            self.query_one(id, Input).suggester = SuggestFromList(words, case_sensitive=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        typed = {each.id or "": each.value.strip() for each in self.query(Input)}
        if not typed["site"]:
            self.wrong("Which school? Type its code, or the beginning of its name.")
            self.query_one("#site", Input).focus()
            return
        self.run_worker(self._plan(typed), group="write")

    async def _plan(self, typed: dict[str, str]) -> None:
        id = new_id()
        done = await self.desk.do(lambda connection: _order(connection, id, typed, self.desk.heading.me))
        if done.refusals:
            self.wrong(" ".join(done.refusals))
        else:
            self.dismiss(id)


def _names(connection: sqlite3.Connection) -> tuple[list[str], list[str]]:
    """Sites and technicians, for completion."""
    found = [
        [str(name) for (name,) in connection.execute(f"SELECT name FROM {table} WHERE state = 'active' ORDER BY name")]
        for table in ("site", "technician")
    ]
    return found[0], found[1]


def _order(connection: sqlite3.Connection, id: str, typed: dict[str, str], me: str | None) -> PlanVisit:
    """The command for what was typed. Raises BadInput, NotFound."""
    site_id = names.site_id(connection, typed["site"])
    start = clock.parse_there(f"{typed['date']}T{typed['hour']}", site_card(connection, site_id).timezone)
    minutes = whole(typed["minutes"] or "0", "Minutes")
    if not 1 <= minutes <= 1440:
        raise BadInput("A visit lasts from 1 minute to a day: correct its minutes.")
    return PlanVisit(
        id=id, site_id=site_id, technician_id=names.technician_id(connection, typed["who"] or "me", me),
        planned_start=start, planned_end=clock.later(start, minutes),
    )  # fmt: skip
