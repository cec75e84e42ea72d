"""Figures from the shell."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated

import typer

from techdesk import clock
from techdesk.cli.options import Json, Site
from techdesk.cli.session import put, say, session, table
from techdesk.errors import BadInput
from techdesk.models.queries import names
from techdesk.models.queries.fairness import Fairness, fairness
from techdesk.models.queries.figures import Figure, Report, Span, report, value_text

app = typer.Typer()
FLEET = ("models", "standard", "replacement")


@app.command("report")
def tell_report(
    figure: Annotated[
        str | None,
        typer.Argument(help="One figure, as cold or fairness; or delivery, models, standard, replacement; else all."),
    ] = None,
    since: Annotated[str | None, typer.Option(help="The first day, as 2026-09-01; else a year ago.")] = None,
    until: Annotated[str | None, typer.Option(help="The last day; else today.")] = None,
    site: Site = None,
    keep: Annotated[int | None, typer.Option("--to", min=1, help="Standard: come down to so many models.")] = None,
    life: Annotated[float, typer.Option(min=1, max=20, help="Replacement: so many years a device serves.")] = 5.0,
    as_csv: Annotated[bool, typer.Option("--csv", help="Models, standard, replacement: print CSV.")] = False,
    as_json: Json = False,
) -> None:
    """Figures: satisfaction, in time, first-visit fixes, cold closings, repeats, proactive and remote work, the backlog.

    Or visits and minutes delivered against those bought for the term; or of the fleet: models with their failures, the way
    to few standard models, and what is replaced in which year."""
    session.json = as_json
    if figure in FLEET:
        if since or until or site:
            raise BadInput("The fleet is that of today, of all sites: leave --since, --until and --site out.")
        from techdesk.cli import fleet_reports

        fleet_reports.tell(figure, keep=keep, life=life, as_json=as_json, as_csv=as_csv)
        return
    if figure == "delivery":
        from techdesk.cli import delivery_reports

        delivery_reports.tell(since, until, site, as_json)
        return
    if keep is not None or as_csv:
        raise BadInput(f"--to and --csv go with {', '.join(FLEET)}: leave them out, or export with --json.")
    connection, now = session.store.connection, session.store.now()
    last = clock.parse_day(until) if until else clock.parse(now).date()
    first = clock.parse_day(since) if since else last - timedelta(days=365)
    if first > last:
        raise BadInput(f"From {first} to {last} is no span: write the earlier day after --since.")
    span = Span(_moment(first), _moment(last + timedelta(days=1)), names.site_id(connection, site) if site else None)
    found = report(connection, span, now)
    chosen = _chosen(found, figure)
    sites = fairness(connection, now, site_id=span.site_id) if figure == "fairness" else []
    if as_json:
        put({
            "since": first.isoformat(), "until": last.isoformat(), "site": site,
            "figures": [each._asdict() for each in chosen], "backlog": [each._asdict() for each in found.backlog],
            "months": [each._asdict() for each in found.months], "collected": found.collected,
            **({"items": [each._asdict() for each in sites], "total": len(sites)} if figure == "fairness" else {}),
        })  # fmt: skip
        return
    table(
        ("Figure", "Value", "Part", "Of", "Key"),
        [(each.name, value_text(each), f"{each.part:,.0f}" if each.whole is not None else "",
          f"{each.whole:,.0f}" if each.whole is not None else "", each.key.replace("_", "-")) for each in chosen],
        "",
    )  # fmt: skip
    if figure is None:
        _tell_rest(found)
    if figure == "fairness":
        _tell_sites(sites)


def _tell_sites(sites: list[Fairness]) -> None:
    say("")
    table(
        ("Site", "Name", "Open", "Waits", "Of the median", "Owed", "Visits", "Booked anew", "Taken by"),
        [(each.code, each.site, each.open, f"{each.waits:.1f} days", f"{each.against:.1f} x", f"{each.owed} min", each.visits,
          f"{each.booked} min", each.by) for each in sites],
        "Nothing is open anywhere, and nothing is owed.",
    )  # fmt: skip


def _tell_rest(found: Report) -> None:
    say("")
    table(("Open for", "Tickets"), [(band.name, band.tickets) for band in found.backlog], "")
    say("")
    table(
        ("Month", "Closed", "Answers", "Satisfied"),
        [(each.month, each.closed, each.answers, f"{each.satisfied / each.answers * 100:.0f} %" if each.answers else "-")
         for each in found.months],
        "Nothing was closed in that time.",
    )  # fmt: skip
    ways = ", ".join(f"{count} {way.replace('_', ' ')}" for way, count in found.collected.items())
    say(f"Answers by how they were collected: {ways}. Those without a name count for nothing.")


def _chosen(found: Report, key: str | None) -> list[Figure]:
    if key is None:
        return found.figures
    wanted = key.replace("-", "_")
    chosen = [each for each in found.figures if each.key == wanted or each.key.startswith(f"{wanted}_")]
    if not chosen:
        known = ", ".join(each.key.replace("_", "-") for each in found.figures)
        raise BadInput(f"There is no figure '{key}': use one of {known}; or delivery, {', '.join(FLEET)}.")
    return chosen


def _moment(day: date) -> str:
    return clock.moment(datetime.combine(day, time(), UTC))
