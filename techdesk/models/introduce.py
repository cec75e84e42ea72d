"""What a new store starts with."""

import getpass
import platform
from typing import TYPE_CHECKING

from techdesk.desk.ids import CHECK_LETTERS, new_id

if TYPE_CHECKING:
    from techdesk.models.sqlite import SqliteTx
    from techdesk.models.store import Store


def introduce(store: "Store", tx: "SqliteTx") -> None:
    """Names the laptop, makes its technician, and lets it number its own tickets until a server leases numbers to it."""
    from techdesk.desk.people import RecordTechnician
    from techdesk.desk.spares import RecordLocation
    from techdesk.models.store import FIRST_NUMBER

    laptop, technician, van = new_id(), new_id(), new_id()
    store.set_meta(
        laptop=laptop, laptop_name=platform.node() or "laptop", laptop_code=code_of(laptop), technician=technician
    )
    store.connection.execute("INSERT INTO number_block VALUES (?, NULL)", (FIRST_NUMBER,))
    name = user_name()
    store.operate(tx, RecordTechnician(id=technician, name=name, stock_location_id=van))
    store.operate(tx, RecordLocation(id=van, name=f"Van of {name}", kind="van", technician_id=technician))
    # What the person did not do is not theirs to take back.
    store.set_meta(introduced=str(store.connection.execute("SELECT max(dseq) FROM operation").fetchone()[0]))


def code_of(laptop: str) -> str:
    """The four letters that stand for a laptop in the numbers that it gives out when it has no other."""
    digits, letters = int(laptop.replace("-", "")[-6:], 16), len(CHECK_LETTERS)
    return "".join(CHECK_LETTERS[digits // letters**place % letters] for place in range(4))


def user_name() -> str:
    """The name of the person at this machine, as the system knows it."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "technician"
