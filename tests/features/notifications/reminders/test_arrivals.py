"""What vendors tell of reminders they took moves them on: arrived, or another way."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from openvisit.features.notifications.reminders.arrivals import settle
from tests.features.notifications.reminders.conftest import Stage

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
