"""The outermost layer: request ids, limits, time-outs, who is believed about addresses, and cross-site calls."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from openvisit.main.web import edge
from openvisit.platform.web.edge import Edge, client_address, is_loopback
from openvisit.platform.web.limits import CallerLimit
from tests.support.application import client_of
from tests.support.cast import Scene
from tests.support.clock import StandingClock

PROBLEM = "application/problem+json"
FAR, NEAR = "203.0.113.7", "127.0.0.1"
PROXY, OTHER_PROXY = "10.0.0.1", "10.0.0.2"


async def answers_ok(scope: Any, receive: Any, send: Any) -> None:
    """The smallest application there is."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"ok"})


async def never_answers(scope: Any, receive: Any, send: Any) -> None:
    """A route that waits for what never comes."""
    await asyncio.Event().wait()


async def breaks_off(scope: Any, receive: Any, send: Any) -> None:
    """A route that begins its answer and then waits for ever."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await asyncio.Event().wait()


def within(app: Any, *, per_minute: int = 0, seconds: float = 30, development: bool = True) -> Edge:
    """The application inside an edge of its own."""
    return Edge(
        app,
        limit=CallerLimit("address", per_minute, StandingClock()),
        spared=lambda address: development and is_loopback(address),
        timeout_seconds=seconds,
        production=not development,
        trusted_proxies=frozenset({PROXY}),
    )


# Request ids


async def test_a_request_id_is_given_back(shared_scene: Scene) -> None:
    answer = await shared_scene.app.client.get("/api/me", headers={"X-Request-Id": "visit-0042.a_B"})
    assert answer.headers["x-request-id"] == "visit-0042.a_B"
    assert answer.json()["instance"] == "visit-0042.a_B"


@pytest.mark.parametrize("given", [None, "short", "x" * 65, "a b c d e f g h", "<script>alert(1)", "abcdefgh\x85"])
async def test_a_request_without_a_good_id_gets_one(shared_scene: Scene, given: str | None) -> None:
    headers = {"X-Request-Id": given.encode("latin-1")} if given else {}
    first, second = [await shared_scene.app.client.get("/health/live", headers=headers) for _ in range(2)]
    ids = {answer.headers["x-request-id"] for answer in (first, second)}
    assert len(ids) == 2
    assert given not in ids


# Sizes and times


@pytest.mark.parametrize(("path", "status"), [("/api/providers", 200), ("/api/nothing", 404), ("/api/auth/login", 405)])
async def test_head_is_answered_like_get_without_the_content(shared_scene: Scene, path: str, status: int) -> None:
    client = shared_scene.app.client
    asked, told = await client.get(path), await client.head(path)
    assert (asked.status_code, told.status_code) == (status, status)
    assert told.content == b""
    kept = ("content-type", "content-security-policy", "allow")
    assert [told.headers.get(name) for name in kept] == [asked.headers.get(name) for name in kept]
    assert told.headers["content-length"] == str(len(asked.content))


async def parts(size: int) -> AsyncIterator[bytes]:
    """A body whose length nobody has said."""
    for _ in range(size // 10_000 + 1):
        yield b" " * 10_000


@pytest.mark.parametrize("said", [True, False], ids=["length said", "length not said"])
async def test_a_body_over_the_limit_is_refused(shared_scene: Scene, said: bool) -> None:
    limit = shared_scene.app.parts.settings.max_body_bytes
    body = b" " * (limit + 1) if said else parts(limit)
    answer = await shared_scene.patient.client.patch("/api/me", content=body)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert answer.headers["content-type"] == PROBLEM


async def test_a_body_under_the_limit_is_read(shared_scene: Scene) -> None:
    limit = shared_scene.app.parts.settings.max_body_bytes
    answer = await shared_scene.patient.client.patch("/api/me", content=b"{" + b" " * (limit - 2) + b"}")
    assert answer.status_code == 200


async def test_a_request_that_takes_too_long_is_answered_all_the_same() -> None:
    answer = await client_of(within(never_answers, seconds=0.02)).get("/api/slow")
    assert (answer.status_code, answer.json()["code"]) == (503, "timed_out")
    assert answer.headers["content-type"] == PROBLEM
    assert answer.headers["retry-after"] == "1"
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_an_answer_that_breaks_off_is_not_taken_for_whole() -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        await client_of_raising(within(breaks_off, seconds=0.02)).get("/api/slow")


def client_of_raising(app: Any) -> httpx.AsyncClient:
    """A client that hears of what an ASGI server would break the connection for."""

    async def server(scope: Any, receive: Any, send: Any) -> None:
        try:
            await app(scope, receive, send)
        except TimeoutError as error:
            raise httpx.RemoteProtocolError("the connection is closed") from error

    return httpx.AsyncClient(transport=httpx.ASGITransport(app=server), base_url="http://127.0.0.1:8000")


# Limits by address


async def test_an_address_is_held_back_after_its_share(shared_scene: Scene) -> None:
    limited = within(answers_ok, per_minute=3)
    caller, other = client_of(limited, address=FAR), client_of(limited, address="203.0.113.8")
    told = [(await caller.get("/api/providers")).status_code for _ in range(5)]
    assert sorted(told[:3]) == [200, 200, 200]
    assert told[3:] == [429, 429]
    answer = await caller.get("/api/providers")
    assert answer.json()["code"] == "too_many_requests"
    assert answer.headers["content-type"] == PROBLEM
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    assert (await other.get("/api/providers")).status_code == 200


@pytest.mark.parametrize("address", [NEAR, "127.8.8.8", "::1"])
async def test_this_machine_is_spared_in_development_alone(address: str) -> None:
    spared = client_of(within(answers_ok, per_minute=1), address=address)
    held = client_of(within(answers_ok, per_minute=1, development=False), address=address)
    assert [(await spared.get("/")).status_code for _ in range(3)] == [200, 200, 200]
    assert [(await held.get("/")).status_code for _ in range(3)] == [200, 429, 429]


async def test_the_application_itself_is_limited_by_its_settings(shared_scene: Scene) -> None:
    caller = client_of(shared_scene.app.asgi, address="203.0.113.99")
    allowed = shared_scene.app.parts.settings.rate_limit_per_minute
    told = [(await caller.get("/health/live")).status_code for _ in range(allowed + 1)]
    assert told[-1] == 429
    assert told.count(200) == allowed


async def test_tries_of_a_password_are_counted_in_the_database_for_a_far_address(shared_scene: Scene) -> None:
    asked = {"email": "nobody.at.all@cast.test", "password": "not the one"}
    limit = shared_scene.app.parts.settings.sign_in_limit_per_minute
    # Each client has an edge of its own, as in another process: only the database knows of them all.
    app, settings = shared_scene.app.asgi._app, shared_scene.app.parts.settings
    told = [
        await client_of(edge(app, settings), address="203.0.113.50").post("/api/auth/login", json=asked)
        for _ in range(limit + 1)
    ]
    assert [answer.status_code for answer in told] == [401] * limit + [429]
    assert int(told[-1].headers["retry-after"]) >= 1
    assert (await shared_scene.app.client.post("/api/auth/login", json=asked)).status_code == 401


def test_the_limits_memory_is_bounded() -> None:
    limit = CallerLimit("address", 1, StandingClock(), most=10)
    for n in range(100):
        limit.refuses(f"198.51.100.{n}")
    assert len(limit._uses) == 10


# Who is believed about addresses


@pytest.mark.parametrize(
    ("peer", "told", "address"),
    [
        (FAR, [b"1.1.1.1"], FAR),
        (PROXY, [], PROXY),
        (PROXY, [b"198.51.100.4"], "198.51.100.4"),
        (PROXY, [b"1.1.1.1, 198.51.100.4"], "198.51.100.4"),
        (PROXY, [b"198.51.100.4, 10.0.0.1"], "198.51.100.4"),
        (PROXY, [b"1.1.1.1", b"198.51.100.4"], "198.51.100.4"),
        (PROXY, [b"10.0.0.1"], PROXY),
        (PROXY, [b""], PROXY),
        (PROXY, [b" , "], PROXY),
        (OTHER_PROXY, [b"198.51.100.4"], OTHER_PROXY),
    ],
)
def test_only_a_trusted_proxy_says_who_calls(peer: str, told: list[bytes], address: str) -> None:
    scope = {"client": (peer, 40000), "headers": [(b"x-forwarded-for", value) for value in told]}
    assert client_address(scope, frozenset({PROXY})) == address


async def test_a_made_up_address_does_not_get_round_the_limit() -> None:
    limited = within(answers_ok, per_minute=2)
    caller = client_of(limited, address=FAR)
    told = [(await caller.get("/", headers={"X-Forwarded-For": f"1.1.1.{n}"})).status_code for n in range(3)]
    assert told == [200, 200, 429]
    through_proxy = client_of(limited, address=PROXY)
    told = [
        (await through_proxy.get("/", headers={"X-Forwarded-For": f"1.1.1.{n}, 198.51.100.4"})).status_code
        for n in range(3)
    ]
    assert told == [200, 200, 429]


# Calls from other sites


@pytest.mark.parametrize("path", ["/api/auth/refresh", "/api/auth/logout"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://127.0.0.1:8000"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://127.0.0.1:8001"},
        {"Origin": "http://127.0.0.1:8000.evil.example"},
        {"Origin": "null"},
    ],
    ids=str,
)
async def test_a_cookie_works_from_our_own_pages_alone(shared_scene: Scene, path: str, headers: dict[str, str]) -> None:
    answer = await shared_scene.app.client.post(path, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}, {"Origin": "http://127.0.0.1:8000"}, {}],
    ids=str,
)
async def test_our_own_pages_may_call(shared_scene: Scene, headers: dict[str, str]) -> None:
    assert (await shared_scene.app.client.post("/api/auth/refresh", headers=headers)).status_code == 401
    assert (await shared_scene.app.client.post("/api/auth/logout", headers=headers)).status_code == 204


async def test_no_other_site_is_told_that_it_may_read(shared_scene: Scene) -> None:
    headers = {"Origin": "https://evil.example", "Access-Control-Request-Method": "PATCH"}
    for method in ("OPTIONS", "GET"):
        answer = await shared_scene.patient.client.request(method, "/api/me", headers=headers)
        assert not [name for name in answer.headers if name.startswith("access-control-")]
