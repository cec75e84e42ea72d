"""The `techdesk` command: finds the verb, loads only its module, and turns errors into one sentence and an exit code."""

import gc
import sys
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

from techdesk import __version__
from techdesk.cli.session import session
from techdesk.errors import BadInput, TechdeskError

# Each verb with the module that it lives in, so that a cold `close` does not pay for the server, and its place in --help.
VERBS = {
    "today": "today",
    "log": "tickets",
    "list": "reading",
    "show": "reading",
    "start": "work",
    "stop": "work",
    "resolve": "closing",
    "close": "closing",
    "hold": "work",
    "release": "work",
    "escalate": "work",
    "reopen": "closing",
    "cancel": "closing",
    "merge": "duplicates",
    "answer": "surveys",
    "assign": "tickets",
    "edit": "tickets",
    "note": "tickets",
    "major": "majors",
    "join": "majors",
    "work": "worklogs",
    "survey": "surveys",
    "find": "reading",
    "view": "views",
    "undo": "store",
    "dispatch": "dispatching",
    "visit": "visits",
    "checklist": "checklists",
    "plan": "plans",
    "agreement": "agreements",
    "technician": "technicians",
    "part": "parts",
    "supplier": "suppliers",
    "device": "devices",
    "model": "models",
    "licence": "licences",
    "article": "articles",
    "suggest": "articles",
    "problem": "problems",
    "change": "changes",
    "calendar": "calendars",
    "targets": "calendars",
    "rules": "rules",
    "report": "reports",
    "sync": "sync",
    "inbox": "inbox",
    "enrol": "sync",
    "import": "imports",
    "export": "exports",
    "doctor": "store",
    "backup": "store",
    "restore": "store",
    "seal": "sealing",
    "unseal": "sealing",
    "unlock": "sealing",
    "lock": "sealing",
    "passphrase": "sealing",
    "server": "server",
    "demo": "demo",
}


class Verbs(TyperGroup):
    """The verbs, each built from its module when it is asked for."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(VERBS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in VERBS:
            return None
        from importlib import import_module

        home = import_module(f"techdesk.cli.{VERBS[cmd_name]}").app
        home._add_completion = False  # it belongs to the whole program
        home.rich_markup_mode = None
        made = typer.main.get_command(home)
        gc.enable()  # from here on it may be long work
        commands = getattr(made, "commands", {})
        return commands.get(cmd_name, made)


app = typer.Typer(
    cls=Verbs,
    invoke_without_command=True,
    no_args_is_help=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def techdesk(
    context: typer.Context,
    at: Annotated[str | None, typer.Option(help="The moment of the command, as 2026-11-23T09:15+00:00.")] = None,
    no_color: Annotated[bool, typer.Option("--no-color", help="No colours, as with NO_COLOR set.")] = False,
    version: Annotated[bool, typer.Option("--version", help="Say which techdesk this is.")] = False,
) -> None:
    """For technicians who visit schools: visits, tickets and spares, without a network.

    Without a command, the terminal interface opens.
    """
    if version:
        typer.echo(f"techdesk {__version__}")
        raise typer.Exit
    session.begin(at, no_color)
    if context.invoked_subcommand is None:
        from techdesk.cli.opening import open_interface

        open_interface()


def main() -> NoReturn:
    """Runs the command line and exits with the code that `docs` and scripts rely on."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace", **({} if stream.isatty() else {"encoding": "utf-8"}))
    try:
        code = _ended()
        sys.stdout.flush()  # also after a refusal: nothing else writes it out, see `techdesk.__main__`
    except BrokenPipeError:  # the reader of a pipe, such as `head`, has seen enough
        sys.stdout = None  # else the interpreter tries to write the rest, and complains
        code = 0
    raise SystemExit(code)


def _ended() -> int:
    """Runs the verb and closes the store; what goes wrong is said, and becomes the exit code."""
    try:
        return _run()
    except BrokenPipeError:
        raise
    except TechdeskError as error:
        return session.fail(error)
    except KeyboardInterrupt:
        return 130
    except UnicodeError as error:
        return session.fail(BadInput(f"The input is no text in UTF-8 ({error}): check how it was saved."))
    except OSError as error:
        return session.fail(
            TechdeskError(f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}.")
        )
    finally:
        session.end()


def _run() -> int:
    """The exit code of the verb; usage errors have been said by then."""
    try:
        app(prog_name="techdesk")
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    return 0
