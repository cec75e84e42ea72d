"""Fair to every school: each site's wait against the median, and what it is owed."""

import sqlite3
from typing import NamedTuple

from techdesk.models.queries.debt import debts
from techdesk.models.queries.queue import site_waits


class Fairness(NamedTuple):
    """How a site fares: its open tickets, the median of their wait in days and in medians of the sites, and the visit debt:
    minutes, of how many visits, how many of them booked anew, and the emergency that took the last of them."""

    site_id: str
    code: str
    site: str
    open: int
    waits: float
    against: float
    owed: int
    visits: int
    booked: int
    by: str | None


def fairness(connection: sqlite3.Connection, now: str, *, site_id: str | None = None) -> list[Fairness]:
    """The sites that wait or are owed something: what is owed most first, then who waits longest."""
    waits = site_waits(connection, now)
    owing = {each.site_id: each for each in debts(connection, site_id=site_id)}
    rows = connection.execute(
        "SELECT s.id, s.code, s.name, (SELECT count(*) FROM ticket t WHERE t.site_id = s.id AND t.open = 1) FROM site s"
        " WHERE ? IS NULL OR s.id = ?",
        (site_id, site_id),
    )
    found = []
    for id, code, name, count in rows:
        debt = owing.get(id)
        if not count and debt is None:
            continue
        found.append(
            Fairness(id, code, name, count, round(waits.by_site.get(id, 0.0), 1), round(waits.against(id), 2),
                     *((debt.minutes, debt.visits, debt.booked, debt.by) if debt else (0, 0, 0, None)))
        )  # fmt: skip
    return sorted(found, key=lambda each: (-each.owed, -each.waits, each.site, each.site_id))
