"""A line that loses datagrams as it is told to: between browsers and a relay of the tests' own, on the loopback."""

import random
import selectors
import socket
import threading
from contextlib import suppress

LARGEST = 65_535


class Line:
    """Carries UDP to a port and back. `loss` is the part of what is sent there that does not arrive."""

    def __init__(self, to: int) -> None:
        self.loss = 0.0
        self.lost = 0
        self._to = to
        self._dice = random.Random(7)
        self._front = _datagrams()
        self._front.bind(("127.0.0.1", 0))
        self._ways: dict[tuple[str, int], socket.socket] = {}
        self._ready = selectors.DefaultSelector()
        self._ready.register(self._front, selectors.EVENT_READ)
        self._over = False
        self._thread = threading.Thread(target=self._carry, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Its address, for `TURN_URLS`."""
        return f"turn:127.0.0.1:{self._front.getsockname()[1]}?transport=udp"

    def stop(self) -> None:
        """Carry nothing more."""
        self._over = True
        self._thread.join()
        for one in (self._front, *self._ways.values()):
            one.close()

    def _carry(self) -> None:
        while not self._over:
            for key, _ in self._ready.select(timeout=0.2):
                with suppress(BlockingIOError, ConnectionRefusedError):  # nobody listens there for a while
                    self._there() if key.data is None else self._back(key.fileobj, key.data)  # type: ignore[arg-type]

    def _there(self) -> None:
        content, sender = self._front.recvfrom(LARGEST)
        if self._dice.random() < self.loss:
            self.lost += 1
            return
        if sender not in self._ways:
            self._ways[sender] = way = _datagrams()
            way.connect(("127.0.0.1", self._to))
            self._ready.register(way, selectors.EVENT_READ, sender)
        self._ways[sender].send(content)

    def _back(self, way: socket.socket, sender: tuple[str, int]) -> None:
        self._front.sendto(way.recv(LARGEST), sender)


def _datagrams() -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.setblocking(False)
    return made
