"""Keeping a few services up: started in order, restarted when they die, stopped in reverse.

This process stays alive as long as the installation does, so it imports little.
"""

import os
import select
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Protocol, Self

LONGEST_DELAY = 30.0
STEADY_AFTER = 60.0
STOP_SECONDS = 15.0
LARGEST_LOG = 20_000_000


class StopRequested(BaseException):
    """A signal asked us to stop; raised in the main thread wherever it is, like KeyboardInterrupt."""


class Signals:
    """Turns SIGINT, SIGTERM and SIGHUP into StopRequested, once, and wakes `wait` when a child ends."""

    def __init__(self) -> None:
        self._reader, self._writer = socket.socketpair()
        self._reader.setblocking(False)
        self._writer.setblocking(False)
        self._stopping = False

    def __enter__(self) -> Self:
        for sign in (signal.SIGINT, signal.SIGTERM):
            signal.signal(sign, self._stop)
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup asked to outlive the terminal
            signal.signal(signal.SIGHUP, self._stop)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        return self

    def __exit__(self, *_: object) -> None:
        signal.set_wakeup_fd(-1)
        self._reader.close()
        self._writer.close()

    def hold_back(self) -> None:
        """Raise no more: we are stopping already, and that is not to be cut short."""
        self._stopping = True

    def wait(self, seconds: float) -> None:
        """Sleep until a signal arrives, such as the death of a child, or the time is up."""
        if select.select([self._reader], [], [], seconds)[0]:
            self._reader.recv(4096)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        if not self._stopping:
            self._stopping = True
            raise StopRequested


class Service(Protocol):
    """Something that can be started, looked at and stopped."""

    name: str

    def start(self) -> None:
        """Start it; raise when that fails."""

    def alive(self) -> bool:
        """Whether it runs."""

    def stop(self) -> None:
        """Stop it in order; harmless when it does not run."""


class Child:
    """A program of ours in a process of its own, its output appended to a log of limited size."""

    def __init__(
        self, name: str, command: Sequence[str], log: Path, environment: Callable[[], Mapping[str, str]]
    ) -> None:
        self.name = name
        self.log = log
        self._command = list(command)
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """Its process id while it runs."""
        return self._process.pid if self._process and self.alive() else None

    def start(self) -> None:
        """Start it in a session of its own: Ctrl-C is answered by the supervisor, in order."""
        trim_log(self.log)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                env={**os.environ, **self._environment(), "OPENVISIT_PARENT_PID": str(os.getpid())},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        """SIGTERM, and SIGKILL when it takes longer than it should."""
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._process = None


@dataclass(slots=True)
class _Kept:
    service: Service
    started: float
    failures: int = 0
    due: float | None = None


class Supervisor:
    """Keeps services up until StopRequested. `say` hears of every death and every restart."""

    def __init__(self, say: Callable[[str], None], *, clock: Callable[[], float] = time.monotonic) -> None:
        self._say = say
        self._clock = clock
        self._kept: list[_Kept] = []

    def start(self, service: Service) -> None:
        """Start a service and keep it from now on; its errors are the caller's this first time."""
        self._kept.append(_Kept(service, self._clock()))
        service.start()

    def dead(self) -> list[Service]:
        """Services that should run and do not."""
        return [kept.service for kept in self._kept if not kept.service.alive()]

    def tend(self) -> None:
        """Look at every service once, in the order of their start; restart the dead whose time has come."""
        now = self._clock()
        for kept in self._kept:
            if kept.service.alive():
                if kept.failures and now - kept.started > STEADY_AFTER:
                    kept.failures = 0
                continue
            if kept.due is None:
                delay = restart_delay(kept.failures)
                self._say(
                    f"{kept.service.name} stopped unexpectedly; starting it again"
                    + (f" in {delay:.0f} s" if delay else "")
                )
                kept.failures += 1
                kept.due = now + delay
            if now >= kept.due:
                self._restart(kept)

    def stop(self) -> None:
        """Stop every service, the last started first."""
        while self._kept:
            self._kept.pop().service.stop()

    def _restart(self, kept: _Kept) -> None:
        kept.due, kept.started = None, self._clock()
        try:
            kept.service.start()
        except Exception as error:  # the next look tries again, later each time
            self._say(f"{kept.service.name} could not be started: {error}")


def restart_delay(failures: int) -> float:
    """Seconds to wait before the next start: none after the first death, then 1, 2, 4... at most 30."""
    return 0.0 if failures == 0 else min(LONGEST_DELAY, 2.0 ** (failures - 1))


def trim_log(log: Path) -> None:
    """Put a log that has grown large aside as `.old`, over the one before it.

    Copied, then emptied in place: a running process goes on appending to the same file.
    """
    log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > LARGEST_LOG:
        log.with_name(log.name + ".old").write_bytes(log.read_bytes())
        os.truncate(log, 0)
