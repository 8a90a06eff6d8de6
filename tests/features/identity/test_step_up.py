"""Proving oneself again before what is sensitive."""

from typing import Any

import httpx

from openvisit.platform.db import execute
from tests.features.identity.steps import PASSWORD, Postbox, account, bearer
from tests.support.application import Application
from tests.support.cast import Scene
from tests.support.clock import StandingClock

SENSITIVE = ("POST", "/api/me/totp")


async def test_a_sign_in_counts_for_ten_minutes_and_a_proof_for_ten_more(
    browser: httpx.AsyncClient, postbox: Postbox, clock: StandingClock
) -> None:
    signed_in = bearer(await account(browser, postbox, "ana@example.org"))
    clock.advance(minutes=10)
    signed_in = await _renewed(browser)
    assert (await browser.request(*SENSITIVE, headers=signed_in)).status_code == 200
    clock.advance(seconds=1)
    refused = await browser.request(*SENSITIVE, headers=signed_in)
    assert (refused.status_code, refused.json()["code"]) == (403, "step-up-needed")
    ways = await browser.get("/api/auth/step-up", headers=signed_in)
    assert ways.json()["ways"] == ["password"]

    wrong = await _prove(browser, signed_in, "password", "not the password at all")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "proof_wrong")
    assert (await browser.request(*SENSITIVE, headers=signed_in)).status_code == 403
    assert (await _prove(browser, signed_in, "password", PASSWORD)).status_code == 204
    assert (await browser.request(*SENSITIVE, headers=signed_in)).status_code == 200


async def test_a_proof_is_for_one_session_alone(
    browser: httpx.AsyncClient, other_browser: httpx.AsyncClient, postbox: Postbox, clock: StandingClock
) -> None:
    await account(browser, postbox, "ana@example.org")
    body = {"email": "ana@example.org", "password": PASSWORD}
    assert (await other_browser.post("/api/auth/login", json=body)).status_code == 200
    clock.advance(minutes=11)
    here, there = await _renewed(browser), await _renewed(other_browser)
    assert (await _prove(browser, here, "password", PASSWORD)).status_code == 204
    assert (await browser.request(*SENSITIVE, headers=here)).status_code == 200
    assert (await other_browser.request(*SENSITIVE, headers=there)).status_code == 403


async def test_ten_wrong_proofs_in_an_hour_are_the_last(
    browser: httpx.AsyncClient, postbox: Postbox, clock: StandingClock
) -> None:
    signed_in = bearer(await account(browser, postbox, "ana@example.org"))
    for _ in range(10):
        assert (await _prove(browser, signed_in, "password", "wrong again, sorry")).status_code == 422
    assert (await _prove(browser, signed_in, "password", PASSWORD)).status_code == 429
    clock.advance(hours=1)
    assert (await _prove(browser, await _renewed(browser), "password", PASSWORD)).status_code == 204


async def test_right_proofs_do_not_use_up_guesses(browser: httpx.AsyncClient, postbox: Postbox) -> None:
    signed_in = bearer(await account(browser, postbox, "ana@example.org"))
    for _ in range(12):
        assert (await _prove(browser, signed_in, "password", PASSWORD)).status_code == 204


async def test_who_has_neither_password_nor_factor_proves_it_by_mail(
    app: Application, browser: httpx.AsyncClient, postbox: Postbox, clock: StandingClock
) -> None:
    await account(browser, postbox, "ana@example.org")
    async with app.parts.db.connection() as connection:
        await execute(connection, "UPDATE person SET password_hash = NULL")
    clock.advance(minutes=11)
    signed_in = await _renewed(browser)
    assert (await browser.get("/api/auth/step-up", headers=signed_in)).json()["ways"] == ["mailed-code"]
    assert (await browser.post("/api/auth/step-up/mail", headers=signed_in)).status_code == 202
    code = await postbox.code()
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    assert (await _prove(browser, signed_in, "mailed-code", wrong)).status_code == 422
    assert (await _prove(browser, signed_in, "mailed-code", code)).status_code == 204
    assert (await _prove(browser, signed_in, "mailed-code", code)).status_code == 422, "good once"
    assert (await browser.request(*SENSITIVE, headers=signed_in)).status_code == 200


