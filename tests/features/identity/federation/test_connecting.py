"""Connecting an account elsewhere to one's own, and taking it away again."""

import asyncio

import httpx

from tests.features.identity.federation.steps import START, FederationPostbox, come_back, new_person, sign_in
from tests.features.identity.federation.test_attacks import refusal
from tests.features.identity.steps import account, bearer
from tests.support.application import Application
from tests.support.clock import StandingClock
from tests.support.oidc_provider import OidcProvider

ME = "/api/me/identities"


async def connect(
    browser: httpx.AsyncClient, header: dict[str, str], provider: OidcProvider, sub: str, id_: str = "example"
) -> httpx.Response:
    """From the Security page there and back."""
    begun = await browser.post(f"{ME}/{id_}/start", json=START, headers=header)
    assert begun.status_code == 200, begun.text
    told = provider.sign_in(begun.json()["url"], sub)
    body = {name: told[name] for name in ("state", "code", "iss")}
    return await browser.post(f"/api/auth/federation/{id_}/finish", json=body, headers=header)


async def test_a_person_connects_another_address_and_takes_it_away(
    browser: httpx.AsyncClient, other_browser: httpx.AsyncClient, provider: OidcProvider, postbox: FederationPostbox
) -> None:
    _, email = new_person(provider)
    mine = await account(browser, postbox, email)
    sub, elsewhere = new_person(provider)
    joined = await connect(browser, bearer(mine), provider, sub)
    assert (joined.json()["outcome"], joined.json()["session"]) == ("connected", None)
    again = await connect(browser, bearer(mine), provider, sub)
    assert again.json()["outcome"] == "connected"
    (one,) = (await browser.get(ME, headers=bearer(mine))).json()["items"]
    assert (one["label"], one["email"]) == ("Example ID", elsewhere)
    assert (await sign_in(other_browser, provider, sub)).json()["session"]["user"]["id"] == mine["user"]["id"]

    gone = await browser.delete(f"{ME}/{one['id']}", headers=bearer(mine))
    assert gone.status_code == 204
    assert refusal(await browser.delete(f"{ME}/{one['id']}", headers=bearer(mine)))[:2] == (404, "identity_not_found")
    subjects = [message["Subject"] for message in await postbox.deliver()]
    assert subjects.count("Example ID can now sign in to your account") == 1
    assert subjects.count("Example ID no longer signs in to your account") == 1
    entered = (await sign_in(other_browser, provider, sub)).json()
    assert entered["session"]["user"]["id"] != mine["user"]["id"]  # somebody new, by their own address


async def test_an_identity_is_connected_to_one_account_only(
    browser: httpx.AsyncClient, other_browser: httpx.AsyncClient, provider: OidcProvider
) -> None:
    taken, _ = new_person(provider)
    assert (await sign_in(other_browser, provider, taken)).status_code == 200
    sub, _ = new_person(provider)
    mine = bearer((await sign_in(browser, provider, sub)).json()["session"])
    assert refusal(await connect(browser, mine, provider, taken))[:2] == (409, "identity_linked_elsewhere")


async def test_what_one_person_began_connects_nobody_else(
    browser: httpx.AsyncClient, other_browser: httpx.AsyncClient, provider: OidcProvider, postbox: FederationPostbox
) -> None:
    mine = await account(browser, postbox, new_person(provider)[1])
    theirs = await account(other_browser, postbox, new_person(provider)[1])
    for header in (bearer(theirs), {}):
        sub, _ = new_person(provider)
        begun = await browser.post(f"{ME}/example/start", json=START, headers=bearer(mine))
        told = provider.sign_in(begun.json()["url"], sub)
        body = {name: told[name] for name in ("state", "code", "iss")}
        answer = await browser.post("/api/auth/federation/example/finish", json=body, headers=header)
        assert refusal(answer)[:2] == (409, "federation_expired")
    assert (await browser.get(ME, headers=bearer(mine))).json()["items"] == []
    assert (await browser.get(ME, headers=bearer(theirs))).json()["items"] == []


