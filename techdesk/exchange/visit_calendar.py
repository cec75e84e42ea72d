"""A calendar of visits: all of them, a technician's, or a site's."""

from typing import NamedTuple, TextIO

from techdesk.models.store import Store
from techdesk.models.visit_events import EVENT, ORDER, lines


class Whose(NamedTuple):
    """Which visits: those of a technician, of a site, of both, or all."""

    technician_id: str | None = None
    site_id: str | None = None


def calendar(store: Store, out: TextIO, whose: Whose | None = None) -> int:
    """Writes the visits. Returns how many."""
    whose = whose or Whose()
    rows = store.connection.execute(
        f"{EVENT} FROM visit v LEFT JOIN site s ON s.id = v.site_id LEFT JOIN technician p ON p.id = v.technician_id"
        f" WHERE (v.technician_id = ? OR ? IS NULL) AND (v.site_id = ? OR ? IS NULL) {ORDER}",
        (whose.technician_id, whose.technician_id, whose.site_id, whose.site_id),
    )
    found = rows.fetchall()
    out.writelines(lines(found, _name(store, whose)))
    return len(found)


def _name(store: Store, whose: Whose) -> str:
    names = [
        str(found[0])
        for table, id in (("technician", whose.technician_id), ("site", whose.site_id))
        if id and (found := store.connection.execute(f"SELECT name FROM {table} WHERE id = ?", (id,)).fetchone())
    ]
    return f"Visits: {', '.join(names)}" if names else "Visits"
