"""The JSON documents that scripts stand on: stable keys, made from rows."""

import json
from typing import Any

from techdesk.models.rows import PickLine, TaskLine, TicketLine, TicketStory, VisitLine

TICKET_KEYS = ("id", "kind", "room", "text", "state", "impact", "urgency", "priority", "respond_due", "fix_due", "role")
MORE_KEYS = (
    "reporter", "category", "service", "symptom", "tags", "channel", "opened_at", "responded_at", "resolved_at", "closed_at",
    "resolution", "cause", "hold_reason", "hold_until", "reopened",
)  # fmt: skip


def ticket(story: TicketStory) -> dict[str, Any]:
    """`show` and `log`. The same document on every laptop that has synced."""
    fields = story.fields
    return {
        "ref": story.line.ref,
        "aliases": story.aliases,
        **{key: fields[key] for key in TICKET_KEYS},
        "site": story.line.site_code,
        "site_name": story.line.site,
        "owner": story.line.owner,
        **{key: fields[key] for key in MORE_KEYS},
        "told_in_person": bool(fields["told_in_person"]),
        "tested": None if fields["tested"] is None else bool(fields["tested"]),
        "cold": bool(fields["cold"]),
        "major": bool(fields["major"]),
        **story.links._asdict(),
        "surveys": [
            {name: value for name, value in each._asdict().items() if name not in ("ref", "title", "site")}
            for each in story.surveys
        ],
        "hand_over": {"tried": fields["tried"], "needed": fields["needed"]},
        "supplier": {
            "name": fields["supplier"],
            "reference": fields["supplier_ref"],
            "promised": fields["promised"],
            "contacts": story.supplier and story.supplier.contacts,
            "terms": story.supplier and story.supplier.terms,
        },
        "device": None if story.device is None else story.device.tag or story.device.serial,
        "model": None if story.device is None else story.device.model,
        "worklogs": [log._asdict() for log in story.worklogs],
        "parts": [{"sku": part.sku, "quantity": part.quantity} for part in story.parts],
        "history": [
            {**event._asdict(), "details": json.loads(event.details) if event.details else None}
            for event in story.history
        ],
        "similar": [{"ref": each.ref, "score": each.score, "why": each.why} for each in story.similar],
        "attachments": [each._asdict() for each in story.attachments],
        "known_errors": [each._asdict() for each in story.known_errors],
        "articles": [each._asdict() for each in story.articles],
    }


def line(row: TicketLine) -> dict[str, Any]:
    """A ticket in `list`."""
    return {
        "id": row.id, "ref": row.ref, "kind": row.kind, "title": row.title, "site": row.site_code, "site_name": row.site,
        "room": row.room, "state": row.state, "priority": row.priority, "fix_due": row.fix_due, "owner": row.owner,
        "role": row.role, "reporter": row.reporter, "opened_at": row.opened_at, "hold_reason": row.hold_reason,
        "hold_until": row.hold_until, "cold": bool(row.cold), "major": bool(row.major), "supplier": row.supplier,
    }  # fmt: skip


def visit(row: VisitLine, minutes_left: int, tasks: list[TaskLine]) -> dict[str, Any]:
    """A visit in `today`."""
    return {
        "id": row.id, "site": row.site_code, "site_name": row.site, "technician": row.technician, "state": row.state,
        "starts": row.planned_start, "ends": row.planned_end, "actual_start": row.actual_start,
        "actual_end": row.actual_end, "minutes_left": minutes_left, "tasks": [task._asdict() for task in tasks],
    }  # fmt: skip


def pick(rows: list[PickLine]) -> list[dict[str, Any]]:
    """What the van should hold: `missing` is what it lacks."""
    return [{**row._asdict(), "missing": max(0, row.needed - max(0, row.in_van))} for row in rows]
