"""Races, limits and failures."""

import asyncio

import httpx
import pytest
from argon2 import PasswordHasher

from openvisit.features.identity import passwords
from openvisit.features.identity.jobs import sweep
from openvisit.platform.db import execute, fetch_all, fetch_one
from tests.features.identity.steps import PASSWORD, Postbox, account, registration
from tests.support.application import Application, client_of

ANA = "ana.flores@example.org"
WRONG = {"email": ANA, "password": "not the one at all"}


async def test_an_address_has_its_attempts_and_the_loopback_in_development_any_number(app: Application) -> None:
    limit = app.parts.settings.sign_in_limit_per_minute
    async with client_of(app.asgi, address="203.0.113.9") as far, client_of(app.asgi, address="203.0.113.10") as other:
        for i in range(limit):
            tried = await far.post("/api/auth/login", json={**WRONG, "email": f"p{i}@example.org"})
            assert tried.status_code == 401
        refused = await far.post("/api/auth/login", json=WRONG)
        assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
        assert 1 <= int(refused.headers["retry-after"]) <= 60
        assert (await other.post("/api/auth/login", json=WRONG)).status_code == 401
        app.clock.advance(minutes=1)
        assert (await far.post("/api/auth/login", json=WRONG)).status_code == 401
    for _ in range(limit + 1):
        assert (await app.client.post("/api/auth/login", json=WRONG)).status_code == 401


async def test_an_account_is_not_guessed_at_from_many_addresses(app: Application) -> None:
    allowed = app.parts.settings.sign_in_limit_per_minute * 3
    answers = []
    for i in range(allowed + 1):
        async with client_of(app.asgi, address=f"203.0.113.{i}") as client:
            answers.append((await client.post("/api/auth/login", json=WRONG)).status_code)
    assert answers == [401] * allowed + [429]


async def test_an_account_gets_five_codes_an_hour(app: Application, postbox: Postbox) -> None:
    async with client_of(app.asgi, address="203.0.113.9") as client:
        assert (await client.post("/api/auth/register", json=registration(ANA))).status_code == 202
    for number in range(6):
        async with client_of(app.asgi, address=f"203.0.113.{number}") as client:
            assert (await client.post("/api/auth/resend", json={"email": ANA})).status_code == 202
    assert len(await postbox.deliver()) == 5


async def test_limits_name_nobody(app: Application) -> None:
    async with client_of(app.asgi, address="203.0.113.9") as client:
        await client.post("/api/auth/login", json=WRONG)
    async with app.parts.db.connection() as connection:
        keys = [row["key"] for row in await fetch_all(connection, "SELECT key FROM rate_limit")]
    assert len(keys) == 3  # of the address, of the account, of failed attempts on it
    assert not any(ANA in key or "203.0.113.9" in key for key in keys)


