"""Agreements of the sites."""

import sqlite3
from datetime import date, timedelta
from typing import NamedTuple

from techdesk.desk.agreements import state_of
from techdesk.desk.priority import RANKS


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


def day_after(day: str | None) -> str | None:
    """The day after one, for what begins where another ends."""
    return None if day is None else (date.fromisoformat(day) + timedelta(days=1)).isoformat()
