"""The organisation's rules of closing, from the shell."""

from typing import Annotated

import typer

from techdesk.cli.changing import change_once
from techdesk.cli.options import Json
from techdesk.cli.session import put, say, session
from techdesk.desk.ids import named_id
from techdesk.desk.rules import RecordRules, published
from techdesk.errors import BadInput
from techdesk.models.sqlite import SqliteTx

app = typer.Typer()
rules = typer.Typer(help="How tickets are closed here: causes, reopening, repeats, questions.", no_args_is_help=True)
app.add_typer(rules, name="rules")


@rules.command()
def show(as_json: Json = False) -> None:
    """The rules as they count now."""
    now = published(SqliteTx(session.store.connection))
    if as_json:
        put({"causes": now.causes, "own_causes": now.own_causes, "reopen_days": now.reopen_days,
             "repeat_days": now.repeat_days, "survey_days": now.survey_days})  # fmt: skip
        return
    say(f"Causes: {', '.join(now.causes)}{'' if now.own_causes else ' (or any other word)'}")
    say(f"A closed ticket can be opened again within {now.reopen_days} days; after that a new one is linked to it.")
    say(f"A fault that is back within {now.repeat_days} days counts as a repeat.")
    say(f"The two questions wait {now.survey_days} days for an answer.")


@rules.command("set")
def set_rules(
    causes: Annotated[str | None, typer.Option(help="The cause codes, as wear,damage,network; empty for ours.")] = None,
    reopen_days: Annotated[int | None, typer.Option(help="Days in which a closed ticket can be opened again.")] = None,
    repeat_days: Annotated[int | None, typer.Option(help="Days in which a fault that is back is a repeat.")] = None,
    survey_days: Annotated[int | None, typer.Option(help="Days for which the two questions wait.")] = None,
    as_json: Json = False,
) -> None:
    """Set the rules of closing."""
    session.json = as_json
    if (causes, reopen_days, repeat_days, survey_days) == (None,) * 4:
        raise BadInput("Say what to set: --causes, --reopen-days, --repeat-days or --survey-days.")
    change_once(
        RecordRules(
            id=named_id("closing_rules"), causes=causes, reopen_days=reopen_days, repeat_days=repeat_days,
            survey_days=survey_days,
        ),
        as_json,
    )  # fmt: skip
