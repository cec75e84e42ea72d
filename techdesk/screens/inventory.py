"""The Devices area."""

from __future__ import annotations

from typing import ClassVar

from techdesk.screens.area import Area


class InventoryArea(Area):
    """Devices."""

    TITLE: ClassVar[str] = "Devices"
