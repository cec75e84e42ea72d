"""What the keys for articles do, wherever one is shown: written, changed, shared."""

from __future__ import annotations

import sqlite3
from typing import Any, ClassVar

from textual.binding import BindingType

from techdesk.screens.area import Area, key

KEYS: list[BindingType] = [
    key("L", "share", "article.share", "Share", "Share a draft with everyone, in every cluster"),
    key("e", "edit", "ticket.edit", "Edit", "Its title, words, models, services, category"),
    key("plus", "new_article", "article.new", "New", "Write an article"),
]


class ArticleKeys(Area):
    """A screen on which an article can be selected; it says which one."""

    BINDINGS: ClassVar[list[BindingType]] = KEYS

    def article(self) -> dict[str, Any] | None:
        """The selected article, as `models.queries.articles` tells it."""
        return None

    def _selected(self) -> dict[str, Any] | None:
        found = self.article()
        if found is None:
            self.warn("There is no article here: + writes one, L on a closed ticket makes one of it.")
        return found

    def action_share(self) -> None:
        """L: shares it."""
        from techdesk.desk.articles import RecordArticle

        found = self._selected()
        if found is not None and found["state"] == "shared":
            self.warn(f"'{found['title']}' is shared already.")
        elif found is not None:
            self.desk.perform(RecordArticle(id=found["id"], state="shared"))

    def action_edit(self) -> None:
        """e: changes it."""
        found = self._selected()
        if found is not None:
            self._write("Edit the article", found["id"], found)

    def action_new_article(self) -> None:
        """+: writes one."""
        from techdesk.desk.ids import new_id

        self._write("A new article", new_id(), None)

    def _write(self, title: str, id: str, row: dict[str, Any] | None) -> None:
        """Asks for its fields; `row` is what it says now."""
        from techdesk.models.queries.articles import writing
        from techdesk.screens.dialogs.fields import Asked, FieldsDialog
        from techdesk.screens.writer import Order

        asked = (
            Asked("title", "Title", "what it is about"),
            Asked("body", "Words", "what is wrong, what helps, why", lines=True),
            Asked("models", "Models", "device models, with commas between"),
            Asked("services", "Services", "with commas between"),
            Asked("category", "Category"),
        )

        def order(said: dict[str, str]) -> Order:
            writing(None, id, said)  # raises BadInput before anything is done

            def made(connection: sqlite3.Connection) -> Any:
                return writing(connection, id, said)

            return made

        before = {each.name: _plain(row[each.name]) for each in asked} if row else {}
        draft = f"article {id if row else 'new'}"

        def written(kept: bool | None) -> None:
            if kept:
                self.wrote(id)

        self.app.push_screen(FieldsDialog(title, asked, order, before=before, draft=draft), written)

    def wrote(self, id: str) -> None:
        """An article was written or changed."""


def _plain(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value or "")
