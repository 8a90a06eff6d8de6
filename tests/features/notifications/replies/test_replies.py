"""Answers by SMS: for the next visit, once each, and nothing to strangers."""

import asyncio
import re
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from openvisit.core.sending import LEASE
from openvisit.features.notifications.replies import once
from openvisit.features.notifications.replies.commands import answer
from openvisit.features.notifications.replies.jobs import blueprint
from openvisit.platform.channels import Doubtful, InboundText, Message, Refused, Taken
from openvisit.platform.channels.inbox import keep
from openvisit.platform.db import execute, fetch_all
from openvisit.platform.principal import SYSTEM, acting
from tests.support.cast import Person, Scene
from tests.support.clock import StandingClock
from tests.support.outgoing_words import Kept
from tests.support.texting import NUMBER, Texting, desk_of, owns

pytestmark = pytest.mark.anyio


async def book(scene: Scene, start: datetime, person: Person | None = None) -> UUID:
    answered = await (person or scene.patient).client.post("/api/appointments", json=scene.slot(start))
    assert answered.status_code == 201, answered.text
    return UUID(answered.json()["id"])


async def statuses(scene: Scene) -> dict[UUID, str]:
    async with scene.app.parts.db.connection(as_system="test") as connection:
        rows = await fetch_all(connection, "SELECT id, status FROM appointment", {})
    return {row["id"]: row["status"] for row in rows}


@pytest.fixture
def tomorrow(scene: Scene) -> datetime:
    return scene.app.clock().replace(hour=15, minute=0) + timedelta(days=1)


@pytest.fixture
async def phone(scene: Scene) -> Texting:
    """The patient's telephone."""
    await owns(scene, scene.patient)
    return Texting(scene)


async def test_c_confirms_the_next_visit_and_says_which(scene: Scene, phone: Texting, tomorrow: datetime) -> None:
    later = await book(scene, tomorrow + timedelta(days=1))
    first = await book(scene, tomorrow)
    said = await phone.says("C")
    assert re.fullmatch(r"Confirmed: .+, Tue 2 Mar, 10:00\. Thank you\.", said or "")
    assert await statuses(scene) == {first: "confirmed", later: "scheduled"}
    async with scene.app.parts.db.connection(as_system="test") as connection:
        (row,) = await fetch_all(connection, "SELECT * FROM audit WHERE action = 'appointment:confirm'", {})
    assert (row["actor_id"], row["data"]["via"]) == (scene.patient.id, "sms")
    assert (await phone.says("sí") or "").startswith("Confirmed: ")  # twice is once


async def test_x_asks_once_more_and_cancels_within_ten_minutes(
    scene: Scene, phone: Texting, tomorrow: datetime, clock: StandingClock
) -> None:
    visit = await book(scene, tomorrow)
    assert "reply X again within 10 minutes" in (await phone.says("X") or "")
    assert (await statuses(scene))[visit] == "scheduled"
    clock.advance(minutes=11)
    assert "reply X again" in (await phone.says("X") or "")  # too late: asked anew
    clock.advance(minutes=9)
    assert (await phone.says("x") or "").startswith("Cancelled: ")
    assert (await statuses(scene))[visit] == "cancelled"
    assert await phone.says("X") == "You have no visit ahead that we could change."


async def test_what_a_webhook_brings_twice_is_done_once(scene: Scene, phone: Texting, tomorrow: datetime) -> None:
    """A cancellation above all: the vendor's second try is not the patient's second X."""
    visit = await book(scene, tomorrow)
    assert await phone.says("X") is not None
    for _ in range(3):
        assert await phone.says("X", again=True) is None
    assert (await statuses(scene))[visit] == "scheduled"
    phone.count += 1
    told = await asyncio.gather(*(phone_again(phone) for _ in range(5)))
    assert sum(told) == 1
    assert (await statuses(scene))[visit] == "cancelled"


async def phone_again(phone: Texting) -> int:
    """The same webhook at the same time from several workers; how many answered."""
    parts, sms = phone.scene.app.parts, Kept("sms")
    told = InboundText(f"SM{phone.count}", "kept", "sms", NUMBER, "+15550100", "X", parts.clock())
    with acting(SYSTEM):
        await answer(desk_of(parts, sms), told)
    return len(sms.sent)


async def test_another_visit_is_another_question(scene: Scene, phone: Texting, tomorrow: datetime) -> None:
    """X for a visit that has been moved meanwhile, or is not the next one any more, asks again."""
    later = await book(scene, tomorrow + timedelta(days=1))
    await phone.says("X")
    sooner = await book(scene, tomorrow)
    assert "Tue 2 Mar" in (await phone.says("X") or "")
    assert await statuses(scene) == {later: "scheduled", sooner: "scheduled"}
    assert (await phone.says("X") or "").startswith("Cancelled: ")
    assert await statuses(scene) == {later: "scheduled", sooner: "cancelled"}


