"""All keys, made from the bindings, and what the signs mean."""

from __future__ import annotations

from importlib import import_module
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.dom import DOMNode
from textual.screen import ModalScreen
from textual.widgets import Static

from techdesk.app import HOMES, TechdeskApp, screen_class
from techdesk.screens.area import Area, bindings_of
from techdesk.screens.chrome import key
from techdesk.screens.glyphs import TASKS
from techdesk.screens.widgets.keys import BindingRow, binding_rows
from techdesk.screens.widgets.paged_list import PagedList
from techdesk.screens.widgets.safe_text import clip, fit

KEY_CELLS = 16
NAME_CELLS = 12
OTHER_KEYS = """
Other keys: the file config.toml takes lines like  "ticket.close" = "f2"  below a line  [keys];
each key's name stands at the right here.
"""


WITH_KEYS = (
    "triage:TriageScreen",
    "problems:ProblemsScreen",
    "articles:ArticlesScreen",
    "repairs:RepairsScreen",
    "settling:SettlingScreen",
    "suppliers:SuppliersScreen",
    "models:ModelsScreen",
    "routes:RoutesScreen",
    "agreements:AgreementsScreen",
    "story:TicketStory",
    "story:DeviceStory",
    "story:ArticleStory",
    "auditing:AuditScreen",
    "checklist:ChecklistScreen",
    "widgets.paged_list:PagedList",
    "widgets.capture_line:CaptureLine",
    "widgets.filter_line:FilterLine",
    "dialogs.log_book:LogBookDialog",
    "dialogs.close:CloseDialog",
    "dialogs.edit:EditDialog",
    "dialogs.fields:FieldsDialog",
    "dialogs.hold:HoldDialog",
    "dialogs.goto:GoTo",
    "dialogs.choices:Choices",
    "dialogs.fix_input:FixInput",
    "dialogs.toggle:Toggle",
    "help:HelpScreen",
)
"""What has keys of its own beside the areas: module of techdesk.screens, and class."""


def areas_with_keys() -> list[type[DOMNode]]:
    """Everything that has keys of its own: the areas, the lists, the dialogs. Loads their modules."""
    names = (each.split(":") for each in WITH_KEYS)
    classes = [getattr(import_module(f"techdesk.screens.{module}"), name) for module, name in names]
    return [*map(screen_class, HOMES.values()), *classes]


class HelpScreen(ModalScreen[None]):
    """The keys of the area that is shown, of lists, of everywhere; then the signs."""

    BINDING_GROUP_TITLE = "Help"
    BINDINGS: ClassVar[list[BindingType]] = [
        key("escape,q,question_mark", "dismiss", "help.leave", "Back", "Leave the help"),
        key("down,j", "scroll(1)", "help.down", "Down", "Further down"),
        key("up,k", "scroll(-1)", "help.up", "Up", "Further up"),
    ]

    def __init__(self, area: Area) -> None:
        super().__init__()
        self._area = area

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="help"):
            yield Static(self._text(), id="help-text")

    def on_mount(self) -> None:
        self.query_one("#help").focus()

    def on_resize(self) -> None:
        self.query_one("#help-text", Static).update(self._text())

    def action_scroll(self, by: int) -> None:
        """Moves the text."""
        self.query_one("#help").scroll_relative(y=by, animate=False)

    def _text(self) -> Text:
        app = self.app
        assert isinstance(app, TechdeskApp)
        width = max(40, min(app.size.width, 110) - 6)
        rows = [row for row in binding_rows(app, type(self._area)) if _means_something(self._area, row)]
        text = Text()
        _group(text, f"In {self._area.TITLE}", rows, width)
        _group(text, "In every list", binding_rows(app, PagedList), width)
        _group(text, "Everywhere", binding_rows(app, type(app)), width)
        _group(text, "While capturing", _capture_rows(), width)
        text.append("Signs\n", "bold")
        for state, (glyph, plain) in TASKS.items():
            text.append(f"  {plain if app.config.ascii else glyph}  ").append(f"{state}\n")
        signs = app.signs
        for sign, meaning in (
            (signs.late, "late, over time, or something is wrong"),
            (app.glyphs.cursor, "selected; it has the keys"),
            (app.glyphs.mark, "marked with x: the next key acts on all that are marked"),
            (
                f"{signs.online} {signs.offline} {signs.syncing}",
                "the last sync reached the server; did not; is under way",
            ),
        ):
            text.append(f"  {sign}  {meaning}\n")
        return text.append(OTHER_KEYS)


def _means_something(area: Area, row: BindingRow) -> bool:
    """Whether an area defines what the key does, or only says that it has no meaning there."""
    action = next((each.action for each in bindings_of(type(area)) if each.id == row.id), "")
    name = f"action_{action.partition('(')[0]}"
    inherited = ("action_wrap", "action_back", "action_reload")
    return name in inherited or getattr(type(area), name, None) is not getattr(Area, name, None)


def _capture_rows() -> list[BindingRow]:
    marks = (
        ("@room", "Room", "Where; Tab completes it"),
        ("#tag", "Device", "Its tag, which Tab completes; any other #word is a keyword"),
        ("!urgent", "Urgency", "Work stopped; also !soon, !whenever, !1 to !4"),
        ("?how-to", "How-to", "A question; ? alone does it too, and ?request"),
        ("\\@ \\#", "As it is", "A backslash before a sign takes its meaning away"),
    )
    return [BindingRow("", mark, "", name, meaning) for mark, name, meaning in marks]


def _group(text: Text, title: str, rows: list[BindingRow], width: int) -> None:
    text.append(f"{title}\n", "bold")
    for row in rows:
        id_cells = len(row.id) + 1 if width >= 76 else 0
        room = width - KEY_CELLS - NAME_CELLS - id_cells
        text.append(f"  {fit(row.keys, KEY_CELLS - 2)}", "bold").append(fit(row.description, NAME_CELLS))
        text.append(fit(clip(row.tooltip, room - 1), room))
        text.append(f"{row.id if id_cells else ''}\n", "dim")
    text.append("\n")
