"""Real processes of OpenVisit over one database: `openvisit serve` and `openvisit work`, to be started and killed."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import fields
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import httpx
import psycopg

from openvisit.core.ids import new_id
from openvisit.platform.trusted import authorities
from openvisit.settings import Settings
from tests.support.processes import below

START_SECONDS = 60.0
STOP_SECONDS = 15.0


class Process:
    """One command of OpenVisit in a process of its own; its output goes to a file beside the data."""

    def __init__(self, settings: Settings, name: str, *arguments: str) -> None:
        self.log = Path(settings.openvisit_data_dir) / f"{name}.log"
        self._command = [sys.executable, "-P", "-m", "openvisit.cli", *arguments]
        self._environment = {
            **os.environ,
            "ARGON2_MEMORY_KIB": str(settings.argon2_memory_kib),
            "ARGON2_PASSES": str(settings.argon2_passes),
            **{field.name.upper(): str(getattr(settings, field.name)) for field in fields(settings)},
            "LOG_LEVEL": "error",
            "OPENVISIT_PARENT_PID": str(os.getpid()),  # it ends with the tests, however they end
        }
        self._process: subprocess.Popen[bytes] | None = None

    def told(self, name: str, value: str) -> None:
        """Set one more setting, by its name in the environment, before the start."""
        self._environment[name] = value

    def start(self) -> None:
        """Start it; call from the main thread, to whose life the process is tied."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self._process is not None, "it was not started"
        return self._process.pid

    def alive(self) -> bool:
        """Whether it runs."""
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        """SIGKILL: it has no say in this."""
        assert self._process is not None, "it was not started"
        os.kill(self._process.pid, signal.SIGKILL)
        self._process.wait(STOP_SECONDS)

    def stop(self) -> None:
        """SIGTERM, then SIGKILL; harmless when it has ended."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()


class WebServer(Process):
    """`openvisit serve` on a free port of the loopback."""

    def __init__(self, settings: Settings, name: str) -> None:
        # Bound until the end, never listening: no other test can be given the port between our asking and the
        # server's start, or while a killed one is started anew. The server shares it by SO_REUSEPORT, as it does.
        self._kept = socket.socket()
        self._kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        self._kept.bind(("127.0.0.1", 0))
        self.port = int(self._kept.getsockname()[1])
        super().__init__(settings, name, "serve", "--port", str(self.port))

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    async def ready(self) -> None:
        """Return when it answers; fail with its log when it does not."""
        deadline = time.monotonic() + START_SECONDS
        async with httpx.AsyncClient(verify=authorities()) as client:
            while True:
                try:
                    if (await client.get(f"{self.url}/health/live")).status_code == 200:
                        return
                except httpx.TransportError:
                    pass
                assert self.alive(), self.log.read_text()
                assert time.monotonic() < deadline, self.log.read_text()
                await asyncio.sleep(0.05)

    def stop(self) -> None:
        """SIGTERM, then SIGKILL; the port is free for others after it."""
        super().stop()
        self._kept.close()

    def kill_inner(self) -> None:
        """SIGKILL the process that answers requests, not the one that watches over it."""
        (inner, *_) = below(self.pid, without="resource_tracker")
        inner.kill()


@asynccontextmanager
async def web_servers(settings: Settings, count: int = 2) -> AsyncIterator[list[WebServer]]:
    """So many web servers, each with processes and connections of its own, over the settings' database."""
    servers = [WebServer(settings, f"web-{number}") for number in range(count)]
    try:
        for server in servers:
            server.start()
        for server in servers:
            await server.ready()
        yield servers
    finally:
        for server in servers:
            server.stop()


@contextmanager
def working(settings: Settings) -> Iterator[Process]:
    """`openvisit work`, for as long as the context is open or until it is killed."""
    worker = Process(settings, "worker", "work")
    worker.start()
    try:
        yield worker
    finally:
        worker.stop()


@contextmanager
def fresh_database(server_url: str, template: str) -> Iterator[str]:
    """The URL of a copy of a template, for as long as the context is open."""
    name = f"ov_test_{new_id().hex}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")  # type: ignore[call-overload]
    try:
        yield urlunsplit(urlsplit(server_url)._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(server_url, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[call-overload]
