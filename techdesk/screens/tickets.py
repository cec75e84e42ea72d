"""The Tickets area: every ticket in the order to take them in, filtered by a line, one or many acted on at once."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.widgets import Input

from techdesk.models.filters import SORTS, TicketFilter
from techdesk.models.queries import tickets
from techdesk.models.queries.filtering import chosen_by
from techdesk.models.queries.paging import TicketPages
from techdesk.models.queries.queue import QueuePages, is_of_open
from techdesk.models.queries.views import first_filter
from techdesk.models.rows import TicketLine, TicketStory
from techdesk.screens.detail import Detail, Rule
from techdesk.screens.dialogs.choices import Choice
from techdesk.screens.glyphs import due_text, state_text
from techdesk.screens.telling import ZONE, Ink, ticket_detail, ticket_heading
from techdesk.screens.ticket_keys import Target, TicketArea
from techdesk.screens.widgets.list_messages import Counted, Highlighted, Missed, Opened
from techdesk.screens.widgets.paged_list import PagedList
from techdesk.screens.widgets.pages import Source
from techdesk.screens.widgets.safe_text import fit

EMPTY = "No ticket here. Press n to take a request down; the shell's  techdesk import tickets FILE  brings in another desk's."
UNFIT = "No ticket fits this filter. Esc takes it away; `all` in it looks at closed ones too."
KEPT = 4000
"""Rows that are remembered for acting on marks."""


class TicketsArea(TicketArea):
    """A list over any number of tickets, with what is selected beside or below it."""

    TITLE: ClassVar[str] = "Tickets"
    BINDING_GROUP_TITLE = "Tickets"
    TABLES = frozenset(("ticket", "site", "technician", "ticket_event", "device", "worklog"))
    FOOTER = ("capture.open", "list.open", "ticket.close", "triage.open", "list.find", "view.open", "ticket.assign",
              "ticket.edit", "desk.undo")  # fmt: skip
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (20, "-tall")]

    def __init__(self) -> None:
        super().__init__()
        self.line = ""
        self._chosen_filter = TicketFilter()
        self._known: dict[str, Target] = {}

    def compose_body(self) -> ComposeResult:
        yield Input(
            placeholder="site:2005 p:2 mine on_hold problem:PRB-4 sort:newest all, or words", id="filter", compact=True
        )
        yield Rule(self.desk.signs.line, "open, in triage order", id="tickets-rule")
        with Container(id="tickets"):
            yield PagedList(
                self._pages(self._chosen_filter), self._draw, lambda row: row.id,
                empty_text=EMPTY, glyphs=self.desk.glyphs, id="list",
            )  # fmt: skip
            with Vertical(id="aside"):
                yield Rule(self.desk.signs.line, id="detail-rule")
                yield Detail()

    @property
    def rows(self) -> PagedList[TicketLine]:
        """The list."""
        return self.query_one("#list", PagedList)

    def on_mount(self) -> None:
        """The list begins with the view that this laptop has chosen."""
        self.read("first", first_filter, self._begin)

    def _begin(self, line: str) -> None:
        if line and not self.line:
            self.filter_by(line)

    def reload(self) -> None:
        self.rows.reload()

    def _pages(self, chosen: TicketFilter) -> Source[TicketLine]:
        """Open tickets are ranked with fairness; a list that may hold all there ever were goes by an index alone."""
        if is_of_open(chosen):
            return QueuePages(self.desk.reads.ask, lambda _: chosen, lambda: self.desk.now)
        return TicketPages(self.desk.reads.ask, chosen)

    # Drawing

    def _draw(self, row: TicketLine, width: int, selected: bool, marked: bool) -> Text:
        if len(self._known) > KEPT:
            self._known.clear()
        self._known[row.id] = Target(row.id, row.ref, row.title)
        return ticket_row(row, width, self.desk.ink)

    # The detail

    @on(Highlighted)
    def show_detail(self, event: Highlighted) -> None:
        """Reads what is selected."""
        if event.key is None:
            self.query_one(Detail).show(Text(""))
            self.query_one("#detail-rule", Rule).say("")
            return
        id = event.key
        self.read("detail", lambda connection: tickets.story(connection, id), self._show)

    def _show(self, story: TicketStory) -> None:
        self.query_one("#detail-rule", Rule).say(ticket_heading(story, self.desk.ink))
        detail = self.query_one(Detail)
        detail.show(ticket_detail(story, [], self.desk.ink))
        detail.to_top()

    @on(Opened)
    def open_ticket(self, event: Opened) -> None:
        """Enter."""
        self.desk.open_story("ticket", event.key)

    @on(Counted)
    def show_count(self, event: Counted) -> None:
        """How many there are, in the rule above the list."""
        what = self.line or "open"
        order = {"triage": "in triage order", "newest": "newest first", "oldest": "oldest first"}
        words = f"{event.count:,} tickets {self.desk.signs.dot} {what} {self.desk.signs.dot} "
        self.query_one("#tickets-rule", Rule).say(words + order[self._chosen_filter.sort])

    @on(Missed)
    def say_missed(self, event: Missed) -> None:
        """The ticket that was asked for is not in the list."""
        self.warn("That ticket does not fit the filter: Esc takes the filter away.")

    # The filter

    def filter_by(self, line: str) -> None:
        """Shows the tickets that a filter line lets through."""
        self.query_one("#filter", Input).value = line
        self._apply(line)

    def action_find(self) -> None:
        """/: to the filter line."""
        self.query_one("#filter", Input).focus()

    @on(Input.Submitted, "#filter")
    def take_filter(self, event: Input.Submitted) -> None:
        """Enter in the filter line: to the list."""
        self._apply(event.value)
        self.rows.focus()

    def _apply(self, line: str) -> None:
        text = " ".join(line.split())
        self.read("filter", lambda connection: chosen_by(connection, text), lambda chosen: self._take(text, chosen))

    def _take(self, line: str, chosen: TicketFilter) -> None:
        self.line, self._chosen_filter = line, chosen
        self.rows.empty_text = UNFIT if line else EMPTY
        self.rows.set_source(self._pages(chosen))
        self.show_count(Counted(self.rows, self.rows.count or 0))

    def action_back(self) -> None:
        """Esc: takes away the marks, then the filter."""
        if self.query_one("#filter", Input).has_focus:
            self.query_one("#filter", Input).value = self.line
            self.rows.focus()
        elif self.rows.marks:
            self.rows.clear_marks()
        elif self.line:
            self.filter_by("")
        else:
            super().action_back()

    def action_order(self) -> None:
        """o: another order."""
        at = SORTS.index(self._chosen_filter.sort)
        words = [word for word in self.line.split() if not word.casefold().startswith("sort:")]
        following = SORTS[(at + 1) % len(SORTS)]
        self.filter_by(" ".join(words if following == "triage" else [*words, f"sort:{following}"]))

    # Saved views

    def action_views(self) -> None:
        """v: the saved views."""
        from techdesk.screens.dialogs.views import ViewsDialog

        def open_view(chosen: Choice | None) -> None:
            if chosen is not None:
                self.filter_by(chosen.value)

        self.app.push_screen(ViewsDialog("tickets"), open_view)

    def action_save_view(self) -> None:
        """Ctrl+s: keeps the filter."""
        if not self.line:
            self.warn("There is no filter to save: type one after / first, for example  site:2005 p:2.")
            return
        from techdesk.desk.views import SaveView
        from techdesk.screens.dialogs.prompt import PromptDialog

        def save(name: str | None) -> None:
            if name is not None:
                self.desk.perform(lambda _: SaveView(area="tickets", name=name, filter=self.line))

        self.app.push_screen(PromptDialog(f"Save the view  {self.line}", "its name"), save)

    # Acting

    def targets(self) -> list[Target]:
        return [self._known[key] for key in self.rows.targets if key in self._known]

    def acted(self) -> None:
        self.rows.clear_marks()


Cell = tuple[str, int, str]


def ticket_row(row: TicketLine, width: int, ink: Ink) -> Text:
    """One line of the list: number, priority, when, what, and where and who as far as there is room."""
    due = due_text(row.fix_due, ink.now, row.timezone or ZONE)
    late = due.startswith("late") and row.state not in ("closed", "resolved", "cancelled")
    state = state_text(row.state, row.hold_reason, over=row.hold_until is not None and row.hold_until <= ink.now[:10])
    what = f"{'MAJOR ' if row.major else ''}{'(cold) ' if row.cold else ''}{row.title}"
    ended = row.state in ("closed", "resolved", "cancelled")
    when = state if ended else f"{ink.signs.late} {due}" if late else due or "next visit"
    left: list[Cell] = [(row.ref, 9, "bold"), (f"P{row.priority}", 3, ink.late if row.priority <= 2 else ""),
                        (when, 14, ink.late if late else ink.muted)]  # fmt: skip
    right: list[Cell] = []
    for least, cell in (
        (64, (row.site or "no site", 15, ink.muted)),
        (90, (row.room or "", 12, ink.muted)),
        (108, (state, 14, "")),
        (124, (row.owner or row.role, 14, ink.muted)),
    ):
        if width >= least:
            right.append(cell)
    room = width - sum(cells for _, cells, _ in (*left, *right))
    text = Text(no_wrap=True)
    for words, cells, style in (*left, (what, max(8, room), ""), *right):
        text.append(fit(fit(words, cells - 1), cells), style)
    return text
