"""Patients see who looked at their record, and why."""

from datetime import UTC, datetime
from typing import Any

from openvisit.core.ids import new_id
from openvisit.features.audit.commands import record
from tests.support.cast import Person, Scene

START = datetime(2027, 3, 1, 15, 0, tzinfo=UTC)


async def seen(person: Person, **params: Any) -> dict[str, Any]:
    answer = await person.client.get("/api/me/record-access", params=params)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def booked(scene: Scene) -> str:
    answer = await scene.patient.client.post("/api/appointments", json=scene.slot(START))
    assert answer.status_code == 201, answer.text
    id_: str = answer.json()["id"]
    return id_


async def test_everybody_who_looked_is_named_with_role_reason_and_visit(scene: Scene) -> None:
    visit = await booked(scene)
    assert (await seen(scene.patient))["items"] == []  # nothing of what one did oneself
    await scene.provider.client.get(f"/api/appointments/{visit}")
    scene.app.clock.advance(minutes=1)
    await scene.staff.client.get("/api/patients")
    scene.app.clock.advance(minutes=1)
    assert (await scene.staff.client.post(f"/api/appointments/{visit}/check-in")).status_code == 200
    found = (await seen(scene.patient))["items"]
    assert [(item["by"], item["action"], item["reason"]) for item in found] == [
        ({"name": "Sam Staff", "role": "staff", "on_behalf_of": None}, "appointment:check-in", "operations"),
        ({"name": "Sam Staff", "role": "staff", "on_behalf_of": None}, "patient:list", "operations"),
        ({"name": "Ada Moreno", "role": "provider", "on_behalf_of": None}, "appointment:read", "treatment"),
    ]
    assert found[0]["visit"] == {
        "id": visit,
        "visit_type": "Consultation",
        "start": "2027-03-01T10:00:00-05:00",
        "time_zone": "America/New_York",
    }
    assert found[1]["visit"] is None
    assert {item["clinic"]["name"] for item in found} == {"Riverside Clinic"}
    assert (await seen(scene.other_patient))["items"] == []
    assert (await seen(scene.staff))["items"] == []


async def test_pages_follow_each_other(scene: Scene) -> None:
    async with scene.app.parts.db.transaction() as connection:
        for _ in range(7):  # all of one moment
            await record(
                connection,
                at=scene.app.clock(),
                actor_id=scene.staff.id,
                action="patient:read",
                thing="patient",
                thing_id=new_id(),
                patient_id=scene.patient.patient_id,
            )
    found: list[int] = []
    cursor: str | None = None
    for size in (3, 3, 1):
        page = await seen(scene.patient, limit=3, **({"cursor": cursor} if cursor else {}))
        assert len(page["items"]) == size
        found += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert cursor is None
    assert found == sorted(set(found), reverse=True)
    for wrong in ("x", "W10", "WyIyMDI3LTAzLTAxVDAwOjAwOjAwIiwxXQ", "é", "A" * 201):
        answer = await scene.patient.client.get("/api/me/record-access", params={"cursor": wrong})
        assert answer.status_code == 422, wrong
