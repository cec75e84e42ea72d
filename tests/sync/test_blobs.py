"""Attached files between laptops and a server: in parts, over links that break off, for nobody whom they do not concern."""

import base64
import itertools
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from urllib3.exceptions import ProtocolError

from techdesk import clock
from techdesk.desk.answers import BeginRun
from techdesk.desk.attachments import AttachEvidence, AttachFile, DetachFile
from techdesk.desk.checklists import RecordChecklist, SetStep
from techdesk.desk.ids import new_id
from techdesk.desk.maintenance import run_id
from techdesk.desk.people import RecordSite
from techdesk.desk.tickets import LogTicket, NoteTicket
from techdesk.errors import NoConnection, StoreUnusable
from techdesk.models.files import SMALL as SMALL_HERE
from techdesk.models.files import Files, digest_of
from techdesk.models.queries import tickets
from techdesk.models.store import Store
from techdesk.server import laptops, quarantine
from techdesk.server.admittance import decide, grant, revoke
from techdesk.server.backup import backup, restore
from techdesk.server.blobs import UNFINISHED_DAYS, UNNAMED_DAYS, Blobs, Limits, sweep
from techdesk.server.checkup import examine
from techdesk.server.invites import invite
from techdesk.server.laptops import read_headers
from techdesk.server.storage import opened
from techdesk.sync import keys, unsent, wire
from techdesk.sync.client import RECOVERED, enrol, fetch_files, status, sync
from techdesk.sync.connection import Answer, Connection, ServerRefused, SignedConnection
from tests.sync.field import Field, Server, log, rows

PHOTO = bytes(itertools.islice(itertools.cycle(range(251)), 300_000))
SMALL = b"\xff\xd8\xff small picture"
Carry = Callable[..., Answer]


def attach(store: Store, ticket_id: str, data: bytes = PHOTO, small: bytes | None = SMALL) -> str:
    """A photo on a ticket; its SHA-256."""
    files = Files(store.path)
    digest = files.add(data)
    store.perform(
        AttachFile(
            ticket_id=ticket_id,
            sha256=digest,
            bytes=len(data),
            name="rack.jpg",
            media_type="image/jpeg",
            thumbnail_sha256=files.add(small) if small else None,
            thumbnail_bytes=len(small) if small else None,
        )
    )
    return digest


class BadRoad(Connection):
    """Breaks off at the requests that `breaks` names: before they arrive, or before their answer does."""

    breaks: Callable[[int, str, int], str] = staticmethod(lambda number, path, size: "")
    carried: list[tuple[str, int, str]] = []

    def _carry(self, path: str, body: bytes, headers, connected) -> Answer:
        fate = type(self).breaks(len(self.carried), path, len(body))
        self.carried.append((path, len(body), fate))
        if fate == "lost":
            raise ProtocolError("the road is cut")
        answer = super()._carry(path, body, headers, connected)
        if fate == "answer lost":
            raise ProtocolError("the road is cut")
        return answer


@pytest.fixture
def bad_road() -> type[BadRoad]:
    class Road(BadRoad):
        carried = []

    return Road


@pytest.fixture
def alone(sqlite_server: Server, tmp_path: Path) -> Iterator[Field]:
    """Laptops of the server process on SQLite: for what hangs on no database."""
    made = Field(sqlite_server._replace(organisation=new_id()), tmp_path)
    yield made
    made.close()


@pytest.fixture
def near_laptop(alone: Field) -> Store:
    return alone.laptop("Ann")


def parts(road: type[BadRoad]) -> list[tuple[str, int, str]]:
    return [each for each in road.carried if each[0].count("/") > 3]


def test_a_photo_reaches_the_other_laptop_the_small_picture_at_once_the_whole_on_demand(field: Field) -> None:
    ann, ben = field.laptop("Ann"), field.laptop("Ben")
    ticket_id = log(ann, "Rack hums")
    digest = attach(ann, ticket_id)
    assert status(ann).files == 2
    report = sync(ann)
    assert (report.files_sent, report.files_waiting, report.warnings) == (2, 0, ()) and status(ann).files == 0
    assert sync(ben).files_received == 1
    files = Files(ben.path)
    [line] = tickets.attachments(ben.connection, ticket_id)
    assert files.holding(line) == "small picture only" and files.read(str(line.thumbnail_sha256)) == SMALL
    assert fetch_files(ben, [digest]) == [] and files.read(digest) == PHOTO
    assert status(ben).files == 0
    again = sync(ben), sync(ann)
    assert [each.round_trips for each in again] == [1, 1]  # nothing is asked again


