"""How long a second start takes, and what `openvisit up` holds in memory while idle."""

import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from openvisit.platform.ports import next_free

_DATABASE = re.compile(r"postgres")


@dataclass(frozen=True)
class Startup:
    """Seconds to ready at the first and the second start; MB resident without PostgreSQL, by process."""

    first: float
    second: float
    memory: dict[str, float]


def measure(folder: Path) -> Startup:
    """Start twice on a data folder of its own; the second time also look at the memory after it has settled."""
    os.chmod(folder, 0o711)  # PostgreSQL's own account passes through it
    home = folder / "up"
    first, _ = _start(home, settle=0)
    second, memory = _start(home, settle=10)
    return Startup(first, second, memory)


def _start(home: Path, settle: float) -> tuple[float, dict[str, float]]:
    port = next_free("127.0.0.1", 18500)
    command = [sys.executable, "-P", "-m", "openvisit.cli", "up", "--port", str(port)]
    environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"} | {"OPENVISIT_DATA_DIR": str(home)}
    begun = time.monotonic()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if "patient@demo.test" in line:  # the summary, printed when all is ready
                break
        seconds = time.monotonic() - begun
        assert process.poll() is None, "openvisit up ended"
        if settle:
            time.sleep(settle)
        return seconds, _memory(process.pid)
    finally:
        process.terminate()
        process.communicate()


def _memory(pid: int) -> dict[str, float]:
    root = psutil.Process(pid)
    found: dict[str, float] = {}
    for process in (root, *root.children(recursive=True)):
        if _DATABASE.search(process.name()):
            continue
        words = process.cmdline()
        name = next((w for w in ("up", "serve", "work") if w in words), process.name())
        key = f"{name} {len([k for k in found if k.startswith(name)]) + 1}"
        found[key] = process.memory_info().rss / 1e6
    return found
