"""Articles: a list, one to read, and the article that a ticket teaches."""

import sqlite3
from typing import Any

from techdesk.desk.articles import RecordArticle
from techdesk.desk.ids import named_id
from techdesk.errors import BadInput, NotFound
from techdesk.models.queries.names import SHORTEST_PREFIX, by_prefix, model_id

COLUMNS = ("id", "title", "body", "models", "services", "category", "learned_from", "state", "updated_at")


def article_list(connection: sqlite3.Connection, *, drafts: bool = True) -> list[dict[str, Any]]:
    """All articles by title, with the number of the ticket that each was learned from."""
    rows = connection.execute(
        "SELECT a.id, a.title, a.body, a.models, a.services, a.category, t.ref, a.state, a.updated_at FROM article AS a"
        " LEFT JOIN ticket AS t ON t.id = a.learned_from WHERE ? OR a.state = 'shared' ORDER BY a.title, a.id",
        (drafts,),
    )
    return [_document(connection, row) for row in rows]


def article(connection: sqlite3.Connection, id: str) -> dict[str, Any]:
    """One article. Raises NotFound."""
    row = connection.execute(
        "SELECT a.id, a.title, a.body, a.models, a.services, a.category, t.ref, a.state, a.updated_at FROM article AS a"
        " LEFT JOIN ticket AS t ON t.id = a.learned_from WHERE a.id = ?",
        (id,),
    ).fetchone()
    if row is None:
        raise NotFound("That article is not in this store.")
    return _document(connection, row)


def article_id(connection: sqlite3.Connection, text: str) -> str:
    """The article with that title, whose title begins so, or with a beginning of its id. Raises NotFound, BadInput."""
    start = text.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    for pattern in (start, start + "%"):
        rows = connection.execute(
            "SELECT id FROM article WHERE title LIKE ? ESCAPE '\\' LIMIT 2", (pattern,)
        ).fetchall()
        if len(rows) == 1:
            return str(rows[0][0])
        if rows:
            raise BadInput(f"'{text}' fits more than one article: type more of it, or the beginning of its id.")
    if len(text) >= SHORTEST_PREFIX:
        return by_prefix(connection, "article", "title", text.strip(), "article")
    raise NotFound(f"There is no article '{text}' here: look with  techdesk article list, or sync first.")


def from_ticket(connection: sqlite3.Connection, ticket_id: str, *, share: bool = False) -> RecordArticle:
    """The article that a closed ticket teaches: what was wrong, what helped, why, with which parts. The same ticket makes the
    same article, so what two people make of it is one. Raises BadInput for a ticket without a fix."""
    row = connection.execute(
        "SELECT t.ref, t.title, t.text, t.resolution, t.cause, t.category, t.service, m.kept_id, m.name FROM ticket AS t"
        " LEFT JOIN device AS d ON d.id = t.device_id LEFT JOIN model_of AS m ON m.id = d.model_id WHERE t.id = ?",
        (ticket_id,),
    ).fetchone()
    if row is None:
        raise NotFound("That ticket is not in this store: sync, or look with  techdesk find.")
    ref, title, text, fix, cause, category, service, model_id, model = row
    if not fix:
        raise BadInput(f"{ref} has no fix to learn from: close it first, with what helped.")
    parts = connection.execute(
        "SELECT DISTINCT p.sku || ' ' || p.name FROM stock_movement AS m JOIN part AS p ON p.id = m.part_id"
        " WHERE m.ticket_id = ? AND m.reason = 'issue' ORDER BY 1",
        (ticket_id,),
    ).fetchall()
    sections = {"What is wrong": text, "What helps": fix, "Why": cause, "Parts": "\n".join(part for (part,) in parts)}
    body = "\n\n".join(f"{name}\n{words}" for name, words in sections.items() if words)
    heading = f"{model}: {title}" if model and model not in title else title
    return RecordArticle(
        id=named_id("article", ticket_id), title=heading, body=body, models=model_id, services=service, category=category,
        learned_from=ticket_id, state="shared" if share else None,
    )  # fmt: skip


def writing(connection: sqlite3.Connection | None, id: str, said: dict[str, str]) -> RecordArticle:
    """The article with these fields; `models` are names with commas between. Without a store only the words are checked.
    Raises BadInput, NotFound."""
    models = said.get("models")
    ids = None
    if models is not None and connection is not None:
        ids = ",".join(model_id(connection, each.strip()) for each in models.split(",") if each.strip())
    plain = {name: value for name, value in said.items() if name != "models"}
    return RecordArticle(id=id, models=ids, **plain)  # type: ignore[arg-type]


def _document(connection: sqlite3.Connection, row: tuple[Any, ...]) -> dict[str, Any]:
    made = dict(zip(COLUMNS, row, strict=True))
    ids = [id for id in (made["models"] or "").replace(",", " ").split() if id]
    marks = ", ".join("?" * len(ids))
    names = connection.execute(f"SELECT DISTINCT name FROM model_of WHERE id IN ({marks}) ORDER BY name", ids)
    made["models"] = [str(name) for (name,) in names]
    made["services"] = [each.strip() for each in (made["services"] or "").split(",") if each.strip()]
    return made
