"""How a changing verb runs: one command for each thing that was named, each done or refused on its own."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from techdesk.cli.session import put, say, session, tell
from techdesk.desk.commands import Command, Outcome
from techdesk.errors import TechdeskError


def change_each(refs: Iterable[str], command_for: Callable[[str], Command], as_json: bool) -> None:
    """Performs `command_for(ref)` for every reference and reports; the exit code is that of the first refusal. `undo` takes
    back all that was done."""
    session.json = False
    changed: list[tuple[str, str]] = []
    refused: list[tuple[str, str]] = []
    first: TechdeskError | None = None
    with session.store.together():
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
    say_done([session.store.perform(command)], as_json)


def change_together(commands: Sequence[Command], as_json: bool) -> None:
    """Performs commands, all or none, and reports each."""
    say_done(session.store.perform_all(commands), as_json)


def change_last(commands: Sequence[Command], as_json: bool) -> None:
    """Performs commands, all or none, and reports the last: the others make what it needs."""
    say_done(session.store.perform_all(commands)[-1:], as_json)


def say_done(outcomes: Iterable[Outcome], as_json: bool) -> None:
    """Says what was done: a line each, or one document."""
    if as_json:
        put(changes([(each.ref, each.state) for outcome in outcomes for each in outcome.changed], []))
        return
    for outcome in outcomes:
        say(outcome.said)


def changes(changed: list[tuple[str, str]], refused: list[tuple[str, str]]) -> dict[str, Any]:
    """What a changing verb did, and what it was refused."""
    return {
        "changed": [{"ref": ref, "state": state} for ref, state in changed],
        "refused": [{"ref": ref, "why": why} for ref, why in refused],
    }
