"""Fifty thousand reminders due, four workers, kills and a vendor in a bad mood: none lost, and none sent twice beyond
what the vendor cannot tell."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from openvisit.features.notifications.reminders.dispatch import AT_ONCE, TURNS_AT_ONCE
from openvisit.platform.db import Row, fetch_all, fetch_one
from openvisit.settings import Settings
from tests.storms import reminding
from tests.storms.conftest import asking
from tests.support.cast import Scene
from tests.support.clock import StandingClock
from tests.support.due import fill

pytestmark = [pytest.mark.anyio, pytest.mark.storm]

REMINDERS = int(os.environ.get("STORM_REMINDERS", "50000"))
PART = {"knows-calm": 1, "forgets-calm": 4, "knows-moods": 10, "forgets-moods": 10}
"""The part of them that each storm sends: waiting for a vendor in a bad mood takes its time."""
WORKERS = 4
KILLS = 12
LEFT = "SELECT count(*) AS n FROM scheduled_reminder WHERE status IN ('pending', 'sending')"


class Workers:
    """Four processes; one that was killed is followed by another."""

    def __init__(self, settings: Settings, path: Path, knows: str, moods: str) -> None:
        self._command = [sys.executable, "-P", reminding.__file__, settings.database_url, settings.secret_key]
        self._command += [str(path), knows, moods]
        self.running = [self._start() for _ in range(WORKERS)]

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(self._command)

    def kill(self, number: int) -> None:
        """SIGKILL, and another takes its place."""
        self.running[number].send_signal(signal.SIGKILL)
        self.running[number].wait()
        self.running[number] = self._start()

    def stop(self) -> None:
        for process in self.running:
            process.kill()
            process.wait()


@pytest.fixture
def clock() -> StandingClock:
    """The present: workers, in processes of their own, know no other."""
    return StandingClock(datetime.now(UTC))


@pytest.fixture(params=[("knows", "calm"), ("forgets", "calm"), ("knows", "moods"), ("forgets", "moods")], ids="-".join)
def workers(request: pytest.FixtureRequest, settings: Settings, tmp_path: Path) -> Iterator[Callable[[], Workers]]:
    made: list[Workers] = []

    def start() -> Workers:
        made.append(Workers(settings, tmp_path / "sent", *request.param))
        return made[-1]

    yield start
    for one in made:
        one.stop()


async def left(settings: Settings) -> int:
    async with asking(settings.database_url) as connection:
        row = await fetch_one(connection, LEFT)
    assert row is not None
    return int(row["n"])


async def test_every_reminder_leaves_once(
    scene: Scene,
    settings: Settings,
    tmp_path: Path,
    workers: Callable[[], Workers],
    say: Callable[[str], None],
    request: pytest.FixtureRequest,
) -> None:
    now = scene.app.clock()
    kind = request.node.callspec.id
    reminders = REMINDERS // next(part for name, part in PART.items() if name in kind)
    async with scene.app.parts.db.transaction() as connection:
        await fill(connection, now, reminders=reminders, due=now - timedelta(seconds=1))
    begun = time.monotonic()
    running = workers()
    for kill in range(KILLS):
        mark = reminders - (kill + 1) * reminders // (KILLS + 2)
        while await left(settings) > mark:
            assert time.monotonic() - begun < 600
            await asyncio.sleep(0.02)  # the pace of asking again
        running.kill(kill % WORKERS)
    while await left(settings):
        assert time.monotonic() - begun < 600
        await asyncio.sleep(0.1)  # the pace of asking again
    seconds = time.monotonic() - begun
    running.stop()
    arrived = Counter((tmp_path / "sent").read_text().split())
    async with asking(settings.database_url) as connection:
        rows = await fetch_all(
            connection, "SELECT id, status, error, doubtful_at IS NOT NULL AS doubtful FROM scheduled_reminder"
        )
    check(rows, arrived, reminders, knows="knows" in kind, calm="calm" in kind)
    twice = sum(count > 1 for count in arrived.values())
    doubtful = sum(row["doubtful"] for row in rows)
    say(
        f"{reminders} reminders, {KILLS} kills, {seconds:.0f} s; {doubtful} in doubt, {twice} given to the vendor twice"
    )


def check(rows: list[Row], arrived: Counter[str], reminders: int, *, knows: bool, calm: bool) -> None:
    """None lost, none twice where the vendor can tell, and none twice unseen where it cannot."""
    assert len(rows) == reminders
    by_id = Counter({key.partition(".")[0]: count for key, count in arrived.items()})
    assert len(by_id) == len(arrived), "a message came under two keys"
    for row in rows:
        count = by_id[str(row["id"])]
        if row["status"] == "sent":
            assert count >= 1, "lost: it says sent, and was not"
        else:
            assert row["status"] == "failed"
            assert not calm or (row["doubtful"] and not knows), f"failed without need: {row['error']}"
        if not knows:
            assert count <= 2, "more than one send in doubt"
            assert count < 2 or row["doubtful"], "sent twice, and nobody can see it"
    if not knows and calm:
        assert sum(row["doubtful"] for row in rows) <= KILLS * TURNS_AT_ONCE * AT_ONCE
