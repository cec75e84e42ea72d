"""How good the planner is: published instances through the product's own planner, beside their reference solutions.

`python -m benchmarks.planner INSTANCE --seconds 60 --out SOLUTION.json` solves one instance (periodic routing of Cordeau, or
technician routing of Pillac; told apart by their contents) and writes the answer. `--all FOLDER` goes through each instance
under a folder and prints a table: gap to the reference, seconds, and the gap of a simple insertion. Every answer is
checked by a checker that knows only the file. `--cpu` counts each process's own seconds of work,
for a machine that others use too.
"""

import argparse
import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # also as python benchmarks/planner.py

from benchmarks import planner_pvrp, planner_trsp
from techdesk.planning import dispatch, rotation

BEGAN = time.perf_counter()
ENDING = 1.0  # seconds: the interpreter's start, and writing the answer


@dataclass(frozen=True)
class Outcome:
    """What one instance gave; gaps are shares of the reference, None without one."""

    name: str
    cost: float
    gap: float | None
    insertion_gap: float | None
    seconds: float
    faults: list[str]
    answer: dict[str, Any]


def solve(path: Path, seconds: float, seed: int, cpu: bool, began: float) -> Outcome:
    """Solves the instance in a file; its time runs since `began`."""
    kind = planner_trsp if "CREW COUNT" in path.read_text() else planner_pvrp
    known = kind.reference(path)
    if kind is planner_trsp:
        crewed = planner_trsp.read(path)
        day = planner_trsp.dispatch(crewed)
        simple = planner_trsp.answer(dispatch.simple_plan(day))
        within = _within(seconds, began, cpu)
        routes = planner_trsp.answer(dispatch.plan(day, seconds=within, seed=seed, cpu=cpu))
        cost, faults = planner_trsp.working_time(crewed, routes), planner_trsp.faults(crewed, routes)
        simple_cost = None if planner_trsp.faults(crewed, simple) else planner_trsp.working_time(crewed, simple)
        answer: dict[str, Any] = {"routes": routes}
    else:
        periodic = planner_pvrp.read(path)
        wanted = planner_pvrp.rotation(periodic)
        plain = planner_pvrp.answer(periodic, rotation.simple_plan(wanted))
        within = _within(seconds, began, cpu)
        days = planner_pvrp.answer(periodic, rotation.plan(wanted, seconds=within, seed=seed, cpu=cpu))
        cost, faults = planner_pvrp.length(periodic, days), planner_pvrp.faults(periodic, days)
        simple_cost = None if planner_pvrp.faults(periodic, plain) else planner_pvrp.length(periodic, plain)
        answer = {"days": days}
    spent = time.perf_counter() - began
    return Outcome(path.stem, cost, _gap(cost, known), _gap(simple_cost, known), spent, faults, answer)


def _within(seconds: float, began: float, cpu: bool) -> float:
    """The seconds for the search, so that all is over when it was promised: less what loading, reading and the insertion
    took, and a moment to end in."""
    return seconds if cpu else max(seconds / 2, seconds - (time.perf_counter() - began) - ENDING)


def main() -> int:
    """Solves one instance or all; ends with 1 when an answer breaks a rule."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("instance", type=Path, help="an instance, or with --all the folder of them")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--out", type=Path, help="where the answer goes (with --all: a folder for the answers)")
    parser.add_argument("--all", action="store_true", help="each instance under the folder, as a table")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cpu", action="store_true", help="count seconds of processor time")
    asked = parser.parse_args()
    paths = _instances(asked.instance) if asked.all else [asked.instance]
    outcomes = []
    began = BEGAN
    for path in paths:
        outcome = solve(path, asked.seconds, asked.seed, asked.cpu, began)
        began = time.perf_counter()
        outcomes.append(outcome)
        print(_line(outcome), flush=True)
        if asked.out:
            target = asked.out / f"{path.stem}.json" if asked.all else asked.out
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(json.dumps(outcome.answer) + "\n")
    if asked.all:
        _summary(outcomes)
    return 1 if any(outcome.faults for outcome in outcomes) else 0


def _instances(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.txt") if _is_instance(path))


def _is_instance(path: Path) -> bool:
    text = path.read_text(errors="replace")
    return "CREW COUNT" in text or len(text.split("\n", 1)[0].split()) == 4


def _gap(cost: float | None, known: float | None) -> float | None:
    return cost / known - 1 if cost is not None and known else None


def _percent(gap: float | None) -> str:
    return f"{100 * gap:7.2f} %" if gap is not None else "        -"


def _line(one: Outcome) -> str:
    state = "feasible" if not one.faults else f"BREAKS RULES: {'; '.join(one.faults[:3])}"
    return (
        f"{one.name:22} {one.cost:10.2f}  gap {_percent(one.gap)}  insertion {_percent(one.insertion_gap)}"
        f"  {one.seconds:6.1f} s  {state}"
    )


def _summary(outcomes: list[Outcome]) -> None:
    for title, kind in (("periodic routing", "days"), ("technician routing", "routes")):
        gaps = [one.gap for one in outcomes if kind in one.answer and one.gap is not None]
        simple = [one.insertion_gap for one in outcomes if kind in one.answer and one.insertion_gap is not None]
        if gaps:
            mean = f"{title}: mean gap {_percent(sum(gaps) / len(gaps)).strip()}, worst {_percent(max(gaps)).strip()}"
            beside = _percent(sum(simple) / len(simple)).strip() if simple else "no complete plan"
            print(f"{mean}; insertion {beside} ({len(simple)} of {len(gaps)} instances complete)")


if __name__ == "__main__":
    raise SystemExit(main())
