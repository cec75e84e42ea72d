"""The triage queue: what nobody has looked at first, each with what is likely; one key accepts it and goes to the next."""

from __future__ import annotations

import sqlite3
from functools import partial
from typing import Any, ClassVar

from rich.text import Text
from textual.binding import BindingType

from techdesk.desk.commands import Command
from techdesk.desk.priority import MATRIX, Matrix, priority, published
from techdesk.models.filters import TicketFilter
from techdesk.models.queries.filtering import chosen_by
from techdesk.models.queries.queue import QueuePages, Waits
from techdesk.models.queries.suggested import Suggestion, suggest
from techdesk.models.rows import TicketLine
from techdesk.models.sqlite import SqliteTx
from techdesk.screens.area import StoreChanged
from techdesk.screens.browsing import Browsing, Card
from techdesk.screens.chrome import key
from techdesk.screens.dialogs.choices import Choice
from techdesk.screens.glyphs import due_text
from techdesk.screens.reads import Question
from techdesk.screens.telling import ZONE, ticket_heading
from techdesk.screens.ticket_keys import Target, TicketArea
from techdesk.screens.triage_card import Looked, look, tell
from techdesk.screens.widgets.paged_list import PagedList
from techdesk.screens.widgets.safe_text import fit

LONG_WAIT = 1.5
"""From so many medians on a site's wait is marked."""
AT_ONCE = 8
"""So many suggestions are worked out before the list is drawn again."""
KEPT = 4000


