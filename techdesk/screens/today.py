"""The Today area: the visit under way as one walks it; without one, the day's visits; without any, what to do first."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.widgets import Static

from techdesk import clock
from techdesk.models.queries import packing, tickets, visits
from techdesk.models.queries.heading import TABLES as HEADING_TABLES
from techdesk.models.rows import PickLine, RunningTimer, TaskLine, TicketStory, VisitLine
from techdesk.screens.day import LEFT, TodayRow, Walk, now_line, row_text, step_text, task_rows, visit_rows, visit_text
from techdesk.screens.detail import Detail, Rule
from techdesk.screens.task_keys import TaskKeys
from techdesk.screens.telling import ticket_detail, ticket_heading
from techdesk.screens.ticket_keys import Target
from techdesk.screens.widgets.list_messages import Highlighted, Opened
from techdesk.screens.widgets.paged_list import PagedList

EMPTY = (
    "No visit today, and none is planned. Press n to take a request down, 2 for the tickets, or 3 to plan a visit."
    " New here? In a shell,  techdesk import sites FILE  brings your schools in, and ? shows every key."
)


class Day(NamedTuple):
    """What Today shows: the visit under way with its tasks, or the visits of today and the next ones."""

    visit: VisitLine | None
    tasks: list[TaskLine]
    visits: list[VisitLine]
    timers: list[RunningTimer]
    pick: list[PickLine]


class Rows:
    """A PagedList's source over rows that were read already. `count` begins a reload, and fixes which rows it sees."""

    def __init__(self) -> None:
        self.rows: tuple[TodayRow, ...] = ()
        self._seen: tuple[TodayRow, ...] = ()

    def count(self) -> int:
        """How many rows."""
        self._seen = self.rows
        return len(self._seen)

    def page(self, start: int, limit: int) -> Sequence[TodayRow]:
        """Some of them."""
        return self._seen[start : start + limit]

    def index_of(self, key: str) -> int | None:
        """Where one is."""
        return next((index for index, row in enumerate(self._seen) if row.key == key), None)

    def holds(self, keys: frozenset[str]) -> frozenset[str]:
        """Those of these keys that are here."""
        return keys.intersection(row.key for row in self._seen)


