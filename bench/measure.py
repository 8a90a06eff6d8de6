"""Starting what is measured, and reading what it used."""

import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg

from bench import world
from openvisit.main.parts import build
from openvisit.platform.ports import next_free
from openvisit.platform.postgres import Binaries
from openvisit.settings import Settings


@dataclass(frozen=True)
class Cpu:
    """CPU seconds used so far."""

    web: float
    database: float
    load: float

    def shares(self, since: "Cpu", seconds: float) -> str:
        """Cores used since, in words."""
        parts = (("web", self.web - since.web), ("PostgreSQL", self.database - since.database))
        words = [f"{name} {used / seconds:.2f}" for name, used in (*parts, ("load", self.load - since.load))]
        return ", ".join(words)


@dataclass
class Server:
    """A running `openvisit serve` with one web process."""

    port: int
    process: subprocess.Popen[bytes]

    @property
    def web_pid(self) -> int:
        """The process that answers requests."""
        return psutil.Process(self.process.pid).children()[0].pid

    def cpu(self, folder: Path) -> Cpu:
        """What the web process, the database below `folder` and this process have used."""
        web = sum(sum(p.cpu_times()[:2]) for p in psutil.Process(self.process.pid).children(recursive=True))
        return Cpu(web, _database_seconds(folder), time.process_time())


def _database_seconds(folder: Path) -> float:
    pid = int(next(folder.rglob("postmaster.pid")).read_text().split()[0])
    postmaster = psutil.Process(pid)
    return float(sum(sum(p.cpu_times()[:4]) for p in (postmaster, *postmaster.children())))


@contextmanager
def serving(url: str, folder: Path) -> Iterator[Server]:
    """One web process over the database."""
    port = next_free("127.0.0.1", 18000 + os.getpid() % 300)
    settings = world.settings(url, folder)
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "OPENVISIT_DATA_DIR": str(folder),
        "SECRET_KEY": settings.secret_key,
        "LOG_LEVEL": settings.log_level,
    }
    command = [sys.executable, "-P", "-m", "openvisit.cli", "serve", "--port", str(port)]
    process = subprocess.Popen(command, env=environment)
    try:
        _wait(port)
        yield Server(port, process)
    finally:
        process.terminate()
        process.wait()


def _wait(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health/live", timeout=2)
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("the server did not start")


async def tokens(url: str, folder: Path, people: list[world.Patient]) -> list[str]:
    """An access token for each patient."""
    from openvisit.features.identity.sessions import open_session

    settings: Settings = world.settings(url, folder)
    parts = build(settings)
    await parts.db.open()
    made = []
    async with parts.db.transaction(as_gate="sessions of the people who book") as connection:
        for person in people:
            opened = await open_session(connection, person.person_id, now=world.now(), days=30, user_agent="bench")
            made.append((await parts.tokens.issue(opened.session))[0])
    await parts.db.close()
    return made


@dataclass(frozen=True)
class Limit:
    """What pgbench got: transactions a second and milliseconds."""

    clients: int
    per_second: float
    p99: float


def limit(url: str, clients: int, seconds: int, folder: Path) -> Limit:
    """The booking's statement by pgbench, each transaction a slot of its own."""
    pgbench = Binaries.from_wheel().folder / "pgbench"
    log = folder / f"pgbench-{clients}"
    command = [str(pgbench), "-n", "-M", "prepared", "-c", str(clients), "-j", str(min(2, clients)), "-T", str(seconds)]
    command += ["-f", str(Path(__file__).parent / "limit.sql"), "--log", f"--log-prefix={log}", url]
    ran = subprocess.run(command, check=False, capture_output=True, text=True)
    found = re.search(r"tps = ([0-9.]+)", ran.stdout)
    assert found is not None, ran.stderr
    times = sorted(
        int(line.split()[2]) for part in folder.glob(f"{log.name}.*") for line in part.read_text().splitlines()
    )
    for part in folder.glob(f"{log.name}.*"):
        part.unlink()
    return Limit(clients, float(found[1]), times[int(len(times) * 0.99)] / 1000)


def deadlocks(url: str) -> int:
    """Deadlocks the database has counted."""
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()").fetchone()
    assert row is not None
    return int(row[0])


def overlaps(url: str) -> int:
    """Exclusive claims of one resource that overlap; there must be none."""
    with psycopg.connect(url) as connection:
        row = connection.execute(
            """SELECT count(*) FROM claim a JOIN claim b ON a.resource = b.resource AND a.id < b.id
               AND a.during && b.during WHERE a.exclusive AND b.exclusive"""
        ).fetchone()
    assert row is not None
    return int(row[0])


def profile(pid: int, seconds: int, folder: Path) -> subprocess.Popen[bytes] | None:
    """py-spy beside the load, when it is installed."""
    program = Path(sys.executable).with_name("py-spy")
    if not program.exists():
        return None
    command = [str(program), "record", "-p", str(pid), "-d", str(seconds), "-r", "250", "-f", "raw"]
    return subprocess.Popen(
        [*command, "-o", str(folder / "profile.txt")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def profile_shares(folder: Path) -> list[tuple[str, float]]:
    """Where the web process spent its time, by what a frame belongs to: (name, share), largest first."""
    path = folder / "profile.txt"
    if not path.exists():
        return []
    totals: dict[str, int] = {}
    for line in path.read_text().splitlines():
        stack, _, count = line.rpartition(" ")
        frames = stack.split(";")
        if any("Edge.__call__" in frame for frame in frames):
            totals[_owner(frames)] = totals.get(_owner(frames), 0) + int(count)
    whole = sum(totals.values()) or 1
    return sorted(((name, count / whole) for name, count in totals.items()), key=lambda pair: -pair[1])


def _owner(frames: list[str]) -> str:
    owners = {"psycopg": "psycopg (talking to PostgreSQL)", "litestar": "Litestar", "openvisit": "OpenVisit"}
    for frame in reversed(frames):
        for part, name in owners.items():
            if f"({part}" in frame:
                return name
    return "Python and other libraries"