async def test_r_answers_with_a_link_that_moves_that_visit(scene: Scene, phone: Texting, tomorrow: datetime) -> None:
    await book(scene, tomorrow)
    found = re.search(r"https://visits\.example/answer#(\S+)", await phone.says("R") or "")
    assert found is not None
    looked = (await scene.app.client.get(f"/api/links/{found[1]}")).json()
    assert looked["purpose"] == "reschedule"
    assert looked["times"]


async def test_stop_and_start(scene: Scene, phone: Texting) -> None:
    path = "/api/me/notification-preferences"
    assert "no more SMS" in (await phone.says("STOP") or "")
    assert (await scene.patient.client.get(path)).json()["opted_out"] == ["sms"]
    assert "again" in (await phone.says("ALTA") or "")
    assert (await scene.patient.client.get(path)).json()["opted_out"] == []


async def test_strangers_are_answered_nothing(scene: Scene, phone: Texting, tomorrow: datetime) -> None:
    """Nor is a number that nobody proved."""
    visit = await book(scene, tomorrow)
    for text in ("C", "X", "X", "STOP", "HELP"):
        assert await phone.says(text, number="+34699999999") is None
    async with scene.app.parts.db.transaction(as_system="test") as connection:
        await execute(connection, "UPDATE notification_preference SET phone_verified_at = NULL", {})
    assert await phone.says("C") is None
    assert (await statuses(scene))[visit] == "scheduled"


async def test_a_family_shares_a_telephone(scene: Scene, phone: Texting, tomorrow: datetime) -> None:
    """The next visit of any of them; its own patient is who confirms."""
    await owns(scene, scene.other_patient)
    own = await book(scene, tomorrow + timedelta(days=1))
    other = await book(scene, tomorrow, scene.other_patient)
    await phone.says("C")
    assert await statuses(scene) == {own: "scheduled", other: "confirmed"}


async def test_the_clinics_rules_count(scene: Scene, phone: Texting, tomorrow: datetime, clock: StandingClock) -> None:
    visit = await book(scene, tomorrow)
    clock.advance(seconds=(tomorrow - clock()).total_seconds() - 600)
    await phone.says("X")
    assert "too late to cancel" in (await phone.says("X") or "")
    assert (await statuses(scene))[visit] == "scheduled"
    async with scene.app.parts.db.transaction(as_system="test") as connection:
        await execute(connection, "UPDATE clinic SET cancellation_reason_required = true", {})
    assert "say why here: https://" in (await phone.says("X") or "")


async def test_what_is_not_understood_is_explained_but_not_for_ever(scene: Scene, phone: Texting) -> None:
    """Two machines must not keep each other talking."""
    answers = [await phone.says("I am on holiday until Monday") for _ in range(12)]
    assert all((said or "").startswith("OpenVisit: reply C") for said in answers[:10])
    assert answers[10:] == [None, None]


