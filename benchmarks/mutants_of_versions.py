"""Mutants of laptops and servers of different versions: see `benchmarks.mutants`."""

from typing import Any

from techdesk.desk import commands as desk_commands
from techdesk.server import operations, postponed, syncing
from techdesk.sync import rebase

Patch = tuple[Any, str, Any]


def no_upcast() -> list[Patch]:
    """What an older techdesk has said is read as if the present one had said it."""

    def decode(name: str, args: dict[str, Any], version: int) -> Any:
        present = desk_commands.command_class(name).VERSION
        return as_it_is(name, args, max(version, present))

    as_it_is = desk_commands.decode
    return [(operations, "decode", decode), (rebase, "decode", decode), (postponed, "decode", decode)]


def nothing_is_done_late() -> list[Patch]:
    """What is newer than the server stays parked when the server is updated."""
    return [(postponed, "resume", lambda session, head, run: head)]


def late_is_forgotten() -> list[Patch]:
    """What was newer than the server is let go, not done, when the server is updated."""
    return [(syncing, "late", lambda session, laptop, operation, args, released: None)]


MUTANTS = (no_upcast, nothing_is_done_late, late_is_forgotten)
