"""Every way that a ticket may go, and none that it may not."""

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from techdesk.desk.closing import CancelTicket, CloseTicket, ReopenTicket, ResolveTicket
from techdesk.desk.commands import Command
from techdesk.desk.holds import EscalateTicket, ReleaseTicket
from techdesk.desk.majors import DeclareMajor
from techdesk.desk.story import ALLOWED, ENDED
from techdesk.desk.tickets import AssignTicket
from techdesk.desk.work import HoldTicket, StartWork, StopWork
from techdesk.errors import Refused
from tests.desk.conftest import Desk

# The states that each act may lead to, from any in which it is allowed.
LEADS = {
    "start": {"in_progress"},
    "hold": {"on_hold"},
    "escalate": {"on_hold"},
    "release": {"triaged", "assigned"},
    "assign": {"assigned", "in_progress", "on_hold", "reopened", "triaged", "new"},
    "resolve": {"resolved"},
    "close": {"closed"},
    "reopen": {"reopened"},
    "cancel": {"cancelled"},
    "major": set(ALLOWED["major"]),
}


class Tickets(RuleBasedStateMachine):
    """One ticket that anything is done to."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.desk = Desk(Path(self.folder.name) / "techdesk.db")
        self.id = self.desk.log()

    def teardown(self) -> None:
        self.desk.store.close()
        self.folder.cleanup()

    def _command(self, act: str) -> Command:
        commands: dict[str, Command] = {
            "start": StartWork(ticket_id=self.id),
            "hold": HoldTicket(ticket_id=self.id, reason="parts"),
            "escalate": EscalateTicket(ticket_id=self.id, supplier="Acme"),
            "release": ReleaseTicket(ticket_id=self.id),
            "assign": AssignTicket(ticket_id=self.id, owner_id=self.desk.me),
            "resolve": ResolveTicket(ticket_id=self.id, resolution="x"),
            "close": CloseTicket(ticket_id=self.id, resolution="x"),
            "reopen": ReopenTicket(ticket_id=self.id),
            "cancel": CancelTicket(ticket_id=self.id),
            "major": DeclareMajor(ticket_id=self.id),
        }
        return commands[act]

    @rule(act=st.sampled_from(sorted(LEADS)))
    def do(self, act: str) -> None:
        before = str(self.desk.ticket(self.id)["state"])
        running = bool(self.desk.tx.find("timer"))
        may = before in ALLOWED["hold" if act == "escalate" else act] and not (act == "start" and running)
        try:
            self.desk.do(self._command(act))
        except Refused as refusal:
            assert not may, f"{act} from {before}: {refusal}"
            assert before.replace("_", " ") in str(refusal) or running
            assert self.desk.ticket(self.id)["state"] == before
        else:
            assert may and self.desk.ticket(self.id)["state"] in LEADS[act]

    @rule()
    def stop(self) -> None:
        running = bool(self.desk.tx.find("timer"))
        try:
            self.desk.do(StopWork())
        except Refused:
            assert not running

    @invariant()
    def what_hangs_on_the_state_follows_it(self) -> None:
        row = self.desk.ticket(self.id)
        assert row["open"] == (0 if row["state"] in ENDED else 1)
        assert (row["hold_reason"] is not None) == (row["state"] == "on_hold")
        assert (row["closed_at"] is not None) == (row["state"] in ("closed", "cancelled"))
        assert row["state"] in ("in_progress", "assigned") or not self.desk.tx.find("timer")


TestTickets = Tickets.TestCase
TestTickets.settings = settings(
    max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
