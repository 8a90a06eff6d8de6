"""The steps behind script/test: lanes of them side by side; all, whatever fails or hangs."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOGS = ROOT / "artifacts" / "test"
BIN = Path(sys.executable).parent
LAST_LINES = 150
BROKERS = ["tests/platform/pipeline/test_brokers.py", "tests/platform/pipeline/test_set_aside.py"]
ALONE = ["tests/storms", "tests/ops", *BROKERS]
"""Where the tests marked `ops` and `storm` are; tests/conftest.py refuses them elsewhere."""
STORMS = "tests/storms/"
MOST_UNSTEADY = 3
"""Tests of a step that may be looked at once more; when more fail, it was not the machine."""

RUNNING: set[subprocess.Popen[bytes]] = set()


@dataclass
class Step:
    """One command and what became of it. After `limit` seconds it is ended, with all it started, and has failed."""

    name: str
    command: Sequence[str]
    folder: Path = ROOT
    junit: Path | None = None
    cache: Path | None = None
    waits: bool = False
    """Whether it waits for other processes, which others slow down: what fails is tried once more when all is quiet."""
    limit: float = 600.0
    seconds: float = 0.0
    outcome: str = "not run"
    log: Path = field(init=False)

    def __post_init__(self) -> None:
        self.log = LOGS / (self.name.replace(" ", "-").replace(",", "") + ".log")

    def run(self) -> None:
        """Run it to its end, its output into its log."""
        print(f"  ...  {self.name}", flush=True)
        begun = time.monotonic()
        with self.log.open("wb") as log:
            started = subprocess.Popen(
                self.command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
            RUNNING.add(started)
            try:
                code = started.wait(self.limit)
            except subprocess.TimeoutExpired:
                code = None
                end(started)
                log.write(f"\nended after {self.limit:.0f} s, its limit\n".encode())
            RUNNING.discard(started)
        self.seconds = time.monotonic() - begun
        self.outcome = "ok" if code == 0 else "FAIL"
        print(f"  {self.outcome:<4} {self.name:<40} {self.seconds:6.1f} s", flush=True)


def end(started: subprocess.Popen[bytes]) -> None:
    """End a step's command with all it started. Python tells where it was (SIGABRT, by its fault handler)."""
    for signal_, patience in ((signal.SIGABRT, 10.0), (signal.SIGKILL, None)):
        with suppress(ProcessLookupError):
            os.killpg(started.pid, signal_)
        with suppress(subprocess.TimeoutExpired):
            started.wait(patience)


def end_all(number: int, _frame: object) -> None:
    """Whoever ends this ends what it started."""
    for started in tuple(RUNNING):
        end(started)
    os._exit(128 + number)


def tool(name: str, *arguments: str) -> list[str]:
    """A program of the virtual environment with its arguments."""
    return [str(BIN / name), *arguments]


def pytest(name: str, *arguments: str) -> Step:
    """A run of pytest, its results in a file of its own. A test that hangs ends sooner, by pytest-timeout."""
    plain = name.replace(" ", "-").replace(",", "")
    junit, cache = LOGS / f"{plain}.xml", LOGS / f"{plain}.cache"
    command = tool("pytest", "-q", f"--junitxml={junit}", "-o", f"cache_dir={cache}", *arguments)
    return Step(name, command, junit=junit, cache=cache, limit=1500.0)


def npm(name: str, script: str) -> Step:
    """A script of web/package.json."""
    return Step(name, ["npm", "run", "--silent", script], ROOT / "web")


def python_static() -> list[Step]:
    """What can be known of the Python without running it."""
    checked = ["src", "tests", "script", "bench"]
    return [
        Step("format", tool("ruff", "format", "--check", *checked)),
        Step("lint", tool("ruff", "check", *checked)),
        Step("types", tool("mypy", "--strict", "src")),
        Step("import contracts", tool("lint-imports")),
        Step("lock files", [sys.executable, "script/lock.py", "check"]),
        Step("API description", [sys.executable, "script/openapi.py", "check"]),
        Step("events description", [sys.executable, "script/asyncapi.py", "check"]),
    ]


def python_tests() -> list[Step]:
    """Tests that share the machine well. Migration drift and the OpenAPI fuzzing are among them."""
    return [pytest("Python tests", "tests", "--ignore=tests/journeys", "-n", "2", "-m", "not storm and not ops")]


def python_alone() -> list[Step]:
    """Whole installations, races and kills: beside the browsers, whom they let go first, and two files side by side,
    for half of what they do is to wait for what they killed."""
    shared = ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder", "-m", "ops or storm"]
    step = pytest("operation and storms", *ALONE, *shared)
    return [replace(step, command=["nice", "-n", "10", *step.command], waits=True)]


def interop() -> list[Step]:
    """The tests of brokers against Apache Kafka itself; a visit through a LiveKit server."""
    return [
        pytest("Apache Kafka", "tests/platform/pipeline/test_brokers.py", "tests/storms/test_kafka_kills.py"),
        pytest("LiveKit", "tests/journeys/test_livekit.py"),
    ]


def web_static() -> list[Step]:
    """What can be known of the web app without running it."""
    return [npm("web lint", "lint"), npm("web types", "types"), npm("web API types", "api:check")]


