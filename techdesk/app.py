"""The terminal's door: the areas, the keys that work everywhere, the clock and the heading.

No rules live here: what may be done is in `techdesk.desk`, what is known in `techdesk.models`.
"""

from __future__ import annotations

import gc
import sqlite3
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual.app import App
from textual.binding import Binding, BindingType
from textual.reactive import reactive
from textual.screen import Screen

from techdesk import clock, paths
from techdesk.config import Config, load_config
from techdesk.errors import StoreLocked
from techdesk.models.queries import heading as headings
from techdesk.models.queries.heading import Heading
from techdesk.models.rows import RunningTimer
from techdesk.screens import glyphs as signs
from techdesk.screens.area import StoreChanged
from techdesk.screens.chrome import AREAS, key
from techdesk.screens.doing import Doing
from techdesk.screens.importing import Importing
from techdesk.screens.syncing import Syncing
from techdesk.screens.telling import Ink
from techdesk.screens.themes import DARK, LIGHT
from techdesk.screens.widgets import line

if TYPE_CHECKING:
    from techdesk.screens.dialogs.choices import Choice

TIMEZONE = "Europe/London"
HOMES = {
    "today": "today:TodayArea",
    "tickets": "tickets:TicketsArea",
    "visits": "visits:VisitsArea",
    "spares": "spares:SparesArea",
    "inventory": "inventory:InventoryArea",
    "sync": "sync:SyncArea",
}
# What opens over whichever area is shown.
OVER = {
    "triage": "triage:TriageScreen",
    "board": "problems:ProblemsScreen",
    "articles": "articles:ArticlesScreen",
    "routes": "routes:RoutesScreen",
    "agreements": "agreements:AgreementsScreen",
    "figures": "figures:FiguresScreen",
}


def screen_class(home: str) -> type[Screen[Any]]:
    """A screen's class, as module:Class; loads its module, which the start does not wait for."""
    module, _, name = home.partition(":")
    return cast("type[Screen[Any]]", getattr(import_module(f"techdesk.screens.{module}"), name))


def _make(mode: str) -> Screen[Any]:
    return screen_class(HOMES[mode])()


