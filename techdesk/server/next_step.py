"""Writes the next schema step, of laptops and of servers, from what the tables say now:

    python -m techdesk.server.next_step NAME

Run it after a change of `models/tables/` or `server/tables.py`, and commit what it writes. CONTRIBUTING.md, "To add a table
or a column", says what a step may do.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect

from techdesk.errors import BadInput, TechdeskError
from techdesk.models import migrations as laptop
from techdesk.models import schema
from techdesk.models.schema import Difference
from techdesk.server import migrations as server
from techdesk.server.schema import tables

NOTHING = Difference()
DIALECTS: tuple[Dialect, ...] = (sqlite.dialect(), postgresql.dialect())  # type: ignore[no-untyped-call]


def laptop_difference() -> Difference:
    """What the steps of laptops do not make yet. Raises Refused."""
    made = [statement for name in laptop.STEPS for statement in laptop.step(name)]
    return schema.difference(schema.travelling(), made, of_laptop=True)


def server_difference() -> Difference:
    """What the steps of servers do not make yet. Raises Refused."""
    names = (*server.STEPS, *server.CONTRACTS)
    return schema.difference(tables(), [statement for name in names for statement in server.step(name, server.SQLITE)])


def write(name: str, laptop_steps: Path, server_steps: Path) -> list[Path]:
    """Writes the steps into those folders, and their names into the lists there. Returns the new files, none when the tables
    have not changed. Raises BadInput for a name that cannot be a file's, Refused."""
    if not name.isidentifier() or not name.isascii() or name != name.lower():
        raise BadInput(f"'{name}' is no name for a step: use small letters, digits and underscores, as in add_photos.")
    written: list[Path] = []
    found = laptop_difference()
    if found != NOTHING:
        lines = schema.additions(found, DIALECTS[0]) + schema.reindexing(found, DIALECTS[0])
        written += _add(laptop_steps, laptop.STEPS, name, {"": lines})
    found, steps = server_difference(), server.STEPS
    # Indexes on tables that are there are a step of their own: PostgreSQL makes them outside a transaction.
    for kind, suffix in ((schema.additions, ""), (schema.reindexing, "_indexes")):
        made = {f".{each.name}": kind(found, each) for each in DIALECTS}
        if any(made.values()):
            written += _add(server_steps, steps, name + suffix, made)
            steps = (*steps, name)
    return written


def _add(folder: Path, steps: Sequence[str], name: str, kinds: dict[str, list[str]]) -> list[Path]:
    """Writes one step's files, and its name at the end of the list. Returns the files."""
    number = f"{len(steps) + 1:04d}_{name}"
    files = {folder / f"{number}{kind}.sql": schema.script(lines) for kind, lines in kinds.items()}
    for path, text in files.items():
        path.write_text(text, encoding="utf-8", newline="\n")
    index = folder / "__init__.py"
    before, opened, rest = index.read_text(encoding="utf-8").partition("\nSTEPS")
    listed, closed, after = rest.partition("\n)\n")
    index.write_text(f'{before}{opened}{listed}\n    "{number}",{closed}{after}', encoding="utf-8", newline="\n")
    return list(files)


if __name__ == "__main__":
    try:
        if len(sys.argv) != 2:
            raise BadInput("Give the step a name: python -m techdesk.server.next_step add_photos.")
        made = write(sys.argv[1], laptop.folder(), server.folder())
    except TechdeskError as error:
        sys.exit(str(error))
    print("\n".join(map(str, made)) or "The steps make what the tables say: there is nothing to write.")
