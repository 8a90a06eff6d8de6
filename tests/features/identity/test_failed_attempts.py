"""The owner of an account hears of guesses that failed, once a day; nobody else learns anything by it."""

import httpx
import pytest
from pyotp import TOTP

from openvisit.features.identity.failed_attempts import WORTH_A_MAIL
from openvisit.platform.db import fetch_all
from tests.features.identity.steps import PASSWORD, Postbox, account, bearer, registration
from tests.support.application import Application, client_of

ANA = "ana.flores@example.org"
SUBJECT = "Failed attempts to sign in to your OpenVisit account"


async def fail(app: Application, times: int, address: str = ANA) -> None:
    """Wrong passwords, from the loopback, where nothing is limited."""
    for _ in range(times):
        tried = await app.client.post("/api/auth/login", json={"email": address, "password": "not the one at all"})
        assert tried.status_code == 401


async def subjects(postbox: Postbox) -> list[str]:
    return [str(mail["Subject"]) for mail in await postbox.deliver()]


async def test_the_owner_is_told_at_the_tenth_and_not_again_that_day(
    app: Application, browser: httpx.AsyncClient, postbox: Postbox
) -> None:
    await account(browser, postbox, ANA)
    await fail(app, WORTH_A_MAIL - 1)
    assert await subjects(postbox) == []
    await fail(app, 1)
    (mail,) = await postbox.deliver()
    assert (mail["Subject"], mail["To"]) == (SUBJECT, f"Ana Flores <{ANA}>")
    await fail(app, WORTH_A_MAIL)
    app.clock.advance(hours=23)
    await fail(app, WORTH_A_MAIL)
    assert await subjects(postbox) == []
    app.clock.advance(hours=2)
    await fail(app, WORTH_A_MAIL)
    assert await subjects(postbox) == [SUBJECT]


async def test_the_owners_own_sign_ins_hide_no_guesser(
    app: Application, browser: httpx.AsyncClient, postbox: Postbox
) -> None:
    await account(browser, postbox, ANA)
    for _ in range(WORTH_A_MAIL):
        await fail(app, 1)
        assert (await browser.post("/api/auth/login", json={"email": ANA, "password": PASSWORD})).is_success
    assert await subjects(postbox) == [SUBJECT]


async def test_wrong_codes_count_too(app: Application, browser: httpx.AsyncClient, postbox: Postbox) -> None:
    await account(browser, postbox, ANA)
    for _ in range(WORTH_A_MAIL):
        asked = {"email": ANA, "code": "000000", "password": "eleven quiet lanterns"}
        assert (await app.client.post("/api/auth/reset", json=asked)).status_code == 401
    assert await subjects(postbox) == [SUBJECT]


async def test_three_wrong_second_factors_are_enough(
    app: Application, browser: httpx.AsyncClient, postbox: Postbox
) -> None:
    ana = await account(browser, postbox, ANA)
    set_up = await browser.post("/api/me/totp", headers=bearer(ana))
    right = TOTP(set_up.json()["secret"]).at(app.clock())
    await browser.post("/api/me/totp/confirm", json={"code": right}, headers=bearer(ana))
    await postbox.deliver()
    begun = await browser.post("/api/auth/login", json={"email": ANA, "password": PASSWORD})
    assert begun.status_code == 202
    told = []
    for _ in range(3):
        proof = {
            "ticket": begun.json()["ticket"],
            "proof": {"kind": "totp", "secret": f"{(int(right) + 1) % 10**6:06}"},
        }
        assert (await browser.post("/api/auth/factor", json=proof)).status_code == 422
        told.append(await subjects(postbox))
    assert told == [[], [], [SUBJECT]]


@pytest.mark.parametrize("there_is_one", [True, False])
async def test_an_unknown_address_leaves_the_same_traces_and_gets_no_mail(
    app: Application, browser: httpx.AsyncClient, postbox: Postbox, there_is_one: bool
) -> None:
    if there_is_one:
        await account(browser, postbox, ANA)
    await fail(app, WORTH_A_MAIL)
    async with app.parts.db.connection() as connection:
        jobs = await fetch_all(
            connection, "SELECT args ->> 'kind' AS kind FROM procrastinate_jobs WHERE task_name LIKE '%security'"
        )
        keys = await fetch_all(connection, "SELECT key FROM rate_limit WHERE key LIKE 'failed:%'")
    assert [job["kind"] for job in jobs] == ["sign_in_failed"]
    assert len(keys) == 2
    assert not any(ANA in key["key"] for key in keys)
    assert await subjects(postbox) == ([SUBJECT] if there_is_one else [])


async def test_an_address_that_nobody_proved_is_not_written_to(app: Application, postbox: Postbox) -> None:
    async with client_of(app.asgi) as stranger:
        await stranger.post("/api/auth/register", json=registration(ANA))
    await postbox.deliver()
    await fail(app, WORTH_A_MAIL)
    assert await subjects(postbox) == []
