"""Joining the waitlist, changing one's mind, leaving, and what people get to see of it."""

from datetime import timedelta
from typing import Any

import pytest

from tests.features.waitlist.conftest import Full
from tests.support.cast import Person


async def test_joining_changing_and_leaving(full: Full) -> None:
    room, patient = full.room, full.room.scene.other_patient
    await _on_the_map(full)
    entry = await room.wait(
        patient,
        days=[2, 1, 2],
        times=[{"start": "09:00", "end": "12:00"}],
        near={"latitude": 42.65, "longitude": -73.75, "km": 20},
        until="2027-05-31",
    )
    assert entry["status"] == "waiting"
    assert entry["place"] == "next"
    assert entry["days"] == [1, 2]
    assert entry["times"] == [{"start": "09:00", "end": "12:00"}]
    assert entry["time_zone"] == "America/New_York"
    assert entry["until"].startswith("2027-06-01T00:00:00")
    assert entry["near"] == {"latitude": 42.65, "longitude": -73.75, "km": 20}
    assert (entry["urgency"], entry["offers"]) == (None, None)
    changed = await patient.client.patch(f"/api/waitlist/{entry['id']}", json={"days": [5], "near": None})
    assert changed.status_code == 200, changed.text
    assert (changed.json()["days"], changed.json()["near"], changed.json()["times"]) == ([5], None, entry["times"])
    for _ in range(2):
        assert (await patient.client.delete(f"/api/waitlist/{entry['id']}")).status_code == 204
    (left,) = await room.waits(patient)
    assert (left["status"], left["place"]) == ("left", None)
    again = await patient.client.patch(f"/api/waitlist/{entry['id']}", json={"days": []})
    assert (again.status_code, again.json()["code"]) == (409, "not_waiting")


async def test_the_place_near_home_is_sealed(full: Full) -> None:
    room = full.room
    await _on_the_map(full)
    await room.wait(room.scene.other_patient, near={"latitude": 42.6512345, "longitude": -73.75, "km": 20})
    (row,) = await room.rows("SELECT near FROM waitlist_entry")
    assert b"42.65" not in bytes(row["near"])


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"provider_ids": []}, "body.provider_ids"),
        ({"specialty": "207Q00000X"}, "body.provider_ids"),
        ({"provider_ids": [], "specialty": "NOTACODE"}, "body.specialty"),
        ({"times": [{"start": "12:00", "end": "09:00"}]}, "body.times"),
        ({"times": [{"start": "09:00", "end": "09:29"}]}, "body.times"),
        ({"time_zone": "Mars/Olympus"}, "body.time_zone"),
        ({"until": "2027-02-01"}, "body.until"),
        ({"until": "2099-01-01"}, "body.until"),
        ({"visit_type_id": None}, "body.visit_type_id"),
    ],
)
async def test_wishes_that_nobody_can_meet_are_refused(full: Full, body: dict[str, Any], path: str) -> None:
    scene = full.room.scene
    wish = {"visit_type_id": str(scene.visit_type_id), "provider_ids": [str(scene.provider_id)], **body}
    answer = await scene.other_patient.client.post("/api/waitlist", json=wish)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["path"] == path


async def test_who_cannot_take_a_time_cannot_wait_for_one(full: Full) -> None:
    scene = full.room.scene
    stranger = await scene.cast.person("Nora New", patient=True, consents=False)
    wish = {"visit_type_id": str(scene.visit_type_id), "provider_ids": [str(scene.provider_id)]}
    answer = await stranger.client.post("/api/waitlist", json=wish)
    assert (answer.status_code, answer.json()["code"]) == (409, "consent_needed")
    by_staff = await scene.cast.visit_type(scene.clinic, bookable_by=["staff"])
    provider = await scene.cast.provider(scene.clinic, [by_staff], "Bo By Staff")
    wish = {"visit_type_id": str(by_staff), "provider_ids": [str(provider)]}
    answer = await scene.other_patient.client.post("/api/waitlist", json=wish)
    assert (answer.status_code, answer.json()["code"]) == (403, "not_bookable")


