"""Files in, from the shell: import."""

import csv
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from techdesk.cli.calendars import calendar_owner
from techdesk.cli.options import Json, Site
from techdesk.cli.session import put, say, session, tell
from techdesk.errors import BadInput

if TYPE_CHECKING:
    from techdesk.exchange.importing import Progress
    from techdesk.exchange.reading import Fault
    from techdesk.exchange.report import ImportReport

app = typer.Typer()
SHOWN = 20
SHORT = 60


@app.command("import")
def import_file(
    kind: Annotated[
        str,
        typer.Argument(
            metavar="[KIND]",
            help="sites, tickets, devices, models, expiry, parts, people, licences or calendar; else what the headers say.",
        ),
    ],
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="FILE",
            help="A CSV file, packed with gzip is fine; GLPI inventory in JSON, a folder or a zip of it; .ics or bank"
            " holidays in JSON.",
        ),
    ] = None,
    mapping: Annotated[
        str | None, typer.Option("--map", help="A mapping file, or the name of one of ours; it is remembered.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Take all, or nothing when one row has an error.")] = False,
    errors: Annotated[Path | None, typer.Option(help="Write all errors and warnings to this CSV file.")] = None,
    new_sites: Annotated[
        bool, typer.Option("--new-sites", help="Make known the sites that rows name and nobody knows.")
    ] = False,
    moves: Annotated[
        bool, typer.Option("--move", help="Devices: move those that the file has at another site, without asking.")
    ] = False,
    site: Site = None,
    cluster: Annotated[str | None, typer.Option(help="Calendar: of the sites of this cluster; else of all.")] = None,
    days_are: Annotated[
        str | None,
        typer.Option("--as", help="Calendar: what the days are, such as holiday or term, if words do not say."),
    ] = None,
    division: Annotated[str | None, typer.Option(help="Calendar: the nation whose bank holidays to take.")] = None,
    as_json: Json = False,
) -> None:
    """Take a file of another program in; once more changes nothing. Rows with errors are reported, and the rest is taken."""
    session.json = as_json
    from techdesk.exchange import kinds

    if file is None and kind in (*kinds.KINDS, "calendar"):
        raise BadInput(f"Name the file as well:  techdesk import {kind} FILE.")
    if file is None:
        kind, file = "", Path(kind)
    if kind == "calendar" or (not kind and _is_calendar(file)):
        owner = calendar_owner(site, cluster)
        from techdesk.exchange import calendar_days

        report = calendar_days.run(
            session.store, file, owner, kind=days_are, division=division, dry_run=dry_run, strict=strict
        )
    else:
        if site or cluster or days_are or division:
            raise BadInput("--site, --cluster, --as and --division are for calendars: leave them out.")
        from techdesk.exchange import importing

        with _progress() as progress:
            report = importing.run(
                session.store, kind or None, file, mapping, dry_run=dry_run, strict=strict, progress=progress,
                new_sites=new_sites, moves=moves,
            )  # fmt: skip
    if errors is not None:
        _write_errors(errors, report)
    if as_json:
        put(_document(report, dry_run))
    else:
        _tell(report, dry_run, kind)
    if report.errors and (strict or report.rejected >= report.things):
        raise SystemExit(1)


def _is_calendar(file: Path) -> bool:
    """Whether a file, of which nobody has said what it is, holds a calendar."""
    if not file.is_file():
        return False
    with file.open("rb") as opened:
        start = opened.read(4096).removeprefix(b"\xef\xbb\xbf").lstrip()
    return start[:15].upper() == b"BEGIN:VCALENDAR" or (start[:1] == b"{" and b'"england-and-wales"' in start)


@contextmanager
def _progress() -> "Iterator[Progress | None]":
    """A bar on stderr, where there is someone to see it."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    with Progress(TextColumn("Importing"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"), TimeRemainingColumn(),
                  console=console, transient=True) as bar:  # fmt: skip
        task = bar.add_task("import")
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _tell(report: "ImportReport", dry_run: bool, kind: str) -> None:
    words = {
        "read": "rows read",
        "created": "created",
        "updated": "updated",
        "unchanged": "unchanged",
        "rejected": "rejected",
    }
    for name, word in words.items():
        say(f"{getattr(report, name):10,}  {word}")
    if not kind:
        tell(f"That was a list of {report.kind}, read with the mapping {report.mapping}.")
    for note in report.notes:
        tell(note)
    for fault in report.errors[:SHOWN]:
        tell(_line(fault))
    if len(report.errors) > SHOWN:
        tell(f"... and {len(report.errors) - SHOWN:,} errors more: --errors FILE writes them all.")
    for fault in report.warnings[: SHOWN // 4]:
        tell(f"warning, {_line(fault)}")
    if len(report.warnings) > SHOWN // 4:
        tell(f"... and {len(report.warnings) - SHOWN // 4:,} warnings more: --errors FILE writes them all.")
    if dry_run:
        say("Nothing was changed: that was a dry run.")
    elif not report.taken:
        say("Nothing was taken: --strict takes all rows or none. Correct the rows above, or leave --strict out.")


def _line(fault: "Fault") -> str:
    value = f" '{fault.value[:SHORT]}{'…' if len(fault.value) > SHORT else ''}'" if fault.value else ""
    column = f", {fault.column}" if fault.column else ""
    return f"row {fault.row}{column}{value}: {fault.why.rstrip('.')}."


def _document(report: "ImportReport", dry_run: bool) -> dict[str, Any]:
    return {
        **{name: getattr(report, name) for name in ("read", "created", "updated", "unchanged", "rejected")},
        "errors": [fault._asdict() for fault in report.errors],
        "warnings": [fault._asdict() for fault in report.warnings],
        "notes": report.notes,
        "kind": report.kind,
        "mapping": report.mapping,
        "dry_run": dry_run,
        "taken": report.taken,
    }


def _write_errors(path: Path, report: "ImportReport") -> None:
    from techdesk.exchange import exporting
    from techdesk.exchange.values import neutral

    def write(out: Any) -> int:
        writer = csv.writer(out)
        writer.writerow(("level", "row", "column", "value", "why"))
        for level, faults in (("error", report.errors), ("warning", report.warnings)):
            for fault in faults:
                writer.writerow((level, fault.row, neutral(fault.column), neutral(fault.value), fault.why))
        return len(report.errors) + len(report.warnings)

    exporting.to_file(path, write)
