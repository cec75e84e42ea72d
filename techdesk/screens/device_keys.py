"""What the keys for devices do, wherever a device is shown: the list, its card."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.binding import BindingType

from techdesk.screens.area import key
from techdesk.screens.book_keys import BookKeys

if TYPE_CHECKING:
    from techdesk.desk.commands import Command

KEYS: list[BindingType] = [
    key("O", "move_device", "device.move", "Where", "Say where it is now: a room, or @van; all that are marked"),
    key("I", "swap_device", "device.swap", "Swap", "Put a spare in its place: scan the spare"),
    key("H", "lend_device", "device.lend", "Hand out", "Lend it, or take it back"),
    key("U", "audit_room", "device.audit", "Check room", "Check a room with the scanner"),
    key(
        "E",
        "open_repairs",
        "device.repairs",
        "Repairs",
        "What is at suppliers or lent, and licences: what to chase first",
    ),
    key("d", "open_models", "device.models", "Models", "The models: standing, failures, updates; spellings made one"),
    key(
        "F", "send_in", "device.repair", "Send in", "Have a supplier put it right: fault, supplier, reference, due day"
    ),
    key(
        "Z",
        "dispose",
        "device.dispose",
        "Dispose",
        "End its life, with the certificate of disposal; all that are marked",
    ),
]


class Kept(NamedTuple):
    """A device that a key acts on."""

    id: str
    label: str
    state: str
    site_id: str | None
    site: str | None
    room: str | None


class DeviceKeys(BookKeys):
    """A screen on which devices can be selected; it says which ones."""

    BINDINGS: ClassVar[list[BindingType]] = KEYS

    def kept(self) -> list[Kept]:
        """The marked devices, or else the selected one."""
        return []

    def did(self) -> None:
        """Something was done to them: marks may go."""

    def _devices(self) -> list[Kept]:
        chosen = self.kept()
        if not chosen:
            self.warn("There is no device here: select one, or make one known with  techdesk device add TAG.")
        return chosen

    def _prompt(self, title: str, hint: str, value: str, then: type[_Typed]) -> None:
        from techdesk.screens.dialogs.prompt import PromptDialog

        chosen = self._devices()
        if not chosen:
            return
        named = chosen[0].label if len(chosen) == 1 else f"{len(chosen)} devices"

        def typed(text: str | None) -> None:
            if text is not None:
                me = self.desk.heading.me
                self.desk.perform(*(then(each, text, me).command for each in chosen))
                self.did()

        self.app.push_screen(PromptDialog(f"{title} {named}", hint, value=value), typed)

    def action_move_device(self) -> None:
        """O."""
        self._prompt("Move", "a room, or @van, or @ and a store's name", "", _Move)

    def action_swap_device(self) -> None:
        """I."""
        if len(self._devices()) > 1:
            self.warn("One device is swapped at a time: take the marks away with Esc.")
        else:
            self._prompt("Swap", "scan the spare, or type its tag", "", _Swap)

    def action_lend_device(self) -> None:
        """H: lends; what is lent comes back."""
        chosen = self._devices()
        if len(chosen) == 1 and chosen[0].state == "on_loan":
            self.desk.perform(_Return(chosen[0], "", self.desk.heading.me).command)
        elif len(chosen) == 1:
            self._prompt("Lend", "to a class or role, then until when: Year 3, 2026-12-01", "", _Lend)
        elif chosen:
            self.warn("One device is lent at a time: take the marks away with Esc.")

    def action_audit_room(self) -> None:
        """U: the room of the selected device, or of the visit."""
        from techdesk.screens.auditing import AuditScreen
        from techdesk.screens.dialogs.prompt import PromptDialog

        visit, chosen = self.desk.heading.visit, self.kept()[:1]
        site_id, site, room = (
            (chosen[0].site_id, chosen[0].site, chosen[0].room)
            if chosen and chosen[0].site_id
            else (visit.site_id, visit.site, None)
            if visit
            else (None, None, None)
        )
        if site_id is None:
            self.warn("Which school? Select one of its devices, or begin a visit there.")
            return
        known = site_id

        def begin(typed: str | None) -> None:
            if typed is not None:
                self.app.push_screen(AuditScreen(known, site or "", typed))

        self.app.push_screen(PromptDialog(f"Check a room of {site}", "the room", value=room or "", anew=True), begin)

    def action_send_in(self) -> None:
        """F."""
        chosen = self._devices()
        if len(chosen) > 1:
            self.warn("One device is sent in at a time: take the marks away with Esc.")
        elif chosen:
            from techdesk.models.queries import suppliers

            kept = chosen[0]
            self.read("suppliers", suppliers.known, lambda known: self._ask_fault(kept, known))

    def _ask_fault(self, kept: Kept, known: tuple[str, ...]) -> None:
        from techdesk.screens.dialogs.repair_fields import send_in_dialog

        self.app.push_screen(send_in_dialog(kept.id, kept.label, known))

    def action_dispose(self) -> None:
        """Z."""
        from techdesk.screens.dialogs.repair_fields import dispose_dialog

        chosen = self._devices()
        if chosen:

            def done(did: bool | None) -> None:
                if did:
                    self.did()

            self.app.push_screen(dispose_dialog([(each.id, each.label) for each in chosen]), done)

    def action_open_models(self) -> None:
        """d."""
        from techdesk.screens.models import ModelsScreen

        self.app.push_screen(ModelsScreen())

    def action_open_repairs(self) -> None:
        """E."""
        from techdesk.screens.repairs import RepairsScreen

        self.app.push_screen(RepairsScreen())


class _Typed:
    """What was typed for a device, and the command for it."""

    def __init__(self, kept: Kept, text: str, me: str | None) -> None:
        self.kept, self.text, self.me = kept, text, me

    def command(self, connection: sqlite3.Connection) -> Command:
        """The command. Runs in the writer's thread. Raises BadInput, NotFound, Refused."""
        raise NotImplementedError