class TriageScreen(Browsing[TicketLine], TicketArea):
    """Over the Tickets area; Esc goes back."""

    TITLE: ClassVar[str] = "Triage"
    BINDING_GROUP_TITLE = "Triage"
    TABLES: ClassVar[frozenset[str]] = frozenset(("ticket", "site", "technician", "worklog", "calendar", "priorities"))
    FOOTER: ClassVar[tuple[str, ...]] = (
        "triage.accept", "triage.priority", "triage.category", "ticket.assign", "triage.merge", "ticket.close", "area.back",
        "triage.service", "desk.undo",
    )  # fmt: skip
    WHAT: ClassVar[tuple[str, str]] = ("ticket", "tickets")
    FILTER: ClassVar[str] = "site:2005 p:2 role:technical channel:email new, or words"
    BINDINGS: ClassVar[list[BindingType]] = [
        key("y", "accept", "triage.accept", "Accept", "Set what is suggested, as it stands where nothing is; go on"),
        key("P", "priority", "triage.priority", "Priority", "Impact and urgency: two digits"),
        key("C", "category", "triage.category", "Category", "Another category"),
        key("V", "service", "triage.service", "Service", "The service that is meant"),
        key("M", "merge", "triage.merge", "Merge", "Make duplicates one: all that are marked, or this and one like it"),
    ]

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (140, "-wide")]
    DEFAULT_CSS = """
    TriageScreen.-wide #list { width: 66%; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[str, Suggestion] = {}
        self._wanted: dict[str, None] = {}
        self._targets: dict[str, Target] = {}
        self._matrix: Matrix = MATRIX
        self._pages = self.source("")

    # The list

    def make_list(self) -> PagedList[TicketLine]:
        return PagedList(
            self._pages, self._draw, lambda row: row.id, glyphs=self.desk.glyphs, id="list",
            empty_text="Nothing waits here. n takes a request down, N a page of a log book, and Esc goes back.",
        )  # fmt: skip

    def source(self, filter: str) -> QueuePages:
        self._pages = QueuePages(
            lambda question: self.desk.reads.ask(question), partial(_chosen, filter), lambda: self.desk.now,
            untriaged_first=True,
        )  # fmt: skip
        return self._pages

    @property
    def waits(self) -> Waits:
        """How long each school waits."""
        return self._pages.ranked.waits

    def on_mount(self) -> None:
        self.read("matrix", lambda connection: published(SqliteTx(connection)).matrix, self._rank_by)

    def _rank_by(self, matrix: Matrix) -> None:
        self._matrix = matrix

    def store_changed(self, change: StoreChanged) -> None:
        if change.ids:
            self._known = {id: found for id, found in self._known.items() if id not in change.ids}
        else:
            self._known.clear()
        super().store_changed(change)

    def counted(self, count: int) -> str:
        dot, ranked = self.desk.signs.dot, self._pages.ranked
        wait = f" {dot} the schools wait {ranked.waits.median:.0f} d, by the median" if ranked.waits.by_site else ""
        return (
            f"{ranked.untriaged:,} not triaged of {super().counted(count)}{wait}" if count else super().counted(count)
        )

    def _draw(self, row: TicketLine, width: int, selected: bool, marked: bool) -> Text:
        if len(self._targets) > KEPT:
            self._targets.clear()
        self._targets[row.id] = Target(row.id, row.ref, row.title)
        ink, wide = self.desk.ink, width >= 90
        due = due_text(row.fix_due, ink.now, row.timezone or ZONE) or "next visit"
        late = due.startswith("late")
        sure = "?" if row.state == "new" else " "
        text = Text(no_wrap=True).append(f"{row.ref:<9}", "bold")
        text.append(f"P{row.priority}{sure} ", ink.late if row.priority <= 2 else "")
        text.append(fit(f"{ink.signs.late} {due}" if late else due, 14), ink.late if late else ink.muted)
        likely = self._likely(row)
        right = [(fit(likely, 27 if wide else 16), ink.accent)] if likely or wide else []
        if width >= 64:
            right.insert(0, (fit(self._school(row, 22 if wide else 14), 23 if wide else 15), ink.muted))
        room = width - text.cell_len - sum(len(words) for words, _ in right)
        text.append(fit(fit(row.title, max(8, room) - 1), max(8, room)))
        for words, style in right:
            text.append(words, style)
        return text

    def _school(self, row: TicketLine, width: int) -> str:
        """The school, with how it waits where that is long."""
        against = self.waits.against(row.site_id)
        long = f" {against:.1f}x" if against >= LONG_WAIT else ""
        return f"{fit(row.site or 'no site', width - len(long)).rstrip()}{long}"

    def _likely(self, row: TicketLine) -> str:
        """What is suggested, short; it is asked for where it is not known yet."""
        if row.state != "new":
            return ""
        found = self._known.get(row.id)
        if found is None:
            if not self._wanted:
                self.call_later(self._ask_wanted)
            self._wanted[row.id] = None
            return f"{self.desk.signs.so} ..."
        words = [f"P{self._priority(row, found)}" if found.impact or found.urgency else ""]
        words += [guess.value for guess in (found.category, found.service, found.role) if guess]
        said = " ".join(filter(None, words))
        return f"{self.desk.signs.so} {said}" if said else ""

    def _priority(self, row: TicketLine, found: Suggestion) -> int:
        impact = int(found.impact.value) if found.impact else row.impact
        return priority(impact, int(found.urgency.value) if found.urgency else row.urgency, self._matrix)

    def _ask_wanted(self) -> None:
        ids = list(self._wanted)[:AT_ONCE]
        self.read("likely", lambda connection: {id: suggest(connection, id) for id in ids}, self._show_likely)

    def _show_likely(self, found: dict[str, Suggestion]) -> None:
        if len(self._known) > KEPT:
            self._known.clear()
        self._known |= found
        for id in found:
            self._wanted.pop(id, None)
        self.listing.refresh()
        if self._wanted:
            self._ask_wanted()

    # The card

    def question(self, row: TicketLine) -> Question[Any]:
        return partial(look, row)

    def card_title(self, answer: Looked) -> str:
        return ticket_heading(answer.story, self.desk.ink)

    def card(self, answer: Looked, card: Card) -> None:
        tell(answer, self.waits, card)

    # Keys

    def opened(self, key: str, row: TicketLine) -> None:
        self.desk.open_story("ticket", key)

    def action_back(self) -> None:
        """Esc: the filter away, the marks away, then back to the tickets."""
        if self.listing.marks or self.filter or self.has_class("-reading"):
            super().action_back()
        else:
            self.app.pop_screen()

    def targets(self) -> list[Target]:
        return [self._targets[key] for key in self.listing.targets if key in self._targets]

    def acted(self) -> None:
        self._go_on()

    def _go_on(self) -> None:
        """To the next one, which does not go where what was done goes."""
        following = self.listing.key_after(frozenset(self.listing.targets))
        self.listing.clear_marks()
        if following is not None:
            self.listing.select(following)

    def action_accept(self) -> None:
        """y."""
        targets = self._chosen("triage")
        if targets:
            self._perform_each(targets, lambda id: partial(_accepted, id, self._known.get(id)))

    def action_priority(self) -> None:
        """P."""
        from techdesk.screens.dialogs.matrix import MatrixDialog

        self._ask_for("set the priority of", lambda title: MatrixDialog(title, self._matrix), ("impact", "urgency"))

    def action_category(self) -> None:
        """C."""
        from techdesk.screens.dialogs.naming import NameDialog

        self._ask_for("categorise", lambda title: NameDialog(title, "category"), ("category",))

    def action_service(self) -> None:
        """V."""
        from techdesk.screens.dialogs.naming import NameDialog

        self._ask_for("name the service of", lambda title: NameDialog(title, "service"), ("service",))

    def _ask_for(self, verb: str, dialog: Any, fields: tuple[str, ...]) -> None:
        """Asks for fields and sets them; what is triaged stays where it is looked at."""
        targets = self._chosen(verb)
        if targets:
            from techdesk.desk.tickets import EditTicket
            from techdesk.screens.dialogs.dialog import short_title

            def take(chosen: Choice | None) -> None:
                if chosen is not None:
                    given = dict(zip(fields, chosen.value, strict=True))
                    moves = "impact" in given
                    self.desk.perform(*(EditTicket(id=each.id, **given) for each in targets))
                    if moves:
                        self._go_on()

            self.app.push_screen(dialog(short_title(fields[0].capitalize(), [each[1:] for each in targets])), take)

    def action_merge(self) -> None:
        """M."""
        targets = self._chosen("merge")
        if not targets:
            return
        from techdesk.desk.duplicates import MergeTicket
        from techdesk.screens.dialogs.duplicates import DuplicatesDialog

        def merge(chosen: Choice | None) -> None:
            if chosen is not None:
                others = [each for each in targets if each.id != chosen.value]
                self._perform_each(others, lambda id: MergeTicket(ticket_id=id, into_id=chosen.value))

        self.app.push_screen(DuplicatesDialog([(each.id, each.ref, each.title) for each in targets]), merge)


def _chosen(text: str, connection: sqlite3.Connection) -> TicketFilter:
    return chosen_by(connection, text)


def _accepted(id: str, found: Suggestion | None, connection: sqlite3.Connection) -> tuple[Command, ...]:
    """What was suggested, as it was shown; where nothing was, the ticket is triaged as it stands."""
    from techdesk.desk.tickets import AssignTicket, EditTicket

    impact, urgency, role, state = connection.execute(
        "SELECT impact, urgency, role, state FROM ticket WHERE id = ?", (id,)
    ).fetchone()
    known = (found or Suggestion()) if state == "new" else Suggestion()
    edit = EditTicket(
        id=id,
        impact=int(known.impact.value) if known.impact else impact,
        urgency=int(known.urgency.value) if known.urgency else urgency,
        category=known.category.value if known.category else None,
        service=known.service.value if known.service else None,
    )
    if known.role is None or known.role.value == role:
        return (edit,)
    return (AssignTicket(ticket_id=id, role=known.role.value), edit)
