"""A new epoch: this database's history is not the continuation of the one that laptops know.

`server restore` begins one. On PostgreSQL one begins by itself when the cluster is another than it was: a physical backup was
put back, or a standby was promoted, which may have lacked the last transactions. Both begin a new timeline; a cluster that
was made anew and filled from a dump has another system identifier.
"""

import logging
from typing import Protocol

from techdesk import clock
from techdesk.desk.ids import new_id
from techdesk.desk.tx import Row, Value

LOG = logging.getLogger("techdesk.server")
# Ticket numbers that were leased after the backup was made are not known to it: so many are left out.
NUMBERS_LEFT_OUT = 1000


class Runs(Protocol):
    """What runs statements in one transaction."""

    def rows(self, sql: str, *values: Value) -> list[Row]:
        """Runs a statement that returns rows."""

    def run(self, sql: str, *values: Value) -> int:
        """Runs a statement; the number of rows that it wrote."""


def begin_anew(session: Runs) -> None:
    """A new epoch for each organisation; invitations that were open then may have been used since, so they end."""
    now = clock.moment(clock.now())
    for row in session.rows("SELECT org FROM org_head"):
        session.run(
            "UPDATE org_head SET epoch = ?, next_number = next_number + ?, restored_at = ? WHERE org = ?",
            new_id(), NUMBERS_LEFT_OUT, now, row["org"],
        )  # fmt: skip
    session.run("UPDATE invite SET expires = ? WHERE used_at IS NULL AND expires > ?", now, now)


def settle_in(session: Runs, place: str) -> bool:
    """Notes on which PostgreSQL this database is. When it was on another, a new epoch begins: then True."""
    had = session.rows("SELECT place FROM schema_version")[0]["place"]
    if had == place:
        return False
    # Locked: of several servers that notice it, one begins the epoch.
    had = session.rows("SELECT place FROM schema_version FOR UPDATE")[0]["place"]
    if had == place:
        return False
    session.run("UPDATE schema_version SET place = ?", place)
    if had is None:
        return False
    LOG.warning("the database was on PostgreSQL %s and is on %s now: a new epoch begins", had, place)
    begin_anew(session)
    return True
