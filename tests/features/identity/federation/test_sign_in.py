"""Signing in by a provider, and what becomes of an account that is there already. The provider is a real one."""

from typing import Any

import httpx

from openvisit.platform.db import fetch_all, fetch_one
from tests.features.identity.federation.steps import FederationPostbox, asked, begin, come_back, new_person, sign_in
from tests.features.identity.steps import PASSWORD, account, bearer, registration
from tests.support.application import Application
from tests.support.oidc_provider import OidcProvider


async def rows(app: Application, query: str, **values: Any) -> list[dict[str, Any]]:
    async with app.parts.db.connection() as connection:
        return await fetch_all(connection, query, values)


async def test_the_request_has_what_the_standard_wants(browser: httpx.AsyncClient, provider: OidcProvider) -> None:
    url = await begin(browser)
    told = asked(url)
    assert url.startswith(f"{provider.issuer}/auth?")
    assert told["response_type"] == "code"
    assert set(told["scope"].split()) == {"openid", "email", "profile"}
    assert told["redirect_uri"] == "http://127.0.0.1:8000/sign-in/with/example"
    assert told["code_challenge_method"] == "S256"
    assert len(told["code_challenge"]) == 43
    assert len(told["state"]) == len(told["nonce"]) == 43
    again = asked(await begin(browser))
    assert not {told["state"], told["nonce"], told["code_challenge"]} & set(again.values())


async def test_a_new_person_gets_an_account_and_comes_again(
    app: Application, browser: httpx.AsyncClient, other_browser: httpx.AsyncClient, provider: OidcProvider
) -> None:
    sub, email = new_person(provider, name="Ana Flores", locale="es-MX")
    answer = await sign_in(browser, provider, sub)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["outcome"], told["next"]) == ("signed-in", "/visits")
    user = told["session"]["user"]
    assert (user["email"], user["full_name"], user["language"]) == (email, "Ana Flores", "es")
    assert (user["roles"], user["has_password"], user["time_zone"]) == (["patient"], False, "America/New_York")
    assert (await browser.get("/api/me", headers=bearer(told["session"]))).json()["id"] == user["id"]
    assert (await browser.post("/api/auth/refresh")).status_code == 200
    again = await sign_in(other_browser, provider, sub)
    assert again.json()["session"]["user"]["id"] == user["id"]
    (session, *_) = await rows(app, "SELECT amr FROM session WHERE person_id = %(id)s", id=user["id"])
    assert session["amr"] == ["fed", "fed:pwd"]


async def test_an_account_that_is_there_is_not_entered_by_the_providers_word_alone(
    app: Application, browser: httpx.AsyncClient, other_browser: httpx.AsyncClient, provider: OidcProvider,
    postbox: FederationPostbox,
) -> None:  # fmt: skip
    sub, email = new_person(provider)
    mine = await account(other_browser, postbox, email)
    told = (await sign_in(browser, provider, sub)).json()
    assert told["outcome"] == "prove"
    assert told["session"] is None
    assert told["prove"] == {"provider": "example", "label": "Example ID", "email": email, "account": True}
    assert (await browser.post("/api/auth/refresh")).status_code == 401

    # The password proves the account; the browser has proved the identity.
    signed = await browser.post("/api/auth/login", json={"email": email, "password": PASSWORD})
    joined = await browser.post("/api/me/identities", headers=bearer(signed.json()))
    assert (joined.json()["outcome"], joined.json()["next"]) == ("connected", "/visits")
    listed = (await browser.get("/api/me/identities", headers=bearer(signed.json()))).json()
    assert [(one["provider"], one["email"]) for one in listed["items"]] == [("example", email)]
    assert listed["removable"] is True
    (notice,) = [m for m in await postbox.deliver() if "sign in to your account" in m["Subject"]]
    assert notice["Subject"] == "Example ID can now sign in to your account"
    assert (await browser.post("/api/me/identities", headers=bearer(signed.json()))).status_code == 409

    entered = (await sign_in(browser, provider, sub)).json()
    assert entered["session"]["user"]["id"] == mine["user"]["id"]


async def test_the_account_is_proved_by_a_mailed_code(
    browser: httpx.AsyncClient, other_browser: httpx.AsyncClient, provider: OidcProvider, postbox: FederationPostbox
) -> None:
    sub, email = new_person(provider)
    mine = await account(other_browser, postbox, email)
    assert (await sign_in(browser, provider, sub)).json()["outcome"] == "prove"
    await postbox.deliver()
    assert (await browser.post("/api/auth/federation/code")).status_code == 202
    code = await postbox.code()
    wrong = await browser.post("/api/auth/federation/prove", json={"code": "000000" if code != "000000" else "111111"})
    assert (wrong.status_code, wrong.json()["code"]) == (401, "code_invalid")
    elsewhere = await other_browser.post("/api/auth/federation/prove", json={"code": code})
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (409, "federation_expired")
    proved = await browser.post("/api/auth/federation/prove", json={"code": code})
    assert proved.json()["session"]["user"]["id"] == mine["user"]["id"]
    assert (await browser.post("/api/auth/federation/prove", json={"code": code})).status_code == 409


