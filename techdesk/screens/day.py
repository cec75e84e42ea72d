"""What Today draws: rows of tasks as one walks, visits of the day, the line of what is worked on. Rows in, text out."""

from __future__ import annotations

from typing import NamedTuple

from rich.text import Text

from techdesk import clock
from techdesk.models.queries.visits import minutes_left, would_carry
from techdesk.models.rows import PickLine, RunningTimer, TaskLine, VisitLine
from techdesk.screens.glyphs import PAUSED, TASKS, day_text, minutes_text
from techdesk.screens.telling import Ink, Page
from techdesk.screens.widgets.safe_text import clip, fit

LEFT = ("todo", "doing")


class TodayRow(NamedTuple):
    """A line of the list: a task with its room where the walk enters it, or a visit. `sign` is its glyph's name."""

    key: str
    task: TaskLine | None = None
    visit: VisitLine | None = None
    room: str = ""
    sign: str = ""
    carried: bool = False


class Walk(NamedTuple):
    """A visit's tasks in walk order, which of them is timed, and the present moment."""

    visit: VisitLine | None
    tasks: list[TaskLine]
    working: str | None
    now: str

    def over(self) -> list[TaskLine]:
        """The tasks that no longer fit."""
        return would_carry(self.tasks, minutes_left(self.visit, self.now)) if self.visit else []

    def plan(self, ink: Ink) -> Text:
        """Whether what is left fits into what is left, in one line."""
        if self.visit is None:
            return Text("")
        work = sum(task.estimate for task in self.tasks if task.state in LEFT)
        left = minutes_left(self.visit, self.now)
        over = self.over()
        if not over:
            return Text(f"{minutes_text(work)} of work left: it fits", ink.muted)
        names = [task.ref or task.title for task in over]
        told = " and ".join((", ".join(names[:-1]), names[-1])) if 1 < len(names) < 4 else ", ".join(names[:1])
        told = f"{len(names)} tasks" if len(names) > 3 else told
        return Text(f"{ink.signs.late} {minutes_text(work - left)} too much: {told} would carry", ink.late)


def task_rows(walk: Walk) -> tuple[TodayRow, ...]:
    """The tasks as rows."""
    over = {task.id for task in walk.over()}
    rows, room = [], None
    for task in walk.tasks:
        shown = task.room or "elsewhere"
        running = task.ticket_id is not None and task.ticket_id == walk.working
        sign = "doing" if running else "paused" if task.state == "doing" and task.ticket_id else task.state
        rows.append(TodayRow(task.ticket_id or task.id, task, room="" if shown == room else shown, sign=sign,
                             carried=task.id in over))  # fmt: skip
        room = shown
    return tuple(rows)


def visit_rows(visits: list[VisitLine]) -> tuple[TodayRow, ...]:
    """Visits as rows."""
    return tuple(TodayRow(visit.id, visit=visit) for visit in visits)


def row_text(row: TodayRow, width: int, ink: Ink, ascii: bool) -> Text:
    """One line of the list."""
    if row.visit is not None:
        return _visit_row(row.visit, width, ink)
    assert row.task is not None
    task = row.task
    glyph = (PAUSED if row.sign == "paused" else TASKS[row.sign])[1 if ascii else 0]
    room_cells = 12 if width >= 56 else 9
    minutes = str(task.actual or task.estimate) if task.state != "dropped" else ""
    carried = ink.signs.late if row.carried and task.state in LEFT else " "
    style = ink.muted if task.state not in LEFT else "bold" if row.sign == "doing" else ""
    text = Text(no_wrap=True).append(f"{glyph} ", style)
    text.append(fit(clip(row.room, room_cells - 1), room_cells), "bold" if task.state in LEFT else style)
    text.append(fit(clip(task.ref or "", 8), 9 if width >= 56 else 8) if width >= 36 else "", style)
    text.append(fit(f"P{task.priority}" if task.priority else "", 3), ink.late if _urgent(task) else style)
    text.append(fit(clip(_title(task), max(0, width - text.cell_len - 5)), max(0, width - text.cell_len - 4)), style)
    return text.append(carried, ink.late).append(fit(minutes, 3, "right"), ink.muted)