class TechdeskApp(Doing):
    """Six areas on one store. Raises StoreUnusable when it is made, if the store cannot be opened."""

    TITLE = "techdesk"
    CSS_PATH = "theme.tcss"
    ENABLE_COMMAND_PALETTE = False  # `g` is ours: it waits for a scanner's Enter, which Textual's does not
    MODES: ClassVar[dict[str, str | Callable[[], Screen[Any]]]] = {mode: partial(_make, mode) for mode in HOMES}
    DEFAULT_MODE = "today"
    BINDINGS: ClassVar[list[BindingType]] = [
        key("n", "capture", "capture.open", "New", "Take a request down: type, Enter"),
        key("N", "log_book", "page.open", "Log book", "Take a page down: a ticket a line; or paste an e-mail"),
        key("Q", "over('triage')", "triage.open", "Triage", "Triage the queue: what nobody has looked at first"),
        key(
            "b",
            "over('board')",
            "problems.open",
            "Board",
            "The problem board: what keeps coming back, known errors, changes",
        ),
        key(
            "apostrophe",
            "over('articles')",
            "articles.open",
            "Articles",
            "The articles: how things are put right; write, change, share",
        ),
        key("g", "goto", "goto.open", "Go to", "Go to any ticket, device, site, view or command; or scan a tag"),
        key(
            "ampersand",
            "over('routes')",
            "routes.open",
            "Routes",
            "The day's routes: who goes where and when; plan the day, accept it",
        ),
        key(
            "dollar_sign",
            "over('agreements')",
            "agreements.open",
            "Agreements",
            "What each school bought, and had this term",
        ),
        key("percent_sign", "over('figures')", "figures.open", "Figures", "How well the desk serves, in figures"),
        key("u", "undo", "desk.undo", "Undo", "Take back what was done last"),
        key(
            "ctrl+l",
            "import_file",
            "import.open",
            "Import",
            "Take a file in: devices, parts, tickets ... of other programs",
        ),
        key("s", "sync", "sync.start", "Sync", "Send and fetch now"),
        key("question_mark", "help", "help.open", "Help", "All keys, and what the signs mean"),
        *(
            key(str(number), f"area('{mode}')", f"area.{mode}", name, f"Go to {name}")
            for number, (mode, name) in enumerate(AREAS.items(), start=1)
        ),
        Binding(
            "q,ctrl+q", "quit", "Quit", show=False, id="app.quit", tooltip="Leave; nothing is lost", priority=False
        ),
    ]

    now: reactive[str] = reactive("", init=False, repaint=False)
    """The present moment, renewed every second."""
    minute: reactive[str] = reactive("", init=False, repaint=False)
    """The same without its seconds, for what need not be drawn more often."""
    network: reactive[str] = reactive("offline", init=False, repaint=False)
    """online, offline or syncing, as far as the last sync could tell."""

    def __init__(self, path: Path, *, config: Config | None = None, wall: Callable[[], str] | None = None) -> None:
        """`wall` gives the present moment, for tests and pictures; `config` is read from the person's file if not given."""
        self.wall = wall or (lambda: clock.moment(clock.now()))
        super().__init__(path, self.wall)
        self.config, self.problems = (config, []) if config else load_config(paths.config_path())
        self.signs = signs.ASCII if self.config.ascii else signs.UNICODE
        self.glyphs = line.ASCII if self.config.ascii else line.UNICODE
        self.syncing = Syncing(self)
        self.importing = Importing(self)
        for theme in (DARK, LIGHT):
            self.register_theme(theme)
        self.problems += self._choose_theme()
        self._heading_number = 0
        self.set_reactive(TechdeskApp.now, self.wall())

    # What areas ask

    @property
    def timezone(self) -> str:
        """The time zone of the visit under way, else that of the desk."""
        return self.heading.visit.timezone if self.heading.visit else TIMEZONE

    def timer_text(self, timer: RunningTimer) -> str:
        """What a timer shows now."""
        since = clock.seconds_between(timer.started_at, self.now) if timer.started_at else 0
        return signs.stopwatch(timer.seconds + since)

    @property
    def ink(self) -> Ink:
        """How things are drawn now."""
        theme = self.current_theme
        return Ink(
            self.now,
            self.signs,
            f"bold {theme.warning or ''}",
            str(theme.accent or theme.primary),
            str(theme.secondary),
        )

    # Keys

    def action_area(self, mode: str) -> None:
        """Shows an area; a second press of its key leaves what was opened over it."""
        if mode == self.current_mode and len(self.screen_stack) > 1:
            self.pop_screen()
        else:
            self.switch_mode(mode)

    def action_over(self, name: str) -> None:
        """Opens a screen over the area that is shown; a second press of its key leaves it."""
        kind = screen_class(OVER[name])
        if isinstance(self.screen, kind):
            self.pop_screen()
        else:
            self.push_screen(kind())

    def action_capture(self) -> None:
        """Opens the capture line of whichever area is shown."""
        self.area.open_capture()

    def action_log_book(self) -> None:
        """Opens the log book."""
        self.open_page()

    def action_goto(self) -> None:
        """Opens the palette."""
        from techdesk.screens.dialogs.goto import GoTo, commands

        active = [each.binding for each in self.screen.active_bindings.values()]
        self.push_screen(GoTo(commands([(each, self.get_key_display(each)) for each in active])), self._go)

    async def _go(self, chosen: Choice | None) -> None:
        if chosen is None:
            return
        kind, value = chosen.value
        if kind in ("ticket", "device", "article"):
            self.open_story(kind, value)
        elif kind in ("problem", "change"):
            from techdesk.screens.problems import ProblemsScreen

            self.push_screen(ProblemsScreen(f"{kind}:{value}"))
        elif kind == "command":
            await self.screen.run_action(value if hasattr(self.screen, f"action_{value}") else f"app.{value}")
        else:
            await self.show_tickets(f"site:{value}" if kind == "site" else value)

    def find_tickets(self) -> None:
        """Goes to the ticket list's filter line."""

        async def find() -> None:
            await self.switch_mode("tickets")
            self.call_after_refresh(self.area.action_find)

        self.run_worker(find())

    async def show_tickets(self, line: str) -> None:
        """Shows the ticket list, filtered by a line."""
        await self.switch_mode("tickets")
        self.area.filter_by(line)

    def action_sync(self) -> None:
        """Starts a sync, or says why not."""
        self.syncing.start()

    def action_import_file(self) -> None:
        """Asks for a file, and takes it in while work goes on."""
        from techdesk.screens.dialogs.import_file import ImportDialog

        self.push_screen(ImportDialog(), lambda file: self.importing.start(file) if file else None)

    def action_help(self) -> None:
        """Shows all keys."""
        from techdesk.screens.help import HelpScreen

        self.push_screen(HelpScreen(self.area))

    def open_story(self, kind: str, id: str) -> None:
        """Shows everything about one ticket, device or article."""
        from techdesk.screens.story import ArticleStory, DeviceStory, TicketStory

        self.push_screen({"ticket": TicketStory, "device": DeviceStory, "article": ArticleStory}[kind](id))

    # The life of the app

    def on_mount(self) -> None:
        problems = [*self.problems, *self._choose_keys()]
        if problems:
            more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
            self.call_after_refresh(lambda: self.warn(problems[0] + more))
        self._read_heading()
        self.set_interval(1, self._tick)
        self.set_interval(self.config.refresh_seconds, lambda: self.run_worker(self._look_elsewhere(), group="look"))

    def _choose_theme(self) -> list[str]:
        known = self.config.theme in self.available_themes
        name = self.config.theme if known else DARK.name
        if self.available_themes[name].dark:
            # Nothing is drawn yet, so nothing need be parsed and drawn again: 15 ms of the start. (A light one needs the
            # filters and classes that the assignment brings about.)
            self.set_reactive(App.theme, name)
            self.add_class(f"-theme-{name}")
            self.stylesheet.set_variables(self.get_css_variables())
        else:
            self.theme = name
        return [] if known else [f'There is no theme "{self.config.theme}": {DARK.name} is used instead.']

    def _choose_keys(self) -> list[str]:
        if not self.config.keys:
            return []
        from techdesk.screens.help import areas_with_keys  # every area: 60 ms that only one's own keys pay for
        from techdesk.screens.widgets.keys import apply_keymap

        return apply_keymap(self, self.config.keys, *areas_with_keys())

    async def on_unmount(self) -> None:
        """Who leaves does not wait for the rest of a file, nor for a server; both go on another time."""
        self.importing.stop()
        self.syncing.stop()

    def on_ready(self) -> None:
        """From the first paint on garbage is collected, but not what the start has made: that stays."""
        gc.freeze()
        gc.enable()

    def on_store_changed(self, event: StoreChanged) -> None:
        self._read_heading()
        for area in self.areas:
            area.store_changed(event)

    def _read_heading(self) -> None:
        self._heading_number += 1
        self.run_worker(partial(self._ask_heading, self._heading_number, self.now), group="heading", thread=True)

    def _ask_heading(self, number: int, now: str) -> None:
        try:
            found = self.reads.ask(lambda connection: headings.heading(connection, now))
        except sqlite3.Error:  # the area says it too; what was read last stays above
            return
        self.call_later(self._show_heading, number, found)

    def _show_heading(self, number: int, found: Heading) -> None:
        if number == self._heading_number:
            self.heading = found

    def _tick(self) -> None:
        self.now = self.wall()
        self.minute = self.now[:16]


def run(store_path: Path | None = None) -> None:
    """Opens the interface on a store, the laptop's own if none is given; of a locked one it asks the passphrase first.
    Raises StoreUnusable before it draws anything."""
    path = store_path or paths.store_path()
    try:
        app = TechdeskApp(path)
    except StoreLocked:
        from techdesk.screens.unlocking import UnlockApp

        if not UnlockApp(path).run():
            return
        app = TechdeskApp(path)
    app.run()
