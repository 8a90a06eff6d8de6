"""Booking through the API, as people meet it."""

from datetime import datetime, timedelta

import pytest

from openvisit.core.ids import new_id
from openvisit.platform.db import fetch_all, fetch_one
from tests.support.cast import Scene
from tests.support.clock import MONDAY

NINE = MONDAY.replace(hour=14)  # 09:00 in New York
BOOK = "/api/appointments"


async def count(scene: Scene, table: str) -> int:
    async with scene.app.parts.db.connection() as connection:
        row = await fetch_one(connection, f"SELECT count(*) AS n FROM {table}")
    assert row is not None
    return int(row["n"])


async def test_a_patient_books_a_free_slot_and_the_provider_sees_it(scene: Scene) -> None:
    answer = await scene.patient.client.post(BOOK, json=scene.slot(NINE, reason="A cough"))
    assert answer.status_code == 201, answer.text
    visit = answer.json()
    assert visit["start"] == "2027-03-01T09:00:00-05:00"
    assert visit["status"] == "scheduled"
    assert visit["reason"] == "A cough"
    listed = await scene.provider.client.get(BOOK)
    assert listed.json()["items"][0]["id"] == visit["id"]
    assert (await scene.staff.client.get(f"{BOOK}/{visit['id']}")).json()["reason"] == "A cough"


async def test_the_answer_to_a_booking_is_what_reading_it_gives(scene: Scene) -> None:
    needs = {"language": "es", "interpreter": "ase", "wheelchair_access": True, "companion": True}
    body = scene.slot(NINE, "in-person", accommodations=needs, reason="Knee")
    booked = (await scene.patient.client.post(BOOK, json=body)).json()
    read = await scene.patient.client.get(f"{BOOK}/{booked['id']}")
    assert read.headers["etag"] == '"1"'
    differing = {k for k in booked if booked[k] != read.json()[k]}
    assert not differing
    assert booked["accommodations"] == needs
    assert booked["location"]["id"] == str(scene.clinic.location_id)


async def test_the_second_to_come_is_told_the_nearest_free_times(scene: Scene) -> None:
    await scene.patient.client.post(BOOK, json=scene.slot(NINE))
    late = await scene.other_patient.client.post(BOOK, json=scene.slot(NINE))
    assert late.status_code == 409
    assert late.headers["content-type"] == "application/problem+json"
    assert late.json()["code"] == "slot_taken"
    first = late.json()["alternatives"][0]
    assert first["start"] == "2027-03-01T09:30:00-05:00"
    won = await scene.other_patient.client.post(BOOK, json=scene.slot(NINE + timedelta(minutes=30)))
    assert won.status_code == 201


TOLD = ("notifications:appointment_mail", "reminders:plan_visit")
TOLD_OF_VIDEO = (*TOLD, "video:visit_changed", "visit_rooms:visit_changed")


async def test_who_makes_rooms_hears_of_visits_by_video_alone(scene: Scene) -> None:
    visit = (await scene.patient.client.post(BOOK, json=scene.slot(NINE))).json()
    async with scene.app.parts.db.connection() as connection:
        jobs = await fetch_all(connection, "SELECT lock, args ->> 'data' AS data FROM procrastinate_jobs")
    assert {job["lock"] for job in jobs} == {f"{task}:{visit['id']}" for task in TOLD_OF_VIDEO}
    assert {job["data"] for job in jobs} == {'{"mode": "telehealth"}'}


async def test_a_booking_leaves_its_event_audit_and_job(scene: Scene) -> None:
    wish = scene.slot(NINE, mode="in-person", reason="private words")
    visit = (await scene.patient.client.post(BOOK, json=wish)).json()
    async with scene.app.parts.db.connection() as connection:
        events = await fetch_all(connection, "SELECT type, subject, data::text FROM event")
        trail = await fetch_all(connection, "SELECT action, data::text FROM audit WHERE thing = 'appointment'")
        jobs = await fetch_all(connection, "SELECT task_name, lock, args::text FROM procrastinate_jobs")
    assert [(e["type"], str(e["subject"])) for e in events] == [("appointment.booked", visit["id"])]
    assert [t["action"] for t in trail] == ["appointment:book"]
    assert {(j["task_name"], j["lock"]) for j in jobs} == {(task, f"{task}:{visit['id']}") for task in TOLD}
    assert "private words" not in str([events, trail, jobs])


async def test_a_lost_race_leaves_nothing_behind(scene: Scene) -> None:
    await scene.patient.client.post(BOOK, json=scene.slot(NINE))
    before = [await count(scene, t) for t in ("claim", "appointment", "event", "audit", "procrastinate_jobs")]
    await scene.other_patient.client.post(BOOK, json=scene.slot(NINE))
    await scene.patient.client.post(BOOK, json=scene.slot(NINE))
    after = [await count(scene, t) for t in ("claim", "appointment", "event", "audit", "procrastinate_jobs")]
    assert before == after


