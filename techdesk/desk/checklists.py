"""Checklists: what is checked again and again, where, how often, and in which steps."""

from dataclasses import dataclass
from typing import ClassVar

from techdesk import clock
from techdesk.desk import checks
from techdesk.desk.commands import Changed, Outcome, handles
from techdesk.desk.frequency import frequency
from techdesk.desk.merging import FieldEdit, edit_fields
from techdesk.desk.tx import Act, Tx

EVIDENCE = ("none", "text", "number", "photo")
STATES = ("active", "retired")


@dataclass(frozen=True, kw_only=True)
class RecordChecklist(FieldEdit):
    """Makes or changes a checklist: for one site, the sites of a cluster, those with a device of a model, or all."""

    NAME: ClassVar[str] = "checklist.record"
    VERSION: ClassVar[int] = 1
    TABLE: ClassVar[str] = "checklist"
    REQUIRED: ClassVar[tuple[str, ...]] = ("name", "frequency")
    name: str | None = None
    frequency: str | None = None
    site_id: str | None = None
    cluster: str | None = None
    service: str | None = None
    model_id: str | None = None
    first_due: str | None = None
    state: str | None = None

    def __post_init__(self) -> None:
        if self.name is not None:
            object.__setattr__(self, "name", checks.words(self.name, "The checklist's name", longest=200))
        if self.frequency is not None:
            object.__setattr__(self, "frequency", frequency(self.frequency))
        if self.first_due:
            object.__setattr__(self, "first_due", clock.parse_day(self.first_due).isoformat())
        if self.state is not None:
            checks.one_of(self.state, "The state", STATES)


@dataclass(frozen=True, kw_only=True)
class SetStep(FieldEdit):
    """Makes or changes a step of a checklist. `minutes` it takes, `part_id` it is likely to need; a retired one is not asked
    any more."""

    NAME: ClassVar[str] = "checklist.step"
    VERSION: ClassVar[int] = 1
    TABLE: ClassVar[str] = "checklist_step"
    REQUIRED: ClassVar[tuple[str, ...]] = ("checklist_id", "title")
    checklist_id: str | None = None
    rank: int | None = None
    title: str | None = None
    room: str | None = None
    required: int | None = None
    evidence: str | None = None
    part_id: str | None = None
    quantity: int | None = None
    minutes: int | None = None
    state: str | None = None

    def __post_init__(self) -> None:
        if self.title is not None:
            object.__setattr__(self, "title", checks.words(self.title, "The step", longest=500))
        if self.evidence is not None:
            checks.one_of(self.evidence, "The evidence", EVIDENCE)
        if self.state is not None:
            checks.one_of(self.state, "The state", STATES)
        for name, most in (("rank", 10_000), ("required", 1), ("quantity", 10_000)):
            if getattr(self, name) is not None:
                checks.whole(getattr(self, name), f"The {name}", 0, most)
        checks.minutes(self.minutes)


@handles(RecordChecklist)
def record_checklist(tx: Tx, command: RecordChecklist, act: Act) -> Outcome:
    outcome = edit_fields(tx, command, act)
    row = tx.get("checklist", command.id)
    if row is None:
        return outcome
    often = row["frequency"] if row["state"] == "active" else "retired"
    return outcome._replace(
        changed=(Changed(str(row["name"]), str(row["state"]), command.id),), said=f"{row['name']}: {often}."
    )


@handles(SetStep)
def set_step(tx: Tx, command: SetStep, act: Act) -> Outcome:
    outcome = edit_fields(tx, command, act)
    row = tx.get("checklist_step", command.id)
    checklist = tx.get("checklist", str(row["checklist_id"])) if row else None
    if row is None or checklist is None:
        return outcome
    changed = Changed(str(row["title"]), str(row["state"]), command.id)
    return outcome._replace(changed=(changed,), said=f"{checklist['name']}, step {row['rank']}: {row['title']}.")
