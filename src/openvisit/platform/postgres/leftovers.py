"""What an earlier run left behind: a server still up, a stale pid file, children without their server."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

POLL_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class PidFile:
    """The parts we need of `postmaster.pid` (PostgreSQL source, src/include/utils/pidfile.h)."""

    pid: int
    socket: Path
    status: str

    @classmethod
    def read(cls, cluster: Path) -> "PidFile | None":
        """What the file says now, or None when there is none, it is half written, or we may not look."""
        try:
            lines = (cluster / "postmaster.pid").read_text().splitlines()
            status = lines[7].strip() if len(lines) > 7 else ""
            return cls(pid=int(lines[0]), socket=Path(lines[4].strip()), status=status)
        except (FileNotFoundError, PermissionError, IndexError, ValueError):
            return None


def clear_leftovers(cluster: Path, say: Callable[[str], None]) -> None:
    """Make the cluster ready to be started: end a server without a supervisor, remove a misleading pid file.

    The caller holds the folder's lock, so whatever still runs on these files has lost its supervisor.
    """
    if not (cluster / "postmaster.pid").exists():
        return
    before = PidFile.read(cluster)
    if before is not None and before.pid in _servers_on(cluster):
        say("PostgreSQL was still running without its supervisor: stopping it first")
        _end(before.pid, (signal.SIGINT, 60.0), (signal.SIGQUIT, 10.0))
    for pid in _servers_on(cluster):
        _end(pid, (signal.SIGKILL, 10.0))  # with their server gone there is nothing left to say goodbye to
    # PostgreSQL clears a stale file by itself, unless its pid now belongs to another program of that user.
    (cluster / "postmaster.pid").unlink(missing_ok=True)


def _servers_on(cluster: Path) -> list[int]:
    """Living PostgreSQL processes that work in this cluster; after a reboot a pid alone proves nothing."""
    return list(_matching(cluster.resolve()))


def _matching(cluster: Path) -> Iterator[int]:
    import psutil

    for process in psutil.process_iter():
        try:
            if "postgres" in process.name() and Path(process.cwd()) == cluster:
                yield process.pid
        except (psutil.Error, OSError):  # ended meanwhile, or belongs to someone else and so is not ours
            continue


def _end(pid: int, *steps: tuple[signal.Signals, float]) -> None:
    for sign, patience in steps:
        try:
            os.kill(pid, sign)
        except ProcessLookupError:
            return
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if not _alive(pid):
                return
            time.sleep(POLL_SECONDS)


def _alive(pid: int) -> bool:
    import psutil

    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