def test_the_evidence_of_a_checklist_reaches_the_other_laptop_like_a_tickets_photos(alone: Field) -> None:
    ann, ben = alone.laptop("Ann"), alone.laptop("Ben")
    site, checklist, step = new_id(), new_id(), new_id()
    ann.perform(RecordSite(id=site, code="2005", name="Abbey Park"))
    ann.perform(RecordChecklist(id=checklist, name="Backups", frequency="monthly", first_due="2026-11-01"))
    ann.perform(SetStep(id=step, checklist_id=checklist, title="The rack", evidence="photo"))
    ann.perform(BeginRun(checklist_id=checklist, site_id=site))
    run, files = run_id(checklist, site, "2026-11-01"), Files(ann.path)
    digest = files.add(PHOTO)
    ann.perform(
        AttachEvidence(run_id=run, step_id=step, sha256=digest, bytes=len(PHOTO), name="rack.jpg",
                       media_type="image/jpeg", thumbnail_sha256=files.add(SMALL), thumbnail_bytes=len(SMALL))
    )  # fmt: skip
    assert sync(ann).files_sent == 2
    assert sync(ben).files_received == 1
    [line] = tickets.evidence(ben.connection, run)
    assert Files(ben.path).holding(line) == SMALL_HERE
    assert fetch_files(ben, [digest]) == [] and Files(ben.path).read(digest) == PHOTO


def test_the_same_photo_from_two_laptops_goes_up_once(alone: Field, bad_road: type[BadRoad]) -> None:
    ann, ben = alone.laptop("Ann"), alone.laptop("Ben")
    one = log(ann, "Rack hums")
    attach(ann, one)
    sync(ann)
    sync(ben)
    other = log(ben, "The same rack")
    attach(ben, other)
    report = sync(ben, connect=bad_road)
    assert (report.files_sent, report.files_waiting) == (0, 0) and parts(bad_road) == []


def test_a_link_that_breaks_off_all_the_time_gets_every_byte_through_once(
    field: Field, bad_road: type[BadRoad]
) -> None:
    ann, ben = field.laptop("Ann"), field.laptop("Ben")
    digest = attach(ann, log(ann, "Rack hums"))
    fates = itertools.cycle(["", "lost", "", "answer lost", "", "lost", "lost"])
    bad_road.breaks = staticmethod(lambda number, path, size: next(fates) if path.startswith(wire.BLOBS_PATH) else "")
    assert sync(ann, connect=bad_road).files_sent == 2
    stored = sum(size for _, size, fate in parts(bad_road) if fate == "")
    assert stored <= len(PHOTO) + len(SMALL)  # what arrived was not sent again
    sync(ben, connect=bad_road)
    assert fetch_files(ben, [digest], connect=bad_road) == [] and Files(ben.path).read(digest) == PHOTO


def test_a_sync_that_gave_up_goes_on_where_it_was(alone: Field, bad_road: type[BadRoad]) -> None:
    ann = alone.laptop("Ann")
    attach(ann, log(ann, "Rack hums"), small=None)
    bad_road.breaks = staticmethod(lambda number, path, size: "lost" if len(parts(bad_road)) >= 2 else "")
    report = sync(ann, connect=bad_road)
    assert report.sent == 2 and report.waiting == 0, "the operations are not harmed"
    assert (report.files_sent, report.files_waiting) == (0, 1) and "still to send" in report.warnings[-1]
    arrived = sum(size for _, size, fate in parts(bad_road) if not fate)
    assert 0 < arrived < len(PHOTO)
    bad_road.carried.clear()
    bad_road.breaks = staticmethod(lambda number, path, size: "")
    assert sync(ann, connect=bad_road).files_sent == 1
    assert sum(size for _, size, _ in parts(bad_road)) == len(PHOTO) - arrived


def test_what_was_fetched_of_a_photo_is_not_fetched_again(alone: Field, bad_road: type[BadRoad]) -> None:
    ann, ben = alone.laptop("Ann"), alone.laptop("Ben")
    digest = attach(ann, log(ann, "Rack hums"))
    sync(ann)
    sync(ben)
    bad_road.breaks = staticmethod(lambda number, path, size: "lost" if len(parts(bad_road)) >= 2 else "")
    with pytest.raises(NoConnection):
        fetch_files(ben, [digest], connect=bad_road)
    have = Files(ben.path).received(digest)
    assert 0 < have < len(PHOTO) and not Files(ben.path).has(digest)
    bad_road.carried.clear()
    bad_road.breaks = staticmethod(lambda number, path, size: "")
    assert fetch_files(ben, [digest], connect=bad_road) == []
    assert parts(bad_road)[0][0].startswith(f"{wire.BLOBS_PATH}/{digest}/{have}/")


