"""The articles: how things are put right, kept for everyone; drafts first, each to be read beside the list."""

from __future__ import annotations

import sqlite3
from typing import Any, ClassVar

from rich.text import Text

from techdesk.models.queries.articles import article_list
from techdesk.screens.article_keys import ArticleKeys
from techdesk.screens.browsing import Browsing, Card
from techdesk.screens.reads import Question
from techdesk.screens.sources import Whole
from techdesk.screens.telling import tell_article
from techdesk.screens.widgets.paged_list import PagedList
from techdesk.screens.widgets.safe_text import fit

EMPTY = "No article is written yet. + writes one; L on a closed ticket makes one of what fixed it. Esc goes back."
UNFIT = "No article holds these words. Esc takes the filter away."
Row = dict[str, Any]


class ArticlesScreen(Browsing[Row], ArticleKeys):
    """Over any area; Esc goes back."""

    TITLE: ClassVar[str] = "Articles"
    BINDING_GROUP_TITLE = "Articles"
    TABLES: ClassVar[frozenset[str]] = frozenset(("article", "ticket", "device_model"))
    FOOTER: ClassVar[tuple[str, ...]] = (
        "list.open", "list.find", "article.new", "ticket.edit", "article.share", "area.back", "goto.open", "desk.undo",
    )  # fmt: skip
    WHAT: ClassVar[tuple[str, str]] = ("article", "articles")
    FILTER: ClassVar[str] = "words; draft, shared"

    def make_list(self) -> PagedList[Row]:
        return PagedList(
            self.source(""),
            self._draw,
            lambda row: str(row["id"]),
            glyphs=self.desk.glyphs,
            id="list",
            empty_text=EMPTY,
        )

    def source(self, filter: str) -> Whole[Row]:
        for listing in self.query("#list").results(PagedList):
            listing.empty_text = UNFIT if filter else EMPTY
        words = filter.casefold().split()

        def found(connection: sqlite3.Connection) -> list[Row]:
            rows = sorted(article_list(connection), key=lambda row: row["state"] != "draft")
            return [row for row in rows if all(word in _said(row) for word in words)]

        return Whole(self.desk.reads, found, lambda row: str(row["id"]))

    def _draw(self, row: Row, width: int, selected: bool, marked: bool) -> Text:
        right = 18 if width >= 64 else 0
        text = Text(no_wrap=True).append(
            fit(row["state"], 8), self.desk.ink.muted if row["state"] == "shared" else "bold"
        )
        text.append(fit(fit(row["title"], max(8, width - 9 - right)), max(8, width - 8 - right)))
        return text.append(fit(", ".join(row["models"]) or row["category"] or "", right), self.desk.ink.muted)

    def question(self, row: Row) -> Question[Any]:
        return lambda _: row

    def card_title(self, answer: Row) -> str:
        return f"{answer['state']} {self.desk.signs.dot} {answer['title']}"

    def card(self, answer: Row, card: Card) -> None:
        tell_article(answer, card, card.ink)

    def article(self) -> Row | None:
        return self.listing.selected_row

    def wrote(self, id: str) -> None:
        self.listing.select(id)

    def action_back(self) -> None:
        """Esc: out of the card, the filter away, the marks away, then back."""
        if self.listing.marks or self.filter or self.has_class("-reading"):
            super().action_back()
        else:
            self.app.pop_screen()


def _said(row: Row) -> str:
    return " ".join(
        (row["title"], row["state"], row["body"], *row["models"], *row["services"], row["category"] or "")
    ).casefold()
