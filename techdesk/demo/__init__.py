"""The demo: a whole, made-up trust of schools in a store of its own, the same for the same seed, sizes and moment."""

from datetime import datetime
from pathlib import Path

from techdesk.demo.homes import MOST_SITES, MOST_TICKETS, open_home

__all__ = ["MOST_SITES", "MOST_TICKETS", "make", "open_home"]


def make(home: Path, seed: int, sites: int, tickets: int, now: datetime) -> Path:
    """Fills a new store in the folder `home` and returns the folder; see `techdesk.demo.making`."""
    from techdesk.demo import making  # 60 ms: the makers, not needed to open a demo again

    return making.make(home, seed, sites, tickets, now)