def test_a_cancelled_sync_stops_between_two_parts_and_harms_nothing(alone: Field, bad_road: type[BadRoad]) -> None:
    ann = alone.laptop("Ann")
    attach(ann, log(ann, "Rack hums"), small=None)
    report = sync(ann, cancelled=lambda: bool(parts(bad_road)), connect=bad_road)
    assert (report.sent, report.files_sent, report.files_waiting, len(parts(bad_road))) == (2, 0, 1, 1)
    assert sync(ann).files_sent == 1


def test_a_photo_that_has_not_come_yet_is_asked_for_in_vain(alone: Field) -> None:
    ann, ben = alone.laptop("Ann"), alone.laptop("Ben")
    digest = attach(ann, log(ann, "Rack hums"))
    sync(ann, cancelled=lambda: True)
    sync(ann, cancelled=lambda: True)
    sync(ben)
    assert len(rows(ben, "attachment")) == 1 and fetch_files(ben, [digest]) == [digest]


def test_a_damaged_answer_is_thrown_away_and_fetched_again(
    alone: Field, bad_road: type[BadRoad], monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, ben = alone.laptop("Ann"), alone.laptop("Ben")
    digest = attach(ann, log(ann, "Rack hums"))
    sync(ann)
    sync(ben)
    honest = Connection._carry

    def garbled(self, path, body, headers, connected) -> Answer:
        answer = honest(self, path, body, headers, connected)
        return answer._replace(body=answer.body[:-1] + b"?") if digest in path else answer

    monkeypatch.setattr(Connection, "_carry", garbled)
    assert fetch_files(ben, [digest]) == [digest] and not Files(ben.path).has(digest)
    monkeypatch.undo()
    assert fetch_files(ben, [digest]) == [] and Files(ben.path).read(digest) == PHOTO


def test_a_file_that_was_damaged_on_the_disk_does_not_hold_up_the_others(alone: Field) -> None:
    ann = alone.laptop("Ann")
    one, other = attach(ann, log(ann, "Rack hums"), small=None), attach(ann, log(ann, "Screen"), b"screen", small=None)
    Files(ann.path).path(one).write_bytes(b"half")
    report = sync(ann)
    assert report.files_sent == 1 and report.files_waiting == 1 and "damaged" in report.warnings[0]
    assert ann.connection.execute("SELECT sha256 FROM file_sent").fetchall() == [(other,)]


def test_a_full_disk_keeps_the_operations_and_says_what_is_wrong(alone: Field, monkeypatch: pytest.MonkeyPatch) -> None:
    ann, ben = alone.laptop("Ann"), alone.laptop("Ben")
    ticket_id = log(ann, "Rack hums")
    attach(ann, ticket_id)
    sync(ann)

    def full(self: Files, digest: str, data: bytes) -> None:
        raise StoreUnusable("The disk is full, so the file is not kept: free some space.")

    monkeypatch.setattr(Files, "receive", full)
    report = sync(ben)
    assert report.files_received == 0 and "disk is full" in report.warnings[0] and len(rows(ben, "attachment")) == 1


# What a server takes and gives.


def signed(store: Store) -> SignedConnection:
    return SignedConnection(Connection(str(store.meta("server"))), str(store.meta("laptop")), keys.load(store.path))


def refused(call: Callable[[], object]) -> ServerRefused:
    with pytest.raises(ServerRefused) as raised:
        call()
    return raised.value


def test_a_guessed_hash_of_another_organisation_gives_nothing_away(field: Field, tmp_path: Path) -> None:
    ann = field.laptop("Ann")
    digest = attach(ann, log(ann, "Rack hums"))
    sync(ann)
    others = Field(field.server._replace(organisation=new_id()), tmp_path / "others")
    eve = signed(others.laptop("Eve"))
    unheard_of = "0" * 64
    asked = wire.loads(eve.call(wire.BLOBS_PATH, wire.dumps({"protocol": 1, "sha256": [digest, unheard_of]})))
    assert asked == {"files": {}}
    for call in (f"{wire.BLOBS_PATH}/{{}}/0/100", f"{wire.BLOBS_PATH}/{{}}/0"):
        known, unknown = (refused(partial(eve.call, call.format(each), b"x")) for each in (digest, unheard_of))
        assert (known.code, str(known), known.document) == (unknown.code, str(unknown), unknown.document)
        assert known.code == "absent"
    others.close()


def test_a_photo_of_a_school_that_is_not_granted_gives_nothing_away(field: Field) -> None:
    ann = field.laptop("Ann")
    site = new_id()
    ann.perform(RecordSite(id=site, code="2005", name="North"))
    digest = attach(ann, log(ann, "Rack hums", site_id=site))
    sync(ann)
    asked = wire.dumps({"protocol": 1, "sha256": [digest]})
    for scope, sees in (("site:2006", False), ("site:2005", True)):
        organisation = field.server.organisation
        made = invite(
            field.server.database, f"Eve {scope}", scopes=[scope], organisation=organisation, no_school_yet=True
        )
        store = field.store(scope.replace(":", "-"))
        enrol(store, field.server.url, made["code"])
        road = signed(store)
        assert (digest in wire.loads(road.call(wire.BLOBS_PATH, asked))["files"]) is sees
        if not sees:
            assert refused(partial(road.call, f"{wire.BLOBS_PATH}/{digest}/0/100", b"")).code == "absent"


def test_a_laptop_that_names_a_hash_itself_gets_its_own_organisations_file_only(alone: Field, tmp_path: Path) -> None:
    ann = alone.laptop("Ann")
    digest = attach(ann, log(ann, "Rack hums"))
    sync(ann)
    others = Field(alone.server._replace(organisation=new_id()), tmp_path / "others")
    eve = others.laptop("Eve")
    eve.perform(
        AttachFile(ticket_id=log(eve, "Mine"), sha256=digest, bytes=len(PHOTO), name="x", media_type="image/jpeg")
    )
    sync(eve)
    assert fetch_files(eve, [digest]) == [digest] and not Files(eve.path).has(digest)
    others.close()


def test_what_is_not_what_its_hash_says_is_not_kept(field: Field) -> None:
    ann = field.laptop("Ann")
    digest = "ab" * 32
    ann.perform(AttachFile(ticket_id=log(ann, "Rack"), sha256=digest, bytes=10, name="x", media_type="image/jpeg"))
    sync(ann)
    road = signed(ann)
    path = f"{wire.BLOBS_PATH}/{digest}"
    assert wire.loads(road.call(f"{path}/0", b"12345")) == {"have": 5}
    assert refused(lambda: road.call(f"{path}/0", b"12345")).document["have"] == 5
    assert refused(lambda: road.call(f"{path}/5", b"6789012")).code == "offset"
    assert refused(lambda: road.call(f"{path}/5", b"67890")).code == "damaged"
    found = wire.loads(road.call(wire.BLOBS_PATH, wire.dumps({"sha256": [digest]})))
    assert found == {"files": {digest: {"bytes": 10, "have": 0}}}


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("/v1/blobs", b"[]", "bad"), ("/v1/blobs", b'{"sha256": [7]}', "bad"), ("/v1/blobs", b"\x00", "bad"),
        ("/v1/blobs", wire.dumps({"sha256": ["a" * 64] * 501}), "bad"),
        ("/v1/blobs/../../etc/0", b"x", "http"), ("/v1/blobs/short/0", b"x", "absent"),
        (f"/v1/blobs/{'a' * 64}/-1", b"x", "bad"), (f"/v1/blobs/{'a' * 64}/007", b"x", "bad"),
        (f"/v1/blobs/{'a' * 64}/{10**30}/5", b"", "bad"),
    ],
)  # fmt: skip
def test_an_odd_request_is_answered_with_a_sentence(near_laptop: Store, path: str, body: bytes, code: str) -> None:
    assert refused(lambda: signed(near_laptop).call(path, body)).code == code


