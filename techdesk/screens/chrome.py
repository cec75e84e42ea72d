"""What every area has around it: the two lines above, and the keys below."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.binding import Binding
from textual.widget import Widget

from techdesk import clock
from techdesk.models.queries.heading import Heading
from techdesk.models.queries.visits import minutes_left
from techdesk.screens.glyphs import Signs, day_text, minutes_text
from techdesk.screens.widgets.bars import bar
from techdesk.screens.widgets.safe_text import clip

if TYPE_CHECKING:
    from techdesk.app import TechdeskApp

AREAS = {
    "today": "Today",
    "tickets": "Tickets",
    "visits": "Visits",
    "spares": "Spares",
    "inventory": "Devices",
    "sync": "Sync",
}
"""The areas in the order of their keys, 1 to 6, with their names."""

BAR_CELLS = 16


def key(keys: str, action: str, id: str, description: str, tooltip: str) -> Binding:
    """A key with the name that the key map of the config file knows it by."""
    return Binding(keys, action, description, show=False, id=id, tooltip=tooltip)


class Chrome(Widget):
    """One line that knows its app."""

    DEFAULT_CSS = "Chrome { height: 1; width: 1fr; }"

    @property
    def desk(self) -> TechdeskApp:
        """The app, by its own class."""
        return cast("TechdeskApp", self.app)

    def redraw(self) -> None:
        """Draws the line again."""
        self.refresh()


class AreaBar(Chrome):
    """The areas with the one that is shown marked, and the date and the time."""

    def on_mount(self) -> None:
        self.watch(self.app, "minute", self.redraw, init=False)

    def _names(self) -> list[tuple[str, str]]:
        """(mode, what is drawn) of each area."""
        here, gap = self.desk.signs.here, " " if self.size.width >= 72 else ""
        return [
            (mode, f"{here if mode == self.app.current_mode else ' '}{number} {name}{gap}")
            for number, (mode, name) in enumerate(AREAS.items(), start=1)
        ]

    def render(self) -> Text:
        text = Text(no_wrap=True)
        for mode, name in self._names():
            text.append(name, "bold reverse" if mode == self.app.current_mode else "")
        when = clock.local(self.desk.now, self.desk.timezone)
        full = f"{when:%a} {day_text(when)} {when:%H:%M} "
        room = self.size.width - text.cell_len
        clock_text = full if room > len(full) else f"{when:%H:%M}"
        text.append(clock_text.rjust(max(0, room)))
        return text

    def on_click(self, event: events.Click) -> None:
        """Go to the area whose name was clicked."""
        right = 0
        for mode, name in self._names():
            right += cell_len(name)
            if event.x < right:
                self.app.run_worker(self.app.run_action(f"area('{mode}')"))
                return


class VisitBar(Chrome):
    """The visit under way with its minutes, what waits to be sent, and whether a server was reached."""

    def on_mount(self) -> None:
        for name in ("minute", "heading", "network"):
            self.watch(self.app, name, self.redraw, init=False)

    def render(self) -> Text:
        right = self._right()
        left = Text(no_wrap=True)
        room = self.size.width - right.cell_len - 2
        for part in self._left():
            if left.cell_len + part.cell_len <= room:
                left.append_text(part)
        if not left:
            left.append(clip(self._left()[0].plain, max(0, room)))
        left.append(" " * max(1, self.size.width - left.cell_len - right.cell_len))
        return left.append_text(right)

    def _left(self) -> list[Text]:
        heading, now, signs = self.desk.heading, self.desk.now, self.desk.signs
        visit = heading.visit
        if visit is None:
            return _following(heading, now, signs)
        left = minutes_left(visit, now)
        starts, ends = (clock.local(each, visit.timezone) for each in (visit.planned_start, visit.planned_end))
        planned = clock.seconds_between(visit.planned_start, visit.planned_end) // 60
        said = f"{minutes_text(left)} left" if left >= 0 else f"{signs.late} {minutes_text(left)} over"
        parts = [
            Text(f" {clip(visit.site, max(12, self.size.width // 3))}", "bold"),
            Text(f"  {said}", "bold" if left < 0 else ""),
            Text(f"  {bar(max(0, left), planned, BAR_CELLS, self.desk.config.ascii)}"),
            Text(f"  {starts:%H:%M}{signs.dash}{ends:%H:%M}"),
        ]
        if heading.timer is not None and self.app.current_mode != "today":
            parts.append(Text(f"  {signs.running} {heading.timer.ref} {self.desk.timer_text(heading.timer)}"))
        return parts

    def _right(self) -> Text:
        heading, signs, network = self.desk.heading, self.desk.signs, self.desk.network
        wide = self.size.width >= 90
        inbox = f"{signs.late} {heading.inbox} in the inbox  " if heading.inbox and wide else ""
        if heading.inbox and not wide:
            inbox = f"{signs.late}{heading.inbox} "
        glyph = {"online": signs.online, "syncing": signs.syncing}.get(network, signs.offline)
        word = "no server" if heading.server is None else network
        return Text(f"{inbox}{heading.to_send} to send  {glyph}{f' {word}' if wide else ''} ")


def _following(heading: Heading, now: str, signs: Signs) -> list[Text]:
    following = heading.following
    if following is None:
        return [Text(" No visit under way", "bold"), Text(" and none planned")]
    starts = clock.local(following.planned_start, following.timezone)
    same_day = starts.date() == clock.local(now, following.timezone).date()
    when = f"{starts:%H:%M}" if same_day else f"{starts:%a} {day_text(starts)} {starts:%H:%M}"
    return [Text(f" Next: {clip(following.site, 40)}", "bold"), Text(f"  {when}")]


class KeyBar(Chrome):
    """The keys that matter here, about seven, and always the help. A click does what the key does."""

    def __init__(self, ids: tuple[str, ...]) -> None:
        """`ids` of bindings, the most wanted first: what does not fit is left out from the end."""
        super().__init__()
        self.ids = ids

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, lambda _: self.redraw())

    def _keys(self) -> list[tuple[Binding, str, str]]:
        """(binding, key, words) of those that fit."""
        by_id = {active.binding.id: active.binding for active in self.screen.active_bindings.values()}
        help_ = by_id.get("help.open")
        room = self.size.width - 1
        chosen: list[tuple[Binding, str, str]] = []
        last = [(help_, self._shown(help_), "help")] if help_ else []
        room -= sum(cell_len(key) + len(words) + 3 for _, key, words in last)
        for id in self.ids:
            binding = by_id.get(id)
            if binding is None:
                continue
            key, words = self._shown(binding), binding.description.lower()
            room -= cell_len(key) + len(words) + 3
            if room >= 0:
                chosen.append((binding, key, words))
        return chosen + last

    def _shown(self, binding: Binding) -> str:
        return "enter" if binding.key == "enter" and self.desk.config.ascii else self.app.get_key_display(binding)

    def render(self) -> Text:
        text = Text(" ", no_wrap=True)
        for _, key, words in self._keys():
            text.append(key, "bold").append(f" {words}  ")
        return text

    async def on_click(self, event: events.Click) -> None:
        """Do what the key under the mouse does."""
        right = 1
        for binding, key, words in self._keys():
            right += cell_len(key) + len(words) + 3
            if event.x < right:
                await self.screen.run_action(binding.action) if hasattr(
                    self.screen, f"action_{binding.action.split('(')[0]}"
                ) else await self.app.run_action(binding.action)
                return
