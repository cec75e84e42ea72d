"""What one needs to know at a school's door, from the shell."""

import sqlite3
from typing import Any

from techdesk.cli.session import say
from techdesk.models.cards import ContactLine, SiteCard
from techdesk.models.queries import maintaining, promises, visit_lists
from techdesk.models.rows import VisitLine

SAFEGUARDING = ("safeguard", "dsl", "child protection")


def worry(contact: ContactLine) -> bool:
    """Whether one tells this person of what worries one about a child."""
    return any(word in (contact.role or "").casefold() for word in SAFEGUARDING)


def tell_card(connection: sqlite3.Connection, line: VisitLine) -> None:
    """Says how one gets in, whom one asks for, whom one tells of a worry, and what was promised last time."""
    site = visit_lists.site_card(connection, line.site_id)
    if site.entry_notes:
        say(f"  entry: {site.entry_notes}")
    for contact in _people(site):
        role = ", ".join(filter(None, (contact.role, "may sign" if contact.may_sign else "")))
        kind = "safeguarding" if worry(contact) else "contact"
        say(f"  {kind}: {contact.name}{f' ({role})' if role else ''} {contact.telephone or ''}".rstrip())
    for promise in promises.promised(connection, line):
        say(f"  promised: {f'{promise.ref} ' if promise.ref else ''}{promise.title} ({promise.why})")
    for run in maintaining.due_at(connection, line.id):
        say(f"  due: {run.name} ({run.minutes} min, since {run.due})")


def document(connection: sqlite3.Connection, line: VisitLine) -> dict[str, Any]:
    """The card as a document."""
    site = visit_lists.site_card(connection, line.site_id)
    return {
        "entry_notes": site.entry_notes,
        "contacts": [{**contact._asdict(), "safeguarding": worry(contact)} for contact in _people(site)],
        "promised": [promise._asdict() for promise in promises.promised(connection, line)],
        "due": [run._asdict() for run in maintaining.due_at(connection, line.id)],
    }


def _people(site: SiteCard) -> list[ContactLine]:
    """Those who matter at the door: who may sign, who is told of a worry, and one more."""
    wanted = [contact for contact in site.contacts if contact.may_sign or worry(contact)]
    return wanted or site.contacts[:1]
