"""What a sync tells: how far it has come, what it did, and how things stand."""

from pathlib import Path
from typing import NamedTuple

from techdesk import clock


class Progress(NamedTuple):
    """How far a sync has come: the server's answers to operations that waited, and its log's entries, each of how many; then
    the bytes of files, both ways, and those of the messages; `loaded` of `to_load` bytes are those of a snapshot that the
    laptop begins with."""

    sent: int
    to_send: int
    received: int
    to_receive: int
    file_bytes: int = 0
    all_file_bytes: int = 0
    bytes_up: int = 0
    bytes_down: int = 0
    loaded: int = 0
    to_load: int = 0


class SyncReport(NamedTuple):
    """What a sync did. `sent` counts this laptop's operations that the server's log has brought back, `received` the
    entries of others; `merged`, `conflicts` (with what was rejected) and `parked` are those of the sent ones that left an
    item in the inbox. `waiting` operations were not sent: it was cancelled, or they were made meanwhile. Files of attachments
    are counted apart."""

    sent: int
    received: int
    merged: int
    conflicts: int
    parked: int
    bytes_up: int
    bytes_down: int
    round_trips: int
    seconds: float
    waiting: int = 0
    warnings: tuple[str, ...] = ()
    files_sent: int = 0
    files_received: int = 0
    files_waiting: int = 0


class SyncStatus(NamedTuple):
    """How things stand between this laptop and its server. `server` is None before the enrolment, `last_sync` a moment,
    `offset` the seconds that this clock is behind the server's, `files` those that are still to be sent, `shut_out` what the
    server said when it let the laptop in no more."""

    server: str | None
    organisation: str | None
    pending: int
    last_sync: str | None
    offset: float
    inbox: int
    files: int = 0
    shut_out: str | None = None


def _last_sync_path(store: Path) -> Path:
    return store.with_name("last-sync")


def keep_last_sync(store: Path) -> None:
    """Beside the store and not in it: a sync that finds nothing new leaves the store as it is."""
    try:
        _last_sync_path(store).write_text(clock.moment(clock.now()), encoding="ascii")
    except OSError:
        return  # a full disk took the note, not the work: that is committed


def last_sync(store: Path) -> str | None:
    try:
        return clock.moment(clock.parse(_last_sync_path(store).read_text(encoding="ascii")))
    except (OSError, ValueError):
        return None
