"""Draws the pictures of the README anew from the demo, at a fixed seed and moment: `python docs/make_screenshots.py`."""

from __future__ import annotations

import asyncio
import re
import tempfile
from pathlib import Path

from techdesk import clock
from techdesk.app import TechdeskApp
from techdesk.config import Config
from techdesk.demo import make

MOMENT = "2026-11-23T09:14:00.000Z"
SEED, SITES, TICKETS = 1, 14, 400
SIZE = (110, 30)
IMAGES = Path(__file__).parent / "images"
PICTURES: dict[str, list[str]] = {"today": [], "tickets": ["2", "j"], "close": ["c"], "rotation": ["3", "number_sign"]}
"""Picture -> the keys that lead to it from the start."""


async def draw(path: Path, name: str, keys: list[str]) -> None:
    """One picture, from an app of its own on the demo's store."""
    app = TechdeskApp(path, config=Config(), wall=lambda: MOMENT)
    async with app.run_test(size=SIZE) as pilot:
        for key in (None, *keys):
            if key is not None:
                await pilot.press(key)
            for _ in range(3):
                await app.workers.wait_for_complete()
                await pilot.pause()
        picture = app.export_screenshot(title="techdesk")
    # The fonts that Textual names would be fetched from a stranger's machine by whoever looks at the picture.
    picture = re.sub(r"@font-face \{.*?\}", "", picture, flags=re.DOTALL)
    lines = [line.rstrip() for line in picture.splitlines()]
    (IMAGES / f"{name}.svg").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def main() -> None:
    """Makes the demo in a folder that is thrown away, and draws."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        make(Path(home), SEED, SITES, TICKETS, clock.parse(MOMENT))
        for name, keys in PICTURES.items():
            asyncio.run(draw(Path(home) / "techdesk.db", name, keys))


if __name__ == "__main__":
    main()
