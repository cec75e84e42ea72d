"""What the keys for repairs, loans and licences do."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from techdesk.desk.repairs import ALLOWED
from techdesk.models.queries.away import AwayLine
from techdesk.screens.area import Area, key
from techdesk.screens.writer import Order

if TYPE_CHECKING:
    from techdesk.desk.commands import Command
    from techdesk.screens.dialogs.moves import Move

# What `y` leads to.
ONWARD = {
    "draft": "submitted", "submitted": "accepted", "accepted": "shipped", "shipped": "returned", "returned": "verified",
    "verified": "closed", "rejected": "closed",
}  # fmt: skip


class RepairKeys(Area):
    """A screen on which repairs, loans and licences can be selected; it says which ones."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("y", "step_on", "repair.on", "Step on", "A step on: submitted, accepted, shipped, back; a loan comes back"),
        key("m", "move", "repair.move", "Move", "A repair to another state: one letter, with words if need be"),
        key("e", "edit", "ticket.edit", "Edit", "Supplier, reference, due day, cost; a licence's seats and end"),
        key("c", "close", "ticket.close", "Close", "Nothing more comes of a repair"),
        key("G", "suppliers", "supplier.open", "Suppliers", "Suppliers: whom to call, terms, what hangs on them"),
    ]

    def chosen(self) -> list[AwayLine]:
        """The marked rows, or else the selected one."""
        return []

    def did(self) -> None:
        """Something was done to them: marks may go."""

    def action_step_on(self) -> None:
        """y."""
        orders: list[Order] = []
        for row in self._some():
            if row.repair and row.state in ONWARD:
                orders.append(_moved(row, ONWARD[row.state], None))
            elif row.loan and row.loan.ended_at is None:
                orders.append(_Back(row, self.desk.heading.me).command)
            else:
                self.warn(f"{row.label} is {row.state}: there is no step to take. e edits it.")
        if orders:
            self._perform(*orders)

    def action_move(self) -> None:
        """m."""
        rows = [row for row in self._some() if row.repair]
        if not rows:
            self.warn("Only a repair is moved so: y takes a loan back, e edits a licence.")
            return
        if len({row.state for row in rows}) > 1:
            self.warn("The marked ones are in different states: move those of one state together.")
            return
        states = ALLOWED[rows[0].state]
        if not states:
            self.warn(f"The repair of {rows[0].label} is closed: if it fails again, F in Devices notes a new one.")
            return
        from techdesk.screens.dialogs.moves import REPAIR_STATES, MoveDialog

        def moved(move: Move | None) -> None:
            if move is not None:
                self._perform(*(_moved(row, move.state, move.note) for row in rows))

        title = f"Repair of {', '.join(row.label for row in rows[:4])}"
        self.app.push_screen(MoveDialog(title, states, known=REPAIR_STATES), moved)

    def action_close(self) -> None:
        """c."""
        rows = [row for row in self._some() if row.repair and row.state != "closed"]
        if not rows:
            self.warn("Only a repair under way is closed: y takes a loan back.")
        else:
            self._perform(*(_moved(row, "closed", None) for row in rows))

    def action_edit(self) -> None:
        """e."""
        rows = self._some()
        if len(rows) > 1:
            self.warn("One at a time: take the marks away with Esc, then select it.")
            return
        for row in rows:
            if row.loan:
                self.warn("A loan ends when it comes back: y.")
            else:
                self.read("fields", lambda connection, row=row: _asked(connection, row), self._open_fields)  # type: ignore[misc]

    def _open_fields(self, asked: tuple[AwayLine, dict[str, str | None], tuple[str, ...]]) -> None:
        from techdesk.screens.dialogs.repair_fields import licence_dialog, repair_dialog

        row, before, known = asked
        self.app.push_screen((repair_dialog if row.repair else licence_dialog)(row, before, known))

    def action_suppliers(self) -> None:
        """G."""
        from techdesk.screens.suppliers import SuppliersScreen

        self.app.push_screen(SuppliersScreen(next((row.who for row in self.chosen() if row.kind != "loan"), None)))

    def _some(self) -> list[AwayLine]:
        rows = self.chosen()
        if not rows:
            self.warn("Nothing is away here: in Devices, F sends one in and H lends one.")
        return rows

    def _perform(self, *orders: Order) -> None:
        self.desk.perform(*orders)
        self.did()


def _moved(row: AwayLine, state: str, note: str | None) -> Command:
    from techdesk.desk.repairs import MoveRepair

    assert row.repair is not None, "the caller looks"
    return MoveRepair(repair_id=row.repair.id, state=state, note=note)


class _Back:
    """A loan that comes back, into the van."""

    def __init__(self, row: AwayLine, me: str | None) -> None:
        self.row, self.me = row, me

    def command(self, connection: sqlite3.Connection) -> Command:
        """The command. Runs in the writer's thread."""
        from techdesk.desk.loans import EndLoan
        from techdesk.models.queries import names

        assert self.row.loan is not None, "the caller looks"
        return EndLoan(loan_id=self.row.loan.id, location_id=names.location_id(connection, "van", self.me))


def _asked(connection: sqlite3.Connection, row: AwayLine) -> tuple[AwayLine, dict[str, str | None], tuple[str, ...]]:
    """A row with what its fields say now, and the names of suppliers."""
    from techdesk.models.queries import suppliers

    table, id = row.key.split(":", 1)
    cursor = connection.execute(f"SELECT * FROM {table} WHERE id = ?", (id,))
    names = [each[0] for each in cursor.description]
    found = dict(zip(names, cursor.fetchone() or [None] * len(names), strict=True))
    said = {name: None if value is None else str(value) for name, value in found.items()}
    return row, said, suppliers.known(connection)
