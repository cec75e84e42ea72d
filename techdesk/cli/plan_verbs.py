"""More of the rotation from the shell: plain recurrences, travel times, files, and visits that are booked again."""

import sys
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from techdesk import clock
from techdesk.cli import plan_documents as documents
from techdesk.cli.completing import people, rotations, sites
from techdesk.cli.options import Json
from techdesk.cli.session import put, say, session, table, tell
from techdesk.desk.ids import named_id, new_id
from techdesk.desk.visits import PlanVisit
from techdesk.errors import BadInput, NotFound
from techdesk.models.queries import names
from techdesk.models.queries import rotations as plans

if TYPE_CHECKING:
    from techdesk.models.visit_events import Event
    from techdesk.planning.planbook import PlanBook

MOST = 1000
Minutes = Annotated[int, typer.Option(min=5, max=720, help="How long each visit is.")]


def recur(
    site: Annotated[str, typer.Argument(help="A site's code or name.", autocompletion=sites)],
    rule: Annotated[str | None, typer.Option(help="A rule of RFC 5545: FREQ=MONTHLY;BYDAY=1MO.")] = None,
    every: Annotated[int | None, typer.Option(min=1, max=52, help="Or every so many weeks ...")] = None,
    on: Annotated[str | None, typer.Option(metavar="DAYS", help="... on these days: mon,thu.")] = None,
    nth: Annotated[
        str | None, typer.Option(help="Or the first, second, third, fourth, fifth or last of them a month.")
    ] = None,
    first: Annotated[str | None, typer.Option("--from", metavar="DATE", help="The first day; else tomorrow.")] = None,
    last: Annotated[
        str | None, typer.Option("--to", metavar="DATE", help="The last day; else twelve weeks on.")
    ] = None,
    start: Annotated[str, typer.Option(metavar="TIME", help="When, on the site's clock.")] = "09:00",
    minutes: Minutes = 180,
    technician: Annotated[str, typer.Option(help="Who goes.", autocompletion=people)] = "me",
    skip: Annotated[list[str] | None, typer.Option(metavar="DATE", help="Not on this day; may be given again.")] = None,
    also: Annotated[list[str] | None, typer.Option(metavar="DATE", help="On this day too; may be given again.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say which days, and plan nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Plan a site's visits by a plain rule, without the planner: closed days are left out and told."""
    session.json = as_json
    from techdesk.desk.service_hours import is_open
    from techdesk.planning.recurrence import Recurrence

    connection = session.store.connection
    begins = clock.parse_day(first) if first else clock.parse(session.now).date() + timedelta(days=1)
    ends = clock.parse_day(last) if last else begins + timedelta(days=83)
    made = Recurrence(rule=_rule(rule, every, on, nth), start=begins, without=_days(skip), besides=_days(also))
    days = made.days(begins, ends)
    if len(days) > MOST:
        raise BadInput(
            f"That makes {len(days):,} visits, and {MOST:,} are planned at once at most: say an earlier --to."
        )
    site_id = names.site_id(connection, site)
    school = next((each for each in plans.schools(connection, begins.isoformat()) if each.id == site_id), None)
    closed = [day for day in days if school is not None and not is_open(school.hours, day)]
    visited = connection.execute(
        "SELECT planned_start FROM visit WHERE site_id = ? AND state NOT IN ('cancelled', 'missed', 'rebooked')",
        (site_id,),
    )
    there = {str(row[0])[:10] for row in visited}
    chosen = [day for day in days if day not in closed and day.isoformat() not in there]
    who = names.technician_id(connection, technician, session.me)
    late = [day for day in chosen if school is not None and school.ends is not None and day.isoformat() > school.ends]
    if late and school is not None:
        tell(f"{len(late)} of them lie after the end of its agreement, on {school.ends}.")
    commands = [_visit(site_id, who, day, start, minutes) for day in chosen]
    if commands and not dry_run:
        session.store.perform_all(commands)
    if as_json:
        put({"items": [{"day": day.isoformat()} for day in chosen], "closed": [day.isoformat() for day in closed],
             "there": len(days) - len(closed) - len(chosen), "total": len(chosen)})  # fmt: skip
        return
    for day in chosen:
        say(f"{day:%a %d %b %Y} {start}")
    for day in closed:
        say(f"  not on {day:%a %d %b %Y}: the site is closed.")
    say(f"{len(chosen)} visits{' would be' if dry_run else ''} planned.")


def _rule(rule: str | None, every: int | None, on: str | None, nth: str | None) -> str:
    from techdesk.desk.agreements import weekdays
    from techdesk.planning.recurrence import WEEKDAYS, every_weeks, nth_weekday

    if rule:
        if every or on or nth:
            raise BadInput("Say --rule, or --every, --nth and --on: not both.")
        return rule
    days = [WEEKDAYS[day] for day in weekdays(on or "")]
    if not days:
        raise BadInput("Say on which days: --every 2 --on tue, or --nth first --on mon, or a --rule.")
    if nth is None:
        return every_weeks(every or 1, days)
    if len(days) > 1:
        raise BadInput("Of a month one day is meant: --nth first --on mon.")
    return nth_weekday(nth, days[0], every=every or 1)


def _days(given: list[str] | None) -> frozenset[date]:
    return frozenset(clock.parse_day(each) for each in given or ())


def _visit(site_id: str, technician_id: str, day: date, start: str, minutes: int) -> PlanVisit:
    zone = session.store.connection.execute("SELECT timezone FROM site WHERE id = ?", (site_id,)).fetchone()
    begins = clock.parse_there(f"{day}T{start}", str(zone[0]))
    return PlanVisit(id=new_id(), site_id=site_id, technician_id=technician_id, planned_start=begins,
                     planned_end=clock.later(begins, minutes))  # fmt: skip


def travel(
    file: Annotated[Path | None, typer.Option(help="A CSV file with from, to and minutes: a whole matrix.")] = None,
    one: Annotated[str | None, typer.Option("--from", help="A site, or a technician for their base.")] = None,
    two: Annotated[str | None, typer.Option("--to", help="Another.")] = None,
    minutes: Annotated[float | None, typer.Option(min=0, max=1440, help="Minutes on the road.")] = None,
    forget: Annotated[bool, typer.Option("--forget", help="Reckon this way from the coordinates again.")] = False,
    as_json: Json = False,
) -> None:
    """Keep minutes on the road where they are known better than from coordinates; without options, list them."""
    session.json = as_json
    from techdesk.desk.roads import MOST, KeepTravel
    from techdesk.planning.travel import read_ways

    pairs: list[tuple[str, str, float | None]] = []
    if file is not None:
        pairs = [(_place(a), _place(b), kept) for (a, b), kept in read_ways(file).items()]
    elif one and two and (minutes is not None or forget):
        pairs = [(_place(one), _place(two), None if forget else minutes)]
    elif one or two or minutes is not None or forget:
        raise BadInput("Say --from, --to and --minutes (or --forget), or a --file.")
    if not pairs:
        _list_travel(as_json)
        return
    session.store.perform_all([KeepTravel(pairs=tuple(pairs[at : at + MOST])) for at in range(0, len(pairs), MOST)])
    if as_json:
        put({"kept": len(pairs)})
    else:
        say(f"Kept {len(pairs):,} travel time{'s' if len(pairs) > 1 else ''}.")


def _place(text: str) -> str:
    """The site, or else the technician, that is meant."""
    connection = session.store.connection
    try:
        return names.site_id(connection, text)
    except NotFound:
        return names.technician_id(connection, text, session.me)


def _list_travel(as_json: bool) -> None:
    rows = session.store.connection.execute(
        "SELECT coalesce(s.name, t.name, '?'), coalesce(s2.name, t2.name, '?'), k.minutes FROM travel_time k"
        " LEFT JOIN site s ON s.id = k.from_id LEFT JOIN technician t ON t.id = k.from_id"
        " LEFT JOIN site s2 ON s2.id = k.to_id LEFT JOIN technician t2 ON t2.id = k.to_id ORDER BY 1, 2"
    ).fetchall()
    if as_json:
        put({"items": [dict(zip(("from", "to", "minutes"), row, strict=True)) for row in rows], "total": len(rows)})
        return
    table(("From", "To", "Minutes"), rows, "All ways are reckoned from coordinates.")


def export(
    which: Annotated[str | None, typer.Argument(metavar="[ROTATION]", autocompletion=rotations)] = None,
    format: Annotated[str, typer.Option("--format", "-f", help="csv or json: the cycle; ics: the visits.")] = "csv",
    output: Annotated[Path | None, typer.Option("--output", "-o", help="The file; else stdout.")] = None,
) -> None:
    """Write a rotation to stdout or a file: its cycle, or its visits on their dates as a calendar."""
    from techdesk.exchange import exporting, rotation_files
    from techdesk.planning.planbook import opened

    if format not in ("csv", "json", "ics"):
        raise BadInput(f"A rotation cannot be written as '{format}': it must be one of csv, json, ics.")
    connection = session.store.connection
    book = opened(connection, plans.rotation(connection, which, session.now[:10]), session.now)

    def write(out: Any) -> int:
        if format == "ics":
            return rotation_files.dated_ics(_dated(book), book.row.name, out)
        items = [documents.line(line) for line in book.lines if line.day is not None]
        return (rotation_files.cycle_csv if format == "csv" else rotation_files.cycle_json)(items, out)

    if output is None:
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(newline="")  # the format brings its own line ends
        write(sys.stdout)
        return
    total = exporting.to_file(output, write)
    tell(f"{total:,} visits are in {output}.")


def _dated(book: "PlanBook") -> "list[Event]":
    """The visits of a rotation on their dates: those that were made, or those that a draft would make."""
    from techdesk.models.visit_events import EVENT, ORDER

    connection, now = session.store.connection, session.now
    if book.row.state != "draft":
        return connection.execute(
            f"{EVENT} FROM visit v LEFT JOIN site s ON s.id = v.site_id LEFT JOIN technician p ON p.id = v.technician_id"
            f" WHERE v.rotation_id = ? {ORDER}", (book.row.id,),
        ).fetchall()  # fmt: skip
    sites = connection.execute("SELECT id, timezone, name, address, postcode, latitude, longitude FROM site")
    where = {str(id): (str(zone), place) for id, zone, *place in sites}
    names = {one.id: one.name for one in book.crew}
    found: list[Event] = []
    for visit in book.bookings(clock.parse(now).date()).visits:
        zone, place = where[visit.line.site_id]
        begins = clock.parse_there(f"{visit.day}T{visit.starts // 60:02}:{visit.starts % 60:02}", zone)
        id = named_id("visit", book.row.id, visit.line.id, visit.day.isoformat())
        ends = clock.later(begins, visit.line.minutes)
        found.append((id, 1, now, begins, ends, "planned", None, *place, names[visit.technician_id]))
    return found


def rebook(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be booked, and book nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Book visits again that were missed, or that nobody came to: within four weeks, where it costs little."""
    session.json = as_json
    from techdesk.planning import rebooking
    from techdesk.planning.drafting import ROADS
    from techdesk.planning.roadbook import road_book

    connection, now = session.store.connection, session.now
    crew, _ = plans.crew(connection)
    schools = plans.schools(connection, now[:10])
    book = road_book(crew, schools, plans.travel_times(connection), ROADS)
    found = rebooking.rebook(rebooking.owed(connection, now), rebooking.planned(connection, now), crew, schools, book,
                             clock.parse(now).date())  # fmt: skip
    commands = [each.command for each in found if each.command is not None]
    if commands and not dry_run:
        session.store.perform_all(commands)
    told = [{"site": each.owed.site, "missed": each.owed.start[:10], "day": str(each.day) if each.day else None}
            for each in found]  # fmt: skip
    if as_json:
        put({"items": told, "total": len(told)})
        return
    table(
        ("Missed", "Now on", "Site"),
        [(each["missed"], each["day"] or "no room within four weeks", each["site"]) for each in told],
        "Nothing is owed: every visit was made or booked again.",
    )


def add_verbs(app: typer.Typer) -> None:
    """Adds these verbs to the noun."""
    for name, verb in (("recur", recur), ("travel", travel), ("export", export), ("rebook", rebook)):
        app.command(name)(verb)