async def test_a_patient_cannot_be_in_two_places(scene: Scene) -> None:
    second = await scene.cast.provider(scene.clinic, [scene.visit_type_id], "Ben Osei")
    await scene.cast.hours(second)
    await scene.patient.client.post(BOOK, json=scene.slot(NINE))
    again = await scene.patient.client.post(BOOK, json=scene.slot(NINE) | {"provider_id": str(second)})
    assert (again.status_code, again.json()["code"]) == (409, "patient_busy")


@pytest.mark.parametrize(
    ("start", "reason"),
    [
        (NINE + timedelta(minutes=10), "outside-hours"),
        (MONDAY.replace(hour=4), "past"),
        (MONDAY.replace(hour=2) + timedelta(days=1), "outside-hours"),
    ],
)
async def test_times_that_are_not_offered_are_refused_with_alternatives(
    scene: Scene, start: datetime, reason: str
) -> None:
    answer = await scene.patient.client.post(BOOK, json=scene.slot(start))
    assert answer.status_code == 409
    assert answer.json()["code"] == "slot_not_offered"
    assert answer.json()["alternatives"]
    assert answer.json()["reasons"] in ([reason], ["outside-hours"])


async def test_notice_and_window_bind_patients_and_not_staff(scene: Scene) -> None:
    soon = await scene.cast.visit_type(scene.clinic, name="Planned", minimum_notice_minutes=24 * 60)
    provider = await scene.cast.provider(scene.clinic, [soon], "Cleo Park")
    await scene.cast.hours(provider)
    body = {"provider_id": str(provider), "visit_type_id": str(soon), "start": NINE.isoformat(), "mode": "phone"}
    refused = await scene.patient.client.post(BOOK, json=body)
    assert refused.json()["reasons"] == ["notice"]
    patient = {"patient_id": str(scene.patient.patient_id)}
    booked = await scene.staff.client.post(BOOK, json=body | patient)
    assert booked.status_code == 201
    assert booked.json()["patient"]["id"] == str(scene.patient.patient_id)


