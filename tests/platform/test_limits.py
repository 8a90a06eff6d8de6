"""Limits on callers hold over several processes, and forget what is past."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import httpx

from openvisit.platform import rate_limits
from openvisit.platform.web.limits import CallerLimit
from openvisit.settings import Settings
from tests.support.application import Application, client_of, running
from tests.support.cast import usual_scene
from tests.support.clock import StandingClock
from tests.support.servers import web_servers

FAR = "203.0.113.7"


async def test_what_one_process_counted_the_other_knows(app: Application, clock: StandingClock) -> None:
    here, there = (CallerLimit("address", 10, clock) for _ in range(2))
    assert [here.refuses(FAR) for _ in range(6)] == [0] * 6
    assert [there.refuses(FAR) for _ in range(3)] == [0] * 3
    for limit in (here, there):
        await limit.exchange(app.parts.db, app.parts.vault)
    assert here.refuses(FAR) == 0
    await here.exchange(app.parts.db, app.parts.vault)
    assert here.refuses(FAR) > 0, "ten were counted, here and there"
    assert here.refuses("203.0.113.8") == 0


async def test_a_new_minute_is_a_new_count(app: Application, clock: StandingClock) -> None:
    limit = CallerLimit("address", 2, clock)
    assert [limit.refuses(FAR) > 0 for _ in range(3)] == [False, False, True]
    await limit.exchange(app.parts.db, app.parts.vault)
    clock.advance(minutes=1)
    assert limit.refuses(FAR) == 0
    await limit.exchange(app.parts.db, app.parts.vault)
    assert limit.refuses(FAR) == 0
    assert limit.refuses(FAR) > 0


async def test_counts_are_no_list_of_addresses(app: Application, clock: StandingClock) -> None:
    limit = CallerLimit("address", 10, clock)
    limit.refuses(FAR)
    await limit.exchange(app.parts.db, app.parts.vault)
    async with app.parts.db.connection() as connection:
        found = await rate_limits.fetch_all(connection, "SELECT key FROM rate_limit")
    assert found
    assert not [row for row in found if FAR in row["key"]]


async def test_a_person_is_held_back_from_wherever(settings: Settings, clock: StandingClock) -> None:
    async with running(replace(settings, person_rate_limit_per_minute=3), clock) as app:
        scene = await usual_scene(app)
        clients = [client_of(app.asgi, scene.patient.token, f"198.51.100.{n}") for n in range(5)]
        assert [(await client.get("/api/me")).status_code for client in clients] == [200, 200, 200, 429, 429]
        assert (await client_of(app.asgi, scene.staff.token, FAR).get("/api/me")).status_code == 200


async def test_an_address_is_held_back_by_two_real_servers(settings: Settings, app: Application) -> None:
    known = replace(settings, rate_limit_per_minute=20, trusted_proxies="127.0.0.1")
    async with web_servers(known) as servers, httpx.AsyncClient(headers={"X-Forwarded-For": FAR}) as client:
        for server in servers:
            for _ in range(15):
                await client.get(f"{server.url}/health/live")
        told = []
        for _ in range(60):  # they exchange counts once a second
            told = [(await client.get(f"{server.url}/health/live")).status_code for server in servers]
            if told == [429, 429]:
                break
            await asyncio.sleep(0.1)
        assert told == [429, 429]
        near = await client.get(f"{servers[0].url}/health/live", headers={"X-Forwarded-For": "203.0.113.8"})
        assert near.status_code == 200


async def test_old_counts_are_forgotten(app: Application, clock: StandingClock) -> None:
    async with app.parts.db.connection() as connection:
        await rate_limits.count(connection, "old", window_seconds=60, now=clock() - timedelta(days=2))
        await rate_limits.count(connection, "new", window_seconds=60, now=clock())
    forget = rate_limits.blueprint(app.parts.db, clock).tasks["forget_counts"]
    await forget.func(0)
    async with app.parts.db.connection() as connection:
        found = await rate_limits.fetch_all(connection, "SELECT key FROM rate_limit ORDER BY key")
    assert [row["key"] for row in found] == ["new"]
