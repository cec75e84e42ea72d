"""What stands on a visit's sheet, section by section, before it is written as text, HTML or PDF."""

from datetime import datetime
from typing import NamedTuple

from techdesk.clock import local
from techdesk.models.cards import Bought, DoneStep, DoorNote, VisitSheet
from techdesk.models.rows import TaskLine, VisitLine

# Marks of items, which each kind of sheet draws in its own way.
DONE, CARRIED, FAILED, SKIPPED, OPEN, PLAIN = "done", "carried", "failed", "skipped", "open", ""
RESULTS = {"pass": DONE, "fail": FAILED, "skip": SKIPPED}
ENDED = ("resolved", "closed", "cancelled")


class Item(NamedTuple):
    """A line of a section: where, what, and in smaller letters what came of it; `amount` stands at its end."""

    text: str
    place: str = ""
    ref: str = ""
    more: str = ""
    amount: str = ""
    mark: str = PLAIN


class Section(NamedTuple):
    """Items under a title; `note` stands beside the title, `share` (0 to 1) may be drawn as a bar."""

    title: str
    items: list[Item]
    note: str = ""
    share: float | None = None


class Signature(NamedTuple):
    """Who signed and when, in words; or (no words) who may sign on the line that is drawn."""

    words: str
    signers: str


class Page(NamedTuple):
    """The whole sheet. `facts` are names with values."""

    title: str
    code: str
    state: str
    address: str
    facts: list[tuple[str, str]]
    sections: list[Section]
    summary: str
    signature: Signature
    written: str


class Card(NamedTuple):
    """A note that is left at a device's door."""

    device: str
    model: str
    place: str
    lines: list[Item]
    foot: str


def page(sheet: VisitSheet, now: str) -> Page:
    """The sheet; times on the site's clock. `now` is the moment that it is written."""
    visit, site = sheet.visit, sheet.site
    sections = [
        Section("Done", [_task(task, sheet.fixes) for task in sheet.tasks if task.state == "done"]),
        Section("Checked", [_step(step) for step in sheet.steps], _checked(sheet.steps)),
        Section("Found", [_found(sheet, number) for number in range(len(sheet.found))]),
        Section("Still to do", [_task(task, sheet.fixes) for task in sheet.tasks if task.state in ("todo", "doing")]),
        Section("Carried to the next visit",
                [_task(task, sheet.fixes) for task in sheet.tasks if task.state == "carried"]),
        Section("Promised", _promised(sheet)),
        Section("Dropped", [_task(task, sheet.fixes) for task in sheet.tasks if task.state == "dropped"]),
        Section("Parts", [Item(part.name, ref=part.sku, amount=f"{part.quantity} x") for part in sheet.parts]),
        _minutes(sheet, now),
        _agreement(sheet.bought),
        Section("Next visit", [Item(span(sheet.next) if sheet.next else "not planned yet")]),
    ]  # fmt: skip
    return Page(
        visit.site, visit.site_code, visit.state.replace("_", " "), ", ".join(filter(None, (site.address, site.postcode))),
        _facts(sheet), [each for each in sections if each.items], visit.summary or "", _signature(sheet),
        f"{there(visit, now):%d %B %Y %H:%M}",
    )  # fmt: skip


def cards(sheet: VisitSheet) -> list[Card]:
    """A card for each device that something was done to, or that waits."""
    by_device: dict[tuple[str, str, str], list[DoorNote]] = {}
    for note in sheet.doors:
        by_device.setdefault((note.device, note.model or "", note.room or ""), []).append(note)
    when = f"{there(sheet.visit, sheet.visit.actual_start):%d %b %Y}"
    foot = f"{sheet.visit.technician or 'Technician'}, {when}"
    if sheet.next:
        foot += f" {chr(183)} next visit {there(sheet.next, sheet.next.planned_start):%d %b}"
    return [Card(*device, [_note(note) for note in notes], foot) for device, notes in by_device.items()]


def there(visit: VisitLine, moment: str | None) -> datetime:
    """A moment on the clock of the visit's site; its planned start for none."""
    return local(moment or visit.planned_start, visit.timezone)


def span(visit: VisitLine) -> str:
    """When a visit is planned, in words."""
    start, end = there(visit, visit.planned_start), there(visit, visit.planned_end)
    return f"{start:%A %d %B %Y, %H:%M} - {end:%H:%M}"


