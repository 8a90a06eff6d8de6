"""Cookies: their names and marks by https, and that no other site can use those that authorise something."""

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest

from openvisit.main.parts import build
from openvisit.main.web import litestar
from openvisit.settings import Settings
from tests.features.identity.steps import PASSWORD, Postbox, account, bearer, registration
from tests.support.application import Application, client_of, running
from tests.support.clock import StandingClock

ANA = "ana.flores@example.org"
FOREIGN = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "none-such"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1:8000.evil.example"},
    {"Origin": "https://evil.example", "Referer": "http://127.0.0.1:8000/"},
]
BY_COOKIE = {"POST /api/auth/refresh", "POST /api/auth/logout"}
"""The routes that do something for whoever sends the refresh cookie alone; the test below finds any other."""


@pytest.fixture
async def https(settings: Settings, clock: StandingClock) -> AsyncIterator[Application]:
    """The application as people meet it by https."""
    async with running(replace(settings, public_url="https://visits.example.org"), clock) as application:
        yield application


async def test_by_https_every_cookie_is_bound_to_this_host(https: Application) -> None:
    postbox = Postbox(https)
    transport = httpx.ASGITransport(app=https.asgi, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="https://visits.example.org") as browser:
        registered = await browser.post("/api/auth/register", json=registration(ANA))
        verified = await browser.post("/api/auth/verify", json={"email": ANA, "code": await postbox.code()})
        left = await browser.post("/api/auth/logout")
        lines = [line for answer in (registered, verified, left) for line in answer.headers.get_list("set-cookie")]
        names = {line.partition("=")[0] for line in lines}
        assert names == {f"__Host-openvisit_{one}" for one in ("registration", "refresh", "renewal", "device")}
        for line in lines:
            marks = {part.strip().lower() for part in line.split(";")[1:]}
            assert {"secure", "samesite=strict", "path=/"} <= marks, line
            assert ("httponly" in marks) != line.startswith("__Host-openvisit_renewal="), line
            assert not any(mark.startswith("domain") for mark in marks), line


async def test_by_https_a_cookie_without_the_prefix_counts_for_nothing(https: Application) -> None:
    """A sister host may plant cookies of any other name."""
    postbox = Postbox(https)
    async with client_of(https.asgi) as browser:
        await account(browser, postbox, ANA)
        token = next(c.value for c in browser.cookies.jar if c.name == "__Host-openvisit_refresh")
    plain = await client_of(https.asgi).post("/api/auth/refresh", headers={"Cookie": f"openvisit_refresh={token}"})
    assert plain.status_code == 401
    prefixed = {"Cookie": f"__Host-openvisit_refresh={token}"}
    assert (await client_of(https.asgi).post("/api/auth/refresh", headers=prefixed)).status_code == 200


async def test_only_the_known_routes_are_authorised_by_the_cookie(
    app: Application, browser: httpx.AsyncClient, postbox: Postbox
) -> None:
    """Every route of the API, called with the cookies of somebody signed in and nothing else."""
    await account(browser, postbox, ANA)
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in browser.cookies.jar)
    heeded = set()
    for name in _routes():
        method, path = name.split(" ")
        concrete = "/".join(
            "00000000-0000-7000-8000-000000000000" if part.startswith("{") else part for part in path.split("/")
        )
        async with client_of(app.asgi) as nobody:
            without = await nobody.request(method, concrete)
        async with client_of(app.asgi) as holder:
            held = await holder.request(method, concrete, headers={"Cookie": cookies, "Sec-Fetch-Site": "same-origin"})
        if name == "POST /api/auth/refresh":
            assert (without.status_code, held.status_code) == (401, 200)
            cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in holder.cookies.jar)
        if held.status_code != without.status_code or name in BY_COOKIE:
            heeded.add(name)
    assert heeded == BY_COOKIE


@pytest.mark.parametrize("name", sorted(BY_COOKIE))
@pytest.mark.parametrize("foreign", FOREIGN)
async def test_another_site_cannot_use_the_cookie(
    app: Application, browser: httpx.AsyncClient, postbox: Postbox, name: str, foreign: dict[str, str]
) -> None:
    await account(browser, postbox, ANA)
    method, path = name.split(" ")
    refused = await browser.request(method, path, headers=foreign)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")
    assert "set-cookie" not in refused.headers
    assert (await browser.post("/api/auth/refresh", headers={"Sec-Fetch-Site": "same-origin"})).status_code == 200


async def test_signing_in_mints_a_session_of_its_own(browser: httpx.AsyncClient, postbox: Postbox) -> None:
    """A session that somebody planted is not taken over (session fixation)."""
    await account(browser, postbox, ANA)
    before = browser.cookies["openvisit_refresh"]
    await browser.post("/api/auth/login", json={"email": ANA, "password": PASSWORD})
    assert browser.cookies["openvisit_refresh"] != before


async def test_signing_in_again_ends_the_session_that_the_browser_was_in(
    app: Application, browser: httpx.AsyncClient, other_browser: httpx.AsyncClient, postbox: Postbox
) -> None:
    """Whosever it was: at a shared desk the next person's sign-in leaves nobody's session behind."""
    first = await account(browser, postbox, ANA)
    elsewhere = (await other_browser.post("/api/auth/login", json={"email": ANA, "password": PASSWORD})).json()
    before = {"Cookie": f"openvisit_refresh={browser.cookies['openvisit_refresh']}"}
    second = (await browser.post("/api/auth/login", json={"email": ANA, "password": PASSWORD})).json()
    assert (await browser.get("/api/me", headers=bearer(first))).status_code == 401
    async with client_of(app.asgi) as thief:
        refused = await thief.post("/api/auth/refresh", headers=before)
        assert (refused.status_code, refused.json()["because"]) == (401, "signed-in-again")
    colleague = await account(browser, postbox, "bo.both@example.org")
    assert (await browser.get("/api/me", headers=bearer(second))).status_code == 401
    for signed_in in (colleague, elsewhere):
        assert (await browser.get("/api/me", headers=bearer(signed_in))).status_code == 200


async def test_a_sign_in_that_fails_ends_nothing(browser: httpx.AsyncClient, postbox: Postbox) -> None:
    signed_in = await account(browser, postbox, ANA)
    wrong = await browser.post("/api/auth/login", json={"email": ANA, "password": "not the one at all"})
    assert wrong.status_code == 401
    assert (await browser.get("/api/me", headers=bearer(signed_in))).status_code == 200
    assert (await browser.post("/api/auth/refresh")).status_code == 200


def _routes() -> list[str]:
    app = litestar(build(Settings(database_url="postgresql:///openvisit")))
    return [
        f"{method} {route.path_format}"
        for route in app.routes
        for method in (getattr(route, "route_handler_map", None) or {})
        if method != "OPTIONS" and route.path_format.startswith("/api/") and "framework-docs" not in route.path_format
    ]
