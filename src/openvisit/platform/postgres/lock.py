"""One server to a data folder: an advisory lock that the kernel lets go of whenever its holder dies."""

import fcntl
import os
import sys
import time
from pathlib import Path

from openvisit.platform.postgres.errors import DataFolderInUse


class FolderLock:
    """Held from `take` until `release` or the death of this process; children do not inherit it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / "lock"
        self._file: int | None = None

    def take(self) -> None:
        """Hold the folder, or raise DataFolderInUse naming who does."""
        if self._file is not None:
            return
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(file, 500, 0).decode(errors="replace").strip()
            os.close(file)
            raise DataFolderInUse(self._folder, holder or "another process") from None
        os.ftruncate(file, 0)
        os.pwrite(file, _who_we_are().encode(), 0)
        self._file = file

    def release(self) -> None:
        """Let the folder go; harmless when it is not held."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


def _who_we_are() -> str:
    command = " ".join([Path(sys.argv[0]).name, *sys.argv[1:]])[:200]
    return f"process {os.getpid()} ({command}), started {time.strftime('%Y-%m-%d %H:%M:%S %Z')}"
