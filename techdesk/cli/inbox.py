"""The inbox from the shell: what a sync could not settle alone, looked at and settled."""

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Annotated, Any

import typer

from techdesk import clock
from techdesk.cli.changing import changes
from techdesk.cli.options import Json
from techdesk.cli.session import put, say, session, table, tell
from techdesk.cli.writing import asked
from techdesk.desk.commands import Command, Outcome
from techdesk.desk.inbox import SettleInbox, again, choosable
from techdesk.desk.tx import Row, Value
from techdesk.errors import BadInput, NotFound, TechdeskError
from techdesk.models.inbox_filters import ENTITIES, KINDS, InboxFilter, InboxFilterLine
from techdesk.models.inbox_numbers import item_numbered, numbered
from techdesk.models.queries import inbox as queries
from techdesk.models.rows import InboxLine
from techdesk.models.sqlite import SqliteTx
from techdesk.safe_text import clipped, safe_text

app = typer.Typer(help="What a sync could not settle alone.")

N = Annotated[str, typer.Argument(metavar="N", help="Its number in  techdesk inbox,  or a beginning of its id.")]
Ns = Annotated[
    list[str] | None, typer.Argument(metavar="[N]...", help="Numbers in  techdesk inbox,  or beginnings of ids.")
]
Kind = Annotated[str | None, typer.Option(help=f"One of {', '.join(KINDS)}.")]
Site = Annotated[str | None, typer.Option(help="About this site or what belongs to it: its code or name.")]
Entity = Annotated[
    str | None, typer.Option(help="About this kind of thing: ticket, site, device, contact, part, visit ...")
]
Since = Annotated[str | None, typer.Option(metavar="DATE", help="From this day on, as 2026-11-24.")]
Whose = Annotated[str | None, typer.Option("--who", help="A technician's, or all; for coordinators.")]
AllSettled = Annotated[bool, typer.Option("--all", help="Also what was settled already.")]
# Cells of what stands in a column of the list.
SHORT = 120
Every = Annotated[bool, typer.Option("--all", help="All that the filters let through.")]


def _filter(
    kind: str | None, site: str | None, entity: str | None, since: str | None, who: str | None, settled: bool = False
) -> InboxFilter:
    if kind is not None and kind not in KINDS:
        raise BadInput(f"'{kind}' is no kind of item: use one of {', '.join(KINDS)}.")
    thing = None if entity is None else entity.replace("-", "_")
    if thing is not None and thing not in ENTITIES:
        raise BadInput(
            f"'{entity}' is nothing that items are about: use one of {', '.join(ENTITIES).replace('_', '-')}."
        )
    day = None if since is None else clock.parse_day(since).isoformat()
    line = InboxFilterLine(kind, site, thing, who, day, settled)
    return queries.chosen(session.store.connection, line, session.me)


@app.callback(invoke_without_command=True)
def look(
    context: typer.Context, kind: Kind = None, site: Site = None, entity: Entity = None, since: Since = None,
    who: Whose = None, settled: AllSettled = False, as_json: Json = False,
) -> None:  # fmt: skip
    """What a sync could not settle alone: list, mine N, theirs N, edit N, show N."""
    if context.invoked_subcommand is None:
        list_inbox(kind, site, entity, since, who, settled, as_json)


@app.command("list")
def list_inbox(
    kind: Kind = None, site: Site = None, entity: Entity = None, since: Since = None, who: Whose = None,
    settled: AllSettled = False, as_json: Json = False,
) -> None:  # fmt: skip
    """What waits for your choice, with both values of each field. A number stays with its item, whatever a sync brings."""
    session.json = as_json
    only = _filter(kind, site, entity, since, who, settled)
    lines = queries.waiting(session.store.connection, session.me, only)
    numbers = numbered(session.store, [line.id for line in lines])
    if as_json:
        put({"items": [{"n": numbers[line.id], **_document(line)} for line in lines], "total": len(lines)})
        return
    table(
        ("N", "What", "Kind", "When", "Mine", "Theirs", "By", "Done"),
        [(numbers[line.id], line.ref or line.entity.replace("_", " "), line.kind, line.at[:16].replace("T", " "),
          _short(line.mine), _short(line.theirs), line.theirs_by,
          f"{line.choice}: {line.done}" if line.choice else line.done) for line in lines],
        "Nothing waits for you." if only == queries.MY_OPEN else "Nothing fits what was asked for: see  techdesk inbox.",
    )  # fmt: skip
    if lines:
        tell("Look with  techdesk inbox show N,  settle with  techdesk inbox mine N,  theirs N  or  edit N.")


