"""The order to take tickets in: priority, then due time, then fairness to every school; perhaps the untriaged first."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, TypeVar

from techdesk import clock
from techdesk.models.filters import TicketFilter
from techdesk.models.queries import tickets
from techdesk.models.rows import TicketLine

Answer = TypeVar("Answer")
DAY = 24 * 60 * 60
# All that is open, read from an index alone.
QUEUED = "ticket INDEXED BY laptop_ticket_queue"
ENDED = frozenset(("resolved", "closed", "cancelled"))


class Waits(NamedTuple):
    """How long the open tickets of each site wait: the median of a site by its id, and the median of the sites, in days."""

    by_site: Mapping[str | None, float]
    median: float

    def against(self, site_id: str | None) -> float:
        """A site's wait in medians: 2.0 waits twice as long as the sites do."""
        return self.by_site.get(site_id, 0.0) / self.median if self.median else 0.0


class Ranked(NamedTuple):
    """The ids of tickets in order, how many of them are not triaged, and the waits that decided between equals."""

    ids: list[str]
    untriaged: int
    waits: Waits


def site_waits(connection: sqlite3.Connection, now: str) -> Waits:
    """The waits of the sites that have open tickets."""
    return _waits(connection.execute(f"SELECT site_id, opened_at FROM {QUEUED} WHERE open = 1"), now)


def _waits(rows: Iterable[tuple[str | None, str]], now: str) -> Waits:
    opened: defaultdict[str, list[str]] = defaultdict(list)
    for site, at in rows:
        if site is not None:
            opened[site].append(at)
    found: dict[str | None, float] = {}
    for site, moments in opened.items():
        moments.sort()
        found[site] = max(0, clock.seconds_between(moments[(len(moments) - 1) // 2], now)) / DAY
    return Waits(found, _median(sorted(found.values())))


def _median(values: list[float]) -> float:
    """As `statistics.median`, which costs a cold command 4 ms."""
    middle = len(values) // 2
    return 0.0 if not values else values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2


def is_of_open(chosen: TicketFilter) -> bool:
    """Whether the filter lets only open tickets through, in triage order: those are ranked with fairness."""
    ended = ENDED.intersection(chosen.states) or tickets.ENDED_TOO.intersection(chosen.marks)
    return chosen.sort == "triage" and not chosen.all and not ended


def ranked(connection: sqlite3.Connection, chosen: TicketFilter, now: str, *, untriaged_first: bool = False) -> Ranked:
    """The tickets that a filter lets through, in the order to take them in: major incidents before all. Of equals, those of
    the site that has waited longest against the median come first, then those opened first."""
    condition, values = tickets.where(chosen)
    whole = condition == "open = 1"
    table = QUEUED if whole else "ticket"
    rows = connection.execute(
        f"SELECT id, state = 'new', priority, {tickets.DUE}, site_id, opened_at FROM {table} WHERE {condition}", values
    ).fetchall()
    # The rows of all that is open tell the waits as well.
    waits = _waits(((row[4], row[5]) for row in rows), now) if whole else site_waits(connection, now)
    wait = waits.by_site
    rows.sort(key=lambda row: (row[2], row[3], -wait.get(row[4], 0.0), row[5], row[0]))
    # Majors are few, so the index of the queue need not hold which they are.
    majors = {id for (id,) in connection.execute("SELECT id FROM ticket WHERE open = 1 AND major = 1")}
    if majors or untriaged_first:
        rows.sort(key=lambda row: (untriaged_first and not row[1], row[0] not in majors))
    return Ranked([row[0] for row in rows], sum(row[1] for row in rows), waits)


def lines_of(connection: sqlite3.Connection, ids: list[str]) -> list[TicketLine]:
    """The lines of these tickets, in this order."""
    rows = connection.execute(f"{tickets.LINE} WHERE t.id IN (SELECT value FROM json_each(?))", (json.dumps(ids),))
    found = {row[0]: TicketLine(*row) for row in rows}
    return [found[id] for id in ids if id in found]


class QueuePages:
    """The queue for a list: ranked anew with each count, then read a page at a time. All methods block; they may come from
    any thread, one at a time."""

    def __init__(
        self,
        ask: Callable[[Callable[[sqlite3.Connection], Any]], Any],
        choose: Callable[[sqlite3.Connection], TicketFilter],
        now: Callable[[], str],
        *,
        untriaged_first: bool = False,
    ) -> None:
        """`ask` runs a question on a connection, `choose` makes the filter in there, `now` gives the present moment."""
        self._ask = ask
        self._choose = choose
        self._now = now
        self._untriaged_first = untriaged_first
        self._places: dict[str, int] = {}
        self.ranked = Ranked([], 0, Waits({}, 0.0))

    def count(self) -> int:
        """How many there are; ranks them."""
        self.ranked = self._ask(
            lambda connection: ranked(
                connection, self._choose(connection), self._now(), untriaged_first=self._untriaged_first
            )
        )
        self._places = {id: place for place, id in enumerate(self.ranked.ids)}
        return len(self.ranked.ids)

    def page(self, start: int, limit: int) -> list[TicketLine]:
        """Up to `limit` tickets from the place `start`, as ranked by the last count."""
        ids = self.ranked.ids[start : start + limit]
        found: list[TicketLine] = self._ask(lambda connection: lines_of(connection, ids))
        return found

    def index_of(self, key: str) -> int | None:
        """The place of the ticket with this id."""
        return self._places.get(key)

    def holds(self, keys: frozenset[str]) -> frozenset[str]:
        """Those of these ids that are in the queue."""
        return keys & self._places.keys()
