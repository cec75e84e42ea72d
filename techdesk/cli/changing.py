"""How a changing verb runs: one command for each thing that was named, each done or refused on its own."""

from collections.abc import Callable, Iterable
from typing import Any

from techdesk.cli.session import put, say, session, tell
from techdesk.desk.commands import Command
from techdesk.errors import TechdeskError


def change_each(refs: Iterable[str], command_for: Callable[[str], Command], as_json: bool) -> None:
    """Performs `command_for(ref)` for every reference and reports; the exit code is that of the first refusal."""
    session.json = False
    changed: list[tuple[str, str]] = []
    refused: list[tuple[str, str]] = []
    first: TechdeskError | None = None
    for ref in dict.fromkeys(refs):
        try:
            outcome = session.store.perform(command_for(ref))
        except TechdeskError as error:
            if error.exit_code == 4:
                raise
            first = first or error
            refused.append((ref, str(error)))
            tell(str(error))
            continue
        changed += [(each.ref, each.state) for each in outcome.changed]
        if not as_json:
            say(outcome.said)
    if as_json:
        put(changes(changed, refused))
    if first is not None:
        raise SystemExit(first.exit_code)


def change_once(command: Command, as_json: bool) -> None:
    """Performs one command and reports."""
    session.json = as_json
    outcome = session.store.perform(command)
    if as_json:
        put(changes([(each.ref, each.state) for each in outcome.changed], []))
    else:
        say(outcome.said)


def changes(changed: list[tuple[str, str]], refused: list[tuple[str, str]]) -> dict[str, Any]:
    """What a changing verb did, and what it was refused."""
    return {
        "changed": [{"ref": ref, "state": state} for ref, state in changed],
        "refused": [{"ref": ref, "why": why} for ref, why in refused],
    }
