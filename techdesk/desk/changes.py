"""Changes: what is to be done to the schools' equipment on purpose, agreed before and with a way back."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from techdesk import clock
from techdesk.desk import checks
from techdesk.desk.calendars import counting
from techdesk.desk.commands import Changed, Outcome, handles, merges
from techdesk.desk.merging import FieldEdit
from techdesk.desk.problems import edit_told, free_ref, problem, stays, tell_of
from techdesk.desk.tx import Act, Row, Tx
from techdesk.errors import BadInput, NotFound, Refused

STATES = ("rfc", "approved", "planned", "implemented", "closed", "rejected", "backed_out")
RISKS = ("low", "medium", "high")
# To which states each leads. A change that was turned down or taken back may be asked for again.
ALLOWED = {
    "rfc": ("approved", "rejected"),
    "approved": ("planned", "rejected"),
    "planned": ("implemented", "backed_out", "approved", "rejected"),
    "implemented": ("closed", "backed_out"),
    "rejected": ("rfc",),
    "backed_out": ("rfc", "closed"),
    "closed": (),
}
# What speaks for the organisation: a coordinator's word.
AGREEING = ("approved", "rejected")


@dataclass(frozen=True, kw_only=True)
class RaiseChange:
    """Asks for a change, at some sites or (none given) everywhere; of a problem, if one asks for it."""

    NAME: ClassVar[str] = "change.raise"
    VERSION: ClassVar[int] = 1
    id: str
    title: str
    reason: str
    ref: str | None = None
    risk: str = "low"
    problem_id: str | None = None
    model_id: str | None = None
    site_ids: tuple[str, ...] = ()
    affected: str | None = None
    back_out: str | None = None
    supplier: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", checks.words(self.title, "The change", longest=500))
        object.__setattr__(self, "reason", checks.words(self.reason, "The reason"))
        object.__setattr__(self, "site_ids", tuple(self.site_ids))
        checks.one_of(self.risk, "The risk", RISKS)


@dataclass(frozen=True, kw_only=True)
class EditChange(FieldEdit):
    """Says more of a change. `starts` and `ends` are its window (moments), `consent` the supplier's, in words."""

    NAME: ClassVar[str] = "change.edit"
    VERSION: ClassVar[int] = 1
    TABLE: ClassVar[str] = "change"
    REQUIRED: ClassVar[tuple[str, ...]] = ("ref",)
    title: str | None = None
    reason: str | None = None
    risk: str | None = None
    affected: str | None = None
    starts: str | None = None
    ends: str | None = None
    back_out: str | None = None
    supplier: str | None = None
    consent: str | None = None

    def __post_init__(self) -> None:
        for name in ("title", "reason"):
            if getattr(self, name) is not None:
                object.__setattr__(self, name, checks.words(getattr(self, name), f"The {name}"))
        if self.risk is not None:
            checks.one_of(self.risk, "The risk", RISKS)
        if self.starts and self.ends and self.ends <= self.starts:
            raise BadInput("The window ends before it begins: check which moment comes first.")


@dataclass(frozen=True, kw_only=True)
class MoveChange:
    """Brings a change to another state. `despite` says why it may be planned into an exam freeze."""

    NAME: ClassVar[str] = "change.move"
    VERSION: ClassVar[int] = 1
    change_id: str
    state: str
    note: str | None = None
    despite: str | None = None

    def __post_init__(self) -> None:
        checks.one_of(self.state, "The state", STATES)


@handles(RaiseChange)
def raise_change(tx: Tx, command: RaiseChange, act: Act) -> Outcome:
    if tx.get("change", command.id) is not None:
        raise Refused("That change has been asked for already.")
    names = ("id", "title", "reason", "risk", "problem_id", "model_id", "affected", "back_out", "supplier")
    row: Row = {name: getattr(command, name) for name in names}
    row |= {"ref": free_ref(tx, "change", f"CHG-{command.ref}"), "opened_at": act.at, "state": "rfc"}
    tx.put("change", row)
    for site in command.site_ids:
        tx.append("change_site", {"id": tx.fresh_id(), "change_id": command.id, "site_id": site})
    tell_of(tx, act, "raise", "rfc", change_id=command.id)
    if command.problem_id is not None:
        behind = problem(tx, command.problem_id)
        if behind["state"] == "known_error":
            tx.put("problem", {"id": behind["id"], "state": "change_raised"})
            tell_of(tx, act, "move", "change_raised", note=str(row["ref"]), problem_id=command.problem_id)
    return _told(row, f"Asked for {row['ref']}: {row['title']}")


