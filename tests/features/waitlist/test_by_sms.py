"""Yes and no by SMS to a time that the waitlist offers, beside the answers about visits."""

import pytest

from tests.features.waitlist.conftest import Full
from tests.support.texting import NUMBER, Texting, owns


@pytest.fixture
async def asked(full: Full) -> Texting:
    """The patient has a visit next week, and is offered a time tomorrow; their telephone."""
    room, scene = full.room, full.room.scene
    await owns(scene, scene.patient)
    await room.wait(scene.patient)
    await room.cancel(full.holder, full.visits[0])
    await room.work()
    return Texting(scene)


@pytest.mark.parametrize("word", ["Y", "yes", "Sí!", "ok"])
async def test_yes_takes_the_time_and_only_once(full: Full, asked: Texting, word: str) -> None:
    room, patient = full.room, full.room.scene.patient
    assert (await asked.says(word) or "").startswith("It is yours: ")
    (visit,) = (await patient.client.get("/api/appointments")).json()["items"]
    assert visit["start"] == full.visits[0]["start"]
    (row,) = await room.rows("SELECT actor_id, data FROM audit WHERE action = 'waitlist:answer'")
    assert (row["actor_id"], row["data"]["via"]) == (patient.id, "sms")
    assert (await asked.says("C") or "").startswith("Confirmed: ")  # of the visit that came of it


async def test_no_passes_it_on(full: Full, asked: Texting) -> None:
    room = full.room
    await room.wait(room.scene.other_patient)
    assert "goes to somebody else" in (await asked.says("n") or "")
    assert await room.offer(room.scene.patient) is None
    assert await room.offer(room.scene.other_patient) is not None


async def test_words_about_visits_are_never_about_the_offer(full: Full, asked: Texting) -> None:
    """A visit and an offer at once: C, R and X are the visit's; Y and N the offer's."""
    room, scene = full.room, full.room.scene
    await scene.cast.hours(scene.provider_id, start="09:00", end="12:00", weekdays=[2, 3])
    visit = await room.book(scene.patient, room.at(16))
    assert (await asked.says("C") or "").startswith("Confirmed: ")
    assert "To move your visit" in (await asked.says("R") or "")
    assert "reply X again" in (await asked.says("X") or "")
    offer = await room.offer(scene.patient)
    assert offer is not None
    assert offer["status"] == "open"
    assert (await asked.says("N") or "").startswith("Thank you: ")
    kept = (await scene.patient.client.get(f"/api/appointments/{visit['id']}")).json()
    assert kept["status"] == "confirmed"


async def test_a_late_yes_confirms_nothing(full: Full, asked: Texting) -> None:
    room, scene = full.room, full.room.scene
    await scene.cast.hours(scene.provider_id, start="09:00", end="12:00", weekdays=[2, 3])
    visit = await room.book(scene.patient, room.at(16))
    scene.app.clock.advance(minutes=31)
    assert "not offered any more" in (await asked.says("yes") or "")
    (entry,) = await room.waits(scene.patient)
    assert (await scene.patient.client.delete(f"/api/waitlist/{entry['id']}")).status_code == 204
    assert "not offered any more" in (await asked.says("yes") or "")
    assert (await scene.patient.client.get(f"/api/appointments/{visit['id']}")).json()["status"] == "scheduled"
    await room.rows("UPDATE waitlist_offer SET offered_at = offered_at - interval '1 day' RETURNING id")
    assert (await asked.says("yes") or "").startswith("Confirmed: ")  # long after, it is about the visit again


async def test_of_two_offers_to_one_telephone_neither_is_guessed(full: Full, asked: Texting) -> None:
    room, scene = full.room, full.room.scene
    await owns(scene, scene.other_patient, NUMBER)
    await room.wait(scene.other_patient)
    await room.cancel(full.other, full.visits[1])
    await room.work()
    assert await room.offer(scene.other_patient) is not None
    assert "Several times are kept for you" in (await asked.says("Y") or "")
    assert await room.offer(scene.patient) is not None
    answer = await room.answer(scene.other_patient, await room.offer(scene.other_patient) or {}, "decline")
    assert answer.status_code == 204
    assert (await asked.says("Y") or "").startswith("It is yours: ")


async def test_no_without_an_offer_is_told_what_there_is_to_say(full: Full) -> None:
    await owns(full.room.scene, full.room.scene.patient)
    assert (await Texting(full.room.scene).says("no") or "").startswith("OpenVisit: reply C")
