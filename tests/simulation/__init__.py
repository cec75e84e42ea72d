"""A deterministic simulator over the real handlers and the real sync: laptops, a server and everything between them that can
fail, in one process, from one seed a run.

`python -m tests.simulation --seeds 1000 --start 0` runs seeds and prints runs per second; a seed that breaks an invariant
prints the command line that replays it.

What is real: every command and handler, the laptops' stores and the server's database (SQLite, in memory), signatures,
compression, paging, rebase, enrolment. What is injected: clocks, randomness, ids, the road between the two ends (in place of
urllib3 and the ASGI server), and the moment at which a disk fills up or a process dies (any statement of any transaction).

What the present sync promises about a server that was put back to an older state, and about a copied laptop, is what is
checked: it refuses, and nothing on any laptop is lost. Recovery (epochs, re-sending, a new identity for the copy), scopes and
mixed versions wait for the rest of the design.
"""
