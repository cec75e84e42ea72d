"""`python -m techdesk`, and the `techdesk` command."""

import gc
import os
import sys
import threading
from typing import NoReturn


def main() -> NoReturn:
    """Runs the command line.

    A verb of the shell lives for a tenth of a second, and a fifth of that went into collecting garbage while modules load
    and into taking the interpreter apart at the end. So neither is done, unless something long-lived was loaded.
    """
    gc.disable()
    from techdesk.cli.main import main as run

    try:
        run()
    except SystemExit as ended:
        if "textual" in sys.modules or threading.active_count() > 1 or not isinstance(ended.code, int):
            raise
        sys.stderr.flush()
        os._exit(ended.code)  # the store is closed and stdout is written out: see `techdesk.cli.main`


if __name__ == "__main__":
    main()
