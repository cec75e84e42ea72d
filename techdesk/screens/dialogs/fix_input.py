"""The line for the fix: it offers what fixed the like before, and completes parts that are marked with a plus."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType
from textual.suggester import Suggester
from textual.widgets import Input

from techdesk.screens.chrome import key
from techdesk.screens.dialogs.parts import VanPart, fitting, last_mark


class Offers(Suggester):
    """Completes a whole fix from those before, or the part that is being typed at the end."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self.fixes: list[str] = []
        self.parts: list[VanPart] = []
        self.marks_only_parts = False

    async def get_suggestion(self, value: str) -> str | None:
        """The value with the rest of what it begins."""
        typed = value.rsplit(" ", 1)[-1] if self.marks_only_parts else last_mark(value)
        if typed:
            found = [part for part in fitting(self.parts, typed) if part.sku.casefold().startswith(typed.casefold())]
            return value + found[0].sku[len(typed) :] if found else None
        for fix in self.fixes:
            if value.strip() and fix.casefold().startswith(value.casefold()):
                return value + fix[len(value) :]
        return None


class FixInput(Input):
    """Down and up go through the fixes of similar tickets, and back to what was typed."""

    BINDING_GROUP_TITLE = "The fix"
    BINDINGS: ClassVar[list[BindingType]] = [
        key("down", "fix(1)", "fix.next", "Next fix", "Take the next fix of a similar ticket"),
        key("up", "fix(-1)", "fix.before", "Fix before", "Take the fix before, or what was typed"),
    ]

    def __init__(self, value: str) -> None:
        self.offers = Offers()
        super().__init__(
            value,
            placeholder="what put it right",
            suggester=self.offers,
            select_on_focus=False,
            compact=True,
            id="fix",
        )
        self._typed = value
        self._place = 0

    def action_fix(self, by: int) -> None:
        """Another of the fixes before; place 0 is what was typed."""
        if self._place == 0:
            self._typed = self.value
        self._place = max(0, min(self._place + by, len(self.offers.fixes)))
        self.value = self.offers.fixes[self._place - 1] if self._place else self._typed
        self.action_end()
