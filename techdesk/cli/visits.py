"""Visits from the shell: list, plan, start, wrap, sign, cancel, next, report."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from techdesk import clock
from techdesk.cli import site_cards, visit_bookings
from techdesk.cli import visit_documents as documents
from techdesk.cli.changing import change_last, change_once
from techdesk.cli.completing import people, sites
from techdesk.cli.options import Json, Limit, Site
from techdesk.cli.session import put, say, session, table, tell
from techdesk.cli.visit_tasks import add_verbs
from techdesk.desk.commands import Command
from techdesk.desk.ids import new_id
from techdesk.desk.visits import CancelVisit, PlanVisit, SignVisit, StartVisit, WrapVisit
from techdesk.errors import BadInput, NotFound
from techdesk.models.queries import names, visit_lists, visit_sheets, visits
from techdesk.models.rows import VisitLine

app = typer.Typer(help="The visit's life: plan, start, tasks, wrap, sign, report.")
AHEAD = ("planned", "confirmed", "travelling")
MADE = ("on_site", "wrapped", "signed")
PLANNED_MINUTES = 180
Which = Annotated[str | None, typer.Argument(metavar="[SITE|ID]", help="A site, or a beginning of the visit's id.")]


@app.command("list")
def list_visits(
    first: Annotated[str | None, typer.Option("--from", metavar="DATE", help="The first day; else today.")] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="DATE", help="The last day; else four weeks on.")] = None,
    site: Site = None,
    every: Annotated[bool, typer.Option("--all", help="Every technician's, and those called off.")] = False,
    limit: Limit = 200,
    as_json: Json = False,
) -> None:
    """Visits by day: mine from today on, unless told otherwise."""
    session.json = as_json
    connection = session.store.connection
    begins = clock.parse_day(first) if first else clock.local(session.store.now(), "Europe/London").date()
    ends = clock.parse_day(last) if last else begins + timedelta(days=27)
    if ends < begins:
        raise BadInput("The first day is after the last: check --from and --to.")
    start, end = visit_lists.days(begins, ends)
    site_id = names.site_id(connection, site) if site else None
    chosen = visit_lists.VisitFilter(None if every else session.me, site_id, start, end, gone=every)
    lines, total = visit_lists.page(connection, chosen, limit), visit_lists.count(connection, chosen)
    if as_json:
        put({"items": [documents.visit(line) for line in lines], "total": total})
        return
    table(
        ("Day", "From", "To", "State", "Done", "Who", "Id", "Site"),
        [(*_times(line), line.state.replace("_", " "), f"{line.done}/{line.tasks}", line.technician, line.id, line.site)
         for line in lines],
        "No visit in these days. Plan one with  techdesk visit plan SITE --start 2026-11-24T08:00",
    )  # fmt: skip
    if total > len(lines):
        tell(f"{len(lines)} of {total:,}: --limit {total} shows all.")


def _times(line: VisitLine) -> tuple[str, str, str]:
    start, end = (clock.local(each, line.timezone) for each in (line.planned_start, line.planned_end))
    return f"{start:%a %d %b %Y}", f"{start:%H:%M}", f"{end:%H:%M}"


@app.command()
def feed(
    revoke: Annotated[bool, typer.Option("--revoke", help="End all addresses of your calendar instead.")] = False,
    as_json: Json = False,
) -> None:
    """Get a private address of your visits, for a calendar program to subscribe to. It is shown once."""
    from techdesk.sync import client  # the network's libraries: 80 ms

    session.json = as_json
    if revoke:
        ended = client.end_calendars(session.store)
        put({"url": None, "ended": ended}) if as_json else say(f"{ended} addresses of your calendar are ended.")
        return
    address = client.calendar_address(session.store)
    if as_json:
        put({"url": address, "ended": 0})
        return
    say(address)
    tell("Whoever has this address reads your visits. It is not shown again; end it with --revoke.")


@app.command()
def plan(
    site: Annotated[str, typer.Argument(help="A site's code or name.", autocompletion=sites)],
    start: Annotated[str, typer.Option(metavar="MOMENT", help="When, on the site's clock: 2026-11-24T08:00.")],
    end: Annotated[str | None, typer.Option(metavar="MOMENT", help="Until when.")] = None,
    minutes: Annotated[int | None, typer.Option(min=1, max=1440, help="Or for how long; else 180.")] = None,
    technician: Annotated[str | None, typer.Option(help="Who goes; else you.", autocompletion=people)] = None,
    as_json: Json = False,
) -> None:
    """Plan a visit."""
    session.json = as_json
    connection = session.store.connection
    if end is not None and minutes is not None:
        raise BadInput("Say --end or --minutes, not both.")
    site_id = names.site_id(connection, site)
    timezone = visit_lists.site_card(connection, site_id).timezone
    begins = clock.parse_there(start, timezone)
    ends = clock.parse_there(end, timezone) if end else clock.later(begins, minutes or PLANNED_MINUTES)
    who = names.technician_id(connection, technician or "me", session.me)
    change_once(
        PlanVisit(id=new_id(), site_id=site_id, technician_id=who, planned_start=begins, planned_end=ends), as_json
    )


@app.command()
def start(
    which: Which = None,
    travel: Annotated[int | None, typer.Option(min=0, max=1440, help="Minutes of travel.")] = None,
    mileage: Annotated[float | None, typer.Option(min=0, max=5000, help="Miles driven.")] = None,
    as_json: Json = False,
) -> None:
    """Arrive: the site's open tickets become the list. A site that was not planned today is planned now."""
    session.json = as_json
    connection, now = session.store.connection, session.store.now()
    line = _visit(which, AHEAD, "start", today=True)
    commands: list[Command] = []
    if line is None:
        site_id = names.site_id(connection, str(which))
        id, ends = new_id(), clock.later(now, PLANNED_MINUTES)
        commands.append(PlanVisit(id=id, site_id=site_id, technician_id=str(session.me), planned_start=now,
                                  planned_end=ends))  # fmt: skip
    else:
        id = line.id
    commands.append(StartVisit(visit_id=id, travel_minutes=travel, mileage=mileage))
    change_last(commands, as_json)
    if not as_json:
        site_cards.tell_card(connection, visits.visit(connection, id))


