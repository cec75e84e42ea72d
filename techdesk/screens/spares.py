"""The Spares area."""

from __future__ import annotations

from typing import ClassVar

from techdesk.screens.area import Area


class SparesArea(Area):
    """Spares."""

    TITLE: ClassVar[str] = "Spares"
