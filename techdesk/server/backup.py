"""Backup and restore. A backup is one SQLite file: a server's database, whichever kind it was made from.

So one server can be restored into the other kind, no program of PostgreSQL's is needed, and a backup can be looked into.
"""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from techdesk import paths
from techdesk.desk.tx import Row
from techdesk.errors import BadInput, Refused
from techdesk.server import migrations
from techdesk.server.epochs import begin_anew
from techdesk.server.schema import KNOWN
from techdesk.server.storage import Session, SqliteStorage, existing, opened
from techdesk.server.tables import ServerTable

AT_ONCE = 1000
# Of a table whose rows are large, fewer.
FEWER_AT_ONCE = {"blob_part": 16}
# A snapshot is made anew when one is asked for.
LEFT_OUT = ("schema_version", "snapshot", "snapshot_chunk")


class Copied(NamedTuple):
    """What a backup holds, or a restore has brought."""

    file: str
    organisations: int
    laptops: int
    entries: int


def backup(database: str | Path, file: Path) -> Copied:
    """Writes a backup of a database in use, as of one moment. Raises BadInput for a file that is there already or cannot be
    written, StoreUnusable for the database."""
    if file.exists():
        raise BadInput(f"{file} is there already: give each backup a name of its own.")
    part = file.with_name(file.name + ".part")
    try:
        part.unlink(missing_ok=True)
        paths.make_private_file(part)
        if _is_file(database):
            _copy_file(Path(database), part)
        else:
            _copy_out(str(database), part)
        made = _checked(part, file)
        part.replace(file)
    except (OSError, sqlite3.Error) as error:
        raise BadInput(f"The backup {file} cannot be written ({error}): check the folder and its disk.") from error
    finally:
        part.unlink(missing_ok=True)
    return made


def restore(database: str | Path, file: Path, *, replace: bool = False) -> Copied:
    """Puts a backup in place of what a database holds, all or nothing, and begins a new epoch: laptops notice it, and send
    again what the backup lacks. Raises BadInput for a file that is no backup, Refused for a database that holds something
    unless it is to be replaced."""
    if not file.is_file():
        raise BadInput(f"There is no backup {file}: check its name.")
    with TemporaryDirectory() as folder:
        copy = Path(folder) / "backup.db"
        shutil.copyfile(file, copy)
        with closing(SqliteStorage(copy)) as source, source.transaction() as old:
            migrations.whole(old)
            if not old.rows("SELECT org FROM org_head"):
                raise BadInput(f"{file} holds no organisation: it is no backup of a server.")
            target = opened(database)
            try:
                with target.transaction() as new:
                    migrations.whole(new)
                    _empty(new, replace)
                    _copy(old, new)
                    begin_anew(new)
                    if not isinstance(target, SqliteStorage):
                        _go_on_numbering(new)
                    return _counted(new, file)
            finally:
                target.close()


def _is_file(database: str | Path) -> bool:
    return not str(database).startswith(("postgresql://", "postgres://"))


def _copy_file(database: Path, part: Path) -> None:
    """SQLite's own online backup: one moment of a file that is being written."""
    opened(existing(database)).close()  # brings an older one up to date, refuses another program's
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(part)) as target:
        source.backup(target)


def _copy_out(url: str, part: Path) -> None:
    source = opened(url)
    try:
        with closing(SqliteStorage(part)) as target, source.transaction() as old, target.transaction() as new:
            old.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            migrations.whole(old)
            _copy(old, new)
    finally:
        source.close()


def _checked(part: Path, file: Path) -> Copied:
    """Reads the copy through once, and makes it a single file."""
    with closing(sqlite3.connect(part)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        found = connection.execute("PRAGMA integrity_check").fetchone()[0]
        if found != "ok":
            raise sqlite3.DatabaseError(f"the copy is damaged: {found}")
    with closing(SqliteStorage(part)) as storage, storage.transaction() as session:
        made = _counted(session, file)
    with closing(sqlite3.connect(part)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    return made


def _tables() -> Iterator[tuple[str, list[str], list[str]]]:
    """(name, columns, key) of every table but the schema's version."""
    for name, columns in KNOWN.items():
        yield name, ["org", *columns], ["org", "id"]
    for table in ServerTable.metadata.sorted_tables:
        if table.name not in LEFT_OUT:
            yield table.name, [column.name for column in table.columns], [column.name for column in table.primary_key]


def _copy(old: Session, new: Session) -> None:
    for table, columns, key in _tables():
        marks = ", ".join("?" * len(columns))
        insert = f'INSERT INTO "{table}" ({_names(columns)}) VALUES ({marks})'
        for rows in _pages(old, table, columns, key):
            new.many(insert, [[row[column] for column in columns] for row in rows])


def _pages(session: Session, table: str, columns: list[str], key: list[str]) -> Iterator[list[Row]]:
    """A table's rows in the order of its key, some at a time."""
    select = f'SELECT {_names(columns)} FROM "{table}"'
    at_once = FEWER_AT_ONCE.get(table, AT_ONCE)
    order = f" ORDER BY {_names(key)} LIMIT {at_once}"
    after = f" WHERE ({_names(key)}) > ({', '.join('?' * len(key))})"
    rows = session.rows(select + order)
    while rows:
        yield rows
        rows = session.rows(select + after + order, *(rows[-1][name] for name in key)) if len(rows) == at_once else []


def _names(columns: list[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def _empty(session: Session, replace: bool) -> None:
    if session.rows("SELECT org FROM org_head LIMIT 1") and not replace:
        raise Refused(
            "That database holds organisations: give an empty one, or --replace to put the backup in its place."
        )
    session.run("DELETE FROM org_head")  # first: it waits for the operations under way
    for table in LEFT_OUT[1:]:
        session.run(f"DELETE FROM {table}")
    for table, _, _ in _tables():
        session.run(f'DELETE FROM "{table}"')


def _go_on_numbering(session: Session) -> None:
    """PostgreSQL's numbers of organisations go on after those that were copied."""
    session.rows("SELECT setval(pg_get_serial_sequence('org_head', 'org'), (SELECT max(org) FROM org_head))")


def _counted(session: Session, file: Path) -> Copied:
    counts = [
        int(session.rows(f"SELECT count(*) AS found FROM {table}")[0]["found"] or 0)
        for table in ("org_head", "laptop", "change_log")
    ]
    return Copied(str(file), *counts)
