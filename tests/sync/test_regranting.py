"""Laptops of some schools: what they get, what they lose and gain when their grants or the schools' clusters change."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from techdesk.desk.closing import CloseTicket
from techdesk.desk.ids import new_id
from techdesk.desk.inbox import SettleInbox
from techdesk.desk.inventory import RecordDevice
from techdesk.desk.people import RecordSite
from techdesk.desk.tickets import EditTicket, NoteTicket
from techdesk.desk.tx import Act, Row
from techdesk.desk.work import LogWork, StartWork
from techdesk.errors import NoConnection
from techdesk.models.sqlite import SqliteTx
from techdesk.models.store import Store, connect
from techdesk.server import postponed, syncing
from techdesk.server.admittance import decide, grant, listed, revoke
from techdesk.server.storage import opened
from techdesk.sync import scopes, wire
from techdesk.sync.client import enrol, status, sync
from tests.simulation.editions import LATER, NewerNote, edition
from tests.sync.field import (
    TABLES,
    Field,
    InProcess,
    Server,
    everything,
    inbox,
    log,
    on_the_road,
    row,
    rows,
    settle_down,
)

SECRET = "xylophone"


class Schools(NamedTuple):
    """A coordinator, whose laptop holds everything, and technicians of the valley and of the hill, with a school in each."""

    field: Field
    cora: Store
    val: Store
    hal: Store
    valley: str
    hill: str


def school(store: Store, code: str, name: str, cluster: str) -> str:
    id = new_id()
    store.perform(RecordSite(id=id, code=code, name=name, cluster=cluster, rooms=("Hall",)))
    return id


def furnished(field: Field) -> Schools:
    cora = field.laptop("Cora", "coordinator")
    valley, hill = school(cora, "1", "Valley Road", "valley"), school(cora, "2", "Hill Top", "hill")
    for site in (valley, hill):
        cora.perform(RecordDevice(id=new_id(), tag=f"L-{site[-4:]}", site_id=site))
        log(cora, "Toner", site_id=site)
    log(cora, "Of no school")
    sync(cora)
    val, hal = field.laptop("Val", scopes=["valley"]), field.laptop("Hal", scopes=["hill"])
    settle_down(cora, val, hal)
    return Schools(field, cora, val, hal, valley, hill)


@pytest.fixture(scope="module")
def furniture(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """A folder with a server and three laptops, made once, and the ids of the two schools."""
    folder = tmp_path_factory.mktemp("furniture")
    storage = opened(folder / "server.db")
    field = Field(Server("http://127.0.0.1:9", str(folder / "server.db")), folder)
    with pytest.MonkeyPatch.context() as patched:
        on_the_road(patched, storage)
        made = furnished(field)
    field.close()
    storage.close()
    return folder, made.valley, made.hill


@pytest.fixture
def copied(furniture: tuple[Path, str, str], tmp_path: Path) -> tuple[str, str]:
    """The furniture in this test's own folder, before anything there is opened."""
    folder, valley, hill = furniture
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    return valley, hill


@pytest.fixture
def schools(copied: tuple[str, str], near: Field) -> Schools:
    return Schools(near, near.store("Cora"), near.store("Val"), near.store("Hal"), *copied)


def regrant(field: Field, name: str, *labels: str) -> None:
    grant(field.server.database, name, None, field.server.organisation, labels)


def move(store: Store, site: str, cluster: str) -> None:
    store.perform(RecordSite(id=site, cluster=cluster))


def belonging(store: Store, held: Sequence[str]) -> dict[str, list[Row]]:
    """What of a store that holds everything is for who holds those scopes."""
    tx = SqliteTx(store.connection)
    found = {}
    for table in TABLES:
        mine = [each for each in rows(store, table) if scopes.site_of(tx, table, each) in (None, *held)]
        found[table] = mine
    return found


def holds(laptop: Store, whole: Store, *held: str) -> None:
    """Asserts that the laptop has just the rows of those sites, as they stand in the store that has all."""
    assert everything(laptop) == belonging(whole, (*held, str(laptop.meta("technician"))))


