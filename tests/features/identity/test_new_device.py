"""A sign-in by a browser that is not known is told by mail, and the mail can undo it."""

import asyncio

import httpx
import pytest

from tests.features.identity.steps import PASSWORD, Postbox, account, bearer, code_in, token_in
from tests.support.application import Application, client_of

ANA = "ana.flores@example.org"
LOGIN = {"email": ANA, "password": PASSWORD}
FIREFOX = {"User-Agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"}


async def test_only_a_browser_that_is_new_is_told(
    browser: httpx.AsyncClient, other_browser: httpx.AsyncClient, postbox: Postbox
) -> None:
    await account(browser, postbox, ANA)
    await browser.post("/api/auth/logout")
    await browser.post("/api/auth/login", json=LOGIN)
    assert await postbox.deliver() == []
    assert (await other_browser.post("/api/auth/login", json=LOGIN, headers=FIREFOX)).status_code == 200
    (told,) = await postbox.deliver()
    body = told.get_body(("plain",))
    assert body is not None
    words = " ".join(body.get_content().split())
    assert told["To"].addresses[0].addr_spec == ANA
    for part in ("Firefox on Windows", "127.0.0.x", "Monday 1 March 2027", "America/New York"):
        assert part in words
    await other_browser.post("/api/auth/login", json=LOGIN, headers=FIREFOX)
    assert await postbox.deliver() == []


async def test_the_notice_is_in_the_persons_language(
    browser: httpx.AsyncClient, other_browser: httpx.AsyncClient, postbox: Postbox
) -> None:
    signed_in = await account(browser, postbox, ANA)
    await browser.patch("/api/me", json={"language": "es"}, headers=bearer(signed_in))
    await other_browser.post("/api/auth/login", json=LOGIN, headers=FIREFOX)
    (told,) = await postbox.deliver()
    body = told.get_body(("plain",))
    assert body is not None
    assert "Firefox en Windows" in body.get_content()


async def test_it_was_not_me_ends_everything_and_begins_a_reset(
    app: Application, browser: httpx.AsyncClient, other_browser: httpx.AsyncClient, postbox: Postbox
) -> None:
    mine = await account(browser, postbox, ANA)
    theirs = (await other_browser.post("/api/auth/login", json=LOGIN)).json()
    (told,) = await postbox.deliver()
    token = token_in(told, "not-me")
    async with client_of(app.asgi) as mailbox:
        assert (await mailbox.post("/api/auth/not-me", json={"token": token})).status_code == 204
        for signed_in in (mine, theirs):
            assert (await mailbox.get("/api/me", headers=bearer(signed_in))).status_code == 401
        assert (await other_browser.post("/api/auth/refresh")).status_code == 401
        assert (await other_browser.post("/api/auth/login", json=LOGIN)).status_code == 401
        (reset,) = await postbox.deliver()
        chosen = {"email": ANA, "code": code_in(reset), "password": "eleven quiet lanterns"}
        assert (await mailbox.post("/api/auth/reset", json=chosen)).status_code == 200
        again = await mailbox.post("/api/auth/not-me", json={"token": token})
        assert (again.status_code, again.json()["code"]) == (401, "link_invalid")


async def test_the_link_works_once_and_for_a_week(
    app: Application, browser: httpx.AsyncClient, other_browser: httpx.AsyncClient, postbox: Postbox
) -> None:
    await account(browser, postbox, ANA)
    await other_browser.post("/api/auth/login", json=LOGIN)
    token = token_in((await postbox.deliver())[0], "not-me")
    app.clock.advance(days=7)
    assert (await app.client.post("/api/auth/not-me", json={"token": token})).status_code == 401
    await client_of(app.asgi).post("/api/auth/login", json=LOGIN)
    token = token_in((await postbox.deliver())[0], "not-me")
    at_once = await asyncio.gather(*(app.client.post("/api/auth/not-me", json={"token": token}) for _ in range(5)))
    assert sorted(answer.status_code for answer in at_once) == [204, 401, 401, 401, 401]


@pytest.mark.parametrize("token", ["x", "é" * 40, "a" * 100])
async def test_a_made_up_link_does_nothing(app: Application, token: str) -> None:
    assert (await app.client.post("/api/auth/not-me", json={"token": token})).status_code == 401
