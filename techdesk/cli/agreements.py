"""Agreements from the shell: what each school has bought, until when, and how it wants to be visited."""

from typing import Annotated, Any

import typer

from techdesk.cli.changing import change_last, change_once
from techdesk.cli.completing import people, sites
from techdesk.cli.options import Json, Site
from techdesk.cli.session import put, session, table
from techdesk.desk.agreements import MoveAgreement, RecordAgreement, RecordWish, often, wish_id
from techdesk.desk.commands import Command
from techdesk.desk.ids import new_id
from techdesk.errors import BadInput, NotFound
from techdesk.models.queries import agreements, names
from techdesk.models.queries.agreements import AgreementLine

app = typer.Typer()
noun = typer.Typer(help="Agreements: visits and minutes a term, scope, price, targets; wishes for the rotation.")
app.add_typer(noun, name="agreement")
Where = Annotated[str, typer.Argument(metavar="SITE", help="A site's code or name.", autocompletion=sites)]
Visits = Annotated[int | None, typer.Option(min=0, help="Visits bought for a term.")]
Minutes = Annotated[int | None, typer.Option(min=0, help="Minutes bought for a term.")]
Ends = Annotated[str | None, typer.Option("--ends", metavar="DATE", help="The last day.")]
Starts = Annotated[str | None, typer.Option("--starts", metavar="DATE", help="The first day.")]
Targets = Annotated[
    list[str] | None,
    typer.Option("--target", metavar="P=TIMES", help="A target of its own: 1=30m/2h; may be given again."),
]
Text = Annotated[str | None, typer.Option(help="In words.")]
Price = Annotated[float | None, typer.Option(min=0, help="Its price.")]


@noun.command("list")
def list_agreements(
    site: Site = None,
    worry: Annotated[bool, typer.Option("--worry", help="Those that expire, have ended, or are drafts.")] = False,
    as_json: Json = False,
) -> None:
    """Agreements, those that end first at the top."""
    session.json = as_json
    connection = session.store.connection
    lines = agreements.agreements(connection, session.now, names.site_id(connection, site) if site else None)
    if worry:
        lines = [line for line in lines if line.state not in ("active", "renewed")]
    if as_json:
        put({"items": [line._asdict() for line in lines], "total": len(lines)})
        return
    table(
        ("Ends", "State", "Visits", "Minutes", "Price", "Tier", "Provider", "Wishes", "Site"),
        [(line.ends, line.state, line.visits, line.minutes, line.price, line.tier, line.provider,
          "" if line.wish is None else often(*line.wish), line.site) for line in lines],
        "No agreement is known. Note one with  techdesk agreement add SITE --visits 12 --minutes 2160.",
    )  # fmt: skip


@noun.command()
def add(
    site: Where,
    visits: Visits = None,
    minutes: Minutes = None,
    starts: Starts = None,
    ends: Ends = None,
    provider: Text = None,
    tier: Text = None,
    included: Text = None,
    excluded: Text = None,
    price: Price = None,
    target: Targets = None,
    draft: Annotated[bool, typer.Option("--draft", help="It is not agreed yet.")] = False,
    as_json: Json = False,
) -> None:
    """Keep what a site has bought; it counts at once unless it is a draft."""
    session.json = as_json
    id = new_id()
    commands: list[Command] = [
        RecordAgreement(
            id=id, site_id=names.site_id(session.store.connection, site), visits=visits, minutes=minutes, starts=starts,
            ends=ends, provider=provider, tier=tier, included=included, excluded=excluded, price=price, **_targets(target),
        )
    ]  # fmt: skip
    if not draft:
        commands.append(MoveAgreement(agreement_id=id, state="active"))
    change_last(commands, as_json)