def bytes_of(store: Store) -> bytes:
    """Everything in the laptop's folder."""
    return b"".join(path.read_bytes() for path in Path(store.path).parent.rglob("*") if path.is_file())


def test_a_laptop_gets_the_rows_of_its_schools_and_the_common_ones(schools: Schools) -> None:
    holds(schools.val, schools.cora, schools.valley)
    holds(schools.hal, schools.cora, schools.hill)


def test_no_reply_has_a_row_of_another_school(schools: Schools, road: InProcess) -> None:
    seen: list[bytes] = []
    road.answered = lambda signed, answer: seen.append(answer) if signed.laptop == schools.val.meta("laptop") else None
    log(schools.cora, SECRET, site_id=schools.hill)
    settle_down(schools.cora, schools.val)
    assert seen and SECRET.encode() not in b"".join(seen) and schools.hill.encode() not in b"".join(seen)


def test_work_of_each_reaches_the_coordinator_and_not_each_other(schools: Schools) -> None:
    ticket = log(schools.val, "Beamer", site_id=schools.valley)
    schools.val.perform(StartWork(ticket_id=ticket))
    settle_down(schools.val, schools.hal, schools.cora)
    holds(schools.val, schools.cora, schools.valley)
    holds(schools.hal, schools.cora, schools.hill)
    assert row(schools.cora, "ticket", ticket)["text"] == "Beamer"


def test_a_ticket_that_moves_goes_with_all_that_hangs_on_it(schools: Schools) -> None:
    ticket = log(schools.val, SECRET, site_id=schools.valley)
    schools.val.perform(NoteTicket(ticket_id=ticket, text="seen"))
    schools.val.perform(LogWork(ticket_id=ticket, minutes=5))
    schools.val.perform(StartWork(ticket_id=ticket))
    settle_down(schools.val, schools.cora, schools.hal)
    schools.cora.perform(EditTicket(id=ticket, site_id=schools.hill))
    settle_down(schools.cora, schools.val, schools.hal)
    holds(schools.val, schools.cora, schools.valley)
    holds(schools.hal, schools.cora, schools.hill)
    assert len([each for each in rows(schools.hal, "ticket_event") if each["ticket_id"] == ticket]) == 4
    assert SECRET.encode() not in bytes_of(schools.val)


def test_a_school_that_leaves_the_cluster_leaves_the_laptop(schools: Schools) -> None:
    log(schools.cora, SECRET, site_id=schools.valley)
    settle_down(schools.cora, schools.val)
    assert SECRET.encode() in bytes_of(schools.val)
    move(schools.cora, schools.valley, "hill")
    sync(schools.cora)
    report = sync(schools.val)
    assert report.warnings[0].startswith("Valley Road is no longer among your schools: ")
    assert report.warnings[0].endswith(" rows removed.")
    settle_down(schools.hal, schools.cora)
    holds(schools.val, schools.cora)
    holds(schools.hal, schools.cora, schools.valley, schools.hill)
    assert SECRET.encode() not in bytes_of(schools.val)


def test_a_store_that_is_open_elsewhere_is_written_anew_by_the_next_sync(schools: Schools) -> None:
    log(schools.cora, SECRET, site_id=schools.valley)
    settle_down(schools.cora, schools.val)
    regrant(schools.field, "Val", "hill")
    reader = connect(schools.val.path, read_only=True)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM ticket").fetchone()
    schools.val.connection.execute("PRAGMA busy_timeout = 1")
    sync(schools.val)
    assert SECRET.encode() in bytes_of(schools.val)  # the reader's pages
    reader.close()
    sync(schools.val)
    assert SECRET.encode() not in bytes_of(schools.val)


def test_words_of_ones_own_go_with_the_school(schools: Schools) -> None:
    ticket = log(schools.val, SECRET, site_id=schools.valley)
    schools.val.perform(EditTicket(id=ticket, text=f"{SECRET} again"))
    sync(schools.val)
    regrant(schools.field, "Val", "hill")
    sync(schools.val)
    assert SECRET.encode() not in bytes_of(schools.val)
    schools.val.perform(NoteTicket(ticket_id=_any_ticket(schools.val), text="goes on"))
    assert sync(schools.val).sent == 1


