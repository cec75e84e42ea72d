"""Travel times that somebody knows better than the coordinates say."""

from dataclasses import dataclass
from math import isfinite
from typing import ClassVar

from techdesk.desk.commands import Outcome, handles
from techdesk.desk.ids import named_id
from techdesk.desk.tx import Act, Tx
from techdesk.errors import BadInput

MOST = 2000
LONGEST = 24 * 60


@dataclass(frozen=True, kw_only=True)
class KeepTravel:
    """Keeps minutes from a place to another (sites, or technicians for their base), as (from, to, minutes) each; None for
    minutes removes the pair. What comes last stands."""

    NAME: ClassVar[str] = "travel.keep"
    VERSION: ClassVar[int] = 1
    pairs: tuple[tuple[str, str, float | None], ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "pairs", tuple((one, two, minutes) for one, two, minutes in self.pairs))
        if not 0 < len(self.pairs) <= MOST:
            raise BadInput(f"Keep 1 to {MOST:,} travel times at once, not {len(self.pairs):,}.")
        for one, two, minutes in self.pairs:
            if one == two:
                raise BadInput("A place is no way from itself: name two places.")
            if minutes is not None and not (isfinite(minutes) and 0 <= minutes <= LONGEST):
                raise BadInput(f"{minutes} is no travel time: give minutes from 0 to {LONGEST}.")


@handles(KeepTravel)
def keep_travel(tx: Tx, command: KeepTravel, act: Act) -> Outcome:
    for one, two, minutes in command.pairs:
        id = named_id("travel_time", one, two)
        if minutes is None:
            tx.delete("travel_time", id)
        else:
            tx.put("travel_time", {"id": id, "from_id": one, "to_id": two, "minutes": float(minutes)})
    return Outcome(said=f"Kept {len(command.pairs):,} travel time{'s' if len(command.pairs) > 1 else ''}.")