def test_nobody_gets_a_file_without_a_signature_or_twice_with_one(near_laptop: Store) -> None:
    road = signed(near_laptop)
    body = wire.dumps({"sha256": []})
    assert refused(lambda: road.connection.post(wire.BLOBS_PATH, body, {})).code == "unsigned"
    counter = time.time_ns() // 1_000_000 + 10
    for elsewhere in (wire.SYNC_PATH, f"{wire.BLOBS_PATH}/{'a' * 64}/0"):
        message = wire.signed_message("POST", elsewhere, str(near_laptop.meta("laptop")), counter, body)
        signature = base64.b64encode(keys.load(near_laptop.path).sign(message)).decode()
        headers = {"Techdesk-Laptop": str(near_laptop.meta("laptop")), "Techdesk-Counter": str(counter),
                   "Techdesk-Signature": signature}  # fmt: skip
        assert refused(lambda headers=headers: road.connection.post(wire.BLOBS_PATH, body, headers)).code == "signature"


class Shelf:
    """A server's files without its HTTP, for limits and for what happens over months."""

    def __init__(self, near: Field, limits: Limits | None = None) -> None:
        self.storage = opened(near.server.database)
        self.blobs = Blobs(self.storage, limits)

    def put(self, store: Store, digest: str, data: bytes, first: int = 0) -> bytes:
        path = f"{wire.BLOBS_PATH}/{digest}/{first}"
        counter = time.time_ns() // 1000
        message = wire.signed_message("POST", path, str(store.meta("laptop")), counter, data)
        signature = base64.b64encode(keys.load(store.path).sign(message)).decode()
        signed = read_headers(str(store.meta("laptop")), str(counter), signature)
        return self.blobs.put(signed, path, digest, first, data)

    def held(self) -> list[str]:
        with self.storage.transaction() as session:
            return [str(row["sha256"]) for row in session.rows("SELECT sha256 FROM blob ORDER BY kept_at")]

    def sweep(self, now: str) -> None:
        with self.storage.transaction() as session:
            org = int(session.rows("SELECT org FROM org_head")[0]["org"] or 0)
            sweep(session, org, now)