def test_a_grant_of_everything_brings_everything(schools: Schools) -> None:
    regrant(schools.field, "Val", "*")
    waiting = log(schools.val, "Waits", site_id=schools.valley)
    report = sync(schools.val)
    assert report.warnings == ("Hill Top is now among your schools.",)
    sync(schools.cora)
    assert everything(schools.val) == everything(schools.cora)
    assert row(schools.cora, "ticket", waiting)["text"] == "Waits"


def test_a_laptop_that_held_everything_keeps_its_schools_alone(schools: Schools) -> None:
    regrant(schools.field, "Val", "*")
    sync(schools.val)
    regrant(schools.field, "Val", "site:2")
    sync(schools.val)
    sync(schools.cora)
    holds(schools.val, schools.cora, schools.hill)


def test_a_laptop_may_change_one_school_for_another(schools: Schools) -> None:
    regrant(schools.field, "Val", "hill")
    report = sync(schools.val)
    assert [warning.split(":")[0] for warning in report.warnings] == [
        "Valley Road is no longer among your schools", "Hill Top is now among your schools."
    ]  # fmt: skip
    sync(schools.cora)
    holds(schools.val, schools.cora, schools.hill)


def test_work_on_a_school_that_was_lost_waits_for_the_coordinator(schools: Schools) -> None:
    ticket = _any_ticket(schools.val, schools.valley)
    schools.val.perform(CloseTicket(ticket_id=ticket, resolution=SECRET, minutes=5))
    regrant(schools.field, "Val", "hill")
    settle_down(schools.val, schools.cora)
    assert row(schools.cora, "ticket", ticket)["state"] == "new"
    told = [each for each in inbox(schools.val) if each["kind"] == "rejected"]
    assert len(told) == 1 and SECRET not in str(told)
    assert SECRET.encode() not in bytes_of(schools.val)
    assert ["quarantine" in str(each["done"]) for each in inbox(schools.cora)] == [True]
    waits = {each.technician: each.quarantined for each in listed(schools.field.server.database, "techdesk")}
    assert waits == {"Cora": 0, "Hal": 0, "Val": 1}
    assert decide(schools.field.server.database, "Val") == 1
    settle_down(schools.cora, schools.val)
    closed = row(schools.cora, "ticket", ticket)
    assert (closed["state"], closed["resolution"], closed["owner_id"]) == (
        "closed",
        SECRET,
        schools.val.meta("technician"),
    )
    holds(schools.val, schools.cora, schools.hill)
    assert SECRET.encode() not in bytes_of(schools.val)


@pytest.mark.parametrize("drop", [False, True])
def test_who_was_told_of_work_that_waits_keeps_nothing_once_it_is_decided(schools: Schools, drop: bool) -> None:
    ticket = _any_ticket(schools.val, schools.valley)
    schools.val.perform(CloseTicket(ticket_id=ticket, resolution=SECRET, minutes=5))
    regrant(schools.field, "Val", "hill")
    settle_down(schools.val, schools.cora)
    [mine], [hers] = inbox(schools.val), inbox(schools.cora)
    assert (mine["state"], hers["state"]) == ("open", "open")
    assert decide(schools.field.server.database, "Val", drop=drop) == 1
    # Neither has synced since, and who puts it aside meanwhile is not contradicted.
    schools.cora.perform(SettleInbox(item_id=str(hers["id"]), choice="theirs"))
    settle_down(schools.val, schools.cora)
    for store in (schools.val, schools.cora):
        [item] = inbox(store)
        assert item["state"] == "settled" and ("dropped" if drop else "released") in str(item["done"])
    assert decide(schools.field.server.database, "Val", drop=drop) == 0