async def test_nobody_waits_twice_for_the_same_or_for_everything(full: Full) -> None:
    room, scene = full.room, full.room.scene
    first = await room.wait(scene.other_patient)
    wish = {"visit_type_id": str(scene.visit_type_id), "provider_ids": [str(scene.provider_id)]}
    answer = await scene.other_patient.client.post("/api/waitlist", json=wish)
    assert (answer.status_code, answer.json()["code"]) == (409, "already_waiting")
    assert answer.json()["entry_id"] == first["id"]
    for _ in range(9):
        kind = await scene.cast.visit_type(scene.clinic)
        provider = await scene.cast.provider(scene.clinic, [kind])
        await room.wait(scene.other_patient, visit_type_id=str(kind), provider_ids=[str(provider)])
    kind = await scene.cast.visit_type(scene.clinic)
    provider = await scene.cast.provider(scene.clinic, [kind])
    wish = {"visit_type_id": str(kind), "provider_ids": [str(provider)]}
    answer = await scene.other_patient.client.post("/api/waitlist", json=wish)
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_waitlist_entries")


async def test_staff_enter_a_patient_and_say_how_urgent_it_is(full: Full) -> None:
    room, scene = full.room, full.room.scene
    await room.wait(scene.other_patient)
    entry = await room.wait(scene.staff, patient_id=str(scene.patient.patient_id))
    assert (entry["patient"]["name"], entry["place"], entry["urgency"]) == ("Pat Rivera", "near-front", "routine")
    urgent = await scene.staff.client.put(f"/api/waitlist/{entry['id']}/urgency", json={"urgency": "urgent"})
    assert urgent.status_code == 200, urgent.text
    assert urgent.json()["place"] == "next"
    listed = await scene.staff.client.get(f"/api/clinics/{scene.clinic.id}/waitlist")
    assert [item["patient"]["name"] for item in listed.json()["items"]] == ["Pat Rivera", "Olu Bello"]
    (own,) = await room.waits(scene.patient)
    assert (own["place"], own["urgency"]) == ("next", None)
    trail = await room.rows("SELECT action, data FROM audit WHERE thing = 'waitlist-entry' ORDER BY id")
    assert [row["action"] for row in trail] == ["waitlist:join", "waitlist:join", "waitlist:manage"]
    looks = await room.rows(
        "SELECT patient_id FROM audit WHERE action = 'waitlist:manage' AND thing = 'patient' AND actor_id = %(id)s",
        id=scene.staff.id,
    )
    assert {row["patient_id"] for row in looks} == {scene.patient.patient_id, scene.other_patient.patient_id}
    assert (await scene.staff.client.get(f"/api/waitlist/{entry['id']}")).status_code == 200
    (look,) = await room.rows("SELECT actor_id, patient_id FROM audit WHERE action = 'waitlist:read'")
    assert look == {"actor_id": scene.staff.id, "patient_id": scene.patient.patient_id}


async def test_others_know_nothing_of_it(full: Full) -> None:
    room, scene = full.room, full.room.scene
    entry = await room.wait(scene.other_patient)
    for who, code in ((scene.patient, 404), (scene.outsider, 404), (scene.provider, 404)):
        for method, path, body in (
            ("GET", f"/api/waitlist/{entry['id']}", None),
            ("PATCH", f"/api/waitlist/{entry['id']}", {"days": [1]}),
            ("DELETE", f"/api/waitlist/{entry['id']}", None),
            ("PUT", f"/api/waitlist/{entry['id']}/urgency", {"urgency": "urgent"}),
        ):
            answer = await who.client.request(method, path, json=body)
            assert answer.status_code == code, (method, answer.text)
    assert await room.waits(scene.patient) == []


