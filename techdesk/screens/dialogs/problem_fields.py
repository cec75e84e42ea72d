"""What is known of a problem and what a change needs, as pages of fields."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from techdesk import clock
from techdesk.desk.changes import RISKS, EditChange, RaiseChange
from techdesk.desk.commands import Command
from techdesk.desk.ids import new_id
from techdesk.desk.problems import EditProblem
from techdesk.models.queries import names
from techdesk.models.queries.problem_board import BoardLine
from techdesk.models.queries.suppliers import known
from techdesk.screens.dialogs.dialog import short_title
from techdesk.screens.dialogs.fields import Asked, FieldsDialog
from techdesk.screens.writer import Order

if TYPE_CHECKING:
    from techdesk.app import TechdeskApp

PROBLEM = (
    Asked("workaround", "Workaround", "what helps until it is gone; it is shown on tickets", lines=True),
    Asked("cause", "Cause", "what is behind it", lines=True),
    Asked("symptoms", "Symptoms", "how it shows", lines=True),
    Asked("title", "Problem", "what is wrong"),
    Asked("model", "Model", "a device model"),
    Asked("service", "Service"),
    Asked("category", "Category"),
)
MOMENT = "2026-12-19T08:00, on the clock of the schools"


def edit(desk: TechdeskApp, row: BoardLine, fields: Mapping[str, Any], done: Callable[[], None]) -> None:
    """Asks what is known of a problem or change; `fields` as the board's card has them."""
    title = short_title("Edit", [(row.ref, row.title)])
    if row.kind == "problem":
        _push(desk, FieldsDialog(title, PROBLEM, lambda said: _edit_problem(row.id, said), before=fields,
                                 draft=f"edit {row.id}"), done)  # fmt: skip
        return
    zone = desk.timezone
    before = {name: _there(fields[name], zone) if name in ("starts", "ends") else fields.get(name) for name in fields}

    def ask(connection: sqlite3.Connection) -> tuple[Asked, ...]:
        return _change_fields(known(connection))

    def show(asked: tuple[Asked, ...]) -> None:
        _push(desk, FieldsDialog(title, asked, lambda said: _edit_change(row.id, said, zone), before=before,
                                 draft=f"edit {row.id}"), done)  # fmt: skip

    desk.area.read("fields", ask, show)


def raise_change(desk: TechdeskApp, of: BoardLine | None, done: Callable[[], None]) -> None:
    """Asks for a change, of a problem or of none."""

    def show(suppliers: tuple[str, ...]) -> None:
        asked = (
            Asked("title", "Change", "what is to be done"),
            Asked("reason", "Why", "", lines=True),
            *_change_fields(suppliers)[2:5],
            Asked("model", "Model", "a device model; else at every school" if of is None else "else the problem's"),
            Asked("sites", "Schools", "codes or names, with commas between; else all that are affected"),
            *_change_fields(suppliers)[7:8],
        )
        title = f"Change for {of.ref}  {of.title}" if of else "Ask for a change"
        before = {"risk": "low", "reason": of.title if of else ""}
        page = FieldsDialog(title, asked, lambda said: _raised(of, {**before, **said}), before=before,
                            draft=f"change {of.id if of else ''}")  # fmt: skip
        _push(desk, page, done)

    desk.area.read("fields", known, show)


def _change_fields(suppliers: tuple[str, ...]) -> tuple[Asked, ...]:
    return (
        Asked("title", "Change", "what is to be done"),
        Asked("reason", "Why", "", lines=True),
        Asked("risk", "Risk", "low, medium or high", known=RISKS),
        Asked("back_out", "Way back", "needed for a medium or high risk"),
        Asked("affected", "Noticed by", "who, in words"),
        Asked("starts", "Begins", MOMENT),
        Asked("ends", "Ends", MOMENT),
        Asked("supplier", "Supplier", "whose consent is needed", known=suppliers),
        Asked("consent", "Consent", "how and when they agreed"),
    )


def _push(desk: TechdeskApp, page: FieldsDialog, done: Callable[[], None]) -> None:
    def left(kept: bool | None) -> None:
        if kept:
            done()

    desk.push_screen(page, left)


def _edit_problem(id: str, said: dict[str, str]) -> Order:
    plain = {name: value for name, value in said.items() if name != "model"}
    EditProblem(id=id, **plain)  # type: ignore[arg-type]  # raises BadInput before anything is done

    def order(connection: sqlite3.Connection) -> Command:
        model = said.get("model")
        model_id = names.model_id(connection, model) if model else model
        return EditProblem(id=id, **plain, model_id=model_id)  # type: ignore[arg-type]

    return order


def _edit_change(id: str, said: dict[str, str], zone: str) -> Order:
    moments = {name: clock.parse_there(said[name], zone) for name in ("starts", "ends") if said.get(name)}
    return EditChange(id=id, **{**said, **moments})  # type: ignore[arg-type]


def _raised(of: BoardLine | None, said: dict[str, str]) -> Order:
    given = {name: value for name, value in said.items() if name not in ("model", "sites") and value}
    sites = [each.strip() for each in said.get("sites", "").split(",") if each.strip()]
    id, title, reason = new_id(), given.pop("title", ""), given.pop("reason", "")
    RaiseChange(id=id, title=title, reason=reason, **given)  # type: ignore[arg-type]  # raises BadInput

    def order(connection: sqlite3.Connection) -> Command:
        model = said.get("model")
        model_id = names.model_id(connection, model) if model else _model_of(connection, of)
        return RaiseChange(
            id=id, title=title, reason=reason, problem_id=of.id if of else None, model_id=model_id,
            site_ids=tuple(names.site_id(connection, each) for each in sites),
            **given,
        )  # fmt: skip

    return order


def _model_of(connection: sqlite3.Connection, of: BoardLine | None) -> str | None:
    found = connection.execute("SELECT model_id FROM problem WHERE id = ?", (of.id if of else None,)).fetchone()
    return None if found is None else found[0]


def _there(moment: object, zone: str) -> str:
    """A moment as it is typed, on the clock of the schools."""
    return f"{clock.local(str(moment), zone):%Y-%m-%dT%H:%M}" if moment else ""
