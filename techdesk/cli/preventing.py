"""What problems and changes share on the command line: how they are named, and the tasks that prevent."""

from techdesk.cli.session import put, say, session
from techdesk.models.queries import names
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
    return names.numbered_id(session.store.connection, kind, ref)


def spoken(state: str) -> str:
    return state.replace("_", " ")
