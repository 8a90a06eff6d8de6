"""The pieces `openvisit up` is put together from."""

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping

from openvisit.platform.data_folder import last_lines
from openvisit.platform.postgres import EmbeddedPostgres
from openvisit.platform.supervisor import Child, Supervisor
from openvisit.settings import Settings

READY_SECONDS = 120.0


class StepFailed(RuntimeError):
    """A step of the start failed; the message holds what it said."""


class PostgresService:
    """The embedded server as something the supervisor keeps."""

    name = "PostgreSQL"

    def __init__(self, server: EmbeddedPostgres) -> None:
        self._server = server

    def start(self) -> None:
        """Start it, recovering from a crash if there was one."""
        self._server.start()

    def alive(self) -> bool:
        """Whether it runs."""
        return self._server.running

    def stop(self) -> None:
        """Stop it in order."""
        self._server.stop()


def run_command(*command: str, environment: Mapping[str, str], say: Callable[[str], None], quiet: bool = False) -> None:
    """Run one of our own commands in a process of its own, which takes its memory with it when it is done.

    Its lines are passed on as they come, unless `quiet`. Errors: StepFailed with its last lines.
    """
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "openvisit.cli", *command],
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        text=True,
    )
    said: list[str] = []
    try:
        assert process.stdout is not None  # noqa: S101 - told to the type checker
        for line in process.stdout:
            said.append(line.rstrip())
            if not quiet:
                say(said[-1])
        process.wait()
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()
    if process.returncode != 0:
        raise StepFailed(f"`openvisit {' '.join(command)}` failed:\n" + _indented(said[-15:]))


def wait_until_ready(settings: Settings, supervisor: Supervisor) -> None:
    """Return once the web server says it is ready.

    Errors: StepFailed when a child ends before that, or nothing is ready for two minutes.
    """
    deadline = time.monotonic() + READY_SECONDS
    while not _ready(settings):
        for service in supervisor.dead():
            raise StepFailed(f"{service.name} ended while starting:\n{_last_words(service)}")
        if time.monotonic() > deadline:
            raise StepFailed(f"the web server was not ready within {READY_SECONDS:.0f} s; see its log")
        time.sleep(0.05)


def _ready(settings: Settings) -> bool:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104
    connection = http.client.HTTPConnection(host, settings.port, timeout=5.0)
    try:
        connection.request("GET", "/health/ready")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _last_words(service: object) -> str:
    return _indented(last_lines(service.log, 15)) if isinstance(service, Child) else ""


def _indented(lines: list[str]) -> str:
    return "\n".join(f"    {line}" for line in lines)
