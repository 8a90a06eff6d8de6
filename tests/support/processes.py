"""Processes below another, which may end at any moment: also between being listed and being asked."""

from contextlib import suppress

import psutil


def below(pid: int, *words: str, without: str | None = None) -> list[psutil.Process]:
    """All that it started, itself or through others, and that still runs with all these words in its command line,
    and `without` nowhere in it."""
    found = []
    for process in psutil.Process(pid).children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            line = process.cmdline()
            if set(words) <= set(line) and (without is None or without not in " ".join(line)):
                found.append(process)
    return found


def gone(process: psutil.Process) -> bool:
    """Whether a process has ended; one that ended and that nobody has asked about yet is gone all the same."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def kill_all(processes: list[psutil.Process], *, seconds: float = 10.0) -> None:
    """SIGKILL them in this order, and wait until they are gone."""
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(processes, timeout=seconds)
