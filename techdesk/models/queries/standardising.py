"""What is asked of the fleet as a whole: which models stand where, which spares hang on them, how old the devices are."""

import sqlite3
from collections import Counter, defaultdict
from typing import NamedTuple

from techdesk.models.queries.failures import NOT_THERE


class Share(NamedTuple):
    """The devices of a site, or of all, by their models' standing. `models` are how many different ones it has."""

    site_id: str | None
    code: str | None
    name: str
    devices: int
    standard: int
    tolerated: int
    retiring: int
    models: int


class Held(NamedTuple):
    """A part with the models that it fits. `value` is what lies on shelves, `target` what all places should hold; both in the
    organisation's currency. `priced` is 0 for a part whose price nobody has said."""

    part_id: str
    sku: str
    name: str
    models: frozenset[str]
    on_hand: int
    value: float
    target: float
    priced: int


class Ageing(NamedTuple):
    """Devices that serve and are alike in what decides when they are replaced. Dates; `cost` is what such a one was bought
    for, on average."""

    model_id: str | None
    bought: str | None
    warranty_end: str | None
    devices: int
    cost: float | None


def shares(connection: sqlite3.Connection) -> list[Share]:
    """The share of standard models by site, the least first."""
    models = {
        id: (kept, standing) for id, kept, standing in connection.execute("SELECT id, kept_id, standing FROM model_of")
    }
    sites = {id: (code, name) for id, code, name in connection.execute("SELECT id, code, name FROM site")}
    by_site: dict[str | None, Counter[str]] = {}
    kinds: dict[str | None, set[str]] = {}
    for site, model, count in connection.execute(
        f"SELECT site_id, model_id, count(*) FROM device WHERE model_id IS NOT NULL AND state NOT IN {NOT_THERE}"
        " GROUP BY site_id, model_id"
    ):
        if model in models:
            kept, standing = models[model]
            by_site.setdefault(site, Counter())[standing] += count
            kinds.setdefault(site, set()).add(kept)
    found = [
        Share(site, *sites.get(site, (None, "no site")), held.total(), held["standard"], held["tolerated"], held["retiring"],
              len(kinds[site]))
        for site, held in by_site.items()
    ]  # fmt: skip
    return sorted(found, key=lambda each: (each.standard / each.devices, each.name))


def held(connection: sqlite3.Connection) -> list[Held]:
    """The parts that are said to fit some model, by SKU."""
    fits: dict[str, set[str]] = {}
    for part, model in connection.execute(
        "SELECT f.part_id, m.kept_id FROM part_fit f JOIN model_of m ON m.id = f.model_id"
    ):
        fits.setdefault(part, set()).add(model)
    rows = connection.execute(
        """
        SELECT p.id, p.sku, p.name, coalesce(b.pieces, 0), coalesce(b.pieces, 0) * coalesce(p.unit_cost, 0),
               coalesce(l.target, 0) * coalesce(p.unit_cost, 0), p.unit_cost IS NOT NULL
        FROM part p LEFT JOIN (SELECT part_id, sum(max(0, quantity)) AS pieces FROM stock_balance GROUP BY part_id) b
        ON b.part_id = p.id LEFT JOIN (SELECT part_id, sum(target) AS target FROM stock_level GROUP BY part_id) l
        ON l.part_id = p.id ORDER BY p.sku
        """
    )
    return [Held(*(*row[:3], frozenset(fits[row[0]]), *row[3:])) for row in rows if row[0] in fits]


def ageing(connection: sqlite3.Connection) -> list[Ageing]:
    """The devices that serve, grouped by model, purchase and warranty."""
    kept = dict(connection.execute("SELECT id, kept_id FROM model_of").fetchall())
    groups = defaultdict[tuple[str | None, str | None, str | None], list[float | None]](list)
    for model, bought, warranty, cost in connection.execute(
        f"SELECT model_id, bought, warranty_end, cost FROM device WHERE state NOT IN {NOT_THERE}"
    ):
        groups[kept.get(model), bought, warranty].append(cost)
    found = []
    for key, costs in groups.items():
        known = [cost for cost in costs if cost is not None]
        found.append(Ageing(*key, len(costs), sum(known) / len(known) if known else None))
    return found


def prices(connection: sqlite3.Connection) -> list[tuple[str | None, str, str | None, float]]:
    """(category, standing, bought, cost) of every device of which the price is known."""
    models = {
        id: (category, standing)
        for id, category, standing in connection.execute("SELECT id, category, standing FROM model_of")
    }
    rows = connection.execute("SELECT model_id, bought, cost FROM device WHERE cost > 0 AND model_id IS NOT NULL")
    return [(*models[model], bought, cost) for model, bought, cost in rows if model in models]
