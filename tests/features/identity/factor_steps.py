"""Steps with second factors that several tests share."""

from datetime import timedelta
from typing import Any

import httpx
import pyotp

from tests.features.identity.steps import PASSWORD, Postbox, account, bearer
from tests.support.authenticator import Authenticator
from tests.support.clock import StandingClock

EMAIL = "ana@example.org"


def code(secret: str, clock: StandingClock, steps: int = 0) -> str:
    """What the app shows now, or so many steps later."""
    return pyotp.TOTP(secret).at(clock() + timedelta(seconds=30 * steps))


async def with_app(
    browser: httpx.AsyncClient, postbox: Postbox, clock: StandingClock, email: str = EMAIL
) -> tuple[str, list[str]]:
    """A person with an authenticator app: its secret, and the recovery codes. The present time step is used up."""
    signed_in = bearer(await account(browser, postbox, email))
    begun = await browser.post("/api/me/totp", headers=signed_in)
    assert begun.status_code == 200, begun.text
    secret = begun.json()["secret"]
    added = await browser.post("/api/me/totp/confirm", json={"code": code(secret, clock)}, headers=signed_in)
    assert added.status_code == 200, added.text
    clock.advance(seconds=30)
    return secret, added.json()["recovery_codes"]


async def with_passkey(
    browser: httpx.AsyncClient, postbox: Postbox, device: Authenticator, email: str = EMAIL
) -> dict[str, str]:
    """A person with a passkey on the device: the header of their session."""
    signed_in = bearer(await account(browser, postbox, email))
    added = await add_passkey(browser, signed_in, device)
    assert added.status_code == 201, added.text
    return signed_in


async def add_passkey(
    browser: httpx.AsyncClient, signed_in: dict[str, str], device: Authenticator, **wrong: Any
) -> httpx.Response:
    """Make a passkey on the device and keep it."""
    asked = await browser.post("/api/me/passkeys/options", headers=signed_in)
    assert asked.status_code == 200, asked.text
    made = device.create(asked.json()["options"], **wrong)
    return await browser.post("/api/me/passkeys", json={"name": "Phone", "passkey": made}, headers=signed_in)


async def first_step(browser: httpx.AsyncClient, email: str = EMAIL) -> dict[str, Any]:
    """Sign in by password; the answer that a second factor is due."""
    answer = await browser.post("/api/auth/login", json={"email": email, "password": PASSWORD})
    assert answer.status_code == 202, answer.text
    due: dict[str, Any] = answer.json()
    return due


async def second_step(browser: httpx.AsyncClient, ticket: str, kind: str, secret: str) -> httpx.Response:
    """Finish by a code."""
    return await browser.post("/api/auth/factor", json={"ticket": ticket, "proof": {"kind": kind, "secret": secret}})


async def second_step_by_passkey(
    browser: httpx.AsyncClient, ticket: str, device: Authenticator, **wrong: Any
) -> httpx.Response:
    """Finish by a passkey."""
    asked = await browser.post("/api/auth/factor/options", json={"ticket": ticket})
    assert asked.status_code == 200, asked.text
    proof = {"kind": "passkey", "passkey": device.get(asked.json()["options"], **wrong)}
    return await browser.post("/api/auth/factor", json={"ticket": ticket, "proof": proof})


async def by_passkey(browser: httpx.AsyncClient, device: Authenticator, **wrong: Any) -> httpx.Response:
    """Sign in by a passkey alone."""
    asked = await browser.post("/api/auth/passkey/options")
    assert asked.status_code == 200, asked.text
    return await browser.post("/api/auth/passkey", json={"passkey": device.get(asked.json()["options"], **wrong)})


def told(answer: httpx.Response) -> tuple[int, str]:
    """The status and the code of a refusal."""
    return answer.status_code, answer.json().get("code", "")