def named(store: Store, data: bytes) -> str:
    """A file that an attachment names, at a server too; not sent."""
    digest = digest_of(data)
    store.perform(
        AttachFile(ticket_id=log(store, "Rack"), sha256=digest, bytes=len(data), name="x", media_type="image/jpeg")
    )
    sync(store)
    return digest


def test_a_server_takes_no_more_than_its_limits(near: Field) -> None:
    ann = near.laptop("Ann")
    large, one, other = named(ann, bytes(101)), named(ann, bytes(100)), named(ann, b"x" * 60)
    shelf = Shelf(near, Limits(most_bytes=100, quota=150))
    with pytest.raises(Exception, match="files of at most") as raised:
        shelf.put(ann, large, bytes(101))
    assert raised.value.code == "large"  # type: ignore[attr-defined]
    shelf.put(ann, one, bytes(100))
    with pytest.raises(Exception, match="ask your coordinator") as raised:
        shelf.put(ann, other, b"x" * 60)
    assert raised.value.code == "quota" and shelf.held() == [one]  # type: ignore[attr-defined]
    shelf.storage.close()


def test_what_is_never_finished_or_named_no_more_is_cleared_away(near: Field) -> None:
    ann = near.laptop("Ann")
    half, whole = named(ann, b"half of it"), named(ann, b"whole")
    shelf = Shelf(near)
    shelf.put(ann, half, b"half")
    shelf.put(ann, whole, b"whole")
    shelf.sweep(later(UNFINISHED_DAYS - 1))
    assert set(shelf.held()) == {half, whole}
    shelf.sweep(later(UNFINISHED_DAYS + 1))
    assert shelf.held() == [whole]
    [line] = [each for each in rows(ann, "attachment") if each["sha256"] == whole]
    ann.perform(DetachFile(attachment_id=str(line["id"])))
    sync(ann)
    shelf.sweep(later(100))
    shelf.sweep(later(100 + UNNAMED_DAYS - 1))
    ann.undo()
    sync(ann)
    shelf.sweep(later(100 + UNNAMED_DAYS + 1))
    assert shelf.held() == [whole], "taken back in time"
    shelf.storage.close()


def later(days: int) -> str:
    return clock.moment(clock.now() + timedelta(days=days))


def test_a_servers_backup_holds_the_files_and_what_it_lacks_is_asked_about_again(near: Field, tmp_path: Path) -> None:
    ann, shelf, copy = near.laptop("Ann"), Shelf(near), tmp_path / "copy.db"
    before, after = named(ann, b"before the backup"), digest_of(b"after the backup")
    shelf.put(ann, before, b"before the backup")
    backup(near.server.database, copy)
    assert named(ann, b"after the backup") == after
    shelf.put(ann, after, b"after the backup")
    ann.connection.executemany("INSERT INTO file_sent VALUES (?)", [(before,), (after,)])
    restore(near.server.database, copy, replace=True)
    assert shelf.held() == [before] and all(each.good for each in examine(near.server.database))
    assert RECOVERED in sync(ann).warnings
    assert ann.connection.execute("SELECT count(*) FROM file_sent").fetchone() == (0,)
    shelf.storage.close()


