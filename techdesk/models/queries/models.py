"""Device models: how many of each there are, how often they fail, and which of them read as if they were one."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

from techdesk.errors import NotFound
from techdesk.models.queries.spellings import alike as reads_alike
from techdesk.models.queries.spellings import number_key, spelling

GONE = ("retired", "disposed", "lost")
"""States in which a device serves no more."""
NOT_THERE = (*GONE, "ordered")
# The words of the index that failures are counted from.
INCIDENT = "t.device_id IS NOT NULL AND t.kind = 'incident' AND t.state <> 'cancelled'"
# The desk knows of faults since its first one on a device, so no device counts as watched before. A device counts from
# its purchase, or else from when it was first heard of, until it is retired, disposed of or lost.
BEGAN = f"""
    SELECT min(at) FROM (SELECT min(t.opened_at) AS at FROM ticket t WHERE {INCIDENT}
                         UNION ALL SELECT min(opened_at) FROM repair)
"""
START = f"""max(:began, coalesce(d.bought, min(d.created_at, coalesce(
    (SELECT min(t.opened_at) FROM ticket t WHERE t.device_id = d.id AND {INCIDENT}), '9'))))"""
SERVING = f"""
    SELECT d.model_id, sum(d.state NOT IN {NOT_THERE}),
           total(iif(d.bought < :began, julianday(:now) - julianday(:began), julianday(:now) - julianday({START})))
    FROM device d WHERE d.model_id IS NOT NULL AND d.state <> 'ordered' GROUP BY d.model_id
"""
# What is counted too much there: the time since a device is gone.
SINCE_GONE = f"""
    SELECT d.model_id, total(julianday(:now) - julianday(max({START}, coalesce(d.disposed_on,
           (SELECT max(e.at) FROM device_event e WHERE e.device_id = d.id), d.updated_at))))
    FROM device d WHERE d.id IN (SELECT id FROM device INDEXED BY laptop_device_model
                                 WHERE model_id IS NOT NULL AND state IN {GONE}) GROUP BY +d.model_id
"""
INCIDENTS = f"""
    SELECT d.model_id, count(*) FROM device d CROSS JOIN ticket t ON t.device_id = d.id
    WHERE {INCIDENT} AND d.model_id IS NOT NULL GROUP BY d.model_id
"""
# An incident that was sent to a supplier is one failure, and so is a repair without one.
REPAIRS = """
    SELECT d.model_id, count(*) FROM repair r JOIN device d ON d.id = r.device_id WHERE d.model_id IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM ticket t WHERE t.id = r.ticket_id AND t.kind = 'incident') GROUP BY d.model_id
