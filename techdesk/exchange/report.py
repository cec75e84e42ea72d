"""What came of an import."""

from dataclasses import dataclass, field

from techdesk.exchange.reading import Fault


@dataclass
class ImportReport:
    """read: rows of the file. The other counts are of things (for an event log, one for all rows of a ticket).

    errors: what kept a thing from being taken. warnings: what was odd in what was taken. notes: what concerns the whole file.
    taken: False when nothing was stored, for a dry run or because --strict met an error.
    """

    kind: str
    mapping: str
    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    errors: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    taken: bool = True

    @property
    def things(self) -> int:
        """How many tickets, sites ... the rows were about."""
        return self.created + self.updated + self.unchanged + self.rejected
