"""The key that opens what is to be settled, where spares or devices are shown."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from techdesk.screens.area import Area, key


class SettlingKey(Area):
    """A screen of spares or devices."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key(
            "Y",
            "open_settling",
            "settling.open",
            "To settle",
            "What cannot be by the books, what is offered, models alike",
        ),
    ]

    def action_open_settling(self) -> None:
        """Y."""
        from techdesk.screens.settling import SettlingScreen

        self.app.push_screen(SettlingScreen())
