"""The day's routes: who goes where, with times, driving and what to take; planned anew, looked at, accepted; and an emergency
taken in."""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta
from threading import Event
from typing import Any, ClassVar, NamedTuple

from rich.text import Text
from textual.binding import BindingType

from techdesk import clock
from techdesk.errors import TechdeskError
from techdesk.models.queries import day_view
from techdesk.models.queries.day_view import RouteView, StopView
from techdesk.screens.area import key
from techdesk.screens.board import Board
from techdesk.screens.browsing import Card
from techdesk.screens.planning_aside import PlanningAside
from techdesk.screens.reads import Question
from techdesk.screens.route_card import HERE, at, hours, many, tell_route, tell_stop
from techdesk.screens.visit_card import state_of
from techdesk.screens.widgets.safe_text import fit


class DayRow(NamedTuple):
    """A route, a stop of it, or (without either) what is not done and why."""

    key: str
    route: RouteView | None = None
    stop: StopView | None = None
    words: str = ""


class RoutesScreen(Board[DayRow], PlanningAside):
    """Over any area; Esc goes back. `emergency` is the id of a ticket to be taken in at once."""

    seconds: ClassVar[float] = 8.0
    TITLE: ClassVar[str] = "routes"
    BINDING_GROUP_TITLE = "Routes"
    TABLES: ClassVar[frozenset[str]] = frozenset(
        ("day_route", "day_stop", "visit", "visit_task", "ticket", "technician", "site")
    )
    FOOTER: ClassVar[tuple[str, ...]] = (
        "visit.plan", "day.accept", "list.move", "list.open", "list.find", "area.back", "desk.undo",
    )  # fmt: skip
    WHAT: ClassVar[tuple[str, str]] = ("line", "lines")
    FILTER: ClassVar[str] = "a person or a school"
    EMPTY: ClassVar[str] = (
        "Nothing is dispatched for this day. p plans it: the open tickets over those who work, with their skills, what"
        " their vans and the store hold, and the visits that stand. You look at it, and y makes it so. m takes another day."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        key("p", "plan", "visit.plan", "Plan", "Plan the day anew; nothing changes until y"),
        key("y", "accept", "day.accept", "Accept", "Make what is proposed so: tickets, visits, parts put by"),
        key("m", "move", "list.move", "Day", "Another day, as 2026-11-24, or +1"),
    ]

    def __init__(self, emergency: str | None = None) -> None:
        super().__init__()
        self._emergency = emergency
        self._day: date | None = None
        self._proposal: Any = None
        self._views: list[RouteView] = []

    @property
    def day(self) -> date:
        """The day that is shown."""
        return self._day or clock.local(self.desk.now, HERE).date()

    def on_mount(self) -> None:
        if self._emergency is not None:
            self.call_after_refresh(self.action_plan)

    # The list

    def rows_of(self, connection: sqlite3.Connection, filter: str) -> list[DayRow]:
        views = self._views if self._proposal else day_view.accepted(connection, self.day)
        me, words = self.desk.heading.me, filter.casefold()
        rows: list[DayRow] = []
        for route in sorted(views, key=lambda each: (each.technician_id != me, each.technician)):
            stops = [
                DayRow(f"{route.technician_id}:{number}", route, stop)
                for number, stop in enumerate(route.stops)
                if words in f"{route.technician} {stop.site}".casefold()
            ]
            rows += [DayRow(route.technician_id, route), *stops] if stops else []
        if self._proposal:
            left = ((each.ticket, each.why) for each in self._proposal.left)
            said = (f"{ticket.ref} P{ticket.priority} {ticket.title}: {why}" for ticket, why in left)
            rows += [DayRow(f"left:{number}", words=each) for number, each in enumerate((*said, *self._proposal.notes))
                     if words in each.casefold()]  # fmt: skip
        return rows

    def key_of(self, row: DayRow) -> str:
        return row.key

    def counted(self, count: int) -> str:
        routes = [row.route for row in self.rows if row.route is not None and row.stop is None]
        driving = sum(route.driving for route in routes)
        what = "proposed" if self._proposal else "accepted"
        told = f" {self.desk.signs.dot} {many(routes, 'route')} {what}, {driving:.0f} min of driving" if routes else ""
        return f"{self.day:%a %d %b %Y}{told}"

    def draw(self, row: DayRow, width: int, selected: bool, marked: bool) -> Text:
        ink, ascii_only = self.desk.ink, self.desk.config.ascii
        if row.stop is not None:
            return self._draw_stop(row.stop, width)
        if row.route is None:
            return Text(fit(f"{ink.signs.late} {row.words}", width), ink.muted, no_wrap=True)
        told = f" {at(row.route.leaves)}{ink.signs.dash}{at(row.route.returns)}"
        room = max(0, width - 24 - len(told) - 7)
        text = Text(no_wrap=True).append(fit(row.route.technician, min(24, width)), "bold").append(told)
        text.append(f" {row.route.driving:3.0f}'  ", ink.muted)
        return text.append(hours(row.route, min(room, 44), ascii_only), ink.accent) if room > 10 else text

    def _draw_stop(self, stop: StopView, width: int) -> Text:
        ink = self.desk.ink
        text = Text(no_wrap=True).append(f"  {at(stop.starts)}", "bold")
        text.append(f"{ink.signs.dash}{at(stop.ends)} " if stop.code else "       ")
        text.append(f"{stop.driving:3.0f}' ", ink.muted)
        if stop.code is None:
            return text.append(
                fit(f"{stop.site}: take {stop.take or 'nothing'}", max(4, width - text.cell_len)), ink.accent
            )
        state = " ".join(state_of(stop.state, self.desk.config.ascii)) if stop.state else ""
        worst = min((priority for *_, priority in stop.tickets), default=9)
        right = (
            f"{many(stop.tickets, 'ticket')}{f' P{worst}' if stop.tickets else ''}".rjust(14) + f"  {fit(state, 11)}"
        )
        text.append(fit(stop.site, max(4, width - text.cell_len - len(right))))
        return text.append(right, ink.late if worst < 3 else "")

    # The card

    def question(self, row: DayRow) -> Question[Any]:
        return lambda _: row

    def card_title(self, answer: DayRow) -> str:
        if answer.route is None:
            return "not done, or to be known"
        return answer.stop.site if answer.stop else answer.route.technician

    def card(self, answer: DayRow, card: Card) -> None:
        ascii_only = self.desk.config.ascii
        if answer.stop is not None:
            tell_stop(answer.stop, card, ascii_only)
        elif answer.route is not None:
            tell_route(answer.route, card, self.query_one("#card").size.width, ascii_only)
        else:
            card.line((answer.words, ""))

    # Planning

    def action_plan(self) -> None:
        """p."""
        if self.day < clock.local(self.desk.now, HERE).date():
            self.warn("That day is over: m takes another one.")
            return
        self.begin_planning(f"{self.day:%a %d %b}")

    def plan(self, stop: Event) -> tuple[Any, list[RouteView]]:
        from techdesk.models.queries import dispatching
        from techdesk.planning import aside
        from techdesk.planning.proposal import propose

        day, now = self.day, self.desk.now
        facts = self.desk.reads.ask(lambda connection: dispatching.facts(connection, day, now, self._emergency))
        homes = self.desk.reads.ask(day_view.bases)
        planner = aside.stoppable(stop) if aside.has_solver() else aside.insertion
        proposal = propose(facts, planner, self.seconds)
        return proposal, _views(proposal, facts, homes)

    def planned(self, found: tuple[Any, list[RouteView]]) -> None:
        self._proposal, self._views = found
        self.above(self._told(self._proposal))
        self.say("Nothing is changed yet: y makes it so, Esc lets it go.")
        self.listing.reload()

    def _told(self, proposal: Any) -> Text:
        """What a proposal comes to, above the list."""
        said = [many(proposal.routes, "route"), f"{len(proposal.left)} not done"]
        said += [f"{len(proposal.late)} begun late"] if proposal.late else []
        said += [f"{each.what} from {_words(each.before)} to {_words(each.after)}" for each in proposal.moved[:2]]
        said += [f"{len(proposal.moved) - 2} more moved"] if len(proposal.moved) > 2 else []
        said += [f"{each.site} gives way, {each.minutes} min are owed" for each in proposal.owed]
        return Text(fit(f"Proposed: {', '.join(said)}", max(20, self.size.width - 2) * 2).rstrip(), "bold")

    def action_accept(self) -> None:
        """y."""
        if self._proposal is None:
            self.warn("Nothing is proposed: p plans the day.")
            return
        if self._proposal.unreached:
            self.warn(self._proposal.unreached)
            return
        command = self._proposal.command
        self._forget()
        self.desk.perform(command)

    def _forget(self) -> None:
        self._proposal, self._views, self._emergency = None, [], None
        self.above("")
        self.listing.reload()

    def action_move(self) -> None:
        """m."""
        from techdesk.screens.dialogs.prompt import PromptDialog

        def take(text: str | None) -> None:
            if text is None:
                return
            try:
                self._day = self.day + timedelta(days=int(text)) if text[:1] in "+-" else clock.parse_day(text)
            except (TechdeskError, ValueError, OverflowError):
                self.warn(f"'{text}' is no day: write it as 2026-11-24, or as +1 for the next one.")
                return
            self._forget()

        self.app.push_screen(PromptDialog("Which day?", "2026-11-24, or +1", value="+1"), take)

    def action_back(self) -> None:
        """Esc: stops the planning; lets the proposal go; then back."""
        if self.stop_planning():
            return
        if self._proposal is not None and not (self.has_class("-reading") or self.filter):
            self._forget()
            self.say("The proposal is let go; nothing is changed.")
        else:
            super().action_back()


def _words(text: str) -> str:
    return at(text) if text[:2] == "20" and text.endswith("Z") else text


def _views(proposal: Any, facts: Any, homes: dict[str, tuple[float, float]]) -> list[RouteView]:
    """A proposal's routes as they are shown."""

    def view(stop: Any) -> StopView:
        stand = facts.stands.get(stop.site_id)
        spot = day_view.place(stand.latitude, stand.longitude) if stand else None
        tickets = tuple((each.id, each.ref, each.title, each.priority) for each in stop.tickets)
        take = ", ".join(f"{many} x {sku}" for _, sku, many in stop.take) or None
        return StopView(
            stop.site, stop.code, spot, None, HERE, stop.arrives, stop.starts, stop.ends, stop.driving, tickets, take
        )

    return [
        RouteView(route.technician_id, route.technician, route.leaves, route.returns, route.driving,
                  tuple(view(stop) for stop in route.stops), homes.get(route.technician_id))
        for route in proposal.routes
    ]  # fmt: skip
