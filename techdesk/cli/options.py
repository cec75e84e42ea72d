"""Arguments and options that several verbs share, with their completion from the store."""

from typing import Annotated

import typer

from techdesk.cli.completing import parts, people, sites, suppliers, tickets
from techdesk.errors import BadInput

Ref = Annotated[str, typer.Argument(help="A ticket's number, alias, or a beginning of its id.", autocompletion=tickets)]
Refs = Annotated[list[str], typer.Argument(help="Tickets, one or more.", autocompletion=tickets)]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Site = Annotated[str | None, typer.Option(help="A site's code or name.", autocompletion=sites)]
Room = Annotated[str | None, typer.Option(help="A room.")]
Supplier = Annotated[str | None, typer.Option(help="Who has it now.", autocompletion=suppliers)]
Who = Annotated[str | None, typer.Option("--to", help="A technician's name or code, or me.", autocompletion=people)]
Parts = Annotated[
    list[str] | None,
    typer.Option(
        "--part", help="A part used, as SKU, SKU:QUANTITY or SKU:SERIAL; may be given again.", autocompletion=parts
    ),
]
Mode = Annotated[str, typer.Option(help="on-site, remote, travel or waiting.")]
Proactive = Annotated[bool, typer.Option("--proactive", help="Preventive work, not called for.")]
Limit = Annotated[int, typer.Option(min=1, help="At most so many.")]


def degrees(text: str | None) -> tuple[float | None, float | None]:
    """Degrees of latitude and longitude as people write them. Raises BadInput."""
    if not text:
        return None, None
    try:
        latitude, longitude = (float(part) for part in text.split(","))
    except ValueError:
        raise BadInput(f"'{text}' is no place: write its degrees as 53.72,-1.86.") from None
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        raise BadInput(f"'{text}' is no place on the globe: write its degrees as 53.72,-1.86.")
    return latitude, longitude
