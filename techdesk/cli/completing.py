"""What the shell offers after Tab, straight from the store's file: it never makes one, and an unusable one offers nothing."""

import sqlite3

from techdesk.errors import TechdeskError
from techdesk.models.store import connect
from techdesk.paths import store_path

MOST = 60


def _offer(sql: str, incomplete: str) -> list[tuple[str, str]]:
    """Pairs of (value, help) for values that begin with what was typed."""
    path = store_path()
    if not path.is_file():
        return []
    escaped = incomplete.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    try:
        connection = connect(path, read_only=True)
        try:
            return [(str(value), str(help or "")) for value, help in connection.execute(sql, (escaped + "%", MOST))]
        finally:
            connection.close()
    except (sqlite3.Error, TechdeskError):  # a Tab in the middle of a line is no place for a sentence
        return []


def tickets(incomplete: str) -> list[tuple[str, str]]:
    """Open tickets by number, worst first."""
    return _offer(
        "SELECT ref, title FROM ticket WHERE open = 1 AND ref LIKE ? ESCAPE '\\'"
        " ORDER BY priority, coalesce(fix_due, '9999'), opened_at, id LIMIT ?",
        incomplete,
    )


def sites(incomplete: str) -> list[tuple[str, str]]:
    """Sites by code."""
    return _offer("SELECT code, name FROM site WHERE code LIKE ? ESCAPE '\\' ORDER BY code LIMIT ?", incomplete)


def parts(incomplete: str) -> list[tuple[str, str]]:
    """Parts by SKU."""
    return _offer("SELECT sku, name FROM part WHERE sku LIKE ? ESCAPE '\\' ORDER BY sku LIMIT ?", incomplete)


def rotations(incomplete: str) -> list[tuple[str, str]]:
    """Rotations by name."""
    return _offer(
        "SELECT name, state FROM rotation WHERE state <> 'superseded' AND name LIKE ? ESCAPE '\\' ORDER BY n DESC LIMIT ?",
        incomplete,
    )


def suppliers(incomplete: str) -> list[tuple[str, str]]:
    """Suppliers by name."""
    return _offer(
        "SELECT name, coalesce(contacts, services) FROM supplier WHERE name LIKE ? ESCAPE '\\' ORDER BY name LIMIT ?",
        incomplete,
    )


def people(incomplete: str) -> list[tuple[str, str]]:
    """Technicians by name."""
    return _offer("SELECT name, role FROM technician WHERE name LIKE ? ESCAPE '\\' ORDER BY name LIMIT ?", incomplete)


def models(incomplete: str) -> list[tuple[str, str]]:
    """Device models by name."""
    return _offer(
        "SELECT name, standing FROM device_model WHERE merged_into IS NULL AND name LIKE ? ESCAPE '\\' ORDER BY name LIMIT ?",
        incomplete,
    )
