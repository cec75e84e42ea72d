"""The rotation from the shell: plan make, list, show, compare, move, publish, drop, export; wishes, travel, recurrences."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from techdesk import clock
from techdesk.cli import plan_documents as documents
from techdesk.cli.changing import change_once, changes
from techdesk.cli.completing import people, rotations, sites
from techdesk.cli.options import Json
from techdesk.cli.plan_making import make
from techdesk.cli.plan_verbs import add_verbs
from techdesk.cli.session import put, say, session, table, tell
from techdesk.desk.rotations import DropRotation, day_words
from techdesk.errors import BadInput, NotFound
from techdesk.models.queries import names
from techdesk.models.queries import rotations as plans

if TYPE_CHECKING:
    from techdesk.planning.planbook import PlanBook

app = typer.Typer()
plan = typer.Typer(help="The rotation: who visits which school on which day, from draft to visits.")
app.add_typer(plan, name="plan")
Which = Annotated[
    str | None,
    typer.Argument(metavar="[ROTATION]", help="Its name; else the newest draft.", autocompletion=rotations),
]
SHOWN = 20


plan.command()(make)


@plan.command("list")
def list_rotations(
    every: Annotated[bool, typer.Option("--all", help="Those that were superseded as well.")] = False,
    as_json: Json = False,
) -> None:
    """Drafts and published rotations, the newest first."""
    rows = plans.rotations(session.store.connection, every)
    if as_json:
        put({"items": [documents.rotation(row) for row in rows], "total": len(rows)})
        return
    table(
        ("State", "From", "To", "Weeks", "Visits", "Missing", "Driving", "Name"),
        [(row.state, row.first, row.last, row.weeks, row.visits, row.missing or "",
          "" if row.travel is None else f"{row.travel:.0f} min", row.name) for row in rows],
        "There is no rotation yet: plan one with  techdesk plan make.",
    )  # fmt: skip


@plan.command()
def show(
    which: Which = None,
    lines: Annotated[bool, typer.Option("--lines", help="A line for each visit, with its hour.")] = False,
    as_json: Json = False,
) -> None:
    """A rotation as a grid of weeks, days and technicians; then what cannot be met."""
    session.json = as_json
    book = _opened(which)
    planned = [line for line in book.lines if line.day is not None]
    if as_json:
        put({
            **documents.rotation(book.row), "items": [documents.line(line) for line in planned],
            "unmet": [documents.unmet(line) for line in book.lines if line.day is None], "total": len(planned),
        })  # fmt: skip
        return
    row = book.row
    say(f"{row.name}: {row.state}, {row.weeks} weeks, {row.first} to {row.last}, {row.visits} visits a cycle.")
    if lines:
        table(("Day", "Time", "Min", "Technician", "Site", "Why"),
              [(documents.day_short(line.day or 0), documents.time_of(line.starts), line.minutes, line.technician, line.site,
                line.why) for line in planned], "No visit is planned.")  # fmt: skip
    else:
        for week, heading, cells in documents.grid(planned, row.weeks):
            say("")
            table((f"Week {week}", *heading), cells, f"Week {week}: no visit.")
    for line in book.lines:
        if line.day is None:
            say(f"not met: {line.site}, {line.missing}: {line.why}.")


@plan.command()
def compare(
    one: Annotated[str, typer.Argument(help="A rotation.", autocompletion=rotations)],
    two: Annotated[str, typer.Argument(help="Another one.", autocompletion=rotations)],
    as_json: Json = False,
) -> None:
    """Two rotations side by side, in figures, and the visits that differ."""
    session.json = as_json
    from techdesk.planning.comparing import differences, measure, side_by_side

    books = [_opened(one), _opened(two)]
    figures = [measure(book.row, book.lines, book.crew, book.book) for book in books]
    found = differences(books[0].lines, books[1].lines)
    told = documents.differences(found, [*books[0].lines, *books[1].lines])
    if as_json:
        put({"items": [each._asdict() for each in figures], "differences": told, "total": len(told)})
        return
    table(("", figures[0].name, figures[1].name), side_by_side(figures), "")
    say(f"{len(told)} visits differ.")
    for each in told[:SHOWN]:
        say(f"  {each['site']}: {each['before'] or '-'} -> {each['after'] or '-'}")
    if len(told) > SHOWN:
        say(f"  ... and {len(told) - SHOWN} more: --json names all.")


@plan.command("move")
def move_visit(
    site: Annotated[str, typer.Argument(help="A site's code or name.", autocompletion=sites)],
    week: Annotated[int | None, typer.Option(min=1, max=6, help="To which week of the cycle; else the same.")] = None,
    on: Annotated[str | None, typer.Option(metavar="DAY", help="To which day of the week, as mon.")] = None,
    technician: Annotated[str | None, typer.Option("--to", help="To whom.", autocompletion=people)] = None,
    visit: Annotated[int, typer.Option(min=1, help="Which of its visits in the cycle.")] = 1,
    rotation: Annotated[str | None, typer.Option(help="Of which draft.", autocompletion=rotations)] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what it would cost, and move nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Move a visit of a draft; says what that costs in driving, hours and cadence."""
    session.json = as_json
    from techdesk.desk.agreements import weekdays
    from techdesk.planning import moving

    book = _opened(rotation)
    line = _line(book, site, visit)
    days = weekdays(on) if on else ((line.day or 0) % 7,)
    if len(days) != 1:
        raise BadInput("Say one day of the week: --on tue.")
    target = 7 * ((week - 1) if week else (line.day or 0) // 7) + days[0]
    who = names.technician_id(session.store.connection, technician, session.me) if technician else line.technician_id
    if who is None or not any(one.id == who for one in book.crew):
        raise BadInput("Say to whom the visit goes: --to NAME.")
    school = next((each for each in book.schools if each.id == line.site_id), None)
    done = moving.move(book.lines, line, target, who, book.crew, book.book, book.row.weeks,
                       school.days if school else range(7), school.skills if school else frozenset())  # fmt: skip
    if not dry_run:
        session.store.perform(done.command)
    if as_json:
        put({**changes([] if dry_run else [(line.code, "draft")], []), "cost": documents.cost(done.cost)})
        return
    say(f"{line.site} {day_words(target)}: {done.cost.words()}{' (not moved)' if dry_run else ''}.")


def _line(book: "PlanBook", site: str, visit: int) -> plans.PlanLine:
    site_id = names.site_id(session.store.connection, site)
    found = [line for line in book.lines if line.site_id == site_id]
    if len(found) < visit:
        raise NotFound(f"{book.row.name} has {len(found)} visits of {site}: look with  techdesk plan show --lines.")
    return found[visit - 1]


@plan.command()
def publish(
    which: Which = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would come of it, and publish nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Make a draft's visits, from today on. Closed days and leave are booked again in reach; what cannot be is told."""
    session.json = as_json
    book = _opened(which)
    booked = book.bookings(clock.parse(session.now).date())
    command = book.publishing(booked)
    outcome = None if dry_run else session.store.perform(command)
    if as_json:
        put({**documents.rotation(book.row), "state": "draft" if dry_run else "published",
             "visits": len(booked.visits), **documents.bookings(booked)})  # fmt: skip
        return
    say(outcome.said if outcome else f"{len(booked.visits)} visits would be made.")
    _tell_booked(documents.bookings(booked))


def _tell_booked(told: dict[str, list[Any]]) -> None:
    for each in told["moved"][:SHOWN]:
        say(f"  {each['site']}: {each['planned']} -> {each['day']} ({each['why']})")
    if len(told["moved"]) > SHOWN:
        say(f"  ... and {len(told['moved']) - SHOWN} more were booked on another day: --json names all.")
    for each in told["missed"]:
        say(f"  not made: {each['site']} on {each['day']}: {each['why']}.")
    for note in told["notes"]:
        tell(note)


@plan.command()
def drop(which: Which = None, as_json: Json = False) -> None:
    """Put a draft aside."""
    session.json = as_json
    change_once(DropRotation(rotation_id=_row(which).id), as_json)


def _row(which: str | None) -> plans.RotationRow:
    return plans.rotation(session.store.connection, which, session.now[:10])


def _opened(which: str | None) -> "PlanBook":
    from techdesk.planning.planbook import opened

    return opened(session.store.connection, _row(which), session.now)


add_verbs(plan)
