"""The keys that open what hangs on the books, wherever spares or devices are shown."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from techdesk.screens.area import Area, key


class BookKeys(Area):
    """A screen of spares or devices."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key(
            "Y",
            "open_settling",
            "settling.open",
            "To settle",
            "What cannot be by the books, what is offered, models alike",
        ),
        key("G", "suppliers", "supplier.open", "Suppliers", "Suppliers: whom to call, terms, what hangs on them"),
    ]

    def action_open_settling(self) -> None:
        """Y."""
        from techdesk.screens.settling import SettlingScreen

        self.app.push_screen(SettlingScreen())

    def action_suppliers(self) -> None:
        """G."""
        from techdesk.screens.suppliers import SuppliersScreen

        self.app.push_screen(SuppliersScreen())
