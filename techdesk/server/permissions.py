"""What each role may do: checked for every operation, whatever the laptop that sends it has checked.

A coordinator may do everything. A technician does all the work of the desk, and imports in the field; what is withheld is
what speaks for the organisation or for somebody else. docs/security.md holds this as a table.
"""

from techdesk.desk.agreements import MoveAgreement, RecordAgreement
from techdesk.desk.calendars import KeepDays, RecordCalendar
from techdesk.desk.changes import AGREEING, MoveChange
from techdesk.desk.commands import Command
from techdesk.desk.devices import DisposeDevice
from techdesk.desk.dispatching import AcceptDay
from techdesk.desk.inbox import SettleInbox
from techdesk.desk.people import RecordLeave, RecordOrganisation, RecordTechnician
from techdesk.desk.publishing import PublishRotation
from techdesk.desk.rules import RecordRules
from techdesk.desk.spares import RecordLocation
from techdesk.desk.targets import RecordPriorities
from techdesk.desk.tx import Tx

TECHNICIAN, COORDINATOR = "technician", "coordinator"
ROLES = (TECHNICIAN, COORDINATOR)


def refusal(tx: Tx, role: str, technician: str, command: Command) -> str | None:
    """Why a person of that role, who is that technician, may not do it; None when they may."""
    if role == COORDINATOR:
        return None
    if role != TECHNICIAN:
        return f"the role '{role}' may not change anything: ask for another with  techdesk server grant"
    if isinstance(command, RecordOrganisation):
        return "recording organisations is for coordinators: ask yours"
    if isinstance(command, RecordTechnician) and command.id != technician:
        return "recording other technicians is for coordinators: ask yours"
    if isinstance(command, RecordLocation) and not _own_place(tx, technician, command):
        return "recording another technician's van is for coordinators: ask yours"
    if isinstance(command, RecordPriorities):
        return "setting the organisation's priorities is for coordinators: ask yours"
    if isinstance(command, RecordRules):
        return "setting the organisation's rules of closing is for coordinators: ask yours"
    if isinstance(command, (RecordCalendar, KeepDays)) and not _of_a_site(tx, command):
        return "the calendars of clusters and of the organisation are for coordinators: ask yours"
    if isinstance(command, MoveChange) and command.state in AGREEING:
        return "approving or rejecting a change is for coordinators: ask yours"
    if isinstance(command, (RecordAgreement, MoveAgreement)):
        return "agreements are for coordinators: ask yours"
    if isinstance(command, PublishRotation):
        return "publishing a rotation is for coordinators: ask yours"
    if isinstance(command, AcceptDay) and {route.technician_id for route in command.routes} != {technician}:
        return "dispatching others is for coordinators: ask yours"
    if isinstance(command, RecordLeave) and not _own_leave(tx, technician, command):
        return "recording another technician's leave is for coordinators: ask yours"
    if isinstance(command, DisposeDevice):
        return "disposing of devices is for coordinators: retire it, and ask yours"
    if isinstance(command, SettleInbox):
        item = tx.get("inbox_item", command.item_id)
        if item is not None and item["technician_id"] not in (None, technician):
            return "that item is in another technician's inbox: settling it is for its owner, or for coordinators"
    return None


def _of_a_site(tx: Tx, command: RecordCalendar | KeepDays) -> bool:
    """Whether it is a site's own calendar, and stays so."""
    row = tx.get("calendar", command.id if isinstance(command, RecordCalendar) else command.calendar_id)
    if row is not None:
        return row["site_id"] is not None
    return isinstance(command, RecordCalendar) and command.site_id is not None


def _own_leave(tx: Tx, technician: str, command: RecordLeave) -> bool:
    """Whether it is the technician's own leave, and stays so."""
    row = tx.get("leave", command.id) or {}
    return command.technician_id in (None, technician) and row.get("technician_id") in (None, technician)


def _own_place(tx: Tx, technician: str, command: RecordLocation) -> bool:
    place = tx.get("stock_location", command.id) or {}
    return {place.get("technician_id"), command.technician_id} <= {None, technician}
