"""What is done with devices from the shell: swapped, lent, repaired, audited, disposed of, labelled."""

from typing import Annotated

import typer

from techdesk import clock
from techdesk.cli.changing import change_each, change_once, change_together
from techdesk.cli.completing import suppliers
from techdesk.cli.options import Json, Room, Site
from techdesk.cli.session import put, session, table
from techdesk.desk.commands import Command
from techdesk.desk.devices import DisposeDevice, SwapDevice
from techdesk.desk.ids import new_id
from techdesk.desk.loans import EndLoan, LendDevice
from techdesk.desk.repairs import STATES, EditRepair, MoveRepair, OpenRepair
from techdesk.errors import BadInput, Refused
from techdesk.models.queries import device_story, names
from techdesk.models.queries.device_story import LoanLine, RepairLine

app = typer.Typer()
Tag = Annotated[str, typer.Argument(metavar="TAG", help="Its asset tag, serial or name.")]
Tags = Annotated[list[str], typer.Argument(metavar="TAG...", help="Asset tags, serials or names; one or more.")]
Ticket = Annotated[str | None, typer.Option("--ticket", help="The ticket that it is for.")]
Message = Annotated[str | None, typer.Option("-m", "--message", help="What is to be known of it.")]
Due = Annotated[str | None, typer.Option(metavar="DATE", help="Until when, as 2026-12-01.")]
Place = Annotated[str | None, typer.Option("--in", help="The stock location that it lies in: a store, or van.")]
Ended = Annotated[bool, typer.Option("--all", help="Those that have ended as well.")]


@app.command()
def swap(
    tag: Tag,
    with_tag: Annotated[str, typer.Option("--with", metavar="TAG", help="The spare that takes its place.")],
    ticket: Ticket = None,
    state: Annotated[str, typer.Option(help="What it is then: faulty, in-stock, in-repair or retired.")] = "faulty",
    message: Message = None,
    as_json: Json = False,
) -> None:
    """Put a spare in a device's place, and the device where the spare was."""
    session.json = as_json
    command = SwapDevice(
        device_id=_device(tag), with_id=_device(with_tag), ticket_id=_ticket(ticket), state=state.replace("-", "_"),
        note=message,
    )  # fmt: skip
    change_once(command, as_json)


@app.command()
def loan(
    tag: Tag,
    to: Annotated[str, typer.Option(help="A class or a role, such as Year 3 or the head; never a pupil's name.")],
    due: Due = None,
    ticket: Ticket = None,
    site: Site = None,
    room: Room = None,
    as_json: Json = False,
) -> None:
    """Lend a device that is in stock."""
    session.json = as_json
    connection = session.store.connection
    site_id = names.site_id(connection, site) if site else None
    command = LendDevice(
        id=new_id(), device_id=_device(tag), borrower=to, due=due, ticket_id=_ticket(ticket), site_id=site_id,
        room=names.room_name(connection, site_id, room) if room else None,
    )  # fmt: skip
    change_once(command, as_json)


@app.command("return")
def return_devices(
    tags: Tags,
    place: Place = "van",
    faulty: Annotated[bool, typer.Option("--faulty", help="They do not work.")] = False,
    lost: Annotated[bool, typer.Option("--lost", help="They do not come back.")] = False,
    message: Message = None,
    as_json: Json = False,
) -> None:
    """Take lent devices back into stock, into the van unless said otherwise."""
    connection = session.store.connection
    location = names.location_id(connection, place, session.me) if place else None

    def command(tag: str) -> Command:
        id = _device(tag)
        out = [each for each in device_story.loans(connection, session.now, device_id=id) if each.ended_at is None]
        if not out:
            raise Refused(f"{tag} is not lent: look with  techdesk device loans.")
        return EndLoan(
            loan_id=out[0].id, outcome="lost" if lost else "returned", state="faulty" if faulty else "in_stock",
            location_id=location, note=message,
        )  # fmt: skip

    change_each(tags, command, as_json)


@app.command()
def loans(ended: Ended = False, as_json: Json = False) -> None:
    """Devices that are lent, those that are due first."""
    session.json = as_json
    lines = device_story.loans(session.store.connection, session.now, ended=ended)
    if as_json:
        put({"items": [loan_document(line) for line in lines], "total": len(lines)})
        return
    table(
        ("Due", "State", "Device", "Model", "Borrower", "Ticket", "Site"),
        [(line.due, line.state, line.tag, line.model, line.borrower, line.ref, line.site) for line in lines],
        "Nothing is lent. Lend with  techdesk device loan TAG --to CLASS.",
    )


