"""Closing: the fix, the minutes, parts, whether they were told, and the two questions. Enter anywhere closes."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import Any, ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widgets import Input, Static

from techdesk import clock
from techdesk.desk.closing import CloseTicket, ResolveTicket
from techdesk.desk.timers import FORGOTTEN
from techdesk.errors import BadInput
from techdesk.models.queries.similar import similar_to
from techdesk.models.queries.visits import running
from techdesk.screens.chrome import key
from techdesk.screens.dialogs.dialog import Dialog, Field, short_title
from techdesk.screens.dialogs.fix_input import FixInput, Offers
from techdesk.screens.dialogs.parts import VanPart, fitting, last_mark, resolve, split_fix, van_parts
from techdesk.screens.dialogs.toggle import Toggle
from techdesk.screens.dialogs.whole import whole
from techdesk.screens.widgets.safe_text import clip
from techdesk.screens.writer import Order


class Background(NamedTuple):
    """What helps to close: fixes of similar tickets, the van's parts, the minutes as timed (None: no timer)."""

    fixes: list[str]
    parts: list[VanPart]
    timed: int | None


class CloseDialog(Dialog[bool]):
    """Closes the tickets itself and is left with True. A draft is kept for the ticket until then."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("ctrl+t", "told", "close.told", "Told", "They were told in person and it works, or not"),
        key("ctrl+p", "parts", "close.parts", "Parts", "Go to the parts"),
    ]
    KEYS = "Enter closes  Tab next  ^T told  ^P parts  +chg in the fix: a part  Esc"

    def __init__(self, tickets: list[tuple[str, str, str]]) -> None:
        """`tickets` as (id, ref, title)."""
        super().__init__(short_title("Close", [(ref, title) for _, ref, title in tickets]))
        self.ids = [id for id, _, _ in tickets]
        self._draft_name = f"close {' '.join(sorted(self.ids))[:400]}"
        self._parts: list[VanPart] = []
        self._closing = False

    def compose_fields(self) -> ComposeResult:
        kept = self.desk.drafts.get(self._draft_name)
        each = " each" if len(self.ids) > 1 else ""
        offers = Offers()
        offers.marks_only_parts = True
        yield Field("Fix", FixInput(str(kept.get("fix", ""))))
        yield Static("", id="before", markup=False)
        yield Field(f"Minutes{each}", _input("minutes", kept, "as timed"))
        yield Field(f"Parts{each}", _input("parts", kept, "first letters, CHG-45:2 for two", suggester=offers))
        yield Static("", id="van", markup=False)
        with Horizontal(id="answers"):
            yield Field("Told", Toggle("in person", bool(kept.get("told")), id="told"))
            yield Field("Timely", _input("timeliness", kept, "1-5"))
            yield Field("Quality", _input("quality", kept, "1-5"))
        with Horizontal(id="more"):
            yield Field("Tested", Toggle("yes", bool(kept.get("tested")), id="tested"))
            yield Field("Remote", Toggle("yes", bool(kept.get("remote")), id="remote"))
            yield Field("Cause", _input("cause", kept, "code"))
            yield Field("By", _input("by", kept, "name"))
        with Horizontal(id="ends"):
            yield Field("Ask", Toggle("the two questions later", bool(kept.get("later")), id="later"))
            yield Field("Only", Toggle("resolved: still to be told", bool(kept.get("resolved")), id="resolved"))

    def on_mount(self) -> None:
        self.query_one(FixInput).focus()
        id, me, now = self.ids[0], self.desk.heading.me, self.desk.now
        self.ask(lambda connection: background(connection, id, me, now), self._show)

    def _show(self, found: Background) -> None:
        fix, parts = self.query_one(FixInput), self.query_one("#parts", Input)
        fix.offers.fixes, fix.offers.parts = found.fixes, found.parts
        self._parts = found.parts
        if isinstance(parts.suggester, Offers):
            parts.suggester.parts = found.parts
        if found.fixes:
            width = self._width() - 13
            self.query_one("#before", Static).update(f"  Before     {clip('↓ ' + found.fixes[0], width)}")
        timed = "none timed" if found.timed is None else f"{found.timed} as timed"
        if found.timed is not None and found.timed * 60 > FORGOTTEN:
            timed = f"ran for {found.timed // 60} h: type what it was"
        self.query_one("#minutes", Input).placeholder = timed
        self._show_van("")

    def _show_van(self, typed: str) -> None:
        """The van's parts that fit what is typed of a part, with how many it holds."""
        found = fitting(self._parts, typed) if typed else [part for part in self._parts if part.held > 0]
        names = ", ".join(f"{part.sku} {part.name} ({part.held})" for part in found[:6])
        line = f"  In the van {names or 'nothing that is called so'}" if self._parts else ""
        self.query_one("#van", Static).update(clip(line, self._width()))

    def _width(self) -> int:
        """Cells of a line within the frame."""
        return max(20, min(self.size.width, 78) - 4)

    @on(Input.Changed)
    @on(Toggle.Flipped)
    def keep(self, event: Input.Changed | Toggle.Flipped) -> None:
        """Keeps the draft, and shows which parts fit. Who was told saw that it works, unless the one is said without the
        other."""
        if isinstance(event, Toggle.Flipped) and event.toggle.id == "told":
            self.query_one("#tested", Toggle).on = event.toggle.on
        self.desk.keep_draft(self._draft_name, self._typed())
        self.wrong("")
        if isinstance(event, Input.Changed) and event.input.id == "parts":
            self._show_van(event.value.rsplit(" ", 1)[-1])
        elif isinstance(event, Input.Changed) and event.input.id == "fix":
            self._show_van(last_mark(event.value) or "")

    def _typed(self) -> dict[str, Any]:
        words = {each.id or "": each.value for each in self.query(Input) if each.value}
        return words | {each.id or "": True for each in self.query(Toggle) if each.on}

    def action_told(self) -> None:
        """They were told, or not."""
        self.query_one("#told", Toggle).action_flip()

    def action_parts(self) -> None:
        """Goes to the parts."""
        self.query_one("#parts", Input).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        if self._closing:
            return
        try:
            orders = [self._order(id) for id in self.ids]
        except BadInput as error:
            self.wrong(str(error))
            return
        self._closing = True
        self.run_worker(self._close(orders), group="write")

    async def _close(self, orders: list[Order]) -> None:
        done = await self.desk.do(*orders)
        self._closing = False
        if done.outcomes:
            self.desk.keep_draft(self._draft_name, {})
            self.dismiss(True)
        else:
            self.wrong(" ".join(done.refusals))

    def _order(self, id: str) -> Order:
        typed = self._typed()
        fix, marked = split_fix(str(typed.get("fix", "")))
        parts = marked + str(typed.get("parts", "")).replace(",", " ").split()
        numbers: dict[str, Any] = {
            name: whole(typed[name], words)
            for name, words in (("minutes", "Minutes"), ("timeliness", "Timely"), ("quality", "Quality"))
            if name in typed
        }
        me = self.desk.heading.me
        if typed.get("resolved"):
            fixed = ResolveTicket(ticket_id=id, resolution=fix, minutes=numbers.get("minutes"), cause=typed.get("cause"),
                                  mode="remote" if typed.get("remote") else "on_site")  # fmt: skip
            return lambda connection: replace(fixed, **resolve(connection, me, parts))
        command = CloseTicket(  # raises BadInput before anything is done
            ticket_id=id, resolution=fix, told=bool(typed.get("told")), tested=bool(typed.get("tested")),
            mode="remote" if typed.get("remote") else "on_site", cause=typed.get("cause"), answered_by=typed.get("by"),
            ask_later=bool(typed.get("later")), **numbers,
        )  # fmt: skip
        return lambda connection: replace(command, **resolve(connection, me, parts))


def background(connection: sqlite3.Connection, ticket_id: str, me: str | None, now: str) -> Background:
    """What helps to close a ticket."""
    found = connection.execute(
        "SELECT t.text, m.kept_id FROM ticket t LEFT JOIN device d ON d.id = t.device_id"
        " LEFT JOIN model_of m ON m.id = d.model_id WHERE t.id = ?",
        (ticket_id,),
    ).fetchone()
    similar = similar_to(connection, found[0], leave_out=ticket_id, model=found[1], limit=8) if found else []
    fixes = dict.fromkeys(each.resolution for each in similar if each.resolution)
    own = [timer for timer in running(connection, me) if timer.ticket_id == ticket_id]
    timed = None
    if own:
        since = clock.seconds_between(own[0].started_at, now) if own[0].started_at else 0
        timed = max(1, round((own[0].seconds + since) / 60))
    return Background([" ".join(fix.split()) for fix in fixes], van_parts(connection, me, ticket_id), timed)


def _input(id: str, kept: dict[str, Any], placeholder: str, **more: Any) -> Input:
    return Input(
        str(kept.get(id, "")), placeholder=placeholder, id=id, compact=True, select_on_focus=False, **more
    )  # fmt: skip
