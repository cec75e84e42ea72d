"""Articles: written, changed, shared."""

import pytest

from techdesk.desk.articles import RecordArticle
from techdesk.desk.commands import Outcome, perform
from techdesk.desk.tx import Act
from techdesk.errors import BadInput, Refused
from techdesk.models.memory import MemoryTx

AT = "2026-11-23T10:00:00.000Z"


@pytest.fixture
def tx() -> MemoryTx:
    return MemoryTx()


def do(tx: MemoryTx, command: RecordArticle, *, merging: bool = False) -> Outcome:
    act = Act(f"01a208bb-21ed-75b4-a31a-9ecb24c6f4{len(tx.find('article')):02d}", AT, "me", "laptop", merging=merging)
    tx.begin(act)
    return perform(tx, command, act)


def test_an_article_is_a_draft_until_it_is_shared(tx: MemoryTx) -> None:
    made = do(tx, RecordArticle(id="a", title="Dark picture", body="Clean the filter"))
    assert made.changed[0][:2] == ("Dark picture", "draft")
    assert do(tx, RecordArticle(id="a", state="shared")).said == "Shared the article 'Dark picture'."


def test_it_cannot_be_made_without_words(tx: MemoryTx) -> None:
    with pytest.raises(Refused, match="without body"):
        do(tx, RecordArticle(id="a", title="Dark picture"))
    with pytest.raises(BadInput):
        RecordArticle(id="a", body="   ")
    with pytest.raises(BadInput, match="draft"):
        RecordArticle(id="a", state="published")


def test_two_who_change_different_fields_both_have_their_way(tx: MemoryTx) -> None:
    do(tx, RecordArticle(id="a", title="Dark picture", body="Clean the filter"))
    do(tx, RecordArticle(id="a", body="Clean both filters"))
    late = RecordArticle(id="a", title="EB-685W: dark", base={"title": "Dark picture"})
    assert do(tx, late, merging=True).kind == "plain"
    row = tx.get("article", "a")
    assert row is not None and (row["title"], row["body"]) == ("EB-685W: dark", "Clean both filters")
