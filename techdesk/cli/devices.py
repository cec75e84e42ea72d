"""The inventory from the shell: devices listed, looked up, moved, added."""

import json
import sys
from typing import Annotated

import typer

from techdesk import clock
from techdesk.cli import device_audits, device_books, device_verbs
from techdesk.cli.changing import change_each, say_done
from techdesk.cli.models import expiry_text
from techdesk.cli.options import Json, Limit, Room, Site
from techdesk.cli.session import put, say, session, table, tell
from techdesk.config import load_config
from techdesk.desk.commands import Command
from techdesk.desk.devices import MoveDevice
from techdesk.desk.ids import new_id
from techdesk.desk.inventory import DEVICE_STATES, RecordDevice, RecordModel
from techdesk.errors import BadInput, NotFound, Refused
from techdesk.models.cards import DeviceCard
from techdesk.models.device_filters import DeviceFilter
from techdesk.models.queries import inventory, labels, names
from techdesk.models.queries.devices import known_device
from techdesk.models.rows import DeviceLine
from techdesk.paths import config_path

app = typer.Typer(help="Devices: what stands where, in which state, and everything that was done with them.")
app.add_typer(device_verbs.app)
app.add_typer(device_audits.app)
app.add_typer(device_books.app)
Tag = Annotated[str, typer.Argument(metavar="TAG", help="Its asset tag, serial or name.")]
State = Annotated[str | None, typer.Option(help=f"One of {', '.join(DEVICE_STATES).replace('_', '-')}.")]
Model = Annotated[str | None, typer.Option(help="A device model's name or number.")]
Day = Annotated[str | None, typer.Option(metavar="DATE", help="A date, as 2026-11-24.")]


def _state(text: str | None) -> str | None:
    word = None if text is None else text.replace("-", "_")
    if word is not None and word not in DEVICE_STATES:
        raise BadInput(f"'{text}' is no state of a device: use one of {', '.join(DEVICE_STATES).replace('_', '-')}.")
    return word


@app.command("list")
def list_devices(
    words: Annotated[
        list[str] | None, typer.Argument(help="Words of its tag, serial, name, room, note, model.")
    ] = None,
    site: Site = None,
    room: Room = None,
    model: Model = None,
    state: State = None,
    limit: Limit = 100,
    as_json: Json = False,
) -> None:
    """Devices: by room within a site, else by tag."""
    session.json = as_json
    connection, word = session.store.connection, _state(state)
    chosen = DeviceFilter(
        names.site_id(connection, site) if site else None,
        room,
        model,
        (word,) if word else (),
        None,
        " ".join(words or ()),
    )
    lines, total = inventory.page(connection, chosen, limit), inventory.count(connection, chosen)
    if as_json:
        put({"items": [_document(line) for line in lines], "total": total})
        return
    table(
        ("Tag", "Serial", "State", "Model", "Standing", "Warranty", "Open", "Site", "Room"),
        [(line.tag or line.name, line.serial, line.state.replace("_", " "), line.model, line.standing, line.warranty_end,
          line.open_tickets or "", line.site, line.room or line.location) for line in lines],
        "No device fits. Bring an inventory in with  techdesk import devices FILE",
    )  # fmt: skip
    if total > len(lines):
        tell(f"{len(lines)} of {total:,}: --limit {total} shows all.")


def _document(line: DeviceLine) -> dict[str, object]:
    return {
        "id": line.id, "tag": line.tag, "serial": line.serial, "name": line.name, "model": line.model,
        "category": line.category, "site": line.site_code, "site_name": line.site, "room": line.room,
        "state": line.state, "standing": line.standing, "warranty_end": line.warranty_end,
        "update_expiry": line.update_expiry, "open_tickets": line.open_tickets, "location": line.location,
    }  # fmt: skip


@app.command()
def show(tag: Tag, as_json: Json = False) -> None:
    """Everything about one device: where, which model, warranty, its tickets, parts that fit."""
    session.json = as_json
    connection = session.store.connection
    card = inventory.card(connection, names.device_id(connection, tag), session.now)
    if as_json:
        put(_card(card))
    else:
        _tell(card)


def _card(card: DeviceCard) -> dict[str, object]:
    more = ("holder", "bought", "cost", "supplier", "order_number", "last_seen", "note", "certificate",
            "disposed_on", "created_at", "updated_at")  # fmt: skip
    return {
        **_document(card.line),
        "manufacturer": card.manufacturer,
        **{key: card.fields[key] for key in more},
        "tickets": [
            {"ref": each.ref, "title": each.title, "state": each.state, "priority": each.priority,
             "opened_at": each.opened_at} for each in card.tickets
        ],
        "parts": [{"sku": part.sku, "name": part.name} for part in card.parts],
        "loans": [device_verbs.loan_document(each) for each in card.loans],
        "repairs": [device_verbs.repair_document(each) for each in card.repairs],
        "cost_to_date": {**card.cost._asdict(), "hour_rate": _rate(), "total": card.cost.total(_rate())},
        "history": [
            {"at": each.at, "by": each.by, "device": each.laptop, "act": each.act, "state": each.state, "ticket": each.ref,
             "note": each.note, "details": json.loads(each.details) if each.details else None} for each in card.events
        ],
    }  # fmt: skip


def _rate() -> float:
    """What an hour of support costs, by the settings."""
    return load_config(config_path())[0].hour_rate


