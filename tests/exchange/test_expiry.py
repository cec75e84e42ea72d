"""Until when models get updates, out of lists of models that nobody here has."""

from pathlib import Path

from techdesk.desk.ids import new_id
from techdesk.desk.inventory import RecordModel
from techdesk.desk.models import MergeModels
from techdesk.exchange.importing import run
from techdesk.models.store import Store
from tests.exchange.conftest import Write, rows

HEAD = "product,cycle,label,released,eol\n"


def model(store: Store, name: str, maker: str | None = None, **fields: str) -> str:
    id = new_id()
    store.perform(RecordModel(id=id, name=name, manufacturer=maker, **fields))
    return id


def expiry(store: Store) -> dict[object, object]:
    return dict(rows(store, "SELECT name, update_expiry FROM device_model"))  # type: ignore[arg-type]


def test_a_name_that_reads_the_same_sets_the_date_and_once_more_changes_nothing(store: Store, write: Write) -> None:
    model(store, "Apple iPad 7th Gen", "Apple")
    model(store, "15 Pro", "Apple")
    file = write(
        HEAD + "ipad,7,iPad (7th generation),2019-09-25,2026-05-11\nipad,8,iPad (8th generation),,2027-01-01\n"
    )
    report = run(store, None, file)
    assert (report.kind, report.updated, report.unchanged, report.warnings) == ("expiry", 1, 1, [])
    assert expiry(store) == {"Apple iPad 7th Gen": "2026-05-11", "15 Pro": None}
    assert run(store, "expiry", file).updated == 0


def test_what_only_resembles_a_model_is_offered_with_the_command(store: Store, write: Write) -> None:
    model(store, "Galaxi Tab S8", "Samsung")
    report = run(store, "expiry", write(HEAD + "samsung-galaxy-tab,s8,Galaxy Tab S8,2022-03-22,2027-03-22\n"))
    assert report.updated == 0 and expiry(store) == {"Galaxi Tab S8": None}
    assert report.warnings[0].why.endswith("techdesk model expiry 'Galaxi Tab S8' 2027-03-22")


def test_an_end_that_is_past_is_noted_by_the_day_before_and_once(store: Store, write: Write) -> None:
    model(store, "Surface Go", "Microsoft")
    model(store, "Surface 3", "Microsoft", update_expiry="2023-09-13")
    lines = "surface,go,Surface Go,,True\nsurface,3,Surface 3,,False\nsurface,4,Surface 4,,soon\n"
    report = run(store, "expiry", write(HEAD + lines), at="2026-11-23T09:00:00.000Z")
    assert expiry(store) == {"Surface Go": "2026-11-22", "Surface 3": "2023-09-13"}
    assert "does not say when" in report.warnings[0].why and "DATE" in report.warnings[0].why
    assert [(fault.row, fault.value) for fault in report.errors] == [(4, "soon")]
    again = run(store, "expiry", write(HEAD + lines), at="2026-12-23T09:00:00.000Z")
    assert (again.updated, again.warnings, expiry(store)["Surface Go"]) == (0, [], "2026-11-22")


def test_a_list_of_models_may_say_yes_or_no_of_their_end(store: Store, write: Write) -> None:
    lines = "name,update expiry\nBook 1,true\nBook 2,2027-06-30\nBook 3,false\nBook 4,\n"
    report = run(store, "models", write(lines), at="2026-11-23T09:00:00.000Z")
    assert (report.created, report.errors, len(report.warnings)) == (4, [], 1)
    assert expiry(store) == {"Book 1": "2026-11-22", "Book 2": "2027-06-30", "Book 3": None, "Book 4": None}
    assert run(store, "models", write(lines.replace("2027-06-30", "yes")), at="2026-12-23T09:00:00.000Z").unchanged == 4
    assert expiry(store)["Book 2"] == "2027-06-30"


def test_another_spelling_sets_the_kept_model_and_a_second_date_is_told(store: Store, write: Write) -> None:
    kept, other = model(store, "Slate 10"), model(store, "Surface Pro 7+", "Microsoft")
    store.perform(MergeModels(model_id=kept, other_ids=(other,)))
    lines = "surface,7,Surface Pro 7 Plus,,2027-01-15\nsurface,7b,Surface Pro 7 +,,2028-01-15\n"
    report = run(store, "expiry", write(HEAD + lines))
    assert expiry(store)["Slate 10"] == "2027-01-15"
    assert "row 2 said 2027-01-15" in report.warnings[0].why


def test_the_real_list_touches_only_models_of_the_store(store: Store, shared: Path) -> None:
    model(store, "iPad 7th Gen", "Apple")
    model(store, "Surface Laptop Go 2", "Microsoft")
    report = run(store, None, shared / "devices" / "update_expiry.csv")
    assert (report.read, report.rejected, report.updated) == (534, 0, 2)
    assert all(expiry(store).values()) and len(expiry(store)) == 2