class _Move(_Typed):
    def command(self, connection: sqlite3.Connection) -> Command:
        from techdesk.desk.devices import MoveDevice
        from techdesk.models.queries import names
        from techdesk.models.queries.devices import known_device

        line = known_device(connection, self.kept.id)
        if self.text.startswith("@"):
            place = names.location_id(connection, self.text[1:], self.me)
            state = "in_stock" if line.state in ("in_service", "ordered") else None
            return MoveDevice(device_id=self.kept.id, location_id=place, state=state)
        room = names.room_name(connection, line.site_id, self.text)
        state = "in_service" if line.state in ("in_stock", "ordered") and line.site_id else None
        return MoveDevice(device_id=self.kept.id, room=room, state=state)


class _Swap(_Typed):
    def command(self, connection: sqlite3.Connection) -> Command:
        from techdesk.desk.devices import SwapDevice
        from techdesk.models.queries import names

        found = connection.execute(
            "SELECT id FROM ticket WHERE device_id = ? AND open = 1 ORDER BY opened_at DESC, id LIMIT 1",
            (self.kept.id,),
        ).fetchone()
        spare = names.device_id(connection, self.text)
        return SwapDevice(device_id=self.kept.id, with_id=spare, ticket_id=None if found is None else str(found[0]))


class _Lend(_Typed):
    def command(self, connection: sqlite3.Connection) -> Command:
        from techdesk.desk.ids import new_id
        from techdesk.desk.loans import LendDevice

        borrower, comma, due = self.text.rpartition(",")
        if not (comma and due.strip()[:1].isdigit()):
            borrower, due = self.text, ""
        return LendDevice(id=new_id(), device_id=self.kept.id, borrower=borrower, due=due.strip() or None)


class _Return(_Typed):
    def command(self, connection: sqlite3.Connection) -> Command:
        from techdesk.desk.loans import EndLoan
        from techdesk.errors import Refused
        from techdesk.models.queries import device_story, names

        out = [each for each in device_story.loans(connection, "", device_id=self.kept.id) if each.ended_at is None]
        if not out:
            raise Refused(f"{self.kept.label} is not lent by these books.")
        return EndLoan(loan_id=out[0].id, location_id=names.location_id(connection, "van", self.me))