def _facts(sheet: VisitSheet) -> list[tuple[str, str]]:
    visit = sheet.visit
    facts = [("Planned", span(visit))]
    if visit.actual_start:
        ended = f"{there(visit, visit.actual_end):%H:%M}" if visit.actual_end else "still there"
        facts.append(("On site", f"{there(visit, visit.actual_start):%H:%M} - {ended}"))
    facts.append(("Technician", visit.technician or "?"))
    travel = [f"{sheet.travel_minutes} min"] if sheet.travel_minutes else []
    travel += [f"{sheet.mileage:g} miles"] if sheet.mileage else []
    facts += [("Travel", ", ".join(travel))] if travel else []
    if visit.agreed_with:
        agreed = [f"{task.title}" for task in sorted(sheet.tasks, key=lambda each: each.agreed or 0) if task.agreed]
        words = "; ".join(filter(None, (visit.agreed, ", ".join(agreed))))
        facts.append(("Agreed", f"with {visit.agreed_with}{': ' if words else ''}{words}"))
    return facts


def _task(task: TaskLine, fixes: dict[str, str]) -> Item:
    more = fixes.get(task.id) if task.state == "done" else task.reason
    if task.run_id and task.state == "carried" and task.carried > 1:
        more = f"{more or 'carried'}; it was carried {task.carried} times, and is due since {task.run_due}"
    amount = f"{task.actual} min" if task.actual is not None else ""
    marks = {"done": DONE, "carried": CARRIED, "dropped": SKIPPED}
    return Item(task.title, task.room or "anywhere", task.ref or "", " ".join((more or "").split()), amount,
                marks.get(task.state, OPEN))  # fmt: skip


def _step(step: DoneStep) -> Item:
    more = "; ".join(filter(None, (" ".join((step.said or "").split()), step.refs and f"see {step.refs}")))
    return Item(
        f"{step.checklist}: {step.title}", step.room or "", more=more, mark=RESULTS.get(step.result or "", OPEN)
    )


def _checked(steps: list[DoneStep]) -> str:
    newest = {(step.checklist, step.title, step.room): step.result for step in steps}  # one answer for each device
    passed, failed = (sum(each == result for each in newest.values()) for result in ("pass", "fail"))
    return f"{passed} as they should be, {failed} not" if steps else ""


def _found(sheet: VisitSheet, number: int) -> Item:
    found = sheet.found[number]
    ended = found.state in ENDED
    more = ", ".join(filter(None, (found.reporter and f"told by {found.reporter}", found.state.replace("_", " "))))
    return Item(found.title, found.room or "", found.ref, more, mark=DONE if ended else OPEN)


def _promised(sheet: VisitSheet) -> list[Item]:
    """What stands among the carried tasks already is not said twice."""
    carried = {task.ref or task.title for task in sheet.tasks if task.state == "carried"}
    return [
        Item(each.title, each.room or "", each.ref or "", each.why, mark=OPEN)
        for each in sheet.promised
        if (each.ref or each.title) not in carried
    ]


def _minutes(sheet: VisitSheet, now: str) -> Section:
    visit = sheet.visit
    items = [Item(mode.replace("_", " "), amount=str(minutes)) for mode, minutes in sheet.minutes.items()]
    if len(items) > 1:
        items.append(Item("in all", amount=str(sum(sheet.minutes.values()))))
    planned = round((local(visit.planned_end, "UTC") - local(visit.planned_start, "UTC")).total_seconds() / 60)
    if visit.actual_start is None:
        return Section("Minutes", items)
    present = int((local(visit.actual_end or now, "UTC") - local(visit.actual_start, "UTC")).total_seconds() // 60)
    share = present / planned if planned else None
    return Section("Minutes", items, f"{present} at the school, of {planned} planned", share)


def _agreement(bought: Bought | None) -> Section:
    if bought is None:
        return Section("Agreement", [])
    items = []
    if bought.visits is not None:
        items.append(Item("visits this term", amount=f"{bought.visits_made} of {bought.visits}"))
    if bought.minutes is not None:
        items.append(Item("minutes this term", amount=f"{bought.minutes_made} of {bought.minutes}"))
    share = bought.minutes_made / bought.minutes if bought.minutes else None
    return Section("Agreement", items, f"{bought.term}, until {bought.last}", share)


def _signature(sheet: VisitSheet) -> Signature:
    visit = sheet.visit
    if visit.signatory:
        how = ", drawn on paper" if visit.signed_how == "paper" else ""
        return Signature(f"Signed by {visit.signatory}, {there(visit, sheet.signed_at):%d %B %Y %H:%M}{how}", "")
    return Signature("", " or ".join(contact.name for contact in sheet.site.contacts if contact.may_sign))


def _note(note: DoorNote) -> Item:
    if note.state in ENDED:
        return Item(note.title, ref=note.ref, more=" ".join((note.words or "put right").split()), mark=DONE)
    why = (note.reason or "to be done").replace("_", " ")
    return Item(note.title, ref=note.ref, more=why, mark=CARRIED)
