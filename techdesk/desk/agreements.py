"""Agreements: what a site has bought, until when; and how it wants to be visited."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

from techdesk import clock
from techdesk.desk import checks
from techdesk.desk.commands import Changed, Outcome, handles, merges
from techdesk.desk.ids import named_id
from techdesk.desk.merging import FieldEdit, edit_fields, tell
from techdesk.desk.priority import RANKS, target
from techdesk.desk.tx import Act, Row, Tx
from techdesk.errors import BadInput, NotFound, Refused

STATES = ("draft", "active", "renewed", "ended")
# To which states each leads; that an active one is expiring follows from its end.
ALLOWED = {"draft": ("active", "ended"), "active": ("renewed", "ended"), "renewed": ("ended",), "ended": ("active",)}
MOST_WEEKS = 6


@dataclass(frozen=True, kw_only=True)
class RecordAgreement(FieldEdit):
    """Makes an agreement (a draft) or changes one. `visits` and `minutes` are bought for a term; `starts` and `ends` are
    dates; each target is as `priority.target` reads it, and counts for the site's tickets while the agreement is active."""

    NAME: ClassVar[str] = "agreement.record"
    VERSION: ClassVar[int] = 1
    TABLE: ClassVar[str] = "agreement"
    REQUIRED: ClassVar[tuple[str, ...]] = ("site_id",)
    site_id: str | None = None
    provider: str | None = None
    tier: str | None = None
    visits: int | None = None
    minutes: int | None = None
    included: str | None = None
    excluded: str | None = None
    price: float | None = None
    starts: str | None = None
    ends: str | None = None
    warn_days: int | None = None
    target_1: str | None = None
    target_2: str | None = None
    target_3: str | None = None
    target_4: str | None = None
    target_5: str | None = None
    renews: str | None = None

    def __post_init__(self) -> None:
        for name in ("starts", "ends"):
            if getattr(self, name):
                object.__setattr__(self, name, clock.parse_day(getattr(self, name)).isoformat())
        if self.starts and self.ends and self.ends < self.starts:
            raise BadInput("The agreement ends before it begins: check which date comes first.")
        checks.finite(self.price, "The price")
        for name, most in (("visits", 1000), ("minutes", 1_000_000), ("warn_days", 3650)):
            if getattr(self, name) is not None:
                checks.whole(getattr(self, name), f"The number of {name.replace('_', ' ')}", 0, most)
        for rank in RANKS:
            if said := getattr(self, f"target_{rank}"):
                target(said)


@dataclass(frozen=True, kw_only=True)
class MoveAgreement:
    """Brings an agreement to another state: a draft is agreed, an active one is renewed by another or ends."""

    NAME: ClassVar[str] = "agreement.move"
    VERSION: ClassVar[int] = 1
    agreement_id: str
    state: str

    def __post_init__(self) -> None:
        checks.one_of(self.state, "The state", STATES)


@dataclass(frozen=True, kw_only=True)
class RecordWish(FieldEdit):
    """Says how a site wants to be visited: `visits` in `weeks` weeks, on `days` (1,3 is Monday and Wednesday), `minutes`
    long, by that technician, with these skills (commas between). `id` is `wish_id` of the site."""

    NAME: ClassVar[str] = "wish.record"
    VERSION: ClassVar[int] = 1
    TABLE: ClassVar[str] = "site_wish"
    REQUIRED: ClassVar[tuple[str, ...]] = ("site_id",)
    site_id: str | None = None
    visits: int | None = None
    weeks: int | None = None
    days: str | None = None
    minutes: int | None = None
    technician_id: str | None = None
    skills: str | None = None

    def __post_init__(self) -> None:
        if self.visits is not None:
            checks.whole(self.visits, "The number of visits", 0, 5 * MOST_WEEKS)
        if self.weeks is not None:
            checks.whole(self.weeks, "The number of weeks", 1, MOST_WEEKS)
        if self.minutes is not None:
            checks.whole(self.minutes, "The length of a visit in minutes", 5, 720)
        if self.days:
            object.__setattr__(self, "days", ",".join(str(day + 1) for day in weekdays(self.days)))


@handles(RecordAgreement)
def record_agreement(tx: Tx, command: RecordAgreement, act: Act) -> Outcome:
    from techdesk.desk.targets import rerank_site

    _known(tx, command.site_id)
    outcome = edit_fields(tx, command, act)
    row = agreement(tx, command.id)
    if row["state"] == "active":
        rerank_site(tx, str(row["site_id"]))
    return _told(tx, row, outcome.kind, act.at)


@handles(MoveAgreement)
def move_agreement(tx: Tx, command: MoveAgreement, act: Act) -> Outcome:
    from techdesk.desk.targets import rerank_site

    row = agreement(tx, command.agreement_id)
    may = ALLOWED[str(row["state"])]
    if command.state not in may:
        raise Refused(f"The agreement of {_site(tx, row)} is {row['state']}: it can become {' or '.join(may)}.")
    tx.put("agreement", {"id": row["id"], "state": command.state})
    rerank_site(tx, str(row["site_id"]))
    return _told(tx, agreement(tx, command.agreement_id), "plain", act.at)


