"""What vendors tell of reminders they took moves them on: arrived, or another way."""

import asyncio
import random
from datetime import datetime, timedelta
from typing import Any

import pytest

from openvisit.features.notifications.reminders.arrivals import hear, settle
from openvisit.platform.channels import DeliveryReport, Message, Taken
from openvisit.platform.channels.inbox import keep
from openvisit.platform.db import execute, fetch_one
from tests.features.notifications.reminders.conftest import Stage
from tests.support.vendor import Vendor

pytestmark = pytest.mark.anyio


async def sent(stage: Stage, soon: datetime) -> dict[str, Any]:
    """The reminder of a day ahead, taken by its vendor."""
    stage.until(soon - timedelta(minutes=1440))
    await stage.send()
    row = await stage.row("reminder", 1440)
    assert row["status"] == "sent"
    return dict(row)


async def tell(stage: Stage, row: dict[str, Any], status: str, **more: Any) -> None:
    told = {"vendor": row["vendor"], "message_id": row["vendor_message_id"], "status": status, **more}
    async with stage.scene.app.parts.db.transaction() as connection:
        await settle(connection, told, stage.now)


async def test_what_arrived_is_delivered_whatever_is_told_after_it(stage: Stage, soon: datetime) -> None:
    await stage.book(soon)
    row = await sent(stage, soon)
    stage.later(seconds=20)
    await tell(stage, row, "delivered")
    arrived = await stage.row("reminder", 1440)
    assert (arrived["status"], arrived["delivered_at"]) == ("delivered", stage.now)
    await tell(stage, row, "bounced", reason="5.1.1")
    assert (await stage.row("reminder", 1440))["status"] == "delivered"


async def test_what_did_not_arrive_goes_by_the_next_channel_and_fails_after_the_last(
    stage: Stage, soon: datetime
) -> None:
    stage.vendors["sms"].vendor = "another"
    await stage.book(soon)
    await stage.prefer(channels=["email", "sms"])
    await stage.hear()
    row = await sent(stage, soon)
    assert row["channel"] == "email"
    await tell(stage, row, "bounced", reason="5.1.1")
    again = await stage.row("reminder", 1440)
    assert (again["status"], again["channel"], again["error"]) == ("pending", "sms", "5.1.1")
    await stage.send()
    by_sms = await stage.row("reminder", 1440)
    assert (by_sms["status"], by_sms["channel"]) == ("sent", "sms")
    assert [len(stage.vendors[channel].messages) for channel in ("email", "sms")] == [1, 1]
    await tell(stage, row, "bounced", reason="5.1.1")  # the vendor says so again: of the mail, not of this
    assert (await stage.row("reminder", 1440))["status"] == "sent"
    await tell(stage, dict(by_sms), "failed", reason="30005")
    lost = await stage.row("reminder", 1440)
    assert (lost["status"], lost["error"]) == ("failed", "30005")


async def test_visits_that_were_led_go_the_same_way(stage: Stage, soon: datetime) -> None:
    first, second = await stage.book(soon), await stage.book(soon + timedelta(hours=1))
    await stage.prefer(channels=["email", "sms"])
    await stage.hear()
    stage.until(soon - timedelta(minutes=1440))
    await stage.send()
    (leader,) = [row for row in await stage.rows(first) if row["minutes"] == 1440]
    assert (await stage.states(second))["reminder", 1440] == "sent"
    await tell(stage, dict(leader), "failed")
    assert (await stage.states(second))["reminder", 1440] == "merged"
    await stage.send()
    assert (await stage.states(second))["reminder", 1440] == "sent"
    (leader,) = [row for row in await stage.rows(first) if row["minutes"] == 1440]
    await tell(stage, dict(leader), "delivered")
    assert {(await stage.states(visit))["reminder", 1440] for visit in (first, second)} == {"delivered"}


