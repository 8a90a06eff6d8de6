"""SIGKILL of the worker in the middle of mailing: every letter still leaves, hardly any twice."""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path

import pytest

from openvisit.platform.db import execute, fetch_one
from openvisit.platform.jobs import defer
from openvisit.platform.mail_catcher import MailCatcher
from openvisit.platform.postgres import EmbeddedPostgres
from openvisit.settings import Settings
from tests.storms.conftest import asking, becomes, kill_all_of
from tests.support.application import running
from tests.support.arena import BOOK, at
from tests.support.cast import Scene, usual_scene
from tests.support.clock import StandingClock
from tests.support.servers import Process, working

pytestmark = [pytest.mark.anyio, pytest.mark.storm]

VISITS = 64
UNDER_WAY = "SELECT count(*) AS n FROM procrastinate_jobs WHERE status = 'doing'"
NEWS = "scheduled_reminder WHERE type = 'news'"
LEFT = f"""
SELECT (SELECT count(*) FROM procrastinate_jobs WHERE queue_name = 'events')
       + (SELECT count(*) FROM {NEWS} AND status IN ('pending', 'sending')) AS n"""


@pytest.fixture
def clock() -> StandingClock:
    """The present: the worker, in a process of its own, knows no other."""
    return StandingClock(datetime.now(UTC))


@pytest.fixture
def catcher(tmp_path: Path) -> Iterator[MailCatcher]:
    with MailCatcher(tmp_path / "mail") as catching:
        yield catching


async def test_the_worker_is_killed_while_it_mails(
    scene: Scene, settings: Settings, catcher: MailCatcher, say: Callable[[str], None]
) -> None:
    """Three times. Patient and provider are told of each visit in the end."""
    settings = replace(settings, smtp_url=catcher.url)
    await book_all(scene)
    for mails in (15, 45, 75):
        with working(settings) as worker:
            await caught(catcher, mails, worker)
            worker.kill()
    cut_off = await count(settings, UNDER_WAY)
    assert cut_off > 0, "no job was under way at any of the kills"
    assert await count(settings, LEFT) > cut_off, "all was done before the last kill"
    await minutes_pass(settings, 3, living=0)
    with working(settings) as worker:
        await becomes(settings, 0, LEFT, worker)
    say(f"{VISITS} visits, {cut_off} jobs cut off, {await all_told(settings, catcher)}")


async def test_postgres_is_killed_while_the_worker_mails(
    postgres: EmbeddedPostgres,
    durable: Settings,
    clock: StandingClock,
    catcher: MailCatcher,
    say: Callable[[str], None],
) -> None:
    """Twice. Whether the worker bears it, or ends and is started again as its supervisor would: all are told."""
    settings = replace(durable, smtp_url=catcher.url)
    async with running(settings, clock) as app:
        await book_all(await usual_scene(app))
    ended = 0
    with working(settings) as worker:
        for mails in (15, 60):
            await caught(catcher, mails, worker)
            kill_all_of(postgres)
            await asyncio.to_thread(postgres.start)
            if not await bears_it(settings, worker):
                ended += 1
                worker.start()
                assert await bears_it(settings, worker), worker.log.read_text()
        cut_off = await count(settings, UNDER_WAY)
        await minutes_pass(settings, 3, living=1)
        await becomes(settings, 0, LEFT, worker)
    say(f"{VISITS} visits, worker ended {ended} times of 2, {cut_off} under way, {await all_told(settings, catcher)}")


async def bears_it(settings: Settings, worker: Process) -> bool:
    """Whether the worker gives a sign of life from now on (true), or ends (false)."""
    deadline = time.monotonic() + 60
    async with asking(settings.database_url) as connection:
        begun = await fetch_one(connection, "SELECT now() AS now")
        assert begun is not None
        while worker.alive():
            alive = "SELECT id FROM procrastinate_workers WHERE last_heartbeat > %(now)s"
            if await fetch_one(connection, alive, begun) is not None:
                return True
            assert time.monotonic() < deadline, "the worker neither ended nor lives"
            await asyncio.sleep(0.05)  # the pace of looking
    return False


async def book_all(scene: Scene) -> None:
    """Visits on four days, and with each a job to tell of it."""
    for n in range(VISITS):
        start = at(2 + n // 16, 9) + timedelta(minutes=30 * (n % 16))
        answer = await scene.patient.client.post(BOOK, json=scene.slot(start))
        assert answer.status_code == 201, answer.text


async def all_told(settings: Settings, catcher: MailCatcher) -> str:
    """Patient and provider have a mail about each visit, and a second copy only of a send that was in doubt."""
    keys = [message_from_bytes(file.read_bytes())["Message-ID"] for file in catcher.store.folder.glob("*.eml")]
    doubtful = await count(settings, f"SELECT count(*) AS n FROM {NEWS} AND doubtful_at IS NOT NULL")
    assert len(set(keys)) == 2 * VISITS
    assert len(keys) - len(set(keys)) <= doubtful
    assert await count(settings, f"SELECT count(*) AS n FROM {NEWS} AND status = 'sent'") == 2 * VISITS
    assert (
        await count(settings, "SELECT count(*) AS n FROM procrastinate_jobs WHERE status IN ('doing', 'failed')") == 0
    )
    return f"{len(keys)} mails of {len(set(keys))}, {doubtful} sends in doubt"


async def caught(catcher: MailCatcher, mails: int, worker: Process) -> None:
    """Return once so many mails have been taken."""
    deadline = time.monotonic() + 60
    while sum(1 for _ in catcher.store.folder.glob("*.eml")) < mails:
        assert worker.alive(), worker.log.read_text()
        assert time.monotonic() < deadline, worker.log.read_text()
        await asyncio.sleep(0.002)  # the pace of looking


async def count(settings: Settings, question: str) -> int:
    async with asking(settings.database_url) as connection:
        row = await fetch_one(connection, question)
    assert row is not None
    return int(row["n"])


async def minutes_pass(settings: Settings, minutes: int, *, living: int) -> None:
    """Make all that waits for time so much older, the `living` newest workers aside, and look for stalled jobs.

    Twice at once, as two workers would.
    """
    async with asking(settings.database_url) as connection, connection.transaction():
        for change in (
            """UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - make_interval(mins => %(minutes)s)
               WHERE id NOT IN (SELECT id FROM procrastinate_workers ORDER BY id DESC LIMIT %(living)s)""",
            "UPDATE procrastinate_jobs SET scheduled_at = scheduled_at - make_interval(mins => %(minutes)s)",
            """UPDATE scheduled_reminder SET leased_until = leased_until - make_interval(mins => %(minutes)s),
                   next_at = next_at - make_interval(mins => %(minutes)s)""",
        ):
            await execute(connection, change, {"minutes": minutes, "living": living})
        for moment in (0, 1):
            await defer(connection, "jobs:run_again", args={"timestamp": moment})
