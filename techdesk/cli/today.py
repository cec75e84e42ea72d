"""The day from the shell."""

from typing import Annotated

import typer

from techdesk import clock
from techdesk.cli import documents
from techdesk.cli.options import Json
from techdesk.cli.session import put, say, session
from techdesk.models.queries import device_story, licences, maintaining, packing, visits
from techdesk.models.rows import TaskLine, VisitLine

app = typer.Typer()
MARKS = {"todo": " ", "doing": ">", "done": "x", "carried": "~", "dropped": "-"}


@app.command()
def today(
    day: Annotated[str | None, typer.Option("--date", help="Another day, as 2026-11-24.")] = None,
    everyone: Annotated[bool, typer.Option("--all", help="Every technician's visits.")] = False,
    as_json: Json = False,
) -> None:
    """The day's visits and tasks, minutes left, and what the van is missing."""
    session.json = as_json
    connection, now = session.store.connection, session.store.now()
    chosen = clock.parse_day(day) if day else clock.local(now, "Europe/London").date()
    lines = visits.on_day(connection, chosen, None if everyone else session.me)
    shown = [(line, visits.minutes_left(line, now), visits.tasks(connection, line.id)) for line in lines]
    pick = packing.pick_for(connection, [line.id for line in lines], session.me, now=now) if lines else []
    warnings = _warnings(now)
    if as_json:
        put({
            "date": chosen.isoformat(),
            "warnings": warnings,
            "visits": [documents.visit(*each) for each in shown],
            "pick": documents.pick(pick),
        })  # fmt: skip
        return
    if not lines:
        say(f"No visit on {chosen:%a %d %b %Y}. Plan one with  techdesk visit plan SITE.")
    for line, left, tasks in shown:
        _tell(line, left, tasks)
    for part in pick:
        why = ", ".join(part.refs) or part.why
        say(f"  van: {part.sku} {part.name}: {part.in_van} there, {part.needed} may be needed ({why})")
    for warning in warnings:
        say(f"  ! {warning}")


def _warnings(now: str) -> list[str]:
    """What is beside the visits to be thought of: repairs and loans that are overdue, licences that end or lack seats."""
    connection = session.store.connection
    late = [f"repair of {each.tag} at {each.supplier or 'a supplier'} was due {each.due}"
            for each in device_story.repairs(connection, now) if each.overdue]  # fmt: skip
    late += [f"{each.tag} is lent to {each.borrower} and was due {each.due}"
             for each in device_story.loans(connection, now) if each.state == "overdue"]  # fmt: skip
    for line in licences.to_think_of(connection, now):
        ends = f"{line.state} {line.expires}" if line.state != "active" else "active"
        late.append(
            f"licence {line.product}: {ends}, {line.used} of {'any' if line.seats is None else line.seats} seats used"
        )
    return late


def _tell(line: VisitLine, left: int, tasks: list[TaskLine]) -> None:
    starts, ends = (clock.local(each, line.timezone) for each in (line.planned_start, line.planned_end))
    minutes = f"  {left} min left" if line.state == "on_site" else ""
    say(f"{starts:%H:%M}-{ends:%H:%M}  {line.site}  {line.state.replace('_', ' ')}{minutes}")
    for number, task in enumerate(tasks, start=1):
        name = f"{task.ref} P{task.priority} " if task.ref else ""
        more = f", agreed {task.agreed}" if task.agreed else ""
        more += f", due {task.run_due}" if task.run_due else ""
        more += f", carried {task.carried} times" if task.carried else ""
        more += f", {task.reason}" if task.reason and task.state == "todo" else ""
        taken = task.actual or task.estimate
        say(f"  {number:2} [{MARKS[task.state]}] {task.room or '-'}: {name}{task.title} ({taken} min{more})")
    for run in maintaining.due_at(session.store.connection, line.id):
        carried = f", carried {run.carried} times" if run.carried else ""
        say(f"  due: {run.name} ({run.minutes} min, since {run.due}{carried})")
    over = visits.would_carry(tasks, left) if line.state == "on_site" else []
    if over:
        say(f"  ! {', '.join(task.ref or task.title for task in over)} will not fit and would be carried.")
