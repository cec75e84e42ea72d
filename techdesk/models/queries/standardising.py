"""What is asked of the fleet as a whole: which models stand where, which spares hang on them, how old the devices are."""

import sqlite3
from typing import NamedTuple

from techdesk.models.queries.models import NOT_THERE


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
    rows = connection.execute(
        f"""
        SELECT d.site_id, s.code, coalesce(s.name, 'no site'), sum(d.devices), sum((m.standing = 'standard') * d.devices),
               sum((m.standing = 'tolerated') * d.devices), sum((m.standing = 'retiring') * d.devices),
               count(DISTINCT m.kept_id)
        FROM (SELECT site_id, model_id, count(*) AS devices FROM device
              WHERE model_id IS NOT NULL AND state NOT IN {NOT_THERE} GROUP BY site_id, model_id) d
        JOIN model_of m ON m.id = d.model_id LEFT JOIN site s ON s.id = d.site_id GROUP BY d.site_id
        """
    )
    return sorted((Share(*row) for row in rows), key=lambda each: (each.standard / each.devices, each.name))


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
    rows = connection.execute(
        f"""
        SELECT m.kept_id, d.bought, d.warranty_end, count(*), avg(d.cost) FROM device d
        LEFT JOIN model_of m ON m.id = d.model_id WHERE d.state NOT IN {NOT_THERE}
        GROUP BY m.kept_id, d.bought, d.warranty_end
        """
    )
    return [Ageing(*row) for row in rows]


def prices(connection: sqlite3.Connection) -> list[tuple[str | None, str, str | None, float]]:
    """(category, standing, bought, cost) of every purchase of which the price is known; purchases alike count once."""
    return connection.execute(
        "SELECT DISTINCT m.category, m.standing, d.bought, d.cost FROM device d JOIN model_of m ON m.id = d.model_id"
        " WHERE d.cost > 0"
    ).fetchall()
