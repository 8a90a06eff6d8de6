"""Processes below another, which may end at any moment: also between being listed and being asked."""

from collections.abc import Iterator
from contextlib import suppress

import psutil


def below(pid: int, *words: str) -> list[psutil.Process]:
    """All that it started, itself or through others, and that still runs with all these words in its command line."""
    return [process for process, line in _with_command_lines(pid) if set(words) <= set(line)]


def below_without(pid: int, part: str) -> list[psutil.Process]:
    """The same of those in whose command lines the part is nowhere."""
    return [process for process, line in _with_command_lines(pid) if part not in " ".join(line)]


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


def _with_command_lines(pid: int) -> Iterator[tuple[psutil.Process, list[str]]]:
    for process in psutil.Process(pid).children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            yield process, process.cmdline()
