"""The dialog before the interface: the passphrase of an encrypted store that nothing else opens."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Input, Label, Static

from techdesk import paths
from techdesk.config import load_config
from techdesk.errors import TechdeskError
from techdesk.models import seal
from techdesk.screens.chrome import key
from techdesk.screens.themes import DARK, LIGHT
from techdesk.screens.widgets.safe_text import safe_text


class UnlockApp(App[bool]):
    """Asks until the passphrase is right (True), or until the person leaves (None)."""

    TITLE = "techdesk"
    ENABLE_COMMAND_PALETTE = False
    CSS = """
    Screen { align: center middle; }
    #frame { width: 64; max-width: 100%; height: auto; border: round $primary; padding: 1 2; }
    #wrong { color: $warning; text-style: bold; min-height: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        key("escape", "leave", "unlock.leave", "Leave", "Leave without opening it")
    ]

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        for theme in (DARK, LIGHT):
            self.register_theme(theme)
        config, _ = load_config(paths.config_path())
        self.theme = config.theme if config.theme in self.available_themes else DARK.name

    def compose(self) -> ComposeResult:
        with Vertical(id="frame"):
            yield Label("This store is encrypted. Its passphrase:", markup=False)
            yield Input(password=True, id="passphrase")
            yield Static("", id="wrong", markup=False)
            yield Label("Enter opens it   Esc leaves", markup=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.input.disabled = True
        self.query_one("#wrong", Static).update("A moment ...")
        self.run_worker(partial(self._try, event.value), thread=True)

    def _try(self, passphrase: str) -> None:
        """In a thread: it takes a third of a second, and has to."""
        try:
            seal.unlock(self.path, passphrase)
        except TechdeskError as error:
            self.call_from_thread(self._wrong, str(error))
        else:
            self.call_from_thread(self.exit, True)

    def _wrong(self, sentence: str) -> None:
        field = self.query_one(Input)
        field.disabled = False
        field.value = ""
        field.focus()
        self.query_one("#wrong", Static).update(safe_text(sentence))

    def action_leave(self) -> None:
        """Leaves."""
        self.exit(None)
