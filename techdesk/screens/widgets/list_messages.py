"""What a paged list tells its screen. Handlers are called `on_paged_list_opened` and so on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from textual.message import Message

from techdesk.screens.widgets.pages import Snapshot
from techdesk.screens.widgets.reader import Failure, Keys, Page, Read

if TYPE_CHECKING:
    from techdesk.screens.widgets.paged_view import PagedView


@dataclass
class FromList(Message, namespace="paged_list"):
    """A message with the list it came from."""

    paged_list: PagedView[Any]

    @property
    def control(self) -> PagedView[Any]:
        """The list, for `@on(PagedList.Opened, "#id")`."""
        return self.paged_list


@dataclass
class Opened(FromList, namespace="paged_list"):
    """Enter or a double click on a row."""

    key: str
    row: Any


@dataclass
class Highlighted(FromList, namespace="paged_list"):
    """Another row is selected, or the selected row reads differently. Both None: the list is empty."""

    key: str | None
    row: Any


@dataclass
class MarksChanged(FromList, namespace="paged_list"):
    """The marked rows changed; `full` says that the limit kept some out."""

    marks: frozenset[str]
    full: bool


@dataclass
class Counted(FromList, namespace="paged_list"):
    """The number of rows is known, or is another than before."""

    count: int


@dataclass
class Missed(FromList, namespace="paged_list"):
    """The row that `select` was asked for is not in this list."""

    key: str


@dataclass
class ReadFailed(FromList, namespace="paged_list"):
    """A read raised; the list keeps what it shows until the next reload."""

    error: Exception


@dataclass
class Answered(Message, bubble=False, namespace="paged_list"):
    """A read came back from its thread. For the list itself."""

    read: Read[Any]
    answer: Snapshot[Any] | Page[Any] | Keys | Failure