async def test_the_description_names_the_sensitive_routes(app: Application) -> None:
    paths: dict[str, Any] = (await app.client.get("/api/openapi.json")).json()["paths"]
    marked = {
        f"{method.upper()} {path}"
        for path, item in paths.items()
        for method, operation in item.items()
        if operation.get("x-step-up")
    }
    assert {"POST /api/me/totp", "PUT /api/clinics/{clinic_id}/policy"} <= marked
    assert {"POST /api/people", "PUT /api/people/{person_id}/roles", "GET /api/audit/export"} <= marked
    assert all("step-up-needed" in paths[p][m.lower()]["x-error-codes"] for m, p in map(str.split, marked))
    assert "GET /api/me" not in marked


async def test_a_password_change_ends_other_sessions_and_is_told_by_mail(
    browser: httpx.AsyncClient, other_browser: httpx.AsyncClient, postbox: Postbox
) -> None:
    signed_in = bearer(await account(browser, postbox, "ana@example.org"))
    body = {"email": "ana@example.org", "password": PASSWORD}
    other = bearer((await other_browser.post("/api/auth/login", json=body)).json())
    new = "quite another sentence"
    for current in (None, "not the one in use"):
        wrong = await browser.post("/api/me/password", json={"current": current, "password": new}, headers=signed_in)
        assert (wrong.status_code, wrong.json()["code"]) == (422, "proof_wrong")
    changed = await browser.post("/api/me/password", json={"current": PASSWORD, "password": new}, headers=signed_in)
    assert changed.status_code == 204
    assert (await browser.get("/api/me", headers=signed_in)).status_code == 200
    assert (await other_browser.get("/api/me", headers=other)).status_code == 401
    assert (await other_browser.post("/api/auth/refresh")).status_code == 401
    assert (await browser.post("/api/auth/login", json=body)).status_code == 401
    assert (await browser.post("/api/auth/login", json={**body, "password": new})).status_code == 200
    mails = [mail["Subject"] for mail in await postbox.deliver()]
    assert mails.count("Your OpenVisit password was changed") == 1


async def test_the_policy_of_a_clinic_is_edited_by_its_admin(scene: Scene) -> None:
    path = f"/api/clinics/{scene.clinic.id}/policy"
    read = await scene.staff.client.get(path)
    assert read.json() == {
        "clinic_id": str(scene.clinic.id),
        "mfa_required_for": [],
        "mfa_grace_days": 14,
        "adolescent_from_age": 12,
        "adolescent_until_age": 18,
        "proxies_see": "not-private",
        "version": 0,
    }
    wanted = {"mfa_required_for": ["provider", "admin", "admin"], "mfa_grace_days": 3}
    changed = await scene.admin.client.put(path, json=wanted, headers={"If-Match": read.headers["etag"]})
    assert changed.json()["mfa_required_for"] == ["admin", "provider"]
    assert (await scene.admin.client.put(path, json=wanted, headers={"If-Match": '"0"'})).status_code == 412
    assert (await scene.admin.client.put(path, json={"mfa_grace_days": 91})).status_code == 422
    assert (await scene.admin.client.put(path, json={"mfa_required_for": ["patient"]})).status_code == 422
    kept = await scene.admin.client.put(path, json={"mfa_grace_days": 5})
    assert kept.json()["mfa_required_for"] == ["admin", "provider"]


async def _prove(client: httpx.AsyncClient, headers: dict[str, str], kind: str, secret: str) -> httpx.Response:
    return await client.post("/api/auth/step-up", json={"kind": kind, "secret": secret}, headers=headers)


async def _renewed(client: httpx.AsyncClient) -> dict[str, str]:
    answer = await client.post("/api/auth/refresh")
    assert answer.status_code == 200, answer.text
    return bearer(answer.json())