async def test_what_nobody_knows_changes_nothing(stage: Stage, soon: datetime) -> None:
    await stage.book(soon)
    row = await sent(stage, soon)
    await tell(stage, {**row, "vendor_message_id": "another"}, "bounced")
    await tell(stage, {**row, "vendor": "another"}, "bounced")
    await tell(stage, row, "complained")
    assert (await stage.row("reminder", 1440))["status"] == "sent"


async def report(stage: Stage, message_id: str, status: str, **more: Any) -> None:
    """As a webhook and the job that hears of it do: kept as an event, then heard."""
    parts = stage.scene.app.parts
    told = DeliveryReport(f"ev-{message_id}-{status}", "testing", message_id, status, stage.now, **more)  # type: ignore[arg-type]
    async with parts.db.transaction() as connection:
        await keep(connection, parts.vault, parts.subscriptions, told, stage.now)
    async with parts.db.transaction() as connection:
        row = await fetch_one(
            connection,
            "SELECT data FROM event WHERE type = 'notifications.delivery' AND data ->> 'message_id' = %(id)s",
            {"id": message_id},
        )
        assert row is not None
        await hear(connection, row["data"], stage.now)


class Hasty(Vendor):
    """Reports what became of a message before it says that it has taken it."""

    reports: Any = None

    async def send(self, message: Message) -> Taken:
        taken = await super().send(message)
        await self.reports(taken.message_id)
        return taken


async def test_a_report_that_comes_before_sent_is_written_is_kept_and_applied(stage: Stage, soon: datetime) -> None:
    vendor = stage.vendors["email"] = Hasty("email")
    vendor.reports = lambda message_id: report(stage, message_id, "delivered")
    await stage.book(soon)
    stage.until(soon - timedelta(minutes=1440))
    await stage.send()
    row = await stage.row("reminder", 1440)
    assert (row["status"], row["delivered_at"]) == ("delivered", stage.now)


async def test_an_early_bounce_goes_by_the_next_channel_and_marks_the_right_address(
    stage: Stage, soon: datetime
) -> None:
    vendor = stage.vendors["email"] = Hasty("email")
    vendor.reports = lambda message_id: report(stage, message_id, "bounced", reason="5.1.1", address_is_dead=True)
    await stage.prefer(channels=["email", "sms"], offsets=[1440])
    await stage.book(soon)
    stage.until(soon - timedelta(minutes=1440))
    await stage.send()
    row = await stage.row("reminder", 1440)
    assert (row["status"], row["channel"], row["error"]) == ("pending", "sms", "5.1.1")
    await stage.send()
    assert (await stage.row("reminder", 1440))["status"] == "sent"
    told = (await (await stage.client(stage.scene.patient)).get("/api/me/notification-preferences")).json()
    assert (told["email"]["dead"], told["phone"]["dead"]) == (True, False)


async def test_reports_race_with_the_turns_that_send(stage: Stage, soon: datetime) -> None:
    """Beside the writing down, before it and after it: every message is delivered in the end."""
    vendor = stage.vendors["email"] = Hasty("email", takes_idempotency_key=False)
    reports: list[asyncio.Task[None]] = []

    async def soonish(message_id: str) -> None:
        async def later() -> None:
            await asyncio.sleep(random.Random(message_id).uniform(0, 0.1))  # the pace of the race
            await report(stage, message_id, "delivered")

        reports.append(asyncio.create_task(later()))

    vendor.reports = soonish
    for hour in range(3):
        await stage.book(soon + timedelta(days=1, hours=hour), "in-person")
    await stage.prefer(offsets=list(range(60, 180, 10)))
    await stage.plan()
    stage.later(hours=8)
    async with stage.scene.app.parts.db.connection() as connection:
        await execute(
            connection,
            """UPDATE scheduled_reminder SET next_at = %(now)s, due_at = %(now)s, until = starts_at
               WHERE status = 'pending' AND type = 'reminder'""",
            {"now": stage.now},
        )
    await asyncio.gather(stage.send(), stage.send())
    await asyncio.gather(*reports)
    states = [row["status"] for row in await stage.rows() if row["attempts"]]
    assert len(states) >= 10
    assert set(states) == {"delivered"}