def _title(task: TaskLine) -> str:
    """What is to be done, with its place among what was agreed, and how often a checklist was carried."""
    agreed = f"{task.agreed}. " if task.agreed and task.state in LEFT else ""
    carried = f" (carried {task.carried}x)" if task.carried and task.state in LEFT else ""
    return f"{agreed}{task.title}{carried}"


def _urgent(task: TaskLine) -> bool:
    return task.state in LEFT and task.priority is not None and task.priority <= 2


def _visit_row(visit: VisitLine, width: int, ink: Ink) -> Text:
    starts, ends = (clock.local(each, visit.timezone) for each in (visit.planned_start, visit.planned_end))
    today = starts.date() == clock.local(ink.now, visit.timezone).date()
    when = f"{starts:%H:%M}{ink.signs.dash}{ends:%H:%M}" if today else f"{starts:%a} {day_text(starts)} {starts:%H:%M}"
    text = Text(no_wrap=True).append(fit(when, 18), "bold" if today else "")
    state = visit.state.replace("_", " ")
    room = max(0, width - text.cell_len - len(state) - 1)
    text.append(fit(clip(visit.site, max(0, room - 1)), room), "bold")
    return text.append(state, ink.muted)


def now_line(timer: RunningTimer | None, waiting: int, shown: str, width: int, ink: Ink) -> Text:
    """What is worked on, with its running time."""
    if timer is None:
        return Text(clip(" No timer runs: Space starts it on the selected task.", width), ink.muted, no_wrap=True)
    text = Text(f" {ink.signs.running} {shown}", f"bold {ink.accent}", no_wrap=True)
    text.append(f"  {timer.ref}  P{timer.priority}", "bold")
    text.append(f"  {clip(timer.room or '', 14)}" if timer.room else "")
    right = f"{clip(timer.reporter or '', 18)} " if width >= 72 else ""
    if waiting:
        right = f"{waiting} waiting  {right}"
    room = max(0, width - text.cell_len - len(right) - 3)
    text.append(f"  {fit(clip(timer.title, room), room)} ", "bold")
    return text.append(right, ink.muted)


def step_text(task: TaskLine, ink: Ink) -> Text:
    """A step of a checklist, beside the list."""
    page = Page()
    page.line((task.title, "bold"))
    page.line((f"{task.room or 'anywhere'} {ink.signs.dot} {task.estimate} min", ink.muted))
    if task.reason:
        page.line((task.reason, ""))
    if task.run_id:
        page.line((f"a checklist, due {task.run_due}", ink.muted))
        if task.carried:
            page.line((f"{ink.signs.late} {task.carried} visits had no time for it", ink.late))
        page.line(("Enter goes through its steps.", ink.muted))
    else:
        page.line(("Space begins it, c ends it.", ink.muted))
    return page.text


def visit_text(visit: VisitLine, pick: list[PickLine], ink: Ink) -> Text:
    """A visit, beside the list: what it brings and what the van needs for it."""
    page = Page()
    page.line((f"{visit.state.replace('_', ' ')} {ink.signs.dot} {visit.done} of {visit.tasks} tasks done", ink.muted))
    for words in (visit.summary, visit.reason, f"signed by {visit.signatory}" if visit.signatory else None):
        if words:
            page.line((words, ""))
    page.blank()
    if pick:
        page.line(("The van should hold", ink.accent))
    for part in pick:
        short = part.in_van < part.needed
        sign = f"{ink.signs.late} " if short else "  "
        page.line((f"{sign}{part.sku}", ink.late if short else "bold"), (f"{max(0, part.in_van)} of {part.needed}", ""),
                  (part.name, ink.muted))  # fmt: skip
    if visit.state in ("planned", "confirmed", "travelling"):
        page.blank()
        page.line(("Space starts it: the open tickets there become its tasks.", ""))
    return page.text