async def test_an_address_that_the_provider_does_not_vouch_for_is_proved_by_a_code_first(
    browser: httpx.AsyncClient, provider: OidcProvider, postbox: FederationPostbox
) -> None:
    sub, email = new_person(provider, email_verified=False)
    told = (await sign_in(browser, provider, sub)).json()
    assert (told["outcome"], told["prove"]["account"]) == ("prove", False)
    done = await browser.post("/api/auth/federation/prove", json={"code": await postbox.code()})
    assert done.status_code == 200, done.text
    assert done.json()["session"]["user"]["email"] == email
    assert (await sign_in(browser, provider, sub)).json()["outcome"] == "signed-in"


async def test_an_unproved_address_tells_nobody_whether_it_has_an_account(
    browser: httpx.AsyncClient, other_browser: httpx.AsyncClient, provider: OidcProvider, postbox: FederationPostbox
) -> None:
    _, known = new_person(provider)
    await account(other_browser, postbox, known)
    _, unknown = new_person(provider)
    told = []
    for address in (known, unknown):
        sub, _ = new_person(provider, email=address, email_verified=False)
        answer = await sign_in(browser, provider, sub)
        body = answer.json()
        assert body["prove"].pop("email") == address
        told.append((answer.status_code, body))
    assert told[0] == told[1]


async def test_a_provider_that_is_not_trusted_with_addresses_vouches_for_none(
    browser: httpx.AsyncClient, provider: OidcProvider
) -> None:
    sub, _ = new_person(provider, email_verified=True)
    told = (await sign_in(browser, provider, sub, "twin")).json()
    assert (told["outcome"], told["prove"]["account"]) == ("prove", False)


async def test_a_registration_that_was_never_proved_leaves_nothing_behind(
    app: Application, browser: httpx.AsyncClient, other_browser: httpx.AsyncClient, provider: OidcProvider,
    postbox: FederationPostbox,
) -> None:  # fmt: skip
    """Somebody registered this address first, with a password of theirs, in the hope that its owner comes later."""
    sub, email = new_person(provider, name="Ana Flores")
    await other_browser.post("/api/auth/register", json=registration(email, name="Mal Lory"))
    assert (await sign_in(browser, provider, sub)).json()["outcome"] == "prove"
    await postbox.deliver()
    await browser.post("/api/auth/federation/code")
    done = (await browser.post("/api/auth/federation/prove", json={"code": await postbox.code()})).json()
    assert (done["session"]["user"]["full_name"], done["session"]["user"]["has_password"]) == ("Ana Flores", False)
    theirs = await other_browser.post("/api/auth/login", json={"email": email, "password": PASSWORD})
    assert theirs.status_code == 401


async def test_another_account_is_not_connected_by_what_this_browser_proved(
    app: Application, browser: httpx.AsyncClient, other_browser: httpx.AsyncClient, provider: OidcProvider,
    postbox: FederationPostbox,
) -> None:  # fmt: skip
    sub, email = new_person(provider)
    await account(other_browser, postbox, email)
    _, another = new_person(provider)
    wrong = await account(other_browser, postbox, another)
    await sign_in(browser, provider, sub)
    joined = await browser.post("/api/me/identities", headers=bearer(wrong))
    assert (joined.status_code, joined.json()["code"]) == (409, "identity_of_another")
    assert await rows(app, "SELECT FROM federated_identity") == []


async def test_a_cancelled_sign_in_is_no_error_of_anybodys(browser: httpx.AsyncClient, provider: OidcProvider) -> None:
    told = provider.sign_in(await begin(browser), "")
    assert told["error"] == "access_denied"
    answer = await come_back(browser, told)
    assert (answer.status_code, answer.json()["code"]) == (409, "federation_cancelled")


async def test_a_closed_account_stays_closed(
    app: Application, browser: httpx.AsyncClient, provider: OidcProvider
) -> None:
    sub, _ = new_person(provider)
    user = (await sign_in(browser, provider, sub)).json()["session"]["user"]
    async with app.parts.db.connection() as connection:
        await fetch_one(
            connection, "UPDATE person SET active = false WHERE id = %(id)s RETURNING id", {"id": user["id"]}
        )
    answer = await sign_in(browser, provider, sub)
    assert (answer.status_code, answer.json()["reason"]) == (403, "account")