@handles(EditChange)
def edit_change(tx: Tx, command: EditChange, act: Act) -> Outcome:
    row = change(tx, command.id)
    starts, ends = (str(getattr(command, name) or row[name] or "") for name in ("starts", "ends"))
    # Of two who moved one end each, the coordinator who plans it sees what came of it.
    if not act.merging and (command.starts or command.ends) and starts and ends and ends <= starts:
        raise Refused(f"The window of {row['ref']} would end before it begins: give both ends anew.")
    return edit_told(tx, command, act, row, change_id=command.id)


@handles(MoveChange)
def move_change(tx: Tx, command: MoveChange, act: Act) -> Outcome:
    row = change(tx, command.change_id)
    may = ALLOWED[str(row["state"])]
    if command.state not in may:
        way = f"it can become {' or '.join(_words(each) for each in may)}" if may else "it is done with"
        raise Refused(f"{row['ref']} is {_words(row['state'])}: {way}.")
    _ready(tx, row, command)
    columns: Row = {"state": command.state}
    if command.state in AGREEING:
        columns |= {"decided_by": act.actor, "decided_at": act.at}
    tx.put("change", {"id": row["id"], **columns})
    note = command.note or (f"despite an exam freeze: {command.despite}" if command.despite else None)
    tell_of(tx, act, "move", command.state, note=note, change_id=command.change_id)
    return _told(row | columns, f"{row['ref']} is {_words(command.state)}.")


@merges(MoveChange)
def move_late(tx: Tx, command: MoveChange, act: Act, refusal: Refused) -> Outcome:
    """Someone moved it meanwhile, or it lacks something now: it stays where it is, and the author is told."""
    row = change(tx, command.change_id)
    return stays(tx, act, "change", row, command.state, f"the change stays {_words(row['state'])}: {refusal}", refusal)


def change(tx: Tx, id: str) -> Row:
    """The change. Raises NotFound."""
    found = tx.get("change", id)
    if found is None:
        raise NotFound("That change is not in this store: sync, or look with  techdesk change list.")
    return found


def sites_of(tx: Tx, row: Row) -> list[Row]:
    """The sites that a change is for, as far as they are known here; all of them when it names none."""
    named = [str(each["site_id"]) for each in tx.find("change_site", change_id=row["id"])]
    found = [tx.get("site", id) for id in named] if named else tx.find("site", state="active")
    return [site for site in found if site is not None]


def frozen_sites(tx: Tx, row: Row) -> list[str]:
    """The names of its sites that have an exam freeze within its window."""
    first, last = (clock.parse(str(row[name])).date() for name in ("starts", "ends"))
    return [str(site["name"]) for site in sites_of(tx, row) if _frozen(tx, str(site["id"]), first, last)]


def _frozen(tx: Tx, site_id: str, first: date, last: date) -> bool:
    return any(
        str(day["first"]) <= last.isoformat() and first.isoformat() <= str(day["last"])
        for calendar in counting(tx, site_id)
        for day in tx.find("calendar_day", calendar_id=calendar["id"], kind="exam_freeze")
    )


def _ready(tx: Tx, row: Row, command: MoveChange) -> None:
    """Raises Refused when the change lacks what it needs in that state."""
    ref = row["ref"]
    if command.state == "approved":
        if row["risk"] != "low" and not row["back_out"]:
            raise Refused(
                f"{ref} is of {row['risk']} risk and has no way back yet: write one (--back-out), then it can be approved."
            )
        if row["supplier"] and not row["consent"]:
            raise Refused(
                f"{ref} needs the consent of {row['supplier']}: keep it (--consent), then it can be approved."
            )
    if command.state == "planned":
        if not (row["starts"] and row["ends"]):
            raise Refused(f"{ref} has no window yet: say when it begins and ends (--starts, --ends) first.")
        frozen = frozen_sites(tx, row)
        if frozen and not command.despite:
            raise Refused(
                f"{ref} falls into an exam freeze at {', '.join(frozen[:3])}: move it, or say why despite that (--despite)."
            )


def _told(row: Row, said: str, kind: str = "plain") -> Outcome:
    return Outcome((Changed(str(row["ref"]), str(row["state"]), str(row["id"])),), said, kind)


def _words(state: object) -> str:
    return "asked for" if state == "rfc" else str(state).replace("_", " ")
