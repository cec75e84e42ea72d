"""The two questions from the shell: sent, answered, listed, given up."""

import sys
from typing import Annotated

import typer

from techdesk.cli.changing import change_each, change_together, say_done
from techdesk.cli.options import Json, Limit, Ref, Refs
from techdesk.cli.session import put, say, session, table
from techdesk.desk.surveys import COLLECTED, AnswerSurvey, ExpireSurvey, SendSurvey
from techdesk.errors import BadInput
from techdesk.models.queries import names
from techdesk.models.queries.surveys import asked

app = typer.Typer()
survey = typer.Typer(help="The two questions after a ticket: in time? well done?", no_args_is_help=True)
app.add_typer(survey, name="survey")

Answer = Annotated[int | None, typer.Option(min=1, max=5, help="The user's answer, 1 to 5.")]
By = Annotated[str | None, typer.Option(help="Who answered.")]
Comment = Annotated[str | None, typer.Option("-m", "--comment", help="In their words.")]


def _id(ref: str) -> str:
    return names.ticket_id(session.store.connection, ref)


@app.command()
def answer(
    ref: Ref,
    timeliness: Answer = None,
    quality: Answer = None,
    by: By = None,
    comment: Comment = None,
    collected: Annotated[str, typer.Option(help="on-paper, later or on-the-spot.")] = "on-paper",
    as_json: Json = False,
) -> None:
    """Keep the answers to the two questions; only those on paper may come without a name."""
    session.json = as_json
    how = collected.replace("-", "_")
    if how not in COLLECTED:
        raise BadInput(f"'{collected}' is no way to collect answers: use on-paper, later or on-the-spot.")
    if timeliness is None and quality is None:
        raise BadInput("Say what was answered: --timeliness 1-5, --quality 1-5.")
    change_each(
        [ref],
        lambda each: AnswerSurvey(
            ticket_id=_id(each), timeliness=timeliness, quality=quality, answered_by=by, comment=comment, collected=how
        ),
        as_json,
    )


survey.command("answer")(answer)


@survey.command()
def send(refs: Refs, as_json: Json = False) -> None:
    """Let the two questions of tickets wait for an answer."""
    change_each(refs, lambda ref: SendSurvey(ticket_id=_id(ref)), as_json)


@survey.command()
def paper(
    answers: Annotated[
        list[str], typer.Argument(help="REF:TIMELINESS:QUALITY for each sheet; '-' reads them from stdin, one a line.")
    ],
    by: By = None,
    as_json: Json = False,
) -> None:
    """Enter the answers of several paper sheets: all of them, or none when one cannot be read.

    A line on stdin may go on with who answered: 1005 4 5 Mrs Okafor
    """
    session.json = as_json
    lines = [line for line in sys.stdin.read().splitlines() if line.strip()] if answers == ["-"] else answers
    if not lines:
        raise BadInput("There was nothing on stdin: write one sheet a line, as  1005 4 5 Mrs Okafor.")
    change_together([_sheet(line, by) for line in lines], as_json)


def _sheet(line: str, by: str | None) -> AnswerSurvey:
    """A sheet as it was typed: reference, two answers (- for none), and perhaps who gave them."""
    words = line.replace(":", " ", 2).split(maxsplit=3)
    if len(words) < 3 or any(not (each == "-" or each in "12345") for each in words[1:3]) or words[1:3] == ["-", "-"]:
        raise BadInput(f"'{line}' is no sheet: write the ticket and two answers from 1 to 5, as  1005 4 5.")
    timeliness, quality = (None if each == "-" else int(each) for each in words[1:3])
    name = words[3] if len(words) > 3 else by
    return AnswerSurvey(ticket_id=_id(words[0]), timeliness=timeliness, quality=quality, answered_by=name)


@survey.command("list")
def list_surveys(
    state: Annotated[str, typer.Option(help="sent, answered or expired.")] = "sent",
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """Questions that wait for an answer, the oldest first; or those that were answered."""
    session.json = as_json
    if state not in ("sent", "answered", "expired"):
        raise BadInput(f"'{state}' is no state of a survey: use sent, answered or expired.")
    rows, total = asked(session.store.connection, state, limit)
    if as_json:
        put({"items": [row._asdict() for row in rows], "total": total})
        return
    table(
        ("Ticket", "Site", "Asked", "Timely", "Quality", "By", "How", "What"),
        [(row.ref, row.site, row.at[:10], row.timeliness, row.quality, row.answered_by, row.collected.replace("_", " "),
          row.title) for row in rows],
        "No questions wait for an answer. Send some with  techdesk survey send REF.",
    )  # fmt: skip


@survey.command()
def expire(
    days: Annotated[int | None, typer.Option(min=0, help="Older than so many days; else as the rules say.")] = None,
    as_json: Json = False,
) -> None:
    """Give up waiting for answers to questions that were sent long ago."""
    from techdesk.desk.rules import published
    from techdesk.models.queries.surveys import overdue
    from techdesk.models.sqlite import SqliteTx

    session.json = as_json
    connection = session.store.connection
    limit = published(SqliteTx(connection)).survey_days if days is None else days
    found = overdue(connection, session.store.now(), limit)
    outcomes = session.store.perform_all([ExpireSurvey(ticket_id=id) for id in found]) if found else []
    if as_json:
        say_done(outcomes, as_json)
    else:
        say(f"{len(outcomes)} questions are not waited for any more.")
