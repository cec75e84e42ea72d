"""Articles: how something is done or put right, kept for everyone."""

from dataclasses import dataclass
from typing import ClassVar

from techdesk.desk import checks
from techdesk.desk.commands import Changed, Outcome, handles
from techdesk.desk.merging import FieldEdit, edit_fields
from techdesk.desk.tx import Act, Tx

STATES = ("draft", "shared")
LONGEST = 100_000


@dataclass(frozen=True, kw_only=True)
class RecordArticle(FieldEdit):
    """Makes or changes an article, or shares it. `models` are ids of device models and `services` names, with commas between;
    `learned_from` is the ticket that taught it."""

    NAME: ClassVar[str] = "article.record"
    VERSION: ClassVar[int] = 1
    TABLE: ClassVar[str] = "article"
    REQUIRED: ClassVar[tuple[str, ...]] = ("title", "body")
    title: str | None = None
    body: str | None = None
    models: str | None = None
    services: str | None = None
    category: str | None = None
    learned_from: str | None = None
    state: str | None = None

    def __post_init__(self) -> None:
        if self.title is not None:
            object.__setattr__(self, "title", checks.words(self.title, "The article's title", longest=500))
        if self.body is not None:
            object.__setattr__(self, "body", checks.words(self.body, "The article", longest=LONGEST))
        if self.state is not None:
            checks.one_of(self.state, "The state of an article", STATES)


@handles(RecordArticle)
def record_article(tx: Tx, command: RecordArticle, act: Act) -> Outcome:
    known = tx.get("article", command.id) is not None
    outcome = edit_fields(tx, command, act)
    row = tx.get("article", command.id) or {}
    title, state = str(row["title"]), str(row["state"])
    done = "Shared" if command.state == "shared" else "Changed" if known else "Kept"
    return outcome._replace(changed=(Changed(title, state, command.id),), said=f"{done} the article '{title}'.")
