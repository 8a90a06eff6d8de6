"""Keys that are pressed during a call are done with the visit that it was about."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from openvisit.core.replies import KEYS
from openvisit.features.notifications.reminders import keys
from openvisit.features.notifications.replies.calls import CallUnknown, answer
from openvisit.platform.channels import InboundText
from openvisit.platform.db import execute, fetch_all
from openvisit.platform.principal import SYSTEM, acting
from tests.features.notifications.reminders.conftest import Stage, soon, stage
from tests.support.outgoing_words import Kept
from tests.support.texting import desk_of

__all__ = ["soon", "stage"]

pytestmark = pytest.mark.anyio


async def called(stage: Stage, soon: datetime, **wishes: Any) -> UUID:
    """A visit two hours ahead, of which a call reminds."""
    await stage.prefer(channels=["voice"], offsets=[120], **wishes)
    visit = await stage.book(soon, "in-person")
    stage.until(soon - timedelta(minutes=120))
    await stage.send()
    return visit


async def presses(stage: Stage, key: str, call: str = "") -> str | None:
    """A key during the call; what is told by SMS then."""
    if not call:
        call = str((await stage.row("reminder", 120))["vendor_message_id"])
    parts, sms = stage.scene.app.parts, Kept("sms")
    told = InboundText(f"{call}.digits", "testing", "voice", "+15185550100", "+15550100", key, stage.now, answers=call)
    with acting(SYSTEM):
        await answer(desk_of(parts, sms), told)
    assert all(one.address == "+15185550100" for one in sms.sent)
    return sms.sent[0].text if sms.sent else None


async def status(stage: Stage, visit: UUID) -> str:
    async with stage.scene.app.parts.db.connection(as_system="tests look") as connection:
        [row] = await fetch_all(connection, "SELECT status FROM appointment WHERE id = %(id)s", {"id": visit})
    return str(row["status"])


async def test_the_call_says_which_keys_there_are(stage: Stage, soon: datetime) -> None:
    await called(stage, soon)
    [call] = stage.vendors["voice"].messages
    assert call.digits == "1290"
    assert call.text.endswith(
        "To confirm, press 1. To be sent a link for another time, press 2."
        " To cancel the visit, press 9. For no more calls, press 0."
    )


async def test_the_call_offers_only_what_can_be_done(stage: Stage, soon: datetime) -> None:
    """No link without a vendor for SMS; nothing that the clinic's notice rules out, nor what is done already."""
    stage.texts = False
    await called(stage, soon)
    [call] = stage.vendors["voice"].messages
    assert call.digits == "190"
    assert "link" not in call.text


async def test_keys_are_those_by_which_something_can_be_done(soon: datetime) -> None:
    visit = {"visit_start": soon, "visit_status": "scheduled"}
    row = {**visit, "cancellation_notice_minutes": 60, "cancellation_reason_required": False}
    late = {**row, "cancellation_notice_minutes": 1440, "visit_status": "confirmed"}
    reasoned = {**row, "cancellation_reason_required": True}
    now = soon - timedelta(hours=2)
    assert keys.values(row, texts=True, now=now) == KEYS
    assert keys.values(late, texts=True, now=now) == {**dict.fromkeys(KEYS, ""), "key_stop": "0"}
    assert keys.values(reasoned, texts=True, now=now) == KEYS
    assert keys.values(reasoned, texts=False, now=now) == {**KEYS, "key_move": "", "key_cancel": ""}


async def test_a_clinics_own_words_say_which_keys_are_waited_for(stage: Stage, soon: datetime) -> None:
    path = f"/api/clinics/{stage.scene.clinic.id}/templates/reminder/voice/en"
    own = {"subject": "", "body": "Your visit is on {{when_short}}.\nPress {{key_cancel}} to cancel.", "version": 0}
    client = await stage.client(stage.scene.admin)
    answer = await client.put(path, json=own)
    assert answer.status_code == 200, answer.text
    await called(stage, soon)
    [call] = stage.vendors["voice"].messages
    assert call.digits == "9"
    assert call.text.endswith("Press 9 to cancel.")
    assert "press 1" not in call.text


async def test_in_the_persons_language(stage: Stage, soon: datetime) -> None:
    visit = await called(stage, soon, language="es")
    [call] = stage.vendors["voice"].messages
    assert (call.language, "Para confirmar, pulsa 1." in call.text) == ("es", True)
    assert (await presses(stage, "1") or "").startswith("Confirmada: ")
    assert await status(stage, visit) == "confirmed"


async def test_1_confirms_and_says_so_once(stage: Stage, soon: datetime) -> None:
    visit = await called(stage, soon)
    assert (await presses(stage, "1") or "").startswith("Confirmed: Riverside Clinic, ")
    assert await status(stage, visit) == "confirmed"
    assert await presses(stage, "1") is None
    async with stage.scene.app.parts.db.connection(as_system="tests look") as connection:
        [row] = await fetch_all(connection, "SELECT * FROM audit WHERE action = 'appointment:confirm'")
    assert (row["actor_id"], row["data"]["via"]) == (stage.scene.patient.id, "voice")


async def test_2_sends_a_link_to_move_it(stage: Stage, soon: datetime) -> None:
    await called(stage, soon)
    token = (await presses(stage, "2") or "").rpartition("#")[2]
    assert (await stage.scene.app.client.get(f"/api/links/{token}")).json()["purpose"] == "reschedule"


async def test_9_cancels_that_visit_by_the_clinics_rules(stage: Stage, soon: datetime) -> None:
    visit = await called(stage, soon)
    assert (await presses(stage, "9") or "").startswith("Cancelled: ")
    assert await status(stage, visit) == "cancelled"


async def test_9_is_too_late_inside_the_clinics_notice(stage: Stage, soon: datetime) -> None:
    visit = await called(stage, soon)
    async with stage.scene.app.parts.db.connection(as_system="another rule") as connection:
        await execute(connection, "UPDATE clinic SET cancellation_notice_minutes = 1440, phone = '+15185550000'")
    assert "too late" in (await presses(stage, "9") or "")
    assert await status(stage, visit) == "scheduled"


async def test_9_where_a_reason_is_wanted_sends_a_link(stage: Stage, soon: datetime) -> None:
    visit = await called(stage, soon)
    async with stage.scene.app.parts.db.connection(as_system="another rule") as connection:
        await execute(connection, "UPDATE clinic SET cancellation_reason_required = true")
    assert "say why here: https://visits.example/answer#" in (await presses(stage, "9") or "")
    assert await status(stage, visit) == "scheduled"


async def test_0_ends_such_calls_and_says_nothing_more(stage: Stage, soon: datetime) -> None:
    await called(stage, soon)
    assert await presses(stage, "0") is None
    client = await stage.client(stage.scene.patient)
    assert (await client.get("/api/me/notification-preferences")).json()["opted_out"] == ["voice"]


async def test_a_key_that_comes_before_the_call_is_written_down_is_tried_again(stage: Stage, soon: datetime) -> None:
    await called(stage, soon)
    with pytest.raises(CallUnknown):
        await presses(stage, "1", "CA-of-nobody")


async def test_a_visit_that_has_begun_is_left_alone(stage: Stage, soon: datetime) -> None:
    visit = await called(stage, soon)
    stage.until(soon + timedelta(minutes=1))
    assert await presses(stage, "9") == "You have no visit ahead that we could change."
    assert await status(stage, visit) == "scheduled"
