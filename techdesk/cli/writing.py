"""What a person writes for the fields of an item, asked for on a terminal."""

import typer

from techdesk.cli.session import tell
from techdesk.errors import Refused
from techdesk.models.cards import FieldChoice, InboxCard


def asked(card: InboxCard) -> tuple[dict[str, str], list[str]]:
    """What is to be in each field that a person may choose: what was typed, by field, and the fields that are to be mine."""
    tell("For each field: m for mine, t or Enter for theirs, e for your editor, or the words that are to be there.")
    typed: dict[str, str] = {}
    mine: list[str] = []
    for field in (each for each in card.fields if each.choosable):
        tell(f"{field.name.replace('_', ' ')}\n  mine    {field.mine}\n  theirs  {field.now}")
        said = str(typer.prompt("  is to be", default="", show_default=False, err=True)).strip()
        if said == "m":
            mine.append(field.name)
        elif said not in ("", "t"):
            typed[field.name] = _edited(field) if said == "e" else said
    return typed, mine


def _edited(field: FieldChoice) -> str:
    import click

    written = click.edit(f"{field.mine}\n")
    if written is None:
        raise Refused("Nothing was saved in the editor, so nothing was changed.")
    return written.strip()
