"""Inviting people to a server from the shell."""

from pathlib import Path

from tests.cli.conftest import Cli


def test_invite_prints_a_code_and_its_end(cli: Cli, tmp_path: Path) -> None:
    database = str(tmp_path / "server.db")
    made = cli("server", "invite", "Ann", "--scope", "North", "--database", database, "--json").json
    assert (made["schema"], made["name"], made["role"], made["scopes"]) == (1, "Ann", "technician", ["North"])
    assert made["code"] and made["expires"]
    assert "techdesk enrol URL" in cli("server", "invite", "Ben", "--database", database).out


def test_a_role_that_there_is_not_is_refused(cli: Cli, tmp_path: Path) -> None:
    ran = cli("server", "invite", "Ann", "--role", "king", "--database", str(tmp_path / "server.db"), "--json")
    assert ran.code == 2
    assert ran.json["exit_code"] == 2