async def test_the_same_key_gives_the_first_answer_again(scene: Scene) -> None:
    headers = {"Idempotency-Key": "abc-1"}
    first = await scene.patient.client.post(BOOK, json=scene.slot(NINE, reason="Rash"), headers=headers)
    again = await scene.patient.client.post(BOOK, json=scene.slot(NINE, reason="Rash"), headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again.headers["idempotency-replayed"] == "true"
    other = await scene.patient.client.post(BOOK, json=scene.slot(NINE, reason="Other"), headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert await count(scene, "appointment") == 1


async def test_rooms_and_devices_are_claimed_where_the_visit_needs_them(scene: Scene) -> None:
    kind = await scene.cast.visit_type(scene.clinic, name="Scan", needs_room=True, needs_device=True)
    providers = [await scene.cast.provider(scene.clinic, [kind], name) for name in ("One", "Two", "Three")]
    for provider in providers:
        await scene.cast.hours(provider)
    rooms = {str(await scene.cast.member("room", scene.clinic, f"Room {n}")) for n in (1, 2)}
    device = await scene.cast.member("device", scene.clinic, "Scanner")
    other_device = await scene.cast.member("device", scene.clinic, "Scanner 2")
    people = [await scene.cast.person(f"P {n}", patient=True) for n in range(3)]
    answers = [
        await person.client.post(
            BOOK,
            json={
                "provider_id": str(provider),
                "visit_type_id": str(kind),
                "start": NINE.isoformat(),
                "mode": "in-person",
            },
        )
        for provider, person in zip(providers, people, strict=True)
    ]
    assert [a.status_code for a in answers] == [201, 201, 409]
    assert {a.json()["room"]["id"] for a in answers[:2]} == rooms
    assert {a.json()["device"]["id"] for a in answers[:2]} == {str(device), str(other_device)}
    telehealth = await people[2].client.post(
        BOOK,
        json={
            "provider_id": str(providers[2]),
            "visit_type_id": str(kind),
            "start": NINE.isoformat(),
            "mode": "telehealth",
        },
    )
    assert telehealth.status_code == 201
    assert telehealth.json()["room"] is None


async def test_approval_types_start_requested_and_already_occupy_the_time(scene: Scene) -> None:
    kind = await scene.cast.visit_type(scene.clinic, name="Surgery", approval_needed=True)
    provider = await scene.cast.provider(scene.clinic, [kind], "Dr Knife")
    await scene.cast.hours(provider)
    body = {"provider_id": str(provider), "visit_type_id": str(kind), "start": NINE.isoformat(), "mode": "in-person"}
    visit = (await scene.patient.client.post(BOOK, json=body)).json()
    assert visit["status"] == "requested"
    assert (await scene.other_patient.client.post(BOOK, json=body)).status_code == 409
    refused = await scene.patient.client.post(f"{BOOK}/{visit['id']}/approve")
    assert refused.status_code == 403
    approved = await scene.staff.client.post(f"{BOOK}/{visit['id']}/approve")
    assert approved.json()["status"] == "scheduled"
    gone = await scene.staff.client.post(f"{BOOK}/{visit['id']}/decline", json={"reason": "no"})
    assert (gone.status_code, gone.json()["code"]) == (409, "move_not_allowed")


async def test_overbooking_is_for_the_clinic_with_a_reason_and_on_record(scene: Scene) -> None:
    await scene.cast.known(scene.clinic, scene.other_patient)
    await scene.patient.client.post(BOOK, json=scene.slot(NINE))
    over = scene.slot(NINE, overbook=True, patient_id=str(scene.other_patient.patient_id))
    assert (await scene.other_patient.client.post(BOOK, json=over | {"overbook_reason": "me"})).status_code == 403
    assert (await scene.staff.client.post(BOOK, json=over)).json()["code"] == "reason_required"
    done = await scene.staff.client.post(BOOK, json=over | {"overbook_reason": "Emergency"})
    assert (done.status_code, done.json()["overbooked"]) == (201, True)
    history = (await scene.staff.client.get(f"{BOOK}/{done.json()['id']}/history")).json()["items"]
    assert (history[0]["action"], history[0]["data"]["why"]) == ("appointment:overbook", "Emergency")
    async with scene.app.parts.db.connection() as connection:
        assert await fetch_all(connection, "SELECT FROM audit WHERE data::text LIKE '%Emergency%'") == []
    assert history[0]["by"] == "Sam Staff"


async def test_a_daily_cap_holds(scene: Scene) -> None:
    kind = await scene.cast.visit_type(scene.clinic, name="Capped", daily_cap=1)
    provider = await scene.cast.provider(scene.clinic, [kind], "Dr Cap")
    await scene.cast.hours(provider)
    body = {"provider_id": str(provider), "visit_type_id": str(kind), "mode": "phone"}
    first = await scene.patient.client.post(BOOK, json=body | {"start": NINE.isoformat()})
    second = await scene.other_patient.client.post(BOOK, json=body | {"start": (NINE + timedelta(hours=1)).isoformat()})
    assert (first.status_code, second.status_code) == (201, 409)
    assert second.json()["reasons"] == ["daily-cap"]
    assert second.json()["alternatives"][0]["start"].startswith("2027-03-02")


async def test_staff_only_types_are_not_for_patients(scene: Scene) -> None:
    kind = await scene.cast.visit_type(scene.clinic, name="Inner", bookable_by=["staff"])
    provider = await scene.cast.provider(scene.clinic, [kind], "Dr Inner")
    await scene.cast.hours(provider)
    body = {"provider_id": str(provider), "visit_type_id": str(kind), "start": NINE.isoformat(), "mode": "phone"}
    refused = await scene.patient.client.post(BOOK, json=body)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_bookable")
    patient = {"patient_id": str(scene.patient.patient_id)}
    assert (await scene.staff.client.post(BOOK, json=body | patient)).status_code == 201


async def test_extra_minutes_lengthen_the_visit(scene: Scene) -> None:
    needs = {"extra_minutes": 15, "longer_time": True}
    visit = (await scene.patient.client.post(BOOK, json=scene.slot(NINE, accommodations=needs))).json()
    assert visit["end"] == "2027-03-01T09:45:00-05:00"
    next_one = await scene.other_patient.client.post(BOOK, json=scene.slot(NINE + timedelta(minutes=30)))
    assert next_one.status_code == 409


async def test_others_may_not_book_for_a_patient_nor_learn_of_visits(scene: Scene) -> None:
    other = scene.slot(NINE, patient_id=str(scene.patient.patient_id))
    assert (await scene.other_patient.client.post(BOOK, json=other)).status_code == 404
    assert (await scene.outsider.client.post(BOOK, json=other)).status_code == 404
    visit = (await scene.patient.client.post(BOOK, json=scene.slot(NINE))).json()
    for stranger in (scene.other_patient, scene.outsider):
        assert (await stranger.client.get(f"{BOOK}/{visit['id']}")).status_code == 404
        assert (await stranger.client.delete(f"{BOOK}/{visit['id']}")).status_code == 404
        assert (await stranger.client.get(f"{BOOK}/{visit['id']}/history")).status_code == 404
        assert (await stranger.client.get(BOOK)).json()["items"] == []
    assert (await scene.app.client.get(f"{BOOK}/{visit['id']}")).status_code == 401


async def test_unknown_things_are_404(scene: Scene) -> None:
    for change in ({"provider_id": str(new_id())}, {"visit_type_id": str(new_id())}):
        answer = await scene.patient.client.post(BOOK, json=scene.slot(NINE) | change)
        assert answer.status_code == 404


async def test_malformed_bodies_are_told_where(scene: Scene) -> None:
    answer = await scene.patient.client.post(BOOK, json=scene.slot(NINE) | {"mode": "carrier-pigeon"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["path"] == "body.mode"
    naive = await scene.patient.client.post(BOOK, json=scene.slot(NINE) | {"start": "2027-03-01T09:00:00"})
    assert naive.status_code == 422
