"""What was delivered against what was bought, from the shell: report delivery."""

from datetime import date

from techdesk import clock
from techdesk.cli.session import put, say, session, table
from techdesk.errors import BadInput
from techdesk.models.queries import names
from techdesk.models.queries.delivery import Delivery, Term, deliveries, share_gone, term_of


def tell(since: str | None, until: str | None, site: str | None, as_json: bool) -> None:
    """Prints it for the term that is under way, or for the days that are given."""
    connection, now = session.store.connection, session.store.now()
    site_id = names.site_id(connection, site) if site else None
    term = _term(since, until, clock.parse(now).date())
    found = deliveries(connection, term, now, site_id)
    if as_json:
        put({"since": str(term.first), "until": str(term.last), "gone": round(term.gone, 3),
             "items": [each._asdict() for each in found], "total": len(found)})  # fmt: skip
        return
    say(f"{term.first} to {term.last}, {term.gone * 100:.0f} % gone.")
    table(
        ("Visits", "Due", "Bought", "Planned", "Minutes", "Bought", "Delivered", "Owed", "Site"),
        [(each.visits_made, each.visits_due, each.visits_bought, each.visits_planned, each.minutes_made, each.minutes_bought,
          "-" if each.share is None else f"{each.share * 100:.0f} %", f"{each.owed} min" if each.owed else "", each.site)
         for each in found],
        "No site has an agreement or a visit in these days: keep one with  techdesk agreement add SITE --visits 12.",
    )  # fmt: skip
    if found:
        say(_in_all(found))


def _term(since: str | None, until: str | None, today: date) -> Term:
    if since is None and until is None:
        return term_of(session.store.connection, today)
    if since is None or until is None:
        raise BadInput("Say both --since and --until, or neither for the term that is under way.")
    first, last = clock.parse_day(since), clock.parse_day(until)
    if first > last:
        raise BadInput(f"From {first} to {last} is no span: write the earlier day after --since.")
    return Term(first, last, share_gone(first, last, today))


def _in_all(found: list[Delivery]) -> str:
    """All sites together."""
    bought = sum(each.minutes_bought or 0 for each in found)
    made = sum(each.minutes_made for each in found if each.minutes_bought)
    behind = sum(each.visits_due is not None and each.visits_made < each.visits_due for each in found)
    share = f"{made / bought * 100:.0f} % of the minutes bought are delivered" if bought else "No minutes are bought"
    return f"{share}; {behind} of {len(found)} sites are behind."