"""


class Watched(NamedTuple):
    """Devices of a model that serve or may serve, what was noted of failures, and in how many years of devices."""

    devices: int = 0
    failures: int = 0
    years: float = 0.0


class ModelLine(NamedTuple):
    """A device model. `devices` are those that serve or may serve, of `of` in all; `failures` were noted in so many `years`
    of devices; `parts` fit it; `spellings` are one with it."""

    id: str
    name: str
    number: str | None
    manufacturer: str | None
    category: str | None
    standing: str
    update_expiry: str | None
    devices: int
    of: int
    failures: int
    years: float
    parts: int
    spellings: int


class Spelled(NamedTuple):
    """A model in a list of those that may be one, and why."""

    id: str
    name: str
    number: str | None
    manufacturer: str | None
    devices: int
    standing: str
    why: str


class FittingPart(NamedTuple):
    """A part that fits a model. `only`: 1 when it fits no other; `held` is what all places should hold of it."""

    id: str
    sku: str
    name: str
    unit_cost: float | None
    on_hand: int
    held: int
    only: int


class ModelCard(NamedTuple):
    """Everything about a model. `sites` as (code, name, devices), `symptoms` and `months` of its failures as (what or when,
    how many), months from a year ago on; `recent` are its newest incidents as (id, ref, title, opened_at, open)."""

    line: ModelLine
    spellings: list[str]
    sites: list[tuple[str | None, str, int]]
    symptoms: list[tuple[str, int]]
    months: list[tuple[str, int]]
    parts: list[FittingPart]
    recent: list[tuple[str, str, str, str, int]]


class Alike(NamedTuple):
    """Models that may be one: the one that the most devices have, and the others."""

    kept: Spelled
    others: list[Spelled]


def lines(connection: sqlite3.Connection, now: str) -> list[ModelLine]:
    """All models, those with the most devices first. `now` is a moment."""
    seen = watched(connection, now)
    rows = connection.execute(
        """
        SELECT m.id, m.name, m.number, k.name, m.category, m.standing, m.update_expiry,
               (SELECT count(DISTINCT f.part_id) FROM part_fit f WHERE f.model_id = m.id OR f.model_id IN
                (SELECT o.id FROM device_model o WHERE o.merged_into = m.id)),
               (SELECT count(*) FROM device_model o WHERE o.merged_into = m.id)
        FROM device_model m LEFT JOIN manufacturer k ON k.id = m.manufacturer_id WHERE m.merged_into IS NULL
        """
    ).fetchall()
    of = sum(each.devices for each in seen.values())
    found = []
    for row in rows:
        each = seen.get(row[0], Watched())
        found.append(ModelLine(*(*row[:7], each.devices, of, each.failures, each.years, *row[7:])))
    return sorted(found, key=lambda line: (-line.devices, line.name.casefold(), line.id))


def board(connection: sqlite3.Connection, filter: str, now: str) -> list[ModelLine]:
    """The models that a filter line lets through: a standing, `ended` (no more updates), `alike` (groups that read as one, in
    their order), `all` (also those that no device has), and words of name, maker, category and number."""
    words = filter.casefold().split()
    found = lines(connection, now)
    if "alike" in words:
        by_id = {each.id: each for each in found}
        groups = alike(connection)
        found = [by_id[each.id] for group in groups for each in (group.kept, *group.others) if each.id in by_id]
    elif "all" not in words:
        found = [each for each in found if each.devices or each.failures]
    for word in words:
        if word in ("standard", "tolerated", "retiring"):
            found = [each for each in found if each.standing == word]
        elif word == "ended":
            found = [each for each in found if each.update_expiry and each.update_expiry < now[:10]]
        elif word not in ("alike", "all"):
            found = [each for each in found if word in _words(each)]
    return found


def _words(line: ModelLine) -> str:
    return " ".join(filter(None, (line.name, line.manufacturer, line.category, line.number))).casefold()


def watched(connection: sqlite3.Connection, now: str) -> dict[str, Watched]:
    """What is known of the devices of each model, by the model's id."""
    given = {"now": now, "began": connection.execute(BEGAN).fetchone()[0] or now}
    kept = dict(connection.execute("SELECT id, kept_id FROM model_of").fetchall())
    found: dict[str, Watched] = {}

    def add(id: str, devices: int = 0, failures: int = 0, days: float = 0.0) -> None:
        had = found.get(kept.get(id, id), Watched())
        found[kept.get(id, id)] = Watched(had.devices + devices, had.failures + failures, had.years + days / 365.25)

    for id, devices, days in connection.execute(SERVING, given):
        add(id, devices=devices, days=days)
    for id, days in connection.execute(SINCE_GONE, given):
        add(id, days=-days)
    for sql in (INCIDENTS, REPAIRS):
        for id, failures in connection.execute(sql):
            add(id, failures=failures)
    return found


def line(connection: sqlite3.Connection, id: str, now: str) -> ModelLine:
    """One model. Raises NotFound."""
    found = next((each for each in lines(connection, now) if each.id == id), None)
    if found is None:
        raise NotFound("That model is not in this store: sync, or look with  techdesk model list.")
    return found


def card(connection: sqlite3.Connection, id: str, now: str) -> ModelCard:
    """Everything about a model. Raises NotFound."""
    rows = connection.execute("SELECT id FROM model_of WHERE kept_id = ?", (id,)).fetchall()
    ids = [str(row[0]) for row in rows]
    marks = ", ".join("?" * len(ids))
    sites = connection.execute(
        f"SELECT s.code, coalesce(s.name, 'no site'), count(*) AS devices FROM device d LEFT JOIN site s ON s.id = d.site_id"
        f" WHERE d.model_id IN ({marks}) AND d.state NOT IN {NOT_THERE} GROUP BY d.site_id ORDER BY devices DESC, s.name",
        ids,
    )
    incidents = f"FROM device d CROSS JOIN ticket t ON t.device_id = d.id WHERE d.model_id IN ({marks}) AND {INCIDENT}"
    symptoms = connection.execute(
        f"SELECT coalesce(t.symptom, t.category, 'not said'), count(*) AS many {incidents} GROUP BY 1"
        " ORDER BY many DESC, 1 LIMIT 8",
        ids,
    )
    counted = dict(
        connection.execute(
            f"SELECT substr(t.opened_at, 1, 7), count(*) {incidents} AND t.opened_at >= ? GROUP BY 1",
            [*ids, _months(now)[0]],
        ).fetchall()
    )
    recent = connection.execute(
        f"SELECT t.id, t.ref, t.title, t.opened_at, t.open {incidents} ORDER BY t.opened_at DESC, t.id LIMIT 8", ids
    )
    return ModelCard(
        line(connection, id, now), spellings(connection, id), sites.fetchall(), symptoms.fetchall(),
        [(month, int(counted.get(month, 0))) for month in _months(now)], fitting(connection, id), recent.fetchall(),
    )  # fmt: skip


