"""From registering to signing out, as a browser does it."""

from datetime import timedelta

import httpx

from openvisit.features.identity.codes import LIFE
from openvisit.platform.db import fetch_one
from tests.features.identity.steps import PASSWORD, Postbox, account, bearer, registration
from tests.support.application import Application

ANA = "ana.flores@example.org"
LOGIN = {"email": ANA, "password": PASSWORD}


async def test_register_verify_login_refresh_logout(browser: httpx.AsyncClient, postbox: Postbox) -> None:
    asked = await browser.post("/api/auth/register", json=registration(" Ana.Flores@Example.ORG "))
    assert asked.status_code == 202
    assert asked.content in (b"", b"null")
    code = await postbox.code()
    assert postbox.mails[-1]["To"].addresses[0].addr_spec == ANA

    verified = await browser.post("/api/auth/verify", json={"email": ANA, "code": code})
    assert verified.status_code == 200
    body = verified.json()
    assert body["token_type"] == "Bearer"
    assert body["expires_in"] == 600
    user = body["user"]
    assert (user["email"], user["full_name"], user["roles"]) == (ANA, "Ana Flores", ["patient"])
    assert user["patient_id"]
    assert user["time_zone"] == "America/New_York"

    signed_in = await browser.post("/api/auth/login", json=LOGIN)
    assert signed_in.status_code == 200
    cookie = signed_in.headers["set-cookie"].lower()
    for part in ("openvisit_refresh=", "httponly", "samesite=strict", "path=/"):
        assert part in cookie
    me = await browser.get("/api/me", headers=bearer(signed_in.json()))
    assert me.json() == signed_in.json()["user"]

    renewed = await browser.post("/api/auth/refresh")
    assert renewed.status_code == 200
    assert renewed.json()["user"] == me.json()

    out = await browser.post("/api/auth/logout")
    assert out.status_code == 204
    assert (await browser.post("/api/auth/refresh")).status_code == 401
    gone = await browser.get("/api/me", headers=bearer(renewed.json()))
    assert gone.status_code == 401
    assert gone.headers["content-type"].startswith("application/problem+json")


async def test_login_before_verification_mails_a_new_code(browser: httpx.AsyncClient, postbox: Postbox) -> None:
    await browser.post("/api/auth/register", json=registration(ANA))
    first = await postbox.code()
    refused = await browser.post("/api/auth/login", json=LOGIN)
    assert (refused.status_code, refused.json()["code"]) == (401, "not_verified")
    wrong = await browser.post("/api/auth/login", json={"email": ANA, "password": "not the one at all"})
    assert (wrong.status_code, wrong.json()["code"]) == (401, "invalid_credentials")
    assert len(await postbox.deliver()) == 1
    second = await postbox.code()
    if first != second:  # one in a million
        old = await browser.post("/api/auth/verify", json={"email": ANA, "code": first})
        assert old.status_code == 401
    good = await browser.post("/api/auth/verify", json={"email": ANA, "code": second})
    assert good.status_code == 200


async def test_nobody_learns_which_addresses_are_known(
    browser: httpx.AsyncClient, other_browser: httpx.AsyncClient, postbox: Postbox, app: Application
) -> None:
    await account(browser, postbox, ANA)
    for path, body in (
        ("register", registration),
        ("resend", lambda email: {"email": email}),
        ("forgot", lambda email: {"email": email}),
        ("login", lambda email: {"email": email, "password": "not the one at all"}),
        ("verify", lambda email: {"email": email, "code": "000000"}),
        ("reset", lambda email: {"email": email, "code": "000000", "password": PASSWORD}),
    ):
        known = await other_browser.post(f"/api/auth/{path}", json=body(ANA))
        jobs_for_known = await _jobs(app)
        unknown = await other_browser.post(f"/api/auth/{path}", json=body("nobody@example.org"))
        jobs_for_unknown = await _jobs(app) - jobs_for_known
        assert known.status_code == unknown.status_code, path
        assert _told(known) == _told(unknown), path
        assert jobs_for_unknown == (1 if known.status_code == 202 else 0), path
        assert {*known.headers} == {*unknown.headers}, path
    mails = await postbox.deliver()
    # The known address was told of its account and got its reset code; the other could be registered.
    subjects = sorted((str(m["To"].addresses[0].addr_spec), str(m["Subject"])) for m in mails)
    assert (ANA, "You already have an OpenVisit account") in subjects
    assert [to for to, _ in subjects].count(ANA) == 2


def _told(response: httpx.Response) -> object:
    if not response.content or response.content == b"null":
        return None
    return {name: value for name, value in response.json().items() if name != "instance"}


async def _jobs(app: Application) -> int:
    async with app.parts.db.connection() as connection:
        row = await fetch_one(connection, "SELECT count(*) AS jobs FROM procrastinate_jobs")
    assert row is not None
    return int(row["jobs"])


