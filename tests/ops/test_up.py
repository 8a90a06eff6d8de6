"""`openvisit up` as a person runs it: started, killed in parts and as a whole, stopped, started again."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from openvisit.platform.ports import next_free
from openvisit.platform.postgres import running_url
from tests.ops.conftest import eventually
from tests.support.processes import below, gone

pytestmark = pytest.mark.ops

CLEAN = {
    name: value
    for name, value in os.environ.items()
    if name not in ("DATABASE_URL", "SMTP_URL", "PUBLIC_URL", "SECRET_KEY")
}


class Up:
    """One running `openvisit up` and what it has said."""

    def __init__(self, data: Path, port: int) -> None:
        self.data = data
        command = [sys.executable, "-P", "-m", "openvisit.cli", "up", "--no-demo", "--port", str(port)]
        self.process = subprocess.Popen(
            command,
            env={**CLEAN, "OPENVISIT_DATA_DIR": str(data)},
            cwd=data.parent,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.said = ""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said += line
            if "Ctrl-C" in line:
                break
        else:
            pytest.fail(f"it did not become ready:\n{self.said}\n{self._logs()}")
        found = re.search(r"Open +http://127\.0\.0\.1:(\d+)", self.said)
        assert found is not None
        self.port = int(found[1])

    def ready(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/health/ready")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def database(self) -> str:
        url = running_url(self.data / "postgres", "openvisit")
        assert url is not None
        return url

    def end(self, sign: signal.Signals) -> int:
        self.process.send_signal(sign)
        assert self.process.stdout is not None
        self.said += self.process.stdout.read()
        self.process.stdout.close()
        return self.process.wait()

    def _logs(self) -> str:
        return "\n".join(log.read_text()[-3000:] for log in (self.data / "log").glob("*.log"))


@pytest.fixture
def running(place: Path) -> Iterator[Up]:
    up = Up(place / "data", next_free("127.0.0.1", 18_000))
    try:
        yield up
    finally:
        if up.process.poll() is None:
            up.end(signal.SIGTERM)


def keep_a_row(up: Up) -> None:
    with psycopg.connect(up.database()) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (n serial)")
        connection.execute("INSERT INTO kept DEFAULT VALUES")


def rows(up: Up) -> int:
    with psycopg.connect(up.database()) as connection:
        found = connection.execute("SELECT count(*) FROM kept").fetchone()
    assert found is not None
    return int(found[0])


def test_web_worker_and_database_each_heal_after_a_kill(running: Up) -> None:
    assert running.ready()
    keep_a_row(running)
    for words in (["serve"], ["work"]):
        (first, *others) = below(running.process.pid, *words)
        first.kill()
        eventually(lambda first=first, others=others: all(map(gone, [first, *others])), "they are gone")
        eventually(lambda words=words: bool(below(running.process.pid, *words)), f"{words} is there again")
        eventually(running.ready, "the web answers")
    server = psutil.Process(int((running.data / "postgres" / "cluster" / "postmaster.pid").read_text().splitlines()[0]))
    server.kill()
    eventually(lambda: gone(server), "PostgreSQL is gone")
    eventually(running.ready, "the web answers again, on a recovered database")
    assert rows(running) == 1
    (worker,) = below(running.process.pid, "work")
    assert worker.is_running()
    assert running.end(signal.SIGTERM) == 0
    assert "web stopped unexpectedly" in running.said
    assert "worker stopped unexpectedly" in running.said
    assert "PostgreSQL stopped unexpectedly" in running.said


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_leaves_nothing_running(running: Up, sign: signal.Signals) -> None:
    children = below(running.process.pid)
    assert len(children) >= 4
    assert running.end(sign) == 0
    assert "Stopping" in running.said
    eventually(lambda: all(map(gone, children)), "every process is gone")
    assert running_url(running.data / "postgres", "openvisit") is None


def test_after_a_kill_the_next_start_takes_over_on_the_same_port(running: Up) -> None:
    keep_a_row(running)
    ours = below(running.process.pid, without="postgres")
    assert running.end(signal.SIGKILL) == -signal.SIGKILL
    eventually(lambda: all(map(gone, ours)), "no child of it outlives it")
    again = Up(running.data, running.port)
    try:
        assert again.port == running.port
        assert rows(again) == 1
    finally:
        assert again.end(signal.SIGTERM) == 0


def test_a_second_start_makes_nothing_anew(running: Up) -> None:
    """How many seconds it takes is for the bench to say."""
    (made,) = (running.data / "postgres").rglob("global/pg_control")
    files = set(made.parents[1].glob("base/*/PG_VERSION"))
    keep_a_row(running)
    assert running.end(signal.SIGTERM) == 0
    again = Up(running.data, running.port)
    assert rows(again) == 1
    assert again.end(signal.SIGTERM) == 0
    assert "Setting up PostgreSQL" in running.said
    assert "Setting up PostgreSQL" not in again.said
    assert "Starting PostgreSQL" in again.said
    assert set(made.parents[1].glob("base/*/PG_VERSION")) == files, "another database"


def test_a_taken_port_is_named_and_passed_over(running: Up) -> None:
    keep_a_row(running)
    assert running.end(signal.SIGTERM) == 0
    with socket.create_server(("127.0.0.1", running.port)):
        again = Up(running.data, running.port)
    try:
        assert f"Port {running.port} is taken by another program: using {again.port} instead" in again.said
        assert again.port != running.port
        assert again.ready()
        assert rows(again) == 1
    finally:
        assert again.end(signal.SIGTERM) == 0


def test_a_second_up_on_the_same_folder_says_who_holds_it(running: Up) -> None:
    second = subprocess.run(
        [sys.executable, "-P", "-m", "openvisit.cli", "up", "--no-demo"],
        env={**CLEAN, "OPENVISIT_DATA_DIR": str(running.data)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert second.returncode == 1
    assert f"already in use by process {running.process.pid} (" in second.stderr
    assert running.ready()
