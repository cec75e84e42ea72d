"""How long a server keeps what it no longer needs to answer a laptop that syncs now and then.

Of an entry of the log that is older than `DAYS`, what it wrote is let go: its rows, and what they were before. Everything
else of it stays: who did what on which laptop and when, with all that was said, its outcome, and the hashes by which an
operation that comes again is known. A laptop that was away for longer begins with a snapshot; and what was that old is not
taken back any more.
"""

from datetime import timedelta
from itertools import takewhile

from techdesk import clock
from techdesk.server import log, snapshots
from techdesk.server.storage import Storage

DAYS = 90
AT_ONCE = 1000
# How often a running server looks.
HOURS = 1


def tidy(storage: Storage) -> None:
    """Everything that a running server does now and then; several beside each other do no harm."""
    with storage.transaction() as session:
        snapshots.tidy(session)
    trim(storage)


def trim(storage: Storage, days: int = DAYS) -> int:
    """Lets go of what entries older than so many days wrote, some at a time, so that nobody waits long. Returns how many."""
    horizon = clock.moment(clock.now() - timedelta(days=days))
    with storage.transaction() as session:
        orgs = [int(row["org"] or 0) for row in session.rows("SELECT org FROM org_head ORDER BY org")]
    trimmed = 0
    for org in orgs:
        while found := _trim_some(storage, org, horizon):
            trimmed += found
    return trimmed


def _trim_some(storage: Storage, org: int, horizon: str) -> int:
    with storage.transaction() as session:
        head = log.head(session, org, locked=True)
        rows = session.rows(
            "SELECT seq, received_at FROM change_log WHERE org = ? AND seq > ? ORDER BY seq LIMIT ?",
            org, head.trimmed, AT_ONCE,
        )  # fmt: skip
        # In their order, and not one after another that is younger: servers' clocks differ a little.
        old = sum(1 for _ in takewhile(lambda row: str(row["received_at"]) < horizon, rows))
        if not old:
            return 0
        last = head.trimmed + old
        session.run(
            "UPDATE change_log SET writes = '[]', before = NULL, parts = NULL WHERE org = ? AND seq > ? AND seq <= ?",
            org, head.trimmed, last,
        )  # fmt: skip
        session.run("UPDATE org_head SET trimmed = ? WHERE org = ?", last, org)
    return old
