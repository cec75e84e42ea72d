"""docs/cli.md says what the commands do."""

import re
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Cli
from tests.cli.school import MONDAY_8, MONDAY_10, MONDAY_11, school

DOCS = Path(__file__).parent.parent.parent / "docs"


@pytest.fixture(scope="module")
def maker() -> Any:
    spec = spec_from_file_location("make_cli_reference", DOCS / "make_cli_reference.py")
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def shape(document: dict[str, Any]) -> dict[str, set[str]]:
    """The keys at the top, each with those of its items if it is a list of documents."""
    found = {key: value for key, value in document.items() if key != "schema"}
    return {
        key: set(value[0]) if isinstance(value, list) and value and isinstance(value[0], dict) else set()
        for key, value in found.items()
    }


def documented(text: str) -> dict[str, set[str]]:
    return {name: set(items.split()) for name, items in re.findall(r"(\w+)(?:\[([^]]*)\])?", text)}


def test_the_reference_is_in_step_with_the_commands(maker: Any) -> None:
    assert (DOCS / "cli.md").read_text(encoding="utf-8") == maker.reference(), "run: python docs/make_cli_reference.py"


def test_json_documents_have_the_keys_that_the_reference_names(maker: Any, cli: Cli) -> None:
    school()
    cli("part", "add", "CHG-45", "Charger board", "--fits", "CB514-2H")
    cli("visit", "plan", "2005", "--start", "2026-11-23T08:00")
    cli("visit", "plan", "2005", "--start", "2026-12-07T08:00")
    for text in ("Charger will not charge", "Chromebook will not charge at all"):
        cli("--at", MONDAY_8, "log", text, "--device", "CB-1", "--site", "2005")
    cli("--at", MONDAY_8, "visit", "start")
    cli("--at", MONDAY_8, "close", "1002", "-m", "New board", "--minutes", "5", "--part", "CHG-45", "--quality", "4")
    cli("--at", MONDAY_8, "escalate", "1001", "--supplier", "Acme")
    cli("device", "repair", "CB-1", "--fault", "No power")
    cli("device", "add", "CB-2", "--state", "in-stock")
    cli("device", "loan", "CB-2", "--to", "Year 3")
    cli("licence", "add", "Paint")
    cli("agreement", "add", "2005", "--visits", "7")
    cli("plan", "make", "--seconds", "0.1", "--from", "2026-11-30")
    cli("checklist", "add", "Backups")
    cli("checklist", "step", "Backups", "Restore a file")
    runs = {
        "device loans": ("device", "loans"), "device repairs": ("device", "repairs"),
        "device audit": ("device", "audit", "--site", "2005"), "licence list": ("licence", "list"),
        "model list": ("model", "list"), "model show": ("model", "show", "CB514-2H"), "model alike": ("model", "alike"),
        "report models": ("report", "models"), "report standard": ("report", "standard"),
        "report replacement": ("report", "replacement"),
        "agreement list": ("agreement", "list"), "technician list": ("technician", "list"),
        "plan list": ("plan", "list"), "plan show": ("plan", "show"), "report delivery": ("report", "delivery"),
        "today": ("today",), "list": ("list",), "list --waiting": ("list", "--waiting"), "show": ("show", "1002"),
        "work list": ("work", "list", "1002"), "survey list": ("survey", "list", "--state", "answered"),
        "rules show": ("rules", "show"), "report": ("report",), "find": ("find", "charge"), "doctor": ("doctor",),
        "visit list": ("visit", "list"), "visit next": ("visit", "next"), "visit report": ("visit", "report"),
            "checklist list": ("checklist", "list"), "checklist due": ("checklist", "due"),
        "part list": ("part", "list"), "part pick": ("part", "pick"), "device list": ("device", "list"),
        "device show": ("device", "show", "CB-1"), "sync --status": ("sync", "--status"), "undo": ("undo",),
    }  # fmt: skip
    for name, arguments in runs.items():
        at = MONDAY_11 if name == "visit next" else MONDAY_10
        found, expected = shape(cli("--at", at, *arguments, "--json").json), documented(maker.KEYS[name])
        assert found.keys() == expected.keys(), name
        for key, items in found.items():
            assert not items or not expected[key] or items == expected[key], f"{name}: {key}"
