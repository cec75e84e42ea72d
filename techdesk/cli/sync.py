"""Sync from the shell: sync, enrol."""

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from techdesk import paths
from techdesk.cli.options import Json
from techdesk.cli.session import put, say, session, tell
from techdesk.config import load_config
from techdesk.errors import StoreUnusable
from techdesk.models.queries import inbox as queries

if TYPE_CHECKING:
    from techdesk.sync.client import Progress
    from techdesk.sync.verifying import Verified

app = typer.Typer()

# The exit code where all was done, but something waits for a person's choice.
WAITS = 6


@app.command()
def sync(
    only_status: Annotated[bool, typer.Option("--status", help="Only say how things stand; ask no server.")] = False,
    verify: Annotated[bool, typer.Option("--verify", help="Then compare every row with the server's.")] = False,
    anew: Annotated[bool, typer.Option("--anew", help="Load everything anew; what waits to be sent stays.")] = False,
    files: Annotated[
        bool, typer.Option("--files", help="Fetch the photos and files of open tickets too, not only small pictures.")
    ] = False,
    kept: Annotated[
        bool, typer.Option("--kept", help="First send what waits in stores that restore has set aside.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Send and fetch. Progress goes to stderr; the exit code is 6 when something waits in the inbox."""
    session.json = as_json
    if only_status:
        _tell_status(as_json)
        return
    from techdesk.sync import client  # the network's libraries: 80 ms

    sent_of_kept = _send_kept() if kept else None
    bar = _Bar()
    try:
        files = files or load_config(paths.config_path())[0].fetch_files
        report = client.sync(session.store, bar, files=files, anew=anew)
    except KeyboardInterrupt:
        bar.end()
        tell("The sync was stopped: what is done stays, and the rest waits on this laptop for the next one.")
        raise
    finally:
        bar.end()
    for warning in report.warnings:
        tell(warning)
    verified = client.verify(session.store) if verify else None
    if as_json:
        compared: dict[str, Any] = {} if verified is None else {"verified": _compared(verified)}
        compared |= {} if sent_of_kept is None else {"kept": sent_of_kept}
        put({key: value for key, value in report._asdict().items() if key != "warnings"} | compared)
    else:
        say(
            f"Synced: {report.sent} sent, {report.received} received, {report.merged} merged,"
            f" {report.conflicts} conflicts, {report.parked} parked; {report.bytes_up:,} bytes up,"
            f" {report.bytes_down:,} down, {report.round_trips} round trips, {report.seconds:.1f} s."
        )
        if report.files_sent or report.files_received:
            say(f"Files: {report.files_sent} sent, {report.files_received} fetched.")
    if verified is not None:
        _tell_verified(verified, as_json)
    waiting = queries.count(session.store.connection, session.me)
    if waiting:
        tell(f"{waiting} to settle: see  techdesk inbox.")
        raise SystemExit(WAITS)


def _send_kept() -> list[dict[str, Any]]:
    """Sends what waits in each store that was set aside, as the laptop that it is; what was sent before is known by its id.
    Each with how much."""
    from techdesk.cli.passphrases import ensure_open
    from techdesk.models.kept import kept_stores, look_into
    from techdesk.models.store import Store
    from techdesk.sync import client

    done = []
    for path in kept_stores(paths.store_path()):
        ensure_open(path)
        found = look_into(path, paths.store_path())
        if found.unsent == 0 or not found.server:
            continue
        with Store(path) as store:
            report = client.sync(store)
        done.append({"store": str(path), "sent": report.sent, "waiting": report.waiting})
        for warning in report.warnings:
            tell(warning)
        tell(f"{path.name}: {report.sent} sent, {report.waiting} waiting.")
    if not done:
        tell("No store that was set aside holds work for the server that was not sent.")
    return done


def _compared(verified: "Verified") -> dict[str, Any]:
    return verified._asdict() | {"differing": [each._asdict() for each in verified.differing]}


def _tell_verified(verified: "Verified", as_json: bool) -> None:
    for each in verified.differing:
        tell(f"{each.table} {each.id or ''}: {each.how}")
    if verified.differing:
        raise StoreUnusable("This laptop does not hold what the server has: run  techdesk sync --anew.")
    if not as_json:
        say(f"Verified: {verified.rows:,} rows are as the server has them, as of entry {verified.seq:,} of its log.")


def _tell_status(as_json: bool) -> None:
    from techdesk.sync import client

    found = client.status(session.store)
    if as_json:
        put(found._asdict())
        return
    say(f"server: {found.server or 'none yet: techdesk enrol URL CODE'}")
    if found.organisation:
        say(f"organisation: {found.organisation}")
    if found.shut_out:
        say(f"shut out: {found.shut_out}")
    say(f"to send: {found.pending:,}")
    if found.files:
        say(f"files to send: {found.files:,}")
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
        said = f"{progress.sent} of {progress.to_send} sent, {progress.received} of {progress.to_receive} received"
        if progress.to_load:
            filled = 20 * progress.loaded // progress.to_load
            said = f"snapshot: {progress.loaded / 1e6:.1f} of {progress.to_load / 1e6:.1f} MB".ljust(len(said))
        if progress.all_file_bytes:
            filled = 20 * progress.file_bytes // progress.all_file_bytes
            said = f"files: {progress.file_bytes / 1e6:.1f} of {progress.all_file_bytes / 1e6:.1f} MB".ljust(len(said))
        sys.stderr.write(f"\r[{'#' * filled}{'.' * (20 - filled)}] {said}")
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