async def test_a_delegate_waits_for_the_patient(full: Full) -> None:
    room, scene = full.room, full.room.scene
    parent = await scene.cast.person("Petra Parent", patient=True)
    child = (await parent.client.post("/api/me/dependents", json={"full_name": "Kim", "born_on": "2020-01-01"})).json()
    other = {**_wish(full), "patient_id": child["patient_id"]}
    answer = await _fresh(full, parent).client.post("/api/waitlist", json=other)
    assert answer.status_code == 409, answer.text  # nobody has agreed to a treatment of the child yet
    await room.rows(
        """WITH agreed AS (INSERT INTO consent (patient_id, clinic_id, kind, given, text_hash, at)
               SELECT %(child)s, clinic_id, kind, given, text_hash, at FROM consent WHERE patient_id = %(parent)s
               RETURNING kind) SELECT * FROM agreed""",
        child=child["patient_id"],
        parent=parent.patient_id,
    )
    answer = await parent.client.post("/api/waitlist", json=other)
    assert answer.status_code == 201, answer.text
    assert [entry["patient"]["name"] for entry in await room.waits(parent)] == ["Kim"]


async def test_an_earlier_time_is_waited_for_once_and_no_longer_than_the_visit(full: Full) -> None:
    room, scene = full.room, full.room.scene
    await scene.cast.hours(scene.provider_id, start="09:00", end="17:00")
    visit = await room.book(scene.patient, room.at(15, days=8))
    entry = await room.earlier(scene.patient, visit)
    assert entry["appointment_id"] == visit["id"]
    assert entry["modes"] == ["telehealth"]
    assert entry["until"].startswith(visit["start"][:10])
    answer = await scene.patient.client.post("/api/waitlist", json={"appointment_id": visit["id"]})
    assert (answer.status_code, answer.json()["code"]) == (409, "already_waiting")
    answer = await scene.other_patient.client.post("/api/waitlist", json={"appointment_id": visit["id"]})
    assert answer.status_code == 404
    await room.cancel(scene.patient, visit)
    await room.work()
    assert [item["status"] for item in await room.waits(scene.patient)] == ["ended"]


async def test_entries_end_by_themselves(full: Full) -> None:
    room, scene = full.room, full.room.scene
    await room.wait(scene.other_patient, until="2027-03-03")
    scene.app.clock.advance(days=4)
    await room.catch_up()
    assert (await room.rows("SELECT status FROM waitlist_entry"))[0]["status"] == "ended"


async def _on_the_map(full: Full) -> None:
    await full.room.rows("UPDATE location SET latitude = 42.65, longitude = -73.75 RETURNING id")


def _wish(full: Full) -> dict[str, Any]:
    scene = full.room.scene
    return {"visit_type_id": str(scene.visit_type_id), "provider_ids": [str(scene.provider_id)]}


def _fresh(full: Full, person: Person) -> Person:
    """The person; their delegations are read anew with the next request."""
    full.room.scene.app.clock.advance(seconds=timedelta(minutes=1).seconds)
    return person


async def test_the_front_desk_says_how_urgent_it_is_when_it_enters_somebody(full: Full) -> None:
    room, scene = full.room, full.room.scene
    entry = await room.wait(scene.staff, patient_id=str(scene.patient.patient_id), urgency="urgent")
    assert entry["urgency"] == "urgent"
    refused = await scene.other_patient.client.post("/api/waitlist", json={**_wish(full), "urgency": "urgent"})
    assert refused.status_code == 403


async def test_no_distance_to_a_clinic_that_is_nowhere_on_the_map(full: Full) -> None:
    room, patient = full.room, full.room.scene.other_patient
    near = {"latitude": 42.65, "longitude": -73.75, "km": 20}
    entry = await room.wait(patient)
    for answer in (
        await full.room.scene.patient.client.post("/api/waitlist", json={**_wish(full), "near": near}),
        await patient.client.patch(f"/api/waitlist/{entry['id']}", json={"near": near}),
    ):
        assert answer.status_code == 422, answer.text
        assert answer.json()["errors"][0]["path"] == "body.near"
