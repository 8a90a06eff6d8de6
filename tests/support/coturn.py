"""A relay of the tests' own (coturn): free ports of the loopback, its own secret, to be killed and started again."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import pytest

START_SECONDS = 20.0
RELAYED_PORTS = 200


def program() -> str:
    """Where coturn is. Skips where it is not."""
    if found := shutil.which("turnserver"):
        return found
    assert os.environ.get("CI") != "true", "coturn must be installed in CI"
    pytest.skip("coturn is not installed (script/test installs it as root on Debian and Ubuntu)")


class Relay:
    """One coturn. Its passwords are checked by `secret`, as those that the application gives out."""

    def __init__(self, folder: Path) -> None:
        self._program = program()
        self._folder = folder
        self.secret = secrets.token_hex(16)
        self.port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Its address, for `TURN_URLS`."""
        return f"turn:127.0.0.1:{self.port}?transport=udp"

    def start(self) -> None:
        """Start it, and return when it listens."""
        first = 20_000 + self.port % 20_000
        lines = (
            "listening-ip=127.0.0.1",
            f"listening-port={self.port}",
            "relay-ip=127.0.0.1",
            f"min-port={first}",
            f"max-port={first + RELAYED_PORTS}",
            "realm=visits.test",
            "use-auth-secret",
            f"static-auth-secret={self.secret}",
            "allow-loopback-peers",
            "no-tls",
            "no-dtls",
            "no-cli",
            "no-multicast-peers",
            f"userdb={self._folder / 'turndb'}",
            f"pidfile={self._folder / 'turnserver.pid'}",
            "log-file=stdout",
        )
        settings = self._folder / "turnserver.conf"
        settings.write_text("\n".join(lines) + "\n")
        with (self._folder / "relay.log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._program, "-c", str(settings)], cwd=self._folder, stdout=log, stderr=log, stdin=subprocess.DEVNULL
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._listens():
            assert self._process.poll() is None, self.log()
            assert time.monotonic() < deadline, self.log()
            time.sleep(0.1)  # the pace of asking

    def kill(self) -> None:
        """SIGKILL: every way that goes through it is gone."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            self._process = None

    def log(self) -> str:
        """What it said."""
        return (self._folder / "relay.log").read_text(errors="replace")[-4000:]

    def _listens(self) -> bool:
        # It takes TURN by TCP on the same port.
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            return True
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
