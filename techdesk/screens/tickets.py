"""The Tickets area."""

from __future__ import annotations

from typing import ClassVar

from techdesk.screens.area import Area


class TicketsArea(Area):
    """Tickets."""

    TITLE: ClassVar[str] = "Tickets"
