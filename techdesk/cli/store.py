"""The laptop's store from the shell: undo, doctor, backup, restore."""

from pathlib import Path
from typing import Annotated

import typer

from techdesk.cli.changing import changes
from techdesk.cli.options import Json
from techdesk.cli.passphrases import ensure_open
from techdesk.cli.session import put, say, session, tell
from techdesk.errors import StoreUnusable
from techdesk.models.cipher import is_encrypted
from techdesk.paths import store_path

app = typer.Typer()


@app.command()
def undo(as_json: Json = False) -> None:
    """Take back the last command of this laptop."""
    session.json = as_json
    outcome = session.store.undo()
    if session.store.path.with_suffix(".files").is_dir():
        from techdesk.models.files import prune

        prune(session.store)
    if as_json:
        put({**changes([(each.ref, each.state) for each in outcome.changed], []), "said": outcome.said})
    else:
        say(outcome.said)


@app.command()
def doctor(as_json: Json = False) -> None:
    """Check the store's integrity, schema, clock, disk and pending work."""
    from techdesk.models.checkup import examine, keep_look

    session.json = as_json
    ensure_open(store_path())
    findings = examine(store_path())
    keep_look(store_path(), findings)
    if as_json:
        put({"items": [finding._asdict() for finding in findings], "total": len(findings)})
    else:
        for finding in findings:
            say(f"{'ok  ' if finding.good else 'BAD '} {finding.what}: {finding.found}")
    if not all(finding.good for finding in findings):
        raise StoreUnusable(
            "Something is wrong: see what is marked above, and restore a backup if the store is damaged."
        )


@app.command()
def backup(file: Annotated[Path, typer.Argument(help="Where the copy goes.")]) -> None:
    """Copy the whole store, with photos and files, into one file, while it is in use."""
    from techdesk.models.checkup import copy_store

    copy_store(session.store, file)
    say(f"The store is copied to {file}.")
    if is_encrypted(file):
        say(f"The copy is encrypted as well: keep {file}.seal with it, and the passphrase in mind.")


@app.command()
def restore(file: Annotated[Path, typer.Argument(help="A copy made by backup.")]) -> None:
    """Put a copy in the store's place; the present one is kept beside it, and what was not sent of it is told."""
    from techdesk.models.checkup import restore_store
    from techdesk.models.kept import look_into

    ensure_open(file)
    kept = restore_store(store_path(), file)
    say(f"The store is that of {file} now." + (f" What was there is kept as {kept}." if kept else ""))
    if kept and (was := look_into(kept, store_path())).unsent != 0:
        tell(f"{was.said}.")
    if kept and kept.with_name(f"{kept.name}.seal").exists():
        verb = "unlock" if is_encrypted(store_path()) else "seal"
        tell(f"What was there is encrypted: run  techdesk {verb}  to have this store as that was.")