def _visit(which: str | None, states: tuple[str, ...], verb: str, *, today: bool = False) -> VisitLine | None:
    """My visit in one of the states: by a beginning of its id, by its site, or else the nearest one (of today). None when
    the site is known and no visit there fits. Raises NotFound."""
    connection, now = session.store.connection, session.store.now()
    site_id = None
    if which:
        try:
            site_id = names.site_id(connection, which)
        except NotFound:
            return visits.visit(connection, _by_id(which))
    line = visit_lists.nearest(connection, session.me, states, now, site_id)
    if line is not None and today:
        days = [clock.local(each, line.timezone).date() for each in (line.planned_start, now)]
        line = line if days[0] == days[1] else None
    if line is None and site_id is None:
        when = " today" if today else ""
        raise NotFound(f"There is no visit of yours to {verb}{when}: name the site, or see  techdesk visit list.")
    return line


def _by_id(text: str) -> str:
    try:
        return names.visit_id(session.store.connection, text)
    except NotFound:
        raise NotFound(f"There is no site and no visit '{text}' here: see  techdesk visit list --all.") from None


def _known(which: str | None, states: tuple[str, ...], verb: str) -> VisitLine:
    line = _visit(which, states, verb)
    if line is None:
        raise NotFound(f"There is no visit to {which} that you could {verb}: see  techdesk visit list.")
    return line


@app.command()
def wrap(
    summary: Annotated[str | None, typer.Option("-m", "--message", help="What the school should know.")] = None,
    reason: Annotated[str, typer.Option(help="Why what is left is carried.")] = "no time left",
    as_json: Json = False,
) -> None:
    """End the work at the site; what is left is carried to the next visit."""
    session.json = as_json
    line = visits.under_way(session.store.connection, session.me)
    if line is None:
        raise NotFound("No visit is under way, so there is none to wrap: see  techdesk visit list.")
    change_once(WrapVisit(visit_id=line.id, summary=summary, reason=reason), as_json)


@app.command()
def sign(
    name: Annotated[str, typer.Argument(help="Who signs for the school.")],
    visit: Annotated[str | None, typer.Option(metavar="SITE|ID", help="Another visit than today's.")] = None,
    paper: Annotated[bool, typer.Option("--paper", help="Drawn on the printed sheet, which you keep.")] = False,
    as_json: Json = False,
) -> None:
    """Keep who signed the visit that was wrapped today; another is named with --visit."""
    session.json = as_json
    line = _known(visit, ("wrapped",), "sign") if visit else visits.under_way(session.store.connection, session.me)
    line = line or _wrapped_today()
    change_once(SignVisit(visit_id=line.id, signatory=name, how="paper" if paper else "typed"), as_json)


