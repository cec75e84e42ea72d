"""How a route is drawn: a line of hours, a map in characters, its stops. Pure: rows in, text out."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, radians

from techdesk import clock
from techdesk.models.queries.day_view import RouteView, StopView
from techdesk.screens.browsing import Card
from techdesk.screens.visit_card import state_of

HERE = "Europe/London"
FROM, TO = 7, 18  # hours that a line of hours shows
MAP_ROWS = 8
MARKS = "123456789abcdefghijklmnopqrstuvwxyz"


def at(moment: str) -> str:
    """A moment as a time of day."""
    return f"{clock.local(moment, HERE):%H:%M}"


def hours(route: RouteView, width: int, ascii_only: bool) -> str:
    """A route's day from 7 to 18 o'clock in `width` cells: at a school, on the road, at home."""
    there, road, home = "#- " if ascii_only else "▓╌ "
    cells = [home] * width

    def paint(begin: str, end: str, sign: str) -> None:
        first, last = (_cell(each, width) for each in (begin, end))
        for cell in range(max(0, first), min(width, max(last, first + 1))):
            cells[cell] = sign

    paint(route.leaves, route.returns, road)
    for stop in route.stops:
        if stop.code is not None:
            paint(stop.starts, stop.ends, there)
    return "".join(cells)


def _cell(moment: str, width: int) -> int:
    when = clock.local(moment, HERE)
    return int((when.hour + when.minute / 60 - FROM) / (TO - FROM) * width)


def route_map(route: RouteView, width: int, height: int = MAP_ROWS) -> list[str]:
    """Where the stops lie, by their number, H is home and + the store; empty where fewer than two places are known."""
    marks = [(route.home, "H")] if route.home else []
    visits = 0
    for stop in route.stops:
        visits += stop.code is not None
        if stop.place is not None:
            marks.append((stop.place, MARKS[(visits - 1) % len(MARKS)] if stop.code else "+"))
    if len({spot for spot, _ in marks}) < 2 or width < 10:
        return []
    lats, lons = [spot[0] for spot, _ in marks], [spot[1] for spot, _ in marks]
    stretch = cos(radians(sum(lats) / len(lats)))
    tall, wide = max(lats) - min(lats), (max(lons) - min(lons)) * stretch
    scale = max(tall / max(1, height - 1), wide / max(1, width - 1) * 2) or 1.0  # a cell is twice as high as wide
    grid = [[" "] * width for _ in range(height)]
    for (lat, lon), mark in reversed(marks):
        row = min(height - 1, round((max(lats) - lat) / scale))
        column = min(width - 1, round((lon - min(lons)) * stretch / scale * 2))
        grid[row][column] = mark
    drawn = ["".join(row).rstrip() for row in grid]
    while drawn and not drawn[-1]:
        drawn.pop()
    return drawn


def tell_route(route: RouteView, card: Card, width: int, ascii_only: bool) -> None:
    """A whole route."""
    card.line((f"leaves {at(route.leaves)}", "bold"), (f"home {at(route.returns)}", "bold"),
              (f"{route.driving:.0f} min of driving", card.ink.muted))  # fmt: skip
    drawn = route_map(route, max(0, width - 4))
    for row in drawn:
        card.line((f"  {row}", card.ink.accent))
    visits = 0
    for stop in route.stops:
        visits += stop.code is not None
        mark = MARKS[(visits - 1) % len(MARKS)] if stop.code else "+"
        card.line(
            (mark, card.ink.accent),
            (at(stop.starts), "bold"),
            (stop.site, ""),
            (_said(stop, ascii_only), card.ink.muted),
        )


def tell_stop(stop: StopView, card: Card, ascii_only: bool) -> None:
    """One stop: how one gets there, what is to be done, what to take."""
    card.line((f"{stop.driving:.0f} min on the road", ""), (f"there {at(stop.arrives)}", ""),
              (f"until {at(stop.ends)}", card.ink.muted), (_said(stop, ascii_only), card.ink.muted))  # fmt: skip
    if stop.take:
        card.line(("take", card.ink.muted), (stop.take, "bold"))
    for _, ref, title, priority in stop.tickets:
        card.line((ref, "bold"), (f"P{priority}", card.ink.late if priority < 3 else ""), (title, ""))
    if stop.code is not None and not stop.tickets:
        card.line(("No open ticket is on its list.", card.ink.muted))


def _said(stop: StopView, ascii_only: bool) -> str:
    if stop.code is None:
        return f"take {stop.take}" if stop.take else ""
    state = " ".join(state_of(stop.state, ascii_only)) if stop.state else ""
    return state or many(stop.tickets, "ticket")


def many(things: Sequence[object], name: str) -> str:
    """`2 tickets`."""
    return f"{len(things)} {name}{'' if len(things) == 1 else 's'}"
