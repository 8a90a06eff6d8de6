"""What is due is sent once, by the channel that takes it, and what is not sent says why."""

import asyncio
import re
from datetime import datetime, timedelta

import pytest

from openvisit.core.sending import LEASE, MOST_TRIES
from openvisit.features.notifications.reminders import claiming
from openvisit.features.notifications.reminders.dispatch import Dispatcher, turn
from openvisit.platform.channels import Doubtful, Message, Refused
from openvisit.platform.db import execute
from tests.features.notifications.reminders.conftest import Stage
from tests.support.vendor import Vendor

pytestmark = pytest.mark.anyio


def refuses(*, permanent: bool = False, reason: str = "busy", retry_after: timedelta | None = None, first: int = 99):  # type: ignore[no-untyped-def]
    """A vendor that does not take the first tries."""

    def behave(message: Message, calls: int) -> None:
        if calls <= first:
            raise Refused(reason, permanent=permanent, retry_after=retry_after)

    return behave


async def due(stage: Stage, soon: datetime, minutes: int = 120) -> None:
    """A visit whose reminder of two hours is due; the day's has been sent."""
    await stage.book(soon, "in-person")
    stage.until(soon - timedelta(minutes=1440))
    assert await stage.send() == 1
    for vendor in stage.vendors.values():
        vendor.arrived.clear()
    stage.until(soon - timedelta(minutes=minutes))


async def test_nothing_is_sent_before_it_is_due_and_nothing_twice(stage: Stage, soon: datetime) -> None:
    await stage.book(soon)
    stage.until(soon - timedelta(minutes=1440, seconds=1))
    assert await stage.send() == 0
    stage.later(seconds=1)
    assert await stage.send() == 1
    assert await stage.send() == 0
    [message] = stage.vendors["email"].messages
    row = await stage.row("reminder", 1440)
    assert (row["status"], row["channel"], row["attempts"], row["vendor"]) == ("sent", "email", 1, "testing")
    assert row["vendor_message_id"] == f"id-of-{message.key}"
    assert row["sent_at"] == stage.now


async def test_a_reminder_names_the_visit_and_not_why_it_is(stage: Stage, soon: datetime) -> None:
    await due(stage, soon)
    await stage.send()
    [message] = stage.vendors["email"].messages
    assert message.address == stage.scene.patient.email
    assert "Ada Moreno" in message.text
    assert "14:00" in message.text
    assert "migraine" not in message.text + message.html + message.subject


async def test_a_reminder_can_be_answered_and_unsubscribed_from(stage: Stage, soon: datetime) -> None:
    """By links that work without signing in, and by the headers that mail programs read."""
    await due(stage, soon)
    await stage.send()
    [message] = stage.vendors["email"].messages
    client = stage.scene.app.client
    tokens = re.findall(r"https://visits\.example/answer#(\S+)", message.text)
    looked = [(await client.get(f"/api/links/{token}")).json()["purpose"] for token in tokens]
    assert looked == ["confirm", "reschedule", "cancel", "late"]
    assert message.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = message.headers["List-Unsubscribe"].strip("<>").removeprefix("https://visits.example")
    assert (await client.post(address)).is_success
    stage.until(soon - timedelta(minutes=30))
    await stage.plan()
    await stage.send()
    assert len(stage.vendors["email"].messages) == 1


async def test_a_day_ahead_of_a_visit_by_video_camera_and_sound_can_be_checked(stage: Stage, soon: datetime) -> None:
    """An hour before it is the way in that counts, and in person there is nothing to check."""
    visit = await stage.book(soon, "telehealth")
    await stage.book(soon + timedelta(days=2), "in-person")
    stage.until(soon - timedelta(days=1))
    await stage.send()
    stage.until(soon - timedelta(minutes=60))
    await stage.send()
    stage.until(soon + timedelta(days=1))
    await stage.send()
    texts = [message.text for message in stage.vendors["email"].messages if "coming up" in message.text]
    assert [f"https://visits.example/visit/{visit}/check" in text for text in texts] == [True, False, False]


async def test_an_sms_says_clinic_time_and_link_alone(stage: Stage, soon: datetime) -> None:
    await stage.prefer(channels=["sms"])
    await due(stage, soon)
    await stage.send()
    [message] = stage.vendors["sms"].messages
    assert message.address == "+15185550100"
    assert "Riverside Clinic" in message.text
    assert "Ada Moreno" not in message.text
    assert "https://visits.example/visits/" in message.text


