"""The inbox from the shell: stable numbers, filters, and every way to settle."""

import json
from pathlib import Path

import pytest

from techdesk.desk.commands import Command, perform
from techdesk.desk.ids import new_id
from techdesk.desk.inventory import RecordDevice
from techdesk.desk.people import RecordSite
from techdesk.desk.problems import LinkTicket, LogProblem
from techdesk.desk.tickets import EditTicket, LogTicket
from techdesk.desk.tx import Act
from techdesk.models.store import Store
from tests.cli.conftest import Cli

NOON = "2026-11-23T12:00:00.000Z"


class Laptop:
    """A laptop's store in which two people change things apart; mine come late."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.ids = {name: new_id() for name in ("site", "hall", "toner", "device")}
        self._do(
            False,
            RecordSite(id=self.ids["site"], code="2005", name="Abbey Park"),
            LogTicket(id=self.ids["hall"], text="Projector dead", ref="9001-A", site_id=self.ids["site"]),
            LogTicket(id=self.ids["toner"], text="Toner low", ref="9002-B"),
            RecordDevice(id=self.ids["device"], tag="LT-1", site_id=self.ids["site"]),
        )

    def _do(self, merging: bool, *commands: Command, at: str = NOON) -> None:
        with Store(self.path) as store, store.transaction() as tx:
            for command in commands:
                act = Act(new_id(), at, store.meta("technician"), "another", merging)
                tx.begin(act)
                perform(tx, command, act)

    def apart(self, name: str, mine: str = "Office", theirs: str = "Hall", at: str = NOON) -> None:
        """Leaves an item about the room of something."""
        edit = RecordDevice if name == "device" else EditTicket
        self._do(False, edit(id=self.ids[name], room=theirs))
        self._do(True, edit(id=self.ids[name], room=mine, base={"room": None}), at=at)

    def linked_apart(self, theirs: str, mine: str) -> tuple[str, str]:
        """Leaves an item about the problem behind a ticket. Returns the numbers of theirs and mine."""
        ids, hall = [new_id(), new_id()], self.ids["hall"]
        for number, (id, title) in enumerate(zip(ids, (theirs, mine), strict=True)):
            self._do(False, LogProblem(id=id, title=title, ref=f"950{number}-A"))
        self._do(False, LinkTicket(ticket_id=hall, problem_id=ids[0]))
        self._do(True, LinkTicket(ticket_id=hall, problem_id=ids[1], base={"problem_id": None}))
        return "PRB-9500-A", "PRB-9501-A"

    def behind_hall(self) -> object:
        """The number of the problem behind the ticket of the hall."""
        with Store(self.path) as store:
            found = "SELECT p.ref FROM ticket t JOIN problem p ON p.id = t.problem_id WHERE t.id = ?"
            return store.connection.execute(found, (self.ids["hall"],)).fetchone()[0]

    def rejected(self, operation: str, **args: object) -> None:
        """Leaves an item as the server makes one of what it rejected."""
        with Store(self.path) as store, store.transaction() as tx:
            tx.begin(Act(new_id(), NOON, None, "server"))
            tx.put("inbox_item", {"id": new_id(), "technician_id": store.meta("technician"), "entity": "ticket",
                                  "entity_id": self.ids["hall"], "mid": new_id(), "at": NOON, "kind": "rejected",
                                  "done": "it was not done", "mine": json.dumps({"operation": operation, **args}),
                                  "theirs": "{}"})  # fmt: skip

    def room(self, name: str) -> object:
        table = "device" if name == "device" else "ticket"
        with Store(self.path) as store:
            return store.connection.execute(f"SELECT room FROM {table} WHERE id = ?", (self.ids[name],)).fetchone()[0]


@pytest.fixture
def laptop(home: Path, cli: Cli) -> Laptop:
    cli("list")
    return Laptop(next(home.rglob("techdesk.db")))


def numbers(cli: Cli, *filters: str) -> dict[int, str]:
    """The items as listed: number and what they are about."""
    listed = cli("inbox", "list", *filters, "--json").json
    assert listed["total"] == len(listed["items"])
    return {item["n"]: item["ref"] for item in listed["items"]}


def test_a_number_stays_with_its_item_when_others_come_and_go(cli: Cli, laptop: Laptop) -> None:
    laptop.apart("hall")
    laptop.apart("toner")
    assert numbers(cli) == {1: "9001-A", 2: "9002-B"}
    laptop.apart("device", at="2026-11-22T08:00:00.000Z")  # a sync brings one that sorts first
    assert cli("inbox", "theirs", "1").code == 0
    assert numbers(cli) == {3: "LT-1", 2: "9002-B"}
    assert cli("inbox", "mine", "2").code == 0
    assert (laptop.room("hall"), laptop.room("toner"), laptop.room("device")) == ("Hall", "Office", "Hall")


def test_the_number_of_an_item_that_is_settled_or_never_was_settles_nothing(cli: Cli, laptop: Laptop) -> None:
    laptop.apart("hall")
    laptop.apart("toner")
    assert numbers(cli) == {1: "9001-A", 2: "9002-B"}
    cli("inbox", "theirs", "1")
    again = cli("inbox", "mine", "1", "--json")
    assert again.code == 1 and "settled already" in again.json["error"]
    assert cli("inbox", "mine", "3", "--json").json["exit_code"] == 3
    assert laptop.room("hall") == "Hall"


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (["--kind", "conflict"], {"9001-A", "LT-1"}),
        (["--kind", "rejected"], {"projector"}),
        (["--entity", "device"], {"LT-1"}),
        (["--site", "2005"], {"9001-A", "LT-1", "projector"}),
        (["--since", "2026-11-24"], {"LT-1"}),
        (["--who", "all"], {"9001-A", "LT-1", "projector"}),
    ],
)
def test_filters(cli: Cli, laptop: Laptop, filters: list[str], found: set[str]) -> None:
    laptop.apart("hall")
    laptop.apart("device", at="2026-11-24T08:00:00.000Z")
    laptop.rejected("ticket.note", ticket_id=laptop.ids["hall"], text="words")
    items = cli("inbox", *filters, "--json").json["items"]
    assert {"projector" if item["kind"] == "rejected" else item["ref"] for item in items} == found


def test_what_was_settled_is_shown_when_asked_for(cli: Cli, laptop: Laptop) -> None:
    laptop.apart("hall")
    numbers(cli)
    cli("inbox", "theirs", "1")
    assert numbers(cli) == {}
    [item] = cli("inbox", "list", "--all", "--json").json["items"]
    assert (item["state"], item["choice"]) == ("settled", "theirs")
    assert f"theirs: {item['done']}" in cli("inbox", "--all").out
    ran = cli("inbox", "--kind", "parked")
    assert "Nothing fits what was asked for" in ran.out + ran.err and "Nothing waits for you" not in ran.out + ran.err


@pytest.mark.parametrize("filters", [["--kind", "odd"], ["--entity", "odd"], ["--since", "soon"]])
def test_a_filter_that_says_nothing_is_wrong_usage(cli: Cli, laptop: Laptop, filters: list[str]) -> None:
    assert cli("inbox", "list", *filters).code == 2


def test_a_third_value_is_written_and_undo_takes_it_back(cli: Cli, laptop: Laptop) -> None:
    laptop.apart("hall")
    numbers(cli)
    ran = cli("inbox", "edit", "1", "--set", "room=Library", "--json")
    assert ran.code == 0 and ran.json["changed"] == [{"ref": "9001-A", "state": "settled"}]
    assert laptop.room("hall") == "Library"
    cli("undo")
    assert laptop.room("hall") == "Hall"
    assert numbers(cli) == {1: "9001-A"}


@pytest.mark.parametrize(
    ("options", "room", "code"),
    [
        (["--mine", "room"], "Office", 0),
        (["--theirs", "room"], "Hall", 0),
        (["--set", "room="], None, 0),
        (["--set", "category=network"], "Hall", 2),
        (["--set", "room"], "Hall", 2),
        ([], "Hall", 2),
    ],
)
def test_each_field_is_mine_theirs_or_written(
    cli: Cli, laptop: Laptop, options: list[str], room: str | None, code: int
) -> None:
    laptop.apart("hall")
    numbers(cli)
    assert cli("inbox", "edit", "1", *options).code == code
    assert laptop.room("hall") == room


def test_a_problem_is_written_by_its_number(cli: Cli, laptop: Laptop) -> None:
    heat, damp = laptop.linked_apart("Heat", "Damp")
    numbers(cli)
    shown = cli("inbox", "show", "1").out
    assert heat in shown and damp in shown
    assert cli("inbox", "edit", "1", "--set", "problem=PRB-77").code == 3
    assert cli("inbox", "edit", "1", "--set", f"problem={damp}").code == 0
    assert laptop.behind_hall() == damp


def test_all_that_a_filter_lets_through_are_settled_in_one_act(cli: Cli, laptop: Laptop) -> None:
    laptop.apart("hall")
    laptop.apart("toner")
    laptop.apart("device")
    assert cli("inbox", "mine", "--entity", "ticket").code == 2  # filters alone settle nothing
    assert cli("inbox", "mine", "--all", "--entity", "ticket").code == 0
    assert [laptop.room(name) for name in ("hall", "toner", "device")] == ["Office", "Office", "Hall"]
    cli("undo")
    assert [laptop.room(name) for name in ("hall", "toner", "device")] == ["Hall", "Hall", "Hall"]
    assert len(numbers(cli)) == 3


def test_of_several_each_is_settled_or_refused_on_its_own(cli: Cli, laptop: Laptop) -> None:
    laptop.apart("hall")
    laptop.rejected("desk.undo", mid="x", command="y", writes="[]")
    assert len(numbers(cli)) == 2
    ran = cli("inbox", "mine", "1", "2", "9", "--json")
    assert ran.code == 1
    assert len(ran.json["changed"]) == 1 and [each["ref"] for each in ran.json["refused"]] == ["2", "9"]
    assert laptop.room("hall") == "Office"


def test_what_was_rejected_is_done_again_when_mine_is_kept(cli: Cli, laptop: Laptop) -> None:
    laptop.rejected("ticket.edit", id=laptop.ids["hall"], room="Gym")
    numbers(cli)
    assert "do it again" in cli("inbox", "edit", "1", "--set", "room=Hall").err
    assert cli("inbox", "mine", "1").code == 0
    assert laptop.room("hall") == "Gym"
    assert numbers(cli) == {}


def test_an_item_is_shown_field_by_field_with_names_in_place_of_ids(cli: Cli, laptop: Laptop) -> None:
    laptop.apart("hall")
    laptop.rejected("ticket.edit", id=laptop.ids["hall"], site_id=laptop.ids["site"])
    listed = {item["kind"]: item["n"] for item in cli("inbox", "--json").json["items"]}
    shown = cli("inbox", "show", str(listed["conflict"]), "--json").json
    assert shown["fields"] == [{"name": "room", "mine": "Office", "theirs": "Hall", "now": "Hall", "choosable": True}]
    assert shown["from"]["theirs"]["laptop"] == "another" and shown["why_not_mine"] is None
    ran = cli("inbox", "show", str(listed["rejected"]))
    assert "2005 Abbey Park" in ran.out and "do it again" in ran.err
