"""Changes from the shell."""

from typing import Annotated, Any

import typer

from techdesk import clock
from techdesk.cli.changing import change_once, change_together
from techdesk.cli.completing import suppliers
from techdesk.cli.options import Json
from techdesk.cli.preventing import known, perform_tasks, spoken
from techdesk.cli.session import put, say, session, table
from techdesk.desk.changes import EditChange, RaiseChange
from techdesk.desk.ids import new_id
from techdesk.models.queries import names
from techdesk.models.queries import problems as query
from techdesk.models.queries.problem_moves import moving_change

app = typer.Typer()
change = typer.Typer(help="What is to be done on purpose, agreed before and with a way back.")
app.add_typer(change, name="change")

Change = Annotated[str, typer.Argument(metavar="CHANGE", help="A change's number, or a beginning of its id.")]
Model = Annotated[str | None, typer.Option(help="A device model.")]
Note = Annotated[str | None, typer.Option("--message", "-m", help="Why, or how.")]


@change.command("list")
def list_changes(
    every: Annotated[bool, typer.Option("--all", help="Those that are done with as well.")] = False,
    as_json: Json = False,
) -> None:
    """Changes by their window."""
    rows = query.changes(session.store.connection, every=every)
    if as_json:
        put({"items": rows, "total": len(rows)})
        return
    table(("Change", "State", "Risk", "Window", "What"),
          [(row["ref"], _state(row), row["risk"], _window(row), row["title"]) for row in rows],
          "No change is asked for.")  # fmt: skip


@change.command("show")
def show_change(ref: Change, as_json: Json = False) -> None:
    """One change: what and why, who is affected, and its history."""
    session.json = as_json
    connection = session.store.connection
    id = known("change", ref)
    [row] = [each for each in query.changes(connection, every=True) if each["id"] == id]
    sites, history = query.affected(connection, id), query.history(connection, change_id=id)
    if as_json:
        put({**row, "items": sites, "total": len(sites), "history": history})
        return
    say(f"{row['ref']}  {_state(row)}  {row['title']}")
    for name in ("reason", "risk", "affected", "back_out", "supplier", "consent", "problem", "model", "decided_by"):
        if row[name]:
            say(f"  {name.replace('_', ' ')}: {row[name]}")
    table(("Site", "Name", "Devices", "Next visit"),
          [(each["code"], each["name"], each["devices"], (each["visit"] or "")[:10]) for each in sites],
          "No site is affected.")  # fmt: skip


@change.command("raise")
def raise_change(
    title: Annotated[str, typer.Argument(help="What is to be done.")],
    reason: Annotated[str, typer.Option(help="Why.")],
    of: Annotated[str | None, typer.Option("--problem", help="The problem that asks for it.")] = None,
    risk: Annotated[str, typer.Option(help="low, medium or high.")] = "low",
    model: Model = None,
    sites: Annotated[
        list[str] | None, typer.Option("--site", help="A site; may be given again. Else: all affected.")
    ] = None,
    who: Annotated[str | None, typer.Option("--affected", help="Who notices, in words.")] = None,
    back_out: Annotated[str | None, typer.Option(help="The way back.")] = None,
    supplier: Annotated[str | None, typer.Option(help="Whose consent is needed.", autocompletion=suppliers)] = None,
    as_json: Json = False,
) -> None:
    """Ask for a change."""
    session.json = as_json
    connection = session.store.connection
    change_once(
        RaiseChange(
            id=new_id(), title=title, reason=reason, risk=risk, problem_id=known("problem", of) if of else None,
            model_id=names.model_id(connection, model) if model else None, affected=who, back_out=back_out,
            supplier=supplier, site_ids=tuple(names.site_id(connection, each) for each in sites or ()),
        ),
        as_json,
    )  # fmt: skip


@change.command("edit")
def edit_change(
    ref: Change,
    title: Annotated[str | None, typer.Option(help="What is to be done.")] = None,
    reason: Annotated[str | None, typer.Option(help="Why.")] = None,
    risk: Annotated[str | None, typer.Option(help="low, medium or high.")] = None,
    who: Annotated[str | None, typer.Option("--affected", help="Who notices, in words.")] = None,
    starts: Annotated[str | None, typer.Option(help="When it begins, as 2026-12-19T08:00+00:00.")] = None,
    ends: Annotated[str | None, typer.Option(help="When it is over.")] = None,
    back_out: Annotated[str | None, typer.Option(help="The way back.")] = None,
    supplier: Annotated[str | None, typer.Option(help="Whose consent is needed.", autocompletion=suppliers)] = None,
    consent: Annotated[str | None, typer.Option(help="How and when they agreed.")] = None,
    as_json: Json = False,
) -> None:
    """Say more of a change. An empty value empties the field."""
    session.json = as_json
    change_once(
        EditChange(
            id=known("change", ref), title=title, reason=reason, risk=risk, affected=who, starts=_moment(starts),
            ends=_moment(ends), back_out=back_out, supplier=supplier, consent=consent,
        ),
        as_json,
    )  # fmt: skip


@change.command("move")
def move_change(
    ref: Change,
    state: Annotated[str, typer.Argument(help="approved, rejected, planned, implemented, backed-out, closed or rfc.")],
    message: Note = None,
    despite: Annotated[str | None, typer.Option(help="Why it may fall into an exam freeze.")] = None,
    as_json: Json = False,
) -> None:
    """Bring a change to another state; approving and rejecting is a coordinator's. Tickets that waited for an implemented
    one are open again."""
    session.json = as_json
    id, connection = known("change", ref), session.store.connection
    change_together([*moving_change(connection, id, state.replace("-", "_"), message, despite)], as_json)


@change.command()
def tasks(
    ref: Change,
    what: Annotated[str, typer.Argument(help="What is to be done at each site.")],
    minutes: Annotated[int, typer.Option(min=1, max=480, help="How long it takes.")] = 15,
    as_json: Json = False,
) -> None:
    """Put a preventive task on the next visit at every site of a change."""
    session.json = as_json
    perform_tasks("change", known("change", ref), what, minutes, as_json)


def _moment(text: str | None) -> str | None:
    return clock.moment(clock.parse_at(text)) if text else text


def _window(row: dict[str, Any]) -> str:
    return f"{row['starts'][:16].replace('T', ' ')} to {row['ends'][11:16]}" if row["starts"] and row["ends"] else ""


def _state(row: dict[str, Any]) -> str:
    return "asked for" if row["state"] == "rfc" else spoken(row["state"])
