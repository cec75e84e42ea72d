"""Real servers and laptops for the tests: a server process for the whole run, and as many laptops as a test wants."""

import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from techdesk.desk.ids import new_id
from techdesk.desk.tickets import LogTicket
from techdesk.desk.tx import Row
from techdesk.models.store import Store
from techdesk.models.tables import ENTITIES
from techdesk.server import enrolment, feeds, recovery, snapshots, verifying
from techdesk.server.declined import Declined
from techdesk.server.forks import fork
from techdesk.server.invites import invite
from techdesk.server.laptops import Signed, read_headers
from techdesk.server.storage import Storage
from techdesk.server.syncing import exchange
from techdesk.sync import forking, reading, wire
from techdesk.sync.client import SyncReport, enrol, sync
from techdesk.sync.connection import Connection, ServerRefused

TABLES = [str(entity.__tablename__) for entity in ENTITIES]
PROGRAM = "import sys; from techdesk.server.run import run; run('127.0.0.1', 0, sys.argv[1])"


class Server(NamedTuple):
    """A server that runs: its address, its database, and the organisation of this test."""

    url: str
    database: str
    organisation: str = "techdesk"


@contextmanager
def running_server(database: str, said: Path, before: str = "") -> Iterator[Server]:
    """Starts a server process, in which the line `before` is run first, and stops it by its own id. What it says goes to the
    file `said`."""
    with said.open("w+") as output:
        process = subprocess.Popen(
            [sys.executable, "-c", f"{before}\n{PROGRAM}", database], stderr=subprocess.PIPE, stdout=output, text=True
        )
        assert process.stderr is not None
        try:
            line = process.stderr.readline()
            assert "http://" in line, line + process.stderr.read()
            # The rest of what it says must not fill the pipe.
            drain = subprocess.Popen(
                [sys.executable, "-c", "import shutil, sys; shutil.copyfileobj(sys.stdin, sys.stdout)"],
                stdin=process.stderr, stdout=output,
            )  # fmt: skip
            yield Server("http://" + line.strip().split("http://")[1], database)
        finally:
            process.terminate()
            process.wait(30)
        drain.wait(30)


class Field:
    """The laptops of one organisation."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.server = server
        self.folder = folder
        self._stores: list[Store] = []

    def store(self, name: str) -> Store:
        """A new store, not enrolled."""
        store = Store(self.folder / name / "techdesk.db")
        store.set_meta(laptop_name=f"{name}-laptop")
        self._stores.append(store)
        return store

    def code(self, name: str, role: str = "technician", scopes: Sequence[str] = ()) -> str:
        """A code for a person."""
        return invite(self.server.database, name, role, scopes, organisation=self.server.organisation)["code"]

    def laptop(self, name: str, role: str = "technician", scopes: Sequence[str] = ()) -> Store:
        """An enrolled laptop of that person, synced once."""
        store = self.store(name)
        enrol(store, self.server.url, self.code(name, role, scopes))
        sync(store)
        return store

    def close(self) -> None:
        for store in self._stores:
            store.close()


def log(store: Store, text: str, **more: str | int | None) -> str:
    """Captures a ticket; its id."""
    id = new_id()
    store.perform(LogTicket(id=id, text=text, **more))  # type: ignore[arg-type]
    return id


def rows(store: Store, table: str) -> list[Row]:
    """A table as it travels, in the order of ids."""
    cursor = store.connection.execute(f'SELECT * FROM "{table}" ORDER BY id')
    names = [description[0] for description in cursor.description]
    found = [dict(zip(names, row, strict=True)) for row in cursor]
    for row in found:
        row.pop("n", None)
    return found


def row(store: Store, table: str, id: str) -> Row:
    """One row."""
    return next(each for each in rows(store, table) if each["id"] == id)


def everything(store: Store) -> dict[str, list[Row]]:
    """Every table that travels."""
    return {table: rows(store, table) for table in TABLES}


def inbox(store: Store) -> list[Row]:
    """The inbox of this laptop's technician."""
    return [item for item in rows(store, "inbox_item") if item["technician_id"] == store.meta("technician")]


def settle_down(*stores: Store) -> list[SyncReport]:
    """Syncs all until none has anything to say."""
    reports = [sync(store) for store in stores]
    reports += [sync(store) for store in stores]
    return reports


class InProcess:
    """A road to a server in this process, instead of HTTP: for tests that lose, double and cut messages at will.

    `before` and `after` are called around every exchange, and may raise.
    """

    def __init__(self, storage: Storage) -> None:
        self.storage = storage
        self.before: Callable[[], None] = lambda: None
        self.after: Callable[[], None] = lambda: None
        self.requests: list[tuple[Signed, bytes]] = []
        self.answered: Callable[[Signed, bytes], None] = lambda signed, answer: None
        self.paths: list[tuple[str, bytes]] = []

    def post(
        self,
        connection: Connection,
        path: str,
        body: bytes,
        headers: dict[str, str],
        connected: Callable[[], None] | None = None,
    ) -> bytes:
        self.paths.append((path, body))
        self.before()
        if connected is not None:
            connected()
        connection.round_trips += 1
        try:
            if path == wire.ENROL_PATH:
                answer = wire.dumps(enrolment.enrol(self.storage, enrolment.read(wire.loads(body))))
            else:
                signed = read_headers(*(headers[f"Techdesk-{name}"] for name in ("Laptop", "Counter", "Signature")))
                self.requests.append((signed, body))
                if path == wire.FORK_PATH:
                    answer = wire.dumps(fork(self.storage, signed, "POST", path, body))
                elif path == wire.ESCROW_PATH:
                    answer = wire.dumps(recovery.keep(self.storage, signed, "POST", path, body))
                elif path == wire.FEEDS_PATH:
                    answer = wire.dumps(feeds.own(self.storage, signed, body))
                elif path == wire.VERIFY_PATH:
                    answer = verifying.answer(self.storage, signed, body)
                elif path in snapshots.PATHS:
                    answer = snapshots.answer(self.storage, signed, path, body)
                else:
                    answer = exchange(self.storage, signed, "POST", path, body)
                self.answered(signed, answer)
        except Declined as declined:
            raise ServerRefused(str(declined), declined.code, dict(declined.document())) from None
        self.after()
        return answer

    def asked(self, store: Store, request: wire.Request) -> wire.Reply:
        """What the server answers a laptop that asks so."""
        signed = forking.signed(store, Connection(str(store.meta("server"))))
        return reading.read_reply(wire.loads(signed.exchange(wire.request_body(request))))


def on_the_road(patch: pytest.MonkeyPatch, storage: Storage) -> InProcess:
    """A server in this process, which every connection leads to as long as the patch lasts."""
    made = InProcess(storage)

    def post(connection: Connection, *arguments: object, **named: object) -> bytes:
        return made.post(connection, *arguments, **named)  # type: ignore[arg-type]

    patch.setattr(Connection, "post", post)
    return made
