"""`techdesk demo` from the shell."""

from pathlib import Path

from tests.cli.conftest import Cli

AT = ("--at", "2026-11-23T09:40+00:00")
SMALL = ("--sites", "2", "--tickets", "15")


def test_the_folder_is_printed(cli: Cli, home: Path) -> None:
    ran = cli(*AT, "demo", *SMALL, "--path")

    assert ran.code == 0
    assert (Path(ran.out.strip()) / "techdesk.db").exists()
    assert not (home / "techdesk.db").exists()


def test_the_folder_as_a_document(cli: Cli) -> None:
    ran = cli(*AT, "demo", *SMALL, "--json")

    assert ran.json["schema"] == 1
    assert (Path(ran.json["home"]) / "techdesk.db").exists()


def test_sizes_out_of_range_are_one_sentence(cli: Cli) -> None:
    for sizes in (("--sites", "0"), ("--tickets", "1000000000")):
        ran = cli("demo", *sizes, "--path")
        assert (ran.code, ran.out) == (2, "")
        assert len(ran.err.strip().splitlines()) == 1
