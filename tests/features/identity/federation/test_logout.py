"""A provider says that its sessions have ended (OpenID Connect Back-Channel Logout 1.0), and signing out there."""

import time
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import httpx

from tests.features.identity.federation.steps import asked, lie, new_person, sign_in
from tests.features.identity.federation.test_attacks import refusal
from tests.features.identity.steps import bearer
from tests.support.application import Application, client_of
from tests.support.oidc_provider import CLIENT_ID, OidcProvider
from tests.support.oidc_provider.hostile import HostileIssuer

OUT = "/api/auth/federation/hostile/backchannel-logout"


async def enter(browser: httpx.AsyncClient, hostile: HostileIssuer, **claims: Any) -> dict[str, str]:
    """Sign in at the issuer of ours; the answer is the header of who is signed in."""
    answer = await lie(browser, hostile, lambda nonce: hostile.signed(hostile.claims(nonce, **claims)))
    assert answer.json()["outcome"] == "signed-in", answer.text
    return bearer(answer.json()["session"])


async def say_out(browser: httpx.AsyncClient, token: str) -> httpx.Response:
    """What the provider sends."""
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return await browser.post(OUT, content=urlencode({"logout_token": token}).encode(), headers=headers)


async def inside(browser: httpx.AsyncClient, header: dict[str, str]) -> bool:
    return (await browser.get("/api/me", headers=header)).status_code == 200


async def test_one_session_ends_by_its_id_and_all_by_the_subject(app: Application, hostile: HostileIssuer) -> None:
    browser, *others = (client_of(app.asgi) for _ in range(4))
    first = await enter(browser, hostile, sid="sid-1")
    second = await enter(others[0], hostile, sid="sid-2")
    other = await enter(others[1], hostile, sub="other", email="other@example.org", sid="sid-3")
    assert (await say_out(browser, hostile.logout_token(sid="sid-1"))).status_code == 200
    assert [await inside(browser, who) for who in (first, second, other)] == [False, True, True]
    assert (await say_out(browser, hostile.logout_token(sub=None, sid="sid-3"))).status_code == 200
    third = await enter(others[2], hostile)
    assert (await say_out(browser, hostile.logout_token())).status_code == 200
    assert [await inside(browser, who) for who in (second, third, other)] == [False, False, False]


async def test_a_logout_token_that_is_not_good_ends_nothing(browser: httpx.AsyncClient, hostile: HostileIssuer) -> None:
    who = await enter(browser, hostile, sid="sid-1")
    used = hostile.logout_token(sub="nobody")
    assert (await say_out(browser, used)).status_code == 200
    now = int(time.time())
    claims = hostile.claims("a nonce", sid="sid-1")
    lies = {
        "used before": (used, "replayed"),
        "expired": (hostile.logout_token(exp=now - 120), "expired"),
        "another audience": (hostile.logout_token(aud="another"), "audience"),
        "another issuer": (hostile.logout_token(iss="http://127.0.0.1:1"), "issuer"),
        "no event": (hostile.logout_token(events=None), "events"),
        "another event": (hostile.logout_token(events={"urn:another": {}}), "events"),
        "a nonce": (hostile.logout_token(nonce="n"), "nonce"),
        "nobody": (hostile.logout_token(sub=None), "subject"),
        "no jti": (hostile.logout_token(jti=None), "jti"),
        "an endless jti": (hostile.logout_token(jti="x" * 3000), "jti"),
        "another type": (hostile.signed({**claims, "jti": "x"}, typ="at+jwt"), "type"),
        "a plain JWT": (hostile.logout_token(typ="JWT"), "type"),
        "no type": (hostile.logout_token(typ=None), "type"),
        "an ID token": (hostile.signed({**claims, "jti": "y"}), "type"),
        "an ID token of its type": (hostile.signed({**claims, "jti": "w"}, typ="logout+jwt"), "events"),
        "none": (hostile.unsigned({**claims, "jti": "z"}), "algorithm"),
        "nothing": ("", "token"),
    }
    told = {name: refusal(await say_out(browser, token)) for name, (token, _) in lies.items()}
    assert told == {name: (400, "logout_refused", reason) for name, (_, reason) in lies.items()}
    assert await inside(browser, who)


async def test_a_provider_that_names_no_type_is_heeded_when_the_setting_says_so(
    app: Application, browser: httpx.AsyncClient, hostile: HostileIssuer
) -> None:
    providers: Any = app.parts.federation.providers
    providers["hostile"] = replace(providers["hostile"], untyped_logout=True)
    who = await enter(browser, hostile, sid="sid-1")
    ended = await say_out(browser, hostile.logout_token(sid="sid-1", typ="at+jwt"))
    assert refusal(ended) == (400, "logout_refused", "type")
    assert await inside(browser, who)
    for typ in ("JWT", None):
        assert (await say_out(browser, hostile.logout_token(sid="sid-1", typ=typ))).status_code == 200
    assert not await inside(browser, who)


async def test_a_session_of_our_own_is_not_the_providers_to_end(
    browser: httpx.AsyncClient, other_browser: httpx.AsyncClient, provider: OidcProvider, hostile: HostileIssuer
) -> None:
    sub, _ = new_person(provider)
    who = bearer((await sign_in(browser, provider, sub)).json()["session"])
    assert (await say_out(other_browser, hostile.logout_token(sub=sub))).status_code == 200
    assert await inside(browser, who)


async def test_signing_out_leads_to_the_provider_that_signed_in(
    browser: httpx.AsyncClient, other_browser: httpx.AsyncClient, provider: OidcProvider, hostile: HostileIssuer
) -> None:
    sub, _ = new_person(provider)
    who = bearer((await sign_in(browser, provider, sub)).json()["session"])
    url = (await browser.get("/api/me/provider-sign-out", headers=who)).json()["url"]
    assert url.startswith(f"{provider.issuer}/session/end?")
    told = asked(url)
    assert (told["client_id"], told["post_logout_redirect_uri"]) == (CLIENT_ID, "http://127.0.0.1:8000/")
    assert told["id_token_hint"].count(".") == 2
    # This issuer has no such page.
    other = await enter(other_browser, hostile, sub="out", email="out@example.org")
    assert (await other_browser.get("/api/me/provider-sign-out", headers=other)).json() == {"url": None}
