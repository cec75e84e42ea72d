"""Articles learned from tickets, and known errors on the tickets that they fit."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from techdesk.desk.closing import CloseTicket
from techdesk.desk.ids import new_id
from techdesk.desk.inventory import RecordDevice, RecordModel
from techdesk.desk.problems import EditProblem, LogProblem, MoveProblem
from techdesk.desk.spares import MoveStock, RecordPart
from techdesk.desk.tickets import LogTicket
from techdesk.errors import BadInput, NotFound
from techdesk.models.queries import articles, search
from techdesk.models.queries.known_errors import known_errors
from techdesk.models.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "techdesk.db") as made:
        yield made


def closed(store: Store, text: str, fix: str, **more: object) -> str:
    id = new_id()
    store.perform(LogTicket(id=id, text=text))
    store.perform(CloseTicket(ticket_id=id, resolution=fix, **more))  # type: ignore[arg-type]
    return id


def problem(store: Store, title: str, state: str = "known_error", model: str | None = None) -> str:
    id = new_id()
    store.perform(LogProblem(id=id, title=title, model_id=model))
    store.perform(EditProblem(id=id, workaround="Turn it off and on"))
    if state != "logged":
        store.perform(MoveProblem(problem_id=id, state=state))
    return id


def test_a_closed_ticket_teaches_an_article_in_one_step(store: Store) -> None:
    part = new_id()
    store.perform(RecordPart(id=part, sku="FLT-1", name="Filter"))
    store.perform(MoveStock(part_id=part, quantity=2, reason="receive",
                            to_id=str(store.connection.execute("SELECT id FROM stock_location").fetchone()[0])))  # fmt: skip
    id = closed(store, "Projector dark", "New filter", cause="wear", parts=((part, 1),))
    store.perform(articles.from_ticket(store.connection, id, share=True))
    [article] = articles.article_list(store.connection)
    assert (article["title"], article["state"]) == ("Projector dark", "shared")
    assert all(words in article["body"] for words in ("Projector dark", "New filter", "wear", "FLT-1 Filter"))
    assert article["learned_from"] == store.connection.execute("SELECT ref FROM ticket").fetchone()[0]


def test_the_same_ticket_teaches_one_article_only(store: Store) -> None:
    id = closed(store, "Projector dark", "New filter")
    for _ in range(2):
        store.perform(articles.from_ticket(store.connection, id))
    assert len(articles.article_list(store.connection)) == 1


def test_a_ticket_without_a_fix_teaches_nothing(store: Store) -> None:
    id = new_id()
    store.perform(LogTicket(id=id, text="Projector dark"))
    with pytest.raises(BadInput, match="no fix"):
        articles.from_ticket(store.connection, id)


def test_an_article_is_named_by_how_its_title_begins(store: Store) -> None:
    for text in ("Projector dark", "Projector hums"):
        store.perform(articles.from_ticket(store.connection, closed(store, text, "Cleaned")))
    found = articles.article_id(store.connection, "projector d")
    assert articles.article(store.connection, found)["title"] == "Projector dark"
    with pytest.raises(BadInput, match="more than one"):
        articles.article_id(store.connection, "projector")
    with pytest.raises(NotFound):
        articles.article_id(store.connection, "toner")


def test_articles_and_known_errors_are_found_by_their_words(store: Store) -> None:
    store.perform(articles.from_ticket(store.connection, closed(store, "Projector dark", "Cleaned the filter")))
    problem(store, "Trolley charger trips")
    problem(store, "Trolley wheel squeaks", "logged")
    assert [hit.title for hit in search.find_articles(store.connection, "filt", 5)] == ["Projector dark"]
    assert [hit.title for hit in search.find_known_errors(store.connection, "trolley", 5)] == ["Trolley charger trips"]


def test_a_known_error_is_shown_where_its_words_are_said(store: Store) -> None:
    problem(store, "Trolley charger trips the fuse")
    problem(store, "Trolley charger smells", "logged")
    [found] = known_errors(store.connection, "The charger of trolley 2 trips")
    assert (found.title, found.workaround) == ("Trolley charger trips the fuse", "Turn it off and on")
    assert known_errors(store.connection, "Charger lost") == ()
    assert known_errors(store.connection, "?") == ()


def test_a_linked_ticket_shows_it_whatever_its_words(store: Store) -> None:
    linked = problem(store, "Trolley charger trips the fuse")
    assert [each.score for each in known_errors(store.connection, "Dark again", problem=linked)] == [1.0]


def test_on_its_own_model_fewer_words_are_enough(store: Store) -> None:
    model = new_id()
    store.perform(RecordModel(id=model, name="CB514-2H"))
    store.perform(RecordDevice(id=new_id(), tag="C1", model_id=model))
    problem(store, "Charger board burns slowly after winter", model=model)
    said = "Charger smells of fish, odd rattle in year 3"
    assert known_errors(store.connection, said) == ()
    assert len(known_errors(store.connection, said, model=model)) == 1
