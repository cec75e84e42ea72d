"""How long a laptop keeps what it has done: an operation that has come back from the server stays for `DAYS`, because a
server that was put back to an older state is sent again what it lost, and because `undo` needs its journal.

Days are the server's: a laptop's clock that is off by a year must not cost it a year of operations. On each day of a sync up
to which number all had come back is noted (`returned`); no column is needed for it.
"""

import json
from datetime import timedelta

from techdesk import clock
from techdesk.models.store import Store
from techdesk.sync.outbox import Outbox

DAYS = 90


def note_returned(store: Store, last: int, server_time: str) -> None:
    """Notes, inside the open transaction, that all operations up to number `last` had come back by then."""
    days = _returned(store)
    day = server_time[:10]
    days[day] = max(last, days.get(day, 0))
    store.set_meta(returned=json.dumps(days))


def note_lost(store: Store, last: int) -> None:
    """Notes, inside the open transaction, that what follows the number `last` waits again."""
    store.set_meta(returned=json.dumps({day: min(number, last) for day, number in _returned(store).items()}))


def trim(store: Store, server_time: str) -> int:
    """Removes what came back more than `DAYS` before; how many operations. Writes nothing when there are none.

    What was done together goes together, or undo would take back a part of it. The last one that came back stays: the next
    one's number follows from it. The hash of the chain where it is cut stays too, for a server that has to be sent again what
    came after.
    """
    horizon = clock.moment(clock.parse(server_time) - timedelta(days=DAYS))[:10]
    over = max((last for day, last in _returned(store).items() if day < horizon), default=0)
    newest = store.connection.execute("SELECT coalesce(max(dseq), 0) FROM operation WHERE state = 'done'").fetchone()[0]
    last = min(over, newest - 1)
    gone = "FROM operation WHERE dseq <= ?1 AND batch NOT IN (SELECT batch FROM operation WHERE dseq > ?1)"
    if store.connection.execute(f"SELECT 1 {gone} LIMIT 1", (last,)).fetchone() is None:
        return 0
    with store.transaction():
        hash = Outbox(store).hash_of(last)
        removed = store.connection.execute(f"DELETE {gone}", (last,)).rowcount
        kept = {day: number for day, number in _returned(store).items() if day >= horizon or number > last}
        store.set_meta(returned=json.dumps(kept), trimmed=f"{last}:{hash}")
    return removed


def _returned(store: Store) -> dict[str, int]:
    """For each day, the number up to which all had come back."""
    found: dict[str, int] = json.loads(store.meta("returned") or "{}")
    return found
