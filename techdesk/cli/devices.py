"""The inventory from the shell: devices listed, looked up, moved, added."""

from typing import Annotated

import typer

from techdesk import clock
from techdesk.cli.changing import change_once, changes
from techdesk.cli.options import Json, Limit, Room, Site
from techdesk.cli.session import put, say, session, table, tell
from techdesk.desk.commands import Command
from techdesk.desk.ids import new_id
from techdesk.desk.inventory import DEVICE_STATES, RecordDevice, RecordModel
from techdesk.errors import BadInput, NotFound, Refused
from techdesk.models.cards import DeviceCard
from techdesk.models.device_filters import DeviceFilter
from techdesk.models.queries import inventory, names
from techdesk.models.rows import DeviceLine

app = typer.Typer(help="Devices: what stands where, and in which state.")
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
          line.open_tickets or "", line.site, line.room) for line in lines],
        "No device fits. Bring an inventory in with  techdesk import devices FILE",
    )  # fmt: skip
    if total > len(lines):
        tell(f"{len(lines)} of {total:,}: --limit {total} shows all.")


def _document(line: DeviceLine) -> dict[str, object]:
    return {
        "id": line.id, "tag": line.tag, "serial": line.serial, "name": line.name, "model": line.model,
        "category": line.category, "site": line.site_code, "site_name": line.site, "room": line.room,
        "state": line.state, "standing": line.standing, "warranty_end": line.warranty_end,
        "update_expiry": line.update_expiry, "open_tickets": line.open_tickets,
    }  # fmt: skip


@app.command()
def show(tag: Tag, as_json: Json = False) -> None:
    """Everything about one device: where, which model, warranty, its tickets, parts that fit."""
    session.json = as_json
    connection = session.store.connection
    card = inventory.card(connection, names.device_id(connection, tag))
    if as_json:
        put(_card(card))
    else:
        _tell(card)


def _card(card: DeviceCard) -> dict[str, object]:
    more = ("holder", "bought", "cost", "supplier", "order_number", "last_seen", "note", "created_at", "updated_at")
    return {
        **_document(card.line),
        "manufacturer": card.manufacturer,
        **{key: card.fields[key] for key in more},
        "tickets": [
            {"ref": each.ref, "title": each.title, "state": each.state, "priority": each.priority,
             "opened_at": each.opened_at} for each in card.tickets
        ],
        "parts": [{"sku": part.sku, "name": part.name} for part in card.parts],
    }  # fmt: skip


def _tell(card: DeviceCard) -> None:
    line = card.line
    say(f"{line.tag or line.name or line.serial or line.id}  {line.state.replace('_', ' ')}")
    say("  " + (", ".join(filter(None, (line.site, line.room))) or "no site yet"))
    maker = f"{card.manufacturer} " if card.manufacturer else ""
    facts: dict[str, object] = {
        "model": f"{maker}{line.model} ({line.standing})" if line.model else None,
        "updates until": line.update_expiry,
        "warranty until": line.warranty_end,
        "serial": line.serial,
        "used by": card.fields["holder"],
        "bought": card.fields["bought"],
        "last seen": card.fields["last_seen"],
        "note": card.fields["note"],
        "parts that fit": ", ".join(part.sku for part in card.parts),
    }
    for name, value in facts.items():
        if value:
            say(f"  {name}: {value}")
    for each in card.tickets:
        say(f"  {each.ref}  P{each.priority}  {each.state.replace('_', ' ')}  {each.opened_at[:10]}  {each.title}")


@app.command()
def move(
    tag: Tag, site: Site = None, room: Room = None, state: State = None,
    note: Annotated[str | None, typer.Option("-m", "--message", help="What is to be known of it.")] = None,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Say where a device stands now, and in which state it is."""
    session.json = as_json
    connection = session.store.connection
    id = names.device_id(connection, tag)
    if site is None and room is None and state is None and note is None:
        raise BadInput("Say what is new: --site, --room, --state or -m NOTE.")
    site_id = names.site_id(connection, site) if site else None
    here = site_id or inventory.card(connection, id).line.site_id
    # Another school has other rooms: without a new one the old one would be wrong.
    place = names.room_name(connection, here, room) if room else ("" if site_id else None)
    change_once(RecordDevice(id=id, site_id=site_id, room=place, state=_state(state), note=note), as_json)


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
    _refuse_known(tag.strip(), serial)
    site_id = names.site_id(connection, site) if site else None
    made, model_id = _model(model)
    device = RecordDevice(
        id=new_id(), tag=tag.strip(), serial=serial, model_id=model_id, site_id=site_id, name=name, state=_state(state),
        room=names.room_name(connection, site_id, room) if room else None, bought=_day(bought),
        warranty_end=_day(warranty_end),
    )  # fmt: skip
    outcome = session.store.perform_all([*made, device])[-1]
    if as_json:
        put(changes([(each.ref, each.state) for each in outcome.changed], []))
    else:
        say(f"Known now: {outcome.said}")


def _refuse_known(tag: str, serial: str | None) -> None:
    if not tag:
        raise BadInput("A device needs a tag: what is written on its label.")
    found = session.store.connection.execute(
        "SELECT coalesce(tag, serial) FROM device WHERE tag = ? OR serial = ? LIMIT 1", (tag, serial or tag)
    ).fetchone()
    if found:
        raise Refused(f"{found[0]} is known already: change it with  techdesk device move {found[0]}.")


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
