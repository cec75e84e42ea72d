"""Keys of a visit before and after it: confirmed, on the way, another day, missed, signed, called off."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual.binding import BindingType

from techdesk import clock
from techdesk.desk.visits import CancelVisit, SignVisit, StartVisit
from techdesk.errors import BadInput
from techdesk.models.queries import visit_lists
from techdesk.models.rows import VisitLine
from techdesk.screens import visit_card
from techdesk.screens.browsing import Browsing
from techdesk.screens.chrome import key

if TYPE_CHECKING:
    from techdesk.desk.commands import Command

AHEAD = ("planned", "confirmed", "travelling")
MOVABLE = ("planned", "confirmed")
OWED = ("missed", "cancelled")
ON_PAPER = " on paper"
Row = TypeVar("Row")


class VisitKeys(Browsing[Row]):
    """A list of visits; a subclass says which one is selected."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("y", "accept", "list.accept", "Confirm", "The school expects the visit; who said so"),
        key("greater_than_sign", "set_off", "visit.travel", "Set off", "On the way: the minutes of travel run"),
        key("m", "move", "list.move", "Move", "Another day or hour; one that was missed is booked anew"),
        key(
            "less_than_sign",
            "miss",
            "visit.miss",
            "Missed",
            "Nobody came or was let in: the school is owed the visit",
        ),
        key("S", "sign", "visit.sign", "Sign", "Who signs, once it is wrapped; end with  on paper  for a drawn one"),
        key("ctrl+o", "sheet", "visit.sheet", "Sheet", "Open the visit's sheet, to be read or printed"),
        key("D", "drop", "list.drop", "Call off", "Call a visit off, with a reason"),
    ]

    def line_of(self, row: Row) -> VisitLine:
        """The visit of a row."""
        raise NotImplementedError

    def visit_for(self, verb: str, states: tuple[str, ...] = (), why: str = "") -> VisitLine | None:
        """The selected visit, if it is in one of the states; else says why not."""
        row = self.listing.selected_row
        if row is None:
            self.warn(f"There is no visit to {verb}: p plans one.")
            return None
        line = self.line_of(row)
        if states and line.state not in states:
            self.warn(f"{line.site} is {visit_card.state_of(line.state, False)[1]}: {why}.")
            return None
        return line

    def action_timer(self) -> None:
        """Starts the selected visit."""
        line = self.visit_for("start")
        if line is not None:
            self.desk.perform(StartVisit(visit_id=line.id))

    def action_accept(self) -> None:
        """y."""
        from techdesk.desk.bookings import ConfirmVisit

        line = self.visit_for("confirm", ("planned",), "only a planned visit is confirmed")
        if line is not None:
            self._asked_of_school(f"Who of {line.site} expects the visit?", line,
                                  lambda name: ConfirmVisit(visit_id=line.id, by=name))  # fmt: skip

    def action_set_off(self) -> None:
        """>."""
        from techdesk.desk.bookings import SetOff

        line = self.visit_for("set off for", MOVABLE, "one sets off for a visit that is ahead")
        if line is not None:
            self.desk.perform(SetOff(visit_id=line.id))

    def action_miss(self) -> None:
        """<."""
        from techdesk.desk.bookings import MissVisit

        line = self.visit_for("miss", AHEAD, "only a visit that has not begun is missed")
        if line is not None:
            self._reason(f"Why was {line.site} missed?", f"miss {line.id}",
                         lambda text: MissVisit(visit_id=line.id, reason=text))  # fmt: skip

    def action_drop(self) -> None:
        """Asks why."""
        line = self.visit_for("call off", AHEAD, "only a visit that has not begun can be called off")
        if line is not None:
            self._reason(f"Why is {line.site} called off?", f"cancel {line.id}",
                         lambda text: CancelVisit(visit_id=line.id, reason=text))  # fmt: skip

    def action_sign(self) -> None:
        """Asks who signs."""
        line = self.visit_for("sign", ("wrapped",), "a visit is signed once it is wrapped (w), and once only")
        if line is None:
            return

        def signed(name: str) -> Command:
            plain = name.removesuffix(ON_PAPER)
            return SignVisit(visit_id=line.id, signatory=plain, how="typed" if plain == name else "paper")

        self._asked_of_school(f"Who signs for {line.site}?", line, signed)

    def action_sheet(self) -> None:
        """ctrl+o."""
        from techdesk.screens.attachments import show_sheet

        line = self.visit_for(
            "print the sheet of", ("on_site", "wrapped", "signed"), "it has a sheet once it has begun"
        )
        if line is not None:
            show_sheet(self.desk, line.id)

    def action_move(self) -> None:
        """m."""
        line = self.visit_for("move", (*MOVABLE, *OWED), "a visit that has begun stays where it is")
        if line is None:
            return
        from techdesk.screens.dialogs.fields import Asked, FieldsDialog

        start = clock.local(line.planned_start, line.timezone)
        minutes = clock.seconds_between(line.planned_start, line.planned_end) // 60
        before = {"day": f"{start:%Y-%m-%d}", "hour": f"{start:%H:%M}", "minutes": str(minutes)}
        fields = [Asked("day", "Day", "2026-11-30"), Asked("hour", "From", "08:00"), Asked("minutes", "Minutes", "180")]
        verb = "Another day for" if line.state in MOVABLE else "Book anew:"
        dialog = FieldsDialog(f"{verb} {line.site}", fields, lambda typed: _moved(line, before | typed), before=before,
                              draft=f"move {line.id}")  # fmt: skip
        self.app.push_screen(dialog)

    def _asked_of_school(self, title: str, line: VisitLine, made: Callable[[str], Command]) -> None:
        """Asks for the name of one of the school's people, proposing one who may sign."""

        def signers(connection: sqlite3.Connection) -> Sequence[str]:
            contacts = visit_lists.site_card(connection, line.site_id).contacts
            return [contact.name for contact in contacts if contact.may_sign]

        def ask(names: Sequence[str]) -> None:
            self._prompt(title, "a name", made, value=names[0] if names else "")

        self.read("signers", signers, ask)

    def _reason(self, title: str, draft: str, made: Callable[[str], Command]) -> None:
        self._prompt(title, "the reason", made, draft=draft)

    def _prompt(
        self, title: str, hint: str, made: Callable[[str], Command], *, value: str = "", draft: str | None = None
    ) -> None:
        from techdesk.screens.dialogs.prompt import PromptDialog

        def given(text: str | None) -> None:
            if text:
                self.desk.perform(made(text))

        self.app.push_screen(PromptDialog(title, hint, value=value, draft=draft), given)


def _moved(line: VisitLine, typed: dict[str, str]) -> Command:
    """The command that gives a visit another day, or books one that is owed. Raises BadInput."""
    from techdesk.desk.bookings import MoveVisit, RebookVisit
    from techdesk.desk.ids import new_id

    starts = clock.parse_there(f"{typed['day']}T{typed['hour']}", line.timezone)
    if not (typed["minutes"].isascii() and typed["minutes"].isdigit() and 1 <= int(typed["minutes"][:6]) <= 1440):
        raise BadInput("A visit lasts from 1 minute to a day: correct its minutes.")
    ends = clock.later(starts, int(typed["minutes"]))
    if line.state in MOVABLE:
        return MoveVisit(id=line.id, planned_start=starts, planned_end=ends)
    return RebookVisit(id=new_id(), visit_id=line.id, planned_start=starts, planned_end=ends)