@noun.command()
def edit(
    site: Where,
    visits: Visits = None,
    minutes: Minutes = None,
    starts: Starts = None,
    ends: Ends = None,
    provider: Text = None,
    tier: Text = None,
    included: Text = None,
    excluded: Text = None,
    price: Price = None,
    target: Targets = None,
    as_json: Json = False,
) -> None:
    """Correct a site's agreement. An empty value empties the field."""
    session.json = as_json
    command = RecordAgreement(
        id=_agreement(site).id, visits=visits, minutes=minutes, starts=starts, ends=ends, provider=provider, tier=tier,
        included=included, excluded=excluded, price=price, **_targets(target),
    )  # fmt: skip
    if not command.changes():
        raise BadInput("Say what is new: --visits, --minutes, --starts, --ends, --price, --target and the like.")
    change_once(command, as_json)


@noun.command()
def renew(
    site: Where,
    ends: Annotated[str, typer.Option("--ends", metavar="DATE", help="The last day of the new one.")],
    starts: Starts = None,
    visits: Visits = None,
    minutes: Minutes = None,
    price: Price = None,
    as_json: Json = False,
) -> None:
    """Follow a site's agreement with another; what is not said stays as it was."""
    session.json = as_json
    old = _agreement(site)
    change_last(
        agreements.renewal(old, new_id(), ends=ends, starts=starts, visits=visits, minutes=minutes, price=price),
        as_json,
    )


@noun.command()
def agree(site: Where, as_json: Json = False) -> None:
    """A draft is agreed: it counts from now on."""
    session.json = as_json
    change_once(MoveAgreement(agreement_id=_agreement(site, "draft").id, state="active"), as_json)


@noun.command()
def end(site: Where, as_json: Json = False) -> None:
    """A site's agreement ends."""
    session.json = as_json
    change_once(MoveAgreement(agreement_id=_agreement(site).id, state="ended"), as_json)


@noun.command()
def wish(
    site: Where,
    visits: Annotated[int | None, typer.Option(min=0, max=30, help="How many visits ...")] = None,
    weeks: Annotated[int | None, typer.Option(min=1, max=6, help="... in how many weeks.")] = None,
    days: Annotated[str | None, typer.Option(help="On which days of the week: mon,wed; empty for any.")] = None,
    minutes: Annotated[int | None, typer.Option(min=5, max=720, help="How long each.")] = None,
    technician: Annotated[
        str | None, typer.Option(help="Who should come; empty for anybody.", autocompletion=people)
    ] = None,
    skills: Annotated[str | None, typer.Option(help="Skills that are needed there, with commas.")] = None,
    as_json: Json = False,
) -> None:
    """How a site wants to be visited: what the rotation is planned from."""
    session.json = as_json
    connection = session.store.connection
    id = names.site_id(connection, site)
    who = names.technician_id(connection, technician, session.me) if technician else technician
    command = RecordWish(
        id=wish_id(id), visits=visits, weeks=weeks, days=days, minutes=minutes, technician_id=who, skills=skills
    )
    if not command.changes():
        raise BadInput("Say what is wished: --visits N --weeks N, --days, --minutes, --technician or --skills.")
    known = connection.execute("SELECT 1 FROM site_wish WHERE id = ?", (wish_id(id),)).fetchone()
    if known is None:
        command = RecordWish(id=wish_id(id), site_id=id, visits=visits, weeks=weeks, days=days, minutes=minutes,
                             technician_id=who, skills=skills)  # fmt: skip
    change_once(command, as_json)


def _agreement(site: str, state: str | None = None) -> AgreementLine:
    """The agreement of a site that counts, or else the last one. Raises NotFound."""
    connection = session.store.connection
    lines = agreements.agreements(connection, session.now, names.site_id(connection, site))
    found = agreements.current([line for line in lines if state in (None, line.state)])
    if found is None:
        raise NotFound(f"{site} has no {state + ' ' if state else ''}agreement: note one with  techdesk agreement add.")
    return found


def _targets(given: list[str] | None) -> dict[str, Any]:
    found = {}
    for each in given or ():
        rank, equals, times = each.strip().removeprefix("P").removeprefix("p").partition("=")
        if not equals or rank not in "12345" or len(rank) != 1:
            raise BadInput(f"'{each}' is no target: write the priority and its times, as  --target 1=30m/2h.")
        found[f"target_{rank}"] = times
    return found
