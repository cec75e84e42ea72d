"""What it costs to move a visit, told before it is done; and rotations side by side."""

from techdesk.models.queries.rotations import RotationRow, working_week
from techdesk.planning.comparing import differences, measure
from techdesk.planning.moving import move
from tests.planning.world import book, line, school, worker

SCHOOLS = [school(number) for number in range(1, 8)]
CREW = [worker("ann"), worker("bob", longitude=-1.7, week=working_week("mon-wed 08:00-16:00", None))]
BOOK = book(SCHOOLS, CREW)


def test_a_visit_nearer_to_the_others_saves_driving() -> None:
    lines = [line(6, 0, "ann"), line(7, 1, "ann")]
    done = move(lines, lines[1], 0, "ann", CREW, BOOK, 2)
    assert done.cost.travel < -20 and done.cost.over == 0 and not done.cost.against
    assert done.command.day == 0 and done.command.starts is not None and done.command.starts > 480
    back = move(lines, lines[1], 1, "ann", CREW, BOOK, 2)
    assert back.cost.travel == 0 and back.command.others == ()


def test_the_turns_of_both_days_follow() -> None:
    lines = [line(2, 0, "ann", 1), line(5, 0, "ann", 2), line(6, 1, "ann", 1)]
    done = move(lines, lines[0], 1, "ann", CREW, BOOK, 2)
    assert done.command.rank == 1
    assert [(id, rank) for id, rank, _ in done.command.others] == [("L6-1", 2), ("L5-0", 1)]


def test_what_is_over_hours_off_days_and_out_of_cadence_is_told() -> None:
    lines = [line(1, 0, "bob"), line(2, 0, "bob", 2), line(3, 1, "ann"), line(3, 8, "ann")]
    full = move(lines, lines[2], 0, "bob", CREW, BOOK, 2, wanted=(1,), skills=frozenset({"network"}))
    assert full.cost.over > 60 and full.cost.apart == 6
    assert full.cost.against == ("the school does not want that day", "bob lacks network")
    off = move(lines, lines[2], 3, "bob", CREW, BOOK, 2)
    assert off.cost.against == ("bob does not work on that day",)
    twice = move(lines, lines[2], 8, "ann", CREW, BOOK, 2)
    assert (
        "it is visited on that day already" in twice.cost.words()
        and "0 days from its other visit" in twice.cost.words()
    )


def test_rotations_are_measured_alike_and_their_differences_named() -> None:
    row = RotationRow("r", "Autumn", 2, "2026-11-23", "2026-11-23", "2026-12-04", None, None, None, "draft", 2, 1)
    lines = [line(1, 0, "ann"), line(2, 0, "ann", 2), line(1, 7, "bob"), line(4, None, None, missing=1)]
    found = measure(row, lines, CREW, BOOK)
    assert (found.visits, found.missing, found.over, found.shared) == (3, 1, 0, 1)
    assert found.least < found.most
    [change] = differences(lines, [*lines[:2], line(1, 8, "bob")])
    assert change.before and change.after and (change.before.day, change.after.day) == (7, 8)
