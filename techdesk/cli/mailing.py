"""An e-mail from the shell onto a ticket."""

import sys
from pathlib import Path

from techdesk.cli.session import session, tell
from techdesk.cli.tickets import tell_logged
from techdesk.errors import BadInput
from techdesk.exchange.mail import MOST_BYTES, read_mail
from techdesk.exchange.mailing import take
from techdesk.models.files import Files
from techdesk.models.queries.capturing import Said


def log_mail(source: str, said: Said, as_json: bool) -> None:
    """Captures the e-mail in that file, or on stdin for `-`, with what is attached to it."""
    store = session.store
    taken = take(store.connection, Files(store.path), read_mail(_read(source)), session.me, said)
    outcome = store.perform_all(taken.commands)[0]
    for sentence in taken.said:
        tell(sentence)
    tell_logged(outcome, as_json)
    count = len(taken.commands) - 1
    if count and not as_json:
        tell(f"{count} file{'s' if count > 1 else ''} of the e-mail {'are' if count > 1 else 'is'} on it.")


def _read(source: str) -> bytes:
    if source == "-":
        raw = getattr(sys.stdin, "buffer", None)
        return sys.stdin.read().encode("utf-8", "surrogateescape") if raw is None else bytes(raw.read(MOST_BYTES + 1))
    try:
        with Path(source).open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise BadInput(f"{source} cannot be read ({error.strerror or error}): check its name.") from None