async def test_a_refresh_token_used_twice_at_once_wins_once_and_ends_the_session(
    app: Application, browser: httpx.AsyncClient, postbox: Postbox
) -> None:
    await account(browser, postbox, ANA)
    cookie = {"Cookie": f"openvisit_refresh={browser.cookies['openvisit_refresh']}"}
    answers = await asyncio.gather(*(client_of(app.asgi).post("/api/auth/refresh", headers=cookie) for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401, 401, 401]
    (winner,) = [answer for answer in answers if answer.status_code == 200]
    after = {"Cookie": f"openvisit_refresh={winner.cookies['openvisit_refresh']}"}
    assert (await client_of(app.asgi).post("/api/auth/refresh", headers=after)).status_code == 401


async def test_registering_at_once_makes_one_person(app: Application, postbox: Postbox) -> None:
    answers = await asyncio.gather(*(app.client.post("/api/auth/register", json=registration(ANA)) for _ in range(6)))
    assert {answer.status_code for answer in answers} == {202}
    async with app.parts.db.connection() as connection:
        row = await fetch_one(
            connection, "SELECT (SELECT count(*) FROM person) AS people, (SELECT count(*) FROM patient) AS patients"
        )
    assert row == {"people": 1, "patients": 1}
    signed_in = await app.client.post("/api/auth/verify", json={"email": ANA, "code": await postbox.code()})
    assert signed_in.status_code == 200


async def test_guesses_at_once_are_counted_each(app: Application, postbox: Postbox) -> None:
    await app.client.post("/api/auth/register", json=registration(ANA))
    code = await postbox.code()
    guesses = [f"{(int(code) + n) % 1_000_000:06d}" for n in range(1, 20)]
    await asyncio.gather(
        *(app.client.post("/api/auth/verify", json={"email": ANA, "code": guess}) for guess in guesses)
    )
    assert (await app.client.post("/api/auth/verify", json={"email": ANA, "code": code})).status_code == 401


async def test_one_code_used_at_once_signs_in_once(app: Application, postbox: Postbox) -> None:
    await app.client.post("/api/auth/register", json=registration(ANA))
    asked = {"email": ANA, "code": await postbox.code()}
    answers = await asyncio.gather(*(app.client.post("/api/auth/verify", json=asked) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401]


class Unwilling(Postbox):
    """A mail server that is down at first."""

    down = True

    async def send(self, message: object) -> None:
        if self.down:
            raise ConnectionError("the mail server is down")
        await super().send(message)  # type: ignore[arg-type]


async def test_a_mail_that_fails_is_tried_again(app: Application, browser: httpx.AsyncClient) -> None:
    postbox = Unwilling(app)
    await browser.post("/api/auth/register", json=registration(ANA))
    assert await postbox.deliver() == []
    async with app.parts.db.connection() as connection:
        row = await fetch_one(
            connection,
            """SELECT status, attempts, scheduled_at > now() AS later FROM procrastinate_jobs
               WHERE task_name = 'identity:send_code'""",
        )
        assert row == {"status": "todo", "attempts": 1, "later": True}
        await execute(connection, "UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo'")
    postbox.down = False
    asked = {"email": ANA, "code": await postbox.code()}
    assert (await browser.post("/api/auth/verify", json=asked)).status_code == 200


async def test_a_password_is_hashed_anew_when_the_parameters_change(
    app: Application, browser: httpx.AsyncClient, postbox: Postbox
) -> None:
    await account(browser, postbox, ANA)
    weak = PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash(PASSWORD)
    async with app.parts.db.connection() as connection:
        await execute(connection, "UPDATE person SET password_hash = %(weak)s", {"weak": weak})
        assert (await browser.post("/api/auth/login", json={"email": ANA, "password": PASSWORD})).status_code == 200
        row = await fetch_one(connection, "SELECT password_hash FROM person")
    assert row is not None
    assert row["password_hash"] != weak
    assert not passwords.needs_rehash(row["password_hash"])
    assert (await browser.post("/api/auth/login", json={"email": ANA, "password": PASSWORD})).status_code == 200


@pytest.mark.parametrize("active", [True, False])
async def test_a_person_switched_off_is_out(
    app: Application, browser: httpx.AsyncClient, postbox: Postbox, active: bool
) -> None:
    await account(browser, postbox, ANA)
    async with app.parts.db.connection() as connection:
        await execute(connection, "UPDATE person SET active = %(active)s", {"active": active})
    expected = 200 if active else 401
    assert (await browser.post("/api/auth/login", json={"email": ANA, "password": PASSWORD})).status_code == expected
    assert (await browser.post("/api/auth/refresh")).status_code == expected


async def test_what_has_expired_is_swept_out(
    app: Application, browser: httpx.AsyncClient, other_browser: httpx.AsyncClient, postbox: Postbox
) -> None:
    await account(browser, postbox, ANA)
    await other_browser.post("/api/auth/login", json={"email": ANA, "password": PASSWORD})
    await browser.post("/api/auth/forgot", json={"email": ANA})
    await postbox.deliver()
    counts = """SELECT (SELECT count(*) FROM session) AS sessions, (SELECT count(*) FROM refresh_token) AS tokens,
                       (SELECT count(*) FROM email_code) AS codes"""
    async with app.parts.db.connection() as connection:
        for days, expected in ((0, (2, 2, 1)), (2, (2, 2, 0)), (31, (2, 0, 0)), (31, (0, 0, 0))):
            app.clock.advance(days=days)
            await sweep(connection, app.clock())
            row = await fetch_one(connection, counts)
            assert row is not None
            assert tuple(row.values()) == expected
