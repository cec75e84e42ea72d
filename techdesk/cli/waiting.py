"""The chase list in the shell."""

from techdesk.cli.session import put, session, table, tell
from techdesk.models.filters import TicketFilter
from techdesk.models.queries import tickets
from techdesk.models.queries.waiting import waiting


def tell_waiting(chosen: TicketFilter, limit: int, as_json: bool) -> None:
    """Prints what is on hold: for whom, until when, and the minutes that were lost waiting."""
    connection = session.store.connection
    lines, total = waiting(connection, chosen, limit, session.store.now()[:10]), tickets.count(connection, chosen)
    if as_json:
        put({"items": [{**line._asdict(), "over": bool(line.over)} for line in lines], "total": total})
        return
    table(
        ("Ticket", "P", "Waits for", "Until", "Supplier", "Their number", "Call", "Terms", "Waited", "Site", "What"),
        [(line.ref, f"P{line.priority}", line.reason.replace("_", " "),
          f"over: {line.until}" if line.over else line.until, line.supplier, line.reference, line.contacts, line.terms,
          f"{line.waited} min",
          line.site, line.title) for line in lines],
        "Nothing waits for anybody.",
    )  # fmt: skip
    if total > len(lines):
        tell(f"{len(lines)} of {total:,}: --limit {total} shows all.")
