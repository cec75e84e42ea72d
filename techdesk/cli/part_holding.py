"""How much to hold, from the shell: suggested minimums and targets with their reasons, and their acceptance."""

from typing import Annotated

import typer

from techdesk.cli.changing import say_done
from techdesk.cli.options import Json
from techdesk.cli.part_books import Location
from techdesk.cli.session import put, say, session, table
from techdesk.desk.commands import Command
from techdesk.desk.ids import named_id
from techdesk.desk.spares import SetLevel
from techdesk.errors import NotFound
from techdesk.models.queries import demand, names, spares
from techdesk.planning import stocking


def add_verbs(app: typer.Typer) -> None:
    """Puts the verbs of this module into the group."""
    app.command()(suggest)


def suggest(
    skus: Annotated[list[str] | None, typer.Argument(metavar="[SKU]...", help="Only these parts; else all.")] = None,
    location: Location = "van",
    trip: Annotated[float, typer.Option("--trip-cost", min=0, help="What a second trip costs.")] = stocking.TRIP,
    review: Annotated[float, typer.Option("--fill-every", min=0.5, max=365, help="Days between two fillings.")] = 7.0,
    accept: Annotated[bool, typer.Option("--accept", help="Set the minimums and targets that are suggested.")] = False,
    as_json: Json = False,
) -> None:
    """What a location should hold by what it used, how long a refill takes and what a second trip costs, with the reason."""
    session.json = as_json
    connection, now = session.store.connection, session.now
    place = names.location_id(connection, location, session.me)
    wanted = {names.part_id(connection, each) for each in skus or ()}
    found = [
        (use, stocking.for_use(use, now, trip, review))
        for use in demand.uses(connection, now, place)
        if not wanted or use.part_id in wanted
    ]
    if accept:
        _accept(found, as_json)
    elif as_json:
        put({"items": [_document(*each) for each in found], "total": len(found)})
    else:
        table(
            ("SKU", "There", "Set", "Suggested", "4 weeks", "Why"),
            [(use.sku, use.balance, f"{use.level[0]}-{use.level[1]}", "?" if hold.early else f"{hold.minimum}-{hold.target}",
              f"{hold.rate * 28:.1f}", hold.why) for use, hold in found],
            "Nothing is held there yet, so there is nothing to go by.",
        )  # fmt: skip
        if any((hold.minimum, hold.target) != use.level for use, hold in found):
            say("Take them over with  --accept, all or only some SKUs.")


def _document(use: demand.PartUse, hold: stocking.Suggestion) -> dict[str, object]:
    return {
        "sku": use.sku, "name": use.name, "location": use.location, "balance": use.balance, "minimum": use.level[0],
        "target": use.level[1], "suggested_minimum": hold.minimum, "suggested_target": hold.target,
        "expected_4_weeks": round(hold.rate * 28, 2), "cover": round(hold.cover, 4), "why": hold.why, "early": hold.early,
    }  # fmt: skip


def _accept(found: list[tuple[demand.PartUse, stocking.Suggestion]], as_json: bool) -> None:
    connection = session.store.connection
    if not found:
        raise NotFound("Nothing of that is held there, so there is nothing to go by.")
    commands: list[Command] = [
        SetLevel(
            id=spares.level_id(connection, use.part_id, use.location_id)
            or named_id("stock_level", use.part_id, use.location_id),
            part_id=use.part_id, location_id=use.location_id, minimum=hold.minimum, target=hold.target,
        )
        for use, hold in found if not hold.early and (hold.minimum, hold.target) != use.level
    ]  # fmt: skip
    outcomes = session.store.perform_all(commands) if commands else []
    say_done(outcomes, as_json)
    if not outcomes and not as_json:
        say("They are set like that already.")
