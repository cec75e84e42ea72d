"""Files in: reads a file through its mapping and performs the commands that bring the store in step with it."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Literal, NamedTuple, Protocol

from techdesk import clock
from techdesk.desk.commands import Command
from techdesk.desk.tx import Tx
from techdesk.errors import BadInput, NotFound, Refused, StoreUnusable
from techdesk.exchange import sources
from techdesk.exchange.documents import Documents
from techdesk.exchange.events import Gathered, Historian
from techdesk.exchange.kinds import KINDS
from techdesk.exchange.mapping import Mapping, shipped
from techdesk.exchange.reading import Fault, Raw, Reader
from techdesk.exchange.report import ImportReport
from techdesk.exchange.tabular import Table
from techdesk.models.sqlite import SqliteTx
from techdesk.models.store import Store

# Things in one transaction: few enough that other programs get their turn, many enough that a commit costs little.
BATCH = 500
# Bringing the rows of an event log together is about this part of its import.
GATHERING = 0.15
Progress = Callable[[int, int], None]


class Planned(NamedTuple):
    """What is to be done about one thing."""

    what: Literal["created", "updated", "unchanged"]
    commands: tuple[Command, ...] = ()
    warnings: tuple[Fault, ...] = ()


class Rejected(Exception):
    """A thing that cannot be taken, and why."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(faults)
        self.faults = faults


class Given(NamedTuple):
    """What an importer works with. new_sites: sites that rows name and nobody knows are made known. moves: a device that the
    file has at another site is moved there. file: what the file is called."""

    store: Store
    reader: Reader
    historian: Historian | None
    at: str
    new_sites: bool = False
    moves: bool = False
    file: str = ""


class Importer(Protocol):
    """What is particular to one kind."""

    def plan(self, tx: Tx, raw: Raw) -> Planned:
        """The commands that a thing of the file asks for, as the store stands. Raises Rejected."""


class _TakenBack(Exception):
    """Ends a transaction that is not to be kept."""


def run(
    store: Store, kind: str | None, path: Path, mapping: str | None = None, *, dry_run: bool = False, strict: bool = False,
    at: str | None = None, progress: Progress | None = None, new_sites: bool = False, moves: bool = False,
) -> ImportReport:  # fmt: skip
    """Imports a file. Running it again changes nothing, and continues a run that was broken off.

    kind: what the rows are; None for what the headers say. mapping: a file or the name of a shipped one, remembered for files
    with the same headers; else the one that was remembered, or the shipped one that fits the headers best.
    new_sites, moves: see `Given`.
    at: the moment (as stored) that tickets without one were opened at; else now. progress: (bytes done, bytes in all).
    Raises BadInput for a file that cannot be read at all; what single rows lack is in the report.
    """
    if kind is not None and kind not in KINDS:
        raise BadInput(f"'{kind}' cannot be imported: it must be one of {', '.join(KINDS)}.")
    with sources.opened(path) as table:
        reader, at = _reader(store, kind, table, mapping), at or store.now()
        reader.eve = clock.later(at, -24 * 60)[:10]
        report = ImportReport(reader.mapping.kind, reader.mapping.name, taken=not dry_run)
        tell = progress or (lambda done, total: None)
        with closing(_Source(table, reader, report, tell)) as source:
            importer = import_module(f"techdesk.exchange.{report.kind}").importer(
                Given(store, reader, source.historian, at, new_sites, moves, path.name)
            )
            _Run(store, importer, report, dry_run).all(source.things(), strict)
        _remark(report, table, reader)
        if mapping and report.taken and report.rejected < report.things:
            told = sources.remember(store, mapping, reader.mapping, table.headers)
            report.notes += [told] if told else []
        tell(table.size, table.size)
    return report


def choose(kind: str | None, headers: tuple[str, ...]) -> Mapping | None:
    """The shipped mapping (of that kind, if one is given) that knows most of the headers, if any fits. Raises BadInput when
    the headers fit several kinds alike."""
    scores: dict[int, list[Mapping]] = {}
    for mapping in shipped():
        reader = Reader(mapping, headers) if kind in (None, mapping.kind) else None
        if reader is not None and reader.fits:
            # What techdesk itself writes is known last: its mapping takes all usual spellings.
            scores.setdefault(2 * reader.known + (mapping.source != "techdesk"), []).append(mapping)
    best = scores[max(scores)] if scores else []
    kinds = list(dict.fromkeys(mapping.kind for mapping in best))
    if len(kinds) > 1:
        raise BadInput(
            f"This may be a list of {' or of '.join(kinds)}: say which, as  techdesk import {kinds[0]} FILE."
        )
    return best[0] if best else None


