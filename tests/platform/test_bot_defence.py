"""Proof of work: asked of strangers who make many public writes, good once, for one purpose, for a few minutes."""

import base64
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import altcha
import httpx
import pytest

from openvisit.platform.web.bot_defence import ALLOWANCE
from openvisit.settings import Settings
from tests.support.application import client_of, running
from tests.support.cast import Scene, usual_scene
from tests.support.clock import StandingClock

FAR = "203.0.113.7"
FREE = ALLOWANCE["account"]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Sign-in's own limits out of the way."""
    return replace(settings, sign_in_limit_per_minute=0)


@pytest.fixture
async def always(settings: Settings, clock: StandingClock) -> AsyncIterator[Scene]:
    """An installation that asks every time."""
    async with running(replace(settings, bot_defence="always"), clock) as app:
        yield await usual_scene(app)


def stranger(scene: Scene, address: str = FAR) -> httpx.AsyncClient:
    """Somebody from another network, not signed in."""
    return client_of(scene.app.asgi, address=address)


def solve(refused: httpx.Response) -> dict[str, Any]:
    """The whole solution of the challenge in a refusal."""
    assert (refused.status_code, refused.json()["code"]) == (428, "proof_needed"), refused.text
    challenge = altcha.Challenge.from_dict(refused.json()["challenge"])
    solution = altcha.solve_challenge(challenge)
    assert solution is not None
    return {"challenge": challenge.to_dict(), "solution": solution.to_dict()}


def header(solved: dict[str, Any]) -> dict[str, str]:
    """The solution as it is sent."""
    return {"Proof-Of-Work": base64.b64encode(json.dumps(solved).encode()).decode()}


async def ask(client: httpx.AsyncClient, **headers: Any) -> httpx.Response:
    """A public write."""
    return await client.post("/api/auth/forgot", json={"email": "ana@example.org"}, **headers)


async def test_the_first_few_are_free_and_then_work_is_asked(scene: Scene) -> None:
    client = stranger(scene)
    assert [(await ask(client)).status_code for _ in range(FREE)] == [202] * FREE
    refused = await ask(client)
    assert (await ask(client, headers=header(solve(refused)))).status_code == 202
    assert (await ask(stranger(scene, "203.0.113.8"))).status_code == 202, "another address has its own allowance"


async def test_the_allowance_comes_back(scene: Scene) -> None:
    client = stranger(scene)
    assert [(await ask(client)).status_code for _ in range(FREE + 1)][-1] == 428
    scene.app.clock.advance(minutes=11)
    assert (await ask(client)).status_code == 202


async def test_the_work_grows(scene: Scene) -> None:
    client = stranger(scene)
    levels = [
        answer.json()["challenge"]["parameters"]["data"]["level"]
        for answer in [await ask(client) for _ in range(FREE * 8)]
        if answer.status_code == 428
    ]
    assert levels[0] == 0
    assert levels == sorted(levels)
    assert levels[-1] >= 3


async def test_a_solution_is_good_once(always: Scene) -> None:
    client = stranger(always)
    solved = header(solve(await ask(client)))
    assert (await ask(client, headers=solved)).status_code == 202
    assert (await ask(client, headers=solved)).status_code == 428


async def test_a_solution_is_good_for_its_purpose_and_its_time(always: Scene) -> None:
    client = stranger(always)
    solved = header(solve(await ask(client)))
    held = client_of(always.app.asgi, always.patient.token, FAR)
    slot = always.slot(always.app.clock().replace(hour=15) + timedelta(days=3))
    assert (await held.post("/api/holds", json=slot, headers=solved)).status_code == 428
    always.app.clock.advance(minutes=6)
    assert (await ask(client, headers=solved)).status_code == 428


@pytest.mark.parametrize("member", ["cost", "keyPrefix", "expiresAt", "nonce", "data", "keySignature"])
async def test_a_changed_challenge_counts_for_nothing(always: Scene, member: str) -> None:
    client = stranger(always)
    solved = solve(await ask(client))
    parameters = solved["challenge"]["parameters"]
    parameters[member] = {"cost": 1, "keyPrefix": "", "expiresAt": 9_999_999_999, "data": {"for": "account"}}.get(
        member, "00" * 16
    )
    assert (await ask(client, headers=header(solved))).status_code == 428


@pytest.mark.parametrize("told", ["", "x", "bnVsbA==", "e30=", "W10=", "A" * 5_000, "\u00ff", '{"challenge":[]}'])
async def test_nonsense_is_no_solution(always: Scene, told: str) -> None:
    answer = await ask(stranger(always), headers={"Proof-Of-Work": told.encode("latin-1")})
    assert answer.status_code == 428


async def test_those_who_work_at_a_clinic_are_never_asked(always: Scene) -> None:
    start = always.app.clock().replace(hour=15) + timedelta(days=3)
    slot = always.slot(start, patient_id=str(always.patient.patient_id))
    staff = client_of(always.app.asgi, always.staff.token, FAR)
    assert (await staff.post("/api/appointments", json=slot)).status_code == 201
    patient = client_of(always.app.asgi, always.patient.token, FAR)
    later = always.slot(start + timedelta(hours=1))
    refused = await patient.post("/api/appointments", json=later)
    assert (await patient.post("/api/appointments", json=later, headers=header(solve(refused)))).status_code == 201


async def test_it_can_be_left_out(settings: Settings, clock: StandingClock) -> None:
    async with running(replace(settings, bot_defence="off"), clock) as app:
        client = client_of(app.asgi, address=FAR)
        assert {(await ask(client)).status_code for _ in range(FREE * 3)} == {202}


async def test_every_public_write_asks(always: Scene) -> None:
    document = (await always.app.client.get("/api/openapi.json")).json()
    asking = {
        f"{method.upper()} {path}"
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if "428" in operation.get("responses", {}) and "proof_needed" in operation["responses"]["428"]["description"]
    }
    assert asking >= {
        "POST /api/auth/register",
        "POST /api/auth/resend",
        "POST /api/auth/forgot",
        "POST /api/holds",
        "POST /api/appointments",
    }
