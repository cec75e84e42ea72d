"""A bad link: a proxy on loopback that passes TCP on with the delay and the rate of one. For benchmarks."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from queue import SimpleQueue
from threading import Thread, Timer

PIECE = 1400


@contextmanager
def shaped(
    host: str, port: int, bits_per_second: int, round_trip: float, cut_every: float | None = None
) -> Iterator[int]:
    """Passes connections on to that address; the port to connect to. Each way has the whole rate and half of the delay. As
    the loopback accepts at once, the round trip that a connection costs is added before its first byte. With `cut_every` the
    link breaks off after so many seconds of each connection."""
    listening = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        with suppress(OSError):
            while True:
                near, _ = listening.accept()
                far = socket.create_connection((host, port))
                if cut_every is not None:
                    Timer(cut_every, _cut, (near, far)).start()
                _carry(near, far, bits_per_second / 8, round_trip / 2, round_trip)
                _carry(far, near, bits_per_second / 8, round_trip / 2, 0.0)

    Thread(target=accept, daemon=True).start()
    try:
        yield listening.getsockname()[1]
    finally:
        listening.close()


def _cut(*ends: socket.socket) -> None:
    for end in ends:
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


def _carry(source: socket.socket, target: socket.socket, rate: float, delay: float, connecting: float) -> None:
    """Starts the two threads of one direction: one takes pieces in as the rate allows, one lets them out after the delay."""
    line: SimpleQueue[tuple[float, bytes]] = SimpleQueue()
    opened = time.monotonic() + connecting

    def take() -> None:
        free = opened
        while True:
            try:
                piece = source.recv(PIECE)
            except OSError:
                piece = b""
            free = max(time.monotonic(), free) + len(piece) / rate
            line.put((free + delay, piece))
            if not piece:
                return

    def let_out() -> None:
        with suppress(OSError):
            while True:
                due, piece = line.get()
                time.sleep(max(0.0, due - time.monotonic()))
                if not piece:
                    target.shutdown(socket.SHUT_WR)
                    return
                target.sendall(piece)

    for work in (take, let_out):
        Thread(target=work, daemon=True).start()
