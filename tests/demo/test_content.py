"""The demo is a trust that could be: of the promised size, with a past that the desk's rules allow, and a visit under way."""

import sqlite3
from collections import Counter, defaultdict
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from techdesk import clock, demo
from techdesk.desk import story
from techdesk.models.queries import dispatching, packing, visits
from techdesk.models.store import Store

NOW = "2026-11-23T09:40:00.000Z"


def rows(store: Store, statement: str) -> list[tuple[object, ...]]:
    return store.connection.execute(statement).fetchall()


def count(store: Store, what: str) -> int:
    return int(store.connection.execute(f"SELECT count(*) FROM {what}").fetchone()[0])


def contents(home: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every table of a store, row by row."""
    connection = sqlite3.connect(home / "techdesk.db")
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    found = {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in tables if "search" not in name}
    connection.close()
    return found


def test_same_seed_gives_the_same_rows(tmp_path: Path) -> None:
    now = datetime(2026, 3, 4, 11, 5, tzinfo=UTC)
    first, second = (demo.make(tmp_path / name, 11, 4, 60, now) for name in ("first", "second"))

    assert contents(first) == contents(second)


def test_another_seed_gives_another_trust(tmp_path: Path) -> None:
    now = datetime(2026, 3, 4, 11, 5, tzinfo=UTC)
    first, second = (demo.make(tmp_path / str(seed), seed, 4, 60, now) for seed in (1, 2))

    assert contents(first)["ticket"] != contents(second)["ticket"]


def test_what_is_past_does_not_hang_on_the_hour(tmp_path: Path) -> None:
    stories = []
    for hour in (9, 15):
        home = demo.make(tmp_path / str(hour), 5, 4, 60, datetime(2026, 3, 4, hour, tzinfo=UTC))
        stories.append({row[1:] for row in contents(home)["ticket_event"] if "2026-03-04" not in str(row)})

    assert stories[0] == stories[1]


def test_sizes_are_those_asked_for(trust: Store) -> None:
    found = {name: count(trust, name) for name in ("site", "technician", "ticket", "device", "device_model")}

    assert found == {"site": 14, "technician": 3, "ticket": 400, "device": 600, "device_model": 28}
    assert count(trust, "part") >= 30
    assert count(trust, "stock_location") == 4


def test_every_school_has_rooms_people_and_devices(trust: Store) -> None:
    bare = """SELECT name FROM site s WHERE entry_notes IS NULL OR latitude IS NULL
        OR (SELECT count(*) FROM room WHERE site_id = s.id) < 8
        OR (SELECT count(*) FROM contact WHERE site_id = s.id AND may_sign = 1) = 0
        OR (SELECT count(*) FROM device WHERE site_id = s.id) < 15"""

    assert rows(trust, bare) == []


def test_tags_and_serials_are_told_apart(trust: Store) -> None:
    assert rows(trust, "SELECT tag FROM device GROUP BY tag HAVING count(*) > 1") == []
    assert rows(trust, "SELECT serial FROM device GROUP BY serial HAVING count(*) > 1") == []


def test_tickets_differ_in_their_words(trust: Store) -> None:
    assert count(trust, "(SELECT DISTINCT title FROM ticket)") > 300


def test_no_form_is_left_unfilled(trust: Store) -> None:
    texts = rows(trust, "SELECT text || coalesce(resolution, '') FROM ticket UNION ALL SELECT coalesce(note, '')"
                        " FROM ticket_event UNION ALL SELECT coalesce(summary, '') FROM visit")  # fmt: skip

    assert [text for (text,) in texts if "{" in str(text) or "}" in str(text)] == []


def test_today_is_dispatched_and_everybody_goes_where_their_visits_are(trust: Store) -> None:
    routes = dispatching.accepted(trust.connection, date(2026, 11, 23))
    planned = rows(trust, "SELECT technician_id, id FROM visit WHERE planned_start LIKE '2026-11-23%'"
                          " AND state NOT IN ('cancelled', 'missed')")  # fmt: skip

    assert {(route.technician_id, stop.visit_id) for route in routes for stop in route.stops} == set(planned)
    assert len(routes) == 3 and all(0 < route.driving < 120 for route in routes)
    assert all(route.leaves < stop.arrives <= stop.starts < route.returns for route in routes for stop in route.stops)


def test_like_faults_are_found_again(trust: Store) -> None:
    found = rows(trust, "SELECT count(*) FROM ticket_search WHERE ticket_search MATCH 'charg*'")

    assert int(str(found[0][0])) >= 5


def test_about_seventy_are_open_in_every_state_and_priority(trust: Store) -> None:
    states = dict(rows(trust, "SELECT state, count(*) FROM ticket WHERE open = 1 GROUP BY state"))

    assert 55 <= sum(int(str(number)) for number in states.values()) <= 90
    assert states.keys() == {"new", "triaged", "assigned", "in_progress", "on_hold", "reopened"}
    assert [rank for (rank,) in rows(trust, "SELECT DISTINCT priority FROM ticket WHERE open = 1 ORDER BY 1")] == [
        1, 2, 3, 4, 5
    ]  # fmt: skip


def test_every_reason_to_hold_is_there(trust: Store) -> None:
    reasons = rows(trust, "SELECT DISTINCT hold_reason FROM ticket WHERE state = 'on_hold'")

    assert {reason for (reason,) in reasons} == set(story.HOLD_REASONS)


@pytest.mark.parametrize("mode", ["on_site", "remote", "travel", "waiting"])
def test_minutes_of_every_mode_are_kept(trust: Store, mode: str) -> None:
    assert count(trust, f"worklog WHERE mode = '{mode}' AND minutes > 0") > 10


def test_every_history_is_a_way_that_the_desk_allows(trust: Store) -> None:
    told: dict[object, list[tuple[object, ...]]] = defaultdict(list)
    for id, act, state in rows(trust, "SELECT ticket_id, act, state FROM ticket_event ORDER BY at, n"):
        told[id].append((act, state))
    wrong = []
    for id, lines in told.items():
        before = None
        for act, state in lines:
            if act in story.ALLOWED and before not in story.ALLOWED[str(act)]:
                wrong.append((id, act, before))
            if act == "note" and state != before:
                wrong.append((id, act, before))
            before = state
        if lines[0][0] != "log" or rows(trust, f"SELECT state FROM ticket WHERE id = '{id}'") != [(before,)]:
            wrong.append((id, "ends", before))

    assert wrong == []
    assert len(told) == 400


def test_what_is_closed_says_how(trust: Store) -> None:
    assert count(trust, "ticket WHERE state = 'closed' AND (resolution IS NULL OR cause IS NULL)") == 0
    assert count(trust, "ticket WHERE closed_at < opened_at OR responded_at < opened_at") == 0


def test_parts_come_from_somewhere(trust: Store) -> None:
    held: Counter[tuple[object, object]] = Counter()
    for part, quantity, source, target in rows(trust, "SELECT part_id, quantity, from_id, to_id FROM stock_movement"):
        held[part, source] -= int(str(quantity))
        held[part, target] += int(str(quantity))
    short = [key for key, balance in held.items() if balance < 0 and key[1] is not None]

    assert len(short) == 1, "the one van that was fitted from without the books"


def test_some_vans_hold_less_than_they_should(trust: Store) -> None:
    low = """SELECT 1 FROM stock_level v WHERE minimum > (
        SELECT coalesce(sum(CASE WHEN to_id = v.location_id THEN quantity ELSE -quantity END), 0) FROM stock_movement m
        WHERE m.part_id = v.part_id AND v.location_id IN (m.from_id, m.to_id))"""

    assert len(rows(trust, low)) >= 3


def test_parts_used_fit_the_device(trust: Store) -> None:
    misfits = """SELECT t.ref FROM stock_movement m JOIN ticket t ON t.id = m.ticket_id JOIN device d ON d.id = t.device_id
        WHERE NOT EXISTS (SELECT 1 FROM part_fit f WHERE f.part_id = m.part_id AND f.model_id = d.model_id)"""

    assert rows(trust, misfits) == []


def test_past_visits_fall_on_weekdays_and_do_not_overlap(trust: Store) -> None:
    lines = rows(trust, f"SELECT technician_id, planned_start, planned_end FROM visit WHERE planned_start < '{NOW}'"
                        " AND state <> 'cancelled' ORDER BY 1, 2")  # fmt: skip

    assert [line for line in lines if clock.parse(str(line[1])).weekday() > 4] == []
    assert [two for one, two in pairwise(lines) if one[0] == two[0] and str(two[1]) < str(one[2])] == []


def test_visits_lie_behind_and_ahead(trust: Store) -> None:
    states = dict(rows(trust, "SELECT state, count(*) FROM visit GROUP BY state"))

    assert int(str(states["signed"])) > 60
    assert int(str(states["planned"])) > 8
    assert {state for (state,) in rows(trust, "SELECT DISTINCT state FROM visit_task")} >= {"done", "carried", "todo"}


def test_nothing_has_happened_after_now(trust: Store) -> None:
    for table, column in (("ticket_event", "at"), ("worklog", "created_at"), ("stock_movement", "at")):
        assert count(trust, f"{table} WHERE {column} > '{NOW}'") == 0


def test_a_visit_is_under_way(trust: Store) -> None:
    line = visits.under_way(trust.connection, trust.meta("technician"))
    assert line is not None
    tasks = visits.tasks(trust.connection, line.id)
    states = Counter(task.state for task in tasks)

    assert 100 <= visits.minutes_left(line, NOW) <= 120
    assert states["done"] >= 2
    assert states["doing"] == 1
    assert len({task.room for task in tasks if task.state == "todo"}) >= 5
    assert len(visits.running(trust.connection, trust.meta("technician"))) == 1
    assert [part.sku for part in packing.pick(trust.connection, line.id, trust.meta("technician"))
            if part.in_van < part.needed]  # fmt: skip


@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 11, 22, 3, 12, tzinfo=UTC),
        datetime(2026, 8, 15, 22, 30, tzinfo=UTC),
        datetime(2026, 1, 1, 0, 0, tzinfo=UTC),
        datetime(2026, 3, 29, 1, 20, tzinfo=UTC),
    ],
)
def test_a_visit_is_under_way_at_any_hour(tmp_path: Path, now: datetime) -> None:
    home = demo.make(tmp_path, 2, 3, 30, now)

    with Store(home / "techdesk.db") as store:
        line = visits.under_way(store.connection, store.meta("technician"))
        assert line is not None
        today = visits.on_day(store.connection, clock.local(clock.moment(now), "Europe/London").date())
        assert line.id in [each.id for each in today]
        assert visits.minutes_left(line, clock.moment(now)) > 90
        assert count(store, "ticket") == 30


@pytest.mark.parametrize(("sites", "tickets"), [(1, 1), (2, 12), (40, 25)])
def test_odd_sizes_can_be_made(tmp_path: Path, sites: int, tickets: int) -> None:
    home = demo.make(tmp_path, 1, sites, tickets, datetime(2026, 11, 23, 9, 40, tzinfo=UTC))

    with Store(home / "techdesk.db") as store:
        assert (count(store, "site"), count(store, "ticket")) == (sites, tickets)
