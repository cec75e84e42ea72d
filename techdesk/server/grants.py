"""Which sites a laptop may have: computed anew at each exchange from what its invitation, or a grant since, says.

A label is the name of a cluster, or `site:` with the code of one site. No label, or `*`, is the whole organisation; so is
every label of a coordinator.
"""

import json
from collections.abc import Iterable

from techdesk.desk.tx import Tx
from techdesk.server.laptops import Laptop
from techdesk.server.permissions import COORDINATOR
from techdesk.server.storage import Session

EVERYTHING = "*"
SITE = "site:"


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


def _named(tx: Tx, labels: Iterable[str]) -> Iterable[str]:
    for label in labels:
        column, value = ("code", label.removeprefix(SITE)) if label.startswith(SITE) else ("cluster", label)
        yield from (str(row["id"]) for row in tx.find("site", order="id", limit=None, **{column: value}))
