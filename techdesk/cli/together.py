"""What problems and changes share on the command line: how they are named, and several commands as one act."""

from techdesk.cli.changing import changes
from techdesk.cli.session import put, say, session
from techdesk.desk.commands import Command
from techdesk.errors import NotFound


def perform_together(commands: list[Command], as_json: bool) -> None:
    outcomes = session.store.perform_all(commands)
    if as_json:
        put(changes([(each.ref, each.state) for outcome in outcomes for each in outcome.changed], []))
    else:
        for outcome in outcomes:
            say(outcome.said)


def known(kind: str, ref: str) -> str:
    """The id of the problem or change with that number, or a beginning of its id. Raises NotFound."""
    connection = session.store.connection
    rows = connection.execute(
        f"SELECT id FROM \"{kind}\" WHERE ref = upper(?) OR id LIKE ? || '%' ORDER BY ref <> upper(?), id LIMIT 2",
        (ref.strip(), ref.strip().lower() if len(ref.strip()) >= 4 else "-", ref.strip()),
    ).fetchall()
    if not rows:
        raise NotFound(f"There is no {kind} '{ref}' here: look with  techdesk {kind} list, or sync first.")
    return str(rows[0][0])


def spoken(state: str) -> str:
    return state.replace("_", " ")
