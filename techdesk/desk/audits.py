"""Audits: a room is walked with a scanner, and what was scanned is where it was scanned.

Each scan is an operation of its own, so that nothing is lost in a crash, and one can be taken back.
"""

import json
from dataclasses import dataclass
from typing import Any, ClassVar

from techdesk.desk import checks
from techdesk.desk.commands import Changed, Outcome, handles
from techdesk.desk.devices import device, label, put_device, tell_device, where, words
from techdesk.desk.merging import lost_fields, tell
from techdesk.desk.tx import Act, Row, Tx, Value
from techdesk.errors import NotFound, Refused

# What a scan says of a device, beside `unknown`.
HERE, MOVED, AGAIN, ENDED = "here", "moved", "again", "ended"
# States in which a device is expected where it stands.
EXPECTED = ("in_service", "in_stock", "faulty", "on_loan")
NEVER_MOVED = ("disposed",)


@dataclass(frozen=True, kw_only=True)
class StartAudit:
    """Begins to audit a room of a site; without a room, the site as a whole."""

    NAME: ClassVar[str] = "audit.start"
    VERSION: ClassVar[int] = 1
    id: str
    site_id: str
    room: str | None = None


@dataclass(frozen=True, kw_only=True)
class ScanLabel:
    """A label was scanned in an audit: of that device, or (None) of one that nobody knows. The device is where the audit is
    from then on. `base` is the place that the author saw."""

    NAME: ClassVar[str] = "audit.scan"
    VERSION: ClassVar[int] = 1
    id: str
    audit_id: str
    label: str
    device_id: str | None = None
    base: dict[str, Value] | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "label", checks.words(self.label, "The label", longest=200))

    def seen(self, tx: Tx) -> dict[str, dict[str, Value] | None]:
        """Where the author saw the device, to be kept in the operation."""
        row = tx.get("device", self.device_id) if self.device_id else None
        return {"base": None if row is None else {name: row[name] for name in ("site_id", "room", "location_id")}}


@dataclass(frozen=True, kw_only=True)
class TakeScanBack:
    """Takes a scan back: the device is where it was before, unless somebody has moved it since."""

    NAME: ClassVar[str] = "audit.unscan"
    VERSION: ClassVar[int] = 1
    scan_id: str


@dataclass(frozen=True, kw_only=True)
class FinishAudit:
    """Ends an audit: what should be there and was not scanned gets a line in its history."""

    NAME: ClassVar[str] = "audit.finish"
    VERSION: ClassVar[int] = 1
    audit_id: str


@handles(StartAudit)
def start_audit(tx: Tx, command: StartAudit, act: Act) -> Outcome:
    site = tx.get("site", command.site_id)
    if site is None:
        raise NotFound("That site is not in this store: sync, or look with  techdesk find.")
    tx.append("audit", {"id": command.id, "site_id": command.site_id, "room": command.room, "technician_id": act.actor,
                        "started_at": act.at})  # fmt: skip
    place = ", ".join(filter(None, (str(site["name"]), command.room)))
    return Outcome((Changed(place, "open", command.id),), f"Auditing {place}.")


@handles(ScanLabel)
def scan_label(tx: Tx, command: ScanLabel, act: Act) -> Outcome:
    audit = _audit(tx, command.audit_id)
    scan: Row = {"id": command.id, "audit_id": command.audit_id, "label": command.label, "at": act.at}
    row = tx.get("device", command.device_id) if command.device_id else None
    if row is None:
        tx.append("audit_scan", scan | {"device_id": command.device_id, "answer": "unknown"})
        return Outcome((Changed(command.label, "unknown", command.id),), f"{command.label}: unknown, kept for later.")
    if tx.find("audit_scan", audit_id=command.audit_id, device_id=command.device_id, limit=1):
        return Outcome((Changed(label(row), AGAIN, str(row["id"])),), f"{label(row)}: scanned before.")
    claim = _claim(audit, row)
    lost = _lost(command, row, claim) if act.merging else {}
    if lost:
        tell(tx, act, "conflict", ("device", str(row["id"])), "it stays where the others have put it", mine=lost,
             theirs={name: row[name] for name in lost})  # fmt: skip
        claim = {}
    before = {name: row[name] for name, value in claim.items() if row[name] != value}
    answer = ENDED if row["state"] in NEVER_MOVED else MOVED if claim and set(before) & {"site_id", "room"} else HERE
    was = where(tx, row)
    tx.append("audit_scan", scan | {"device_id": row["id"], "answer": answer, "before": json.dumps(
        before | {"last_seen": row["last_seen"]}, ensure_ascii=False, sort_keys=True)})  # fmt: skip
    if before:
        put_device(tx, act, row, "audit", claim, note=f"found here: was {was}")
    tx.put("device", {"id": row["id"], "last_seen": max(str(row["last_seen"] or ""), act.at)})
    said = {HERE: "here", MOVED: f"MOVED here, was {was}"}.get(answer, f"{words(row['state']).upper()} by the books")
    outcome = Outcome((Changed(label(row), answer, str(row["id"])),), f"{label(row)}: {said}.")
    return outcome._replace(kind="conflict") if lost else outcome


