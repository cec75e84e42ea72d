"""Problems and changes from the shell."""

from datetime import timedelta
from typing import Annotated, Any

import typer

from techdesk import clock
from techdesk.cli.changing import change_once, changes
from techdesk.cli.options import Json, Ref, Refs, Site
from techdesk.cli.session import put, say, session, table
from techdesk.desk.changes import EditChange, MoveChange, RaiseChange
from techdesk.desk.closing import CloseTicket
from techdesk.desk.commands import Command
from techdesk.desk.ids import new_id
from techdesk.desk.problems import EditProblem, LinkTicket, LogProblem, MoveProblem, ReleaseTicket
from techdesk.desk.visits import AddTask
from techdesk.errors import BadInput, NotFound
from techdesk.models.queries import names
from techdesk.models.queries import problems as query

app = typer.Typer()
problem = typer.Typer(help="What is behind incidents that keep coming back.")
change = typer.Typer(help="What is to be done on purpose, agreed before and with a way back.")
app.add_typer(problem, name="problem")
app.add_typer(change, name="change")

Problem = Annotated[str, typer.Argument(metavar="PROBLEM", help="A problem's number, or a beginning of its id.")]
Change = Annotated[str, typer.Argument(metavar="CHANGE", help="A change's number, or a beginning of its id.")]
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
          [(row["ref"], _words(row["state"]), row["open"], row["tickets"], row["model"] or row["site"], row["title"])
           for row in rows], "No problem is known. See what keeps coming back with  techdesk problem proposals")  # fmt: skip


@problem.command("show")
def show_problem(ref: Problem, as_json: Json = False) -> None:
    """One problem: what is known of it, the tickets that it is behind, and its history."""
    session.json = as_json
    connection = session.store.connection
    id = _id("problem", ref)
    [row] = [each for each in query.problems(connection, every=True) if each["id"] == id]
    tickets, history = query.tickets_of(connection, id), query.history(connection, problem_id=id)
    if as_json:
        put({**row, "items": tickets, "total": len(tickets), "history": history})
        return
    say(f"{row['ref']}  {_words(row['state'])}  {row['title']}")
    for name in ("symptoms", "cause", "workaround", "resolution", "model", "site", "owner"):
        if row[name]:
            say(f"  {name}: {row[name]}")
    table(
        ("Ticket", "State", "Site", "What"),
        [(each["ref"], _words(each["state"]), each["site"], each["title"]) for each in tickets],
        "It is behind no ticket.",
    )