def _document(line: InboxLine) -> dict[str, Any]:
    return {**line._asdict(), "mine": json.loads(line.mine), "theirs": json.loads(line.theirs)}


def _words(text: str) -> str:
    """A JSON object as words: `room=Hall impact=2`."""
    values = json.loads(text)
    return " ".join(f"{key}={queries.in_words(session.store.connection, key, value)}" for key, value in values.items())


def _short(text: str) -> str:
    """The same in a column, which an accepted day or a pasted page would make as wide as itself; `show` has the whole."""
    return clipped(safe_text(_words(text)), SHORT)


@app.command()
def show(n: N, as_json: Json = False) -> None:
    """One item: mine, theirs and what is there now, field by field, with who, when and on which laptop."""
    session.json = as_json
    card = queries.card(session.store.connection, _id(n))
    if as_json:
        origins = {"mine": card.mine._asdict(), "theirs": card.theirs._asdict()}
        fields = [field._asdict() for field in card.fields]
        put({**_document(card.line), "fields": fields, "from": origins, "why_not_mine": card.refusal})
        return
    line = card.line
    say(f"{line.ref or line.entity.replace('_', ' ')}  {line.kind}  {line.choice or line.state}")
    say(f"  {line.done}")
    for name, origin in (("mine", card.mine), ("theirs", card.theirs)):
        told = ", ".join(filter(None, (origin.by, (origin.at or "")[:16].replace("T", " "), origin.laptop)))
        say(f"  {name}: {told}" if told else f"  {name}")
    table(
        ("", "Field", "Mine", "Theirs", "Now"),
        [("*" if field.mine != field.theirs else "", field.name, field.mine, field.theirs, field.now)
         for field in card.fields],
        "It speaks of no field.",
    )  # fmt: skip
    if card.refusal and line.state == "open":
        tell(card.refusal)


@app.command()
def mine(
    numbers: Ns = None, kind: Kind = None, site: Site = None, entity: Entity = None, since: Since = None,
    who: Whose = None, every: Every = False, as_json: Json = False,
) -> None:  # fmt: skip
    """Put your values in place of theirs. What was not done at all is done again, if it fits now."""
    _settle(_asked(numbers, _filter(kind, site, entity, since, who), every), "mine", as_json)


@app.command()
def theirs(
    numbers: Ns = None, kind: Kind = None, site: Site = None, entity: Entity = None, since: Since = None,
    who: Whose = None, every: Every = False, as_json: Json = False,
) -> None:  # fmt: skip
    """Leave things as they are: theirs stay, and what was not done is put aside."""
    _settle(_asked(numbers, _filter(kind, site, entity, since, who), every), "theirs", as_json)


def _asked(numbers: Sequence[str] | None, only: InboxFilter, every: bool) -> list[str]:
    """The ids or numbers that are meant. Filters alone settle nothing: whoever wants all of them says so."""
    if bool(numbers) == every:
        raise BadInput("Say which: numbers from  techdesk inbox,  or --all with or without filters.")
    if numbers:
        return list(dict.fromkeys(numbers))
    return [line.id for line in queries.waiting(session.store.connection, session.me, only)]


