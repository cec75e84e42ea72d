"""Calendars and targets from the shell: calendar list, show, hours, add, remove, holidays; targets show, set."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from techdesk import clock
from techdesk.cli.changing import change_last, change_once
from techdesk.cli.options import Json, Site
from techdesk.cli.session import put, say, session, table
from techdesk.desk import calendars, priority
from techdesk.desk.calendars import KeepDays, RecordCalendar
from techdesk.desk.commands import Command
from techdesk.desk.ids import named_id
from techdesk.desk.priority import IMPACTS, RANKS, URGENCIES
from techdesk.desk.targets import RecordPriorities
from techdesk.errors import BadInput, NotFound
from techdesk.models.queries import names
from techdesk.models.sqlite import SqliteTx

if TYPE_CHECKING:
    from techdesk.exchange.calendar_days import Owner

app = typer.Typer()
calendar = typer.Typer(help="When sites are served, and the days on which they are not.")
targets = typer.Typer(help="The published matrix of priorities, and what each promises.")
app.add_typer(calendar, name="calendar")
app.add_typer(targets, name="targets")

HAND = "by hand"
AHEAD = timedelta(days=366)
Cluster = Annotated[str | None, typer.Option(help="The calendar of this cluster; else the organisation's.")]


def calendar_owner(site: str | None, cluster: str | None) -> "Owner":
    """Whose calendar is meant. Raises BadInput, NotFound."""
    from techdesk.exchange.calendar_days import Owner

    if site and cluster:
        raise BadInput("A calendar is a site's or a cluster's: give --site or --cluster.")
    connection = session.store.connection
    if cluster and not connection.execute("SELECT 1 FROM site WHERE cluster = ?", (cluster,)).fetchone():
        raise NotFound(f"No site is of the cluster '{cluster}': check how  techdesk export sites  spells it.")
    return Owner(names.site_id(connection, site) if site else None, cluster)


@calendar.command("list")
def list_calendars(as_json: Json = False) -> None:
    """All calendars with their service hours and how many entries they have."""
    rows = session.store.connection.execute(
        "SELECT c.name, c.cluster, s.code, c.hours, (SELECT count(*) FROM calendar_day WHERE calendar_id = c.id)"
        " FROM calendar AS c LEFT JOIN site AS s ON s.id = c.site_id ORDER BY c.site_id, c.cluster, c.name"
    ).fetchall()
    if as_json:
        keys = ("name", "cluster", "site", "hours", "entries")
        put({"items": [dict(zip(keys, row, strict=True)) for row in rows], "total": len(rows)})
        return
    table(("calendar", "cluster", "site", "hours", "entries"), rows,
          "There are no calendars yet: Monday to Friday, 08:00 to 16:00 counts until one says otherwise.")  # fmt: skip


@calendar.command()
def show(
    site: Site = None,
    cluster: Cluster = None,
    everything: Annotated[bool, typer.Option("--all", help="The days of term as well.")] = False,
    as_json: Json = False,
) -> None:
    """The service hours that count for a site, a cluster or the organisation, and the days of the next year that differ."""
    owner = calendar_owner(site, cluster)
    tx = SqliteTx(session.store.connection)
    found = calendars.counting(tx, owner.site_id, owner.cluster)
    hours = calendars.week_of(found)
    own = any(row["id"] == owner.calendar_id and row["hours"] == hours for row in found)
    today = clock.parse(session.now).date()
    days = sorted(
        (str(row["first"]), str(row["last"]), str(row["kind"]), str(row["title"]), str(row["hours"] or ""))
        for each in found
        for row in tx.find("calendar_day", calendar_id=each["id"])
        if str(row["last"]) >= today.isoformat()
        and str(row["first"]) <= (today + AHEAD).isoformat()
        and (everything or row["kind"] != "term")
    )
    if as_json:
        keys = ("first", "last", "kind", "title", "hours")
        put(
            {
                "hours": hours,
                "own": own,
                "items": [dict(zip(keys, day, strict=True)) for day in days],
                "total": len(days),
            }
        )
        return
    # Its own may have no open minute: then another calendar's count.
    silent = any(row["id"] == owner.calendar_id and row["hours"] for row in found)
    why = " (its own have no open minute)" if silent else " (none of its own are set)"
    say(f"Service hours: {hours}{'' if own else why}.")
    table(("from", "to", "what", "title", "hours"), days, "No day of the next year differs.")


@calendar.command()
def hours(
    week: Annotated[str, typer.Argument(help='As "mon-fri 08:00-16:00; wed 08:00-12:30"; 24/7, or none.')],
    site: Site = None,
    cluster: Cluster = None,
    as_json: Json = False,
) -> None:
    """Set the service hours of a site, a cluster or the organisation."""
    session.json = as_json
    owner = calendar_owner(site, cluster)
    change_once(_record(owner, week), as_json)


@calendar.command()
def add(
    kind: Annotated[str, typer.Argument(help=f"What the days are: {', '.join(calendars.KINDS)}.")],
    first: Annotated[str, typer.Argument(help="The first day.")],
    last: Annotated[str | None, typer.Argument(help="The last day; else it is one day.")] = None,
    title: Annotated[str, typer.Option(help="What for.")] = "",
    times: Annotated[str | None, typer.Option("--hours", help="Opening times of these days, as 08:00-12:00.")] = None,
    site: Site = None,
    cluster: Cluster = None,
    as_json: Json = False,
) -> None:
    """Keep a holiday, a closure, an INSET day or the like."""
    session.json = as_json
    owner = calendar_owner(site, cluster)
    begin = _day(first)
    end = _day(last) if last else begin
    entry = (f"{kind} {begin}", kind, begin, end, title.strip() or kind.replace("_", " "), times)
    keep = KeepDays(calendar_id=owner.calendar_id, source=HAND, days=(entry,))
    change_last([*_made(owner), keep], as_json)


@calendar.command()
def remove(
    first: Annotated[str, typer.Argument(help="The first day of what was kept by hand.")],
    site: Site = None,
    cluster: Cluster = None,
    as_json: Json = False,
) -> None:
    """Remove what was kept by hand for a day."""
    session.json = as_json
    owner, begin = calendar_owner(site, cluster), _day(first)
    rows = SqliteTx(session.store.connection).find("calendar_day", calendar_id=owner.calendar_id, first=begin)
    keys = tuple(str(row["source_key"]) for row in rows if row["source"] == HAND)
    if not keys:
        raise NotFound(f"Nothing was kept by hand for {begin}: see  techdesk calendar show.")
    change_last([KeepDays(calendar_id=owner.calendar_id, source=HAND, gone=keys)], as_json)


@calendar.command()
def holidays(
    country: Annotated[str, typer.Argument(help="A country, with a subdivision if it has any: GB-ENG, DE-BY, US.")],
    year: Annotated[
        list[int] | None, typer.Option(help="A year; may be given again. Else this one and two more.")
    ] = None,
    site: Site = None,
    cluster: Cluster = None,
    as_json: Json = False,
) -> None:
    """Keep the public holidays of a country."""
    from techdesk.exchange.public_holidays import public_holidays

    session.json = as_json
    owner, this = calendar_owner(site, cluster), clock.parse(session.now).year
    found = public_holidays(country, year or [this, this + 1, this + 2])
    days = tuple((day, "bank_holiday", day, day, title, None) for day, title in found)
    keep = KeepDays(calendar_id=owner.calendar_id, source=f"holidays {country.upper()}", days=days)
    change_last([*_made(owner), keep], as_json)


@targets.command("show")
def show_targets(as_json: Json = False) -> None:
    """The matrix and the targets as they count now, ready to be printed for schools."""
    now = priority.published(SqliteTx(session.store.connection))
    if as_json:
        put(
            {
                "matrix": now.matrix,
                "targets": [
                    {"priority": rank, "respond": found.respond if found else None, "fix": found.fix if found else None}
                    for rank, found in now.targets.items()
                ],
            }
        )
        return
    table(
        ("impact \\ urgency", *(f"{number} {words}" for number, words in URGENCIES.items())),
        [(f"{number} {words}", *(f"P{now.matrix[number - 1][at]}" for at in range(4))) for number, words in IMPACTS.items()],
        "",
    )  # fmt: skip
    say("")
    rows = [
        (
            f"P{rank}",
            *((priority.words(found.respond), priority.words(found.fix)) if found else ("next visit", "next visit")),
        )
        for rank, found in now.targets.items()
    ]
    table(("priority", "respond within", "fix within"), rows, "")
    say("Counted in service hours; the clock stands while we wait for the caller or a supplier.")


@targets.command("set")
def set_targets(
    matrix: Annotated[str | None, typer.Option(help='Four rows of four priorities: "1123 1234 2345 3455".')] = None,
    p1: Annotated[str | None, typer.Option(help="Respond/fix for P1, as 1h/4h; none for no target.")] = None,
    p2: Annotated[str | None, typer.Option(help="For P2.")] = None,
    p3: Annotated[str | None, typer.Option(help="For P3.")] = None,
    p4: Annotated[str | None, typer.Option(help="For P4; a day is 8 hours of service: 1d/5d.")] = None,
    p5: Annotated[str | None, typer.Option(help="For P5.")] = None,
    as_json: Json = False,
) -> None:
    """Set the organisation's matrix and targets; open tickets are ranked anew."""
    session.json = as_json
    if (matrix, p1, p2, p3, p4, p5) == (None,) * (len(RANKS) + 1):
        raise BadInput("Say what to set: --matrix, or a target such as --p1 1h/4h.")
    command = RecordPriorities(
        id=named_id("priorities"), matrix=matrix, target_1=p1, target_2=p2, target_3=p3, target_4=p4, target_5=p5
    )
    change_once(command, as_json)


def _record(owner: "Owner", week: str | None) -> RecordCalendar:
    site = SqliteTx(session.store.connection).get("site", owner.site_id) if owner.site_id else None
    name = str(site["name"]) if site else owner.cluster or "Organisation"
    return RecordCalendar(id=owner.calendar_id, name=name, cluster=owner.cluster, site_id=owner.site_id, hours=week)


def _made(owner: "Owner") -> list[Command]:
    """The command that makes the calendar, when it is not there."""
    there = SqliteTx(session.store.connection).get("calendar", owner.calendar_id)
    return [] if there else [_record(owner, None)]


def _day(text: str) -> str:
    found: date = clock.parse_day(text)
    return found.isoformat()
