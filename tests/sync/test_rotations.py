"""Two coordinators plan on two laptops."""

from techdesk.desk.ids import new_id
from techdesk.desk.people import RecordSite
from techdesk.desk.publishing import PublishRotation
from techdesk.desk.rotations import DraftRotation, MoveLine
from techdesk.models.store import Store
from tests.sync.field import Field, everything, inbox, row, rows, settle_down


def draft(store: Store, name: str, site: str) -> str:
    id, me = new_id(), str(store.meta("technician"))
    store.perform(DraftRotation(id=id, name=name, weeks=2, starts="2037-11-23", first="2037-11-23", last="2037-12-04",
                                lines=((site, 1, me, 1, 480, 180, 0, None),)))  # fmt: skip
    return id


def publish(store: Store, id: str) -> None:
    visits = tuple(
        (str(line["id"]), "2037-11-24", 480, str(line["technician_id"]))
        for line in rows(store, "rotation_line")
        if line["rotation_id"] == id
    )
    store.perform(PublishRotation(rotation_id=id, visits=visits))


def both(field: Field) -> tuple[Store, Store, str]:
    ann, ben = field.laptop("Ann", "coordinator"), field.laptop("Ben", "coordinator")
    site = new_id()
    ann.perform(RecordSite(id=site, code="2005", name="Hill School"))
    settle_down(ann, ben)
    return ann, ben, site


def test_two_rotations_published_at_once_leave_the_first_and_tell_the_other(near: Field) -> None:
    ann, ben, site = both(near)
    drafts = draft(ann, "Ann's", site), draft(ben, "Ben's", site)
    publish(ann, drafts[0])
    publish(ben, drafts[1])
    settle_down(ann, ben)
    assert everything(ann) == everything(ben)
    assert [row(ann, "rotation", id)["state"] for id in drafts] == ["published", "draft"]
    assert [visit["rotation_id"] for visit in rows(ann, "visit")] == [drafts[0]]
    [item] = inbox(ben)
    assert (item["kind"], item["done"], item["ref"]) == ("conflict", "Ann's stays in force", "Ben's")
    publish(ben, drafts[1])  # having seen Ann's, it takes its place
    settle_down(ann, ben)
    assert everything(ann) == everything(ben)
    assert [row(ann, "rotation", id)["state"] for id in drafts] == ["superseded", "published"]
    assert [visit["rotation_id"] for visit in rows(ann, "visit")] == [drafts[1]]


def test_one_draft_published_on_both_makes_each_visit_once(near: Field) -> None:
    ann, ben, site = both(near)
    id = draft(ann, "Autumn", site)
    settle_down(ann, ben)
    publish(ann, id)
    publish(ben, id)
    settle_down(ann, ben)
    assert everything(ann) == everything(ben)
    assert len(rows(ann, "visit")) == 1 and inbox(ben) == []


def test_a_visit_moved_after_others_published_goes_to_the_inbox(near: Field) -> None:
    ann, ben, site = both(near)
    id = draft(ann, "Autumn", site)
    settle_down(ann, ben)
    publish(ann, id)
    [line] = rows(ben, "rotation_line")
    ben.perform(MoveLine(id=str(line["id"]), day=3, rank=1, starts=480))
    settle_down(ann, ben)
    assert everything(ann) == everything(ben)
    assert row(ben, "rotation_line", str(line["id"]))["day"] == 1
    assert [item["done"] for item in inbox(ben)] == ["the rotation stays as it is"]


def test_two_who_move_the_same_visit_are_asked(near: Field) -> None:
    ann, ben, site = both(near)
    draft(ann, "Autumn", site)
    settle_down(ann, ben)
    [line] = rows(ben, "rotation_line")
    for store, day in ((ann, 3), (ben, 4)):
        store.perform(MoveLine(id=str(line["id"]), day=day, rank=1, starts=480))
    settle_down(ann, ben)
    assert everything(ann) == everything(ben)
    assert row(ben, "rotation_line", str(line["id"]))["day"] == 3
    assert [item["kind"] for item in inbox(ben)] == ["conflict"]


def test_a_technician_drafts_and_a_coordinator_publishes(near: Field) -> None:
    ann, ben = near.laptop("Ann", "coordinator"), near.laptop("Ben")
    site = new_id()
    ann.perform(RecordSite(id=site, code="2005", name="Hill School"))
    settle_down(ann, ben)
    id = draft(ben, "Autumn", site)
    publish(ben, id)
    settle_down(ann, ben)
    assert everything(ann) == everything(ben)
    assert row(ann, "rotation", id)["state"] == "draft" and rows(ben, "visit") == []
    assert [item["kind"] for item in inbox(ben)] == ["rejected"]
