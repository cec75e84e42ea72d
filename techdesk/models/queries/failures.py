"""How often models fail: incidents and repairs of their devices, in the years of devices in which they were watched."""

import sqlite3
from typing import NamedTuple

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
    FROM device d WHERE d.{{which}} AND d.state <> 'ordered' GROUP BY d.model_id
"""
# What is counted too much there: the time since a device is gone.
SINCE_GONE = f"""
    SELECT d.model_id, total(julianday(:now) - julianday(max({START}, coalesce(d.disposed_on,
           (SELECT max(e.at) FROM device_event e WHERE e.device_id = d.id), d.updated_at))))
    FROM device d WHERE d.id IN (SELECT id FROM device INDEXED BY laptop_device_model
                                 WHERE {{which}} AND state IN {GONE}) GROUP BY +d.model_id
"""
INCIDENTS = f"""
    SELECT d.model_id, count(*) FROM device d CROSS JOIN ticket t ON t.device_id = d.id
    WHERE {INCIDENT} AND d.{{which}} GROUP BY d.model_id
"""
# An incident that was sent to a supplier is one failure, and so is a repair without one.
REPAIRS = """
    SELECT d.model_id, count(*) FROM repair r JOIN device d ON d.id = r.device_id WHERE d.{which}
    AND NOT EXISTS (SELECT 1 FROM ticket t WHERE t.id = r.ticket_id AND t.kind = 'incident') GROUP BY d.model_id
"""


class Watched(NamedTuple):
    """Devices of a model that serve or may serve, what was noted of failures, and in how many years of devices."""

    devices: int = 0
    failures: int = 0
    years: float = 0.0


def watched(connection: sqlite3.Connection, now: str, only: str | None = None) -> dict[str, Watched]:
    """What is known of the devices of each model, by the model's id; `only` is the id of one of them. `now` is a moment."""
    given = {"now": now, "only": only, "began": connection.execute(BEGAN).fetchone()[0] or now}
    which = "model_id IS NOT NULL" if only is None else "model_id IN (SELECT id FROM model_of WHERE kept_id = :only)"
    kept = dict(connection.execute("SELECT id, kept_id FROM model_of").fetchall())
    found: dict[str, Watched] = {}

    def add(id: str, devices: int = 0, failures: int = 0, days: float = 0.0) -> None:
        had = found.get(kept.get(id, id), Watched())
        found[kept.get(id, id)] = Watched(had.devices + devices, had.failures + failures, had.years + days / 365.25)

    for id, devices, days in connection.execute(SERVING.format(which=which), given):
        add(id, devices=devices, days=days)
    for id, days in connection.execute(SINCE_GONE.format(which=which), given):
        add(id, days=-days)
    for sql in (INCIDENTS, REPAIRS):
        for id, failures in connection.execute(sql.format(which=which), given):
            add(id, failures=failures)
    return found
