"""Photos and papers on tickets: facts that merge without a word, and come off again."""

import pytest

from techdesk.desk.attachments import AttachFile, DetachFile
from techdesk.errors import BadInput, NotFound, Refused
from techdesk.models.queries import tickets
from tests.desk.conftest import Desk

PHOTO = {"sha256": "a" * 64, "bytes": 120_000, "name": "rack.jpg", "media_type": "image/jpeg"}


def photo(desk: Desk, ticket_id: str, **more: object) -> AttachFile:
    return AttachFile(ticket_id=ticket_id, **(PHOTO | more))  # type: ignore[arg-type]


def names(desk: Desk, ticket_id: str) -> list[str]:
    return [each.name for each in tickets.attachments(desk.store.connection, ticket_id)]


def test_a_photo_is_on_the_ticket_and_in_its_history(desk: Desk) -> None:
    id = desk.log()
    assert desk.do(photo(desk, id, width=640, height=480)).said.startswith("Attached rack.jpg")
    [line] = tickets.attachments(desk.store.connection, id)
    assert (line.name, line.bytes, line.width, line.height) == ("rack.jpg", 120_000, 640, 480)
    assert [(event.command, event.note) for event in tickets.story(desk.store.connection, id).history][-1] == (
        "attach",
        "rack.jpg",
    )


def test_the_same_file_is_on_a_ticket_once_and_on_another_too(desk: Desk) -> None:
    one, other = desk.log(), desk.log("Screen cracked")
    for id in (one, one, other):
        desk.do(photo(desk, id))
    assert names(desk, one) == names(desk, other) == ["rack.jpg"]
    assert desk.store.connection.execute(
        "SELECT count(*) FROM operation WHERE command = 'ticket.attach'"
    ).fetchone() == (2,)


def test_a_file_comes_off_and_undo_brings_it_back(desk: Desk) -> None:
    id = desk.log()
    desk.do(photo(desk, id))
    [line] = tickets.attachments(desk.store.connection, id)
    desk.do(DetachFile(attachment_id=line.id))
    assert names(desk, id) == []
    desk.store.undo()
    assert names(desk, id) == ["rack.jpg"]
    desk.do(DetachFile(attachment_id=line.id))
    with pytest.raises(Refused, match="on no ticket"):
        desk.do(DetachFile(attachment_id=line.id))


def test_undo_of_what_was_sent_takes_it_off_and_says_so(desk: Desk) -> None:
    id = desk.log()
    desk.do(photo(desk, id))
    with desk.store.transaction():
        desk.store.connection.execute("UPDATE operation SET state = 'done'")
    desk.store.undo()
    assert names(desk, id) == []
    assert [event.command for event in tickets.story(desk.store.connection, id).history][-2:] == ["attach", "detach"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"sha256": "A" * 64}, {"sha256": "../../../etc/passwd"}, {"bytes": 0}, {"bytes": 10_000_001},
        {"media_type": "image/svg+xml"}, {"media_type": "text/html"}, {"name": "  "}, {"width": 0}, {"height": True},
        {"thumbnail_sha256": "b" * 64}, {"thumbnail_bytes": 5}, {"taken_at": "yesterday"}, {"bytes": "7"},
    ],
    ids=str,
)  # fmt: skip
def test_what_is_no_proper_file_is_refused(desk: Desk, wrong: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        photo(desk, "x", **wrong)


def test_a_ticket_that_is_not_here_takes_no_file(desk: Desk) -> None:
    with pytest.raises(NotFound):
        desk.do(photo(desk, "nowhere"))
