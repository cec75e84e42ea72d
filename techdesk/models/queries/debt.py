"""Visit debt: what schools are owed, because an emergency elsewhere took it from a visit, or because a visit was missed.

Owed = minutes that emergencies displaced + the length of missed visits. A visit that was booked anew pays as much as it
lasts, once it is over; until then its minutes are owed and booked. Whoever stays longer than planned pays that too.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

from techdesk import clock

LIVED = ("wrapped", "signed")
COMING = ("planned", "confirmed", "travelling", "on_site")
ASK = """
    SELECT v.id, v.site_id, s.code, s.name, v.state, v.planned_start, v.planned_end, v.actual_start, v.actual_end,
           v.displaced, v.instead_of, t.ref
    FROM visit v JOIN site s ON s.id = v.site_id LEFT JOIN ticket t ON t.id = v.displaced_by
    WHERE (v.displaced > 0 OR v.state = 'missed' OR v.instead_of IS NOT NULL
           OR v.id IN (SELECT instead_of FROM visit WHERE instead_of IS NOT NULL)) {where}
    ORDER BY v.planned_start, v.id
"""


class Debt(NamedTuple):
    """What a site is owed: minutes, of how many visits, how many of the minutes are booked anew, since which visit (a
    moment), and the number of the last emergency that took some."""

    site_id: str
    code: str
    site: str
    minutes: int
    visits: int
    booked: int
    since: str
    by: str | None


class _Visit(NamedTuple):
    id: str
    site_id: str
    code: str
    site: str
    state: str
    planned_start: str
    planned_end: str
    actual_start: str | None
    actual_end: str | None
    displaced: int | None
    instead_of: str | None
    by: str | None

    @property
    def planned(self) -> int:
        return clock.seconds_between(self.planned_start, self.planned_end) // 60

    @property
    def actual(self) -> int:
        return (
            clock.seconds_between(self.actual_start, self.actual_end) // 60
            if self.actual_start and self.actual_end
            else 0
        )

    @property
    def taken(self) -> int:
        """Minutes of it that the site did not get."""
        return max(self.displaced or 0, self.planned if self.state == "missed" else 0)


class _Owed(NamedTuple):
    first: _Visit
    minutes: int
    booked: int
    by: str | None


def debts(
    connection: sqlite3.Connection, *, site_id: str | None = None, since: str = "", until: str = "9999"
) -> list[Debt]:
    """The sites that are owed something, the most first: for visits that were planned to begin from a moment up to another,
    of one site or all."""
    where, values = ("AND v.site_id = ?", (site_id,)) if site_id else ("", ())
    visits = [_Visit(*row) for row in connection.execute(ASK.format(where=where), values)]
    owed: defaultdict[str, list[_Owed]] = defaultdict(list)
    for chain in _chains(visits):
        first = chain[0]
        found = _of_chain(chain)
        if found.minutes and since <= first.planned_start < until:
            owed[first.site_id].append(found)
    made = (_of_site(connection, those) for those in owed.values())
    return sorted((each for each in made if each.minutes), key=lambda each: (-each.minutes, each.site, each.site_id))


def owed(connection: sqlite3.Connection, site_id: str | None) -> int:
    """Minutes of visits that a site is owed."""
    return sum(each.minutes for each in debts(connection, site_id=site_id)) if site_id else 0


def _chains(visits: list[_Visit]) -> Iterator[list[_Visit]]:
    """Each visit that stands instead of none, with those that were booked for it in turn."""
    after = {visit.instead_of: visit for visit in visits if visit.instead_of}
    known = {visit.id for visit in visits}
    for visit in visits:
        if visit.instead_of is None or visit.instead_of not in known:
            chain = [visit]
            while (following := after.get(chain[-1].id)) is not None and following not in chain:
                chain.append(following)
            yield chain


def _of_chain(chain: list[_Visit]) -> _Owed:
    last = chain[-1]
    by = next((visit.by for visit in reversed(chain) if visit.by), None)
    if len(chain) == 1:
        return _Owed(last, last.taken, 0, by)
    missing = max(visit.taken for visit in chain[:-1])
    if last.state in LIVED:
        return _Owed(chain[0], max(0, missing - last.actual) + last.taken, 0, by)
    if last.state in COMING:
        return _Owed(chain[0], missing + last.taken, min(missing, last.planned), by)
    return _Owed(chain[0], max(missing, last.taken), 0, by)


def _of_site(connection: sqlite3.Connection, those: list[_Owed]) -> Debt:
    first = min((each.first for each in those), key=lambda visit: visit.planned_start)
    rows: list[Any] = connection.execute(
        f"SELECT planned_start, planned_end, actual_start, actual_end FROM visit WHERE site_id = ? AND state IN {LIVED}"
        " AND planned_start >= ? AND actual_start IS NOT NULL AND actual_end IS NOT NULL AND instead_of IS NULL",
        (first.site_id, first.planned_start),
    ).fetchall()
    longer = sum(
        max(0, clock.seconds_between(row[2], row[3]) - clock.seconds_between(row[0], row[1])) // 60 for row in rows
    )
    minutes = max(0, sum(each.minutes for each in those) - longer)
    booked = min(minutes, sum(each.booked for each in those))
    by = next((each.by for each in reversed(those) if each.by), None)
    return Debt(first.site_id, first.code, first.site, minutes, len(those), booked, first.planned_start, by)
