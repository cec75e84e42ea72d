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
    from techdesk.exchange.report import ImportReport

app = typer.Typer()
SHOWN = 20


@app.command("import")
def import_file(
    what: Annotated[
        list[str],
        typer.Argument(
            metavar="[KIND] FILE...",
            help="KIND is sites, tickets, devices, models, expiry, parts, people, licences, agreements or calendar; else the"
            " headers say. FILE is CSV, packed with gzip is fine; GLPI inventory in JSON, a folder or a zip of it; .ics, or"
            " bank holidays in JSON.",
        ),
    ],
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
    from techdesk.exchange import sources

    kind, files = _kind_and_files(what)

    def taken(file: Path) -> "ImportReport":
        if kind == "calendar" or (not kind and sources.is_calendar(file)):
            owner = calendar_owner(site, cluster)
            from techdesk.exchange import calendar_days

            return calendar_days.run(
                session.store, file, owner, kind=days_are, division=division, dry_run=dry_run, strict=strict
            )
        if site or cluster or days_are or division:
            raise BadInput("--site, --cluster, --as and --division are for calendars: leave them out.")
        from techdesk.exchange import importing

        with _progress() as progress:
            return importing.run(
                session.store, kind or None, file, mapping, dry_run=dry_run, strict=strict, progress=progress,
                new_sites=new_sites, moves=moves,
            )  # fmt: skip

    with session.store.together():  # `undo` takes all files back
        reports = [(file, taken(file)) for file in files]
    if errors is not None:
        _write_errors(errors, reports)
    if as_json:
        documents = [{"file": str(file), **_document(report, dry_run)} for file, report in reports]
        put(documents[0] if len(documents) == 1 else _together(documents))
    for file, report in () if as_json else reports:
        if len(reports) > 1:
            say(f"{file}")
        _tell(report, dry_run, kind)
    if any(report.errors and (strict or report.rejected >= report.things) for _, report in reports):
        raise SystemExit(1)


def _kind_and_files(what: list[str]) -> tuple[str, list[Path]]:
    """The kind that was said (empty: the headers are to say it) and the files. Raises BadInput."""
    from techdesk.exchange.kinds import KINDS

    first, *others = what
    if first in (*KINDS, "calendar"):
        if not others:
            raise BadInput(f"Name the file as well:  techdesk import {first} FILE.")
        return first, [Path(each) for each in others]
    if others and not Path(first).exists():
        known = ", ".join((*KINDS, "calendar"))
        raise BadInput(f"'{first}' cannot be imported: it must be one of {known}; or there is no such file.")
    return "", [Path(each) for each in what]


def _together(documents: list[dict[str, Any]]) -> dict[str, Any]:
    """Several imports as one document: their sums, and each of them under `files`."""
    sums = {
        name: sum(each[name] for each in documents) for name in ("read", "created", "updated", "unchanged", "rejected")
    }
    faults = {name: [{"file": each["file"], **fault} for each in documents for fault in each[name]]
              for name in ("errors", "warnings")}  # fmt: skip
    return {**sums, **faults, "dry_run": documents[0]["dry_run"], "files": documents}


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
        tell(fault.said)
    if len(report.errors) > SHOWN:
        tell(f"... and {len(report.errors) - SHOWN:,} errors more: --errors FILE writes them all.")
    for fault in report.warnings[: SHOWN // 4]:
        tell(f"warning, {fault.said}")
    if len(report.warnings) > SHOWN // 4:
        tell(f"... and {len(report.warnings) - SHOWN // 4:,} warnings more: --errors FILE writes them all.")
    if dry_run:
        say("Nothing was changed: that was a dry run.")
    elif not report.taken:
        say("Nothing was taken: --strict takes all rows or none. Correct the rows above, or leave --strict out.")


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


def _write_errors(path: Path, reports: "list[tuple[Path, ImportReport]]") -> None:
    from techdesk.exchange import exporting
    from techdesk.exchange.values import neutral

    def write(out: Any) -> int:
        writer = csv.writer(out)
        writer.writerow(("level", "row", "column", "value", "why", "file"))
        total = 0
        for file, report in reports:
            for level, faults in (("error", report.errors), ("warning", report.warnings)):
                for fault in faults:
                    told = (fault.column, fault.value, fault.why, str(file))
                    writer.writerow((level, fault.row, *map(neutral, told)))
                    total += 1
        return total

    exporting.to_file(path, write)
