"""Device models from the shell: how many there are, which are standard, how often they fail, and spellings that are one."""

from typing import Annotated

import typer

from techdesk import clock
from techdesk.cli.changing import change_each, change_once
from techdesk.cli.completing import models as complete
from techdesk.cli.options import Json
from techdesk.cli.session import put, say, session, table
from techdesk.desk.inventory import STANDINGS, RecordModel
from techdesk.desk.models import KeepApart, MergeModels
from techdesk.errors import BadInput
from techdesk.models.queries import models, names
from techdesk.models.queries.models import Alike, ModelLine
from techdesk.planning.failing import rate

app = typer.Typer(help="Device models: standard, tolerated or retiring; their failures; spellings that are one model.")
Model = Annotated[
    str,
    typer.Argument(metavar="MODEL", help="A model's name or number, or a beginning of it.", autocompletion=complete),
]
Models = Annotated[list[str], typer.Argument(metavar="MODEL...", help="Models, one or more.", autocompletion=complete)]
Word = Annotated[str, typer.Argument(metavar="STANDING", help=f"One of {', '.join(STANDINGS)}.")]


@app.command("list")
def list_models(
    standing: Annotated[str | None, typer.Option(help=f"Only those that are {', '.join(STANDINGS)}.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Also those of which no device serves.")] = False,
    as_json: Json = False,
) -> None:
    """Models with their devices, share, and failures a device-year (95 % interval); those with the most devices first."""
    session.json = as_json
    wanted = None if standing is None else _standing(standing)
    found = [
        line for line in models.lines(session.store.connection, session.now)
        if (every or line.devices) and wanted in (None, line.standing)
    ]  # fmt: skip
    if as_json:
        put({"items": [document(line) for line in found], "total": len(found)})
        return
    table(
        ("Model", "Standing", "Devices", "Share", "Failures", "A year", "Updates until", "Maker", "Number"),
        [(each.name, each.standing, each.devices, share_text(each), each.failures, rate_text(each),
          expiry_text(each.update_expiry, session.now), each.manufacturer, each.number) for each in found],
        "No model fits. They come with devices:  techdesk import devices FILE",
    )  # fmt: skip


@app.command()
def show(model: Model, as_json: Json = False) -> None:
    """Everything about one model: its standing, other spellings, devices by site, parts that fit, failures by symptom."""
    session.json = as_json
    connection = session.store.connection
    card = models.card(connection, names.model_id(connection, model), session.now)
    if as_json:
        put({
            **document(card.line), "spelled": card.spellings,
            "sites": [{"site": code, "name": name, "devices": count} for code, name, count in card.sites],
            "symptoms": [{"symptom": symptom, "failures": count} for symptom, count in card.symptoms],
            "problems": [{"ref": ref, "title": title, "state": state, "workaround": workaround}
                         for ref, title, state, workaround in card.problems],
            "months": [{"month": month, "failures": count} for month, count in card.months],
            "parts": [{"sku": part.sku, "name": part.name, "on_hand": part.on_hand, "only": bool(part.only)}
                      for part in card.parts],
        })  # fmt: skip
        return
    line = card.line
    say(f"{' '.join(filter(None, (line.manufacturer, line.name)))}  {line.standing}")
    facts = {
        "number": line.number,
        "category": line.category,
        "updates until": expiry_text(line.update_expiry, session.now),
        "also spelled": ", ".join(card.spellings),
        "devices": f"{line.devices} of {line.of} ({share_text(line)})",
        "failures": f"{line.failures} in {line.years:.1f} device-years: {rate_text(line)} a year",
        "where": ", ".join(f"{name} {count}" for _, name, count in card.sites),
        "what fails": ", ".join(f"{symptom} {count}" for symptom, count in card.symptoms),
        "problems": "; ".join(f"{ref} {title} ({state.replace('_', ' ')})" for ref, title, state, _ in card.problems),
        "parts that fit": ", ".join(f"{part.sku}{' (only this)' if part.only else ''}" for part in card.parts),
    }
    for name, value in facts.items():
        if value:
            say(f"  {name}: {value}")


@app.command()
def standing(model: Models, word: Word, as_json: Json = False) -> None:
    """Say which models are standard, tolerated or retiring."""
    session.json = as_json
    known, connection = _standing(word), session.store.connection
    change_each(model, lambda each: RecordModel(id=names.model_id(connection, each), standing=known), as_json)


