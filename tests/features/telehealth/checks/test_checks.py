"""How the check before a visit went: told by whoever takes part, read by whoever holds the visit."""

from datetime import timedelta
from uuid import UUID

from openvisit.platform.db import fetch_all
from tests.support.cast import Scene

ALL_WELL = {"browser": "passed", "secure": "passed", "camera": "passed", "microphone": "passed"}


async def visit(scene: Scene, mode: str = "telehealth", days: int = 1) -> str:
    start = scene.app.clock().replace(hour=15, minute=0) + timedelta(days=days)
    booked = await scene.patient.client.post("/api/appointments", json=scene.slot(start, mode))
    assert booked.status_code == 201, booked.text
    return str(booked.json()["id"])


async def test_the_provider_sees_the_latest_check_of_each_person(scene: Scene) -> None:
    address = f"/api/telehealth/checks/{await visit(scene)}"
    assert (await scene.provider.client.get(address)).json() == {"items": []}
    assert (await scene.patient.client.put(address, json={"camera": "failed"})).status_code == 204
    scene.app.clock.advance(minutes=2)
    assert (await scene.patient.client.put(address, json=ALL_WELL)).status_code == 204
    assert (await scene.provider.client.put(address, json={"network": "skipped"})).status_code == 204
    seen = {one["person_id"]: one for one in (await scene.provider.client.get(address)).json()["items"]}
    assert {UUID(id_): one["steps"] for id_, one in seen.items()} == {
        scene.patient.id: ALL_WELL,
        scene.provider.id: {"network": "skipped"},
    }
    assert seen[str(scene.patient.id)]["name"] == "Pat Rivera"


async def test_that_somebody_looked_is_in_the_audit(scene: Scene) -> None:
    address = f"/api/telehealth/checks/{await visit(scene)}"
    await scene.patient.client.put(address, json=ALL_WELL)
    assert (await scene.staff.client.get(address)).status_code == 200
    async with scene.app.parts.db.connection() as connection:
        looks = await fetch_all(connection, "SELECT actor_id, patient_id FROM audit WHERE action = 'visit-check:read'")
    assert [(look["actor_id"], look["patient_id"]) for look in looks] == [(scene.staff.id, scene.patient.patient_id)]


async def test_strangers_and_patients_read_nothing_and_only_video_is_checked(scene: Scene) -> None:
    address = f"/api/telehealth/checks/{await visit(scene)}"
    assert (await scene.other_patient.client.put(address, json=ALL_WELL)).status_code == 404
    assert (await scene.patient.client.get(address)).status_code == 404
    assert (await scene.outsider.client.get(address)).status_code == 404
    in_person = await visit(scene, "in-person", days=2)
    assert (await scene.patient.client.put(f"/api/telehealth/checks/{in_person}", json=ALL_WELL)).status_code == 404


async def test_nothing_but_steps_and_outcomes_is_taken(scene: Scene) -> None:
    address = f"/api/telehealth/checks/{await visit(scene)}"
    assert (await scene.patient.client.put(address, json={"camera": "HD Webcam C920"})).status_code == 422
    assert (await scene.patient.client.put(address, json={"device": "HD Webcam C920"})).status_code in (204, 422)
    async with scene.app.parts.db.connection() as connection:
        kept = await fetch_all(connection, "SELECT steps::text FROM visit_check")
    assert all("C920" not in row["steps"] for row in kept)
