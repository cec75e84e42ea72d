"""Schema steps of a server's database: numbered SQL files, one for each kind of database. `techdesk.server.next_step` writes
the next one; a step is never changed once it is on the main branch.

**Expanding** steps only add, so that servers of the version before go on working on a database that a newer one has brought
up. They are run whenever a database is opened. **Contracting** steps take away what no server uses any more; only
`techdesk server contract` runs them, and a server refuses a database that a step it does not know has contracted.
"""

from importlib import resources
from pathlib import Path
from typing import NamedTuple, Protocol

from techdesk.desk.tx import Row, Value
from techdesk.errors import StoreUnusable
from techdesk.models.migrations import statements

STEPS: tuple[str, ...] = (
    "0001_tables",
    "0002_journals",
    "0003_quarantine",
    "0004_contracted",
    "0005_attachments",
    "0006_forks",
    "0007_log_parts",
    "0008_blobs_unnamed",
    "0009_calendars",
    "0010_recovery",
    "0011_postponed",
    "0012_snapshots",
    "0013_awaiting",
    "0014_problems",
    "0015_problems_indexes",
    "0016_stock",
    "0017_stock_indexes",
    "0018_closing",
    "0019_closing_indexes",
    "0020_devices",
    "0021_articles",
    "0022_stock_places_indexes",
    "0023_rotations",
    "0024_rotations_indexes",
    "0025_visits",
    "0026_visits_indexes",
    "0027_device_models",
    "0028_device_models_indexes",
    "0029_dispatching",
    "0030_last_task_indexes",
    "0031_found_indexes",
)
CONTRACTS: tuple[str, ...] = ()

SQLITE, POSTGRESQL = "sqlite", "postgresql"


class Runs(Protocol):
    """What runs statements on a database."""

    def rows(self, sql: str, *values: Value) -> list[Row]: ...

    def run(self, sql: str, *values: Value) -> int: ...


class State(NamedTuple):
    """How many steps of each kind a database has had."""

    version: int
    contracted: int


def step(name: str, dialect: str) -> list[str]:
    """The statements of a step."""
    return statements(resources.files(__name__).joinpath(f"{name}.{dialect}.sql").read_text(encoding="utf-8"))


def beside(step: list[str]) -> bool:
    """Whether PostgreSQL runs a step beside the work that goes on, which it does outside a transaction only."""
    return any(" CONCURRENTLY " in statement for statement in step)


def state(runs: Runs, tables: set[str]) -> State:
    """How far a database with those tables has come; an empty one has had no step. Raises StoreUnusable for one that is not
    a server's, or that this version cannot work with."""
    if not tables:
        return State(0, 0)
    if "schema_version" not in tables:
        raise StoreUnusable("That database belongs to another program: give the server one of its own.")
    row = runs.rows("SELECT * FROM schema_version")[0]
    found = State(int(row["version"] or 0), int(row.get("contracted") or 0))
    if found.contracted > len(CONTRACTS):
        raise StoreUnusable(
            "A newer techdesk server has taken from that database what this one needs: update this one, then start it again."
        )
    return found


def whole(runs: Runs) -> None:
    """Raises StoreUnusable for a database with steps that this version does not know: it would copy a part of it."""
    if int(runs.rows("SELECT version FROM schema_version")[0]["version"] or 0) > len(STEPS):
        raise StoreUnusable(
            "That database was brought up by a newer techdesk server: use that one to back it up or to restore it."
        )


def lacking(found: State) -> list[tuple[int, str]]:
    """The expanding steps that a database lacks, with their numbers. It may also have had more than this version knows."""
    return list(enumerate(STEPS, 1))[found.version :]


def note(runs: Runs, number: int) -> None:
    """Says that a database has had that expanding step."""
    if number == 1:
        runs.run("INSERT INTO schema_version (version) VALUES (1)")
    else:
        runs.run("UPDATE schema_version SET version = ?", number)


def contract(runs: Runs, dialect: str, since: int) -> list[str]:
    """Runs the contracting steps after the number `since`, inside the open transaction. Returns their names."""
    for name in CONTRACTS[since:]:
        for statement in step(name, dialect):
            runs.run(statement)
    if CONTRACTS[since:]:
        runs.run("UPDATE schema_version SET contracted = ?", len(CONTRACTS))
    return list(CONTRACTS[since:])


def folder() -> Path:
    """Where the steps are."""
    return Path(__file__).parent
