"""A dispatched day as documents: proposed, or as it was accepted. Moments in UTC; `driving` in minutes."""

from typing import Any

from techdesk.models.queries.dispatching import AcceptedRoute, Stopped
from techdesk.planning.proposal import Proposal, ProposedRoute, ProposedStop


def proposal(made: Proposal, with_solver: bool, accepted: bool) -> dict[str, Any]:
    """A proposal; `planned_with` is search, or insertion where the solver is missing."""
    return {
        "date": made.day,
        "planned_with": "search" if with_solver else "insertion",
        "accepted": accepted,
        "routes": [_route(route, [_proposed(stop) for stop in route.stops]) for route in made.routes],
        "unserved": [
            {"ref": each.ticket.ref, "title": each.ticket.title, "priority": each.ticket.priority, "why": each.why}
            for each in made.left
        ],
        "moved": [{"what": each.what, "from": each.before, "to": each.after} for each in made.moved],
        "owed": [dict(vars(each)) for each in made.owed],
        "late": list(made.late),
        "notes": list(made.notes),
    }


def accepted(day: str, routes: list[AcceptedRoute]) -> dict[str, Any]:
    """The routes that were accepted for a day, with the state of each visit."""
    return {"date": day, "routes": [_route(route, [_accepted(stop) for stop in route.stops]) for route in routes]}


def _route(route: ProposedRoute | AcceptedRoute, stops: list[dict[str, Any]]) -> dict[str, Any]:
    return {"technician": route.technician, "technician_id": route.technician_id, "leaves": route.leaves,
            "returns": route.returns, "driving": round(route.driving, 1), "stops": stops}  # fmt: skip


def _stop(stop: ProposedStop | Stopped, visit: str | None) -> dict[str, Any]:
    return {"kind": "store" if stop.site_id is None else "visit", "site": stop.code, "site_name": stop.site,
            "visit": visit, "arrives": stop.arrives, "starts": stop.starts, "ends": stop.ends,
            "driving": round(stop.driving, 1)}  # fmt: skip


def _proposed(stop: ProposedStop) -> dict[str, Any]:
    tickets = [{"ref": each.ref, "title": each.title, "priority": each.priority} for each in stop.tickets]
    take = ", ".join(f"{many} x {sku}" for _, sku, many in stop.take) or None
    return _stop(stop, stop.visit) | {"state": None, "tickets": tickets, "take": take}


def _accepted(stop: Stopped) -> dict[str, Any]:
    tickets = [{"ref": ref, "title": title, "priority": priority} for _, ref, title, priority in stop.tickets]
    return _stop(stop, stop.visit_id) | {"state": stop.state, "tickets": tickets, "take": stop.take}