async def test_visits_of_one_day_come_in_one_message(stage: Stage, soon: datetime) -> None:
    first = await stage.book(soon - timedelta(hours=4), "in-person")
    second = await stage.book(soon, "in-person")
    stage.until(soon - timedelta(hours=28))
    assert await stage.send() == 1
    [message] = stage.vendors["email"].messages
    assert "10:00" in message.text
    assert "14:00" in message.text
    states = {visit: (await stage.states(visit))["reminder", 1440] for visit in (first, second)}
    assert states == {first: "sent", second: "sent"}
    stage.until(soon - timedelta(hours=24))
    assert await stage.send() == 0


async def test_a_refusal_for_a_while_is_tried_again_after_a_while(stage: Stage, soon: datetime) -> None:
    await due(stage, soon)
    stage.vendors["email"].behave = refuses(first=1)
    assert await stage.send() == 1
    row = await stage.row("reminder", 120)
    assert (row["status"], row["attempts"], row["error"]) == ("pending", 1, "busy")
    assert timedelta(seconds=30) <= row["next_at"] - stage.now <= timedelta(seconds=38)
    assert await stage.send() == 0
    stage.later(seconds=40)
    assert await stage.send() == 1
    row = await stage.row("reminder", 120)
    assert (row["status"], row["attempts"], row["error"]) == ("sent", 2, None)


async def test_the_vendor_says_when_to_come_again(stage: Stage, soon: datetime) -> None:
    await due(stage, soon)
    stage.vendors["email"].behave = refuses(reason="429", retry_after=timedelta(minutes=7))
    await stage.send()
    assert (await stage.row("reminder", 120))["next_at"] == stage.now + timedelta(minutes=7)


async def test_a_refusal_for_good_goes_to_the_next_channel_at_once(stage: Stage, soon: datetime) -> None:
    await stage.prefer(channels=["sms", "email"])
    await due(stage, soon)
    stage.vendors["sms"].behave = refuses(permanent=True, reason="unreachable")
    await stage.send()
    row = await stage.row("reminder", 120)
    assert (row["status"], row["channel"], row["error"]) == ("pending", "email", "unreachable")
    await stage.send()
    assert len(stage.vendors["email"].messages) == 1
    assert (await stage.row("reminder", 120))["status"] == "sent"


async def test_four_refusals_for_a_while_are_enough_where_there_is_another_channel(
    stage: Stage, soon: datetime
) -> None:
    await stage.prefer(channels=["sms", "email"])
    await due(stage, soon)
    stage.vendors["sms"].behave = refuses()
    for _ in range(4):
        assert await stage.send() == 1
        stage.until((await stage.row("reminder", 120))["next_at"])
    assert (await stage.row("reminder", 120))["channel"] == "email"
    await stage.send()
    assert [stage.vendors["sms"].calls.total() - 1, len(stage.vendors["email"].messages)] == [4, 1]


async def test_what_every_channel_refused_has_failed_and_says_so(stage: Stage, soon: datetime) -> None:
    await due(stage, soon)
    stage.vendors["email"].behave = refuses(permanent=True, reason="unknown-user")
    await stage.send()
    row = await stage.row("reminder", 120)
    assert (row["status"], row["error"]) == ("failed", "unknown-user")


async def test_trying_ends_when_the_next_reminder_is_due(stage: Stage, soon: datetime) -> None:
    await due(stage, soon)
    stage.vendors["email"].behave = refuses()
    while (row := await stage.row("reminder", 120))["status"] == "pending":
        stage.until(max(stage.now, row["next_at"]))
        await stage.send()
    assert row["status"] == "failed"
    assert row["attempts"] < MOST_TRIES
    assert stage.now < soon - timedelta(minutes=30)


@pytest.mark.parametrize("knows", [True, False])
async def test_a_line_cut_off_leaves_one_send_in_doubt_at_most(stage: Stage, soon: datetime, knows: bool) -> None:
    """The vendor has the message, and nobody hears of it."""
    await due(stage, soon)
    vendor = stage.vendors["email"] = Vendor("email", takes_idempotency_key=knows)
    lost = vendor.send

    async def cut_off(message: Message) -> None:
        await lost(message)
        raise Doubtful("cut off")

    vendor.send = cut_off  # type: ignore[method-assign, assignment]
    await stage.send()
    row = await stage.row("reminder", 120)
    assert row["status"] == "pending"
    assert (row["doubtful_at"] is None) is knows
    for _ in range(3):
        stage.until(max(stage.now, (await stage.row("reminder", 120))["next_at"]))
        await stage.send()
    row = await stage.row("reminder", 120)
    assert len(vendor.messages) == (1 if knows else 2)
    assert row["status"] == ("pending" if knows else "failed")


