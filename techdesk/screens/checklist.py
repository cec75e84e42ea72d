"""Going through a checklist: each step passes, fails (which opens an incident), or is left out with a reason."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.binding import BindingType

from techdesk.errors import NotFound
from techdesk.models.queries import checklists, names, tickets, visits
from techdesk.models.queries.checklists import RunCard, StepLine
from techdesk.screens.area import key
from techdesk.screens.board import Board
from techdesk.screens.browsing import Card
from techdesk.screens.reads import Question
from techdesk.screens.widgets.safe_text import clip, fit

if TYPE_CHECKING:
    from techdesk.desk.commands import Command

RESULTS = {"pass": ("✓", "x", "as it should be"), "fail": ("✗", "!", "not right"), "skip": ("–", "-", "left out"),
           None: ("·", ".", "not looked at yet")}  # fmt: skip
ASKS = {"text": ("What was found?", "a few words"), "number": ("What does it read?", "a number")}  # fmt: skip


class ChecklistScreen(Board[StepLine]):
    """Over any area; Esc goes back."""

    TITLE: ClassVar[str] = "a checklist"
    BINDING_GROUP_TITLE = "Checklist"
    TABLES: ClassVar[frozenset[str]] = frozenset(
        ("checklist", "checklist_step", "checklist_run", "checklist_answer", "attachment", "ticket")
    )
    FOOTER: ClassVar[tuple[str, ...]] = (
        "checklist.pass", "checklist.fail", "checklist.skip", "ticket.close", "checklist.minutes", "area.back", "desk.undo",
    )  # fmt: skip
    WHAT: ClassVar[tuple[str, str]] = ("step", "steps")
    FILTER: ClassVar[str] = "a word, a room; left for what nobody has looked at"
    EMPTY: ClassVar[str] = "This checklist has no steps: in a shell,  techdesk checklist step NAME TEXT  adds one."
    BINDINGS: ClassVar[list[BindingType]] = [
        key(
            "y",
            "pass_step",
            "checklist.pass",
            "Passes",
            "It is as it should be; asks for the evidence if there must be some",
        ),
        key(
            "exclamation_mark",
            "fail_step",
            "checklist.fail",
            "Fails",
            "It does not: an incident is opened; #tag names its device",
        ),
        key("minus", "skip_step", "checklist.skip", "Leave out", "Leave a step out this time, with a reason"),
        key("f", "open_file", "ticket.file", "Photo", "Open a photo of the step; fetch it if it is not here"),
        key("F", "photo", "checklist.photo", "Add photo", "Put a photo on the step, as its evidence"),
        key("W", "minutes", "checklist.minutes", "Minutes", "Keep the minutes that it took: they are proactive"),
    ]

    def __init__(self, run_id: str) -> None:
        super().__init__()
        self._run_id = run_id
        self._run: RunCard | None = None
        self._first = True

    def rows_of(self, connection: sqlite3.Connection, filter: str) -> list[StepLine]:
        self._run = checklists.card(connection, self._run_id)
        words = filter.casefold().split()
        left = "left" in words
        words = [word for word in words if word != "left"]
        return [
            step
            for step in self._run.steps
            if not (left and step.result) and all(word in f"{step.room} {step.title}".casefold() for word in words)
        ]

    def key_of(self, row: StepLine) -> str:
        return row.id

    def told(self) -> None:
        run, ink = self._run, self.desk.ink
        if run is None:
            return
        if self._first:
            self._first = False
            following = next((row for row in run.steps if row.result is None), None)
            if following is not None:
                self.listing.select(following.id)
        text = Text(no_wrap=True).append(clip(f"{run.name}, {run.site}", 60), "bold")
        left = sum(step.result is None for step in run.steps)
        state = (
            f"{left} of {len(run.steps)} left, due {run.due}"
            if run.state == "due"
            else f"{run.state} {run.reason or ''}"
        )
        text.append(f"   {state.strip()}", ink.muted)
        if run.carried and run.state == "due":
            text.append(f"   {ink.signs.late} carried {run.carried} times", ink.late)
        self.above(text)

    def draw(self, row: StepLine, width: int, selected: bool, marked: bool) -> Text:
        glyph, plain, word = RESULTS[row.result]
        ink = self.desk.ink
        style = ink.late if row.result == "fail" else ink.muted if row.result else ""
        text = Text(no_wrap=True).append(f"{plain if self.desk.config.ascii else glyph} ", style)
        text.append(fit(clip(row.room or "anywhere", 11), 12), ink.muted)
        came = row.refs or row.said or (word if row.result else "optional" if not row.required else row.evidence)
        came = clip("" if came == "none" else came, 18)
        room = max(4, width - text.cell_len - (20 if width >= 56 else 0))
        text.append(fit(row.title, room), style)
        return text.append(f"  {fit(came, 18)}", style or ink.muted) if width >= 56 else text

    # The card

    def question(self, row: StepLine) -> Question[StepLine]:
        return lambda connection: row

    def card_title(self, answer: StepLine) -> str:
        return f"{answer.room or 'anywhere'} {self.desk.signs.dot} {answer.minutes} min"

    def card(self, answer: StepLine, card: Card) -> None:
        card.words(answer.title)
        card.line((RESULTS[answer.result][2], card.ink.late if answer.result == "fail" else "bold"))
        card.fact("evidence", None if answer.evidence == "none" else f"a {answer.evidence} is asked for")
        card.fact("needs", f"{answer.quantity} x {answer.sku}" if answer.sku else None)
        card.fact("may be", None if answer.required else "left out without a word")
        card.fact("found", answer.said)
        card.fact("noted", answer.note)
        card.fact("incident", answer.refs)
        card.fact("photos", answer.photos)

    # Keys

    def _one(self) -> StepLine | None:
        rows = self.chosen()
        if len(rows) != 1:
            self.warn("One step at a time: Esc takes the marks away." if rows else "There is no step here.")
        return rows[0] if len(rows) == 1 else None

    def action_open_file(self) -> None:
        """f: opens a photo."""
        row = self._one()
        if row is not None:
            from techdesk.screens import attachments

            self.read("evidence", lambda connection: tickets.evidence(connection, self._run_id, row.id),
                      lambda lines: attachments.choose_among(self.desk, lines, "evidence", "on this step"))  # fmt: skip

    def action_pass_step(self) -> None:
        """y; on all that are marked, when none of them asks for evidence."""
        from techdesk.desk.answers import AnswerStep

        rows = self.chosen()
        asking = [
            row for row in rows if row.evidence in ("text", "number") or (row.evidence == "photo" and not row.photos)
        ]
        if not asking:
            self.desk.perform(*(AnswerStep(run_id=self._run_id, step_id=row.id) for row in rows))
            self.listing.clear_marks()
            self._onward()
            return
        row = self._one()
        if row is None:
            return
        if row.evidence == "photo":
            self.warn("A photo of it is asked for: F takes its file.")
            return

        def typed(text: str) -> None:
            self.desk.perform(AnswerStep(run_id=self._run_id, step_id=row.id, evidence=text))
            self._onward()

        self._prompt(f"{ASKS[row.evidence][0]} {row.title}", ASKS[row.evidence][1], f"step {row.id}", typed)

    def action_photo(self) -> None:
        """F."""
        from techdesk.screens.attachments import put_on_step

        row = self._one()
        if row is not None:
            self._prompt(f"A photo of: {row.title}", "its file; drop it here, or type its path", f"photo {row.id}",
                         lambda text: put_on_step(self.desk, self._run_id, row.id, text))  # fmt: skip

    def action_fail_step(self) -> None:
        """!."""
        row = self._one()
        if row is None:
            return

        def typed(text: str) -> None:
            self.desk.perform(lambda connection: _failure(connection, self._run_id, row.id, text))
            self._onward()

        self._prompt(f"What is wrong? {row.title}", "a few words; #tag names the device", f"fail {row.id}", typed)

    def action_skip_step(self) -> None:
        """-."""
        from techdesk.desk.answers import AnswerStep

        row = self._one()
        if row is None:
            return

        def typed(text: str) -> None:
            self.desk.perform(AnswerStep(run_id=self._run_id, step_id=row.id, result="skip", note=text))
            self._onward()

        self._prompt(f"Why is it left out? {row.title}", "the reason", f"skip {row.id}", typed)

    def action_close(self) -> None:
        """c: ends the run, when what must be answered is."""
        from techdesk.desk.answers import FinishRun

        self.desk.perform(FinishRun(run_id=self._run_id))

    def action_hold(self) -> None:
        """h: the whole run falls this time."""
        from techdesk.desk.answers import SkipRun

        run = self._run
        if run is not None:
            self._prompt(f"Why is {run.name} left out this time?", "the reason", f"run {run.run_id}",
                      lambda text: self.desk.perform(SkipRun(run_id=run.run_id, reason=text)))  # fmt: skip

    def action_minutes(self) -> None:
        """W."""
        run = self._run
        if run is None:
            return

        def typed(text: str) -> None:
            me = self.desk.heading.me
            self.desk.perform(lambda connection: _minutes(connection, run, text, me))

        estimate = str(sum(step.minutes for step in run.steps))
        self._prompt(f"How many minutes did {run.name} take?", "minutes", f"minutes {run.run_id}", typed, estimate)

    def _prompt(self, title: str, hint: str, draft: str, typed: Callable[[str], None], value: str = "") -> None:
        from techdesk.screens.dialogs.prompt import PromptDialog

        def given(text: str | None) -> None:
            if text:
                self.desk.keep_draft(draft, {})
                typed(text)

        self.app.push_screen(PromptDialog(title, hint, value=value, draft=draft), given)

    def _onward(self) -> None:
        """To the next step that nobody has looked at."""
        rows = self.rows
        here = next((place for place, row in enumerate(rows) if row.id == self.listing.selected_key), 0)
        ahead = [*rows[here + 1 :], *rows[:here]]
        following = next((row for row in ahead if row.result is None), None)
        if following is not None:
            self.listing.select(following.id)


def _failure(connection: sqlite3.Connection, run_id: str, step_id: str, text: str) -> Command:
    """The command of what is wrong with a step; a word `#tag` names the device, where one has that tag."""
    from techdesk.desk.answers import FailStep
    from techdesk.desk.ids import new_id

    device = None
    for word in text.split():
        if word.startswith("#") and len(word) > 1:
            try:
                device = names.device_id(connection, word[1:])
            except NotFound:
                continue
            text = " ".join(each for each in text.split() if each != word) or "it failed"
            break
    return FailStep(id=new_id(), run_id=run_id, step_id=step_id, note=text, device_id=device)


def _minutes(connection: sqlite3.Connection, run: RunCard, text: str, me: str | None) -> Command:
    """The command that keeps minutes of a run, on the visit under way if it is there."""
    from techdesk.desk.work import LogWork
    from techdesk.errors import BadInput

    if not (text.isascii() and text.isdigit() and len(text) < 5):
        raise BadInput(f"'{text}' is no number of minutes: type it in digits.")
    visit = visits.under_way(connection, me)
    at = visit.id if visit is not None and visit.site_id == run.site_id else None
    return LogWork(minutes=int(text), visit_id=at, proactive=1, note=run.name)