@app.command()
def edit(
    n: N,
    values: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="FIELD=VALUE", help="What the field is to be; may be given again."),
    ] = None,
    my: Annotated[list[str] | None, typer.Option("--mine", metavar="FIELD", help="Mine for this field.")] = None,
    their: Annotated[list[str] | None, typer.Option("--theirs", metavar="FIELD", help="Theirs for this field.")] = None,
    as_json: Json = False,
) -> None:
    """Write what each field is to be; a field that is not named stays as it is. On a terminal, asks for each."""
    session.json = as_json
    item, row = _rows(_id(n))
    fields = choosable(item, row)
    said, my = dict(_pair(each) for each in values or ()), list(my or ())
    if not (said or my or their):
        if not sys.stdin.isatty():
            raise BadInput(f"Say what is to be there, as --set {fields[0]}=VALUE, --mine FIELD or --theirs FIELD.")
        said, my = asked(queries.card(session.store.connection, str(item["id"])))
    chosen = {_field(name, fields): text for name, text in said.items()}
    mine = json.loads(str(item["mine"]))
    wanted: dict[str, Value] = {
        name: queries.written(session.store.connection, item, name, text, session.me) for name, text in chosen.items()
    }
    wanted |= {name: mine[name] for name in (_field(each, fields) for each in my) if name in mine}
    for name in (_field(each, fields) for each in their or ()):
        wanted.pop(name, None)
    if wanted:
        command = SettleInbox(item_id=str(item["id"]), choice="edit", values=wanted)
    else:
        command = SettleInbox(item_id=str(item["id"]), choice="theirs")
    _tell_done([(n, session.store.perform(command))], [], as_json)


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise BadInput(f"'{text}' says no value: write FIELD=VALUE, as room=Hall; FIELD= empties it.")
    return name.strip().casefold().replace("-", "_").replace(" ", "_"), value


def _field(name: str, fields: Iterable[str]) -> str:
    """The field's own name: `site` means site_id where there is one."""
    word = name.strip().casefold().replace("-", "_").replace(" ", "_")
    return f"{word}_id" if word not in fields and f"{word}_id" in fields else word


def _settle(asked_for: list[str], choice: str, as_json: bool) -> None:
    """Settles items in one act, which  undo  takes back as a whole; each is done or refused on its own."""
    done: list[tuple[str, Outcome]] = []
    refused: list[tuple[str, TechdeskError]] = []
    session.json = as_json and len(asked_for) == 1
    with session.store.together():
        for n in asked_for:
            try:
                done.append((n, session.store.perform_all(_commands(n, choice))[-1]))
            except TechdeskError as error:
                if error.exit_code == 4 or len(asked_for) == 1:
                    raise
                refused.append((n, error))
    _tell_done(done, refused, as_json)


def _commands(n: str, choice: str) -> tuple[Command, ...]:
    item, _ = _rows(_id(n))
    id = str(item["id"])
    if choice == "mine" and item["kind"] in ("rejected", "parked") and item["state"] == "open":
        return (again(item), SettleInbox(item_id=id, choice="again"))
    return (SettleInbox(item_id=id, choice=choice),)


def _tell_done(done: list[tuple[str, Outcome]], refused: list[tuple[str, TechdeskError]], as_json: bool) -> None:
    if as_json:
        changed = [(each.ref, each.state) for _, outcome in done for each in outcome.changed]
        put(changes(changed, [(n, str(error)) for n, error in refused]))
    else:
        for _, outcome in done:
            say(outcome.said)
        if not done and not refused:
            tell("Nothing waits for you there.")
    for n, error in refused:
        tell(f"{n}: {error}")
    if refused:
        raise SystemExit(refused[0][1].exit_code)


def _id(n: str) -> str:
    """The id of the item that a number or a beginning of an id means."""
    text = n.strip()
    found = item_numbered(session.store, int(text)) if text.isdecimal() and len(text) < 8 else None
    try:
        return queries.item(session.store.connection, found or text).id
    except NotFound:
        raise NotFound(f"There is no item {n} in the inbox: see  techdesk inbox.") from None


def _rows(id: str) -> tuple[Row, Row | None]:
    """The item's row and that of what it is about."""
    tx = SqliteTx(session.store.connection)
    item = tx.get("inbox_item", id) or {}
    return item, tx.get(str(item["entity"]), str(item["entity_id"]))
