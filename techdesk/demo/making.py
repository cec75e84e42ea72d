"""Makes a demo: writes the trust's months into a diary, then lives them through the desk's commands."""

from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import NamedTuple

from techdesk.clock import moment
from techdesk.demo import away, bought, cases, dispatched, kit, rounds, spares, today, trust
from techdesk.demo.days import TIMEZONE, at
from techdesk.demo.diary import Diary, Ids
from techdesk.demo.lives import Lives
from techdesk.demo.shapes import Part
from techdesk.desk.service_hours import zone
from techdesk.desk.views import SaveView
from techdesk.models.store import FIRST_NUMBER, Store

STORE = "techdesk.db"
# Days of history, and of how many tickets in a hundred have not ended.
DAYS, OPEN = 150, 17
VIEWS = {"On hold": "on_hold", "Mine, P2": "mine p:2"}


def make(home: Path, seed: int, sites: int, tickets: int, now: datetime) -> Path:
    """Fills a new store in the folder `home`, with `now` (aware) as its present moment, and returns the folder. The same
    seed, sizes and moment give the same rows; another moment of the same day moves only what happens on that day."""
    now = now.astimezone(zone(TIMEZONE))
    diary, desk = _write(seed, sites, tickets, now)
    with Store(home / STORE) as store:
        _introduce(store, seed, desk)
        diary.perform(store, now)
        _settle(store, at(now.date(), 0))
    return home


class Ground(NamedTuple):
    """What stands before anything happens: a diary that begins with it, the schools, and the spares."""

    diary: Diary
    desk: trust.Trust
    parts: list[Part]
    start: datetime


def lay_ground(seed: int, sites: int, now: datetime) -> Ground:
    """The trust as it was some months before `now` (by the schools' clocks)."""
    first = now.date() - timedelta(days=DAYS)
    while first.weekday() > 4:
        first += timedelta(days=1)
    diary, start = Diary(Ids(seed)), at(first, 7)
    desk = trust.found(diary, Random(f"{seed}:trust"), sites, start)
    models = kit.equip(diary, Random(f"{seed}:kit"), desk, start)
    names = {id: (each.number, each.kind) for each in models for id in filter(None, (each.id, each.spelled))}
    return Ground(diary, desk, spares.stock(diary, Random(f"{seed}:spares"), desk, names, start), start)


def _write(seed: int, sites: int, tickets: int, now: datetime) -> tuple[Diary, trust.Trust]:
    """The whole story."""
    diary, desk, parts, start = lay_ground(seed, sites, now)
    first = start.date()
    bought.agree(diary, Random(f"{seed}:bought"), desk, start, now.date())
    ledger = spares.Ledger(diary, desk)
    ledger.open(parts, start + timedelta(minutes=20))
    for name, line in VIEWS.items():
        diary.write(start, desk.me, SaveView(area="tickets", name=name, filter=line))
    visits = rounds.rotation(diary, Random(f"{seed}:rounds"), desk, first, now, today.window(now))
    there = min(tickets, today.waiting())
    lives = _lives(diary, seed, desk, parts, visits, (first, at(now.date(), 0)), tickets - there)
    bought.publish(diary, desk, visits, at(now.date(), 0))
    for each in sorted((visit for every in visits.values() for visit in every), key=lambda visit: visit.start):
        rounds.live(diary, Random(f"{seed}:{each.id}"), each, now)
    visit = today.Today(diary, desk, parts, now)
    visit.live(there)
    dispatched.accept(diary, desk, visits, visit.going, at(now.date(), 0))
    ledger.follow(Random(f"{seed}:ledger"), lives.uses, now)
    ledger.settle(parts, spares.eve_of(now.date()))
    away.live(diary, desk, now.date())
    return diary, desk


def _lives(
    diary: Diary, seed: int, desk: trust.Trust, parts: list[Part], visits: dict[str, list[rounds.Round]],
    span: tuple[date, datetime], number: int,
) -> Lives:  # fmt: skip
    """The tickets of the past months, up to the midnight before today: today's are those of the visit under way."""
    first, midnight = span
    yesterday = midnight.date() - timedelta(days=1)
    came = cases.cases(Random(f"{seed}:cases"), diary.ids, desk, parts, (first, yesterday), number)
    but = desk.places[0] if len(desk.places) > 1 else None
    cases.leave_open(Random(f"{seed}:open"), came, max(0, (number + 12) * OPEN // 100 - 9), but)
    lives = Lives(diary, Random(f"{seed}:lives"), desk, visits, midnight)
    lives.live_all(came)
    return lives


def _introduce(store: Store, seed: int, desk: trust.Trust) -> None:
    """Makes the laptop that of the demo's technician, in place of whom a new store takes its user for."""
    with store.transaction():
        for table in ("technician", "stock_location", "operation"):
            store.connection.execute(f"DELETE FROM {table}")
        laptop = Ids(-seed - 1).at(at(date(2026, 1, 5), 9))
        store.set_meta(laptop=laptop, laptop_name=desk.me.laptop, laptop_code="DEMA", technician=desk.me.id)


def _settle(store: Store, morning: datetime) -> None:
    """What was done before today has been sent, the rest waits; none of it is the user's own to take back; and the next
    ticket gets the next number. What others did is in nobody's name here: a server that the demo is tried with takes no work
    of a laptop that says to be another person's."""
    with store.transaction():
        run = store.connection.execute
        run("UPDATE operation SET actor = NULL WHERE actor <> ?", (store.meta("technician"),))
        run("UPDATE operation SET state = 'done' WHERE at < ?", (moment(morning),))
        store.set_meta(introduced=str(run("SELECT max(dseq) FROM operation").fetchone()[0]))
        known = run("SELECT count(*) FROM ticket").fetchone()[0]
        run("DELETE FROM number_block")
        run("INSERT INTO number_block VALUES (?, NULL)", (FIRST_NUMBER + known,))
