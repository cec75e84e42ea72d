"""From an e-mail to the commands that capture it: its ticket, and what was attached to it."""

import sqlite3
from typing import NamedTuple

from techdesk.desk.commands import Command
from techdesk.desk.ids import named_id, new_id
from techdesk.desk.tickets import LogTicket
from techdesk.errors import BadInput, Refused
from techdesk.exchange.attaching import Prepared, kept, made_fit
from techdesk.exchange.mail import Mail
from techdesk.models.files import Files, size_text
from techdesk.models.queries.capturing import Said, place
from techdesk.models.queries.senders import sender


class Taken(NamedTuple):
    """What becomes of an e-mail: the ticket first, then its files; and what its reader should know."""

    commands: tuple[Command, ...]
    said: tuple[str, ...] = ()


def take(connection: sqlite3.Connection, files: Files, mail: Mail, me: str | None, said: Said) -> Taken:
    """The commands for an e-mail; files are kept already. Raises Refused for one that is a ticket already."""
    id = new_id() if mail.message_id is None else named_id("mail", mail.message_id)
    known = connection.execute("SELECT ref, state FROM ticket WHERE id = ?", (id,)).fetchone()
    if known is not None:
        raise Refused(f"That e-mail is {known[0]} already, which is {str(known[1]).replace('_', ' ')}.")
    fit, unfit = _files(mail)
    log = command(connection, mail, id, me, said, unfit)
    told = tuple(each.said for each in fit if each.said)
    return Taken((log, *(kept(files, id, each) for each in fit)), told)


def command(
    connection: sqlite3.Connection, mail: Mail, id: str, me: str | None, said: Said, unfit: list[str]
) -> LogTicket:
    """The ticket of an e-mail. Marks are not looked for: it was not written for techdesk."""
    who, site = sender(connection, mail.address, mail.name)
    if said.site is None and said.device is None and site is not None:
        said = said._replace(site=site)
    here = place(connection, me, said)
    listed = [f"Attached to the e-mail, and not kept: {', '.join(unfit)}"] if unfit else []
    text = "\n\n".join(filter(None, (mail.subject, mail.text, *listed)))
    return LogTicket(
        id=id,
        text=text or f"E-mail from {who or 'nobody'}, without words",
        kind=said.kind or "incident",
        site_id=here.site_id,
        room=here.room,
        reporter=said.reporter or who,
        device_id=here.device_id,
        impact=said.impact,
        urgency=said.urgency,
        channel=said.channel or "email",
        visit_id=here.visit_id,
    )


def _files(mail: Mail) -> tuple[list[Prepared], list[str]]:
    """What can be attached, and what cannot, as `plan.docx (24 kB)`."""
    fit: list[Prepared] = []
    unfit = list(mail.dropped)
    for name, data in mail.files:
        try:
            fit.append(made_fit(data, name))
        except BadInput:
            unfit.append(f"{name} ({size_text(len(data))})")
    return fit, unfit
