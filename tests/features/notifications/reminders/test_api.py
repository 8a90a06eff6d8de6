"""What people do with reminders by the API: ask, set, cancel, send again, say that they are late; and the ledger."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from openvisit.features.booking.errors import AppointmentNotFound
from openvisit.features.notifications.reminders import late
from openvisit.platform.channels import Message, Refused
from openvisit.platform.db import execute, fetch_all
from tests.features.notifications.reminders.conftest import Stage

pytestmark = pytest.mark.anyio


async def listed(stage: Stage, visit: UUID) -> dict[tuple[str, int], dict[str, Any]]:
    client = await stage.client(stage.scene.patient)
    answer = await client.get(f"/api/reminders/appointment/{visit}")
    assert answer.status_code == 200, answer.text
    return {(one["type"], one["minutes"]): one for one in answer.json()["items"]}


async def test_a_patient_sees_what_they_will_be_told(stage: Stage, soon: datetime) -> None:
    visit = await stage.book(soon)
    found = await listed(stage, visit)
    assert found["reminder", 120]["due_at"] == (soon - timedelta(hours=2)).isoformat().replace("+00:00", "Z")
    assert {one["status"] for one in found.values()} == {"pending"}


async def test_looking_at_a_patients_reminders_is_in_the_audit(stage: Stage, soon: datetime) -> None:
    visit = await stage.book(soon)
    answer = await stage.scene.staff.client.get(f"/api/reminders/appointment/{visit}")
    assert answer.status_code == 200
    async with stage.scene.app.parts.db.connection() as connection:
        looks = await fetch_all(connection, "SELECT actor_id, thing_id FROM audit WHERE action = 'reminder:read'")
    assert [(row["actor_id"], row["thing_id"]) for row in looks] == [(stage.scene.staff.id, visit)]


async def test_somebody_elses_reminders_are_not_there(stage: Stage, soon: datetime) -> None:
    visit = await stage.book(soon)
    for person in (stage.scene.other_patient, stage.scene.outsider):
        answer = await person.client.get(f"/api/reminders/appointment/{visit}")
        assert (answer.status_code, answer.json()["code"]) == (404, AppointmentNotFound.code)


async def test_a_reminder_beyond_those_by_rule_moves_with_the_visit(stage: Stage, soon: datetime) -> None:
    visit = await stage.book(soon)
    client = stage.scene.patient.client
    at = (soon - timedelta(hours=5)).isoformat()
    answer = await client.post("/api/reminders/schedule", json={"appointment_id": str(visit), "at": at})
    assert answer.status_code == 201, answer.text
    body = answer.json()
    assert (body["type"], body["minutes"], body["status"], body["channels"]) == ("custom", 300, "pending", ["email"])
    again = await client.post("/api/reminders/schedule", json={"appointment_id": str(visit), "minutes": 300})
    assert again.json()["id"] == body["id"]
    moved = soon + timedelta(minutes=30)
    assert (await client.put(f"/api/appointments/{visit}/reschedule", json={"start": moved.isoformat()})).is_success
    await stage.hear()
    found = [row for row in await stage.rows(visit) if row["type"] == "custom" and row["status"] == "pending"]
    assert [(row["starts_at"], row["due_at"]) for row in found] == [(moved, moved - timedelta(minutes=300))]


@pytest.mark.parametrize(
    ("wish", "status", "code"),
    [
        ({}, 422, "invalid_request"),
        ({"minutes": 60, "at": "2027-03-03T12:00:00Z"}, 422, "invalid_request"),
        ({"at": "2027-03-03T12:00:00"}, 422, "invalid_request"),
        ({"minutes": 1}, 422, "invalid_request"),
        ({"at": "2027-03-03T19:00:00Z"}, 409, "no_time_for_reminder"),
        ({"at": "2027-02-28T12:00:00Z"}, 409, "no_time_for_reminder"),
        ({"at": "9999-12-31T23:59:59Z"}, 409, "no_time_for_reminder"),
        ({"at": "0001-01-01T00:00:00+14:00"}, 409, "no_time_for_reminder"),
        ({"minutes": 40_000}, 409, "no_time_for_reminder"),
    ],
)
async def test_what_cannot_be_a_reminder_is_refused(
    stage: Stage, soon: datetime, wish: dict[str, Any], status: int, code: str
) -> None:
    visit = await stage.book(soon)
    answer = await stage.scene.patient.client.post(
        "/api/reminders/schedule", json={"appointment_id": str(visit), **wish}
    )
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text


async def test_a_time_set_by_hand_stays(stage: Stage, soon: datetime) -> None:
    await stage.prefer(channels=["sms", "email"])
    visit = await stage.book(soon)
    one = (await listed(stage, visit))["reminder", 120]
    at = soon - timedelta(hours=3)
    client = stage.scene.patient.client
    url = f"/api/reminders/{one['id']}"
    answer = await client.put(
        url, json={"at": at.isoformat(), "channels": ["email"]}, headers={"If-Match": f'"{one["version"]}"'}
    )
    assert answer.status_code == 200, answer.text
    assert (answer.json()["by_hand"], answer.json()["channels"]) == (True, ["email"])
    await stage.plan()
    assert (await stage.row("reminder", 120))["due_at"] == at
    stale = await client.put(url, json={"at": at.isoformat()}, headers={"If-Match": f'"{one["version"]}"'})
    assert stale.status_code == 412


async def test_nobody_sets_a_time_at_which_the_patient_sleeps(stage: Stage, soon: datetime) -> None:
    visit = await stage.book(soon)
    one = (await listed(stage, visit))["reminder", 120]
    night = soon - timedelta(hours=9)  # five in the morning
    answer = await stage.scene.staff.client.put(f"/api/reminders/{one['id']}", json={"at": night.isoformat()})
    assert (answer.status_code, answer.json()["code"]) == (409, "quiet_hours")
    late = await stage.scene.staff.client.put(f"/api/reminders/{one['id']}", json={"at": soon.isoformat()})
    assert (late.status_code, late.json()["code"]) == (409, "no_time_for_reminder")
    push = await stage.scene.staff.client.put(f"/api/reminders/{one['id']}", json={"channels": ["push"]})
    assert (push.status_code, push.json()["code"]) == (422, "invalid_request")


async def test_what_is_cancelled_stays_cancelled(stage: Stage, soon: datetime) -> None:
    visit = await stage.book(soon)
    one = (await listed(stage, visit))["reminder", 30]
    for _ in range(2):
        answer = await stage.scene.patient.client.delete(f"/api/reminders/{one['id']}")
        assert answer.status_code == 204
    await stage.plan()
    row = await stage.row("reminder", 30)
    assert (row["status"], row["why"]) == ("cancelled", "by-hand")


async def test_what_failed_is_sent_again_by_the_front_desk(stage: Stage, soon: datetime) -> None:
    visit = await stage.book(soon)
    stage.until(soon - timedelta(minutes=1440))

    def refuse(message: Message, calls: int) -> None:
        raise Refused("unknown-user", permanent=True)

    stage.vendors["email"].behave, usual = refuse, stage.vendors["email"].behave
    await stage.send()
    stage.vendors["email"].behave = usual
    staff = await stage.client(stage.scene.staff)
    ledger = await staff.get(f"/api/reminders?clinic_id={stage.scene.clinic.id}&show=failed")
    [line] = ledger.json()["items"]
    assert (line["patient_name"], line["reminder"]["error"]) == ("Pat Rivera", "unknown-user")
    assert (ledger.json()["failed"], ledger.json()["due_unsent"]) == (1, 0)
    answer = await staff.post(f"/api/reminders/{line['reminder']['id']}/resend")
    assert answer.status_code == 200, answer.text
    assert (answer.json()["status"], answer.json()["attempts"]) == ("pending", 0)
    await stage.send()
    assert (await listed(stage, visit))["reminder", 1440]["status"] == "sent"
    keys = {message.key for message in stage.vendors["email"].messages}
    assert len(keys) == 1
    assert (await stage.client(stage.scene.patient)).headers  # the patient themselves may not
    refused = await (await stage.client(stage.scene.patient)).post(f"/api/reminders/{line['reminder']['id']}/resend")
    assert refused.status_code == 403


async def test_the_ledger_shows_what_is_due_and_unsent_and_so_does_the_alarm(stage: Stage, soon: datetime) -> None:
    await stage.book(soon)
    stage.until(soon - timedelta(minutes=1440 - 4))
    client = await stage.client(stage.scene.staff)
    url = f"/api/reminders?clinic_id={stage.scene.clinic.id}&show=due-unsent"
    assert (await client.get(url)).json()["items"] == []
    assert "openvisit_reminders_due_unsent 0.0" in (await client.get("/metrics")).text
    stage.later(minutes=2)
    body = (await client.get(url)).json()
    assert [line["reminder"]["minutes"] for line in body["items"]] == [1440]
    assert body["due_unsent"] == 1
    async with stage.scene.app.parts.db.connection() as connection:
        query = "SELECT actor_id, patient_id FROM audit WHERE action = 'reminder:ledger'"
        looks = await fetch_all(connection, query)
    assert looks == [{"actor_id": stage.scene.staff.id, "patient_id": stage.scene.patient.patient_id}]
    assert "openvisit_reminders_due_unsent 1.0" in (await client.get("/metrics")).text


async def test_the_ledger_is_read_page_by_page(stage: Stage, soon: datetime) -> None:
    await stage.book(soon)
    client = stage.scene.staff.client
    url = f"/api/reminders?clinic_id={stage.scene.clinic.id}&limit=2"
    found, cursor = [], ""
    while cursor is not None:
        body = (await client.get(url + (f"&cursor={cursor}" if cursor else ""))).json()
        found += [line["reminder"]["minutes"] for line in body["items"]]
        cursor = body["cursor"]
    assert found == [10, 15, 30, 120, 1440]
    assert (await client.get(f"{url}&cursor=bm8")).status_code == 422


async def test_many_at_once_say_what_could_not_be_done(stage: Stage, soon: datetime) -> None:
    visit = await stage.book(soon)
    other = await stage.book(soon + timedelta(hours=1))
    body = {
        "operation": "schedule",
        "appointment_ids": [str(visit), str(other), str(stage.scene.clinic.id)],
        "minutes": 300,
    }
    answer = await stage.scene.staff.client.post("/api/reminders/bulk", json=body)
    assert answer.status_code == 200, answer.text
    assert answer.json() == {
        "done": 2,
        "refused": [{"id": str(stage.scene.clinic.id), "code": "appointment_not_found"}],
    }
    ids = [str(row["id"]) for row in await stage.rows() if row["type"] == "custom"]
    cancelled = await stage.scene.staff.client.post(
        "/api/reminders/bulk", json={"operation": "cancel", "reminder_ids": ids}
    )
    assert cancelled.json() == {"done": 2, "refused": []}
    resent = await stage.scene.staff.client.post(
        "/api/reminders/bulk", json={"operation": "resend", "reminder_ids": ids}
    )
    assert {one["code"] for one in resent.json()["refused"]} == {"reminder_gone"}


async def test_a_late_provider_tells_the_next_patients_once(stage: Stage, soon: datetime) -> None:
    visit = await stage.book(soon)
    await stage.book(soon + timedelta(hours=2), by=stage.scene.other_patient)
    stage.until(soon - timedelta(minutes=20))
    async with stage.scene.app.parts.db.connection() as connection:
        await execute(connection, "UPDATE scheduled_reminder SET status = 'sent' WHERE status = 'pending'")
    provider = await stage.client(stage.scene.provider)
    wish = {"provider_id": str(stage.scene.provider_id), "minutes": 25, "ahead": 60}
    answer = await provider.post("/api/reminders/running-late", json=wish)
    assert answer.status_code == 200, answer.text
    assert [one["appointment_id"] for one in answer.json()["reminders"]] == [str(visit)]
    assert (await provider.post("/api/reminders/running-late", json=wish)).json() == {"told": 0, "reminders": []}
    await stage.send()
    [message] = stage.vendors["email"].messages
    assert "25 minutes" in message.text
    patient = await stage.client(stage.scene.patient)
    assert (await patient.post("/api/reminders/running-late", json=wish)).status_code == 403


async def test_what_was_said_in_a_room_reaches_a_patient_who_is_not_in_it(stage: Stage, soon: datetime) -> None:
    visit = await stage.book(soon)
    stage.until(soon - timedelta(minutes=20))
    db, now = stage.scene.app.parts.db, soon - timedelta(minutes=20)
    async with db.connection() as connection:
        await execute(connection, "UPDATE scheduled_reminder SET status = 'sent' WHERE status = 'pending'")
    assert await late.pass_on(db, visit, 35, now)
    assert not await late.pass_on(db, visit, 35, now), "the same twice"
    await stage.send()
    [message] = stage.vendors["email"].messages
    assert "35 minutes" in message.text
    async with db.connection() as connection:
        await execute(connection, "UPDATE appointment SET status = 'cancelled' WHERE id = %(id)s", {"id": visit})
    assert not await late.pass_on(db, visit, 40, now), "there is nothing to be late for"
