"""How the organisation closes: its cause codes, how long a closed ticket may be opened again, what counts as a repeat, and
how long the two questions wait for an answer. What stands here counts until the organisation has said its own."""

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from techdesk.desk import checks
from techdesk.desk.commands import Changed, Outcome, handles
from techdesk.desk.merging import FieldEdit, edit_fields
from techdesk.desk.tx import Act, Row, Tx
from techdesk.errors import BadInput, Refused

CAUSES = (
    "wear", "damage", "power", "consumable", "configuration", "software", "network", "account", "training", "supplier",
    "no_fault", "unknown",
)  # fmt: skip
REOPEN_DAYS, REPEAT_DAYS, SURVEY_DAYS = 14, 30, 30
MOST_DAYS = 3650


class Rules(NamedTuple):
    """What counts. `own_causes`: the organisation has said its codes, so no others are taken."""

    causes: tuple[str, ...] = CAUSES
    own_causes: bool = False
    reopen_days: int = REOPEN_DAYS
    repeat_days: int = REPEAT_DAYS
    survey_days: int = SURVEY_DAYS


@dataclass(frozen=True, kw_only=True)
class RecordRules(FieldEdit):
    """Sets the organisation's rules of closing. `causes` are codes with commas between them; days are whole numbers."""

    NAME: ClassVar[str] = "closing.rules"
    VERSION: ClassVar[int] = 1
    TABLE: ClassVar[str] = "closing_rules"
    REQUIRED: ClassVar[tuple[str, ...]] = ()
    causes: str | None = None
    reopen_days: int | None = None
    repeat_days: int | None = None
    survey_days: int | None = None

    def __post_init__(self) -> None:
        if self.causes:
            read_causes(self.causes)
        for name in ("reopen_days", "repeat_days", "survey_days"):
            if (days := getattr(self, name)) is not None:
                checks.whole(days, f"The number of {name.replace('_', ' ')}", 0, MOST_DAYS)


@handles(RecordRules)
def record_rules(tx: Tx, command: RecordRules, act: Act) -> Outcome:
    outcome = edit_fields(tx, command, act)
    return outcome._replace(changed=(Changed("rules", "", command.id),), said="The rules of closing are set.")


def published(tx: Tx) -> Rules:
    """What the organisation has set, with what counts by default where it has not."""
    rows = tx.find("closing_rules", limit=1)
    return read(rows[0]) if rows else Rules()


def read(row: Row) -> Rules:
    """The rules that a row holds."""
    found = Rules()
    if row["causes"]:
        found = found._replace(causes=read_causes(str(row["causes"])), own_causes=True)

    def days(name: str, usual: int) -> int:
        return usual if row[name] is None else int(row[name] or 0)

    return found._replace(
        reopen_days=days("reopen_days", REOPEN_DAYS),
        repeat_days=days("repeat_days", REPEAT_DAYS),
        survey_days=days("survey_days", SURVEY_DAYS),
    )


def read_causes(text: str) -> tuple[str, ...]:
    """Codes with commas between them: small letters, each once. Raises BadInput when there is none, or a very long one."""
    found = tuple(dict.fromkeys(code(each) for each in text.split(",") if each.strip()))
    if not found:
        raise BadInput("There is no cause code in that: write them with commas, as  wear,damage,network.")
    return found


def code(text: str) -> str:
    """A cause as it is kept: `No fault` is no_fault."""
    return "_".join(checks.words(text, "The cause", longest=60).casefold().replace("-", " ").replace("_", " ").split())


def cause_code(tx: Tx, text: str, act: Act) -> str:
    """The cause that a person said, as a code: any word until the organisation has its own codes, then one of these (a
    beginning that only one of them has is enough). Raises Refused, but never for work that comes late: it is done."""
    said, here = code(text), published(tx)
    fits = [said] if said in here.causes else [each for each in here.causes if each.startswith(said)]
    if len(fits) == 1:
        return fits[0]
    if here.own_causes and not act.merging:
        raise Refused(f"'{text}' is no cause here: use one of {', '.join(here.causes)}.")
    return said
