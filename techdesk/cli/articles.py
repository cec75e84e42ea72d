"""Articles from the shell, and what solved tickets say of a new one."""

from typing import Annotated

import typer

from techdesk import clock
from techdesk.cli.changing import change_once
from techdesk.cli.options import Json, Ref
from techdesk.cli.session import put, say, session, table
from techdesk.desk.articles import RecordArticle
from techdesk.desk.ids import new_id
from techdesk.models.queries import articles as query
from techdesk.models.queries import names

app = typer.Typer()
article = typer.Typer(help="How things are put right, kept for everyone.")
app.add_typer(article, name="article")

Article = Annotated[str, typer.Argument(metavar="ARTICLE", help="A title, or its beginning, or a beginning of its id.")]
Body = Annotated[str | None, typer.Option("--message", "-m", help="Its words.")]
Models = Annotated[list[str] | None, typer.Option("--model", help="A device model; may be given again.")]
Services = Annotated[str | None, typer.Option(help="Services that it is about, with commas between.")]
Category = Annotated[str | None, typer.Option(help="Its category.")]
Shared = Annotated[bool, typer.Option("--share", help="Share it at once; else it is a draft.")]


@article.command("list")
def list_articles(as_json: Json = False) -> None:
    """All articles. Look for one with  techdesk find WORDS --kind article"""
    session.json = as_json
    rows = query.article_list(session.store.connection)
    if as_json:
        put({"items": rows, "total": len(rows)})
        return
    table(("State", "Learned from", "Models", "Title"),
          [(row["state"], row["learned_from"], ", ".join(row["models"]), row["title"]) for row in rows],
          "There is no article yet. Make one of a closed ticket with  techdesk article from REF")  # fmt: skip


@article.command("show")
def show_article(name: Article, as_json: Json = False) -> None:
    """Read an article."""
    session.json = as_json
    row = query.article(session.store.connection, query.article_id(session.store.connection, name))
    if as_json:
        put(row)
        return
    say(f"{row['title']}  ({row['state']})")
    for key in ("models", "services"):
        if row[key]:
            say(f"  {key}: {', '.join(row[key])}")
    say("")
    for line in row["body"].splitlines():
        say(line)
    if row["learned_from"]:
        say("")
        say(f"Learned from {row['learned_from']}.")


@article.command("from")
def from_ticket(ref: Ref, share: Shared = False, as_json: Json = False) -> None:
    """Make an article of a closed ticket: what was wrong, what helped, why, with which parts."""
    session.json = as_json
    connection = session.store.connection
    change_once(query.from_ticket(connection, names.ticket_id(connection, ref), share=share), as_json)


@article.command("add")
def add_article(
    title: Annotated[str, typer.Argument(help="What it is about.")],
    body: Annotated[str, typer.Option("--message", "-m", help="Its words.")],
    model: Models = None,
    services: Services = None,
    category: Category = None,
    share: Shared = False,
    as_json: Json = False,
) -> None:
    """Write an article."""
    session.json = as_json
    change_once(
        RecordArticle(id=new_id(), title=title, body=body, models=_models(model), services=services, category=category,
                      state="shared" if share else None), as_json,
    )  # fmt: skip


@article.command("edit")
def edit_article(
    name: Article,
    title: Annotated[str | None, typer.Option(help="Another title.")] = None,
    body: Body = None,
    model: Models = None,
    services: Services = None,
    category: Category = None,
    as_json: Json = False,
) -> None:
    """Change an article. An empty value empties the field."""
    session.json = as_json
    id = query.article_id(session.store.connection, name)
    change_once(
        RecordArticle(id=id, title=title, body=body, models=_models(model), services=services, category=category),
        as_json,
    )


@article.command("share")
def share_article(name: Article, as_json: Json = False) -> None:
    """Share a draft with everyone, in every cluster."""
    session.json = as_json
    change_once(RecordArticle(id=query.article_id(session.store.connection, name), state="shared"), as_json)


@app.command()
def suggest(ref: Ref, as_json: Json = False) -> None:
    """What solved tickets say of this one: its category, service, role, impact and urgency, how many minutes it takes and by
    when it must be started to be in time, each with why."""
    from techdesk.desk.targets import clock_stopped, start_by
    from techdesk.models.queries.advice import advise
    from techdesk.models.queries.lasting import lasting
    from techdesk.models.queries.suggested import SURE
    from techdesk.models.sqlite import SqliteTx

    session.json = as_json
    connection = session.store.connection
    id = names.ticket_id(connection, ref)
    row = SqliteTx(connection).get("ticket", id) or {}
    found = advise(connection, str(row["text"]), leave_out=id)
    likeliest = next(iter(found.get("category", ())), None)
    category = row["category"] or (likeliest.value if likeliest and likeliest.share >= SURE else None)
    takes = lasting(connection, row | {"category": category})
    latest = start_by(SqliteTx(connection), row, takes.minutes) if row["open"] else None
    if as_json:
        told = {field: [each._asdict() for each in best[:3]] for field, best in found.items()}
        put({"ref": row["ref"], "suggestions": told, "expected": takes._asdict(), "start_by": latest})
        return
    lines = [(field, each.value, f"{each.share:.0%}", each.why) for field, best in found.items() for each in best[:3]]
    table(("Field", "Likely", "Sure", "Why"), lines, "Too little has been solved here to tell.")
    say(f"It takes {takes.minutes} min: {takes.why}.")
    if row["open"] and clock_stopped(row):
        say("Its clock stands while it is on hold.")
    elif latest and latest >= session.store.now():
        zone = connection.execute("SELECT timezone FROM site WHERE id = ?", (row["site_id"],)).fetchone()
        by = clock.local(latest, str(zone[0]) if zone else "Europe/London")
        say(f"It will be late unless started by {by:%a %d %b %H:%M}.")


def _models(given: list[str] | None) -> str | None:
    if given is None:
        return None
    return ",".join(names.model_id(session.store.connection, each) for each in given if each)