async def test_the_last_way_in_stays(browser: httpx.AsyncClient, provider: OidcProvider) -> None:
    mine = bearer((await sign_in(browser, provider, new_person(provider)[0])).json()["session"])
    listed = (await browser.get(ME, headers=mine)).json()
    assert listed["removable"] is False
    gone = await browser.delete(f"{ME}/{listed['items'][0]['id']}", headers=mine)
    assert refusal(gone)[:2] == (409, "last_way_in")
    assert len((await browser.get(ME, headers=mine)).json()["items"]) == 1


async def test_of_two_that_go_at_once_one_stays(browser: httpx.AsyncClient, provider: OidcProvider) -> None:
    mine = bearer((await sign_in(browser, provider, new_person(provider)[0])).json()["session"])
    for _ in range(3):
        await connect(browser, mine, provider, new_person(provider)[0])
        items = (await browser.get(ME, headers=mine)).json()["items"]
        assert len(items) == 2
        answers = await asyncio.gather(*(browser.delete(f"{ME}/{one['id']}", headers=mine) for one in items))
        assert sorted(answer.status_code for answer in answers) == [204, 409]
        assert len((await browser.get(ME, headers=mine)).json()["items"]) == 1


async def test_somebody_elses_connected_account_is_not_ones_own_to_take_away(
    browser: httpx.AsyncClient, other_browser: httpx.AsyncClient, provider: OidcProvider
) -> None:
    mine = bearer((await sign_in(browser, provider, new_person(provider)[0])).json()["session"])
    theirs = bearer((await sign_in(other_browser, provider, new_person(provider)[0])).json()["session"])
    (one,) = (await other_browser.get(ME, headers=theirs)).json()["items"]
    assert refusal(await browser.delete(f"{ME}/{one['id']}", headers=mine))[:2] == (404, "identity_not_found")


async def test_connecting_needs_a_fresh_proof(
    app: Application, browser: httpx.AsyncClient, provider: OidcProvider, clock: StandingClock
) -> None:
    mine = bearer((await sign_in(browser, provider, new_person(provider)[0])).json()["session"])
    (one,) = (await browser.get(ME, headers=mine)).json()["items"]
    clock.advance(minutes=app.parts.settings.step_up_minutes + 1)
    renewed = bearer((await browser.post("/api/auth/refresh")).json())
    begun = await browser.post(f"{ME}/example/start", json=START, headers=renewed)
    gone = await browser.delete(f"{ME}/{one['id']}", headers=renewed)
    assert [refusal(begun)[:2], refusal(gone)[:2]] == [(403, "step-up-needed")] * 2


async def test_a_session_by_a_provider_is_renewed_like_any_other(
    browser: httpx.AsyncClient, provider: OidcProvider
) -> None:
    """The provider's own tokens are not kept: what goes on is our session."""
    assert (await sign_in(browser, provider, new_person(provider)[0])).status_code == 200
    for _ in range(3):
        assert (await browser.post("/api/auth/refresh")).status_code == 200
    assert (await browser.post("/api/auth/logout")).status_code == 204
    assert (await browser.post("/api/auth/refresh")).status_code == 401


async def test_a_wrong_next_is_no_way_out_of_the_app(browser: httpx.AsyncClient) -> None:
    for wrong in (
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "\\\\evil",
        "javascript:alert(1)",
        "/a\\b",
    ):
        answer = await browser.post("/api/auth/federation/example/start", json={**START, "next": wrong})
        assert answer.status_code == 422, wrong
    for good in ("", "/", "/visits?from=2027-03-01#top"):
        answer = await browser.post("/api/auth/federation/example/start", json={**START, "next": good})
        assert answer.status_code == 200, good


async def test_what_came_back_by_post_is_brought_by_our_own_page_only_where_the_provider_posts(
    browser: httpx.AsyncClient,
) -> None:
    answer = await browser.post("/api/auth/federation/example/form-post", content=b"state=s&code=c")
    assert refusal(answer)[:2] == (404, "provider_unknown")
    assert refusal(await come_back(browser, {"state": "s", "code": "c"}))[:2] == (409, "federation_expired")
