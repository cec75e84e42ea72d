"""Which sites a laptop may have: computed anew at each exchange from what its invitation, or a grant since, says.

A label is the name of a cluster, or `site:` with the code of one site. No label, or `*`, is the whole organisation; so is
every label of a coordinator.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence

from techdesk.desk.tx import Tx
from techdesk.errors import NotFound
from techdesk.server.laptops import Laptop
from techdesk.server.permissions import COORDINATOR
from techdesk.server.storage import Session

EVERYTHING = "*"
SITE = "site:"
MOST_NAMED = 12


def sites(tx: Tx, laptop: Laptop) -> frozenset[str] | None:
    """The ids of the sites that it is granted; None for everything."""
    labels = [str(label) for label in json.loads(laptop.scopes)]
    if laptop.role == COORDINATOR or not labels or EVERYTHING in labels:
        return None
    return frozenset(_named(tx, labels))


def allowed(tx: Tx, laptop: Laptop) -> frozenset[str] | None:
    """The scopes whose rows it may read and write: its sites, and its technician's own items of the inbox."""
    granted = sites(tx, laptop)
    return None if granted is None else granted | {laptop.technician_id}


def coordinators(session: Session, org: int) -> list[str]:
    """The technicians who are coordinators, by the laptops that they are enrolled with."""
    found = session.rows(
        "SELECT DISTINCT technician_id FROM laptop WHERE org = ? AND role = ? AND revoked_at IS NULL"
        " ORDER BY technician_id", org, COORDINATOR,
    )  # fmt: skip
    return [str(row["technician_id"]) for row in found]


def labels_in_use(session: Session) -> defaultdict[int, set[str]]:
    """By organisation: `*`, and the labels that fit one of its schools."""
    found: defaultdict[int, set[str]] = defaultdict(lambda: {EVERYTHING})
    for row in session.rows("SELECT org, code, cluster FROM site"):
        found[int(row["org"] or 0)] |= {f"{SITE}{row['code']}"} | ({str(row["cluster"])} if row["cluster"] else set())
    return found


def refuse_unknown(session: Session, org: int, labels: Sequence[str]) -> None:
    """Raises NotFound for a label that fits no school, because a mistyped one would empty a laptop. An organisation without
    a school has none to compare it with."""
    known = labels_in_use(session)[org] - {EVERYTHING}
    unknown = [label for label in labels if label not in known | {EVERYTHING}]
    if not known or not unknown:
        return
    clusters = sorted(label for label in known if not label.startswith(SITE))
    named = ", ".join(clusters[:MOST_NAMED]) + (", ..." if len(clusters) > MOST_NAMED else "")
    has = f"its clusters are {named}" if clusters else "its schools are in no cluster"
    raise NotFound(
        f"No school of this organisation has the scope '{unknown[0]}' ({has}; one school is site:CODE): correct it, or add "
        "--no-school-yet for schools that are still to come."
    )


def _named(tx: Tx, labels: Iterable[str]) -> Iterable[str]:
    for label in labels:
        column, value = ("code", label.removeprefix(SITE)) if label.startswith(SITE) else ("cluster", label)
        yield from (str(row["id"]) for row in tx.find("site", order="id", limit=None, **{column: value}))