def test_work_that_a_coordinator_released_on_an_older_server_is_done_when_it_is_updated(
    schools: Schools, road: InProcess
) -> None:
    ticket = _any_ticket(schools.val, schools.valley)
    with edition(LATER):
        schools.val.perform(NewerNote(ticket_id=ticket, words="low"))
        regrant(schools.field, "Val", "hill")
        sync(schools.val)
    assert decide(schools.field.server.database, "Val") == 1
    sync(schools.cora)
    assert "low" not in [event["note"] for event in rows(schools.cora, "ticket_event")]
    with edition(LATER):
        for _ in range(2):
            postponed.resume_all(road.storage, syncing.late)
        settle_down(schools.cora, schools.val)
    assert [event["note"] for event in rows(schools.cora, "ticket_event")].count("low") == 1
    holds(schools.val, schools.cora, schools.hill)


def test_a_command_on_another_school_is_not_done(schools: Schools) -> None:
    ticket = _any_ticket(schools.hal, schools.hill)
    before = row(schools.cora, "ticket", ticket)
    # A laptop that was made to forget what it may not do.
    with schools.val.transaction() as tx:
        tx.begin(_act(schools.val))
        tx.append("ticket", row(schools.hal, "ticket", ticket))
    schools.val.perform(NoteTicket(ticket_id=ticket, text="not mine"))
    schools.val.perform(EditTicket(id=ticket, text="not mine"))
    log(schools.val, "at another school", site_id=schools.hill)
    schools.val.perform(RecordSite(id=schools.valley, cluster="hill"))
    settle_down(schools.val, schools.cora)
    assert [each["kind"] for each in inbox(schools.val)] == ["rejected"] * 4
    assert row(schools.cora, "ticket", ticket) == before
    assert row(schools.cora, "site", schools.valley)["cluster"] == "valley"


def test_a_technician_may_record_a_school_of_the_own_cluster(schools: Schools) -> None:
    made = school(schools.val, "3", "Valley Two", "valley")
    ticket = log(schools.val, "Wifi", site_id=made)
    settle_down(schools.val, schools.cora)
    assert inbox(schools.val) == []
    assert row(schools.cora, "ticket", ticket)["site_id"] == made
    holds(schools.val, schools.cora, schools.valley, made)


def test_a_number_that_a_ticket_of_another_school_has_is_told_apart(near: Field) -> None:
    alone, other = near.store("Alma"), near.store("Otto")
    log(alone, "Before there was a server")
    number = rows(alone, "ticket")[0]["ref"]
    schools = furnished(near)
    log(other, SECRET, site_id=schools.hill)
    assert number in {each["ref"] for each in rows(other, "ticket")}
    enrol(other, near.server.url, near.code("Otto"))
    sync(other)
    enrol(alone, near.server.url, near.code("Alma", scopes=["valley"]))
    sync(alone)
    mine = [each for each in rows(alone, "ticket") if each["text"] == "Before there was a server"]
    assert [str(each["ref"]).removeprefix(str(number)) for each in mine] == ["3"]  # the coordinator has one as well
    assert SECRET.encode() not in bytes_of(alone)


def test_a_laptop_that_is_shut_out_lets_go_of_everything(schools: Schools) -> None:
    ticket = log(schools.val, SECRET, site_id=schools.valley)
    sync(schools.val)
    schools.val.perform(NoteTicket(ticket_id=ticket, text=f"{SECRET} noted"))
    schools.val.path.with_suffix(".drafts.json").write_text(f'{{"capture": {{"text": "{SECRET}"}}}}', encoding="utf-8")
    revoke(schools.field.server.database, "Val")
    with pytest.raises(NoConnection, match=r"shut out on .* removed from it\.$"):
        sync(schools.val)
    assert not any(everything(schools.val).values())
    assert SECRET.encode() not in bytes_of(schools.val)
    assert "shut out" in str(status(schools.val).shut_out)
    assert schools.val.meta("laptop") is not None


def test_what_the_server_has_not_taken_stays_on_a_laptop_that_is_shut_out(
    schools: Schools, monkeypatch: pytest.MonkeyPatch
) -> None:
    log(schools.val, SECRET, site_id=schools.valley)
    revoke(schools.field.server.database, "Val")
    with monkeypatch.context() as full:
        full.setattr("techdesk.server.quarantine.MOST_KEPT", 10)
        with pytest.raises(NoConnection, match="shut out"):
            sync(schools.val)
    assert SECRET.encode() in bytes_of(schools.val)
    with pytest.raises(NoConnection, match="shut out"):
        sync(schools.val)
    assert SECRET.encode() not in bytes_of(schools.val)


