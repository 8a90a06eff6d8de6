"""A provider's word is a first factor: who has a second one gives it all the same."""

from typing import Any

import httpx

from tests.features.identity.factor_steps import code, second_step, with_app
from tests.features.identity.federation.steps import FederationPostbox, lie, new_person, sign_in
from tests.features.identity.steps import bearer
from tests.support.clock import StandingClock
from tests.support.oidc_provider import OidcProvider
from tests.support.oidc_provider.hostile import HostileIssuer

ME = "/api/me/identities"


async def enter(browser: httpx.AsyncClient, hostile: HostileIssuer, email: str) -> dict[str, Any]:
    """Sign in at the issuer of ours, which says that the person gave many factors there."""
    claims = {"sub": "two-steps", "email": email, "sid": "theirs", "amr": ["mfa", "otp"]}
    answer = await lie(browser, hostile, lambda nonce: hostile.signed(hostile.claims(nonce, **claims)))
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def test_the_second_factor_is_asked_for_whatever_the_provider_says_of_its_own(
    browser: httpx.AsyncClient, other_browser: httpx.AsyncClient, hostile: HostileIssuer, clock: StandingClock,
    postbox: FederationPostbox, provider: OidcProvider,
) -> None:  # fmt: skip
    _, email = new_person(provider)
    secret, _ = await with_app(other_browser, postbox, clock, email)

    # A mailed code is a first factor, too: it connects nothing by itself.
    assert (await enter(browser, hostile, email))["outcome"] == "prove"
    await browser.post("/api/auth/federation/code")
    proved = (await browser.post("/api/auth/federation/prove", json={"code": await postbox.code()})).json()
    assert (proved["outcome"], proved["next"], proved["session"]) == ("second-factor", "/sign-in/connect", None)
    clock.advance(seconds=30)
    done = await second_step(browser, proved["factor"]["ticket"], "totp", code(secret, clock))
    assert (await browser.get(ME, headers=bearer(done.json()))).json()["items"] == []
    joined = await browser.post(ME, headers=bearer(done.json()))
    assert joined.json()["outcome"] == "connected"

    # From now on the provider gives the first factor, and the app the second.
    entered = await enter(browser, hostile, email)
    assert (entered["outcome"], entered["session"], entered["next"]) == ("second-factor", None, "/visits")
    clock.advance(seconds=30)
    done = await second_step(browser, entered["factor"]["ticket"], "totp", code(secret, clock))
    who = bearer(done.json())
    assert (await browser.get("/api/me", headers=who)).json()["email"] == email

    # And what it opened ends when the provider says so.
    said = await browser.post(
        "/api/auth/federation/hostile/backchannel-logout",
        content=f"logout_token={hostile.logout_token(sub='two-steps', sid='theirs')}".encode(),
    )
    assert said.status_code == 200
    assert (await browser.get("/api/me", headers=who)).status_code == 401


async def test_who_has_no_second_factor_is_in(browser: httpx.AsyncClient, provider: OidcProvider) -> None:
    assert (await sign_in(browser, provider, new_person(provider)[0])).json()["outcome"] == "signed-in"
