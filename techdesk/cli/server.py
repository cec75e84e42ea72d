"""The central server from the shell: run it, invite people to it, shut laptops out."""

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from techdesk.cli import feeds
from techdesk.cli.options import Json
from techdesk.cli.session import put, say, session, table, tell
from techdesk.errors import BadInput, StoreUnusable

if TYPE_CHECKING:
    from techdesk.server.admittance import Enrolled

app = typer.Typer(help="The central server that laptops sync with.")
Database = Annotated[
    str | None,
    typer.Option(
        metavar="FILE|URL",
        envvar="TECHDESK_DATABASE",
        help="An SQLite file, or postgresql://... ; else server.db in the home folder.",
    ),
]
Organisation = Annotated[str | None, typer.Option(help="Whose laptops, when the server has several organisations.")]
NoSchoolYet = Annotated[bool, typer.Option("--no-school-yet", help="Take scopes that no school has yet.")]
Whom = Annotated[str, typer.Argument(help="A technician, or the name of one laptop, or a beginning of its id.")]


@app.command()
def run(
    host: Annotated[str, typer.Option(help="The address to listen on; 0.0.0.0 is every one.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 takes a free one.")] = 8017,
    database: Database = None,
    log: Annotated[str, typer.Option(help="How the log on stderr is written: text or json.")] = "text",
    file_mb: Annotated[float, typer.Option(min=0, help="The largest photo or file that is taken, in MB.")] = 10,
    files_gb: Annotated[float, typer.Option(min=0, help="All files of an organisation together, in GB.")] = 20,
) -> None:
    """Serve until Ctrl+C. The address is said on stderr."""
    from techdesk.server.blobs import Limits
    from techdesk.server.run import run as serve

    serve(host, port, database, log, Limits(int(file_mb * 1e6), int(files_gb * 1e9)))


@app.command()
def doctor(database: Database = None, as_json: Json = False) -> None:
    """Look at the database: schema, the log's numbers and hashes, laptops, quarantine, size and disk."""
    from techdesk.server.checkup import examine
    from techdesk.server.run import known_database

    session.json = as_json
    findings = examine(known_database(database))
    if as_json:
        put({"items": [finding._asdict() for finding in findings], "total": len(findings)})
    else:
        for finding in findings:
            say(f"{'ok  ' if finding.good else 'BAD '} {finding.what}: {finding.found}")
    if not all(finding.good for finding in findings):
        raise StoreUnusable("Something needs you: see what is marked above, and docs/operations.md.")


@app.command()
def invite(
    name: Annotated[str, typer.Argument(help="The person's name.")],
    role: Annotated[str, typer.Option(help="technician or coordinator.")] = "technician",
    scope: Annotated[
        list[str] | None,
        typer.Option(help="A cluster, or site:CODE, that they may see; may be given again. Else everything."),
    ] = None,
    no_school_yet: NoSchoolYet = False,
    organisation: Annotated[str | None, typer.Option(help="Whose server this is; else techdesk.")] = None,
    days: Annotated[int, typer.Option(min=1, max=365, help="How many days the code is good.")] = 7,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """Make a one-time code with which one person enrols one laptop."""
    from techdesk.server.invites import ORGANISATION
    from techdesk.server.invites import invite as make
    from techdesk.server.run import known_database

    session.json = as_json
    made = make(
        known_database(database), name, role, scope or (), organisation or ORGANISATION, days,
        no_school_yet=no_school_yet,
    )  # fmt: skip
    _tell_no_school(made["name"], made["no_school"])
    if as_json:
        put(dict(made))
        return
    say(f"{made['name']} ({made['role']}, {made['organisation']}) enrols until {made['expires'][:10]} with")
    say(f"  techdesk enrol URL {made['code']}")


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="A new file.", dir_okay=False)],
    database: Database = None,
    as_json: Json = False,
) -> None:
    """Write everything to one file, as of one moment, while the server runs."""
    from techdesk.server.backup import backup as copy
    from techdesk.server.run import known_database

    session.json = as_json
    made = copy(known_database(database), file)
    if as_json:
        put(made._asdict())
        return
    say(f"{made.file}: {made.organisations} organisations, {made.laptops} laptops, {made.entries:,} operations.")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A backup.", dir_okay=False)],
    replace: Annotated[bool, typer.Option("--replace", help="Put it in place of what the database holds.")] = False,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """Put a backup into a database; laptops send again what it lacks. Stop the server first."""
    from techdesk.server.backup import restore as put_back
    from techdesk.server.run import default_database

    session.json = as_json
    made = put_back(database or default_database(), file, replace=replace)
    if as_json:
        put(made._asdict())
        return
    say(f"Restored {made.organisations} organisations, {made.laptops} laptops, {made.entries:,} operations.")