def _reader(store: Store, kind: str | None, table: Table | Documents, chosen: str | None) -> Reader:
    if chosen:
        mapping: Mapping | None = sources.chosen(store, chosen)
    else:
        mapping = sources.recalled(store, kind, table.headers) or choose(kind, table.headers)
    headers = ", ".join(table.headers[:12]) + (" ..." if len(table.headers) > 12 else "")
    if mapping is None:
        raise BadInput(
            f"No mapping fits the columns of {table.path} ({headers}): name the columns in its first row,"
            " or write a mapping as docs/mappings.md says, and give it with --map."
        )
    if kind not in (None, mapping.kind):
        raise BadInput(f"The mapping '{mapping.name}' is for {mapping.kind}, not for {kind}: choose another.")
    reader = Reader(mapping, table.headers)
    if not reader.fits:
        lacking = [" or ".join(choice) for choice in mapping.needs if all(reader.place(h) is None for h in choice)]
        raise BadInput(
            f"The mapping '{mapping.name}' does not fit {table.path}: the file lacks"
            f" {', '.join(lacking) or 'all its columns'}"
            f" (it has {headers})."
        )
    return reader


def _remark(report: ImportReport, table: Table | Documents, reader: Reader) -> None:
    report.notes += table.notes
    if reader.repaired:
        report.notes.append(
            f"Garbled characters (UTF-8 read as Windows-1252) were put right in {reader.repaired:,} cells."
        )
    for header, count in reader.tidied.items():
        report.notes.append(f"{header}: {count:,} values were tidied as the mapping says.")
    if reader.unused:
        report.notes.append(f"Columns that were not used: {', '.join(reader.unused)}.")
    report.errors.sort()
    report.warnings.sort()


class _Source:
    """The things of a file, with the progress through it."""

    def __init__(self, table: Table | Documents, reader: Reader, report: ImportReport, progress: Progress) -> None:
        self._table, self._reader, self._report, self._progress = table, reader, report, progress
        events = reader.mapping.events
        self.historian = None if events is None else Historian(reader, events)
        self._gathered = None if events is None else Gathered(reader)

    def close(self) -> None:
        if self._gathered is not None:
            self._gathered.close()

    def things(self) -> Iterator[Raw]:
        return self._rows() if self._gathered is None else self._groups(self._gathered)

    def _rows(self) -> Iterator[Raw]:
        seen: dict[bytes, int] = {}
        for row in self._table:
            self._report.read += 1
            if self._report.read % 200 == 0:
                self._progress(self._table.position(), self._table.size)
            yield self._reader.raw(row.number, row.cells, row.fault, seen)

    def _groups(self, gathered: Gathered) -> Iterator[Raw]:
        size = self._table.size
        gathered.gather(self._table, lambda done: self._progress(int(done * GATHERING), size))
        self._report.read = gathered.total
        for row in gathered.keyless:
            yield Raw(row.number, "", "", fault=row.fault)
        done = 0
        for raw in gathered.things():
            done += len(raw.updates)
            self._progress(int(size * (GATHERING + (1 - GATHERING) * done / gathered.total)), size)
            yield raw


class _Run:
    """Takes things, batch by batch, and counts what came of each."""

    def __init__(self, store: Store, importer: Importer, report: ImportReport, dry_run: bool) -> None:
        self._store, self._importer, self._report, self._dry_run = store, importer, report, dry_run
        self._kept = 0  # things that are in the store for good

    def all(self, things: Iterator[Raw], strict: bool) -> None:
        try:
            with self._store.together():  # `undo` takes a whole import back
                if strict:
                    self._in_one(things)
                while batch := list(islice(things, BATCH)):
                    self._transaction(batch)
                    self._kept = self._report.created + self._report.updated
        except StoreUnusable as error:
            if self._dry_run or not self._kept:
                raise
            raise StoreUnusable(
                f"{error} Before that, {self._kept:,} {self._report.kind} were taken: import the file again to go on."
            ) from error

    def _in_one(self, things: Iterator[Raw]) -> None:
        """All or nothing."""
        self._transaction(things, strict=True)
        if self._report.rejected:
            self._report.created = self._report.updated = 0
            self._report.taken = False

    def _transaction(self, things: Iterable[Raw], strict: bool = False) -> None:
        try:
            with self._store.transaction() as tx:
                for raw in things:
                    self._take(tx, raw)
                if self._dry_run or (strict and self._report.rejected):
                    raise _TakenBack
        except _TakenBack:
            return

    def _take(self, tx: SqliteTx, raw: Raw) -> None:
        report = self._report
        try:
            if raw.fault:
                raise Rejected(Fault(raw.number, "", "", raw.fault))
            planned = self._importer.plan(tx, raw)
            self._perform(tx, planned.commands)
        except Rejected as rejected:
            report.rejected += 1
            report.errors += rejected.faults
        except (Refused, BadInput, NotFound, sqlite3.IntegrityError, OverflowError) as error:
            report.rejected += 1
            report.errors.append(Fault(raw.number, "", "", str(error)))
        else:
            setattr(report, planned.what, getattr(report, planned.what) + 1)
            report.warnings += planned.warnings

    def _perform(self, tx: SqliteTx, commands: tuple[Command, ...]) -> None:
        if len(commands) == 1:
            self._store.operate(tx, commands[0])
        elif commands:
            with tx.savepoint():  # a device is not taken without its model, nor the model without the device
                for command in commands:
                    self._store.operate(tx, command)