def web_tests() -> list[Step]:
    """The web app's own tests."""
    return [npm("web tests", "test")]


def web_build() -> list[Step]:
    """The web app as it is shipped. Before and apart from tests of the server, which hands its files out."""
    return [Step("web build", ["script/build"])]


def journeys() -> list[Step]:
    """Two real browsers, each against a whole installation; a failure where CI demands it and there is no browser."""
    if os.environ.get("OPENVISIT_CHROMIUM"):
        if not (os.environ.get("OPENVISIT_LIVEKIT_SERVER") or shutil.which("livekit-server")):
            print("  skip the visit through LiveKit: no livekit-server found (script/test --interop builds one)")
        return [replace(pytest("browser journeys", "tests/journeys", "-n", "2", "--dist", "worksteal"), waits=True)]
    if os.environ.get("CI") == "true":
        return [Step("browser journeys", [sys.executable, "-c", "raise SystemExit('there is no Chromium here')"])]
    print("  skip browser journeys: no Chromium found (as root on Debian or Ubuntu it is installed)")
    return []


def plan(part: str) -> list[list[list[Step]]]:
    """Rounds, one after the other; a round is lanes that run side by side."""
    if part == "lint":
        return [[python_static(), web_static()]]
    if part == "fast":
        return [[[*python_static(), pytest("core tests", "tests/core")], web_static()]]
    if part == "py":
        return [[[*python_static(), *python_tests()]], [python_alone()]]
    if part == "web":
        return [[web_build()], [[*web_static(), *web_tests()]]]
    if part == "journeys":
        return [[web_build()], [journeys()]]
    if part == "interop":
        return [[web_build()], [interop()]]
    if part == "all":
        # Installing the web packages is most of the build.
        return [
            [python_static(), web_build()],
            [python_tests(), [*web_static(), *web_tests()]],
            [journeys(), python_alone()],
        ]
    raise SystemExit(f"script/test knows fast, lint, py, web, journeys; not {part!r}")


def run_lanes(lanes: list[list[Step]]) -> None:
    """Run lanes side by side and wait for all."""
    threads = [threading.Thread(target=lambda steps=steps: [step.run() for step in steps]) for steps in lanes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def failed_tests(step: Step) -> list[str]:
    """The tests that failed in a run of pytest, as pytest itself remembers them."""
    remembered = step.cache / "v/cache/lastfailed" if step.cache else None
    return sorted(json.loads(remembered.read_text())) if remembered and remembered.exists() else []


def look_again(step: Step) -> list[str]:
    """Try the few tests that failed beside other work once more, alone; those that pass now, when all of them do.

    For whole installations and browsers alone, which wait for the time of two processors. A race that was lost in a
    storm, or in any other test, was lost.
    """
    tests = failed_tests(step)
    if not 0 < len(tests) <= MOST_UNSTEADY or any(test.startswith(STORMS) for test in tests):
        return []
    again = pytest(f"{step.name}, once more", *tests)
    again.run()
    return tests if again.outcome == "ok" else []


def count(steps: Sequence[Step], unsteady: dict[str, list[str]]) -> dict[str, int]:
    """Add up the results of every pytest run; one that left none counts as one failure."""
    total = {"passed": 0, "failed": 0, "unsteady": sum(map(len, unsteady.values())), "skipped": 0}
    for step in steps:
        if step.junit is None:
            continue
        if not step.junit.exists():
            total["failed"] += 1
            continue
        for suite in ET.parse(step.junit).getroot().iter("testsuite"):
            failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
            skipped = int(suite.get("skipped", 0))
            total["failed"] += 0 if step.name in unsteady else failed
            total["skipped"] += skipped
            total["passed"] += int(suite.get("tests", 0)) - failed - skipped
    return total


def main() -> int:
    """Run the plan and sum up; 1 when any step failed."""
    shutil.rmtree(LOGS, ignore_errors=True)
    LOGS.mkdir(parents=True)
    for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, end_all)
    begun = time.monotonic()
    rounds = plan(sys.argv[1] if len(sys.argv) > 1 else "all")
    steps = [step for lanes in rounds for lane in lanes for step in lane]
    for lanes in rounds:
        run_lanes(lanes)
    failed = [step for step in steps if step.outcome != "ok"]
    for step in failed:
        print(f"\n{'=' * 20} {step.name} {'=' * 20}")
        print("\n".join(step.log.read_text(errors="replace").splitlines()[-LAST_LINES:]))
    unsteady = {step.name: tests for step in failed if step.waits and (tests := look_again(step))}
    failed = [step for step in failed if step.name not in unsteady]
    print(f"\n{len(steps) - len(failed)} of {len(steps)} steps ok in {time.monotonic() - begun:.0f} s", end="")
    print(f"; failed: {', '.join(step.name for step in failed)}" if failed else "")
    results = count(steps, unsteady)
    print(", ".join(f"{number} {what}" for what, number in results.items() if number or what in ("passed", "failed")))
    for test in (test for tests in unsteady.values() for test in tests):
        print(f"UNSTEADY {test}: it failed beside other work, as is told above, and passed alone. Mend it.")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
