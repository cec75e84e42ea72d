"""Minutes from the shell: added, listed, corrected."""

from typing import Annotated

import typer

from techdesk import clock
from techdesk.cli.changing import change_once
from techdesk.cli.options import Json, Mode, Proactive, Ref
from techdesk.cli.session import put, session, table
from techdesk.cli.work import mode_of
from techdesk.desk.work import CorrectWork, LogWork
from techdesk.errors import NotFound
from techdesk.models.queries import names, tickets

app = typer.Typer()
work = typer.Typer(help="Minutes on a ticket, by how they were spent.", no_args_is_help=True)
app.add_typer(work, name="work")

Minutes = Annotated[int, typer.Argument(help="Minutes.")]
Note = Annotated[str | None, typer.Option("-m", "--note", help="What for.")]


def _id(ref: str) -> str:
    return names.ticket_id(session.store.connection, ref)


@work.command()
def add(
    ref: Ref,
    minutes: Minutes,
    mode: Mode = "on-site",
    proactive: Proactive = False,
    note: Note = None,
    start: Annotated[str | None, typer.Option(help="When it began, as 2026-11-23T09:15+00:00.")] = None,
    as_json: Json = False,
) -> None:
    """Keep minutes on a ticket, in whatever state: an engineer waited for, a call, a drive."""
    session.json = as_json
    began = None if start is None else clock.moment(clock.parse_at(start))
    command = LogWork(ticket_id=_id(ref), minutes=minutes, mode=mode_of(mode), proactive=int(proactive), note=note,
                      start=began)  # fmt: skip
    change_once(command, as_json)


@work.command("list")
def list_work(ref: Ref, as_json: Json = False) -> None:
    """The minutes on a ticket, numbered for `work correct`."""
    session.json = as_json
    entries = tickets.work_entries(session.store.connection, _id(ref))
    if as_json:
        put({"items": [each._asdict() for each in entries], "total": len(entries)})
        return
    table(
        ("N", "Minutes", "How", "Kind", "By", "Began", "Note"),
        [(number, each.minutes, each.mode.replace("_", "-"), "proactive" if each.proactive else "reactive", each.by,
          each.at[:16].replace("T", " "), each.note) for number, each in enumerate(entries, start=1)],
        "Nobody has worked on it yet.",
    )  # fmt: skip


@work.command()
def correct(
    ref: Ref,
    number: Annotated[int, typer.Argument(help="The entry, as `work list` numbers them.")],
    minutes: Annotated[int, typer.Argument(help="What it should be; 0 takes it back.")],
    mode: Annotated[str | None, typer.Option(help="on-site, remote, travel or waiting.")] = None,
    proactive: Annotated[bool | None, typer.Option("--proactive/--reactive", help="What kind of work it was.")] = None,
    note: Note = None,
    as_json: Json = False,
) -> None:
    """Correct minutes: the entry stays as it was written, and a further one makes up the difference."""
    session.json = as_json
    entries = tickets.work_entries(session.store.connection, _id(ref))
    if not 1 <= number <= len(entries):
        raise NotFound(f"{ref} has no entry {number}: `techdesk work list {ref}` numbers them.")
    change_once(
        CorrectWork(
            worklog_id=entries[number - 1].id, minutes=minutes, mode=None if mode is None else mode_of(mode),
            proactive=None if proactive is None else int(proactive), note=note,
        ),
        as_json,
    )  # fmt: skip
