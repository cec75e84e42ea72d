"""The Visits area."""

from __future__ import annotations

from typing import ClassVar

from techdesk.screens.area import Area


class VisitsArea(Area):
    """Visits."""

    TITLE: ClassVar[str] = "Visits"
