"""The JSON documents of visits."""

from typing import Any

from techdesk.models.cards import VisitSheet
from techdesk.models.rows import VisitLine


def visit(row: VisitLine) -> dict[str, Any]:
    """A visit in a list. Moments in UTC; `tasks` and `done` are numbers."""
    return {
        "id": row.id, "site": row.site_code, "site_name": row.site, "technician": row.technician, "state": row.state,
        "starts": row.planned_start, "ends": row.planned_end, "actual_start": row.actual_start,
        "actual_end": row.actual_end, "tasks": row.tasks, "done": row.done, "reason": row.reason,
        "signatory": row.signatory, "summary": row.summary, "timezone": row.timezone,
        "instead_of": row.instead_of, "agreed": row.agreed, "agreed_with": row.agreed_with,
        "confirmed_by": row.confirmed_by, "signed_how": row.signed_how,
    }  # fmt: skip


def sheet(row: VisitSheet) -> dict[str, Any]:
    """The sheet of a visit: the visit's keys, with `tasks` the list of them."""
    return {
        **visit(row.visit),
        "travel_minutes": row.travel_minutes,
        "mileage": row.mileage,
        "signed_at": row.signed_at,
        "tasks": [{**task._asdict(), "fix": row.fixes.get(task.id)} for task in row.tasks],
        "minutes": row.minutes,
        "parts": [{"sku": part.sku, "name": part.name, "quantity": part.quantity} for part in row.parts],
        "contacts": [contact._asdict() for contact in row.site.contacts],
        "found": [each._asdict() for each in row.found],
        "promised": [each._asdict() for each in row.promised],
        "steps": [each._asdict() for each in row.steps],
        "bought": None if row.bought is None else row.bought._asdict(),
        "doors": [each._asdict() for each in row.doors],
        "next": None if row.next is None else visit(row.next),
    }
