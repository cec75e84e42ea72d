"""What a person may go to by typing a few letters: tickets, devices, articles, known errors, sites and saved views."""

import sqlite3
from typing import NamedTuple

from techdesk.models.queries.search import find_articles, find_devices, find_tickets

TICKETS, DEVICES, OTHERS = 8, 5, 4
SHORTEST_NOUN, MOST_ARTICLES = 3, 50


class Place(NamedTuple):
    """Somewhere to go: `kind` is ticket, device, article, problem, change, site or view; `value` its id, for a site its code,
    for a view its filter."""

    kind: str
    value: str
    text: str
    note: str


def anything(connection: sqlite3.Connection, text: str) -> list[Place]:
    """What fits the text: first what is called just so (a scanned tag, a ticket's number), then what holds its words."""
    if not text:
        return _views(connection, "")
    found = [*_exactly(connection, text), *_tickets(connection, text), *_devices(connection, text)]
    found += [*_articles(connection, text), *_problems(connection, text)]
    found += [*_sites(connection, text), *_views(connection, text)]
    return list({(place.kind, place.value): place for place in reversed(found)}.values())[::-1]


def _exactly(connection: sqlite3.Connection, text: str) -> list[Place]:
    devices = connection.execute(
        "SELECT d.id, coalesce(d.tag, d.serial), coalesce(m.name, d.name, ''), s.name FROM device d"
        " LEFT JOIN model_of m ON m.id = d.model_id LEFT JOIN site s ON s.id = d.site_id"
        " WHERE d.tag IN (?, ?) OR d.serial IN (?, ?) LIMIT 3",
        (text, text.upper(), text, text.upper()),
    )
    places = [Place("device", id, f"{tag}  {model}", site or "device") for id, tag, model, site in devices]
    tickets = connection.execute(
        "SELECT id, ref, title, state FROM ticket WHERE ref >= ? AND ref < ? ORDER BY ref LIMIT 3",
        (text.upper(), text.upper() + "\uffff"),
    )
    return places + [
        Place("ticket", id, f"{ref}  {title}", state.replace("_", " ")) for id, ref, title, state in tickets
    ]


def _tickets(connection: sqlite3.Connection, text: str) -> list[Place]:
    return [
        Place("ticket", hit.id, f"{hit.ref}  {hit.title}", hit.state.replace("_", " "))
        for hit in find_tickets(connection, text, TICKETS)
    ]


def _devices(connection: sqlite3.Connection, text: str) -> list[Place]:
    return [
        Place("device", hit.id, f"{hit.ref}  {hit.title}", hit.where or "device")
        for hit in find_devices(connection, text, DEVICES)
    ]


def _articles(connection: sqlite3.Connection, text: str) -> list[Place]:
    """Those that hold its words; all, when the text is the beginning of `articles`."""
    if len(text) >= SHORTEST_NOUN and "articles".startswith(text.casefold()):
        found = connection.execute("SELECT id, title, state FROM article ORDER BY title, id LIMIT ?", (MOST_ARTICLES,))
        rows = [(str(id), str(title), str(state)) for id, title, state in found]
    else:
        rows = [(hit.id, hit.title, hit.state) for hit in find_articles(connection, text, OTHERS)]
    return [
        Place("article", id, title, "article" if state == "shared" else "article, a draft") for id, title, state in rows
    ]


def _problems(connection: sqlite3.Connection, text: str) -> list[Place]:
    """Problems and changes by their number, or by what they are called."""
    start = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    found = []
    for kind in ("problem", "change"):
        rows = connection.execute(
            f"SELECT id, ref, title, state FROM \"{kind}\" WHERE ref LIKE ? ESCAPE '\\' OR title LIKE ? ESCAPE '\\'"
            " OR title LIKE ? ESCAPE '\\' ORDER BY opened_at DESC, id LIMIT ?",
            (start + "%", start + "%", f"% {start}%", OTHERS),
        )
        found += [
            Place(kind, str(id), f"{ref}  {title}", f"{kind}, {str(state).replace('_', ' ')}")
            for id, ref, title, state in rows
        ]
    return found


def _sites(connection: sqlite3.Connection, text: str) -> list[Place]:
    start = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    rows = connection.execute(
        "SELECT code, name FROM site WHERE name LIKE ? ESCAPE '\\' OR name LIKE ? ESCAPE '\\' OR code LIKE ? ESCAPE '\\'"
        " ORDER BY name LIMIT ?",
        (start + "%", f"% {start}%", start + "%", OTHERS),
    )
    return [Place("site", str(code), str(name), f"site {code}") for code, name in rows]


def _views(connection: sqlite3.Connection, text: str) -> list[Place]:
    rows = connection.execute(
        "SELECT name, filter FROM saved_view WHERE area = 'tickets' AND instr(lower(name), lower(?)) ORDER BY name, id",
        (text,),
    )
    return [Place("view", str(filter), str(name), f"view  {filter}") for name, filter in rows][:OTHERS]
