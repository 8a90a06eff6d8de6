"""What happens to visits after they were booked."""

from datetime import datetime, timedelta
from typing import Any

from openvisit.platform.db import fetch_all
from tests.support.cast import Person, Scene
from tests.support.clock import MONDAY

NINE = MONDAY.replace(hour=14) + timedelta(days=1)
BOOK = "/api/appointments"
HALF = timedelta(minutes=30)


async def booked(scene: Scene, start: datetime = NINE, by: Person | None = None, **more: Any) -> str:
    answer = await (by or scene.patient).client.post(BOOK, json=scene.slot(start, **more))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def claims(scene: Scene, visit: str) -> set[tuple[str, str]]:
    async with scene.app.parts.db.connection() as connection:
        rows = await fetch_all(
            connection, "SELECT resource, lower(during) AS s FROM claim WHERE appointment_id = %(id)s", {"id": visit}
        )
    return {(str(row["resource"]), row["s"].isoformat()) for row in rows}


async def test_moving_a_visit_frees_its_old_time_and_takes_the_new(scene: Scene) -> None:
    visit = await booked(scene)
    moved = await scene.patient.client.put(f"{BOOK}/{visit}/reschedule", json={"start": (NINE + HALF).isoformat()})
    assert moved.status_code == 200, moved.text
    body = moved.json()
    assert (body["id"], body["status"], body["version"]) == (visit, "rescheduled", 2)
    assert body["start"] == "2027-03-02T09:30:00-05:00"
    await booked(scene, NINE, scene.other_patient)
    assert {start for _, start in await claims(scene, visit)} == {(NINE + HALF).isoformat()}


async def test_a_move_to_a_taken_time_keeps_the_old_one(scene: Scene) -> None:
    visit = await booked(scene)
    await booked(scene, NINE + HALF, scene.other_patient)
    lost = await scene.patient.client.put(f"{BOOK}/{visit}/reschedule", json={"start": (NINE + HALF).isoformat()})
    assert (lost.status_code, lost.json()["code"]) == (409, "slot_taken")
    assert lost.json()["alternatives"]
    assert {start for _, start in await claims(scene, visit)} == {NINE.isoformat()}


async def test_a_visit_can_move_by_less_than_its_length(scene: Scene) -> None:
    kind = await scene.cast.visit_type(scene.clinic, name="Long", duration_minutes=60, step_minutes=15)
    provider = await scene.cast.provider(scene.clinic, [kind], "Dr Long")
    await scene.cast.hours(provider)
    change = {"provider_id": str(provider), "visit_type_id": str(kind)}
    visit = (await scene.patient.client.post(BOOK, json=scene.slot(NINE) | change)).json()["id"]
    start = (NINE + timedelta(minutes=15)).isoformat()
    moved = await scene.patient.client.put(f"{BOOK}/{visit}/reschedule", json={"start": start})
    assert moved.status_code == 200, moved.text
    same = await scene.patient.client.put(f"{BOOK}/{visit}/reschedule", json={"start": start})
    assert (same.status_code, same.json()["version"]) == (200, 2)


async def test_cancelling_frees_the_time_and_stays_on_record(scene: Scene) -> None:
    visit = await booked(scene)
    gone = await scene.patient.client.request("DELETE", f"{BOOK}/{visit}", json={"reason": "Better already"})
    assert (gone.status_code, gone.json()["status"], gone.json()["closed_reason"]) == (
        200,
        "cancelled",
        "Better already",
    )
    assert await claims(scene, visit) == set()
    await booked(scene, NINE, scene.other_patient)
    again = await scene.patient.client.delete(f"{BOOK}/{visit}")
    assert (again.status_code, again.json()["code"]) == (409, "move_not_allowed")
    actions = [e["action"] for e in (await scene.patient.client.get(f"{BOOK}/{visit}/history")).json()["items"]]
    assert actions == ["appointment:book", "appointment:cancel"]