async def test_a_code_stands_five_attempts(browser: httpx.AsyncClient, postbox: Postbox) -> None:
    await browser.post("/api/auth/register", json=registration(ANA))
    code = await postbox.code()
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    for _ in range(5):
        refused = await browser.post("/api/auth/verify", json={"email": ANA, "code": wrong})
        assert (refused.status_code, refused.json()["code"]) == (401, "code_invalid")
    late = await browser.post("/api/auth/verify", json={"email": ANA, "code": code})
    assert late.status_code == 401
    await browser.post("/api/auth/resend", json={"email": ANA})
    fresh = await browser.post("/api/auth/verify", json={"email": ANA, "code": await postbox.code()})
    assert fresh.status_code == 200


async def test_a_code_is_good_for_ten_minutes_and_once(
    browser: httpx.AsyncClient, postbox: Postbox, app: Application
) -> None:
    await browser.post("/api/auth/register", json=registration(ANA))
    asked = {"email": ANA, "code": await postbox.code()}
    app.clock.advance(minutes=10, seconds=1)
    assert (await browser.post("/api/auth/verify", json=asked)).status_code == 401
    await browser.post("/api/auth/resend", json={"email": ANA})
    asked["code"] = await postbox.code()
    assert (await browser.post("/api/auth/verify", json=asked)).status_code == 200
    assert (await browser.post("/api/auth/verify", json=asked)).status_code == 401


def test_no_code_but_an_invitation_lives_longer_than_ten_minutes() -> None:
    assert {purpose for purpose, life in LIFE.items() if life > timedelta(minutes=10)} == {"invite"}


async def test_somebody_elses_registration_gives_them_no_way_in(
    browser: httpx.AsyncClient, other_browser: httpx.AsyncClient, postbox: Postbox
) -> None:
    theirs = "the password of an attacker"
    await browser.post("/api/auth/register", json=registration(ANA))
    await postbox.deliver()
    await other_browser.post("/api/auth/register", json=registration(ANA, theirs, "Mal Ory"))
    signed_in = await browser.post("/api/auth/verify", json={"email": ANA, "code": await postbox.code()})
    assert signed_in.status_code == 200
    assert signed_in.json()["user"]["has_password"] is False
    assert signed_in.json()["user"]["full_name"] == "Ana Flores"
    answer = await other_browser.post("/api/auth/login", json={"email": ANA, "password": theirs})
    assert answer.status_code == 401


async def test_the_last_to_register_keeps_their_password_in_their_browser(
    browser: httpx.AsyncClient, other_browser: httpx.AsyncClient, postbox: Postbox
) -> None:
    theirs = "the password of an attacker"
    await other_browser.post("/api/auth/register", json=registration(ANA, theirs))
    await browser.post("/api/auth/register", json=registration(ANA))
    signed_in = await browser.post("/api/auth/verify", json={"email": ANA, "code": await postbox.code()})
    assert signed_in.json()["user"]["has_password"] is True
    assert (await browser.post("/api/auth/login", json=LOGIN)).status_code == 200
    answer = await other_browser.post("/api/auth/login", json={"email": ANA, "password": theirs})
    assert answer.status_code == 401


async def test_registering_again_with_the_same_password_contests_nothing(
    browser: httpx.AsyncClient, other_browser: httpx.AsyncClient, postbox: Postbox
) -> None:
    for client in (browser, other_browser):
        await client.post("/api/auth/register", json=registration(ANA))
    browser.cookies.clear()
    await browser.post("/api/auth/verify", json={"email": ANA, "code": await postbox.code()})
    assert (await browser.post("/api/auth/login", json=LOGIN)).status_code == 200


async def test_an_old_refresh_token_ends_the_session(browser: httpx.AsyncClient, postbox: Postbox) -> None:
    signed_in = await account(browser, postbox, ANA)
    stolen = browser.cookies["openvisit_refresh"]
    renewed = await browser.post("/api/auth/refresh")
    fresh = browser.cookies["openvisit_refresh"]
    assert fresh != stolen
    assert (await _refresh_with(browser, stolen)).status_code == 401
    assert (await _refresh_with(browser, fresh)).status_code == 401
    for token in (signed_in, renewed.json()):
        assert (await browser.get("/api/me", headers=bearer(token))).status_code == 401
    again = await browser.post("/api/auth/login", json=LOGIN)
    assert (await browser.get("/api/me", headers=bearer(again.json()))).status_code == 200


async def _refresh_with(client: httpx.AsyncClient, token: str) -> httpx.Response:
    client.cookies.clear()
    return await client.post("/api/auth/refresh", headers={"Cookie": f"openvisit_refresh={token}"})


async def test_a_session_that_nobody_renews_ends(
    browser: httpx.AsyncClient, postbox: Postbox, app: Application
) -> None:
    await account(browser, postbox, ANA)
    app.clock.advance(days=13)
    assert (await browser.post("/api/auth/refresh")).status_code == 200
    app.clock.advance(days=13)
    cookie = browser.cookies["openvisit_refresh"]
    assert (await browser.post("/api/auth/refresh")).status_code == 200
    app.clock.advance(days=14)
    assert cookie != browser.cookies.get("openvisit_refresh")
    assert (await browser.post("/api/auth/refresh")).status_code == 401