@problem.command()
def proposals(as_json: Json = False) -> None:
    """Incidents of the last 30 days that are alike and have no problem behind them yet."""
    found = query.proposals(session.store.connection, _since())
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
    if proposal is not None:
        found = query.proposals(connection, _since())
        if proposal > len(found):
            raise NotFound(f"There is no proposal {proposal}: see  techdesk problem proposals.")
        chosen = found[proposal - 1]
        title, ids = title or chosen.title, ids + chosen.ticket_ids
        model_id, site_id = model_id or chosen.model_id, site_id or chosen.site_id
    if title is None:
        raise BadInput("Say what is wrong, or which proposal it is with --proposal N.")
    change_once(
        LogProblem(id=new_id(), title=title, symptoms=symptoms, model_id=model_id, site_id=site_id, ticket_ids=ids),
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
            id=_id("problem", ref), title=title, symptoms=symptoms, cause=cause, workaround=workaround,
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
    id, state = _id("problem", ref), state.replace("-", "_")
    commands: list[Command] = [MoveProblem(problem_id=id, state=state, note=message)]
    if close and (state != "resolved" or not message):
        raise BadInput("--close goes with resolved, and with the fix: -m 'New firmware'.")
    for each in query.tickets_of(session.store.connection, id):
        if close and each["open"]:
            commands.append(CloseTicket(ticket_id=each["id"], resolution=str(message)))
        elif state in ("resolved", "closed") and each["hold_reason"] == "problem":
            commands.append(ReleaseTicket(ticket_id=each["id"], note=ref))
    _perform(commands, as_json)


@problem.command()
def link(
    refs: Refs, to: Annotated[str, typer.Option("--to", help="The problem behind them.")], as_json: Json = False
) -> None:
    """Say which problem is behind tickets."""
    session.json = as_json
    id, connection = _id("problem", to), session.store.connection
    _perform([LinkTicket(ticket_id=names.ticket_id(connection, ref), problem_id=id) for ref in refs], as_json)


@problem.command()
def unlink(ref: Ref, as_json: Json = False) -> None:
    """Say that no known problem is behind a ticket."""
    session.json = as_json
    change_once(LinkTicket(ticket_id=names.ticket_id(session.store.connection, ref)), as_json)


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
    id = _id("change", ref)
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
    supplier: Annotated[str | None, typer.Option(help="Whose consent is needed.")] = None,
    as_json: Json = False,
) -> None:
    """Ask for a change."""
    session.json = as_json
    connection = session.store.connection
    change_once(
        RaiseChange(
            id=new_id(), title=title, reason=reason, risk=risk, problem_id=_id("problem", of) if of else None,
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
    supplier: Annotated[str | None, typer.Option(help="Whose consent is needed.")] = None,
    consent: Annotated[str | None, typer.Option(help="How and when they agreed.")] = None,
    as_json: Json = False,
) -> None:
    """Say more of a change. An empty value empties the field."""
    session.json = as_json
    change_once(
        EditChange(
            id=_id("change", ref), title=title, reason=reason, risk=risk, affected=who, starts=_moment(starts),
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
    id, state = _id("change", ref), state.replace("-", "_")
    commands: list[Command] = [MoveChange(change_id=id, state=state, note=message, despite=despite)]
    if state == "implemented":
        waiting = session.store.connection.execute(
            "SELECT t.id FROM ticket AS t JOIN change AS c ON c.problem_id = t.problem_id WHERE c.id = ?"
            " AND t.state = 'on_hold' AND t.hold_reason = 'change' ORDER BY t.id", (id,),
        )  # fmt: skip
        commands += [ReleaseTicket(ticket_id=str(each), note=ref) for (each,) in waiting]
    _perform(commands, as_json)


@change.command()
def tasks(
    ref: Change,
    what: Annotated[str, typer.Argument(help="What is to be done at each site.")],
    minutes: Annotated[int, typer.Option(min=1, max=480, help="How long it takes.")] = 15,
    as_json: Json = False,
) -> None:
    """Put a preventive task on the next visit at every site of a change."""
    session.json = as_json
    visits = query.next_visits(session.store.connection, _id("change", ref))
    if not visits:
        raise NotFound("None of its sites has a visit planned: plan some first.")
    commands: list[Command] = [
        AddTask(id=new_id(), visit_id=visit, title=f"{what} ({ref.upper()})", estimate=minutes) for visit, _ in visits
    ]
    session.store.perform_all(commands)
    if as_json:
        put({"changed": [{"ref": site, "state": "todo"} for _, site in visits], "refused": []})
    else:
        say(f"On the next visit at {', '.join(site for _, site in visits)}.")


def _perform(commands: list[Command], as_json: bool) -> None:
    outcomes = session.store.perform_all(commands)
    if as_json:
        put(changes([(each.ref, each.state) for outcome in outcomes for each in outcome.changed], []))
    else:
        for outcome in outcomes:
            say(outcome.said)


def _id(kind: str, ref: str) -> str:
    """The problem or change with that number, or a beginning of its id. Raises NotFound."""
    connection = session.store.connection
    rows = connection.execute(
        f"SELECT id FROM \"{kind}\" WHERE ref = upper(?) OR id LIKE ? || '%' ORDER BY ref <> upper(?), id LIMIT 2",
        (ref.strip(), ref.strip().lower() if len(ref.strip()) >= 4 else "-", ref.strip()),
    ).fetchall()
    if not rows:
        raise NotFound(f"There is no {kind} '{ref}' here: look with  techdesk {kind} list, or sync first.")
    return str(rows[0][0])


def _since() -> str:
    return clock.moment(clock.parse(session.now) - timedelta(days=query.DAYS))


def _moment(text: str | None) -> str | None:
    return clock.moment(clock.parse_at(text)) if text else text


def _window(row: dict[str, Any]) -> str:
    return f"{row['starts'][:16].replace('T', ' ')} to {row['ends'][11:16]}" if row["starts"] and row["ends"] else ""


def _state(row: dict[str, Any]) -> str:
    return "asked for" if row["state"] == "rfc" else _words(row["state"])


def _words(state: str) -> str:
    return state.replace("_", " ")
