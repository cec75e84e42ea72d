"""What every released techdesk has encoded is still understood: a line for each command and version that ever was.

A file is never changed once its version is released; a version of a command that was made since gets lines in the next file.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from techdesk.desk import commands
from techdesk.desk.commands import HOMES, command_class, decode, perform
from techdesk.desk.tx import Act
from techdesk.errors import BadInput
from techdesk.models.memory import MemoryTx

RELEASED = sorted((Path(__file__).parent / "released").glob("*.jsonl"))


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("path", RELEASED, ids=lambda path: path.stem)
def test_what_was_released_is_still_done_as_it_was(path: Path) -> None:
    tx = MemoryTx()
    for line in lines(path):
        act = Act(line["mid"], line["at"], line["actor"], "laptop", merging=True)
        tx.begin(act)
        outcome = perform(tx, decode(line["command"], line["args"], line["version"]), act)
        assert (line["command"], outcome.kind) == (line["command"], line["kind"])


def test_every_version_of_every_command_is_kept_in_a_line() -> None:
    kept = {(line["command"], line["version"]) for path in RELEASED for line in lines(path)}
    missing = {(name, command_class(name).VERSION) for name in HOMES} - kept
    assert not missing, f"add lines for {sorted(missing)} to the newest file in tests/desk/released/"


def test_an_older_version_comes_up_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    note = command_class("ticket.note")
    monkeypatch.setattr(note, "VERSION", 3)
    monkeypatch.setattr(commands, "_upcasts", {})
    commands.upcasts(note, 1)(lambda args: {"about": args["ticket"], "words": args["words"]})
    commands.upcasts(note, 2)(lambda args: {"ticket_id": args["about"], "text": args["words"]})
    first, second = {"ticket": "t", "words": "hello"}, {"about": "t", "words": "hello"}
    expected = decode("ticket.note", {"ticket_id": "t", "text": "hello"}, 3)
    assert decode("ticket.note", first, 1) == decode("ticket.note", second, 2) == expected
    with pytest.raises(BadInput, match="newer techdesk"):
        decode("ticket.note", first, 4)
