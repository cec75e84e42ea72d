"""The Today area."""

from __future__ import annotations

from typing import ClassVar

from techdesk.screens.area import Area


class TodayArea(Area):
    """Today."""

    TITLE: ClassVar[str] = "Today"
