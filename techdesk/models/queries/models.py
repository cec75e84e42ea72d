"""Device models: how many of each there are, how often they fail, and which of them read as if they were one."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

from techdesk.errors import NotFound
from techdesk.models.queries.failures import INCIDENT, NOT_THERE, Watched, watched
from techdesk.models.queries.spellings import alike as reads_alike
from techdesk.models.queries.spellings import number_key, spelling

COUNTED = f"""
    SELECT model_id, sum(state NOT IN {NOT_THERE}) FROM device WHERE model_id IS NOT NULL GROUP BY model_id
"""


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
    how many), months from a year ago on; `recent` are its newest incidents as (id, ref, title, opened_at, open),
    `problems` those that are not ended as (ref, title, state, workaround)."""

    line: ModelLine
    spellings: list[str]
    sites: list[tuple[str | None, str, int]]
    symptoms: list[tuple[str, int]]
    months: list[tuple[str, int]]
    parts: list[FittingPart]
    recent: list[tuple[str, str, str, str, int]]
    problems: list[tuple[str, str, str, str | None]]


class Alike(NamedTuple):
    """Models that may be one: the one that the most devices have, and the others."""

    kept: Spelled
    others: list[Spelled]


def lines(connection: sqlite3.Connection, now: str | None, only: str | None = None) -> list[ModelLine]:
    """All models, those with the most devices first; or only that one. `now` is a moment; without one, failures are not
    counted, which takes most of the time."""
    counted = counts(connection)
    seen = counted if now is None else watched(connection, now, only)
    rows = connection.execute(
        f"""
        SELECT m.id, m.name, m.number, k.name, m.category, m.standing, m.update_expiry,
               (SELECT count(DISTINCT f.part_id) FROM part_fit f WHERE f.model_id = m.id OR f.model_id IN
                (SELECT o.id FROM device_model o WHERE o.merged_into = m.id)),
               (SELECT count(*) FROM device_model o WHERE o.merged_into = m.id)
        FROM device_model m LEFT JOIN manufacturer k ON k.id = m.manufacturer_id WHERE m.merged_into IS NULL
        {"" if only is None else "AND m.id = ?"}
        """,
        () if only is None else (only,),
    ).fetchall()
    of = sum(each.devices for each in counted.values())
    found = []
    for row in rows:
        each = seen.get(row[0], Watched())
        found.append(ModelLine(*(*row[:7], each.devices, of, each.failures, each.years, *row[7:])))
    return sorted(found, key=lambda line: (-line.devices, line.name.casefold(), line.id))


def counts(connection: sqlite3.Connection) -> dict[str, Watched]:
    """The devices of each model, by the model's id, without their failures."""
    kept = dict(connection.execute("SELECT id, kept_id FROM model_of").fetchall())
    found: dict[str, Watched] = {}
    for id, devices in connection.execute(COUNTED):
        found[kept.get(id, id)] = Watched(found.get(kept.get(id, id), Watched()).devices + devices)
    return found


def board(connection: sqlite3.Connection, filter: str, now: str, *, failures: bool = True) -> list[ModelLine]:
    """The models that a filter line lets through: a standing, `ended` (no more updates), `alike` (groups that read as one, in
    their order), `all` (also those that no device has or had), and words of name, maker, category and number. Without
    `failures` they are not counted, which takes most of the time."""
    words = filter.casefold().split()
    found = lines(connection, now if failures else None)
    if "alike" in words:
        by_id = {each.id: each for each in found}
        groups = alike(connection)
        found = [by_id[each.id] for group in groups for each in (group.kept, *group.others) if each.id in by_id]
    elif "all" not in words:
        found = [each for each in found if each.devices]
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


def line(connection: sqlite3.Connection, id: str, now: str) -> ModelLine:
    """One model. Raises NotFound."""
    found = lines(connection, now, id)
    if not found:
        raise NotFound("That model is not in this store: sync, or look with  techdesk model list.")
    return found[0]


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
    problems = connection.execute(
        f"SELECT ref, title, state, workaround FROM problem WHERE model_id IN ({marks})"
        " AND state NOT IN ('resolved', 'closed') ORDER BY opened_at, id",
        ids,
    )
    return ModelCard(
        line(connection, id, now), spellings(connection, id), sites.fetchall(), symptoms.fetchall(),
        [(month, int(counted.get(month, 0))) for month in _months(now)], fitting(connection, id), recent.fetchall(),
        problems.fetchall(),
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
