"""Commands on a store of their own, at moments that the test sets."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from techdesk.desk.commands import Command, Outcome
from techdesk.desk.ids import new_id
from techdesk.desk.people import RecordSite
from techdesk.desk.tickets import LogTicket
from techdesk.models.sqlite import SqliteTx
from techdesk.models.store import Store

MONDAY = "2026-11-23T09:00:00.000Z"


class Desk:
    """A store with a clock that stands still until it is moved."""

    def __init__(self, path: Path) -> None:
        self.now = MONDAY
        self.store = Store(path, wall=lambda: self.now)
        self.me = str(self.store.meta("technician"))

    def do(self, command: Command, at: str | None = None) -> Outcome:
        self.now = at or self.now
        return self.store.perform(command)

    def log(self, text: str = "Projector dead", **fields: object) -> str:
        id = new_id()
        self.do(LogTicket(id=id, text=text, **fields))  # type: ignore[arg-type]
        return id

    def site(self, **fields: object) -> str:
        id = new_id()
        self.do(RecordSite(id=id, **({"code": "2005", "name": "Abbey Park"} | fields)))  # type: ignore[arg-type]
        return id

    @property
    def tx(self) -> SqliteTx:
        """The tables, to look at."""
        return SqliteTx(self.store.connection)

    def ticket(self, id: str) -> dict[str, object]:
        row = self.tx.get("ticket", id)
        assert row is not None
        return dict(row)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path / "techdesk.db")
    yield made
    made.store.close()
