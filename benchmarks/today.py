"""How soon Today shows a change when its visit has 60 tasks: from the keypress to the drawn screen.

A step is begun and put back by turns, through the app as a person has it (Textual without a terminal, 120 x 40).
`python -m benchmarks.today` prints one JSON line in milliseconds: from the key until what shows it is drawn, commit and reads
included, and beside it the processor's time, which counts on a busy machine.
"""

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from textual.screen import Screen

import techdesk
from techdesk.app import TechdeskApp
from techdesk.config import Config
from techdesk.desk.commands import Command
from techdesk.desk.ids import new_id
from techdesk.desk.inventory import RecordDevice, RecordModel
from techdesk.desk.people import RecordSite
from techdesk.desk.tickets import LogTicket
from techdesk.desk.visits import AddTask, PlanVisit, StartVisit
from techdesk.models.store import Store

LIMIT = 50
NOW = "2026-11-23T09:00:00.000Z"
ROOMS = tuple(f"Room {number}" for number in range(1, 16))
WORDS = (
    "no picture since Friday",
    "will not charge",
    "toner low",
    "asks for an update",
    "drops the wifi by the window",
)


def made(path: Path, tasks: int) -> str:
    """A visit under way with so many tasks, half of them tickets on devices. Returns the id of a step among them."""
    with Store(path, wall=lambda: NOW) as store:
        site, visit, model, me = new_id(), new_id(), new_id(), str(store.meta("technician"))
        step = new_id()
        commands: list[Command] = [
            RecordSite(id=site, code="2005", name="St Aidan's", rooms=ROOMS),
            RecordModel(id=model, name="CB514-2H", manufacturer="Acer"),
            PlanVisit(id=visit, site_id=site, technician_id=me, planned_start="2026-11-23T08:00:00.000Z",
                      planned_end="2026-11-23T12:00:00.000Z"),
            StartVisit(visit_id=visit),
            AddTask(id=step, visit_id=visit, title="Look at the log", room="Room 1", estimate=5),
        ]  # fmt: skip
        for number in range(tasks - 1):
            room, text = ROOMS[number % len(ROOMS)], WORDS[number % len(WORDS)]
            if number % 2:
                commands.append(AddTask(id=new_id(), visit_id=visit, title=text, room=room))
                continue
            device = new_id()
            commands += [
                RecordDevice(id=device, tag=f"T-{number}", model_id=model, site_id=site, room=room),
                LogTicket(id=new_id(), text=text, site_id=site, room=room, device_id=device, visit_id=visit),
            ]
        store.perform_all(commands)
    return step


class Watched(TechdeskApp):
    """Says when it has drawn something."""

    CSS_PATH = Path(techdesk.__file__).with_name("theme.tcss")
    drawn: asyncio.Event

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        super()._display(screen, renderable)
        self.drawn.set()


def shown(app: TechdeskApp) -> str:
    """The line of the step, as it is drawn."""
    lines = (strip.text[:60] for strip in app.screen._compositor.render_strips())
    return next((line for line in lines if "Look at the log" in line), "")


async def measure(path: Path, step: str, rounds: int) -> list[tuple[float, float]]:
    """Milliseconds, and milliseconds of processor time, of each change."""
    app = Watched(path, config=Config(refresh_seconds=86_000), wall=lambda: NOW)
    app.drawn = asyncio.Event()
    found = []
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        while not shown(app):
            await asyncio.sleep(0.01)
        app.area.query_one("#list").select(step)  # type: ignore[attr-defined]
        await pilot.pause(0.3)
        for _ in range(rounds):
            before = shown(app)
            began, used = time.perf_counter(), time.process_time()
            app.area.action_timer()  # type: ignore[attr-defined]
            own = 0.0
            while True:
                app.drawn.clear()
                await app.drawn.wait()
                looked = time.process_time()
                changed = shown(app) != before
                own += time.process_time() - looked
                if changed:
                    break
            # Looking is not drawing: what it took is left out of the processor's time.
            found.append(((time.perf_counter() - began) * 1000, (time.process_time() - used - own) * 1000))
            await pilot.pause(0.05)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=40)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "techdesk.db"
        found = asyncio.run(measure(path, made(path, asked.tasks), asked.rounds))
    wall, used = sorted(each[0] for each in found), sorted(each[1] for each in found)
    print(json.dumps({
        "benchmark": "today", "unit": "ms", "tasks": asked.tasks, "rounds": asked.rounds,
        "p50": round(statistics.median(wall), 1),
        "p95": round(wall[int(len(wall) * 0.95) - 1], 1), "processor_p50": round(statistics.median(used), 1),
        "processor_p95": round(used[int(len(used) * 0.95) - 1], 1), "limit": LIMIT,
        "within": used[int(len(used) * 0.95) - 1] <= LIMIT,
    }))  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
