"""The table of reminders follows the visits: whatever changes, and however often it is planned."""

from datetime import datetime, timedelta

import pytest

from openvisit.features.notifications.reminders import jobs
from openvisit.platform.db import execute
from tests.features.notifications.reminders.conftest import Stage

pytestmark = pytest.mark.anyio

FOUR = {("reminder", 1440), ("reminder", 120), ("reminder", 30), ("reminder", 15), ("join-link", 10)}


async def test_a_booking_is_planned_for_by_its_event(stage: Stage, soon: datetime) -> None:
    answer = await stage.scene.patient.client.post("/api/appointments", json=stage.scene.slot(soon, reason="ill"))
    assert answer.status_code == 201
    assert await stage.hear() == ["reminders:plan_visit"]
    assert await stage.states() == dict.fromkeys(FOUR, "pending")
    rows = await stage.rows()
    assert {(row["due_at"], row["minutes"]) for row in rows} == {
        (soon - timedelta(minutes=minutes), minutes) for _, minutes in FOUR
    }
    assert all(row["channels"] == ["email"] for row in rows)  # no phone is proved


async def test_planning_again_changes_nothing(stage: Stage, soon: datetime) -> None:
    await stage.book(soon)
    before = await stage.rows()
    assert await stage.plan() == 0
    assert await stage.rows() == before


async def test_a_late_booking_says_what_came_too_late(stage: Stage) -> None:
    start = stage.now.replace(hour=15)
    stage.until(start - timedelta(minutes=20))
    await stage.book(start, "in-person")
    assert await stage.states() == {
        ("reminder", 1440): "too-late",
        ("reminder", 120): "too-late",
        ("reminder", 30): "too-late",
        ("reminder", 15): "pending",
    }


async def test_a_visit_that_moves_is_reminded_of_at_its_new_time(stage: Stage, soon: datetime) -> None:
    visit = await stage.book(soon)
    await stage.hear()
    moved = soon + timedelta(hours=1)
    answer = await stage.scene.patient.client.put(
        f"/api/appointments/{visit}/reschedule", json={"start": moved.isoformat()}
    )
    assert answer.status_code == 200, answer.text
    assert await stage.hear() == ["reminders:plan_visit"]
    by_start = {
        start: {row["why"] or row["status"] for row in await stage.rows() if row["starts_at"] == start}
        for start in (soon, moved)
    }
    assert by_start == {soon: {"visit-changed"}, moved: {"pending"}}


async def test_a_visit_that_moves_back_is_reminded_of_as_before(stage: Stage, soon: datetime) -> None:
    visit = await stage.book(soon)
    for start in (soon + timedelta(hours=1), soon):
        await stage.scene.patient.client.put(f"/api/appointments/{visit}/reschedule", json={"start": start.isoformat()})
        await stage.hear()
    assert {row["status"] for row in await stage.rows() if row["starts_at"] == soon} == {"pending"}
    assert {row["status"] for row in await stage.rows() if row["starts_at"] != soon} == {"cancelled"}


async def test_a_cancelled_visit_is_not_reminded_of(stage: Stage, soon: datetime) -> None:
    visit = await stage.book(soon)
    answer = await stage.scene.patient.client.delete(f"/api/appointments/{visit}")
    assert answer.status_code == 200, answer.text
    await stage.hear()
    assert set((await stage.states()).values()) == {"visit-changed"}


async def test_a_completed_visit_is_followed_up(stage: Stage, soon: datetime) -> None:
    visit = await stage.book(soon)
    stage.until(soon + timedelta(minutes=35))
    provider = await stage.client(stage.scene.provider)
    answer = await provider.post(f"/api/appointments/{visit}/complete", json={})
    assert answer.status_code == 200, answer.text
    await stage.hear()
    row = await stage.row("follow-up", 1440)
    assert (row["status"], row["due_at"]) == ("pending", soon + timedelta(minutes=30, days=1))


async def test_wishes_change_what_is_planned(stage: Stage, soon: datetime) -> None:
    await stage.book(soon, "phone")
    await stage.prefer(channels=["sms", "email"], offsets=[2880 - 60, 60])
    assert "reminders:plan_patient" in await stage.hear()
    assert await stage.states() == {
        **{("reminder", minutes): "visit-changed" for minutes in (1440, 120, 30, 15)},
        ("reminder", 60): "pending",
        ("reminder", 2820): "pending",
    }
    assert (await stage.row("reminder", 60))["channels"] == ["sms", "email"]


async def test_rules_of_the_clinic_change_what_is_planned(stage: Stage, soon: datetime) -> None:
    await stage.book(soon)
    async with stage.scene.app.parts.db.transaction() as connection:
        await execute(
            connection,
            "INSERT INTO reminder_rules (clinic_id, offsets, join_link) VALUES (%(id)s, '{45}', NULL)",
            {"id": stage.scene.clinic.id},
        )
        await jobs.rules_changed(connection, stage.scene.clinic.id)
    await stage.hear()
    pending = [key for key, state in (await stage.states()).items() if state == "pending"]
    assert pending == [("reminder", 45)]


async def test_withdrawing_consent_to_messages_stops_them_and_giving_it_brings_them_back(
    stage: Stage, soon: datetime
) -> None:
    await stage.book(soon)
    client, clinic = stage.scene.patient.client, str(stage.scene.clinic.id)
    answer = await client.post("/api/consents/withdraw", json={"clinic_id": clinic, "kind": "messaging"})
    assert answer.status_code == 200, answer.text
    assert "reminders:plan_patient" in await stage.hear()
    assert set((await stage.states()).values()) == {"no-consent"}
    [consents] = [one for one in answer.json()["items"] if one["clinic_id"] == clinic]
    [text] = [state["text"] for state in consents["states"] if state["kind"] == "messaging"]
    agreed = {"clinic_id": clinic, "agreed": [{"kind": "messaging", "text": text}], "language": "en"}
    assert (await client.post("/api/consents", json=agreed)).status_code == 200
    await stage.hear()
    assert set((await stage.states()).values()) == {"pending"}


async def test_visits_of_one_day_lead_to_one_message(stage: Stage, soon: datetime) -> None:
    first = await stage.book(soon - timedelta(hours=4), "in-person")
    second = await stage.book(soon, "in-person")
    leader = next(row for row in await stage.rows(first) if row["minutes"] == 1440)
    led = next(row for row in await stage.rows(second) if row["minutes"] == 1440)
    assert (led["status"], led["why"], led["merged_into"]) == ("skipped", "merged", leader["id"])
    await stage.scene.patient.client.delete(f"/api/appointments/{first}")
    await stage.hear()
    led = next(row for row in await stage.rows(second) if row["minutes"] == 1440)
    assert (led["status"], led["why"], led["merged_into"]) == ("pending", None, None)


async def test_visits_from_before_are_found(stage: Stage, soon: datetime) -> None:
    await stage.book(soon)
    async with stage.scene.app.parts.db.connection() as connection:
        await execute(connection, "DELETE FROM scheduled_reminder")
    assert await jobs.plan_unplanned(stage.scene.app.parts.db, stage.now) == 5
    assert await jobs.plan_unplanned(stage.scene.app.parts.db, stage.now) == 0
