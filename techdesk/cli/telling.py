"""A ticket for people to read in the shell."""

from techdesk.cli.session import say, session
from techdesk.clock import local
from techdesk.models.queries.surveys import answers
from techdesk.models.rows import TicketStory


def tell_ticket(story: TicketStory) -> None:
    """Prints a ticket with its whole story."""
    line, fields = story.line, story.fields
    zone = line.timezone or "Europe/London"
    say(f"{line.ref}  P{line.priority}  {line.state.replace('_', ' ')}  {line.kind.replace('_', ' ')}")
    _say_hand_over(story)
    say(" · ".join(filter(None, (line.site, line.room, line.reporter))) or "no site yet")
    for text in str(fields["text"]).splitlines():
        say(f"  {text}")
    _say_if("also", ", ".join(story.aliases))
    _say_if("device", f"{story.device.tag or story.device.serial} {story.device.model or ''}" if story.device else None)
    _say_if("owner", line.owner or f"role {line.role}")
    _say_if("opened", f"{local(line.opened_at, zone):%a %d %b %Y %H:%M}")
    if fields["open"]:
        _say_if("due", f"{local(line.fix_due, zone):%a %d %b %H:%M}" if line.fix_due else "at the next visit")
        if story.hours_of_others:
            _say_if("counted in", f"the organisation's hours: {line.site} has no service hours")
    _say_if("owed", f"{story.owed} min of visits, to {line.site}" if story.owed and fields["open"] else None)
    _say_if("waits for", f"{line.hold_reason} {fields['hold_until'] or ''}".strip() if line.hold_reason else None)
    _say_if("supplier", _supplier(story))
    for name in ("contacts", "terms"):
        _say_if(f"their {name}", getattr(story.supplier, name, None))
    _say_if("again after", story.links.repeat_of)
    _say_if("came back as", ", ".join(story.links.repeated_as))
    _say_if("part of", story.links.part_of)
    _say_if("its parts", ", ".join(story.links.children))
    _say_if("problem", story.links.problem)
    _say_if("fix", fields["resolution"])
    if fields["closed_at"]:
        _say_if("told", "in person" if fields["told_in_person"] else "not in person")
        _say_if("tested", None if fields["tested"] is None else "yes" if fields["tested"] else "no")
        _say_if("cold", "not told, or not tested" if fields["cold"] else None)
    for each in story.surveys:
        _say_if("asked" if each.state == "sent" else each.state, answers(each))
    for log in story.worklogs:
        say(f"  {log.minutes:4} min  {log.mode.replace('_', ' ')}  {log.by or '?'}  {log.note or ''}".rstrip())
    for part in story.parts:
        say(f"  {part.quantity:4} x {part.sku}  {part.name}")
    if story.attachments:
        _say_attachments(story)
    for event in story.history:
        words = f"  {event.note}" if event.note else ""
        say(f"  {local(event.at, zone):%d %b %H:%M}  {event.command} -> {event.state}  {event.by or '?'}{words}")
    for error in story.known_errors:
        say(f"  known error {error.ref}: {error.title}  (workaround: {error.workaround})")
    for article in story.articles:
        say(f"  article {article.id[:13]}: {article.title}")
    for other in story.similar:
        say(f"  like {other.ref}: {other.title}" + (f"  (fixed: {other.resolution})" if other.resolution else ""))


def _say_hand_over(story: TicketStory) -> None:
    """What the last one who had it leaves to the next one, and that it is a major incident."""
    if story.fields["major"]:
        say("MAJOR INCIDENT")
    for name in ("tried", "needed"):
        if story.fields[name]:
            say(f"  {name.upper()}: {story.fields[name]}")


def _supplier(story: TicketStory) -> str | None:
    fields = story.fields
    if not fields["supplier"]:
        return None
    promised = f"promised by {fields['promised']}" if fields["promised"] else None
    return ", ".join(str(each) for each in (fields["supplier"], fields["supplier_ref"], promised) if each)


def _say_attachments(story: TicketStory) -> None:
    from techdesk.models.files import Files, size_text

    files = Files(session.store.path)
    for number, each in enumerate(story.attachments, start=1):
        say(f"  file {number}: {each.name}  {size_text(each.bytes)}  {files.holding(each)}  {each.by or '?'}")


def _say_if(name: str, value: object) -> None:
    if value:
        say(f"  {name}: {value}")