def test_a_rejected_attachment_keeps_its_file_for_its_author(alone: Field) -> None:
    ann = alone.laptop("Ann")
    ticket_id = new_id()
    ann.perform_all([LogTicket(id=ticket_id, text="Rack"), NoteTicket(ticket_id=ticket_id, text="words")])
    digest = attach(ann, ticket_id, small=None)
    with ann.transaction():
        ann.connection.execute("UPDATE operation SET args = replace(args, 'image/jpeg', 'image/strange')")
    sync(ann)
    assert rows(ann, "attachment") == [] and Files(ann.path).has(digest)
    assert unsent.waiting(ann) == []


def school_photo(alone: Field) -> tuple[Store, Store, str]:
    """A coordinator, and Val of the hill with a photo of it that she has attached and not sent; its SHA-256."""
    cora, hill = alone.laptop("Cora", "coordinator"), new_id()
    cora.perform(RecordSite(id=hill, code="2", name="Hill Top", cluster="hill"))
    ticket = log(cora, "Rack", site_id=hill)
    sync(cora)
    val = alone.laptop("Val", scopes=["hill"])
    return cora, val, attach(val, ticket)


def decided(alone: Field, cora: Store, digest: str, *, drop: bool = False) -> list[str]:
    """What a coordinator's laptop lacks of the photo after the decision."""
    decide(alone.server.database, "Val", alone.server.organisation, drop=drop)
    sync(cora)
    return fetch_files(cora, [digest])


def test_a_photo_that_a_laptop_had_not_sent_when_it_was_shut_out_waits_with_its_operation(alone: Field) -> None:
    cora, val, digest = school_photo(alone)
    revoke(alone.server.database, "Val", alone.server.organisation)
    with pytest.raises(NoConnection, match="shut out") as refusal:
        sync(val)
    assert "wait here" not in str(refusal.value)
    assert not Files(val.path).has(digest) and not Files(val.path).has(digest_of(SMALL))
    assert decided(alone, cora, digest) == [] and Files(cora.path).read(digest) == PHOTO


def test_a_photo_of_a_school_that_is_lost_waits_with_its_operation(alone: Field) -> None:
    cora, val, digest = school_photo(alone)
    grant(alone.server.database, "Val", None, alone.server.organisation, ["nowhere"], no_school_yet=True)
    sync(val)
    assert rows(val, "ticket") == [] and not Files(val.path).has(digest)
    assert decided(alone, cora, digest) == [] and Files(cora.path).read(digest) == PHOTO


def test_a_link_that_breaks_keeps_the_photo_of_a_laptop_that_was_shut_out(
    alone: Field, bad_road: type[BadRoad]
) -> None:
    cora, val, digest = school_photo(alone)
    revoke(alone.server.database, "Val", alone.server.organisation)
    bad_road.breaks = staticmethod(lambda number, path, size: "lost" if wire.BLOBS_PATH in path else "")
    with pytest.raises(NoConnection, match="2 files that are not sent yet wait here"):
        sync(val, connect=bad_road)
    assert Files(val.path).has(digest) and rows(val, "attachment") == []
    with pytest.raises(NoConnection, match="shut out"):
        sync(val)
    assert not Files(val.path).has(digest) and decided(alone, cora, digest) == []


def test_a_laptop_that_was_shut_out_gets_no_file_and_leaves_no_more_than_it_may(
    alone: Field, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, val, digest = school_photo(alone)
    revoke(alone.server.database, "Val", alone.server.organisation)
    with pytest.raises(NoConnection, match="shut out"):
        sync(val)
    with pytest.raises(ServerRefused, match="shut out") as refusal:
        SignedConnection(Connection(alone.server.url), str(val.meta("laptop")), keys.load(val.path)).call(
            f"{wire.BLOBS_PATH}/{digest}/0/100", b""
        )
    assert refusal.value.code == "revoked"
    storage = opened(alone.server.database)
    with storage.transaction() as session:
        laptop = laptops.known(session, str(val.meta("laptop")))
        assert quarantine.files(session, laptop.org, laptop.id)[digest] == {len(PHOTO)}
        monkeypatch.setattr(quarantine, "MOST_FILES", len(PHOTO))
        assert list(quarantine.files(session, laptop.org, laptop.id)) == [digest_of(SMALL)]
    storage.close()
