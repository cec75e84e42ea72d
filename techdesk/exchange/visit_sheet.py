"""The visit's sheet as plain text: what was done and carried, parts, minutes, the next visit, and who signed."""

from datetime import datetime

from techdesk.clock import local
from techdesk.models.cards import VisitSheet
from techdesk.models.rows import TaskLine, VisitLine

WIDTH = 72


def sheet_text(sheet: VisitSheet, now: str) -> str:
    """The sheet as lines of text; times on the site's clock. `now` is the moment that it is written."""
    tasks = sheet.tasks
    lines = [*_head(sheet), ""]
    for title, states in (("Done", ("done",)), ("Carried to the next visit", ("carried",)),
                          ("Still to do", ("todo", "doing")), ("Dropped", ("dropped",))):  # fmt: skip
        lines += _section(title, [line for task in tasks if task.state in states for line in _task(task, sheet.fixes)])
    lines += _section("Parts", [f"{part.quantity:3} x {part.sku}  {part.name}" for part in sheet.parts])
    lines += _section("Minutes", _minutes(sheet))
    if sheet.visit.summary:
        lines += _section("Summary", sheet.visit.summary.splitlines())
    following = f"  {_span(sheet.next)}" if sheet.next else "  not planned yet"
    lines += _section("Next visit", [following.strip()])
    return "\n".join([*lines, *_foot(sheet, now)]) + "\n"


def _head(sheet: VisitSheet) -> list[str]:
    visit, site = sheet.visit, sheet.site
    address = ", ".join(filter(None, (site.address, site.postcode)))
    lines = [f"Visit to {visit.site} ({visit.site_code})", "=" * WIDTH]
    lines += [address] if address else []
    lines += [f"Planned     {_span(visit)}"]
    if visit.actual_start:
        ended = f"{_local(visit, visit.actual_end):%H:%M}" if visit.actual_end else "still there"
        lines.append(f"On site     {_local(visit, visit.actual_start):%H:%M} - {ended}")
    lines.append(f"Technician  {visit.technician or '?'}")
    travel = [f"{sheet.travel_minutes} min"] if sheet.travel_minutes else []
    travel += [f"{sheet.mileage:g} miles"] if sheet.mileage else []
    return lines + ([f"Travel      {', '.join(travel)}"] if travel else [])


def _local(visit: VisitLine, moment: str | None) -> datetime:
    return local(moment or visit.planned_start, visit.timezone)


def _span(visit: VisitLine) -> str:
    start, end = _local(visit, visit.planned_start), _local(visit, visit.planned_end)
    return f"{start:%A %d %B %Y, %H:%M} - {end:%H:%M}"


def _section(title: str, lines: list[str]) -> list[str]:
    return [title, "-" * len(title), *(f"  {line}" for line in lines), ""] if lines else []


def _task(task: TaskLine, fixes: dict[str, str]) -> list[str]:
    """A task in one line, and in the next one how it was fixed or why it was not."""
    name = f"{task.ref} " if task.ref else ""
    minutes = f" ({task.actual} min)" if task.actual is not None else ""
    line = f"{task.room or 'anywhere'}: {name}{task.title}{minutes}"
    more = fixes.get(task.id) if task.state == "done" else task.reason
    return [line, f"    {' '.join(more.split())}"] if more else [line]


def _minutes(sheet: VisitSheet) -> list[str]:
    lines = [f"{minutes:4}  {mode.replace('_', ' ')}" for mode, minutes in sheet.minutes.items()]
    worked = sum(sheet.minutes.values())
    return [*lines, f"{worked:4}  in all"] if len(lines) > 1 else lines


def _foot(sheet: VisitSheet, now: str) -> list[str]:
    visit = sheet.visit
    if visit.signatory:
        return [f"Signed by {visit.signatory}, {_local(visit, sheet.signed_at):%d %B %Y %H:%M}"]
    signers = [contact.name for contact in sheet.site.contacts if contact.may_sign]
    for_whom = f" ({' or '.join(signers)})" if signers else ""
    return ["", f"Signed for the school{for_whom}: ______________________________", "",
            f"Written {_local(visit, now):%d %B %Y %H:%M}"]  # fmt: skip
