"""What can go wrong, named: each error is one sentence that says what to do next, and carries the shell's exit code."""


class TechdeskError(Exception):
    """The root of all errors that a person is meant to read. `str(error)` is the sentence."""

    exit_code = 1


class Refused(TechdeskError):
    """A rule of the domain does not allow this now (exit code 1)."""

    exit_code = 1


class BadInput(TechdeskError):
    """A value that no state of the desk could accept: a flag, a file, a field (exit code 2)."""

    exit_code = 2


class NotFound(TechdeskError):
    """Nothing here has that name, number or tag (exit code 3)."""

    exit_code = 3


class StoreUnusable(TechdeskError):
    """The store is locked, damaged, newer than this program, or cannot be written (exit code 4)."""

    exit_code = 4


class StoreLocked(StoreUnusable):
    """The store is encrypted, and nothing here opens it (exit code 4). `str(error)` says what does."""

    def __init__(self, path: object, sentence: str = "") -> None:
        super().__init__(
            sentence
            or f"The store {path} is encrypted and locked: run  techdesk unlock  on a terminal, or name a file that holds "
            "the passphrase in TECHDESK_PASSPHRASE_FILE."
        )


class NoConnection(TechdeskError):
    """The server could not be reached, or refused (exit code 5)."""

    exit_code = 5


class NeedsExtra(TechdeskError):
    """A feature whose libraries are not installed (exit code 2)."""

    exit_code = 2

    def __init__(self, feature: str, extra: str) -> None:
        super().__init__(f"{feature} needs more libraries: run  pip install 'techdesk[{extra}]'  and try again.")
