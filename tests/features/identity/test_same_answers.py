"""Nobody learns whether an address has an account: not by status, not by body, not by the time it takes.

Times are compared as medians of attempts taken in turn, as a ratio: what the machine does at the same time falls on all
alike. A hash takes some ten milliseconds here: enough to show where one is skipped, little enough to hide nothing else.
"""

import random
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import replace
from itertools import count
from statistics import median

import httpx
import pytest

from openvisit.features.identity import passwords
from openvisit.platform.db import execute
from openvisit.settings import Settings
from tests.features.identity.steps import PASSWORD, Postbox, account, registration
from tests.support.application import Application, client_of, running
from tests.support.clock import StandingClock

KINDS = ("known", "unknown", "unverified", "inactive")
WRONG = "not the one at all"
ROUNDS = 25
NOISE = 1.5
"""How far apart medians of the same work lie on a busy machine. Where a hash is skipped they differ several times."""


@pytest.fixture
async def app(settings: Settings, clock: StandingClock) -> AsyncIterator[Application]:
    """Without limits, which are tested by themselves."""
    async with running(
        replace(settings, bot_defence="off", argon2_memory_kib=8_192, argon2_passes=3), clock
    ) as application:
        yield application


@pytest.fixture
async def addresses(app: Application, postbox: Postbox) -> dict[str, str]:
    """An address of each kind."""
    found = {kind: f"{kind}@example.org" for kind in KINDS}
    for kind in ("known", "inactive"):
        async with client_of(app.asgi) as browser:
            await account(browser, postbox, found[kind])
    await app.client.post("/api/auth/register", json=registration(found["unverified"]))
    await postbox.deliver()
    async with app.parts.db.connection() as connection:
        await execute(
            connection,
            "UPDATE person SET active = false WHERE email_index = %(index)s",
            {"index": app.parts.vault.address_index(found["inactive"])},
        )
    return found


Ask = Callable[[httpx.AsyncClient, str], Awaitable[httpx.Response]]

WAYS: dict[str, Ask] = {
    "login": lambda c, a: c.post("/api/auth/login", json={"email": a, "password": WRONG}),
    "forgot": lambda c, a: c.post("/api/auth/forgot", json={"email": a}),
    "resend": lambda c, a: c.post("/api/auth/resend", json={"email": a}),
    "verify": lambda c, a: c.post("/api/auth/verify", json={"email": a, "code": "000000"}),
    "reset": lambda c, a: c.post("/api/auth/reset", json={"email": a, "code": "000000", "password": PASSWORD}),
}


def said(answer: httpx.Response) -> tuple[int, object, frozenset[str]]:
    """All that an answer tells, without what differs between any two."""
    body = answer.json() if answer.content else None
    if isinstance(body, dict):
        body = {name: value for name, value in body.items() if name != "instance"}
    return answer.status_code, str(body), frozenset(answer.headers) - {"date"}


async def take_as_long(kinds: Sequence[str], ask: Callable[[str, int], Awaitable[httpx.Response]], rounds: int) -> None:
    """Fail unless all kinds are answered alike, and take as long in one of three goes: where something tells them
    apart, it does so in each, and a busy machine not."""
    numbers = count()
    for _ in range(3):
        times = defaultdict[str, list[float]](list)
        answers = set()
        for _ in range(rounds):
            number = next(numbers)
            for kind in random.sample(kinds, len(kinds)):
                begun = time.perf_counter()
                answer = await ask(kind, number)
                times[kind].append(time.perf_counter() - begun)
                answers.add(said(answer))
        assert len(answers) == 1, answers
        medians = {kind: median(found) for kind, found in times.items()}
        if max(medians.values()) < NOISE * min(medians.values()):
            return
    pytest.fail(f"they differ: {medians}")


@pytest.mark.parametrize("way", WAYS)
async def test_the_answers_are_the_same_and_take_as_long(app: Application, addresses: dict[str, str], way: str) -> None:
    await take_as_long(KINDS, lambda kind, _: WAYS[way](app.client, addresses[kind]), ROUNDS)


async def test_a_hash_of_an_earlier_price_takes_as_long_as_one_of_todays(
    app: Application, addresses: dict[str, str]
) -> None:
    """Or a raised price would tell old accounts from addresses without one."""
    passwords.configure(memory_kib=64, passes=1)
    cheap = await passwords.hash_of(PASSWORD)
    passwords.configure(memory_kib=8_192, passes=3)
    async with app.parts.db.connection() as connection:
        await execute(connection, "UPDATE person SET password_hash = %(cheap)s", {"cheap": cheap})
    await take_as_long(("known", "unknown"), lambda kind, _: WAYS["login"](app.client, addresses[kind]), ROUNDS)


async def test_registering_answers_the_same_and_takes_as_long(app: Application, addresses: dict[str, str]) -> None:
    """An address can be met for the first time once only, so that a guesser has one measurement, not a median."""

    async def register(kind: str, number: int) -> httpx.Response:
        address = addresses.get(kind, f"new{number}@example.org")
        return await app.client.post("/api/auth/register", json=registration(address))

    await take_as_long((*KINDS, "new"), register, 25)


@pytest.mark.parametrize("way", WAYS)
async def test_a_throttled_account_answers_the_same_whether_or_not_there_is_one(
    settings: Settings, clock: StandingClock, app: Application, addresses: dict[str, str], way: str
) -> None:
    limit = app.parts.settings.sign_in_limit_per_minute * 3
    told = {}
    for number, kind in enumerate(KINDS):
        answers = []
        for attempt in range(limit + 2):
            async with client_of(app.asgi, address=f"203.0.{number}.{attempt}") as client:
                answers.append(said(await WAYS[way](client, addresses[kind])))
        told[kind] = answers
    assert told["known"][-1][0] == 429
    for kind in KINDS:
        assert told[kind] == told["known"], kind


async def test_a_right_password_is_the_only_way_to_learn_more(app: Application, addresses: dict[str, str]) -> None:
    codes = {}
    for kind in KINDS:
        answer = await app.client.post("/api/auth/login", json={"email": addresses[kind], "password": PASSWORD})
        codes[kind] = answer.json().get("code", "")
    assert codes == {
        "known": "",
        "unknown": "invalid_credentials",
        "unverified": "not_verified",
        "inactive": "invalid_credentials",
    }
