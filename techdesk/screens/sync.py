"""The Sync area."""

from __future__ import annotations

from typing import ClassVar

from techdesk.screens.area import Area


class SyncArea(Area):
    """Sync."""

    TITLE: ClassVar[str] = "Sync"
