"""What problems and changes share on the command line: how they are named, and the tasks that prevent."""

from techdesk.cli.session import put, say, session
from techdesk.errors import NotFound
from techdesk.models.queries.problem_moves import preventing
from techdesk.models.queries.problems import next_visits


def perform_tasks(kind: str, id: str, what: str, minutes: int, as_json: bool) -> None:
    """Puts a preventive task on the next visit at every site of a problem or a change."""
    connection = session.store.connection
    session.store.perform_all([*preventing(connection, kind, id, what, minutes)])
    sites = [site for _, site in next_visits(connection, **{f"{kind}_id": id})]
    if as_json:
        put({"changed": [{"ref": site, "state": "todo"} for site in sites], "refused": []})
    else:
        say(f"On the next visit at {', '.join(sites)}.")


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
