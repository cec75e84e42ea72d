"""Suppliers as tickets need them: the name as it is known, whom to call, on which terms."""

import sqlite3

from techdesk.models.rows import SupplierTerms


def supplier(connection: sqlite3.Connection, name: str | None) -> SupplierTerms | None:
    """The supplier with that name, however it is spelled in capitals; None when none is known."""
    found = connection.execute(
        "SELECT name, contacts, terms, lead_days FROM supplier WHERE name = ? COLLATE NOCASE ORDER BY id LIMIT 1",
        ((name or "").strip(),),
    ).fetchone()
    return None if found is None else SupplierTerms(*found)


def spelled(connection: sqlite3.Connection, name: str | None) -> str | None:
    """A supplier's name as it is known, so that one is not chased under two names; else as typed."""
    known = supplier(connection, name)
    return known.name if known else name
