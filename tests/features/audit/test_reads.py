"""Whoever is shown a patient's record is in the audit, whichever way they looked."""

import re
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from openvisit.main.web import openapi_document
from openvisit.platform.db import Row, fetch_all
from tests.support.cast import Person, Scene

START = datetime(2027, 3, 2, 15, 0, tzinfo=UTC)

# Every route that answers with what is known of patients, with what the audit says of a look by it.
# fmt: off
LOOKS = {
    "/api/patients":                                   ("patient:list", "patient"),
    "/api/patients/search":                            ("patient:list", "patient"),
    "/api/patients/{patient_id}":                      ("patient:read", "patient"),
    "/api/appointments":                               ("appointment:list", "patient"),
    "/api/appointments/patient/{patient_id}":          ("patient-history:read", "patient"),
    "/api/appointments/doctor/{provider_id}":          ("provider-history:read", "patient"),
    "/api/appointments/{appointment_id}":              ("appointment:read", "appointment"),
    "/api/appointments/{appointment_id}/history":      ("appointment:read", "appointment"),
    "/api/appointments/{appointment_id}/calendar.ics": ("appointment:read", "appointment"),
    "/api/patients/{patient_id}/delegations":          ("delegation:list", "patient"),
    "/api/telehealth/room/{room_id}":                  ("visit-room:read", "appointment"),
}
# fmt: on
OWN = {"/api/me", "/api/me/details", "/api/me/delegations", "/api/me/away-proposals", "/api/waitlist"}
"""Routes that show people nothing but themselves and those they act for."""
ONE_ENTRY = {"/api/audit", "/api/clinics/{clinic_id}/privacy-requests"}
"""One entry a list, whatever it shows: see `test_search` and the tests of privacy."""
ELSEWHERE = {
    "/api/reminders",
    "/api/reminders/appointment/{appointment_id}",
    "/api/clinics/{clinic_id}/waitlist",
    "/api/clinics/{clinic_id}/away",
    "/api/waitlist/{entry_id}",
    "/api/waitlist/offers/{offer_id}",
    "/api/telehealth/rooms/{room_id}/recordings",
    "/api/telehealth/waiting",
    "/api/clinics/{clinic_id}/ratings",
}
"""Reminders, the waitlist, recordings, who waits, and ratings: an entry a patient, as the tests of each show."""
REVIEWED = {"/api/emergency-access"}
"""Records that were broken open, for those who review that: `tests/features/access`."""
TELLING = {"patient", "patient_id", "born_on", "patients"}
"""Names of fields that only patients' records have."""


async def visit(scene: Scene) -> dict[str, Any]:
    booked = await scene.patient.client.post("/api/appointments", json=scene.slot(START))
    assert booked.status_code == 201, booked.text
    found: dict[str, Any] = booked.json()
    return found


async def entries(scene: Scene, *, by: Person | None = None) -> list[Row]:
    """The looks in the audit, oldest first."""
    async with scene.app.parts.db.connection() as connection:
        return await fetch_all(
            connection,
            """SELECT * FROM audit WHERE (action LIKE '%%:read' OR action LIKE '%%:list')
               AND (%(by)s::uuid IS NULL OR actor_id = %(by)s) ORDER BY id""",
            {"by": by.id if by else None},
        )


def places(scene: Scene, booked: dict[str, Any]) -> dict[str, str]:
    return {
        "appointment_id": booked["id"],
        "room_id": booked["id"],
        "patient_id": str(scene.patient.patient_id),
        "provider_id": str(scene.provider_id),
    }


async def looked(person: Person, url: str) -> httpx.Response:
    """A search asks in its body."""
    if url.endswith("/search"):
        return await person.client.post(url, json={"q": "Rivera"})
    return await person.client.get(url)