async def test_two_workers_share_the_work(stage: Stage, soon: datetime) -> None:
    await due(stage, soon)
    one, two = stage.dispatcher(), stage.dispatcher()
    assert sorted(await asyncio.gather(turn(one), turn(two))) == [0, 1]
    assert len(stage.vendors["email"].messages) == 1


async def test_what_a_killed_worker_took_and_did_not_hand_over_is_sent_without_doubt(
    stage: Stage, soon: datetime
) -> None:
    await due(stage, soon)
    async with stage.scene.app.parts.db.connection() as connection:
        assert len((await claiming.claim(connection, stage.now)).rows) == 1
    assert await stage.send() == 0
    stage.later(seconds=LEASE.total_seconds() + 1)
    await stage.send()
    row = await stage.row("reminder", 120)
    assert (row["status"], row["doubtful_at"], row["attempts"]) == ("sent", None, 1)


async def test_a_worker_that_lost_its_lease_sends_nothing(stage: Stage, soon: datetime) -> None:
    """It was asleep while another took its reminders back; the vendor could not tell two from one."""
    await due(stage, soon)
    vendor = stage.vendors["email"] = Vendor("email", takes_idempotency_key=False)
    asleep = stage.dispatcher()
    write = asleep.writer.write

    class Sleeps:
        async def write(self, *given: object) -> Message:
            message = await write(*given)  # type: ignore[arg-type]
            async with stage.scene.app.parts.db.connection() as connection:
                await execute(
                    connection,
                    "UPDATE scheduled_reminder SET leased_until = now() - interval '1 day' WHERE status = 'sending'",
                )
                await claiming.recover(connection, stage.now)
            return message

    await turn(Dispatcher(asleep.db, asleep.clock, asleep.senders, Sleeps()))  # type: ignore[arg-type]
    assert vendor.messages == []
    await stage.send()
    assert len(vendor.messages) == 1


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("UPDATE appointment SET status = 'cancelled'", "visit-changed"),
        ("UPDATE appointment SET starts_at = starts_at + interval '1 hour', ends_at = ends_at + interval '1 hour'",
         "visit-changed"),
        ("UPDATE consent SET given = false WHERE kind = 'messaging'", "no-consent"),
        ("UPDATE patient SET restricted_at = now()", "no-consent"),
        ("UPDATE person SET active = false", "no-channel"),
        ("INSERT INTO notification_preference (person_id, opted_out, updated_at)"
         " SELECT person_id, '{email}', now() FROM patient", "no-channel"),
    ],
)  # fmt: skip
async def test_what_changed_after_planning_is_seen_before_sending(
    stage: Stage, soon: datetime, change: str, why: str
) -> None:
    await due(stage, soon)
    async with stage.scene.app.parts.db.connection() as connection:
        await execute(connection, change)
    await stage.send()
    row = await stage.row("reminder", 120)
    assert row["status"] in ("skipped", "cancelled")
    assert row["why"] == why
    assert stage.vendors["email"].messages == []


async def test_a_channel_without_a_vendor_leads_nowhere(stage: Stage, soon: datetime) -> None:
    await stage.prefer(channels=["sms", "email"])
    stage.vendors["sms"].vendor = "null"
    await due(stage, soon)
    await stage.send()
    assert (await stage.row("reminder", 120))["channel"] == "email"


async def test_workers_that_were_down_in_the_evening_let_people_sleep(stage: Stage, soon: datetime) -> None:
    """Due at eight in the evening, found at two in the night: sent at eight in the morning."""
    start = soon.replace(hour=15)  # ten in New York; fourteen hours before it is eight in the evening
    await stage.prefer(offsets=[14 * 60])
    await stage.book(start, "in-person")
    stage.until(start - timedelta(hours=8))
    assert await stage.send() == 1
    row = await stage.row("reminder", 14 * 60)
    assert (row["status"], row["next_at"], stage.vendors["email"].messages) == (
        "pending",
        start - timedelta(hours=2),
        [],
    )
    stage.until(row["next_at"])
    await stage.send()
    assert (await stage.row("reminder", 14 * 60))["status"] == "sent"


async def test_what_comes_too_late_is_not_sent(stage: Stage, soon: datetime) -> None:
    await stage.book(soon, "in-person")
    stage.until(soon + timedelta(minutes=1))
    await stage.send()
    assert set((await stage.states()).values()) == {"too-late"}
    assert stage.vendors["email"].messages == []