def _wrapped_today() -> VisitLine:
    """The one visit of mine that was wrapped today and is not signed. Raises NotFound or BadInput, naming what is unsigned: a
    name must not get onto another school's sheet."""
    connection, now = session.store.connection, session.store.now()
    lines = visits.unsigned(connection, session.me)
    today = [
        line
        for line in lines
        if clock.local(line.actual_end or line.planned_start, line.timezone).date()
        == clock.local(now, line.timezone).date()
    ]
    if len(today) == 1:
        return today[0]
    if not lines:
        raise NotFound("There is no visit of yours to sign: name the site, or see  techdesk visit list.")
    named = (today or lines)[:3]
    which = ", ".join(
        f"{line.site} of {clock.local(line.planned_start, line.timezone):%d %b} ({line.id})" for line in named
    )
    many = "More than one visit of today is" if today else "No visit of today is, but earlier ones are"
    raise BadInput(f"{many} wrapped and unsigned: {which}. Say which with  --visit ID.")


@app.command()
def cancel(
    which: Annotated[str, typer.Argument(metavar="SITE|ID", help="A site, or a beginning of the visit's id.")],
    reason: Annotated[str, typer.Option("-m", "--message", help="Why.")],
    as_json: Json = False,
) -> None:
    """Call a visit off, with a reason."""
    session.json = as_json
    change_once(CancelVisit(visit_id=_known(which, AHEAD, "cancel").id, reason=reason), as_json)


@app.command("next")
def next_visit(
    site: Site = None,
    as_json: Json = False,
) -> None:
    """The next visit, mine or to a site, and what waits there."""
    session.json = as_json
    connection, now = session.store.connection, session.store.now()
    site_id = names.site_id(connection, site) if site else None
    chosen = visit_lists.VisitFilter(None if site_id else session.me, site_id)
    lines = visit_lists.upcoming(connection, now, 1, chosen)
    waiting = [visit_lists.site_card(connection, line.site_id).open_tickets for line in lines]
    if as_json:
        items = [{**documents.visit(line), "open_tickets": count} for line, count in zip(lines, waiting, strict=True)]
        put({"items": items, "total": len(lines)})
        return
    for line, count in zip(lines, waiting, strict=True):
        day, begins, ends = _times(line)
        say(f"{day}  {begins}-{ends}  {line.site}  {line.technician or ''}  {count} open tickets")
    if not lines:
        say("No visit is planned. Plan one with  techdesk visit plan SITE --start 2026-11-24T08:00")


@app.command()
def card(which: Which = None, as_json: Json = False) -> None:
    """What one needs to know at the door: entry, contacts, safeguarding, what was promised, what is due."""
    session.json = as_json
    connection = session.store.connection
    line = _known(which, (*AHEAD, "on_site"), "see the card of")
    if as_json:
        put({**documents.visit(line), **site_cards.document(connection, line)})
        return
    day, begins, ends = _times(line)
    say(f"{line.site}  {day}  {begins}-{ends}  {line.state.replace('_', ' ')}")
    site_cards.tell_card(connection, line)


@app.command()
def report(
    which: Which = None,
    form: Annotated[
        str | None, typer.Option("--format", "-f", help="text, html or pdf; else by the file's name.")
    ] = None,
    doors: Annotated[
        bool, typer.Option("--doors", help="The notes to be left at devices, instead of the sheet.")
    ] = False,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="A file to write; else stdout.")] = None,
    as_json: Json = False,
) -> None:
    """The visit's sheet: what was done, found, promised and fitted, minutes, the next visit. As text, HTML or PDF."""
    session.json = as_json
    connection, now = session.store.connection, session.store.now()
    line = _known(which, MADE, "report on")
    made = visit_sheets.sheet(connection, line.id, now)
    if as_json:
        put(documents.sheet(made))
        return
    from techdesk.cli.sheets import write

    write(made, now, form, output, doors=doors)


add_verbs(app)
visit_bookings.add_verbs(app)