def _tell(card: DeviceCard) -> None:
    line = card.line
    say(f"{line.tag or line.name or line.serial or line.id}  {line.state.replace('_', ' ')}")
    say("  " + (", ".join(filter(None, (line.site, line.room, card.location))) or "no site yet"))
    maker = f"{card.manufacturer} " if card.manufacturer else ""
    facts: dict[str, object] = {
        "model": f"{maker}{line.model} ({line.standing})" if line.model else None,
        "updates until": expiry_text(line.update_expiry, session.now),
        "warranty until": line.warranty_end,
        "serial": line.serial,
        "used by": card.fields["holder"],
        "bought": card.fields["bought"],
        "last seen": card.fields["last_seen"],
        "note": card.fields["note"],
        "certificate": card.fields["certificate"],
        "cost so far": _cost(card),
        "parts that fit": ", ".join(part.sku for part in card.parts),
    }
    for name, value in facts.items():
        if value:
            say(f"  {name}: {value}")
    for each in card.tickets:
        say(f"  {each.ref}  P{each.priority}  {each.state.replace('_', ' ')}  {each.opened_at[:10]}  {each.title}")
    for loan in card.loans:
        say(f"  lent {loan.lent_at[:10]} to {loan.borrower}, {loan.state}" + (f", due {loan.due}" if loan.due else ""))
    for repair in card.repairs:
        say(f"  repair {repair.opened_at[:10]} {repair.state}{' OVERDUE' if repair.overdue else ''}: {repair.fault}")
    for event in card.events:
        words = "  ".join(filter(None, (event.ref, event.note)))
        say(
            f"  {event.at[:16].replace('T', ' ')}  {event.act} -> {event.state.replace('_', ' ')}  {event.by or '?'}  {words}"
        )


def _cost(card: DeviceCard) -> str | None:
    cost = card.cost
    if not any(cost):
        return None
    return (
        f"{cost.total(_rate()):.2f} = bought {cost.bought:.2f} + parts {cost.parts:.2f} + {cost.minutes} min at"
        f" {_rate():.2f} an hour + repairs {cost.repairs:.2f}"
    )


@app.command()
def move(
    tags: Annotated[list[str], typer.Argument(metavar="TAG...", help="Asset tags, serials or names; one or more.")],
    site: Site = None, room: Room = None, state: State = None,
    place: Annotated[str | None, typer.Option("--in", help="The stock location that it lies in: a store, or van.")] = None,
    holder: Annotated[str | None, typer.Option(help="Whose it is: a class or role, never a pupil's name.")] = None,
    ticket: Annotated[str | None, typer.Option(help="The ticket that it is for.")] = None,
    note: Annotated[str | None, typer.Option("-m", "--message", help="What is to be known of it.")] = None,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Say where devices stand now, whose they are, and in which state. Tags may come from stdin, one a line, with  -."""
    session.json = as_json
    connection, word = session.store.connection, _state(state)
    site_id = names.site_id(connection, site) if site else None
    location = names.location_id(connection, place, session.me) if place else None
    ticket_id = names.ticket_id(connection, ticket) if ticket else None

    def command(tag: str) -> Command:
        id = names.device_id(connection, tag)
        here = site_id or known_device(connection, id).site_id
        return MoveDevice(
            device_id=id, site_id=site_id, room=names.room_name(connection, here, room) if room else None, state=word,
            location_id=location, holder=holder, ticket_id=ticket_id, note=note,
        )  # fmt: skip

    if tags == ["-"]:
        tags = [line.strip() for line in sys.stdin if line.strip()]
    change_each(tags, command, as_json)


@app.command()
def add(
    tag: Annotated[str, typer.Argument(metavar="TAG", help="Its asset tag.")],
    serial: Annotated[str | None, typer.Option(help="Its serial number.")] = None,
    model: Model = None,
    site: Site = None,
    room: Room = None,
    name: Annotated[str | None, typer.Option(help="What it is called.")] = None,
    state: State = None,
    bought: Day = None,
    warranty_end: Day = None,
    as_json: Json = False,
) -> None:
    """Make a device known."""
    session.json = as_json
    connection = session.store.connection
    tag, serial = tag.strip(), (serial or "").strip() or None
    _refuse_known(tag, serial)
    site_id = names.site_id(connection, site) if site else None
    made, model_id = _model(model)
    device = RecordDevice(
        id=new_id(), tag=tag, serial=serial, model_id=model_id, site_id=site_id, name=name, state=_state(state),
        room=names.room_name(connection, site_id, room) if room else None, bought=_day(bought),
        warranty_end=_day(warranty_end),
    )  # fmt: skip
    outcome = session.store.perform_all([*made, device])[-1]
    if as_json:
        say_done([outcome], as_json)
    else:
        say(f"Known now: {outcome.said}")


def _refuse_known(tag: str, serial: str | None) -> None:
    if not tag:
        raise BadInput("A device needs a tag: what is written on its label.")
    connection = session.store.connection
    found = labels.device_with(connection, "tag", tag) or labels.device_with(connection, "serial", serial or tag)
    if found:
        raise Refused(f"{found} is known already: change it with  techdesk device move {found}.")


def _model(text: str | None) -> tuple[list[Command], str | None]:
    """The model of that name; one that is not known yet is made, as tolerated, with a word about it."""
    if not text:
        return [], None
    try:
        return [], names.model_id(session.store.connection, text)
    except NotFound:
        tell(f"The model {text} is new here: tolerated, until you say otherwise.")
        id = new_id()
        return [RecordModel(id=id, name=text.strip())], id


def _day(text: str | None) -> str | None:
    return None if text is None else clock.parse_day(text).isoformat()
