"""A RabbitMQ of the tests' own: a free port of the loopback, its own name, data and cookie, to be killed at will."""

import asyncio
import os
import secrets
import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from tests.support.processes import kill_all

PROGRAM = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
START_SECONDS = 90.0


def program() -> Path:
    """RabbitMQ's own script, not Debian's wrapper, which insists on the system's user. Skips where there is none."""
    if PROGRAM.exists():
        return PROGRAM
    assert os.environ.get("CI") != "true", "rabbitmq-server must be installed in CI"
    pytest.skip("rabbitmq-server is not installed (script/test installs it as root on Debian and Ubuntu)")


class RabbitServer:
    """One node. It keeps what it confirmed over `kill` and `start`."""

    def __init__(self, folder: Path) -> None:
        self._program = program()
        self._folder = folder
        self.port = _free_port()
        self._environment = _environment(folder, self.port)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Its address; the user `guest` may come from the loopback alone."""
        return f"amqp://guest:guest@127.0.0.1:{self.port}/"

    def start(self) -> None:
        """Start the node, and return when it takes connections."""
        with (self._folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                [str(self._program)],
                env=self._environment,
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._greets():
            assert self._process.poll() is None, self.log()
            assert time.monotonic() < deadline, self.log()
            time.sleep(0.1)  # the pace of asking

    def kill(self) -> None:
        """SIGKILL the node and everything it started, as when the machine loses its power."""
        if self._process is None:
            return
        everyone = [psutil.Process(self._process.pid)]
        everyone += everyone[0].children(recursive=True)
        kill_all(everyone)
        self._process.wait()
        self._process = None

    def close(self) -> None:
        """End it for good, with the name server that Erlang leaves behind."""
        self.kill()
        for process in psutil.process_iter(["name"]):
            if process.info["name"] == "epmd":
                with suppress(psutil.Error):
                    if process.environ().get("ERL_EPMD_PORT") == self._environment["ERL_EPMD_PORT"]:
                        process.kill()

    async def restart(self) -> None:
        """Start it again, off the event loop."""
        await asyncio.to_thread(self.start)

    def log(self) -> str:
        """What it said."""
        return (self._folder / "server.log").read_text(errors="replace")[-5000:]

    def _greets(self) -> bool:
        # The protocol header is answered by Connection.Start (a method frame: 1) once the node is up.
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(b"AMQP\x00\x00\x09\x01")
                return connection.recv(1) == b"\x01"
        except OSError:
            return False


def _environment(folder: Path, port: int) -> dict[str, str]:
    """Nothing of the machine's own RabbitMQ: no configuration, no plugins, no name server but one beside the node."""
    for name in ("data", "log"):
        (folder / name).mkdir(parents=True)
    cookie = folder / ".erlang.cookie"
    cookie.write_text(secrets.token_hex(16))
    cookie.chmod(0o400)
    (folder / "rabbitmq.conf").write_text(
        f"listeners.tcp.1 = 127.0.0.1:{port}\nloopback_users.guest = true\nlog.console = true\nlog.file = false\n"
    )
    (folder / "enabled_plugins").write_text("[].\n")
    (folder / "rabbitmq-env.conf").write_text("")
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "RABBITMQ_NODENAME": f"ov-{port}@localhost",
        "RABBITMQ_DIST_PORT": str(_free_port()),
        "ERL_EPMD_PORT": str(_free_port()),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1} +S 1:1",
        "RABBITMQ_CONF_ENV_FILE": str(folder / "rabbitmq-env.conf"),
        "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
        "RABBITMQ_ADVANCED_CONFIG_FILE": str(folder / "none"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
        "RABBITMQ_MNESIA_BASE": str(folder / "data"),
        "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_PID_FILE": str(folder / "pid"),
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
