"""The audit by scanner, and the labels that it reads."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from techdesk.cli.options import Json, Room, Site
from techdesk.cli.session import put, say, session, table, tell
from techdesk.desk.audits import FinishAudit, ScanLabel, StartAudit, TakeScanBack, nothing_known
from techdesk.desk.commands import Outcome
from techdesk.desk.ids import new_id
from techdesk.errors import BadInput, Refused
from techdesk.models.queries import audits, names

app = typer.Typer()
BELL = "\a"


@app.command()
def audit(
    site: Site = None,
    room: Room = None,
    unknown: Annotated[
        bool, typer.Option("--unknown", help="List labels that nobody knew, and that are new still.")
    ] = False,
    again: Annotated[
        bool, typer.Option("--pause", help="Do not end it when the input ends: to be gone on with.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Walk a room with a scanner: it types a label and Enter. The line  undo  takes the last scan back, an empty line or the
    end of the input ends the audit and lists what is missing. An audit that broke off is gone on with."""
    session.json = as_json
    connection = session.store.connection
    if unknown:
        _unknown(as_json)
        return
    if site is None:
        raise BadInput("Say where: --site S and, to know what is missing, --room R.")
    site_id = names.site_id(connection, site)
    place = names.room_name(connection, site_id, room) if room else None
    id = audits.open_audit(connection, site_id, place, session.me)
    if id is None:
        id = new_id()
        tell(session.store.perform(StartAudit(id=id, site_id=site_id, room=place)).said)
        if not audits.missing(connection, id):
            tell(nothing_known(place or "the site", moved=False))
    else:
        tell(f"Going on: {len(audits.scans(connection, id))} scanned so far.")
    scanned = _scan_all(id, as_json)
    missing = audits.missing(connection, id)
    if not again:
        session.store.perform(FinishAudit(audit_id=id))
    _tell_end(id, scanned, missing, as_json)


def _scan_all(id: str, as_json: bool) -> list[tuple[str, str]]:
    """Scans lines until one is empty; (label, answer) of each."""
    done = []
    for line in sys.stdin:
        label = line.strip()
        if not label:
            break
        try:
            outcome = _back(id) if label.casefold() == "undo" else _scan(id, label)
        except (BadInput, Refused) as error:
            tell(f"{BELL if sys.stderr.isatty() else ''}{error}")
            continue
        answer = outcome.changed[0].state
        done.append((outcome.changed[0].ref, answer))
        if not as_json:
            say(outcome.said)
        if answer not in ("here", "again", "taken_back") and sys.stderr.isatty():
            sys.stderr.write(BELL)
    return done


def _scan(id: str, label: str) -> Outcome:
    device = audits.scanned(session.store.connection, label)
    return session.store.perform(ScanLabel(id=new_id(), audit_id=id, label=label, device_id=device))


def _back(id: str) -> Outcome:
    last = audits.last_scan(session.store.connection, id)
    if last is None:
        raise Refused("Nothing was scanned yet.")
    return session.store.perform(TakeScanBack(scan_id=last))


def _tell_end(
    id: str, scanned: list[tuple[str, str]], missing: list[tuple[str, str, str | None]], as_json: bool
) -> None:
    line = audits.audit(session.store.connection, id)
    assert line is not None, "the audit was begun above"
    if as_json:
        put({
            "audit": id, "site": line.site, "room": line.room, "here": line.here, "moved": line.moved,
            "unknown": line.unknown, "ended": line.ended_at is not None,
            "scanned": [{"ref": ref, "answer": answer} for ref, answer in scanned],
            "missing": [{"tag": label, "model": model} for _, label, model in missing],
        })  # fmt: skip
        return
    say(f"{line.here} here, {line.moved} moved here, {line.unknown} unknown, {len(missing)} missing.")
    for _, label, model in missing:
        say(f"  missing: {label}  {model or ''}".rstrip())


def _unknown(as_json: bool) -> None:
    lines = audits.unknown(session.store.connection)
    if as_json:
        put({"items": [line._asdict() for line in lines], "total": len(lines)})
        return
    table(
        ("Label", "Site", "Room", "Scanned"),
        [(line.label, line.site, line.room, line.at[:10]) for line in lines],
        "Every label that was scanned is known. Make one known with  techdesk device add TAG.",
    )


@app.command()
def labels(
    tags: Annotated[
        list[str] | None, typer.Argument(metavar="[TAG]...", help="Tags; else all of a site or room.")
    ] = None,
    site: Site = None,
    room: Room = None,
    sheet: Annotated[str, typer.Option(help="L7160, L7651, L7163, L4731 or 5160, 5167 (US letter).")] = "L7160",
    start: Annotated[int, typer.Option(min=1, help="The first free label of the first sheet.")] = 1,
    owner: Annotated[str, typer.Option(help="A line such as: Property of Calder Trust.")] = "",
    output: Annotated[Path, typer.Option("-o", "--output", help="The PDF file.")] = Path("labels.pdf"),
) -> None:
    """Labels with QR codes, as a PDF for label sheets (needs the extra `documents`)."""
    from techdesk.exchange.labels import Label, write_labels
    from techdesk.models.device_filters import DeviceFilter
    from techdesk.models.queries import devices, inventory

    connection = session.store.connection
    if tags:
        lines = [devices.known_device(connection, names.device_id(connection, tag)) for tag in tags]
    elif site:
        chosen = DeviceFilter(names.site_id(connection, site), room)
        lines = [each for each in inventory.page(connection, chosen, 100_000) if each.state != "disposed"]
    else:
        raise BadInput("Say which: tags, or --site S and perhaps --room R.")
    made = [
        Label(line.tag or line.serial or "", line.model or line.name or "", owner or line.site or "") for line in lines
    ]
    pages = write_labels([each for each in made if each.tag], output, sheet, start)
    without = sum(not each.tag for each in made)
    more = f" {without} without tag or serial were left out." if without else ""
    say(f"{len(made) - without} labels on {pages} sheets of {sheet}: {output}.{more}")
