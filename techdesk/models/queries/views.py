"""Saved views: named filter lines of a list."""

import sqlite3
from typing import NamedTuple

from techdesk.errors import NotFound

# The laptop's own fact that names the view its ticket list begins with.
DEFAULT = "default_view"


class View(NamedTuple):
    """A view. `default`: this laptop's list begins with it."""

    name: str
    filter: str
    default: bool


def views(connection: sqlite3.Connection, area: str = "tickets") -> list[View]:
    """The views of a list, by name."""
    default = connection.execute("SELECT value FROM meta WHERE key = ?", (DEFAULT,)).fetchone()
    rows = connection.execute("SELECT name, filter FROM saved_view WHERE area = ? ORDER BY name, id", (area,))
    return [View(str(name), str(filter), default == (name,)) for name, filter in rows]


def view(connection: sqlite3.Connection, name: str, area: str = "tickets") -> View:
    """The view with that name, or the one that begins so. Raises NotFound."""
    known = views(connection, area)
    typed = name.casefold()
    exact = [each for each in known if each.name == name] or [each for each in known if each.name.casefold() == typed]
    found = exact or [each for each in known if each.name.casefold().startswith(typed)]
    if len(found) == 1:
        return found[0]
    names = ", ".join(each.name for each in (found or known))
    what = f"there are {names}" if names else "keep one with  techdesk view save NAME FILTER"
    raise NotFound(f"There is no view '{name}' here: {what}.")


def first_filter(connection: sqlite3.Connection) -> str:
    """The filter that this laptop's ticket list begins with; empty for none."""
    return next((each.filter for each in views(connection) if each.default), "")