async def test_inside_the_notice_only_the_clinic_cancels_and_moves(scene: Scene) -> None:
    visit = await booked(scene)
    scene.app.clock.now = NINE - timedelta(minutes=119)
    person = await scene.cast.person("Fresh token", roles={scene.clinic.id: ["staff"]})
    patient = scene.app.signed(await token_for(scene, scene.patient))
    late = await patient.delete(f"{BOOK}/{visit}")
    assert (late.status_code, late.json()["code"]) == (409, "late_cancellation")
    move = await patient.put(f"{BOOK}/{visit}/reschedule", json={"start": (NINE + HALF).isoformat()})
    assert move.json()["code"] == "late_cancellation"
    assert (await patient.get(f"{BOOK}/{visit}")).json()["moves"] == ["confirm"]
    assert (await person.client.delete(f"{BOOK}/{visit}")).json()["status"] == "cancelled"


async def token_for(scene: Scene, person: Person) -> str:
    """A fresh token: the old one ran out when the clock moved."""
    from openvisit.features.identity.sessions import open_session

    async with scene.app.parts.db.transaction() as connection:
        opened = await open_session(connection, person.id, now=scene.app.clock(), days=30, user_agent="tests")
    return (await scene.app.parts.tokens.issue(opened.session))[0]


async def test_a_visit_is_confirmed_checked_in_started_and_completed(scene: Scene) -> None:
    visit = await booked(scene)
    assert (await scene.patient.client.post(f"{BOOK}/{visit}/confirm")).json()["status"] == "confirmed"
    early = await scene.patient.client.post(f"{BOOK}/{visit}/check-in")
    assert (early.status_code, early.json()["code"]) == (409, "move_not_allowed")
    assert early.json()["earliest"] == (NINE - timedelta(hours=1)).isoformat()
    assert (await scene.staff.client.post(f"{BOOK}/{visit}/check-in")).json()["status"] == "checked-in"
    assert (await scene.provider.client.post(f"{BOOK}/{visit}/start")).json()["status"] == "in-progress"
    done = await scene.provider.client.post(f"{BOOK}/{visit}/complete")
    assert (done.json()["status"], done.json()["moves"]) == ("completed", [])
    assert (await scene.patient.client.post(f"{BOOK}/{visit}/complete")).status_code == 403


async def test_a_no_show_is_for_the_clinic_once_the_start_has_passed(scene: Scene) -> None:
    visit = await booked(scene)
    assert (await scene.staff.client.post(f"{BOOK}/{visit}/no-show")).status_code == 409
    scene.app.clock.now = NINE + timedelta(minutes=20)
    staff = scene.app.signed(await token_for(scene, scene.staff))
    assert (await staff.post(f"{BOOK}/{visit}/no-show")).json()["status"] == "no-show"


async def test_holds_keep_a_slot_until_they_are_used_released_or_run_out(scene: Scene) -> None:
    hold = await scene.patient.client.post("/api/holds", json=scene.slot(NINE))
    assert hold.status_code == 201, hold.text
    assert hold.json()["expires_at"].startswith("2027-03-01T08:05:00")
    others = await scene.other_patient.client.post(BOOK, json=scene.slot(NINE))
    assert others.json()["code"] == "slot_taken"
    wrong = await scene.patient.client.post(BOOK, json=scene.slot(NINE + HALF, hold_token=hold.json()["token"]))
    assert (wrong.status_code, wrong.json()["code"]) == (422, "hold_mismatch")
    visit = await scene.patient.client.post(BOOK, json=scene.slot(NINE, hold_token=hold.json()["token"]))
    assert visit.status_code == 201, visit.text
    assert len(await claims(scene, visit.json()["id"])) == 2
    assert (await scene.patient.client.delete(f"/api/holds/{hold.json()['id']}")).status_code == 404

    second = await scene.other_patient.client.post("/api/holds", json=scene.slot(NINE + HALF))
    assert (await scene.patient.client.delete(f"/api/holds/{second.json()['id']}")).status_code == 404
    assert (await scene.other_patient.client.delete(f"/api/holds/{second.json()['id']}")).status_code == 204
    third = await scene.patient.client.post("/api/holds", json=scene.slot(NINE + HALF))
    assert third.status_code == 201
    scene.app.clock.advance(minutes=5)
    taken = await scene.other_patient.client.post(BOOK, json=scene.slot(NINE + HALF))
    assert taken.status_code == 201, "a hold that ran out must not be in the way"
    late = await scene.patient.client.post(BOOK, json=scene.slot(NINE + HALF, hold_token=third.json()["token"]))
    assert (late.status_code, late.json()["code"]) == (409, "hold_gone")