@app.command()
def contract(database: Database = None, as_json: Json = False) -> None:
    """Take away what only older servers used, when none of them runs any more. Cannot be undone: back up first."""
    from techdesk.server.run import known_database
    from techdesk.server.storage import opened

    session.json = as_json
    storage = opened(known_database(database))
    try:
        done = storage.contract()
    finally:
        storage.close()
    if as_json:
        put({"items": done, "total": len(done)})
        return
    say(f"Done: {', '.join(done)}." if done else "There is nothing to take away.")


@app.command()
def laptops(organisation: Organisation = None, database: Database = None, as_json: Json = False) -> None:
    """List the enrolled laptops: whose, with which role, and when each synced last."""
    from techdesk.server.admittance import listed
    from techdesk.server.run import known_database

    session.json = as_json
    _show(listed(known_database(database), organisation), as_json)


@app.command()
def revoke(name: Whom, organisation: Organisation = None, database: Database = None, as_json: Json = False) -> None:
    """Shut out a laptop, or all laptops of a technician. What they had not sent goes to the quarantine."""
    from techdesk.server.admittance import revoke as shut_out
    from techdesk.server.run import known_database

    session.json = as_json
    _show(shut_out(known_database(database), name, organisation), as_json)


@app.command()
def grant(
    name: Whom,
    role: Annotated[str | None, typer.Option(help="technician or coordinator; else as it is.")] = None,
    scope: Annotated[
        list[str] | None,
        typer.Option(
            help="A cluster, or site:CODE, that they may see; may be given again. '*' is everything; else as it is."
        ),
    ] = None,
    no_school_yet: NoSchoolYet = False,
    organisation: Organisation = None,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """Give a laptop, or all laptops of a technician, a role and schools; one that was shut out may sync again."""
    from techdesk.server.admittance import grant as let_in
    from techdesk.server.run import known_database

    session.json = as_json
    place = known_database(database)
    _show(let_in(place, name, role, organisation, scope, no_school_yet=no_school_yet), as_json)


@app.command()
def quarantine(
    release: Annotated[
        str | None, typer.Option(metavar="NAME", help="Run what waits of that technician or laptop.")
    ] = None,
    drop: Annotated[str | None, typer.Option(metavar="NAME", help="Reject it: the log keeps what it said.")] = None,
    organisation: Organisation = None,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """List the laptops whose work waits, because they were shut out or it is of schools that are not theirs; or decide what
    becomes of it."""
    from techdesk.server.admittance import decide, listed
    from techdesk.server.run import known_database

    session.json = as_json
    if release and drop:
        raise BadInput("It can be released or dropped, not both: give one of --release and --drop.")
    if name := release or drop:
        count = decide(known_database(database), name, organisation, drop=bool(drop))
        done = "dropped" if drop else "released"
        put({"decided": done, "operations": count}) if as_json else say(f"{count:,} operations {done}.")
        return
    _show([each for each in listed(known_database(database), organisation) if each.quarantined], as_json)


@app.command("recovery-key")
def recovery_key(
    file: Annotated[Path, typer.Argument(help="A new file, for the private half.", dir_okay=False)],
    replace: Annotated[bool, typer.Option("--replace", help="Make another in place of the one in force.")] = False,
    organisation: Organisation = None,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """Make the key with which coordinators help those who lose the passphrase of an encrypted laptop."""
    from techdesk.cli.passphrases import new_passphrase
    from techdesk.server.recovery import make_key
    from techdesk.server.run import known_database

    session.json = as_json
    if file.exists():
        raise BadInput(f"{file} is there already: name a new file.")
    public = make_key(known_database(database), file, new_passphrase(), organisation, replace=replace)
    if as_json:
        put({"file": str(file), "recovery_key": public})
        return
    say(f"The private half is in {file}, shut with its passphrase: move it off this server, and keep it twice.")


@app.command()
def recover(
    name: Whom,
    key: Annotated[Path, typer.Option(metavar="FILE", help="The file of the recovery key.", dir_okay=False)],
    organisation: Organisation = None,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """Make the code that opens a laptop's encrypted store once, for a technician who lost the passphrase."""
    from techdesk.cli.passphrases import asked_passphrase
    from techdesk.server.recovery import code_of
    from techdesk.server.run import known_database

    session.json = as_json
    laptop, code = code_of(
        known_database(database), name, key, asked_passphrase(f"Passphrase of {key}: "), organisation
    )
    if as_json:
        put({"laptop": laptop, "code": code})
        return
    say(code)
    tell(f"On {laptop}:  techdesk passphrase --recover")


@app.command()
def waiting(
    let_go: Annotated[
        str | None, typer.Option(metavar="NAME", help="Wait no longer for that technician or laptop: reject it.")
    ] = None,
    organisation: Organisation = None,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """List the work that waits, since a restore, for what other laptops must send again; or let it wait no longer."""
    from techdesk.server import admittance
    from techdesk.server.run import known_database

    session.json = as_json
    if let_go:
        count = admittance.let_go(known_database(database), let_go, organisation)
        put({"decided": "let go", "operations": count}) if as_json else say(f"{count:,} operations wait no longer.")
        return
    found = admittance.waiting(known_database(database))
    if as_json:
        put({"items": [each._asdict() for each in found], "total": len(found)})
        return
    table(
        ("Technician", "Laptop", "What", "Waits for", "Since"),
        ((each.technician, each.laptop, each.command, each.waits_for, each.since[:16]) for each in found),
        "Nothing waits.",
    )


@app.command()
def trim(
    days: Annotated[int, typer.Option(min=1, help="Entries of the log that are older.")] = 90,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """Let go of what old entries of the log wrote. A running server does it by itself, after 90 days."""
    from techdesk.server import retention
    from techdesk.server.run import known_database
    from techdesk.server.storage import opened

    session.json = as_json
    with closing(opened(known_database(database))) as storage:
        trimmed = retention.trim(storage, days)
    put({"trimmed": trimmed}) if as_json else say(f"{trimmed:,} entries trimmed: who did what and when stays.")


def _tell_no_school(whose: str, scopes: list[str]) -> None:
    if scopes:
        tell(f"No school has {' or '.join(scopes)} now: {whose} gets nothing by that until one has.")


def _show(found: "list[Enrolled]", as_json: bool) -> None:
    for each in found:
        _tell_no_school(f"{each.laptop} of {each.technician}", each.no_school)
    if as_json:
        put({"items": [each._asdict() for each in found], "total": len(found)})
        return
    # What may be long comes last: a terminal of 80 columns cuts that alone.
    table(
        ("Technician", "Laptop", "Id", "Role", "Last sync", "Shut out", "Waiting", "Scopes", "Organisation"),
        (
            (each.technician, each.laptop, each.short_id, each.role, (each.last_sync or "never")[:16],
             (each.revoked_at or "")[:10], each.quarantined or "", ", ".join(each.scopes) or "*", each.organisation)
            for each in found
        ),
        "No laptop.",
    )  # fmt: skip


feeds.add_verbs(app)
