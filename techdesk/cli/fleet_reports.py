"""Reports on the fleet from the shell: models and their failures, the way to few models, and what is replaced when."""

import csv
import sys
from collections.abc import Iterable

from techdesk import clock
from techdesk.cli.models import document, expiry_text, rate_text, share_text
from techdesk.cli.session import put, say, session, table
from techdesk.errors import BadInput
from techdesk.models.queries import models, standardising
from techdesk.planning import replacing
from techdesk.planning.failing import LITTLE
from techdesk.planning.standardising import Step, odd_models, reduce_to

MOST_NAMED = 3


def tell(name: str, *, keep: int | None, life: float, as_json: bool, as_csv: bool) -> None:
    """Prints models, standard or replacement as a table, as one JSON document, or as CSV. `keep` is the number of models to
    come down to."""
    if as_json and as_csv:
        raise BadInput("A report is printed in JSON or in CSV: leave one of --json and --csv out.")
    if name == "models":
        _models(as_json, as_csv)
    elif name == "standard":
        _standard(keep, as_json, as_csv)
    else:
        _replacement(life, as_json, as_csv)


def _models(as_json: bool, as_csv: bool) -> None:
    found = [line for line in models.lines(session.store.connection, session.now) if line.devices or line.failures]
    if as_json:
        put({"items": [document(line) for line in found], "total": len(found)})
        return
    if as_csv:
        rows = [document(line) for line in found]
        _csv(rows[0].keys() if rows else (), [row.values() for row in rows])
        return
    table(
        ("Model", "Standing", "Devices", "Share", "Failures", "Device-years", "A year (95 %)", "Updates until"),
        [(each.name, each.standing, each.devices, share_text(each), each.failures, f"{each.years:.1f}", rate_text(each),
          expiry_text(each.update_expiry, session.now)) for each in found],
        "No device has a model yet.",
    )  # fmt: skip
    say(
        "Failures are incidents, and repairs without one, since the first that is known here; the interval is Garwood's"
        f" exact one. 'early': under {LITTLE:.0f} device-years."
    )


def _standard(keep: int | None, as_json: bool, as_csv: bool) -> None:
    connection = session.store.connection
    lines, parts = models.lines(connection, None), standardising.held(connection)
    shares, odd = standardising.shares(connection), odd_models(lines, parts)
    used = sum(1 for line in lines if line.devices)
    steps = reduce_to(lines, parts, used - len(odd) if keep is None else keep)
    if as_csv:
        _csv(standardising.Share._fields[1:], [each[1:] for each in shares])
        return
    if as_json:
        put({
            "sites": [{"site": each.code, "name": each.name, "devices": each.devices, "standard": each.standard,
                       "tolerated": each.tolerated, "retiring": each.retiring, "models": each.models,
                       "share": round(each.standard / each.devices, 4)} for each in shares],
            "odd": [{"name": each.model.name, "standing": each.model.standing, "devices": each.model.devices,
                     "parts": [part.sku for part in each.parts], "value": round(each.value, 2),
                     "target_value": round(each.target, 2)} for each in odd],
            "steps": [{"name": each.model.name, "devices": each.devices, "freed": round(each.freed, 2),
                       "target_freed": round(each.target, 2), "models": each.models, "all_devices": each.all_devices,
                       "all_freed": round(each.all_freed, 2), "all_target_freed": round(each.all_target, 2)}
                      for each in steps],
            "models": used,
        })  # fmt: skip
        return
    table(
        ("Site", "Standard", "Devices", "Tolerated", "Retiring", "Models", "Name"),
        [(each.code or "", f"{each.standard / each.devices * 100:.0f} %", each.devices, each.tolerated, each.retiring,
          each.models, each.name) for each in shares],
        "No device has a model yet.",
    )  # fmt: skip
    say("")
    table(
        ("Odd model", "Standing", "Devices", "Only its parts", "On shelves", "To be held", "Which"),
        [(each.model.name, each.model.standing, each.model.devices, len(each.parts), f"{each.value:,.2f}",
          f"{each.target:,.2f}", ", ".join(part.sku for part in each.parts[:MOST_NAMED])) for each in odd],
        "Every model in use is standard.",
    )  # fmt: skip
    if steps:
        _tell_steps(steps, used)


def _tell_steps(steps: list[Step], used: int) -> None:
    last = steps[-1]
    say("")
    say(f"From {used} models to {last.models}, the one that frees most for each device first:")
    table(
        ("Drop", "Devices", "Frees", "Models left", "Freed so far", "Devices so far"),
        [(each.model.name, each.devices, f"{max(each.freed, each.target):,.2f}", each.models,
          f"{max(each.all_freed, each.all_target):,.2f}", each.all_devices) for each in steps],
        "",
    )  # fmt: skip
    say(
        f"In all {last.all_freed:,.2f} on shelves would fit nothing any more, and {last.all_target:,.2f} need not be held."
        " Taken for granted: each device is replaced when its time comes, by a model that stays."
    )


def _replacement(life: float, as_json: bool, as_csv: bool) -> None:
    connection = session.store.connection
    years = replacing.plan(
        models.lines(connection, None), standardising.ageing(connection), standardising.prices(connection),
        clock.parse(session.now).date(), life,
    )  # fmt: skip
    if as_json:
        put({
            "life": life,
            "years": [{"year": each.year, "devices": each.devices, "cost": each.cost, "without_price": each.without_price,
                       "reasons": each.reasons, "models": [{"name": name, "devices": count} for name, count in each.models]}
                      for each in years],
        })  # fmt: skip
        return
    if as_csv:
        _csv(
            ("year", "devices", "cost", "without_price", *replacing.REASONS),
            [(each.year or "", each.devices, each.cost, each.without_price,
              *(each.reasons.get(reason, 0) for reason in replacing.REASONS)) for each in years],
        )  # fmt: skip
        return
    table(
        ("Year", "Devices", "Cost", "No price", "End of updates", "Age", "Retiring", "Most of them"),
        [(each.year or "not known", each.devices, f"{each.cost:,.2f}", each.without_price or "",
          *(each.reasons.get(reason, "") for reason in replacing.REASONS),
          ", ".join(f"{count} {name}" for name, count in each.models[:MOST_NAMED])) for each in years],
        "No device serves yet.",
    )  # fmt: skip
    say(
        f"Due at the earliest of: end of updates, {life:g} years of age (not before the warranty ends), and for retiring"
        " models the end of warranty. A new one costs the median of what standard models of its category cost."
    )


def _csv(names: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    from techdesk.exchange.values import neutral

    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(newline="")  # the format brings its own line ends
    writer = csv.writer(sys.stdout)
    writer.writerow(names)
    for row in rows:
        writer.writerow([neutral(cell) if isinstance(cell, str) else cell for cell in row])
