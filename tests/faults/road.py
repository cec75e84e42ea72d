"""The road between laptops and servers: a proxy on loopback that does to each connection what it is told to."""

import socket
import struct
import threading
from contextlib import suppress
from random import Random

PORTAL = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 40\r\nConnection: close\r\n\r\n"
    b"<html><body>Please log in.</body></html>\n"
)
FAULTS = ("refused", "cut going", "cut coming", "swallowed", "doubled", "portal", "slow")


class Road:
    """Listens on a port of its own and leads to the servers in `ends`, in turn. `faulty` is the share of connections that
    something happens to."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.faulty = 0.0
        self.ends: list[int] = []
        self.happened: list[str] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._lock = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                with self._lock:
                    fault = self.chance.choice(FAULTS) if self.chance.random() < self.faulty else ""
                    far = self.chance.choice(self.ends) if self.ends else 0
                    after = self.chance.randrange(1, 4000)
                if fault:
                    self.happened.append(fault)
                threading.Thread(target=self._serve, args=(near, far, fault, after), daemon=True).start()

    def _serve(self, near: socket.socket, port: int, fault: str, after: int) -> None:
        with suppress(OSError), near:
            if fault == "refused" or not port:
                _reset(near)
                return
            if fault == "portal":
                near.recv(65536)
                near.sendall(PORTAL)
                return
            with socket.create_connection(("127.0.0.1", port)) as far:
                if fault == "doubled":
                    _doubled(near, far, port)
                else:
                    _carried(near, far, fault, after)


def _carried(near: socket.socket, far: socket.socket, fault: str, after: int) -> None:
    going = after if fault == "cut going" else None
    back = threading.Thread(target=_pass, args=(near, far, going), daemon=True)
    back.start()
    if fault == "swallowed":  # the server does it, and the laptop never hears
        far.recv(65536)
        _reset(near)
        return
    _pass(far, near, after if fault == "cut coming" else None)
    back.join(10)


def _pass(source: socket.socket, target: socket.socket, most: int | None) -> None:
    """Passes bytes on until the end, or until so many have gone: then both ends are cut."""
    with suppress(OSError):
        passed = 0
        while piece := source.recv(1400):
            if most is not None and passed + len(piece) > most:
                target.sendall(piece[: most - passed])
                _reset(target)
                _reset(source)
                return
            passed += len(piece)
            target.sendall(piece)
        target.shutdown(socket.SHUT_WR)


def _doubled(near: socket.socket, far: socket.socket, port: int) -> None:
    """Each request goes to the server once more, on a connection of its own, before the laptop has its answer."""
    kept = bytearray()

    def listen() -> None:
        with suppress(OSError):
            while piece := near.recv(1400):
                kept.extend(piece)
                far.sendall(piece)
            far.shutdown(socket.SHUT_WR)

    threading.Thread(target=listen, daemon=True).start()
    with suppress(OSError):
        first = far.recv(65536)
        with socket.create_connection(("127.0.0.1", port)) as again:
            again.settimeout(10)
            again.sendall(bytes(kept))
            again.recv(65536)
        near.sendall(first)
        _pass(far, near, None)


def _reset(end: socket.socket) -> None:
    """Cuts a connection at once."""
    with suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        end.shutdown(socket.SHUT_RDWR)  # another thread may be reading it: closing alone would wait for that
    end.close()