def test_a_laptop_that_is_let_in_again_starts_anew(schools: Schools) -> None:
    ticket = _any_ticket(schools.val, schools.valley)
    schools.val.perform(NoteTicket(ticket_id=ticket, text="handed in"))
    laptop = schools.val.meta("laptop")
    revoke(schools.field.server.database, "Val")
    with pytest.raises(NoConnection):
        sync(schools.val)
    regrant(schools.field, "Val", "valley")
    sync(schools.val)
    schools.val.perform(NoteTicket(ticket_id=ticket, text="back again"))
    settle_down(schools.val, schools.cora)
    holds(schools.val, schools.cora, schools.valley)
    notes = [each["note"] for each in rows(schools.cora, "ticket_event") if each["ticket_id"] == ticket]
    assert notes.count("handed in") == notes.count("back again") == 1
    assert (schools.val.meta("laptop"), status(schools.val).shut_out) == (laptop, None)


def test_a_laptop_that_is_let_in_again_is_no_longer_shut_out_once_rows_have_come(
    schools: Schools, road: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "PAGE_BYTES", 1500)
    revoke(schools.field.server.database, "Val")
    with pytest.raises(NoConnection):
        sync(schools.val)
    assert status(schools.val).shut_out is not None
    regrant(schools.field, "Val", "valley")

    def cut() -> None:
        if rows(schools.val, "ticket"):
            raise NoConnection("The road is cut.")

    road.before = cut
    with pytest.raises(NoConnection, match="road is cut"):
        sync(schools.val)
    assert status(schools.val).shut_out is None


def test_what_waits_on_a_laptop_that_is_let_in_again_is_shown_before_the_rows_have_come(
    schools: Schools, road: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    log(schools.val, "Of no school")
    revoke(schools.field.server.database, "Val")
    with monkeypatch.context() as full:
        full.setattr("techdesk.server.quarantine.MOST_KEPT", 10)
        with pytest.raises(NoConnection, match="shut out"):
            sync(schools.val)
    assert rows(schools.val, "ticket") == []
    regrant(schools.field, "Val", "valley")

    def cut() -> None:
        if status(schools.val).shut_out is None:
            raise NoConnection("The road is cut.")

    road.before = cut
    with pytest.raises(NoConnection, match="road is cut"):
        sync(schools.val)
    assert [each["title"] for each in rows(schools.val, "ticket")] == ["Of no school"]


def test_a_laptop_that_has_fallen_behind_gets_its_part_alone(schools: Schools) -> None:
    for number in range(5):
        log(schools.cora, f"{SECRET} {number}", site_id=schools.hill)
        log(schools.cora, f"Valley {number}", site_id=schools.valley)
    sync(schools.cora)
    assert sync(schools.val).received == 5
    assert sync(schools.val).received == 0


def test_what_a_request_asks_for_beyond_its_grants_is_not_given(schools: Schools, road: InProcess) -> None:
    request = wire.Request(wire.Cursor(_epoch(schools.val), 0, ""), [], 0, schools.val.now(), "*")
    assert road.asked(schools.val, request).entries == []
    wanted = wire.Wanted([schools.hill], True, 1 << 40)
    assert road.asked(schools.val, request._replace(wanted=wanted)).entries == []
    own = road.asked(schools.val, request._replace(wanted=wanted._replace(sites=[schools.valley])))
    assert own.entries and schools.hill not in str(own)


def _epoch(store: Store) -> str:
    return wire.Cursor(**wire.loads(str(store.meta("cursor")))).epoch


def _any_ticket(store: Store, site: str | None = None) -> str:
    return next(str(each["id"]) for each in rows(store, "ticket") if site is None or each["site_id"] == site)


def _act(store: Store) -> Act:
    return Act(new_id(), store.now(), store.meta("technician"), "laptop")