@merges(MoveAgreement)
def move_late(tx: Tx, command: MoveAgreement, act: Act, refusal: Refused) -> Outcome:
    """Somebody moved it meanwhile: it stays where it is, and the author is told."""
    row = agreement(tx, command.agreement_id)
    if row["state"] == command.state:
        return _told(tx, row, "plain", act.at)
    tell(tx, act, "conflict", ("agreement", command.agreement_id), f"the agreement stays {row['state']}",
         mine={"state": command.state}, theirs={"state": row["state"]})  # fmt: skip
    return _told(tx, row, "conflict", act.at)


@handles(RecordWish)
def record_wish(tx: Tx, command: RecordWish, act: Act) -> Outcome:
    _known(tx, command.site_id)
    outcome = edit_fields(tx, command, act)
    row = tx.get("site_wish", command.id) or {}
    site = tx.get("site", str(row.get("site_id"))) or {"code": "?", "name": "a site outside this store"}
    said = f"{site['name']}: {often(int(row.get('visits') or 0), int(row.get('weeks') or 1))}."
    return outcome._replace(changed=(Changed(str(site["code"]), "", command.id),), said=said)


def agreement(tx: Tx, id: str) -> Row:
    """The agreement. Raises NotFound."""
    found = tx.get("agreement", id)
    if found is None:
        raise NotFound("That agreement is not in this store: sync, or look with  techdesk agreement list.")
    return found


def wish_id(site_id: str) -> str:
    """The id of a site's wishes."""
    return named_id("site_wish", site_id)


def state_of(row: Row, day: str) -> str:
    """draft, active, expiring, renewed or ended, on a day (a date or a moment)."""
    if row["state"] != "active" or not row["ends"]:
        return str(row["state"])
    end, today = date.fromisoformat(str(row["ends"])), date.fromisoformat(day[:10])
    if end < today:
        return "ended"
    return "expiring" if end - today <= timedelta(days=int(row["warn_days"] or 0)) else "active"


def counts_on(row: Row, day: str) -> bool:
    """Whether an agreement is in force on a day."""
    begun = not row["starts"] or str(row["starts"]) <= day[:10]
    return begun and row["state"] in ("active", "renewed") and (not row["ends"] or str(row["ends"]) >= day[:10])


def lasts_until(agreements: Sequence[Row], day: str) -> str | None:
    """The last day on which one of a site's agreements counts without a break from a day on, or from when the next begins;
    before the day where all have ended. None without an end, or where none was ever made."""
    ahead = [str(row["starts"])[:10] for row in agreements if row["starts"] and counts_on(row, str(row["starts"]))]
    if not any(counts_on(row, day) for row in agreements):
        later = min((starts for starts in ahead if starts > day), default=None)
        if later is None:
            before = (clock.parse_day(day) - timedelta(days=1)).isoformat()
            ended = [row for row in agreements if row["state"] != "draft"]
            return max((min(before, _last_day(row) or before) for row in ended), default=None)
        day = later
    last = None
    while counting := [row for row in agreements if counts_on(row, day)]:
        if any(not row["ends"] for row in counting):
            return None
        last = max(str(row["ends"])[:10] for row in counting)
        day = (clock.parse_day(last) + timedelta(days=1)).isoformat()
    return last


def _last_day(row: Row) -> str | None:
    """The last day of an agreement that does not count any more."""
    days = [str(row[name])[:10] for name in ("ends", "updated_at") if row[name]]
    return min(days if row["state"] == "ended" else days[:1] if row["ends"] else [], default=None)


def weekdays(text: str) -> tuple[int, ...]:
    """Days of the week, 0 for Monday: from numbers (1 is Monday) or names, with commas. Raises BadInput."""
    names = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    found = set()
    for part in text.replace(";", ",").replace(" ", ",").split(","):
        word = part.strip().casefold()
        if not word:
            continue
        if word in "1234567" and len(word) == 1:
            found.add(int(word) - 1)
        elif word[:3] in names:
            found.add(names.index(word[:3]))
        else:
            raise BadInput(f"'{part.strip()}' is no day of the week: write them as  mon,wed  or  1,3.")
    return tuple(sorted(found))


def often(visits: int, weeks: int) -> str:
    """A cadence in words."""
    if not visits:
        return "no visits"
    times = {1: "once", 2: "twice"}.get(visits, f"{visits} times")
    return f"{times} a week" if weeks == 1 else f"{times} in {weeks} weeks"


def _known(tx: Tx, site_id: str | None) -> None:
    if site_id is not None and tx.get("site", site_id) is None:
        raise NotFound("That site is not known here.")


def _site(tx: Tx, row: Row) -> str:
    site = tx.get("site", str(row["site_id"]))
    return str(site["name"]) if site else "a site outside this store"


def _told(tx: Tx, row: Row, kind: str, at: str) -> Outcome:
    site = tx.get("site", str(row["site_id"])) or {"code": "?", "name": "a site outside this store"}
    bought = [f"{row[name]} {name}" for name in ("visits", "minutes") if row[name] is not None]
    until = f" until {row['ends']}" if row["ends"] else ""
    state = state_of(row, at)
    said = f"{site['name']}: {' and '.join(bought) or 'nothing counted'} a term{until}, {state}."
    return Outcome((Changed(str(site["code"]), state, str(row["id"])),), said, kind)
