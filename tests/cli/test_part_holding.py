"""How much to hold, from the shell."""

from tests.cli.conftest import Cli

NOW = "2026-11-23T09:00Z"


def used(cli: Cli) -> None:
    """Nine leads went in nine months out of the van; a pen never."""
    cli("part", "add", "HDM-3", "HDMI lead", "--cost", "6")
    cli("part", "add", "PEN", "Pen", "--cost", "30")
    for sku in ("HDM-3", "PEN"):
        cli("--at", "2025-11-20T09:00Z", "part", "receive", sku, "9")
    for month in range(2, 11):
        cli("--at", f"2026-{month:02}-20T09:00Z", "part", "issue", "HDM-3", "1")


def test_what_is_used_is_held_with_a_reason_and_taken_over_with_a_word(cli: Cli) -> None:
    used(cli)
    lead, pen = cli("--at", NOW, "part", "suggest", "--json").json["items"]
    assert lead["sku"] == "HDM-3" and 1 <= lead["suggested_minimum"] <= 3
    assert "9 used here in 12 months" in lead["why"]
    assert (pen["suggested_minimum"], pen["suggested_target"]) == (0, 0)
    assert "--accept" in cli("--at", NOW, "part", "suggest").out
    assert cli("--at", NOW, "part", "suggest", "HDM-3", "--accept").code == 0
    [held] = cli("part", "list", "HDM-3", "--json").json["items"]
    assert (held["minimum"], held["target"]) == (lead["suggested_minimum"], lead["suggested_target"])
    assert "like that already" in cli("--at", NOW, "part", "suggest", "HDM-3", "--accept").out


def test_what_was_taken_back_was_not_used(cli: Cli) -> None:
    used(cli)
    cli("part", "issue", "PEN", "1")
    cli("undo")
    assert cli("part", "suggest", "PEN", "--json").json["items"][0]["expected_4_weeks"] == 0


def test_a_place_that_holds_nothing_has_nothing_to_go_by(cli: Cli) -> None:
    assert "nothing to go by" in cli("part", "suggest").err
    assert cli("part", "suggest", "--accept").code == 3
