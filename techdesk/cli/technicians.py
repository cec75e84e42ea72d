"""Technicians from the shell: their working times, leave, skills, base and van."""

from typing import Annotated

import typer

from techdesk.cli.changing import change_once
from techdesk.cli.completing import people
from techdesk.cli.options import Json, degrees
from techdesk.cli.session import put, session, table
from techdesk.desk.ids import new_id
from techdesk.desk.people import RecordLeave, RecordTechnician
from techdesk.errors import BadInput, NotFound
from techdesk.models.queries import names

app = typer.Typer()
technician = typer.Typer(help="Technicians: when they work, where they start, what they can do, when they are away.")
app.add_typer(technician, name="technician")
Who = Annotated[str, typer.Argument(help="A technician's name or code, or me.", autocompletion=people)]


@technician.command("list")
def list_technicians(as_json: Json = False) -> None:
    """The technicians with their working times, skills and base."""
    rows = session.store.connection.execute(
        "SELECT t.id, t.code, t.name, t.role, coalesce(t.working_hours, t.working_days), t.skills, t.base_latitude,"
        " t.base_longitude, l.name, t.state FROM technician t LEFT JOIN stock_location l ON l.id = t.stock_location_id"
        " ORDER BY t.state, t.name"
    ).fetchall()
    keys = ("id", "code", "name", "role", "works", "skills", "latitude", "longitude", "van", "state")
    if as_json:
        put({"items": [dict(zip(keys, row, strict=True)) for row in rows], "total": len(rows)})
        return
    table(
        ("Code", "Name", "Works", "Base", "Van", "Skills"),
        [(row[1], row[2], row[4] or "mon-fri 08:00-16:00", f"{row[6]:.4f},{row[7]:.4f}" if row[6] is not None else "-",
          row[8], row[5]) for row in rows if row[9] == "active"],
        "No technician is known.",
    )  # fmt: skip


@technician.command()
def add(
    name: Annotated[str, typer.Argument(help="The name.")],
    code: Annotated[str | None, typer.Option(help="Initials or another short name.")] = None,
    hours: Annotated[str | None, typer.Option(help="When they work: 'mon-thu 08:00-16:00; fri 08:00-13:00'.")] = None,
    base: Annotated[str | None, typer.Option(metavar="LAT,LON", help="Where their day begins and ends.")] = None,
    skills: Annotated[str | None, typer.Option(help="What they can do, with commas.")] = None,
    as_json: Json = False,
) -> None:
    """Make a technician known."""
    latitude, longitude = degrees(base)
    command = RecordTechnician(id=new_id(), name=name, code=code, working_hours=hours, base_latitude=latitude,
                               base_longitude=longitude, skills=skills)  # fmt: skip
    change_once(command, as_json)


@technician.command()
def edit(
    who: Who,
    hours: Annotated[str | None, typer.Option(help="When they work: 'mon-thu 08:00-16:00; fri 08:00-13:00'.")] = None,
    base: Annotated[str | None, typer.Option(metavar="LAT,LON", help="Where their day begins and ends.")] = None,
    skills: Annotated[str | None, typer.Option(help="What they can do, with commas.")] = None,
    van: Annotated[str | None, typer.Option(help="The stock location that they drive.")] = None,
    left: Annotated[bool, typer.Option("--left", help="They visit no more.")] = False,
    as_json: Json = False,
) -> None:
    """Say when a technician works, from where, with which skills and van. An empty value empties the field."""
    connection = session.store.connection
    latitude, longitude = degrees(base)
    command = RecordTechnician(
        id=names.technician_id(connection, who, session.me), working_hours=hours, base_latitude=latitude,
        base_longitude=longitude, skills=skills, state="left" if left else None,
        stock_location_id=names.location_id(connection, van, session.me) if van else None,
    )  # fmt: skip
    if not command.changes():
        raise BadInput("Say what is new: --hours, --base, --skills, --van or --left.")
    change_once(command, as_json)


@technician.command()
def leave(
    who: Who,
    first: Annotated[str | None, typer.Option("--from", metavar="DATE", help="The first day away.")] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="DATE", help="The last day; else the same.")] = None,
    kind: Annotated[str, typer.Option(help="leave, sick, training or other.")] = "leave",
    withdraw: Annotated[str | None, typer.Option(metavar="DATE", help="Take back the leave that has this day.")] = None,
    as_json: Json = False,
) -> None:
    """Keep days on which a technician does not visit, or take them back; without any, list them."""
    session.json = as_json
    connection = session.store.connection
    id = names.technician_id(connection, who, session.me)
    if withdraw:
        found = connection.execute(
            "SELECT id FROM leave WHERE technician_id = ? AND state = 'taken' AND ? BETWEEN first AND last",
            (id, withdraw),
        ).fetchone()
        if found is None:
            raise NotFound(f"{who} has no leave on {withdraw}: look with  techdesk technician leave {who}.")
        change_once(RecordLeave(id=str(found[0]), state="withdrawn"), as_json)
    elif first:
        change_once(RecordLeave(id=new_id(), technician_id=id, first=first, last=last or first, kind=kind), as_json)
    else:
        _list_leave(id, as_json)


def _list_leave(id: str, as_json: bool) -> None:
    rows = session.store.connection.execute(
        "SELECT first, last, kind, note FROM leave WHERE technician_id = ? AND state = 'taken' ORDER BY first", (id,)
    ).fetchall()
    if as_json:
        keys = ("first", "last", "kind", "note")
        put({"items": [dict(zip(keys, row, strict=True)) for row in rows], "total": len(rows)})
        return
    table(("From", "To", "Kind", "Note"), rows, "No leave is kept.")
