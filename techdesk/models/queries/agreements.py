"""Agreements of the sites."""

import sqlite3
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from techdesk import clock
from techdesk.desk.agreements import MoveAgreement, RecordAgreement, state_of
from techdesk.desk.commands import Command
from techdesk.desk.priority import RANKS
from techdesk.models.queries.delivery import Delivery, deliveries, term_of

ORDER = ("active", "expiring", "draft", "ended", "renewed")
"""Which of a site's agreements counts, the first that there is."""


class AgreementLine(NamedTuple):
    """An agreement; `targets` are those of its own by column, `wish` is visits in weeks as the site wants them."""

    id: str
    site_id: str
    code: str
    site: str
    provider: str | None
    tier: str | None
    visits: int | None
    minutes: int | None
    included: str | None
    excluded: str | None
    price: float | None
    starts: str | None
    ends: str | None
    state: str
    targets: tuple[tuple[str, str], ...]
    wish: tuple[int, int] | None


def agreements(connection: sqlite3.Connection, today: str, site_id: str | None = None) -> list[AgreementLine]:
    """Agreements, those that end first at the top; of a site, or of all."""
    term = "1" if site_id is None else "a.site_id = ?"
    names = [f"target_{rank}" for rank in RANKS]
    rows = connection.execute(
        "SELECT a.id, a.site_id, coalesce(s.code, '?'), coalesce(s.name, '?'), a.provider, a.tier, a.visits, a.minutes,"
        " a.included, a.excluded, a.price, a.starts, a.ends, a.state, a.warn_days, w.visits, w.weeks,"
        f" {', '.join(f'a.{name}' for name in names)} FROM agreement a LEFT JOIN site s ON s.id = a.site_id"
        f" LEFT JOIN site_wish w ON w.site_id = a.site_id WHERE {term} ORDER BY coalesce(a.ends, '9999'), s.name, a.id",
        () if site_id is None else (site_id,),
    )
    found = []
    for row in rows:
        fields, (state, warn, wished, weeks), targets = row[:13], row[13:17], row[17:]
        own = tuple((name, str(said)) for name, said in zip(names, targets, strict=True) if said)
        now = state_of({"state": state, "ends": fields[12], "warn_days": warn}, today)
        wish = None if wished is None else (int(wished), int(weeks))
        found.append(AgreementLine._make((*fields, now, own, wish)))
    return found


class Bought(NamedTuple):
    """A site on the board: the agreement that counts (None without any), what the term of that day has seen of it (None for
    nothing), and all that it ever had."""

    site_id: str
    code: str
    site: str
    line: AgreementLine | None
    made: Delivery | None
    every: tuple[AgreementLine, ...]

    @property
    def state(self) -> str:
        """The state of the agreement, or none."""
        return self.line.state if self.line else "none"


class BoughtBoard(NamedTuple):
    """What the sites have bought; `first` and `last` are the days of the term."""

    rows: list[Bought]
    first: date
    last: date


def current(lines: Sequence[AgreementLine]) -> AgreementLine | None:
    """The agreement of a site that counts, or else the last one."""
    return min(lines, key=lambda line: ORDER.index(line.state), default=None)


def board(connection: sqlite3.Connection, filter: str, now: str) -> BoughtBoard:
    """The active sites that have all the words of a filter: those to think of first, those without anything last."""
    term = term_of(connection, clock.parse(now).date())
    made = {each.code: each for each in deliveries(connection, term, now)}
    lines: dict[str, list[AgreementLine]] = {}
    for line in agreements(connection, now):
        lines.setdefault(line.site_id, []).append(line)
    found = []
    for id, code, name in connection.execute(
        "SELECT id, code, name FROM site WHERE state = 'active' ORDER BY name, id"
    ):
        own = tuple(lines.get(id, ()))
        found.append(Bought(id, code, name, current(own), made.get(code), own))
    words = filter.casefold().split()
    found = [row for row in found if all(word in _words(row) for word in words)]
    rank = ("ended", "expiring", "draft", "active", "renewed", "none")
    return BoughtBoard(sorted(found, key=lambda row: rank.index(row.state)), term.first, term.last)


def _words(row: Bought) -> str:
    line = row.line
    said = (line.tier, line.provider) if line else ()
    return " ".join(filter(None, (row.code, row.site, row.state, *said))).casefold()


def renewal(old: AgreementLine, id: str, **said: Any) -> tuple[Command, ...]:
    """The commands that let another agreement follow one: what is not said (or None) stays as it was; it begins on the
    day after."""
    kept = {
        name: getattr(old, name) for name in ("provider", "tier", "included", "excluded", "visits", "minutes", "price")
    }
    given = {name: value for name, value in said.items() if value is not None}
    new: dict[str, Any] = {**kept, **dict(old.targets), "starts": day_after(old.ends), **given}
    return (
        MoveAgreement(agreement_id=old.id, state="renewed"),
        RecordAgreement(id=id, site_id=old.site_id, renews=old.id, **new),
        MoveAgreement(agreement_id=id, state="active"),
    )


def day_after(day: str | None) -> str | None:
    """The day after one, for what begins where another ends."""
    return None if day is None else (date.fromisoformat(day) + timedelta(days=1)).isoformat()
