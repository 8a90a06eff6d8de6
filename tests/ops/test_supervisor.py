"""Services are kept up, with growing patience, and stopped in reverse."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from openvisit.platform import ports
from openvisit.platform.data_folder import data_folder, generated_secret
from openvisit.platform.supervisor import LARGEST_LOG, Child, Supervisor, restart_delay, trim_log
from tests.ops.conftest import eventually
from tests.support.processes import gone

pytestmark = pytest.mark.ops

WAITS = "import signal, os; print('up', os.environ['WORD'], flush=True); signal.pause()"


def child(place: Path, name: str, program: str = WAITS) -> Child:
    return Child(name, [sys.executable, "-P", "-c", program], place / f"{name}.log", lambda: {"WORD": name})


def test_a_killed_child_is_started_again(place: Path) -> None:
    said: list[str] = []
    supervisor = Supervisor(said.append)
    web = child(place, "web")
    supervisor.start(web)
    first = web.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    eventually(lambda: not web.alive(), "it is dead")
    assert supervisor.dead() == [web]
    supervisor.tend()
    assert web.alive()
    assert web.pid != first
    assert said == ["web stopped unexpectedly; starting it again"]
    supervisor.stop()
    assert not web.alive()


def test_a_child_that_keeps_dying_is_given_more_and_more_time(place: Path) -> None:
    now = 0.0
    said: list[str] = []
    supervisor = Supervisor(said.append, clock=lambda: now)
    broken = child(place, "broken", "raise SystemExit(3)")
    supervisor.start(broken)
    for _ in range(3):
        eventually(lambda: not broken.alive(), "it has ended")
        supervisor.tend()
        now += restart_delay(10)
        supervisor.tend()
    assert said == [
        "broken stopped unexpectedly; starting it again",
        "broken stopped unexpectedly; starting it again in 1 s",
        "broken stopped unexpectedly; starting it again in 2 s",
    ]
    supervisor.stop()
    assert [restart_delay(failures) for failures in (0, 1, 2, 5, 6, 60)] == [0, 1, 2, 16, 30, 30]


class Noted:
    """A service that only notes what is asked of it."""

    def __init__(self, name: str, notes: list[str]) -> None:
        self.name = name
        self._notes = notes

    def start(self) -> None:
        self._notes.append(f"start {self.name}")

    def alive(self) -> bool:
        return True

    def stop(self) -> None:
        self._notes.append(f"stop {self.name}")


def test_services_stop_in_reverse_and_once() -> None:
    notes: list[str] = []
    supervisor = Supervisor(notes.append)
    supervisor.start(Noted("database", notes))
    supervisor.start(Noted("web", notes))
    supervisor.stop()
    supervisor.stop()
    assert notes == ["start database", "start web", "stop web", "stop database"]


def test_a_child_ends_when_its_parent_is_killed(place: Path) -> None:
    grandchild = (
        "import os, signal; from openvisit.platform.parent import end_with_parent; "
        "end_with_parent(int(os.environ['PARENT'])); print(os.getpid(), flush=True); signal.pause()"
    )
    parent = (
        "import os, subprocess, sys; os.environ['PARENT'] = str(os.getpid()); "
        f"subprocess.run([sys.executable, '-P', '-c', {grandchild!r}])"
    )
    with subprocess.Popen([sys.executable, "-P", "-c", parent], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        grandchild_process = psutil.Process(int(process.stdout.readline()))
        process.kill()
        assert process.stdout.read() == ""  # the end of the file: nobody holds the other end any more
        eventually(lambda: gone(grandchild_process), "the grandchild is gone")


def test_a_taken_port_is_named_and_passed_over() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert ports.why_not("127.0.0.1", port) == "taken by another program"
        assert ports.next_free("127.0.0.1", port) != port
    assert ports.why_not("127.0.0.1", port) is None
    assert ports.next_free("127.0.0.1", port) == port


def test_a_large_log_is_put_aside_and_written_on(place: Path) -> None:
    log = place / "web.log"
    log.write_bytes(b"x" * (LARGEST_LOG + 1))
    with log.open("ab") as running:
        trim_log(log)
        running.write(b"after")
    assert log.read_bytes() == b"after"
    assert (place / "web.log.old").stat().st_size == LARGEST_LOG + 1


def test_the_secret_is_made_once_and_for_its_owner_alone(place: Path) -> None:
    path = generated_secret(place)
    secret = path.read_text()
    assert len(secret.strip()) >= 48
    assert path.stat().st_mode & 0o777 == 0o600
    assert generated_secret(place).read_text() == secret
    assert [entry.name for entry in place.iterdir()] == ["secret_key"]


def test_the_data_folder_is_the_named_one_or_the_usual_one(monkeypatch: pytest.MonkeyPatch, place: Path) -> None:
    assert data_folder(str(place)) == place
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert data_folder("") == Path("/var/lib/openvisit")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_DATA_HOME", str(place))
    assert data_folder("") == place / "openvisit"
    monkeypatch.setattr(sys, "platform", "darwin")
    assert data_folder("") == Path.home() / "Library" / "Application Support" / "OpenVisit"
