"""Real faults: real clients and servers, killed at random and named points, on a road that cuts, doubles and swallows.

`python -m tests.faults --kills 500 --seed 1` plays days until so many processes were killed. Each day has laptops (homes with
their own store, driven through the command line), a server on SQLite or PostgreSQL, and a proxy between them. In the end
everything is healed, all sync until none has anything to say, and what every process has reported as done is looked for: on
the server, once, and alike on every laptop.
"""