class TodayArea(TaskKeys):
    """Tasks in walk order, what is worked on above, what is selected beside."""

    TITLE: ClassVar[str] = "Today"
    BINDING_GROUP_TITLE = "Today"
    TABLES = HEADING_TABLES | {"room", "stock_movement", "device", "ticket_event", "part", "part_fit", "technician"}
    FOOTER = ("capture.open", "list.open", "ticket.timer", "ticket.close", "ticket.hold", "list.find", "desk.undo",
              "visit.wrap")  # fmt: skip
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (72, "-middle"), (100, "-wide")]

    def __init__(self) -> None:
        super().__init__()
        self._day = Day(None, [], [], [], [])
        self._source = Rows()
        self._first = True
        self._story: TicketStory | None = None

    def compose_body(self) -> ComposeResult:
        line = self.desk.signs.line
        yield Static("", id="now", markup=False)
        with Container(id="day"):
            with Vertical(id="walk"):
                yield Rule(line, id="walk-rule")
                yield PagedList(
                    self._source, self._draw, lambda row: row.key, empty_text="", glyphs=self.desk.glyphs, id="list"
                )
                yield Static("", id="plan", markup=False)
            with Vertical(id="aside"):
                yield Rule(line, id="detail-rule")
                yield Detail()

    @property
    def rows(self) -> PagedList[TodayRow]:
        """The list."""
        return self.query_one("#list", PagedList)

    def on_mount(self) -> None:
        super().on_mount()
        self.watch(self.app, "now", self._tick, init=False)

    def reload(self) -> None:
        now, zone = self.desk.now, self.desk.timezone
        self.read("day", lambda connection: read_day(connection, now, zone), self._show)

    def _show(self, day: Day) -> None:
        self._day = day
        working = day.timers[0].ticket_id if day.timers else None
        walk = Walk(day.visit, day.tasks, working, self.desk.now)
        self._source.rows = task_rows(walk) if day.visit else visit_rows(day.visits)
        self.rows.empty_text = "Nothing is left to do here: n captures what comes up." if day.visit else EMPTY
        if self._first and day.visit and working and any(row.key == working for row in self._source.rows):
            self.rows.select(working)
        else:
            self.rows.reload()
        self._first = False
        self.set_class(not self._source.rows, "-bare")
        self._say_plan(walk)
        self._tick()
        self._show_detail(self.rows.selected_row)

    def _say_plan(self, walk: Walk) -> None:
        done = sum(task.state == "done" for task in walk.tasks)
        dot = self.desk.signs.dot
        words = f"in walk order {dot} {done} of {len(walk.tasks)} done" if walk.visit else "visits"
        self.query_one("#walk-rule", Rule).say(words)
        plan = self.query_one("#plan", Static)
        plan.update(walk.plan(self.desk.ink), layout=False)
        plan.display = walk.visit is not None

    def _tick(self) -> None:
        """What runs: the timer, once a second."""
        timer = self._day.timers[0] if self._day.timers else None
        line = self.query_one("#now", Static)
        line.display = self._day.visit is not None or timer is not None
        if line.display:
            shown = self.desk.timer_text(timer) if timer else ""
            line.update(now_line(timer, len(self._day.timers) - 1, shown, self.size.width, self.desk.ink), layout=False)

    def _draw(self, row: TodayRow, width: int, selected: bool, marked: bool) -> Text:
        return row_text(row, width, self.desk.ink, self.desk.config.ascii)

    # The detail

    @on(Highlighted)
    def select(self, event: Highlighted) -> None:
        """Another row is selected, or reads differently."""
        self._show_detail(event.row)

    def _show_detail(self, row: TodayRow | None) -> None:
        rule, detail = self.query_one("#detail-rule", Rule), self.query_one(Detail)
        if row is not None and row.task is not None and row.task.ticket_id:
            id = row.task.ticket_id
            self.read("detail", lambda connection: tickets.story(connection, id), self._show_story)
        elif row is not None and row.task is not None:
            rule.say("a step")
            detail.show(step_text(row.task, self.desk.ink))
        elif row is not None and row.visit is not None:
            rule.say(row.visit.site)
            visit = row.visit
            self.read("detail", lambda connection: packing.pick(connection, visit.id, visit.technician_id),
                      lambda pick: detail.show(visit_text(visit, pick, self.desk.ink)))  # fmt: skip
        else:
            rule.say("")
            detail.show(Text(""))

    def _show_story(self, story: TicketStory) -> None:
        another = self._story is None or self._story.line.id != story.line.id
        self._story = story
        self.query_one("#detail-rule", Rule).say(ticket_heading(story, self.desk.ink))
        detail = self.query_one(Detail)
        detail.show(ticket_detail(story, self._day.pick, self.desk.ink))
        if another:
            detail.to_top()

    # Keys

    @on(Opened)
    def open_row(self, event: Opened) -> None:
        """Enter: a ticket's story, a checklist, a planned visit's start."""
        row: TodayRow = event.row
        if row.visit is not None:
            self._start(row.visit)
        elif row.task is not None and row.task.ticket_id:
            self.desk.open_story("ticket", row.task.ticket_id)
        elif row.task is not None and row.task.run_id:
            self._open_checklist(row.task.run_id)
        else:
            self.warn("This is a step, not a ticket: Space begins it, c ends it.")

    def action_timer(self) -> None:
        """Space: the timer of a ticket, the state of a step, the start of a visit."""
        row = self.rows.selected_row
        if row is not None and row.visit is not None and not self.rows.marks:
            self._start(row.visit)
        elif row is not None and row.task is not None and row.task.ticket_id is None and not self.rows.marks:
            state = "todo" if row.task.state == "doing" else "doing"
            self._set(row.task, state)
        else:
            super().action_timer()

    def action_close(self) -> None:
        """c: a step is done; a ticket is asked for its fix."""
        row = self.rows.selected_row
        step = row.task if row is not None and row.task is not None and row.task.ticket_id is None else None
        if step is not None and step.run_id and not self.rows.marks:
            self._open_checklist(step.run_id)
        elif step is not None and step.state in ("todo", "doing") and not self.rows.marks:
            self._set(step, "done")
        else:
            super().action_close()

    def _open_checklist(self, run_id: str) -> None:
        from techdesk.screens.checklist import ChecklistScreen

        self.app.push_screen(ChecklistScreen(run_id))

    def _start(self, visit: VisitLine) -> None:
        from techdesk.desk.visits import StartVisit  # with SetTask 5 ms that the start does not wait for

        self.desk.perform(StartVisit(visit_id=visit.id))

    def _set(self, task: TaskLine, state: str) -> None:
        from techdesk.desk.visits import SetTask

        self.desk.perform(SetTask(task_id=task.id, state=state))

    def task_targets(self) -> list[TaskLine]:
        """The marked tasks, or the selected one."""
        rows = {row.key: row.task for row in self._source.rows if row.task is not None}
        return [task for each in self.rows.targets if (task := rows.get(each)) is not None]

    def visit_here(self) -> VisitLine | None:
        """The visit under way."""
        return self._day.visit

    def action_find(self) -> None:
        """/: in the list of all tickets, for how it was fixed before."""
        self.desk.find_tickets()

    def action_back(self) -> None:
        """Esc: takes away the marks."""
        if self.rows.marks:
            self.rows.clear_marks()
        else:
            super().action_back()

    def targets(self) -> list[Target]:
        return [Target(task.ticket_id or "", task.ref or "", task.title) for task in self._marked()]

    def to_close(self) -> list[Target]:
        """The targets; where the selected one has ended already, or there is none, the one that is worked on."""
        marked = self._marked()
        timer = self._day.timers[0] if self._day.timers else None
        ended = len(marked) == 1 and marked[0].state not in LEFT
        if timer is not None and not self.rows.marks and (ended or not marked):
            return [Target(timer.ticket_id, timer.ref, timer.title)]
        return self.targets()

    def _marked(self) -> list[TaskLine]:
        """The tasks that are marked, or else selected, as far as they are tickets."""
        tasks = {row.key: row.task for row in self._source.rows if row.task is not None and row.task.ticket_id}
        return [tasks[key] for key in self.rows.targets if key in tasks]

    def acted(self) -> None:
        self.rows.clear_marks()


def read_day(connection: sqlite3.Connection, now: str, zone: str) -> Day:
    """What Today shows at a moment."""
    found = connection.execute("SELECT value FROM meta WHERE key = 'technician'").fetchone()
    me = None if found is None else str(found[0])
    visit = visits.under_way(connection, me)
    timers = visits.running(connection, me)
    if visit is not None:
        return Day(visit, visits.tasks(connection, visit.id), [], timers, packing.pick(connection, visit.id, me))
    today = visits.on_day(connection, clock.local(now, zone).date(), me)
    later = [each for each in visits.upcoming(connection, now, me) if each.id not in {one.id for one in today}]
    return Day(None, [], today + later, timers, [])
