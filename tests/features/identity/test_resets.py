"""Resetting a password while other things happen."""

import asyncio
from collections.abc import Awaitable, Callable

import httpx
import pyotp
import pytest

from openvisit.features.identity import commands
from openvisit.platform.db import fetch_one
from tests.features.identity.steps import PASSWORD, Postbox, account, bearer
from tests.support.application import Application, client_of

ANA = "ana.flores@example.org"
LOGIN = {"email": ANA, "password": PASSWORD}
NEW = "eleven quiet lanterns"


async def reset_code(app: Application, postbox: Postbox) -> str:
    """The code of a reset that was asked for."""
    await app.client.post("/api/auth/forgot", json={"email": ANA})
    return await postbox.code()


async def test_one_code_used_by_two_at_once_sets_one_password(
    app: Application, browser: httpx.AsyncClient, postbox: Postbox
) -> None:
    await account(browser, postbox, ANA)
    code = await reset_code(app, postbox)
    wanted = ["eleven quiet lanterns", "twelve loud foghorns", "seven slow ferryboats", "nine bright harbours"]
    clients = [client_of(app.asgi) for _ in wanted]
    answers = await asyncio.gather(
        *(
            client.post("/api/auth/reset", json={"email": ANA, "code": code, "password": password})
            for client, password in zip(clients, wanted, strict=True)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401]
    won = next(password for password, answer in zip(wanted, answers, strict=True) if answer.is_success)
    for password in (*wanted, PASSWORD):
        signed_in = await app.client.post("/api/auth/login", json={"email": ANA, "password": password})
        assert signed_in.is_success == (password == won)


async def test_a_code_is_no_good_twice_nor_after_a_newer_one(
    app: Application, browser: httpx.AsyncClient, postbox: Postbox
) -> None:
    await account(browser, postbox, ANA)
    first = await reset_code(app, postbox)
    second = await reset_code(app, postbox)
    tried = [first, second, second] if first != second else [second]
    answers = [
        (await app.client.post("/api/auth/reset", json={"email": ANA, "code": code, "password": NEW})).status_code
        for code in tried
    ]
    assert answers == [401, 200, 401]


async def test_a_code_of_one_purpose_is_no_good_for_another(
    app: Application, browser: httpx.AsyncClient, postbox: Postbox
) -> None:
    ana = await account(browser, postbox, ANA)
    code = await reset_code(app, postbox)
    verified = await app.client.post("/api/auth/verify", json={"email": ANA, "code": code})
    confirmed = await browser.post("/api/me/email/confirm", json={"code": code}, headers=bearer(ana))
    assert (verified.status_code, confirmed.status_code) == (401, 401)


async def test_a_sign_in_under_way_does_not_outlive_a_reset(
    app: Application, browser: httpx.AsyncClient, postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old password has been checked; the reset commits; only then would the session be opened."""
    await account(browser, postbox, ANA)
    code = await reset_code(app, postbox)
    checked, go_on = asyncio.Event(), asyncio.Event()
    matches: Callable[[str | None, str], Awaitable[bool]] = commands.passwords.matches

    async def slow(stored: str | None, password: str) -> bool:
        found = await matches(stored, password)
        if not checked.is_set():
            checked.set()
            await go_on.wait()
        return found

    monkeypatch.setattr(commands.passwords, "matches", slow)
    thief = client_of(app.asgi)
    signing_in = asyncio.create_task(thief.post("/api/auth/login", json=LOGIN))
    await checked.wait()
    reset = await app.client.post("/api/auth/reset", json={"email": ANA, "code": code, "password": NEW})
    go_on.set()
    assert reset.status_code == 200
    late = await signing_in
    assert (late.status_code, late.json()["code"]) == (401, "invalid_credentials")
    assert await _open_sessions(app) == 1


async def test_however_resets_and_sign_ins_race_no_session_by_the_old_password_is_left(
    app: Application, browser: httpx.AsyncClient, postbox: Postbox
) -> None:
    await account(browser, postbox, ANA)
    for round_ in range(4):
        old, new = (PASSWORD, NEW) if round_ % 2 == 0 else (NEW, PASSWORD)
        code = await reset_code(app, postbox)
        app.clock.advance(minutes=15)  # five codes an hour
        code = await reset_code(app, postbox)
        thieves = [client_of(app.asgi) for _ in range(4)]
        reset, *signed_in = await asyncio.gather(
            app.client.post("/api/auth/reset", json={"email": ANA, "code": code, "password": new}),
            *(thief.post("/api/auth/login", json={"email": ANA, "password": old}) for thief in thieves),
        )
        assert reset.status_code == 200
        assert {answer.status_code for answer in signed_in} <= {200, 401}
        for answer in signed_in:
            if answer.is_success:
                assert (await app.client.get("/api/me", headers=bearer(answer.json()))).status_code == 401
        assert await _open_sessions(app) == 1


async def test_a_sign_in_that_waits_for_its_second_factor_ends_with_a_reset(
    app: Application, browser: httpx.AsyncClient, postbox: Postbox
) -> None:
    ana = await account(browser, postbox, ANA)
    set_up = await browser.post("/api/me/totp", headers=bearer(ana))
    authenticator = pyotp.TOTP(set_up.json()["secret"])
    begun = app.clock()
    added = await browser.post(
        "/api/me/totp/confirm", json={"code": authenticator.at(int(begun.timestamp()))}, headers=bearer(ana)
    )
    assert added.status_code == 200, added.text
    app.clock.advance(minutes=2)
    thief = client_of(app.asgi)
    due = (await thief.post("/api/auth/login", json=LOGIN)).json()
    reset = await app.client.post(
        "/api/auth/reset", json={"email": ANA, "code": await reset_code(app, postbox), "password": NEW}
    )
    assert reset.status_code == 202, reset.text
    proof = {"kind": "totp", "secret": authenticator.at(int(app.clock().timestamp()))}
    late = await thief.post("/api/auth/factor", json={"ticket": due["ticket"], "proof": proof})
    assert (late.status_code, late.json()["code"]) == (401, "ticket_invalid"), late.text


async def _open_sessions(app: Application) -> int:
    async with app.parts.db.connection() as connection:
        row = await fetch_one(connection, "SELECT count(*) AS n FROM session WHERE revoked_at IS NULL")
    assert row is not None
    return int(row["n"])


async def test_a_password_chosen_by_a_mailed_code_is_told(
    app: Application, browser: httpx.AsyncClient, postbox: Postbox
) -> None:
    await account(browser, postbox, ANA)
    code = await reset_code(app, postbox)
    wrong = await browser.post("/api/auth/reset", json={"email": ANA, "code": "000000", "password": NEW})
    assert (wrong.status_code, await postbox.deliver()) == (401, [])
    assert (await browser.post("/api/auth/reset", json={"email": ANA, "code": code, "password": NEW})).is_success
    told = [(mail["Subject"], mail["To"]) for mail in await postbox.deliver()]
    assert told == [("A new password for your OpenVisit account", f"Ana Flores <{ANA}>")]
