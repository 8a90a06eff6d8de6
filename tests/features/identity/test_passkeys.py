"""Passkeys: added, used as a second factor and alone, and every way an answer can be wrong."""

import asyncio
from collections import Counter
from typing import Any

import httpx
import pytest

from openvisit.features.identity.factors.challenges import relying_party
from openvisit.platform.db import execute, fetch_all, fetch_one
from tests.features.identity.factor_steps import (
    EMAIL,
    add_passkey,
    by_passkey,
    first_step,
    second_step_by_passkey,
    told,
    with_passkey,
)
from tests.features.identity.steps import Postbox, account, bearer
from tests.support.application import Application, client_of
from tests.support.authenticator import Authenticator, stranger
from tests.support.clock import StandingClock


@pytest.fixture
def device() -> Authenticator:
    return Authenticator()


async def test_a_passkey_alone_signs_in_with_two_factors_in_one(
    app: Application,
    browser: httpx.AsyncClient,
    other_browser: httpx.AsyncClient,
    postbox: Postbox,
    device: Authenticator,
) -> None:
    await with_passkey(browser, postbox, device)
    opened = await by_passkey(other_browser, device)
    assert opened.status_code == 200, opened.text
    assert opened.json()["user"]["email"] == EMAIL
    async with app.parts.db.connection() as connection:
        row = await fetch_one(connection, "SELECT amr FROM session ORDER BY created_at DESC, id DESC LIMIT 1")
        person = await fetch_one(connection, "SELECT id FROM person")
    assert row is not None
    assert set(row["amr"]) == {"hwk", "user", "mfa"}
    assert person is not None
    assert person["id"].bytes not in device.credentials[0].handle, "what leaves the house says nothing"
    proof_counts = await other_browser.post("/api/me/totp", headers=bearer(opened.json()))
    assert proof_counts.status_code == 200, "it is a fresh proof, too"


async def test_a_passkey_is_a_second_factor(
    browser: httpx.AsyncClient, postbox: Postbox, device: Authenticator
) -> None:
    device.verifies = False  # a plain security key will do beside a password
    await with_passkey(browser, postbox, device)
    due = await first_step(browser)
    assert due["factors"] == ["passkey", "recovery-code"]
    assert (await second_step_by_passkey(browser, due["ticket"], device)).status_code == 200


async def test_a_passkey_that_asked_for_no_finger_does_not_sign_in_alone(
    browser: httpx.AsyncClient, postbox: Postbox, device: Authenticator
) -> None:
    device.verifies = False
    await with_passkey(browser, postbox, device)
    assert told(await by_passkey(browser, device)) == (401, "passkey_unknown")


async def test_what_the_browser_is_asked_says_nothing_of_accounts(
    browser: httpx.AsyncClient, other_browser: httpx.AsyncClient, postbox: Postbox, device: Authenticator
) -> None:
    before = (await other_browser.post("/api/auth/passkey/options")).json()["options"]
    await with_passkey(browser, postbox, device)
    after = (await other_browser.post("/api/auth/passkey/options")).json()["options"]
    assert before.pop("challenge") != after.pop("challenge")
    assert before == after
    assert after["allowCredentials"] == []
    assert after["userVerification"] == "required"
    foreign = Authenticator()
    foreign.create({"rp": {"id": "localhost"}, "user": {"id": "AAAA"}, "challenge": "AAAA"})
    unknown = await by_passkey(other_browser, foreign)
    forged = await by_passkey(other_browser, device, key=stranger())
    assert _said(unknown) == _said(forged) == (401, "passkey_unknown", "This passkey does not open an account here")


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "https://evil.test"},
        {"origin": "http://localhost:8001"},
        {"origin": "http://sub.localhost:8000"},
        {"rp_id": "evil.test"},
        {"key": stranger()},
        {"type": "webauthn.create"},
        {"challenge": "bm90IG91cnM"},
        {"handle": b"somebody else"},
        {"count": 0},
    ],
    ids=lambda wrong: "-".join(f"{k}={v}"[:40] for k, v in wrong.items()),
)
async def test_a_wrong_answer_opens_nothing(
    browser: httpx.AsyncClient, postbox: Postbox, device: Authenticator, wrong: dict[str, Any]
) -> None:
    await with_passkey(browser, postbox, device)
    assert (await by_passkey(browser, device)).status_code == 200, "the counter is at one now"
    assert told(await by_passkey(browser, device, **wrong)) == (401, "passkey_unknown")
    if "handle" not in wrong:  # which counts only where nobody is named
        ticket = (await first_step(browser))["ticket"]
        assert told(await second_step_by_passkey(browser, ticket, device, **wrong)) == (422, "proof_wrong")


