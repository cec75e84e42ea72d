"""Without the extra, one sentence says what to install; what needs no solver works."""

import subprocess
import sys
from pathlib import Path

SCRIPT = """
import sys
for name in ("pyvrp", "highspy", "numpy"):
    sys.modules[name] = None
from datetime import date
from techdesk.errors import NeedsExtra
from techdesk.planning import dispatch, rotation
from techdesk.planning.cycle import Rotation
from techdesk.planning.day import Dispatch, DayTechnician, Ticket
from techdesk.planning.recurrence import Recurrence, nth_weekday
day = Dispatch(tickets=[Ticket(id="t", place=0, minutes=5, window=(0, 9))], travel=[[0.0]],
               technicians=[DayTechnician(id="a", home=0, hours=(0, 99))])
for task in (lambda: rotation.plan(Rotation(days=1, sites=[], technicians=[], travel=[])), lambda: dispatch.plan(day)):
    try:
        task()
    except NeedsExtra as error:
        print(error)
print(len(dispatch.simple_plan(day).routes))
print(Recurrence(rule=nth_weekday("first", "MO"), start=date(2026, 1, 1)).days(date(2026, 3, 1), date(2026, 3, 31)))
"""


def test_planning_without_the_extra_is_one_sentence_each() -> None:
    ran = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, cwd=Path(__file__).parents[2])
    assert ran.stderr == ""
    said = ran.stdout.splitlines()
    assert said[0].startswith("Planning a rotation needs more libraries: run  pip install 'techdesk[plan]'")
    assert said[1].startswith("Planning a day needs more libraries")
    assert said[2:] == ["1", "[datetime.date(2026, 3, 2)]"]
