"""What an undo restores: the server's own record of what the operation did here, never what the laptop says it did."""

import json
from collections.abc import Sequence
from dataclasses import replace

from techdesk.desk.undoing import TakeBack
from techdesk.errors import Refused
from techdesk.server import postponed
from techdesk.server.awaiting import WAITING, ended_id
from techdesk.server.log import Logged
from techdesk.server.storage import Session
from techdesk.sync import wire

UNDONE = ("rejected", "parked", WAITING)


def own_journal(session: Session, org: int, laptop: str, command: TakeBack, page: Sequence[Logged]) -> TakeBack:
    """The command with the journal that the log has of the operation to be taken back. `page` are the operations that were
    run in this transaction and are not in the log yet. An operation that did nothing here has nothing to restore. Raises
    Refused for one that neither this laptop nor one whose store it shared sent, or that was taken back before."""
    if not wire.ID.fullmatch(command.mid):
        raise Refused("it takes back what no operation is named")
    found = _logged(session, org, command.mid, page)
    if found is None or not (found[0] == laptop or _of_one_family(session, org, laptop, found[0])):
        raise Refused("it takes back what this laptop never sent")
    if _taken_back(session, org, command.mid, page):
        raise Refused("it takes back what was taken back already")
    if found[1] == WAITING:  # what it did when its row had come, if it has
        found = _logged(session, org, ended_id(command.mid), page) or found
    _, kind, writes, before = found
    if kind == "parked":
        postponed.forget(session, org, command.mid)
        _, kind, writes, before = _sent_before(session, org, postponed.late(command.mid)) or found
    if kind in UNDONE:
        return replace(command, writes="[]")
    if before is None:
        raise Refused("it takes back what is older than the server's journals: change it by hand")
    journal = [
        (table, id, was, after)
        for (table, id, after, _), was in zip(json.loads(writes), json.loads(before), strict=True)
        if table != "inbox_item" or was is not None  # what was told stays told; what was settled is open again
    ]
    return replace(command, writes=json.dumps(journal))


def _logged(session: Session, org: int, mid: str, page: Sequence[Logged]) -> tuple[str, str, str, str | None] | None:
    """Who sent that operation, the kind of its outcome, what it wrote and what was there before."""
    return _sent_now(mid, page) or _sent_before(session, org, mid)


def _sent_now(mid: str, page: Sequence[Logged]) -> tuple[str, str, str, str | None] | None:
    return next(((each.laptop, each.kind, each.writes, each.before) for each in page if each.mid == mid), None)


def _sent_before(session: Session, org: int, mid: str) -> tuple[str, str, str, str | None] | None:
    found = session.rows("SELECT laptop, kind, writes, before FROM change_log WHERE org = ? AND mid = ?", org, mid)
    if not found:
        return None
    row = found[0]
    return (
        str(row["laptop"]),
        str(row["kind"]),
        str(row["writes"]),
        None if row["before"] is None else str(row["before"]),
    )


def _of_one_family(session: Session, org: int, one: str, other: str) -> bool:
    """Whether the store of one was a copy of the other's, or both of a third's: what was done before is in both."""
    family = "SELECT coalesce(family, id) FROM laptop WHERE org = ? AND id = ?"
    return bool(session.rows(f"SELECT 1 AS found WHERE ({family}) = ({family})", org, one, org, other))


def _taken_back(session: Session, org: int, mid: str, page: Sequence[Logged]) -> bool:
    if any(each.undoes == mid and each.kind not in UNDONE for each in page):
        return True
    found = session.rows("SELECT kind FROM change_log WHERE org = ? AND undoes = ?", org, mid)
    return any(row["kind"] not in UNDONE for row in found)