async def test_an_answer_counts_once_and_for_five_minutes(
    browser: httpx.AsyncClient, postbox: Postbox, device: Authenticator, clock: StandingClock
) -> None:
    device.counts = False  # so that the challenge alone stands against a replay
    await with_passkey(browser, postbox, device)
    answer = {"passkey": device.get((await browser.post("/api/auth/passkey/options")).json()["options"])}
    assert (await browser.post("/api/auth/passkey", json=answer)).status_code == 200
    assert told(await browser.post("/api/auth/passkey", json=answer)) == (401, "passkey_unknown")
    late = {"passkey": device.get((await browser.post("/api/auth/passkey/options")).json()["options"])}
    clock.advance(minutes=5)
    assert told(await browser.post("/api/auth/passkey", json=late)) == (401, "passkey_unknown")


async def test_a_wrong_answer_uses_the_challenge_up(
    browser: httpx.AsyncClient, postbox: Postbox, device: Authenticator
) -> None:
    await with_passkey(browser, postbox, device)
    options = (await browser.post("/api/auth/passkey/options")).json()["options"]
    forged = {"passkey": device.get(options, key=stranger())}
    assert (await browser.post("/api/auth/passkey", json=forged)).status_code == 401
    right = {"passkey": device.get(options)}
    assert (await browser.post("/api/auth/passkey", json=right)).status_code == 401


async def test_an_answer_used_many_times_at_once_opens_one_session(
    app: Application, browser: httpx.AsyncClient, postbox: Postbox, device: Authenticator
) -> None:
    device.counts = False
    await with_passkey(browser, postbox, device)
    answer = {"passkey": device.get((await browser.post("/api/auth/passkey/options")).json()["options"])}
    racers = [client_of(app.asgi) for _ in range(8)]
    answers = await asyncio.gather(*(racer.post("/api/auth/passkey", json=answer) for racer in racers))
    for racer in racers:
        await racer.aclose()
    assert Counter(answer.status_code for answer in answers) == {200: 1, 401: 7}


async def test_a_challenge_is_for_what_it_was_made_for(
    browser: httpx.AsyncClient, other_browser: httpx.AsyncClient, postbox: Postbox, device: Authenticator
) -> None:
    """One for signing in does not prove a second step, nor the other way round, nor one session's in another."""
    device.counts = False
    signed_in = await with_passkey(browser, postbox, device)
    alone = (await browser.post("/api/auth/passkey/options")).json()["options"]
    ticket = (await first_step(browser))["ticket"]
    body = {"ticket": ticket, "proof": {"kind": "passkey", "passkey": device.get(alone)}}
    assert told(await browser.post("/api/auth/factor", json=body)) == (422, "proof_wrong")
    second = (await browser.post("/api/auth/factor/options", json={"ticket": ticket})).json()["options"]
    assert (await browser.post("/api/auth/passkey", json={"passkey": device.get(second)})).status_code == 401
    mine = (await browser.post("/api/auth/step-up/options", headers=signed_in)).json()["options"]
    there = bearer((await by_passkey(other_browser, device)).json())
    proof = {"kind": "passkey", "passkey": device.get(mine)}
    assert told(await other_browser.post("/api/auth/step-up", json=proof, headers=there)) == (422, "proof_wrong")
    assert (await browser.post("/api/auth/step-up", json=proof, headers=signed_in)).status_code == 204
    assert (await browser.post("/api/auth/step-up", json=proof, headers=signed_in)).status_code == 422


async def test_another_persons_passkey_is_no_second_factor_of_mine(
    browser: httpx.AsyncClient, other_browser: httpx.AsyncClient, postbox: Postbox, device: Authenticator
) -> None:
    await with_passkey(browser, postbox, device)
    theirs = Authenticator()
    await with_passkey(other_browser, postbox, theirs, "ben@example.org")
    ticket = (await first_step(browser))["ticket"]
    options = (await browser.post("/api/auth/factor/options", json={"ticket": ticket})).json()["options"]
    proof = {"kind": "passkey", "passkey": theirs.get({**options, "allowCredentials": []})}
    answer = await browser.post("/api/auth/factor", json={"ticket": ticket, "proof": proof})
    assert told(answer) == (422, "proof_wrong")


@pytest.mark.parametrize("wrong", [{"origin": "https://evil.test"}, {"rp_id": "evil.test"}])
async def test_a_new_passkey_must_come_from_our_own_page(
    browser: httpx.AsyncClient, postbox: Postbox, device: Authenticator, wrong: dict[str, Any]
) -> None:
    signed_in = bearer(await account(browser, postbox, EMAIL))
    assert told(await add_passkey(browser, signed_in, device, **wrong)) == (409, "passkey_refused")
    assert (await browser.get("/api/me/security", headers=signed_in)).json()["passkeys"] == []


