"""News of visits goes by the channels that people chose, at a time that is right for them."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from openvisit.core.ids import new_id
from openvisit.features.notifications.news.telling import Happened, tell
from openvisit.platform.channels import Message, Refused
from openvisit.platform.db import Row, fetch_all, fetch_one
from tests.features.notifications.reminders.conftest import Stage, soon, stage

__all__ = ["soon", "stage"]

pytestmark = pytest.mark.anyio


async def hears(stage: Stage, visit: UUID, what: str = "booked") -> list[Row]:
    """The job that hears of the newest such event runs; the lines that tell of it."""
    async with stage.scene.app.parts.db.connection(as_system="tests look") as connection:
        event = await fetch_one(
            connection,
            "SELECT id, data FROM event WHERE subject = %(id)s AND type = %(type)s ORDER BY id DESC LIMIT 1",
            {"id": visit, "type": f"appointment.{what}"},
        )
        assert event is not None
        before: Any = event["data"].get("from")
        was = datetime.fromisoformat(before) if before else None
        await tell(stage.dispatcher(), Happened(event["id"], f"appointment.{what}", visit, was))
        return await fetch_all(
            connection, "SELECT * FROM scheduled_reminder WHERE event_id = %(id)s ORDER BY kind", {"id": event["id"]}
        )


async def test_it_goes_by_the_channel_that_the_patient_chose(stage: Stage, soon: datetime) -> None:
    stage.later(hours=7)  # ten in the morning in New York
    await stage.prefer(channels=["sms"])
    patient, provider = await hears(stage, await stage.book(soon))
    assert (patient["kind"], patient["status"], patient["channel"]) == ("appointment_booked_patient", "sent", "sms")
    assert (provider["kind"], provider["channel"]) == ("appointment_booked_provider", "email")
    [sms] = stage.vendors["sms"].messages
    assert sms.text.startswith("Riverside Clinic: your visit is booked for ")
    assert "migraine" not in sms.text
    [mail] = stage.vendors["email"].messages
    assert mail.calendar is not None
    assert mail.calendar.method == "REQUEST"


async def test_mail_comes_where_the_chosen_channel_does_not_take_it(stage: Stage, soon: datetime) -> None:
    """With the calendar file, though they want no mails that remind: they have booked this visit."""
    stage.later(hours=7)  # ten in the morning in New York
    await stage.prefer(channels=["sms"], opted_out=["email"])

    def behave(message: Message, calls: int) -> None:
        raise Refused("30006", permanent=True)

    stage.vendors["sms"].behave = behave
    visit = await stage.book(soon)
    await hears(stage, visit)
    await stage.send()
    [mail] = [m for m in stage.vendors["email"].messages if m.address == stage.scene.patient.email]
    assert mail.calendar is not None
    assert "List-Unsubscribe" not in mail.headers


async def test_a_clinics_limits_hold_and_mail_is_left(stage: Stage, soon: datetime) -> None:
    rules = (await stage.scene.admin.client.get(f"/api/clinics/{stage.scene.clinic.id}/reminder-rules")).json()
    changed = {**{k: v for k, v in rules.items() if k != "version"}, "channels": ["email"], "allowed": ["email"]}
    path = f"/api/clinics/{stage.scene.clinic.id}/reminder-rules"
    assert (await stage.scene.admin.client.put(path, json=changed)).status_code == 200
    await stage.prefer(channels=["sms"])
    patient, _ = await hears(stage, await stage.book(soon))
    assert (patient["channels"], patient["channel"]) == (["email"], "email")


async def test_an_sms_waits_for_the_morning_and_a_mail_does_not(stage: Stage, soon: datetime) -> None:
    """Half past one in the night in New York: the telephone stays quiet, and nobody is alarmed that it does."""
    await stage.prefer(channels=["sms"])
    visit = await stage.book(soon)
    night = (soon - timedelta(days=1)).replace(hour=6, minute=30)
    stage.until(night)
    patient, provider = await hears(stage, visit)
    assert (patient["status"], patient["next_at"]) == ("pending", night.replace(hour=13, minute=0))
    assert patient["due_at"] == patient["next_at"]
    assert provider["status"] == "sent"
    stage.until(patient["next_at"])
    await stage.send()
    assert len(stage.vendors["sms"].messages) == 1


async def test_what_cannot_wait_comes_in_the_night(stage: Stage, soon: datetime) -> None:
    """A visit at half past eight in the morning that is called off in the night."""
    early = soon.replace(hour=14, minute=0)  # nine in New York
    await stage.prefer(channels=["sms"])
    visit = await stage.book(early)
    stage.until(early - timedelta(hours=6))
    client = await stage.client(stage.scene.staff)
    answer = await client.request("DELETE", f"/api/appointments/{visit}", json={"reason": "ill"})
    assert answer.status_code == 200, answer.text
    patient, _ = await hears(stage, visit, "cancelled")
    assert patient["status"] == "sent"
    assert "is cancelled" in stage.vendors["sms"].messages[-1].text


async def test_what_happened_last_takes_the_place_of_what_has_not_gone_out(stage: Stage, soon: datetime) -> None:
    await stage.prefer(channels=["sms"])
    visit = await stage.book(soon)
    night = (soon - timedelta(days=1)).replace(hour=6, minute=30)
    stage.until(night)
    [booked, _] = await hears(stage, visit)
    client = await stage.client(stage.scene.patient)
    later = {"start": (soon + timedelta(hours=1)).isoformat()}
    assert (await client.put(f"/api/appointments/{visit}/reschedule", json=later)).status_code == 200
    await hears(stage, visit, "rescheduled")
    stage.until(night.replace(hour=13, minute=0))
    await stage.send()
    [sms] = stage.vendors["sms"].messages
    assert "has moved to" in sms.text
    [row] = [row for row in await stage.rows(visit) if row["id"] == booked["id"]]
    assert (row["status"], row["why"]) == ("cancelled", "superseded")


async def test_it_is_in_the_persons_language(stage: Stage, soon: datetime) -> None:
    stage.later(hours=7)  # ten in the morning in New York
    await stage.prefer(channels=["sms"], language="es")
    await hears(stage, await stage.book(soon))
    [sms] = stage.vendors["sms"].messages
    assert sms.language == "es"
    assert "tu cita" in sms.text.lower()


async def test_mails_of_a_booking_can_be_answered_without_signing_in(stage: Stage, soon: datetime) -> None:
    """Confirm, move, cancel, running late; from a request, to take it back. Never to the provider."""
    visit = await stage.book(soon)
    await hears(stage, visit)
    mails = {m.address: m for m in stage.vendors["email"].messages}
    mine, theirs = mails[stage.scene.patient.email], mails[stage.scene.provider.email]
    assert "/answer#" not in theirs.text
    tokens = [line.rpartition("#")[2].strip() for line in mine.text.splitlines() if "/answer#" in line]
    looked = [(await stage.scene.app.client.get(f"/api/links/{token}")).json() for token in tokens]
    assert [one["purpose"] for one in looked] == ["confirm", "reschedule", "cancel", "late"]
    done = await stage.scene.app.client.post(f"/api/links/{tokens[0]}", json={})
    assert done.json()["status"] == "confirmed"


async def test_links_of_news_end_with_the_next_move(stage: Stage, soon: datetime) -> None:
    visit = await stage.book(soon)
    await hears(stage, visit)
    [mine] = [m for m in stage.vendors["email"].messages if m.address == stage.scene.patient.email]
    [first, *_] = [line.rpartition("#")[2].strip() for line in mine.text.splitlines() if "/answer#" in line]
    stage.later(minutes=1)
    client = await stage.client(stage.scene.patient)
    later = {"start": (soon + timedelta(hours=1)).isoformat()}
    assert (await client.put(f"/api/appointments/{visit}/reschedule", json=later)).status_code == 200
    await hears(stage, visit, "rescheduled")
    assert (await stage.scene.app.client.get(f"/api/links/{first}")).status_code == 404
    moved = [m for m in stage.vendors["email"].messages if m.address == stage.scene.patient.email][-1]
    [again, *_] = [line.rpartition("#")[2].strip() for line in moved.text.splitlines() if "/answer#" in line]
    assert (await stage.scene.app.client.get(f"/api/links/{again}")).json()["purpose"] == "confirm"


async def test_the_front_desk_sees_it_in_the_ledger_and_sends_it_again(stage: Stage, soon: datetime) -> None:
    stage.later(hours=7)  # ten in the morning in New York
    visit = await stage.book(soon)

    def behave(message: Message, calls: int) -> None:
        raise Refused("550", permanent=True)

    stage.vendors["email"].behave = behave
    patient, _ = await hears(stage, visit)
    stage.vendors["email"].behave = lambda message, calls: None
    client = await stage.client(stage.scene.staff)
    listed = (await client.get(f"/api/reminders?clinic_id={stage.scene.clinic.id}&show=failed")).json()
    line = next(one for one in listed["items"] if one["reminder"]["id"] == str(patient["id"]))
    assert (line["reminder"]["kind"], line["patient_name"]) == ("appointment_booked_patient", "Pat Rivera")
    again = await client.post(f"/api/reminders/{patient['id']}/resend")
    assert again.status_code == 200, again.text
    await stage.send()
    assert len([m for m in stage.vendors["email"].messages if m.address == stage.scene.patient.email]) == 1


async def test_what_providers_are_told_is_not_among_the_patients_messages(stage: Stage, soon: datetime) -> None:
    visit = await stage.book(soon)
    await hears(stage, visit)
    client = await stage.client(stage.scene.patient)
    listed = (await client.get(f"/api/reminders/appointment/{visit}")).json()["items"]
    assert [one["kind"] for one in listed if one["type"] == "news"] == ["appointment_booked_patient"]


async def test_an_unread_message_is_told_to_its_reader_alone_and_not_what_it_says(stage: Stage, soon: datetime) -> None:
    stage.later(hours=7)
    visit, provider = await stage.book(soon), stage.scene.provider
    stage.vendors["email"].messages.clear()
    await tell(stage.dispatcher(), Happened(new_id(), "chat.unread", visit, whom=provider.id))
    [mail] = stage.vendors["email"].messages
    assert mail.address == provider.email
    assert mail.subject.startswith("A message about the video visit on ")
    assert f"/visits/{visit}" in mail.text
    assert mail.calendar is None
    await tell(stage.dispatcher(), Happened(new_id(), "chat.unread", visit, whom=stage.scene.outsider.id))
    assert len(stage.vendors["email"].messages) == 1, "who is neither is not mailed"
