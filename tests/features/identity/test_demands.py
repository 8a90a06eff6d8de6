"""A clinic's demand for a second factor: days of grace, and then nothing but setting one up."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx

from openvisit.platform.db import execute
from tests.features.identity.factor_steps import code, first_step, told
from tests.features.identity.steps import PASSWORD, Postbox, account, bearer
from tests.support.application import Application
from tests.support.cast import Scene
from tests.support.clock import StandingClock

EMAIL = "sam@example.org"


async def test_days_of_grace_then_enrolment_alone_then_everything(
    scene: Scene, browser: httpx.AsyncClient, postbox: Postbox, clock: StandingClock
) -> None:
    await _demand(scene, days=3)
    signed_in = await _staff(scene, browser, postbox)
    assert (signed_in["enrolling"], _at(signed_in["factor_due_at"])) == (False, clock() + timedelta(days=3))
    clock.advance(days=2)
    signed_in = await _login(browser)
    assert not signed_in["enrolling"]
    assert (await browser.get("/api/people", params=_at_clinic(scene), headers=bearer(signed_in))).status_code == 200

    clock.advance(days=1)
    signed_in = await _login(browser)
    assert signed_in["enrolling"]
    headers = bearer(signed_in)
    for path in ("/api/me", "/api/people", "/api/appointments", "/api/me/sessions"):
        refused = await browser.get(path, params=_at_clinic(scene), headers=headers)
        assert told(refused) == (403, "enrolment-needed"), path
    assert (await browser.get("/api/clinics", headers=headers)).status_code == 200, "open to anybody"
    assert told(await browser.post("/api/me/recovery-codes", headers=headers)) == (403, "enrolment-needed")

    begun = (await browser.post("/api/me/totp", headers=headers)).json()
    body = {"code": code(begun["secret"], clock)}
    added = await browser.post("/api/me/totp/confirm", json=body, headers=headers)
    assert len(added.json()["recovery_codes"]) == 10
    assert (await browser.get("/api/people", params=_at_clinic(scene), headers=headers)).status_code == 200
    renewed = (await browser.post("/api/auth/refresh")).json()
    assert (renewed["enrolling"], renewed["factor_due_at"]) == (False, None)
    assert (await first_step(browser, EMAIL))["factors"] == ["totp", "recovery-code"]


async def test_an_open_session_becomes_one_for_enrolment_when_grace_ends(
    scene: Scene, browser: httpx.AsyncClient, postbox: Postbox, clock: StandingClock
) -> None:
    await _demand(scene, days=1)
    await _staff(scene, browser, postbox)
    clock.advance(hours=11)
    assert not (await browser.post("/api/auth/refresh")).json()["enrolling"]
    clock.advance(hours=11)
    await browser.post("/api/auth/refresh")
    clock.advance(hours=2)
    renewed = (await browser.post("/api/auth/refresh")).json()
    assert renewed["enrolling"]
    refused = await browser.get("/api/people", params=_at_clinic(scene), headers=bearer(renewed))
    assert told(refused) == (403, "enrolment-needed")
    await _demand(scene, days=1, roles=[])
    renewed = (await browser.post("/api/auth/refresh")).json()
    assert not renewed["enrolling"], "the demand was dropped"
    open_again = await browser.get("/api/people", params=_at_clinic(scene), headers=bearer(renewed))
    assert open_again.status_code == 200


async def test_grace_begins_with_the_role_when_that_comes_later(
    scene: Scene, browser: httpx.AsyncClient, postbox: Postbox, clock: StandingClock
) -> None:
    await _demand(scene, days=3)
    clock.advance(days=30)
    signed_in = await _staff(scene, browser, postbox)
    assert _at(signed_in["factor_due_at"]) == clock() + timedelta(days=3)


async def test_the_strictest_of_several_clinics_counts(
    app: Application, scene: Scene, browser: httpx.AsyncClient, postbox: Postbox, clock: StandingClock
) -> None:
    other = await scene.cast.clinic("Second Clinic")
    await _demand(scene, days=30)
    async with app.parts.db.connection() as connection:
        await execute(
            connection,
            """INSERT INTO clinic_policy (clinic_id, mfa_required_for, mfa_grace_days, mfa_required_since)
               VALUES (%(id)s, '{staff,admin}', 0, %(now)s)""",
            {"id": other.id, "now": clock()},
        )
    signed_in = await _staff(scene, browser, postbox)
    assert not signed_in["enrolling"]
    await _grant(app, UUID(signed_in["user"]["id"]), other.id, "provider", clock())
    assert not (await _login(browser))["enrolling"], "not demanded of this role there"
    await _grant(app, UUID(signed_in["user"]["id"]), other.id, "staff", clock())
    assert (await _login(browser))["enrolling"]


async def test_patients_and_other_roles_are_left_alone(
    scene: Scene, browser: httpx.AsyncClient, postbox: Postbox
) -> None:
    await _demand(scene, days=0, roles=["admin"])
    patient = await account(browser, postbox, "pia@example.org")
    assert (patient["enrolling"], patient["factor_due_at"]) == (False, None)
    signed_in = await _staff(scene, browser, postbox)
    assert (signed_in["enrolling"], signed_in["factor_due_at"]) == (False, None)


async def test_the_last_factor_stays_while_a_clinic_demands_one(
    scene: Scene, browser: httpx.AsyncClient, postbox: Postbox, clock: StandingClock
) -> None:
    await _demand(scene, days=0)
    signed_in = bearer(await _staff(scene, browser, postbox))
    begun = (await browser.post("/api/me/totp", headers=signed_in)).json()
    body = {"code": code(begun["secret"], clock)}
    assert (await browser.post("/api/me/totp/confirm", json=body, headers=signed_in)).status_code == 200
    refused = await browser.delete("/api/me/totp", headers=signed_in)
    assert told(refused) == (409, "factor_demanded")
    security = (await browser.get("/api/me/security", headers=signed_in)).json()
    assert (security["required"], security["recovery_codes_left"]) == (True, 10)
    assert security["totp"] is not None


async def test_a_new_demand_starts_the_days_of_grace_anew(scene: Scene, clock: StandingClock) -> None:
    await _demand(scene, days=5)
    clock.advance(days=1)
    await _demand(scene, days=5, roles=["staff", "provider"])
    desk = await scene.cast.person("Del Desk", roles={scene.clinic.id: ["staff"]})
    security = (await desk.client.get("/api/me/security")).json()
    assert _at(security["required_by"]) == clock() + timedelta(days=5)
    clock.advance(days=1)
    await _demand(scene, days=5, roles=["staff"])
    desk = await scene.cast.person("Dee Desk", roles={scene.clinic.id: ["staff"]})
    async with scene.app.parts.db.connection() as connection:
        await execute(connection, "UPDATE role SET granted_at = granted_at - interval '9 days'")
    security = (await desk.client.get("/api/me/security")).json()
    assert _at(security["required_by"]) == clock() + timedelta(days=4), "to drop a role starts nothing"


async def _demand(scene: Scene, *, days: int, roles: list[str] | None = None) -> None:
    wanted = {"mfa_required_for": ["staff"] if roles is None else roles, "mfa_grace_days": days}
    admin = await scene.cast.person("Ada Admin", roles={scene.clinic.id: ["admin"]})  # signed in just now
    answer = await admin.client.put(f"/api/clinics/{scene.clinic.id}/policy", json=wanted)
    assert answer.status_code == 200, answer.text


async def _staff(scene: Scene, browser: httpx.AsyncClient, postbox: Postbox) -> dict[str, Any]:
    """Somebody of the staff who has a password; the answer of their next sign-in."""
    opened = await account(browser, postbox, EMAIL)
    await _grant(scene.app, UUID(opened["user"]["id"]), scene.clinic.id, "staff", scene.app.clock())
    return await _login(browser)


async def _grant(app: Application, person_id: UUID, clinic_id: UUID, role: str, now: datetime) -> None:
    async with app.parts.db.connection() as connection:
        await execute(
            connection,
            """INSERT INTO role (person_id, clinic_id, role, granted_at)
               VALUES (%(person_id)s, %(clinic_id)s, %(role)s, %(now)s)""",
            {"person_id": person_id, "clinic_id": clinic_id, "role": role, "now": now},
        )


async def _login(browser: httpx.AsyncClient) -> dict[str, Any]:
    answer = await browser.post("/api/auth/login", json={"email": EMAIL, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    signed_in: dict[str, Any] = answer.json()
    return signed_in


def _at_clinic(scene: Scene) -> dict[str, str]:
    return {"clinic_id": str(scene.clinic.id)}


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)