async def test_a_new_passkeys_answer_counts_once_and_one_passkey_belongs_to_one_person(
    browser: httpx.AsyncClient, other_browser: httpx.AsyncClient, postbox: Postbox, device: Authenticator
) -> None:
    signed_in = bearer(await account(browser, postbox, EMAIL))
    options = (await browser.post("/api/me/passkeys/options", headers=signed_in)).json()["options"]
    body = {"name": "Phone", "passkey": device.create(options)}
    theirs = bearer(await account(other_browser, postbox, "ben@example.org"))
    stolen = await other_browser.post("/api/me/passkeys", json=body, headers=theirs)
    assert told(stolen) == (409, "passkey_refused"), "the challenge is the other session's"
    assert (await browser.post("/api/me/passkeys", json=body, headers=signed_in)).status_code == 201
    assert told(await browser.post("/api/me/passkeys", json=body, headers=signed_in)) == (409, "passkey_refused")
    again = (await browser.post("/api/me/passkeys/options", headers=signed_in)).json()["options"]
    assert [one["id"] for one in again["excludeCredentials"]] == [body["passkey"]["id"]]


async def test_hostile_bytes_are_refused_and_never_a_fault(
    browser: httpx.AsyncClient, postbox: Postbox, device: Authenticator
) -> None:
    signed_in = await with_passkey(browser, postbox, device)
    for junk in ("", "AA", "oA", "gICAgICAgICAgICAgA", "____________", "W1tbW1tbW1tb", "A" * 20_000):
        options = (await browser.post("/api/me/passkeys/options", headers=signed_in)).json()["options"]
        made = Authenticator().create(options)
        made["response"]["attestationObject"] = junk
        answer = await browser.post("/api/me/passkeys", json={"name": "x", "passkey": made}, headers=signed_in)
        assert told(answer) == (409, "passkey_refused")
        for part in ("authenticatorData", "signature", "clientDataJSON"):
            given = device.get((await browser.post("/api/auth/passkey/options")).json()["options"])
            given["response"][part] = junk
            answer = await browser.post("/api/auth/passkey", json={"passkey": given})
            assert told(answer) == (401, "passkey_unknown")


async def test_passkeys_are_listed_renamed_and_removed(
    browser: httpx.AsyncClient, postbox: Postbox, device: Authenticator, clock: StandingClock
) -> None:
    device.synced = True
    signed_in = await with_passkey(browser, postbox, device)
    (one,) = (await browser.get("/api/me/security", headers=signed_in)).json()["passkeys"]
    assert (one["name"], one["last_used_at"], one["synced"]) == ("Phone", None, True)
    path = f"/api/me/passkeys/{one['id']}"
    assert (await browser.patch(path, json={"name": " Blue key "}, headers=signed_in)).status_code == 204
    clock.advance(minutes=1)
    signed_in = bearer((await by_passkey(browser, device)).json())
    (one,) = (await browser.get("/api/me/security", headers=signed_in)).json()["passkeys"]
    assert one["name"] == "Blue key"
    assert one["last_used_at"] is not None
    await postbox.deliver()
    assert (await browser.delete(path, headers=signed_in)).status_code == 204
    assert (await browser.delete(path, headers=signed_in)).status_code == 404
    assert [m["Subject"] for m in await postbox.deliver()] == ["A passkey was removed from your OpenVisit account"]
    assert told(await by_passkey(browser, device)) == (401, "passkey_unknown")


async def test_nobody_touches_another_persons_passkey(
    browser: httpx.AsyncClient, other_browser: httpx.AsyncClient, postbox: Postbox, device: Authenticator
) -> None:
    signed_in = await with_passkey(browser, postbox, device)
    theirs = bearer(await account(other_browser, postbox, "ben@example.org"))
    (one,) = (await browser.get("/api/me/security", headers=signed_in)).json()["passkeys"]
    path = f"/api/me/passkeys/{one['id']}"
    assert (await other_browser.delete(path, headers=theirs)).status_code == 404
    assert (await other_browser.patch(path, json={"name": "Mine"}, headers=theirs)).status_code == 404
    assert (await browser.get("/api/me/security", headers=signed_in)).json()["passkeys"] == [one]


async def test_a_person_who_may_not_sign_in_does_not_by_passkey_either(
    app: Application, browser: httpx.AsyncClient, postbox: Postbox, device: Authenticator
) -> None:
    await with_passkey(browser, postbox, device)
    async with app.parts.db.connection() as connection:
        await execute(connection, "UPDATE person SET active = false")
    assert told(await by_passkey(browser, device)) == (401, "passkey_unknown")
    async with app.parts.db.connection() as connection:
        assert len(await fetch_all(connection, "SELECT id FROM session")) == 1


def test_the_domain_of_passkeys_is_that_of_the_address_people_open() -> None:
    assert relying_party("https://visits.example.org/").origins == ("https://visits.example.org",)
    assert relying_party("https://visits.example.org:8443").id == "visits.example.org"
    local = relying_party("http://127.0.0.1:8000")
    assert (local.id, local.origins) == ("localhost", ("http://localhost:8000",))


def _said(answer: httpx.Response) -> tuple[int, str, str]:
    return answer.status_code, answer.json()["code"], answer.json()["detail"]
