"""A draft of a rotation planned from its screen."""

from __future__ import annotations

from threading import Event
from typing import ClassVar

from textual.binding import BindingType

from techdesk import clock
from techdesk.desk.rotations import DraftRotation
from techdesk.errors import NeedsExtra
from techdesk.screens.area import key
from techdesk.screens.planning_aside import PlanningAside


class RotationPlanning(PlanningAside):
    """The key that plans. What it makes is a draft like any other."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key(
            "p",
            "plan",
            "rotation.plan",
            "Plan",
            "Plan a draft: anew from the one in force, with few changes, or the first",
        ),
    ]

    def look_at(self, rotation_id: str) -> None:
        """Shows that rotation next."""
        raise NotImplementedError

    def action_plan(self) -> None:
        """p."""
        self.begin_planning("a draft")

    def plan(self, stop: Event) -> DraftRotation:
        from techdesk.models.queries import rotations
        from techdesk.planning import aside, drafting, requests

        today = clock.parse(self.desk.now).date()
        if not aside.has_solver():
            raise NeedsExtra("Planning a rotation", "plan")
        before = self.desk.reads.ask(lambda connection: rotations.in_force(connection, today.isoformat()))
        wanted, _ = self.desk.reads.ask(lambda connection: requests.request(connection, today, before=before))
        prepared = drafting.prepare(wanted)
        found = drafting.explained(prepared, aside.rotation_aside(prepared.rotation, self.seconds, stop))
        return self.desk.reads.ask(lambda connection: requests.drafted(connection, prepared, found, follows=before))

    def planned(self, found: DraftRotation) -> None:
        self.look_at(found.id)
        self.desk.perform(found)