def fitting(connection: sqlite3.Connection, id: str) -> list[FittingPart]:
    """The parts that fit a model, those that fit it alone first."""
    rows = connection.execute(
        """
        SELECT p.id, p.sku, p.name, p.unit_cost,
               coalesce((SELECT sum(max(0, b.quantity)) FROM stock_balance b WHERE b.part_id = p.id), 0),
               coalesce((SELECT sum(l.target) FROM stock_level l WHERE l.part_id = p.id), 0),
               (SELECT count(DISTINCT o.kept_id) FROM part_fit g JOIN model_of o ON o.id = g.model_id
                WHERE g.part_id = p.id) = 1 AS only
        FROM part p WHERE p.id IN (SELECT f.part_id FROM part_fit f JOIN model_of m ON m.id = f.model_id WHERE m.kept_id = ?)
        ORDER BY only DESC, p.sku
        """,
        (id,),
    )
    return [FittingPart(*row) for row in rows]


def _months(now: str) -> list[str]:
    """The months of the last year, `2026-11` the last of twelve."""
    last = int(now[:4]) * 12 + int(now[5:7]) - 1
    return [f"{number // 12}-{number % 12 + 1:02}" for number in range(last - 11, last + 1)]


def spellings(connection: sqlite3.Connection, id: str) -> list[str]:
    """The other spellings of a model."""
    rows = connection.execute("SELECT DISTINCT name FROM device_model WHERE merged_into = ? ORDER BY name", (id,))
    return [str(name) for (name,) in rows]


def alike(connection: sqlite3.Connection) -> list[Alike]:
    """Models that read as if they were one, the largest groups first. Those that somebody told apart are not named."""
    rows = connection.execute(
        f"""
        SELECT m.id, m.name, m.number, k.name, (SELECT count(*) FROM model_of o JOIN device d ON d.model_id = o.id
               WHERE o.kept_id = m.id AND d.state NOT IN {NOT_THERE}), m.standing, ''
        FROM device_model m LEFT JOIN manufacturer k ON k.id = m.manufacturer_id WHERE m.merged_into IS NULL
        """
    ).fetchall()
    models = {row[0]: Spelled(*row) for row in rows}
    apart = set(connection.execute("SELECT model_id, other_id FROM model_apart"))
    groups: dict[str, set[str]] = {id: {id} for id in models}
    why: dict[str, str] = {}
    for one, other, words in _pairs(list(models.values())):
        if (min(one, other), max(one, other)) in apart:
            continue
        why.setdefault(one, words)
        why.setdefault(other, words)
        if groups[one] is not groups[other]:
            groups[one] |= groups[other]
            for each in groups[other]:
                groups[each] = groups[one]
    several = {id(group): group for group in groups.values() if len(group) > 1}
    found = []
    for group in several.values():
        kept, *others = sorted((models[id]._replace(why=why[id]) for id in group), key=_first)
        found.append(Alike(kept, others))
    return sorted(found, key=lambda each: (-len(each.others), each.kept.name.casefold(), each.kept.id))


def _first(model: Spelled) -> tuple[int, bool, bool, str, str]:
    """Most devices, then the standard one, then the one with a maker."""
    return (-model.devices, model.standing != "standard", model.manufacturer is None, model.name.casefold(), model.id)


def _pairs(models: list[Spelled]) -> Iterator[tuple[str, str, str]]:
    """Two ids each that may be one model, with why. Only names with the same figures are compared."""
    by_figures: dict[tuple[str, ...], list[Spelled]] = defaultdict(list)
    by_number: dict[str, list[Spelled]] = defaultdict(list)
    for model in models:
        by_figures[spelling(model.name, model.manufacturer).figures].append(model)
        for key in {number_key(model.number), number_key(model.name)} - {""}:
            by_number[key].append(model)
    for same in by_number.values():
        for one, other in combinations(same, 2):
            yield one.id, other.id, "the same model number"
    for same in by_figures.values():
        for one, other in combinations(same, 2):
            words = reads_alike(spelling(one.name, one.manufacturer), spelling(other.name, other.manufacturer))
            if words:
                yield one.id, other.id, words