@handles(TakeScanBack)
def take_scan_back(tx: Tx, command: TakeScanBack, act: Act) -> Outcome:
    scan = tx.get("audit_scan", command.scan_id)
    if scan is None:
        raise Refused("That scan is not there any more.")
    tx.delete("audit_scan", command.scan_id)
    row = tx.get("device", str(scan["device_id"])) if scan["device_id"] else None
    if row is None:
        return Outcome((Changed(str(scan["label"]), "taken_back", command.scan_id),), f"Took {scan['label']} back.")
    audit = _audit(tx, str(scan["audit_id"]))
    before: Row = json.loads(str(scan["before"] or "{}"))
    seen = before.pop("last_seen", None)
    after = _claim(audit, row)
    if before and all(row[name] == after.get(name, row[name]) for name in before):
        put_device(tx, act, row, "audit", before, note="the scan was taken back")
    if row["last_seen"] == scan["at"]:
        tx.put("device", {"id": row["id"], "last_seen": seen})
    row = device(tx, str(row["id"]))
    return Outcome((Changed(label(row), "taken_back", str(row["id"])),),
                   f"Took {label(row)} back: it is {where(tx, row)}.")  # fmt: skip


@handles(FinishAudit)
def finish_audit(tx: Tx, command: FinishAudit, act: Act) -> Outcome:
    audit = _audit(tx, command.audit_id)
    if audit["ended_at"] is not None:
        if act.merging:
            return Outcome(said="It was ended already.")
        raise Refused("That audit has ended: begin a new one.")
    missing = missing_in(tx, audit)
    place = audit["room"] or "the site"
    for row in missing:
        tell_device(tx, act, str(row["id"]), "missed", str(row["state"]), note=f"not found in {place}")
    tx.put("audit", {"id": audit["id"], "ended_at": act.at, "missing": len(missing)})
    said = f"All of {place} is there."
    if missing:
        said = f"Not found in {place}: {', '.join(label(row) for row in missing)}."
    elif not tx.find("audit_scan", audit_id=command.audit_id, answer=HERE, limit=1):
        said = nothing_known(place, bool(tx.find("audit_scan", audit_id=command.audit_id, answer=MOVED, limit=1)))
    return Outcome(tuple(Changed(label(row), "missing", str(row["id"])) for row in missing), said)


def nothing_known(place: Value, moved: bool) -> str:
    """The sentence about a place of which nothing was expected, as of one that is misspelled; `moved`: until now."""
    return f"No other device is known in {place}." if moved else f"No device is known in {place}."


def missing_in(tx: Tx, audit: Row) -> list[Row]:
    """The devices that should be where an audit is and were not scanned in it."""
    scanned = {scan["device_id"] for scan in tx.find("audit_scan", audit_id=str(audit["id"]))}
    place: dict[str, Any] = {"site_id": audit["site_id"]} | ({"room": audit["room"]} if audit["room"] else {})
    rows = [row for row in tx.find("device", **place) if row["id"] not in scanned and not row["location_id"]]
    return sorted((row for row in rows if row["state"] in EXPECTED), key=label)


def _claim(audit: Row, row: Row) -> Row:
    """Where a device is that was scanned, and that it is there: what was lost is found."""
    if row["state"] in NEVER_MOVED:
        return {}
    claim: Row = {"site_id": audit["site_id"], "location_id": None}
    if audit["room"] or row["site_id"] != audit["site_id"]:
        claim["room"] = audit["room"]
    return claim | ({"state": "in_service"} if row["state"] == "lost" else {})


def _lost(command: ScanLabel, row: Row, claim: Row) -> Row:
    """The claim, if somebody else has moved the device since its author saw it: the first claim stands."""
    lost = lost_fields(claim, command.base or {}, row)
    return {name: value for name, value in claim.items() if row[name] != value} if lost else {}


def _audit(tx: Tx, id: str) -> Row:
    found = tx.get("audit", id)
    if found is None:
        raise NotFound("That audit is not in this store: begin one with  techdesk device audit.")
    return found