async def test_one_person_holds_only_so_many(scene: Scene) -> None:
    starts = [NINE + n * HALF for n in range(4)]
    answers = [await scene.patient.client.post("/api/holds", json=scene.slot(start)) for start in starts]
    assert [a.status_code for a in answers] == [201, 201, 201, 409]
    assert answers[3].json()["code"] == "hold_limit"


async def test_lists_filter_page_and_search(scene: Scene) -> None:
    made = [await booked(scene, NINE + n * HALF) for n in range(5)]
    await booked(scene, NINE + timedelta(days=1), scene.other_patient, mode="phone")
    await scene.patient.client.delete(f"{BOOK}/{made[0]}")
    first = (await scene.patient.client.get(BOOK, params={"limit": 3})).json()
    rest = (await scene.patient.client.get(BOOK, params={"limit": 3, "cursor": first["next_cursor"]})).json()
    assert [v["id"] for v in first["items"] + rest["items"]] == made
    assert rest["next_cursor"] is None
    active = await scene.patient.client.get(BOOK, params={"status": "scheduled,confirmed"})
    assert [v["id"] for v in active.json()["items"]] == made[1:]
    found = await scene.staff.client.get(BOOK, params={"q": "bello"})
    assert [v["patient"]["name"] for v in found.json()["items"]] == ["Olu Bello"]
    assert (await scene.staff.client.get(BOOK, params={"q": "100%"})).json()["items"] == []
    phone = await scene.staff.client.get(BOOK, params={"mode": "phone"})
    assert len(phone.json()["items"]) == 1
    day = await scene.staff.client.get(BOOK, params={"from": "2027-03-02", "to": "2027-03-02"})
    assert len(day.json()["items"]) == 5
    bad = await scene.staff.client.get(BOOK, params={"cursor": "bm9wZQ=="})
    assert bad.status_code == 422


async def test_histories_of_patient_and_provider(scene: Scene) -> None:
    visit = await booked(scene)
    patient, provider = scene.patient.patient_id, scene.provider_id
    for who in (scene.patient, scene.staff, scene.provider):
        items = (await who.client.get(f"{BOOK}/patient/{patient}")).json()["items"]
        assert [v["id"] for v in items] == [visit]
    for who in (scene.other_patient, scene.outsider):
        assert (await who.client.get(f"{BOOK}/patient/{patient}")).status_code == 404
        assert (await who.client.get(f"{BOOK}/doctor/{provider}")).status_code == 404
    for who in (scene.provider, scene.staff, scene.admin):
        assert len((await who.client.get(f"{BOOK}/doctor/{provider}")).json()["items"]) == 1


async def test_a_visit_goes_into_a_calendar(scene: Scene) -> None:
    visit = await booked(scene)
    file = await scene.patient.client.get(f"{BOOK}/{visit}/calendar.ics")
    assert file.headers["content-type"].startswith("text/calendar")
    assert f"UID:{visit}@openvisit" in file.text
    assert "DTSTART;TZID=America/New_York:20270302T090000" in file.text
    assert (await scene.outsider.client.get(f"{BOOK}/{visit}/calendar.ics")).status_code == 404
