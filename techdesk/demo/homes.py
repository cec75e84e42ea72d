"""Where a demo lives: a folder a day, apart from the user's own store, with a whole TECHDESK_HOME in it."""

import os
import re
import shutil
import sqlite3
import tempfile
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from techdesk import clock
from techdesk.errors import BadInput, Refused
from techdesk.paths import demo_home

MOST_SITES, MOST_TICKETS = 60, 100_000
TIMEZONE, STORE = "Europe/London", "techdesk.db"
NAME = re.compile(r"(\d{4}-\d\d-\d\d)-seed-?\d+-\d+x\d+")
# Yesterday's may still be open in another window just after midnight.
KEPT = timedelta(days=1)


def open_home(now: datetime, seed: int, sites: int, tickets: int, *, fresh: bool = False) -> Path:
    """The folder of this day's demo: the one that is there, with what was done in it, or a new one. `fresh` makes it new in
    any case. Raises BadInput for a trust that is too small or too large."""
    if not 1 <= sites <= MOST_SITES:
        raise BadInput(f"A demo of {sites:,} sites cannot be made: choose from 1 to {MOST_SITES}.")
    if not 1 <= tickets <= MOST_TICKETS:
        raise BadInput(f"A demo of {tickets:,} tickets cannot be made: choose from 1 to {MOST_TICKETS:,}.")
    today = clock.local(clock.moment(now), TIMEZONE)
    root = demo_home()
    home = root / f"{today.date().isoformat()}-seed{seed}-{sites}x{tickets}"
    if not fresh and _usable(home, now):
        return home
    root.mkdir(parents=True, exist_ok=True)
    _clear(root, today)
    _replace(home, now, (seed, sites, tickets), fresh)
    return home


def _usable(home: Path, now: datetime) -> bool:
    """Whether the demo that is there is worth going on with: something was done in it, or its visit is still under way."""
    if not (home / STORE).exists():
        return False
    try:
        with closing(sqlite3.connect(home / STORE, timeout=10)) as connection:
            done = connection.execute(
                "SELECT 1 FROM operation, meta WHERE key = 'introduced' AND dseq > CAST(value AS INTEGER) LIMIT 1"
            ).fetchone()
            ends = connection.execute("SELECT max(planned_end) FROM visit WHERE state = 'on_site'").fetchone()[0]
    except sqlite3.DatabaseError:
        return False  # it is a throw-away: what cannot be read is made again
    return done is not None or (ends is not None and str(ends) > clock.moment(now))


def _replace(home: Path, now: datetime, sizes: tuple[int, int, int], fresh: bool) -> None:
    """Makes the demo aside and puts it in its place, so that nobody ever opens half of one. Where another process was
    first, its demo stands."""
    from techdesk.demo.making import make  # 60 ms: the makers, not needed to open a demo again

    aside = Path(tempfile.mkdtemp(prefix=".making-", dir=home.parent))
    try:
        make(aside, *sizes, now)
        if not fresh and _usable(home, now):
            return
        old = _moved_away(home)
        try:
            aside.rename(home)
        except OSError:
            if not (home / STORE).exists():
                raise
        if old is not None:
            shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _moved_away(home: Path) -> Path | None:
    """Takes the demo that is there out of the way. Returns where it went."""
    old = home.parent / f".old-{os.getpid()}-{os.urandom(4).hex()}"
    try:
        home.rename(old)
    except FileNotFoundError:
        return None
    except OSError as error:  # Windows does not move a folder while a file in it is open
        raise Refused("The demo is open in another window: close it there, then start it again.") from error
    return old


def _clear(root: Path, today: datetime) -> None:
    """Removes the demos of days gone by, and what a killed process left half made; what is in use stays until next time."""
    for folder in root.iterdir():
        named = NAME.fullmatch(folder.name)
        if named:
            gone = datetime.fromisoformat(named[1]).date() < today.date() - KEPT
        else:
            old = folder.name.startswith((".making-", ".old-"))
            gone = old and today.timestamp() - folder.stat().st_mtime > 3600
        if gone:
            shutil.rmtree(folder, ignore_errors=True)
