"""What must hold over several processes and restarts, with two real servers over one database."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest

from openvisit.core.ids import new_id
from openvisit.features.identity.commands import create_account
from openvisit.main.parts import build
from openvisit.platform.clock import system_clock
from openvisit.platform.db import execute
from openvisit.platform.trusted import authorities
from openvisit.settings import Settings
from tests.features.identity.steps import PASSWORD, bearer, eventually
from tests.support.servers import WebServer, web_servers

LIMIT = 6


@pytest.fixture(scope="module")
def far(module_settings: Settings) -> Settings:
    """Servers that believe what a proxy on the loopback says of the caller's address."""
    return replace(module_settings, trusted_proxies="127.0.0.1", sign_in_limit_per_minute=LIMIT, bot_defence="off")


@pytest.fixture(scope="module")
async def servers(far: Settings) -> AsyncIterator[list[WebServer]]:
    """Two of them; a test that kills one starts it again."""
    async with web_servers(far) as both:
        yield both


@pytest.fixture
async def login(far: Settings) -> dict[str, str]:
    """By what somebody signs in whom no other test knows."""
    email = f"ana.{new_id().hex}@example.org"
    parts = build(far)
    await parts.db.open()
    async with parts.db.transaction() as connection:
        await create_account(
            connection,
            parts.vault,
            email=email,
            full_name="Ana Flores",
            password=PASSWORD,
            now=system_clock(),
            patient=True,
        )
    await parts.db.close()
    return {"email": email, "password": PASSWORD}


def from_address(address: str) -> dict[str, str]:
    """The header by which the proxy says where a caller comes from."""
    return {"X-Forwarded-For": address}


async def test_throttles_hold_over_processes_and_a_restart(servers: list[WebServer], login: dict[str, str]) -> None:
    async with httpx.AsyncClient(verify=authorities(), timeout=30) as client:

        async def tries(server: WebServer, address: str, email: str) -> int:
            body = {"email": email, "password": "not the one at all"}
            answer = await client.post(f"{server.url}/api/auth/login", json=body, headers=from_address(address))
            return answer.status_code

        async def a_minute(address: str) -> list[int]:
            """Twice the limit of attempts from an address, at once, turn about at both servers."""
            turns = [servers[n % 2] for n in range(2 * LIMIT)]
            return sorted(await asyncio.gather(*(tries(s, address, f"p{n}@example.org") for n, s in enumerate(turns))))

        # A minute of the clock may end in the midst of it: then the second address meets one that has just begun.
        found = [await a_minute(f"203.0.113.{n}") for n in (1, 2)]
        assert [401] * LIMIT + [429] * LIMIT in found

        # Three times the limit in a quarter of an hour on one account, from as many addresses, whoever asks.
        allowed = 3 * LIMIT
        guesses = [await tries(servers[n % 2], f"198.51.100.{n}", login["email"]) for n in range(allowed + 2)]
        if 429 not in guesses:  # a quarter of an hour has just ended
            guesses = [await tries(servers[n % 2], f"198.51.100.{n}", login["email"]) for n in range(allowed + 2)]
        assert guesses[-1] == 429
        servers[0].kill()
        servers[0].start()
        await servers[0].ready()
        again = [await tries(server, "192.0.2.200", login["email"]) for server in servers]
        assert again == [429, 429], "neither a restart nor another process forgets"


async def test_ending_a_session_at_one_server_ends_it_at_the_other_at_once(
    servers: list[WebServer], login: dict[str, str]
) -> None:
    here, there = servers
    async with httpx.AsyncClient(verify=authorities(), timeout=30) as client:
        signed_in = (await client.post(f"{here.url}/api/auth/login", json=login)).json()
        client.cookies.clear()  # another browser
        other = (await client.post(f"{there.url}/api/auth/login", json=login)).json()
        for server in servers:
            assert (await client.get(f"{server.url}/api/me", headers=bearer(signed_in))).status_code == 200
        ended = await client.post(f"{there.url}/api/me/sessions/end-others", headers=bearer(other))
        assert ended.json() == {"ended": 1}
        await _signed_out(client, here, bearer(signed_in))
        assert (await client.get(f"{here.url}/api/me", headers=bearer(other))).status_code == 200


@pytest.mark.parametrize("first", ["thief", "victim"])
async def test_a_stolen_refresh_token_serves_nobody_for_long(
    servers: list[WebServer], login: dict[str, str], first: str
) -> None:
    """Whoever comes second, at whichever server, ends the session for both."""
    async with httpx.AsyncClient(verify=authorities(), timeout=30) as client:
        signed_in = await client.post(f"{servers[0].url}/api/auth/login", json=login)
        stolen = signed_in.cookies["openvisit_refresh"]
        one = await _refresh(servers[0] if first == "victim" else servers[1], stolen)
        two = await _refresh(servers[1] if first == "victim" else servers[0], stolen)
        assert (one.status_code, two.status_code, two.json()["because"]) == (200, 401, "reuse")
        renewed = await _refresh(servers[0], one.cookies["openvisit_refresh"])
        assert (renewed.status_code, renewed.json()["because"]) == (401, "reuse")
        for server in servers:
            await _signed_out(client, server, bearer(one.json()))


async def test_thief_and_victim_at_once_both_lose(servers: list[WebServer], login: dict[str, str]) -> None:
    async with httpx.AsyncClient(verify=authorities(), timeout=30) as client:
        signed_in = await client.post(f"{servers[0].url}/api/auth/login", json=login)
        stolen = signed_in.cookies["openvisit_refresh"]
        answers = await asyncio.gather(*(_refresh(servers[n % 2], stolen) for n in range(8)))
        won = [answer for answer in answers if answer.is_success]
        assert len(won) == 1
        assert (await _refresh(servers[1], won[0].cookies["openvisit_refresh"])).status_code == 401


async def test_both_servers_take_each_others_tokens_while_keys_rotate(
    servers: list[WebServer], far: Settings, login: dict[str, str]
) -> None:
    """A new signing key signs nobody out, and reaches the other server by the unknown `kid` alone."""
    here, there = servers
    async with httpx.AsyncClient(verify=authorities(), timeout=30) as client:
        old = (await client.post(f"{here.url}/api/auth/login", json=login)).json()
        assert (await client.get(f"{there.url}/api/me", headers=bearer(old))).status_code == 200
        parts = build(far)
        await parts.db.open()
        async with parts.db.connection() as connection:
            await execute(connection, "UPDATE signing_key SET signs_until = now()")
        await parts.db.close()
        here.kill()
        here.start()
        await here.ready()
        client.cookies.clear()  # another browser
        new = (await client.post(f"{here.url}/api/auth/login", json=login)).json()
        assert old["access_token"].split(".")[0] != new["access_token"].split(".")[0], "the header names the key"
        keys = (await client.get(f"{here.url}/.well-known/jwks.json")).json()["keys"]
        assert len(keys) > 1
        for server in servers:
            for token in (old, new):
                assert (await client.get(f"{server.url}/api/me", headers=bearer(token))).status_code == 200


async def _signed_out(client: httpx.AsyncClient, server: WebServer, headers: dict[str, str]) -> None:
    """Within five seconds, where the person would be remembered for thirty."""

    async def gone() -> bool:
        return (await client.get(f"{server.url}/api/me", headers=headers)).status_code == 401

    await eventually(gone)


async def _refresh(server: WebServer, token: str) -> httpx.Response:
    async with httpx.AsyncClient(verify=authorities(), timeout=30, cookies={"openvisit_refresh": token}) as client:
        return await client.post(f"{server.url}/api/auth/refresh")
