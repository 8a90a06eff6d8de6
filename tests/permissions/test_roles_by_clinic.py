"""Roles are a clinic's: one person is patient here and provider there; staff do what their scopes say, no more."""

from datetime import timedelta
from typing import Any

from openvisit.platform.db import Connection, fetch_all
from openvisit.platform.principal import acting, of_person
from tests.support.cast import Person, Scene

BOOK = "/api/appointments"
REASON = "a lump behind the left ear"


async def booked(scene: Scene, by: Person) -> dict[str, Any]:
    slot = scene.slot(scene.app.clock() + timedelta(days=2, hours=7), reason=REASON)
    answer = await by.client.post(BOOK, json=slot)
    assert answer.status_code == 201, answer.text
    visit: dict[str, Any] = answer.json()
    return visit


async def test_patient_here_and_provider_there(scene: Scene) -> None:
    there = await scene.cast.clinic("Hillside Eyes")
    kind = await scene.cast.visit_type(there)
    practice = await scene.cast.provider(there, [kind], "Dr Both")
    both = await scene.cast.person("Dr Both", patient=True, roles={there.id: ["provider"]}, provider_id=practice)
    me = (await both.client.get("/api/me")).json()
    assert me["roles"] == ["patient", "provider"]
    assert [(held["clinic_id"], held["role"]) for held in me["clinic_roles"]] == [(str(there.id), "provider")]
    visit = await booked(scene, both)
    # Here they are a patient like any other: their own visit, and nothing of the clinic.
    assert (await both.client.get(f"{BOOK}/{visit['id']}")).json()["reason"] == REASON
    assert (await both.client.post(f"{BOOK}/{visit['id']}/start")).status_code == 403
    assert (await both.client.get("/api/patients", params={"clinic_id": str(scene.clinic.id)})).status_code == 403
    # There they have an agenda, and patients.
    assert (await both.client.get("/api/patients", params={"clinic_id": str(there.id)})).json()["items"] == []
    assert (await both.client.get(f"/api/providers/{practice}/schedule")).status_code == 200


async def specialist(scene: Scene, scope: str) -> Person:
    return await scene.cast.person(f"Sam {scope}", roles={scene.clinic.id: ["staff"]}, staff_scopes=[scope])


async def test_who_sees_to_the_money_is_not_told_what_a_visit_is_about(scene: Scene) -> None:
    visit = await booked(scene, scene.patient)
    for scope, told in (("billing", ""), ("front-desk", REASON), ("clinical", REASON)):
        person = await specialist(scene, scope)
        assert (await person.client.get(f"{BOOK}/{visit['id']}")).json()["reason"] == told, scope


async def test_who_draws_figures_sees_no_patient_not_even_without_the_first_wall(scene: Scene) -> None:
    await booked(scene, scene.patient)
    analyst = await specialist(scene, "analytics")
    with acting(of_person(await scene.app.parts.tokens.actor(analyst.token))):
        async with scene.app.parts.db.connection() as connection:
            for table in ("appointment", "patient", "clinic_patient", "consent", "scheduled_reminder"):
                assert await rows(connection, table) == [], table
            seen = {row["id"] for row in await rows(connection, "person")}
    assert scene.patient.id not in seen
    assert scene.staff.id in seen, "colleagues are no secret"


async def test_scopes_are_changed_at_once_and_kept_when_nothing_is_said(scene: Scene) -> None:
    path, clinic = f"/api/people/{scene.staff.id}/roles", str(scene.clinic.id)
    agenda = f"/api/patients?clinic_id={clinic}"
    assert (await scene.staff.client.get(agenda)).status_code == 200
    given = {"clinic_id": clinic, "roles": ["staff"], "scopes": ["analytics"]}
    assert (await scene.admin.client.put(path, json=given)).json()["scopes"] == ["analytics"]
    assert (await scene.staff.client.get(agenda)).status_code == 403
    kept = await scene.admin.client.put(path, json={"clinic_id": clinic, "roles": ["staff", "provider"]})
    assert (kept.json()["roles"], kept.json()["scopes"]) == (["provider", "staff"], ["analytics"])
    unknown = await scene.admin.client.put(path, json={**given, "scopes": ["everything"]})
    assert unknown.status_code == 422


async def rows(connection: Connection, table: str) -> list[dict[str, Any]]:
    return await fetch_all(connection, f"SELECT * FROM {table}", {})
