"""Opening the terminal interface from the shell."""

import gc
import sys

from techdesk.errors import BadInput


def open_interface() -> None:
    """Opens the interface on the laptop's store."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise BadInput("The interface needs a terminal: use  techdesk today  or  techdesk list  here.")
    gc.disable()  # no garbage is collected while modules load; the app begins with it once it stands
    from techdesk.app import run  # 220 ms: Textual, which no verb of the shell needs

    run()
