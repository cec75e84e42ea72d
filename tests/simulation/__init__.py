"""A deterministic simulator over the real handlers and the real sync: laptops, a server and everything between them that can
fail, in one process, from one seed a run.

`python -m tests.simulation --seeds 1000 --start 0` runs seeds and prints runs per second; a seed that breaks an invariant
prints the command line that replays it.

What is real: every command and handler, the laptops' stores and the server's database (SQLite, in memory), signatures,
compression, paging, rebase, enrolment. What is injected: clocks, randomness, ids, the road between the two ends (in place of
urllib3 and the ASGI server), and the moment at which a disk fills up or a process dies (any statement of any transaction).

Homes are copied at any moment, copies of copies too, and put back to a backup; the server is put back with a new epoch or
without a word. No refusal is accepted for either: every laptop ends in step with the server, with all that it has done.
"""
