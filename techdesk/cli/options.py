"""Arguments and options that several verbs share, with their completion from the store."""

from typing import Annotated

import typer

from techdesk.cli.completing import parts, people, sites, suppliers, tickets

Ref = Annotated[str, typer.Argument(help="A ticket's number, alias, or a beginning of its id.", autocompletion=tickets)]
Refs = Annotated[list[str], typer.Argument(help="Tickets, one or more.", autocompletion=tickets)]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Site = Annotated[str | None, typer.Option(help="A site's code or name.", autocompletion=sites)]
Room = Annotated[str | None, typer.Option(help="A room.")]
Supplier = Annotated[str | None, typer.Option(help="Who has it now.", autocompletion=suppliers)]
Who = Annotated[str | None, typer.Option("--to", help="A technician's name or code, or me.", autocompletion=people)]
Parts = Annotated[
    list[str] | None,
    typer.Option("--part", help="A part used, as SKU or SKU:QUANTITY; may be given again.", autocompletion=parts),
]
Mode = Annotated[str, typer.Option(help="on-site, remote, travel or waiting.")]
Proactive = Annotated[bool, typer.Option("--proactive", help="Preventive work, not called for.")]
Limit = Annotated[int, typer.Option(min=1, help="At most so many.")]
