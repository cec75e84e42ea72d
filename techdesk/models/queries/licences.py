"""Licences with their seats."""

import sqlite3
from typing import NamedTuple

from techdesk.desk.licences import state_of


class LicenceLine(NamedTuple):
    """A licence. `seats` is None for any number; `sites` names who uses it, with the seats of each."""

    id: str
    product: str
    supplier: str | None
    seats: int | None
    used: int
    expires: str | None
    state: str
    cost: float | None
    sites: list[tuple[str, int]]


def licences(connection: sqlite3.Connection, today: str, site_id: str | None = None) -> list[LicenceLine]:
    """Licences, those that end first at the top; of a site, those that it uses."""
    term = "1" if site_id is None else "l.id IN (SELECT licence_id FROM licence_site WHERE site_id = ?)"
    rows = connection.execute(
        "SELECT l.id, l.product, l.supplier, l.seats, l.expires, l.warn_days, l.cost FROM licence l"
        f" WHERE {term} ORDER BY coalesce(l.expires, '9999'), l.product, l.id",
        () if site_id is None else (site_id,),
    ).fetchall()
    uses: dict[str, list[tuple[str, int]]] = {}
    for licence, site, used in connection.execute(
        "SELECT u.licence_id, coalesce(s.name, '?'), u.used FROM licence_site u LEFT JOIN site s ON s.id = u.site_id"
        " WHERE u.used > 0 ORDER BY 2"
    ):
        uses.setdefault(str(licence), []).append((str(site), int(used)))
    return [
        LicenceLine(
            id, product, supplier, seats, sum(each[1] for each in uses.get(id, ())), expires,
            state_of(expires, warn, today), cost, uses.get(id, []),
        )
        for id, product, supplier, seats, expires, warn, cost in rows
    ]  # fmt: skip


def to_think_of(connection: sqlite3.Connection, today: str) -> list[LicenceLine]:
    """Licences that expire soon, have expired, or have more users than seats."""
    return [
        line
        for line in licences(connection, today)
        if line.state != "active" or (line.seats is not None and line.used > line.seats)
    ]
