"""Problems from the shell."""

from typing import Annotated

import typer

from techdesk.cli.changing import change_once, change_together
from techdesk.cli.options import Json, Ref, Refs, Site
from techdesk.cli.preventing import known, perform_tasks, spoken
from techdesk.cli.session import put, say, session, table
from techdesk.desk.ids import new_id
from techdesk.desk.problems import EditProblem, LinkTicket, LogProblem
from techdesk.errors import BadInput, NotFound
from techdesk.models.queries import names
from techdesk.models.queries import problems as query
from techdesk.models.queries import proposals as alike
from techdesk.models.queries.problem_board import since
from techdesk.models.queries.problem_moves import moving_problem, proposed_id

app = typer.Typer()
problem = typer.Typer(help="What is behind incidents that keep coming back.")
app.add_typer(problem, name="problem")

Problem = Annotated[str, typer.Argument(metavar="PROBLEM", help="A problem's number, or a beginning of its id.")]
Model = Annotated[str | None, typer.Option(help="A device model.")]
Note = Annotated[str | None, typer.Option("--message", "-m", help="Why, or how.")]


@problem.command("list")
def list_problems(
    words: Annotated[str, typer.Argument(help="Words that they hold.")] = "",
    every: Annotated[bool, typer.Option("--all", help="Ended ones as well.")] = False,
    as_json: Json = False,
) -> None:
    """Problems by state, with how many tickets each is behind."""
    rows = query.problems(session.store.connection, every=every, words=words)
    if as_json:
        put({"items": rows, "total": len(rows)})
        return
    table(("Problem", "State", "Open", "Tickets", "Model or site", "What"),
          [(row["ref"], spoken(row["state"]), row["open"], row["tickets"], row["model"] or row["site"], row["title"])
           for row in rows], "No problem is known. See what keeps coming back with  techdesk problem proposals")  # fmt: skip


@problem.command("show")
def show_problem(ref: Problem, as_json: Json = False) -> None:
    """One problem: what is known of it, the tickets that it is behind, and its history."""
    session.json = as_json
    connection = session.store.connection
    id = known("problem", ref)
    [row] = [each for each in query.problems(connection, every=True) if each["id"] == id]
    tickets, history = query.tickets_of(connection, id), query.history(connection, problem_id=id)
    if as_json:
        put({**row, "items": tickets, "total": len(tickets), "history": history})
        return
    say(f"{row['ref']}  {spoken(row['state'])}  {row['title']}")
    for name in ("symptoms", "cause", "workaround", "resolution", "model", "site", "owner"):
        if row[name]:
            say(f"  {name}: {row[name]}")
    table(
        ("Ticket", "State", "Site", "What"),
        [(each["ref"], spoken(each["state"]), each["site"], each["title"]) for each in tickets],
        "It is behind no ticket.",
    )


@problem.command()
def proposals(as_json: Json = False) -> None:
    """Incidents of the last 30 days that are alike and have no problem behind them yet."""
    found = alike.proposals(session.store.connection, since(session.now))
    if as_json:
        put({"items": [each._asdict() for each in found], "total": len(found)})
        return
    table(("N", "Tickets", "Why"), [(number, " ".join(each.refs[:6]), each.why) for number, each in enumerate(found, 1)],
          "Nothing keeps coming back.")  # fmt: skip


@problem.command("open")
def open_problem(
    title: Annotated[str | None, typer.Argument(help="What is wrong; else as proposed.")] = None,
    tickets: Annotated[list[str] | None, typer.Option("--ticket", help="A ticket; may be given again.")] = None,
    proposal: Annotated[int | None, typer.Option(min=1, help="The number of a proposal: takes its tickets.")] = None,
    symptoms: Annotated[str | None, typer.Option(help="How it shows.")] = None,
    model: Model = None,
    site: Site = None,
    as_json: Json = False,
) -> None:
    """Make a problem, of tickets or of a proposal."""
    session.json = as_json
    connection = session.store.connection
    ids = tuple(names.ticket_id(connection, each) for each in tickets or ())
    model_id = names.model_id(connection, model) if model else None
    site_id = names.site_id(connection, site) if site else None
    id = new_id()
    if proposal is not None:
        found = alike.proposals(connection, since(session.now))
        if proposal > len(found):
            raise NotFound(f"There is no proposal {proposal}: see  techdesk problem proposals.")
        chosen = found[proposal - 1]
        id = proposed_id(connection, chosen)
        title, ids = title or chosen.title, ids + chosen.ticket_ids
        model_id, site_id = model_id or chosen.model_id, site_id or chosen.site_id
    if title is None:
        raise BadInput("Say what is wrong, or which proposal it is with --proposal N.")
    change_once(
        LogProblem(id=id, title=title, symptoms=symptoms, model_id=model_id, site_id=site_id, ticket_ids=ids),
        as_json,
    )


@problem.command("edit")
def edit_problem(
    ref: Problem,
    title: Annotated[str | None, typer.Option(help="What is wrong.")] = None,
    symptoms: Annotated[str | None, typer.Option(help="How it shows.")] = None,
    cause: Annotated[str | None, typer.Option(help="What is behind it.")] = None,
    workaround: Annotated[str | None, typer.Option(help="What helps until it is gone.")] = None,
    model: Model = None,
    owner: Annotated[str | None, typer.Option(help="Who looks after it.")] = None,
    as_json: Json = False,
) -> None:
    """Say more of a problem. An empty value empties the field."""
    session.json = as_json
    connection = session.store.connection
    change_once(
        EditProblem(
            id=known("problem", ref), title=title, symptoms=symptoms, cause=cause, workaround=workaround,
            model_id=names.model_id(connection, model) if model else model,
            owner_id=names.technician_id(connection, owner, session.me) if owner else owner,
        ),
        as_json,
    )  # fmt: skip


@problem.command("move")
def move_problem(
    ref: Problem,
    state: Annotated[
        str, typer.Argument(help="logged, investigating, known-error, change-raised, resolved or closed.")
    ],
    message: Note = None,
    close: Annotated[
        bool, typer.Option("--close", help="Resolved: close its open tickets with the same words.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Bring a problem to another state. What waited for a resolved one is open again, or closed with --close."""
    session.json = as_json
    if close and (state != "resolved" or not message):
        raise BadInput("--close goes with resolved, and with the fix: -m 'New firmware'.")
    id, connection = known("problem", ref), session.store.connection
    change_together([*moving_problem(connection, id, state.replace("-", "_"), message, close=close)], as_json)


@problem.command()
def tasks(
    ref: Problem,
    what: Annotated[str, typer.Argument(help="What is to be done at each site.")],
    minutes: Annotated[int, typer.Option(min=1, max=480, help="How long it takes.")] = 15,
    as_json: Json = False,
) -> None:
    """Put a preventive task on the next visit at every site of a problem: its own, its tickets', those with its model."""
    session.json = as_json
    perform_tasks("problem", known("problem", ref), what, minutes, as_json)


@problem.command()
def link(
    refs: Refs, to: Annotated[str, typer.Option("--to", help="The problem behind them.")], as_json: Json = False
) -> None:
    """Say which problem is behind tickets."""
    session.json = as_json
    id, connection = known("problem", to), session.store.connection
    change_together([LinkTicket(ticket_id=names.ticket_id(connection, ref), problem_id=id) for ref in refs], as_json)


@problem.command()
def unlink(ref: Ref, as_json: Json = False) -> None:
    """Say that no known problem is behind a ticket."""
    session.json = as_json
    change_once(LinkTicket(ticket_id=names.ticket_id(session.store.connection, ref)), as_json)