async def test_it_is_done_again_when_it_could_not_be_answered(
    scene: Scene, phone: Texting, tomorrow: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The vendor was away: the job's next try answers."""
    visit = await book(scene, tomorrow)

    async def away(message: Any) -> Any:
        raise ConnectionError("away")

    send = phone.sms.send
    monkeypatch.setattr(phone.sms, "send", away)
    with pytest.raises(ConnectionError):
        await phone.says("C")
    monkeypatch.setattr(phone.sms, "send", send)
    assert (await phone.says("C", again=True) or "").startswith("Confirmed: ")
    assert (await statuses(scene))[visit] == "confirmed"


class Moody:
    """A vendor that is away for the first so many tries, or takes the message and loses the line."""

    def __init__(self, kept: Kept, *, away: int, loses: bool = False) -> None:
        self._send, self.left, self._loses = kept.send, away, loses

    async def send(self, message: Message) -> Taken:
        if not self.left:
            return await self._send(message)
        self.left -= 1
        if self._loses:
            await self._send(message)
            raise Doubtful("cut off")
        raise Refused("503", permanent=False)


async def test_an_x_whose_answer_did_not_leave_is_still_one_x(
    scene: Scene, phone: Texting, tomorrow: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However often the job tries: the patient has sent X once, and is asked to send it again."""
    visit = await book(scene, tomorrow)
    monkeypatch.setattr(phone.sms, "send", Moody(phone.sms, away=3).send)
    for again in (False, True, True):
        with pytest.raises(Refused):
            await phone.says("X", again=again)
    assert (await statuses(scene))[visit] == "scheduled"
    assert "reply X again" in (await phone.says("X", again=True) or "")
    assert (await phone.says("X") or "").startswith("Cancelled: ")
    assert (await statuses(scene))[visit] == "cancelled"


async def test_a_cancellation_whose_answer_did_not_leave_is_told_as_one(
    scene: Scene, phone: Texting, tomorrow: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not that there is no visit any more, nor a question about the next one."""
    first, later = await book(scene, tomorrow), await book(scene, tomorrow + timedelta(days=1))
    await phone.says("X")
    monkeypatch.setattr(phone.sms, "send", Moody(phone.sms, away=2).send)
    for again in (False, True):
        with pytest.raises(Refused):
            await phone.says("X", again=again)
    assert await statuses(scene) == {first: "cancelled", later: "scheduled"}
    assert re.fullmatch(r"Cancelled: .+, Tue 2 Mar, 10:00\.", await phone.says("X", again=True) or "")
    assert await phone.says("X", again=True) is None
    assert await statuses(scene) == {first: "cancelled", later: "scheduled"}


async def test_a_worker_that_died_over_a_cancellation_is_followed_by_one_that_says_so(
    scene: Scene, phone: Texting, tomorrow: datetime, monkeypatch: pytest.MonkeyPatch, clock: StandingClock
) -> None:
    """It was done, and not yet written down what to say."""
    first, later = await book(scene, tomorrow), await book(scene, tomorrow + timedelta(days=1))
    await phone.says("X")

    async def killed(*given: Any) -> None:
        raise asyncio.CancelledError

    monkeypatch.setattr(once, "done", killed)
    monkeypatch.setattr(once, "give_back", lambda *given: asyncio.sleep(0))
    with pytest.raises(asyncio.CancelledError):
        await phone.says("X")
    monkeypatch.undo()
    assert await phone.says("X", again=True) is None  # somebody may still be at it
    clock.advance(seconds=LEASE.total_seconds() + 1)
    assert (await phone.says("X", again=True) or "").startswith("Cancelled: ")
    assert await statuses(scene) == {first: "cancelled", later: "scheduled"}


async def test_a_number_that_takes_nothing_is_not_tried_for_ever(
    scene: Scene, phone: Texting, tomorrow: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was asked for is done all the same."""
    visit = await book(scene, tomorrow)

    async def refuses(message: Message) -> Taken:
        raise Refused("21610", permanent=True)

    monkeypatch.setattr(phone.sms, "send", refuses)
    assert await phone.says("C") is None
    assert (await statuses(scene))[visit] == "confirmed"


async def test_who_books_for_a_child_answers_for_it(scene: Scene, tomorrow: datetime) -> None:
    """By the telephone that the child's reminders come to."""
    visit = await book(scene, tomorrow)
    mother = await scene.cast.person("Mara Rivera", patient=True)
    await owns(scene, mother)
    async with scene.app.parts.db.connection(as_system="the scene is set") as connection:
        await execute(
            connection,
            """INSERT INTO delegation (id, patient_id, delegate_id, kind, scopes, created_at, created_by, accepted_at,
                                       expires_at)
               VALUES (gen_random_uuid(), %(patient)s, %(mother)s, 'parent', '{visits,book}', %(now)s, %(mother)s,
                       %(now)s, %(now)s + interval '1 year')""",
            {"patient": scene.patient.patient_id, "mother": mother.id, "now": scene.app.clock()},
        )
    assert (await Texting(scene).says("C") or "").startswith("Confirmed: ")
    assert (await statuses(scene))[visit] == "confirmed"


async def test_what_a_vendor_brings_is_answered_by_the_job(scene: Scene, phone: Texting, tomorrow: datetime) -> None:
    """Kept once by the webhook, heard by its event, with the words sealed until then."""
    visit = await book(scene, tomorrow)
    parts, sms = scene.app.parts, Kept("sms")
    told = InboundText("SM-1", "kept", "sms", NUMBER, "+15550100", "C", parts.clock())
    async with parts.db.transaction(as_system="test") as connection:
        kept = [await keep(connection, parts.vault, parts.subscriptions, told, parts.clock()) for _ in range(2)]
        (job,) = await fetch_all(
            connection, "SELECT args FROM procrastinate_jobs WHERE task_name = 'replies:hear_reply'", {}
        )
    assert kept == [True, False]
    assert NUMBER not in str(job["args"])
    desk = desk_of(parts, sms)
    (task,) = blueprint(desk).tasks.values()
    with acting(SYSTEM):
        await task.func(**job["args"])
    assert (await statuses(scene))[visit] == "confirmed"
    assert sms.sent[0].text.startswith("Confirmed: ")