async def test_cookie_calls_from_other_sites_are_refused(browser: httpx.AsyncClient, postbox: Postbox) -> None:
    signed_in = await account(browser, postbox, ANA)
    for path in ("refresh", "logout"):
        for header in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
            assert (await browser.post(f"/api/auth/{path}", headers=header)).status_code == 403
    assert (await browser.get("/api/me", headers=bearer(signed_in))).status_code == 200
    own = {"Sec-Fetch-Site": "same-origin", "Origin": "http://127.0.0.1:8000"}
    assert (await browser.post("/api/auth/refresh", headers=own)).status_code == 200


async def test_logout_without_a_session_does_nothing(browser: httpx.AsyncClient) -> None:
    assert (await browser.post("/api/auth/logout")).status_code == 204


async def test_a_forgotten_password_is_chosen_anew_and_ends_other_sessions(
    browser: httpx.AsyncClient, other_browser: httpx.AsyncClient, postbox: Postbox
) -> None:
    before = await account(browser, postbox, ANA)
    await other_browser.post("/api/auth/forgot", json={"email": ANA})
    asked = {"email": ANA, "code": await postbox.code(), "password": "another sentence to remember"}
    done = await other_browser.post("/api/auth/reset", json=asked)
    assert done.status_code == 200
    assert (await browser.get("/api/me", headers=bearer(before))).status_code == 401
    assert (await browser.post("/api/auth/refresh")).status_code == 401
    assert (await other_browser.get("/api/me", headers=bearer(done.json()))).status_code == 200
    assert (await browser.post("/api/auth/login", json=LOGIN)).status_code == 401
    fresh = {"email": ANA, "password": asked["password"]}
    assert (await browser.post("/api/auth/login", json=fresh)).status_code == 200
    assert (await other_browser.post("/api/auth/reset", json=asked)).status_code == 401


async def test_malformed_registrations_are_refused(browser: httpx.AsyncClient) -> None:
    for wrong in (
        {"email": "no address"},
        {"email": "a@b@c"},
        {"email": "a b@example.org"},
        {"email": "x" * 65 + "@example.org"},
        {"email": "a\r\nBcc: b@example.org"},
        {"password": "short"},
        {"password": "p" * 129},
        {"full_name": "   "},
        {"full_name": "a\x00b"},
        {"time_zone": "Mars/Olympus"},
        {"language": "xx"},
    ):
        answer = await browser.post("/api/auth/register", json=registration(ANA) | wrong)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request"), wrong


async def test_text_that_is_none_never_breaks_anything(browser: httpx.AsyncClient) -> None:
    for raw in (b'"\\ud800"', b'"\\udc00abc"', b"\xff", b"null", b"{", b"[]"):
        body = b'{"email": "a@example.org", "password": ' + raw + b"}"
        answer = await browser.post("/api/auth/login", content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code in (400, 422), answer.text


async def test_a_person_changes_their_own_details(
    browser: httpx.AsyncClient, postbox: Postbox, app: Application
) -> None:
    signed_in = await account(browser, postbox, ANA)
    changed = await browser.patch(
        "/api/me", json={"time_zone": "Europe/Madrid", "language": "es"}, headers=bearer(signed_in)
    )
    assert changed.status_code == 200
    assert (changed.json()["time_zone"], changed.json()["language"]) == ("Europe/Madrid", "es")
    assert changed.json()["full_name"] == "Ana Flores"
    actor = await app.parts.tokens.actor(signed_in["access_token"])
    assert actor.time_zone == "Europe/Madrid"
    bad = await browser.patch("/api/me", json={"time_zone": "Mars/Olympus"}, headers=bearer(signed_in))
    assert bad.status_code == 422


async def test_codes_are_mailed_in_the_persons_language(browser: httpx.AsyncClient, postbox: Postbox) -> None:
    await browser.post("/api/auth/register", json=registration(ANA) | {"language": "es"})
    (mail,) = await postbox.deliver()
    assert mail["Content-Language"] == "es"


async def test_addresses_and_codes_are_not_readable_in_the_database(
    browser: httpx.AsyncClient, postbox: Postbox, app: Application
) -> None:
    await browser.post("/api/auth/register", json=registration(ANA))
    code = await postbox.code()
    async with app.parts.db.connection() as connection:
        for table in ("person", "email_code", "procrastinate_jobs", "audit"):
            row = await fetch_one(connection, f"SELECT string_agg(t::text, ' ') AS all FROM {table} t")
            assert row is not None
            assert ANA not in row["all"]
            assert ANA.encode().hex() not in row["all"]
            if table != "audit":  # whose instants and ids have digits of their own
                assert f'"{code}"' not in row["all"]
                assert code.encode().hex() not in row["all"]
