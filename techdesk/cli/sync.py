"""Sync from the shell: sync, inbox, enrol."""

import json
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from techdesk.cli.changing import change_once
from techdesk.cli.options import Json
from techdesk.cli.session import put, say, session, table, tell
from techdesk.desk.inbox import SettleInbox
from techdesk.models.queries import inbox as queries
from techdesk.models.rows import InboxLine

if TYPE_CHECKING:
    from techdesk.sync.client import Progress

app = typer.Typer()
inbox = typer.Typer(help="What a sync could not settle alone.")
app.add_typer(inbox, name="inbox")

# The exit code where all was done, but something waits for a person's choice.
WAITS = 6
N = Annotated[str, typer.Argument(metavar="N", help="Its number in  techdesk inbox,  or a beginning of its id.")]


@app.command()
def sync(
    only_status: Annotated[bool, typer.Option("--status", help="Only say how things stand; ask no server.")] = False,
    as_json: Json = False,
) -> None:
    """Send and fetch. Progress goes to stderr; the exit code is 6 when something waits in the inbox."""
    session.json = as_json
    if only_status:
        _tell_status(as_json)
        return
    from techdesk.sync import client  # the network's libraries: 80 ms

    bar = _Bar()
    try:
        report = client.sync(session.store, bar)
    finally:
        bar.end()
    for warning in report.warnings:
        tell(warning)
    if as_json:
        put({key: value for key, value in report._asdict().items() if key != "warnings"})
    else:
        say(
            f"Synced: {report.sent} sent, {report.received} received, {report.merged} merged,"
            f" {report.conflicts} conflicts, {report.parked} parked; {report.bytes_up:,} bytes up,"
            f" {report.bytes_down:,} down, {report.round_trips} round trips, {report.seconds:.1f} s."
        )
    waiting = queries.count(session.store.connection, session.me)
    if waiting:
        tell(f"{waiting} to settle: see  techdesk inbox.")
        raise SystemExit(WAITS)


def _tell_status(as_json: bool) -> None:
    from techdesk.sync import client

    found = client.status(session.store)
    if as_json:
        put(found._asdict())
        return
    say(f"server: {found.server or 'none yet: techdesk enrol URL CODE'}")
    if found.organisation:
        say(f"organisation: {found.organisation}")
    say(f"to send: {found.pending:,}")
    say(f"last sync: {found.last_sync or 'never'}")
    if found.server:
        off = abs(found.offset)
        which = f"{off:.0f} s {'behind' if found.offset > 0 else 'ahead of'}" if off >= 1 else "as"
        say(f"clock: {which} the server's")
    say(f"inbox: {found.inbox} to settle")


class _Bar:
    """Progress on stderr: one line that is rewritten on a terminal, nothing elsewhere."""

    def __init__(self) -> None:
        self._drawn = False

    def __call__(self, progress: "Progress") -> None:
        if not sys.stderr.isatty():
            return
        done, whole = progress.sent + progress.received, progress.to_send + progress.to_receive
        filled = 20 * done // whole if whole else 20
        sys.stderr.write(
            f"\r[{'#' * filled}{'.' * (20 - filled)}] {progress.sent} of {progress.to_send} sent,"
            f" {progress.received} of {progress.to_receive} received"
        )
        sys.stderr.flush()
        self._drawn = True

    def end(self) -> None:
        """What is written next begins on a line of its own."""
        if self._drawn:
            sys.stderr.write("\n")


@app.command()
def enrol(
    url: Annotated[str, typer.Argument(metavar="URL", help="The server's address, as https://desk.example.org")],
    code: Annotated[str, typer.Argument(metavar="CODE", help="The invitation's code.")],
    as_json: Json = False,
) -> None:
    """Make this laptop known to a server, with an invitation's code."""
    from techdesk.sync import client

    session.json = as_json
    found = client.enrol(session.store, url, code)
    for warning in found.warnings:
        tell(warning)
    if as_json:
        put({key: value for key, value in found._asdict().items() if key != "warnings"})
    else:
        say(f"{found.laptop} is known to {found.server} ({found.organisation}) as {found.technician}'s. Now run")
        say("  techdesk sync")


@inbox.callback(invoke_without_command=True)
def look(context: typer.Context, as_json: Json = False) -> None:
    """What a sync could not settle alone: list, mine N, theirs N."""
    if context.invoked_subcommand is None:
        list_inbox(as_json)


@inbox.command("list")
def list_inbox(as_json: Json = False) -> None:
    """What waits for your choice, with both values of each field."""
    session.json = as_json
    lines = queries.waiting(session.store.connection, session.me)
    if as_json:
        items = [{"n": number, **_document(line)} for number, line in enumerate(lines, start=1)]
        put({"items": items, "total": len(lines)})
        return
    table(
        ("N", "What", "Kind", "When", "Mine", "Theirs", "By", "Done"),
        [(number, line.ref or line.entity, line.kind, line.at[:16].replace("T", " "), _words(line.mine),
          _words(line.theirs), line.theirs_by, line.done) for number, line in enumerate(lines, start=1)],
        "Nothing waits for you.",
    )  # fmt: skip
    if lines:
        tell("Settle with  techdesk inbox mine N  or  techdesk inbox theirs N.")


def _document(line: InboxLine) -> dict[str, Any]:
    return {**line._asdict(), "mine": json.loads(line.mine), "theirs": json.loads(line.theirs)}


def _words(text: str) -> str:
    """A JSON object as words: `room=Hall impact=2`."""
    return " ".join(f"{key}={'' if value is None else value}" for key, value in json.loads(text).items())


@inbox.command()
def mine(n: N, as_json: Json = False) -> None:
    """Put your values in place of theirs."""
    _settle(n, "mine", as_json)


@inbox.command()
def theirs(n: N, as_json: Json = False) -> None:
    """Leave things as they are: theirs stay."""
    _settle(n, "theirs", as_json)


def _settle(n: str, choice: str, as_json: bool) -> None:
    session.json = as_json
    line = queries.item(session.store.connection, session.me, n)
    change_once(SettleInbox(item_id=line.id, choice=choice), as_json)