@app.command()
def repair(
    tag: Tag,
    fault: Annotated[str | None, typer.Option(help="What is wrong; begins a repair.")] = None,
    state: Annotated[str | None, typer.Option(help=f"{', '.join(STATES[1:])}.")] = None,
    supplier: Annotated[str | None, typer.Option(help="Who is to repair it.", autocompletion=suppliers)] = None,
    reference: Annotated[str | None, typer.Option(help="The supplier's number for it (RMA).")] = None,
    due: Due = None,
    cost: Annotated[float | None, typer.Option(min=0, help="What it cost.")] = None,
    ticket: Ticket = None,
    instead: Annotated[str | None, typer.Option(metavar="TAG", help="A device to lend meanwhile.")] = None,
    to: Annotated[str | None, typer.Option(help="To which class or role that one is lent.")] = None,
    message: Message = None,
    as_json: Json = False,
) -> None:
    """Begin a repair by a supplier, say more of it, or bring it to another state."""
    session.json = as_json
    connection, id, ticket_id = session.store.connection, _device(tag), _ticket(ticket)
    known = [each for each in device_story.repairs(connection, session.now, device_id=id) if each.state != "closed"]
    commands: list[Command] = []
    if known:
        repair_id = known[0].id
        edit = EditRepair(id=repair_id, fault=fault, supplier=supplier, reference=reference, due=due, cost=cost)
        commands += [edit] if edit.changes() else []
    else:
        repair_id = new_id()
        if fault is None:
            raise BadInput(f"{tag} has no repair under way: begin one with --fault WHAT.")
        commands.append(OpenRepair(id=repair_id, device_id=id, fault=fault, supplier=supplier, reference=reference,
                                   ticket_id=ticket_id, due=due))  # fmt: skip
        commands += [EditRepair(id=repair_id, cost=cost)] if cost is not None else []
    if state is not None:
        commands.append(MoveRepair(repair_id=repair_id, state=state, note=message))
    if instead is not None:
        commands.append(LendDevice(id=new_id(), device_id=_device(instead), borrower=to or "whoever waits for the repair",
                                   due=due, ticket_id=ticket_id, repair_id=repair_id))  # fmt: skip
    if not commands:
        raise BadInput("Say what is new of the repair: --state, --reference, --due, --cost ...")
    change_together(commands, as_json)


@app.command()
def repairs(
    overdue: Annotated[bool, typer.Option("--overdue", help="Only those that should be done.")] = False,
    ended: Ended = False,
    as_json: Json = False,
) -> None:
    """Repairs at suppliers, those that are due first."""
    session.json = as_json
    lines = device_story.repairs(session.store.connection, session.now, ended=ended)
    lines = [line for line in lines if line.overdue or not overdue]
    if as_json:
        put({"items": [repair_document(line) for line in lines], "total": len(lines)})
        return
    table(
        ("Due", "State", "Device", "Model", "Supplier", "Reference", "Warranty", "Instead", "Fault"),
        [(f"{line.due or ''}{' OVERDUE' if line.overdue else ''}", line.state, line.tag, line.model, line.supplier,
          line.reference, "yes" if line.warranty else "no", line.instead, line.fault) for line in lines],
        "Nothing is being repaired. Begin with  techdesk device repair TAG --fault WHAT.",
    )  # fmt: skip


@app.command()
def dispose(
    tags: Tags,
    certificate: Annotated[str, typer.Option(help="The number of the certificate of disposal.")],
    on: Annotated[str | None, typer.Option(metavar="DATE", help="The day, as 2026-11-24; today unless said.")] = None,
    message: Message = None,
    as_json: Json = False,
) -> None:
    """End the life of retired, faulty or lost devices; a coordinator's word."""
    day = None if on is None else clock.parse_day(on).isoformat()
    change_each(
        tags, lambda tag: DisposeDevice(device_id=_device(tag), certificate=certificate, on=day, note=message), as_json
    )


def loan_document(line: LoanLine) -> dict[str, object]:
    """A loan."""
    keys = ("tag", "model", "borrower", "due", "lent_at", "ended_at", "state")
    return {"id": line.id} | {key: getattr(line, key) for key in keys} | {"ticket": line.ref, "site": line.site}


def repair_document(line: RepairLine) -> dict[str, object]:
    """A repair."""
    keys = (
        "tag",
        "model",
        "fault",
        "supplier",
        "reference",
        "state",
        "opened_at",
        "due",
        "ended_at",
        "cost",
        "instead",
    )
    return {"id": line.id} | {key: getattr(line, key) for key in keys} | {
        "under_warranty": bool(line.warranty), "overdue": bool(line.overdue), "ticket": line.ref, "site": line.site
    }  # fmt: skip


def _device(tag: str) -> str:
    return names.device_id(session.store.connection, tag)


def _ticket(ref: str | None) -> str | None:
    return names.ticket_id(session.store.connection, ref) if ref else None
