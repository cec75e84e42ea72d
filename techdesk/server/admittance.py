"""Who may come in: the enrolled laptops, shutting one out, letting one in again, and what waits meanwhile."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from techdesk import clock
from techdesk.desk.tx import Row
from techdesk.errors import BadInput, NotFound, Refused
from techdesk.server import awaiting, grants, laptops, log, quarantine, resuming, syncing
from techdesk.server.declined import Declined
from techdesk.server.laptops import COLUMNS, Laptop
from techdesk.server.permissions import ROLES
from techdesk.server.storage import Session, opened

# A beginning of an id has at least so many characters.
SHORT = 8
DROPPED = "your coordinator dropped it after this laptop was shut out"


class Enrolled(NamedTuple):
    """An enrolled laptop; moments as text. `quarantined` operations wait for a decision. `short_id` is the beginning of its
    id that no other laptop of this server has: 8 characters, or more for stores that were made in the same minute.
    `no_school` are the scopes that fit no school now."""

    id: str
    laptop: str
    technician: str
    role: str
    scopes: list[str]
    organisation: str
    enrolled_at: str
    last_sync: str | None
    revoked_at: str | None
    quarantined: int
    technician_id: str
    short_id: str
    no_school: list[str]


class Waiting(NamedTuple):
    """An operation that waits for a row since the server was put back (see `awaiting`): whose, what, for which row."""

    organisation: str
    technician: str
    laptop: str
    command: str
    waits_for: str
    since: str


def listed(database: str | Path, organisation: str | None = None) -> list[Enrolled]:
    """All enrolled laptops, or those of one organisation, by organisation, technician and laptop."""
    with session_of(database) as session:
        return _enrolled(session, organisation)


def revoke(database: str | Path, name: str, organisation: str | None = None) -> list[Enrolled]:
    """Shuts out a laptop, or every laptop of a technician, whose open invitations end with it. Raises NotFound, BadInput."""
    now = clock.moment(clock.now())
    with session_of(database) as session:
        meant = laptops_named(session, name, organisation)
        for each in meant:
            session.run("UPDATE laptop SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL", now, each.id)
        for technician in {each.technician for each in meant if _is(name, each.technician)}:
            session.run(
                "UPDATE invite SET expires = ? WHERE name = ? AND used_at IS NULL AND expires > ?"
                " AND org = (SELECT org FROM laptop WHERE id = ?)", now, technician, now, meant[0].id,
            )  # fmt: skip
        return _again(session, meant)


def grant(
    database: str | Path,
    name: str,
    role: str | None = None,
    organisation: str | None = None,
    scopes: Sequence[str] | None = None,
    *,
    no_school_yet: bool = False,
) -> list[Enrolled]:
    """Gives a laptop, or every laptop of a technician, that role and those scopes (see `grants`; None leaves them as they
    are), and lets it in again: what waits of one that was shut out is run, because the laptop has let go of it. Raises
    NotFound, also for a scope that fits no school unless there may be `no_school_yet`; BadInput, Refused."""
    if role is not None and role not in ROLES:
        raise BadInput(f"The role is '{role}': it must be one of {', '.join(ROLES)}.")
    with session_of(database) as session:
        meant = laptops_named(session, name, organisation)
        if scopes and not no_school_yet:
            grants.refuse_unknown(session, laptops.known(session, meant[0].id).org, scopes)
        for each in meant:
            if each.revoked_at is not None:
                _take_in(session, each, drop=False)
            session.run(
                "UPDATE laptop SET role = coalesce(?, role), scopes = coalesce(?, scopes), revoked_at = NULL WHERE id = ?",
                role, None if scopes is None else json.dumps(list(scopes)), each.id,
            )  # fmt: skip
        return _again(session, meant)


def decide(database: str | Path, name: str, organisation: str | None = None, *, drop: bool = False) -> int:
    """Takes what a laptop, or a technician's laptops, have in quarantine into the log: run, or all of it rejected when it
    is dropped. What was kept from schools that were not its author's is run with the whole organisation's rights, in its
    author's name. Returns how many operations; NotFound, BadInput, or Refused when they do not follow what the log has."""
    with session_of(database) as session:
        return sum(_take_in(session, each, drop=drop) for each in laptops_named(session, name, organisation))


def _take_in(session: Session, each: Enrolled, *, drop: bool) -> int:
    found = session.rows(f"SELECT {COLUMNS} FROM laptop WHERE id = ?{session.locking}", each.id)
    laptop = Laptop(**found[0])  # type: ignore[arg-type]
    waiting = quarantine.waiting(session, laptop.id)
    told = [held for held in waiting if held.dseq <= laptop.last_dseq]
    if not drop:
        syncing.release(session, laptop, told)
    quarantine.tell_decided(session, laptop, told, quarantine.DROPPED if drop else quarantine.RELEASED)
    try:
        after = syncing.settle(session, laptop, waiting, DROPPED if drop else None)
    except Declined as declined:
        raise Refused(f"What waits of {each.laptop} cannot be taken in: {declined}") from None
    return quarantine.clear(session, laptop.id, after.last_dseq)