@pytest.mark.parametrize("path", LOOKS)
async def test_a_look_at_a_patient_is_written_down(scene: Scene, path: str) -> None:
    booked = await visit(scene)
    url = path.format(**places(scene, booked))
    action, thing = LOOKS[path]
    everybody = (
        (scene.provider, "provider" if re.search("appointments|telehealth", path) else "colleague", "treatment"),
        (scene.staff, "staff", "operations"),
        (scene.admin, "admin", "operations"),
    )
    for person, role, reason in everybody[path.endswith("delegations") :]:  # not for providers
        for _ in range(2):  # a page that refreshes itself is one look
            assert (await looked(person, url)).status_code == 200
        (entry,) = await entries(scene, by=person)
        thing_id = booked["id"] if thing == "appointment" else scene.patient.patient_id
        assert (entry["action"], entry["thing"], str(entry["thing_id"])) == (action, thing, str(thing_id))
        assert (entry["acting_as"], entry["reason"]) == (role, reason)
        assert (entry["patient_id"], entry["clinic_id"]) == (scene.patient.patient_id, scene.clinic.id)
        assert entry["data"] == {}


@pytest.mark.parametrize("path", LOOKS)
async def test_nothing_is_written_of_who_sees_nothing_or_themselves(scene: Scene, path: str) -> None:
    booked = await visit(scene)
    url = path.format(**places(scene, booked))
    for person in (scene.patient, scene.other_patient, scene.outsider):
        answer = await looked(person, url)
        assert answer.status_code < 500
        assert await entries(scene, by=person) == []


async def test_a_list_writes_one_entry_for_each_patient_shown(scene: Scene) -> None:
    patients = [await scene.cast.person(f"Patient {n}", patient=True) for n in range(3)]
    for hour, person in enumerate(patients):
        for minute in (0, 30):
            slot = scene.slot(START.replace(hour=15 + hour, minute=minute))
            assert (await person.client.post("/api/appointments", json=slot)).status_code == 201
    shown = await scene.staff.client.get("/api/appointments", params={"limit": 4})
    assert len(shown.json()["items"]) == 4
    found = await entries(scene)
    assert [entry["patient_id"] for entry in found] == [patients[0].patient_id, patients[1].patient_id]
    await scene.staff.client.get("/api/appointments", params={"cursor": shown.json()["next_cursor"], "limit": 4})
    assert [entry["patient_id"] for entry in (await entries(scene))[2:]] == [patients[2].patient_id]


async def test_a_look_does_not_count_as_something_that_happened_to_the_visit(scene: Scene) -> None:
    booked = await visit(scene)
    await scene.staff.client.get(f"/api/appointments/{booked['id']}")
    history = (await scene.staff.client.get(f"/api/appointments/{booked['id']}/history")).json()
    assert [item["action"] for item in history["items"]] == ["appointment:book"]


def test_every_route_that_answers_with_patients_is_in_the_table() -> None:
    """A new way to read patients' records fails here until somebody says how it is audited."""
    document = openapi_document()
    schemas = document["components"]["schemas"]

    def tells(node: Any, seen: frozenset[str] = frozenset()) -> bool:
        if isinstance(node, list):
            return any(tells(each, seen) for each in node)
        if not isinstance(node, dict):
            return False
        if "$ref" in node:
            name = node["$ref"].rpartition("/")[2]
            return name not in seen and tells(schemas[name], seen | {name})
        return bool(TELLING & node.get("properties", {}).keys()) or any(tells(each, seen) for each in node.values())

    found = set()
    for path, item in document["paths"].items():
        # A search asks in its body.
        answers = item.get("post" if path.endswith("/search") else "get", {}).get("responses", {})
        if any(tells(answer.get("content", {})) for status, answer in answers.items() if status < "300"):
            found.add(path)
    assert found - OWN - ONE_ENTRY - ELSEWHERE - REVIEWED - LOOKS.keys() == set()
    assert {path for path in LOOKS if not path.endswith((".ics", "/history"))} <= found  # the others tell by text
