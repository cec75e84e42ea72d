"""What of the books is to be settled, each with the key that settles it."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual.binding import BindingType

from techdesk.models.queries import settling
from techdesk.models.queries.settling import SameDevice, ToSettle
from techdesk.screens.area import key
from techdesk.screens.board import Board
from techdesk.screens.browsing import Card
from techdesk.screens.reads import Question
from techdesk.screens.widgets.safe_text import fit

if TYPE_CHECKING:
    from techdesk.desk.commands import Command
    from techdesk.screens.writer import Group

KINDS = {
    "negative": "fewer than none", "serial": "serial number", "serials": "serial numbers",
    "transit": "on its way", "difference": "difference",
    "offer": "offered", "same_tag": "one tag", "same_serial": "one serial", "models": "models alike",
}  # fmt: skip
# What `y` asks, and what is typed.
ASKS = {
    "negative": ("How many are there", "a number"),
    "serial": ("Where is it", "a location, van, or gone"),
    "serials": ("A serial number and where it is", "Z9 gone, or Z9 van"),
    "transit": ("How many came", "a number"),
    "difference": ("Why it differs", "a few words"),
    "same_tag": ("The tag of the last of them", "what its label says"),
    "same_serial": ("The serial number of the last of them", "what is printed on it"),
}
Answer = tuple[ToSettle, list[SameDevice]]


class SettlingScreen(Board[ToSettle]):
    """Over any area; Esc goes back."""

    TITLE: ClassVar[str] = "what is to be settled"
    BINDING_GROUP_TITLE = "To settle"
    TABLES: ClassVar[frozenset[str]] = frozenset(
        (
            "stock_movement",
            "stock_transfer",
            "stock_remark",
            "part",
            "device",
            "device_model",
            "model_apart",
            "inbox_item",
        )
    )
    FOOTER: ClassVar[tuple[str, ...]] = (
        "settling.settle",
        "settling.leave",
        "list.open",
        "list.find",
        "area.back",
        "desk.undo",
    )
    WHAT: ClassVar[tuple[str, str]] = ("to settle", "to settle")
    FILTER: ClassVar[str] = "a SKU, tag, place; spares, devices, models"
    EMPTY: ClassVar[str] = "The books are in order: nothing is to be settled. Esc goes back."
    BINDINGS: ClassVar[list[BindingType]] = [
        key(
            "y",
            "settle",
            "settling.settle",
            "Settle",
            "Count, find, explain, take in; move what is offered; models are one",
        ),
        key("T", "leave", "settling.leave", "Leave", "Leave a device where it is; models are not the same"),
    ]

    def rows_of(self, connection: sqlite3.Connection, filter: str) -> list[ToSettle]:
        words = filter.casefold().split()
        groups = {"spares": ("negative", "serial", "serials", "transit", "difference"),
                  "devices": ("offer", "same_tag", "same_serial"),
                  "models": ("models",)}  # fmt: skip
        kinds = {kind for word in words for kind in groups.get(word, ())}
        said = [word for word in words if word not in groups]
        return [
            row
            for row in settling.to_settle(connection, self.desk.now)
            if (not kinds or row.kind in kinds)
            and all(word in f"{row.label} {row.where} {row.what}".casefold() for word in said)
        ]

    def key_of(self, row: ToSettle) -> str:
        return row.key

    def draw(self, row: ToSettle, width: int, selected: bool, marked: bool) -> Text:
        ink = self.desk.ink
        wrong = row.kind in ("negative", "serial", "serials", "same_tag", "same_serial")
        text = Text(no_wrap=True).append(f"{ink.signs.late if wrong else ' '} ", ink.late)
        text.append(fit(KINDS[row.kind], 16), ink.late if wrong else ink.accent)
        text.append(f"{fit(row.label, 18)} ", "bold")
        if width >= 64:
            text.append(f"{fit(row.where or '', 14)} ", ink.muted)
        return text.append(fit(row.what, max(4, width - text.cell_len)))

    # The card

    def question(self, row: ToSettle) -> Question[Any]:
        about = row.ids if row.kind.startswith("same_") else row.ids[1:] if row.kind == "offer" else ()
        return lambda connection: (row, settling.devices(connection, about))

    def card_title(self, answer: Answer) -> str:
        return f"{answer[0].label} {self.desk.signs.dot} {KINDS[answer[0].kind]}"

    def card(self, answer: Answer, card: Card) -> None:
        row, found = answer
        card.line((row.where, "bold"))
        card.words(row.what)
        for each in found:
            card.blank()
            card.line(
                (each.tag or "no tag", "bold"), (each.serial, ""), (each.name, ""), (each.state.replace("_", " "), "")
            )
            card.line((each.model, card.ink.muted), (each.site, ""), (each.room, ""))
        card.blank()
        card.line(("in the shell:", card.ink.muted), (f"techdesk {row.next}", ""))

    # Keys

    def action_settle(self) -> None:
        """y."""
        row = self._one()
        if row is None:
            return
        if row.kind not in ASKS:
            self.desk.perform(lambda connection: _settled(connection, row, "", None))
            return
        from techdesk.screens.dialogs.prompt import PromptDialog

        title, hint = ASKS[row.kind]
        me = self.desk.heading.me

        def typed(text: str | None) -> None:
            if text is not None:
                self.desk.perform(lambda connection: _settled(connection, row, text, me))

        self.app.push_screen(PromptDialog(f"{title}: {row.label}", hint), typed)

    def action_leave(self) -> None:
        """T."""
        row = self._one()
        if row is None:
            return
        if row.kind == "offer":
            from techdesk.desk.inbox import SettleInbox

            self.desk.perform(SettleInbox(item_id=row.ids[0], choice="theirs"))
        elif row.kind == "models":
            from techdesk.desk.models import KeepApart

            first, *others = row.ids
            self.desk.perform(tuple(KeepApart(model_id=first, other_id=other) for other in others))
        else:
            self.warn("That is not left as it is: y settles it.")

    def _one(self) -> ToSettle | None:
        rows = self.chosen()
        if len(rows) > 1:
            self.warn("One at a time: take the marks away with Esc, then select it.")
        elif not rows:
            self.warn("Nothing is to be settled.")
        return rows[0] if len(rows) == 1 else None


def _settled(connection: sqlite3.Connection, row: ToSettle, text: str, me: str | None) -> Command | Group:
    """The command, or both, that settle a row. Runs in the writer's thread. Raises BadInput, NotFound, Refused."""
    from techdesk.desk.counting import CountStock, ExplainCount, FindSerial
    from techdesk.desk.inbox import SettleInbox
    from techdesk.desk.inventory import RecordDevice
    from techdesk.desk.models import MergeModels
    from techdesk.desk.transfers import ReceiveTransfer
    from techdesk.errors import Refused
    from techdesk.models.queries import labels, spares

    if row.kind == "negative":
        part, location = row.ids[0].split(":", 1)
        return CountStock(location_id=location, lines=((part, _number(text), None),))
    if row.kind == "serial":
        part, serial = row.ids[0].split(":", 1)
        return FindSerial(part_id=part, serial=serial, location_id=_place(connection, text, me))
    if row.kind == "serials":  # the number of pieces was right: it is counted as it was
        part, location = row.ids[0].split(":", 1)
        serial, _, where = text.strip().partition(" ")
        there = spares.balance(connection, part, location)
        count = CountStock(location_id=location, lines=((part, there, "its serial number was said later"),))
        return FindSerial(part_id=part, serial=serial, location_id=_place(connection, where, me)), count
    if row.kind == "transit":
        return ReceiveTransfer(transfer_id=row.ids[0], quantity=_number(text))
    if row.kind == "difference":
        return ExplainCount(movement_id=row.ids[0], words=text)
    if row.kind == "offer":
        return SettleInbox(item_id=row.ids[0], choice="mine")
    if row.kind in ("same_tag", "same_serial"):
        column = row.kind.removeprefix("same_")
        if other := labels.device_with(connection, column, text):
            raise Refused(f"{other} is on a device already: type what is on this one.")
        said = text.strip()
        return RecordDevice(
            id=row.ids[-1], tag=said if column == "tag" else None, serial=said if column == "serial" else None
        )
    return MergeModels(model_id=row.ids[0], other_ids=row.ids[1:])


def _place(connection: sqlite3.Connection, text: str, me: str | None) -> str | None:
    from techdesk.models.queries import names

    return None if text.casefold() == "gone" else names.location_id(connection, text, me)


def _number(text: str) -> int:
    from techdesk.errors import BadInput

    if not (text.isascii() and text.isdigit() and len(text) < 8):
        raise BadInput(f"'{text}' is no count: type a whole number, 0 or more.")
    return int(text)
