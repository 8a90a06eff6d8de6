"""SIGKILL in the middle of a storm: whatever was acknowledged is there afterwards, and nobody has to help."""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from openvisit.core.errors import Unavailable
from openvisit.platform.db import execute
from openvisit.platform.postgres import EmbeddedPostgres
from openvisit.platform.trusted import authorities
from openvisit.settings import Settings
from tests.storms.conftest import SEED, all_is_kept, asking, becomes, kill_all_of
from tests.support.arena import BOOK, HOLD, Arena, Call, arena, at, slot, told
from tests.support.servers import WebServer, working
from tests.support.storm import Ground, Storm

pytestmark = [pytest.mark.anyio, pytest.mark.storm]

Say = Callable[[str], None]


async def test_web_processes_are_killed(settings: Settings, say: Say) -> None:
    """One inside its watcher, which starts it again by itself; then the other with its watcher, started anew."""
    async with arena(settings) as made:
        first, second = made.servers
        storm = Storm(await Ground.of(made), SEED + 1, failures=True)
        running = asyncio.create_task(storm.run(2_500))
        await storm.reached(600)
        first.kill_inner()
        back = await answers_again(made, [first])
        await storm.reached(1_400)
        second.kill()
        second.start()
        await second.ready()
        log = await running
        await answers_again(made, made.servers)
    say(f"{log.summary()}; the killed web process was back after {back:.1f} s")
    await all_is_kept(settings.database_url, log, every_answer_arrived=False)
    assert broken_off(log.answers) > 0, "nothing was under way when the processes were killed"


async def test_postgres_is_killed(postgres: EmbeddedPostgres, durable: Settings, say: Say) -> None:
    """Twice, with all its processes. The web servers find the new one without being started again."""
    async with arena(durable) as made:
        pids = [server.pid for server in made.servers]
        ground = await Ground.of(made)
        storm = Storm(ground, SEED + 2, failures=True)
        running = asyncio.create_task(storm.run(3_000))
        backs = []
        for requests in (700, 1_800):
            await storm.reached(requests)
            kill_all_of(postgres)
            await asyncio.to_thread(postgres.start)
            backs.append(await answers_again(made, made.servers))
        log = await running
        assert [server.pid for server in made.servers if server.alive()] == pids
        say(f"{log.summary()}; both web servers served again {', '.join(f'{b:.1f} s' for b in backs)} after the server")
        await all_is_kept(durable.database_url, log, every_answer_arrived=False)
        assert broken_off(log.answers) > 0, "nothing was under way when the server was killed"
        assert max(backs) < 15
        await pool_is_whole(made)
        await holds_still_run_out(made, ground, durable)
    await all_is_kept(durable.database_url, log, every_answer_arrived=False)


def broken_off(answers: dict[str, int]) -> int:
    """How many requests did not get an answer that says what became of them."""
    return sum(n for what, n in answers.items() if " 503" in what or what.endswith("Error"))


async def answers_again(made: Arena, servers: Sequence[WebServer]) -> float:
    """How many seconds until each of the servers has answered from the database."""
    begun = time.monotonic()
    for server in servers:
        while not await _answers(made, server):
            assert time.monotonic() - begun < 60, server.log.read_text()[-3000:]
            await asyncio.sleep(0.05)  # the pace of asking again
    return time.monotonic() - begun


async def _answers(made: Arena, server: WebServer) -> bool:
    headers = {"Authorization": f"Bearer {made.staff.token}"}
    async with httpx.AsyncClient(verify=authorities(), timeout=5.0) as client:
        try:
            answer = await client.get(f"{server.url}{BOOK}?limit=1", headers=headers)
        except httpx.TransportError:
            return False
    assert answer.status_code in (200, 503), answer.text
    return answer.status_code == 200


async def pool_is_whole(made: Arena) -> None:
    """The test's own pool stood idle: its first user learns that its connections are gone, the next gets new ones."""
    for _ in range(3):
        with suppress(Unavailable):
            async with made.db.connection() as connection:
                await execute(connection, "SELECT")
                return
    raise AssertionError("the pool does not recover")


async def holds_still_run_out(made: Arena, ground: Ground, settings: Settings) -> None:
    """A slot held before is free to others when its hold is over, and a worker clears away what is left."""
    visit_type = await made.cast.visit_type(made.clinic)
    provider = await made.provider(visit_type)
    holder, other = await made.crowd(2)
    wishes = [slot(provider, visit_type, at(2, hour)) for hour in (10, 12)]
    holds = await made.race(Call(holder, "POST", HOLD, wish) for wish in wishes)
    assert told(holds) == {"201": 2}
    refused = await made.race([Call(other, "POST", BOOK, wishes[0])])
    assert told(refused) == {"409 slot_taken": 1}
    async with asking(settings.database_url) as connection, connection.transaction():
        for table in ("hold", "claim"):  # five minutes pass
            await execute(
                connection,
                f"UPDATE {table} SET expires_at = %(past)s WHERE expires_at IS NOT NULL",
                {"past": datetime.now(UTC) - timedelta(seconds=1)},
            )
    booked = await made.race([Call(other, "POST", BOOK, wishes[0])])
    assert told(booked) == {"201": 1}
    with working(settings) as worker:
        await becomes(settings, 0, "SELECT count(*) AS n FROM hold", worker)
        await becomes(settings, 0, "SELECT count(*) AS n FROM claim WHERE kind = 'hold'", worker)