def waiting(database: str | Path) -> list[Waiting]:
    """What waits for rows that other laptops must send again, in the order of the log."""
    found: list[Waiting] = []
    with session_of(database) as session:
        whose = {each.id: each for each in _enrolled(session, None)}
        for row in session.rows("SELECT org FROM org_head ORDER BY org"):
            for each in awaiting.waiting(session, int(row["org"] or 0)):
                by = whose[each.laptop]
                awaited = " ".join(each.awaited).replace("_", " ")
                found.append(
                    Waiting(by.organisation, by.technician, by.laptop, each.operation.command, awaited, each.since)
                )
    return found


def let_go(database: str | Path, name: str, organisation: str | None = None) -> int:
    """Lets what waits of a laptop, or of a technician's laptops, wait no longer: what cannot be done is rejected, and told to
    its author. Returns how many operations; raises NotFound, BadInput."""
    with session_of(database) as session:
        meant = [each.id for each in laptops_named(session, name, organisation)]
        head = log.head(session, laptops.known(session, meant[0]).org, locked=True)
        return resuming.resume(session, head, resuming.LET_GO, frozenset(meant))[1]


@contextmanager
def session_of(database: str | Path) -> Iterator[Session]:
    """One transaction on a server's database."""
    storage = opened(database)
    try:
        with storage.transaction() as session:
            yield session
    finally:
        storage.close()


def _enrolled(session: Session, organisation: str | None) -> list[Enrolled]:
    rows: list[Row] = session.rows(
        "SELECT l.org AS org, l.id AS id, l.name AS laptop, coalesce(t.name, l.technician_id) AS technician, l.role AS role,"
        " l.scopes AS scopes,"
        " o.name AS organisation, l.enrolled_at AS enrolled_at, l.last_sync AS last_sync, l.revoked_at AS revoked_at,"
        " (SELECT count(*) FROM quarantine AS q WHERE q.laptop = l.id) AS quarantined, l.technician_id AS technician_id"
        " FROM laptop AS l JOIN org_head AS o ON o.org = l.org"
        " LEFT JOIN technician AS t ON t.org = l.org AND t.id = l.technician_id ORDER BY o.name, 3, l.name"
    )
    short, in_use, found = _short([str(row["id"]) for row in rows]), grants.labels_in_use(session), []
    for row in rows:
        scopes, known = json.loads(str(row["scopes"])), in_use[int(row.pop("org") or 0)]
        no_school = [label for label in scopes if label not in known]
        told = {"scopes": scopes, "short_id": short[str(row["id"])], "no_school": no_school}
        found.append(Enrolled(**row | told))
    return [each for each in found if organisation is None or each.organisation == organisation]


def _short(ids: list[str]) -> dict[str, str]:
    """By id, what of its beginning is no other's."""
    ordered = ["", *sorted(ids), ""]
    return {
        id: next(
            id[:n] for n in range(SHORT, len(id) + 1) if not (before.startswith(id[:n]) or after.startswith(id[:n]))
        )
        for before, id, after in zip(ordered, ordered[1:], ordered[2:], strict=False)
    }


def _again(session: Session, meant: list[Enrolled]) -> list[Enrolled]:
    ids = {each.id for each in meant}
    return [each for each in _enrolled(session, None) if each.id in ids]


def laptops_named(session: Session, name: str, organisation: str | None) -> list[Enrolled]:
    """The laptops that a name means: all of one technician, or one by its own name or a beginning of its id. Raises NotFound,
    and BadInput where it means several people's, because a name is what others are called as well."""
    everyone = _enrolled(session, organisation)
    start = name.strip().casefold()
    found = [each for each in everyone if _is(name, each.technician)]
    people = {each.technician_id for each in found}
    if not found:
        found = [each for each in everyone if _is(name, each.laptop)]
        found += [each for each in everyone if len(start) >= SHORT and each.id.startswith(start) and each not in found]
    if not found:
        raise NotFound(f"No enrolled laptop or technician is named '{name}': see  techdesk server laptops.")
    if len({each.organisation for each in found}) > 1:
        raise BadInput(f"More than one organisation has '{name}': say which with --organisation.")
    if len(found) > 1 and len(people) != 1:
        several = ", ".join(f"{each.short_id} ({each.laptop} of {each.technician})" for each in found)
        raise BadInput(f"'{name}' is several laptops: name one by the beginning of its id: {several}.")
    return found


def _is(name: str, other: str) -> bool:
    return name.strip().casefold() == other.casefold()
