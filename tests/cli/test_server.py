"""Who may come to a server, from the shell."""

from pathlib import Path

import pytest

from techdesk.desk.ids import new_id
from techdesk.desk.people import RecordSite
from techdesk.server.storage import opened
from techdesk.sync.client import sync
from tests.cli.conftest import Cli
from tests.sync.conftest import near, road, sqlite_server
from tests.sync.field import Field, Server

__all__ = ["near", "road", "sqlite_server"]


@pytest.fixture
def database(tmp_path: Path) -> str:
    """A server's new database."""
    opened(tmp_path / "server.db").close()
    return str(tmp_path / "server.db")


def test_invite_prints_a_code_and_its_end(cli: Cli, database: str) -> None:
    made = cli("server", "invite", "Ann", "--scope", "North", "--database", database, "--json").json
    assert (made["schema"], made["name"], made["role"], made["scopes"]) == (1, "Ann", "technician", ["North"])
    assert made["code"] and made["expires"]
    assert "techdesk enrol URL" in cli("server", "invite", "Ben", "--database", database).out


def test_a_mistyped_scope_empties_no_laptop(cli: Cli, near: Field) -> None:
    cora = near.laptop("Cora", "coordinator")
    at = ("--database", near.server.database)
    early = cli("server", "invite", "Jo", "--scope", "valley", *at)
    assert early.code == 0 and "No school has valley now: Jo gets nothing by that until one has." in early.err
    cora.perform(RecordSite(id=new_id(), code="1042", name="Valley Road", cluster="valley"))
    sync(cora)
    near.laptop("Val", scopes=["valley"])
    for refused in (("invite", "Eve"), ("grant", "Val")):
        for scope in ("atlantis", "site:104", "Valley", ""):
            ran = cli("server", *refused, "--scope", "valley", "--scope", scope, *at)
            assert ran.code == 3 and f"has the scope '{scope}' (its clusters are valley; one school is" in ran.err
    assert [each["scopes"] for each in cli("server", "laptops", *at, "--json").json["items"]] == [[], ["valley"]]
    for scope in ("*", "site:1042"):
        fits = cli("server", "grant", "Val", "--scope", scope, *at)
        assert (fits.code, fits.err) == (0, "")
    later = cli("server", "grant", "Val", "--scope", "hill", "--no-school-yet", *at, "--json")
    assert later.json["items"][0]["no_school"] == ["hill"]
    assert "No school has hill now: Val-laptop of Val gets" in later.err
    assert cli("server", "invite", "Eve", "--scope", "hill", "--no-school-yet", *at, "--json").json["no_school"] == [
        "hill"
    ]


def test_what_is_young_is_not_trimmed(cli: Cli, database: str) -> None:
    cli("server", "invite", "Ann", "--database", database)
    assert cli("server", "trim", "--database", database, "--json").json["trimmed"] == 0
    assert cli("server", "trim", "--days", "0", "--database", database).code == 2


def test_a_role_that_there_is_not_is_refused(cli: Cli, database: str) -> None:
    ran = cli("server", "invite", "Ann", "--role", "king", "--database", database, "--json")
    assert ran.code == 2 and "king" in ran.json["error"]
    assert ran.json["exit_code"] == 2


@pytest.mark.parametrize(
    "verb",
    ["invite Ann", "laptops", "revoke Ann", "grant Ann", "quarantine", "waiting", "trim", "contract", "doctor", "feeds",
     "feed Ann", "backup copy.db", "recovery-key new.pem", "recover Ann --key old.pem"],
)  # fmt: skip
def test_no_verb_makes_a_database_where_there_is_none(
    cli: Cli, tmp_path: Path, verb: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TECHDESK_DATABASE", raising=False)
    place = tmp_path / "elsewhere" / "server.db"
    for named in (cli("server", *verb.split(), "--database", str(place)), cli("server", *verb.split())):
        assert named.code == 2 and "There is no database" in named.err and "TECHDESK_DATABASE" in named.err
    assert not place.parent.exists() and not list(tmp_path.rglob("server.db"))


def test_what_an_operator_does_from_the_shell(cli: Cli, sqlite_server: Server, tmp_path: Path) -> None:
    field = Field(sqlite_server._replace(organisation="Laptops"), tmp_path)
    field.laptop("Ann")
    at = ("--organisation", "Laptops", "--database", sqlite_server.database)
    assert "Ann-laptop" in cli("server", "laptops", *at).out
    [shut] = cli("server", "revoke", "Ann", *at, "--json").json["items"]
    assert shut["revoked_at"]
    [let] = cli("server", "grant", "Ann", "--role", "coordinator", *at, "--json").json["items"]
    assert (let["role"], let["revoked_at"]) == ("coordinator", None)
    assert cli("server", "quarantine", *at, "--json").json["items"] == []
    assert cli("server", "quarantine", "--release", "Ann", *at).out == "0 operations released.\n"
    assert cli("server", "quarantine", "--drop", "Ann", *at, "--json").json["operations"] == 0
    assert cli("server", "quarantine", "--drop", "Ann", "--release", "Ann", *at).code == 2
    assert cli("server", "revoke", "Nobody", *at).code == 3
    copy = str(tmp_path / "backup.db")
    made = cli("server", "backup", copy, "--database", sqlite_server.database, "--json").json
    assert made["entries"] > 0 and cli("server", "backup", copy, "--database", sqlite_server.database).code == 2
    into = str(tmp_path / "another.db")
    assert cli("server", "restore", copy, "--database", into, "--json").json["entries"] == made["entries"]
    assert cli("server", "restore", copy, "--database", into).code == 1
    assert "Restored" in cli("server", "restore", copy, "--replace", "--database", into).out
    findings = cli("server", "doctor", "--database", into, "--json").json["items"]
    assert {"schema", "file", "disk", "Laptops: log"} <= {each["what"] for each in findings}
    assert "ok   Laptops: log" in cli("server", "doctor", "--database", into).out
    assert cli("server", "doctor", "--database", str(tmp_path / "none.db")).code == 2
    field.close()