@app.command()
def expiry(
    model: Models,
    day: Annotated[str, typer.Argument(metavar="DATE", help="The last day of updates, as 2029-06-30; or none.")],
    as_json: Json = False,
) -> None:
    """Say until when models get updates; of all at once with  techdesk import expiry FILE."""
    session.json = as_json
    until = "" if day.casefold() == "none" else clock.parse_day(day).isoformat()
    connection = session.store.connection
    change_each(model, lambda each: RecordModel(id=names.model_id(connection, each), update_expiry=until), as_json)


@app.command()
def alike(as_json: Json = False) -> None:
    """Models that read as if they were one, with why. Nothing is merged by itself."""
    session.json = as_json
    found = models.alike(session.store.connection)
    if as_json:
        put({"items": [{"kept": each.kept._asdict(), "others": [other._asdict() for other in each.others]}
                       for each in found], "total": len(found)})  # fmt: skip
        return
    for group in found:
        _tell_alike(group)
    if found:
        say(
            "Make them one with  techdesk model merge KEPT OTHER...  or keep two apart with  techdesk model apart ONE OTHER"
        )
    else:
        say("No two models read alike.")


@app.command()
def merge(
    kept: Model,
    others: Annotated[
        list[str], typer.Argument(metavar="OTHER...", help="The other spellings.", autocompletion=complete)
    ],
    as_json: Json = False,
) -> None:
    """Make models one: devices, parts that fit, problems and articles go to the kept one, and so do later imports."""
    session.json = as_json
    connection = session.store.connection
    into = names.model_id(connection, kept)
    ids = tuple(dict.fromkeys(names.model_id(connection, each) for each in others))
    if into in ids:
        raise BadInput(f"'{kept}' is among the others, or one with them already: name the model that is kept once.")
    change_once(MergeModels(model_id=into, other_ids=ids), as_json)


@app.command()
def apart(one: Model, other: Model, as_json: Json = False) -> None:
    """Say that two models are not the same, though they read alike."""
    session.json = as_json
    connection = session.store.connection
    first, second = names.model_id(connection, one), names.model_id(connection, other)
    change_once(KeepApart(model_id=first, other_id=second), as_json)


def document(line: ModelLine) -> dict[str, object]:
    """A model in JSON."""
    found = rate(line.failures, line.years)
    return {
        "id": line.id, "name": line.name, "number": line.number, "manufacturer": line.manufacturer,
        "category": line.category, "standing": line.standing, "update_expiry": line.update_expiry,
        "devices": line.devices, "share": round(line.devices / line.of, 4) if line.of else None,
        "failures": line.failures, "device_years": round(line.years, 2), "rate": _rounded(found.value),
        "rate_low": _rounded(found.low), "rate_high": _rounded(found.high), "little_seen": found.little,
        "parts": line.parts, "spellings": line.spellings,
    }  # fmt: skip


def share_text(line: ModelLine) -> str:
    """The share of all devices."""
    return f"{line.devices / line.of * 100:.0f} %" if line.of else "-"


def rate_text(line: ModelLine) -> str:
    """`0.21 (0.10-0.38)`; with a word where little was seen."""
    found = rate(line.failures, line.years)
    if found.value is None:
        return "not seen yet"
    return f"{found.value:.2f} ({found.low:.2f}-{found.high:.2f}){' early' if found.little else ''}"


def expiry_text(day: str | None, now: str) -> str:
    """The last day of updates, and that it is over."""
    return f"{day} ENDED" if day and day < now[:10] else day or ""


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _standing(word: str) -> str:
    fits = [each for each in STANDINGS if each.startswith(word.casefold())] if word else []
    if len(fits) != 1:
        raise BadInput(f"'{word}' is no standing: use one of {', '.join(STANDINGS)}.")
    return fits[0]


def _tell_alike(group: Alike) -> None:
    names = [each.name.casefold() for each in (group.kept, *group.others)]
    for number, each in enumerate((group.kept, *group.others)):
        maker = f"{each.manufacturer} " if each.manufacturer else ""
        code = f" ({each.number})" if each.number else ""
        said = "keep" if number == 0 else each.why
        # Models of the same name are told apart by their ids, which may be typed.
        id = f"  {each.id}" if names.count(each.name.casefold()) > 1 else ""
        say(f"{'' if number == 0 else '  '}{maker}{each.name}{code}{id}  {each.devices} devices  {said}")
