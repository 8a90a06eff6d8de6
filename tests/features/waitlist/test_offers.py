"""Times that come free are offered, in turn, held meanwhile, and passed on."""

from datetime import timedelta
from typing import Any

import pytest

from openvisit.features.waitlist.offering import look
from tests.features.identity.steps import text_of
from tests.features.waitlist.conftest import Full, token_in
from tests.support.cast import Person
from tests.support.texting import owns


async def _waiting(full: Full, *names: str) -> list[Person]:
    """People who joined one after the other, an hour apart."""
    people = []
    for name in names:
        person = await full.room.scene.cast.person(name, patient=True)
        await full.room.wait(person)
        people.append(person)
        full.room.scene.app.clock.advance(minutes=10)
    return people


async def test_a_cancelled_time_is_offered_held_and_taken(full: Full) -> None:
    room = full.room
    first, second = await _waiting(full, "Fay First", "Sid Second")
    assert await room.work() == []
    await room.cancel(full.holder, full.visits[0])
    mails = await room.work()
    mail = next(m for m in mails if m["To"] and first.email in m["To"])
    assert mail["Subject"] == "A time has come free: Tuesday 2 March 2027, 09:00"
    assert "kept for you until Monday 1 March 2027" in text_of(mail).replace("\n", " ")
    assert not any(second.email in str(m["To"]) for m in mails)
    offer = await room.offer(first)
    assert offer is not None
    assert offer["start"] == "2027-03-02T09:00:00-05:00"
    assert await room.offer(second) is None
    # Held: nobody else can have it.
    stranger = await room.scene.cast.person("Stan Stranger", patient=True)
    refused = await stranger.client.post("/api/appointments", json=room.scene.slot(full.start))
    assert (refused.status_code, refused.json()["code"]) == (409, "slot_taken")
    taken = await room.answer(first, offer, "accept")
    assert taken.status_code == 200, taken.text
    visit = (await first.client.get(f"/api/appointments/{taken.json()['appointment_id']}")).json()
    assert (visit["start"], visit["status"]) == ("2027-03-02T09:00:00-05:00", "scheduled")
    (entry,) = await room.waits(first)
    assert (entry["status"], entry["offer"]) == ("booked", None)
    again = await room.answer(first, offer, "accept")
    assert (again.status_code, again.json()) == (200, taken.json())
    trail = await room.rows("SELECT data FROM audit WHERE action = 'waitlist:answer'")
    assert [(row["data"]["status"], row["data"].get("via")) for row in trail] == [("accepted", None)]


async def test_a_declined_time_goes_on_and_is_not_offered_again(full: Full) -> None:
    room = full.room
    first, second = await _waiting(full, "Fay First", "Sid Second")
    await room.cancel(full.holder, full.visits[0])
    await room.work()
    offer = await room.offer(first)
    assert offer is not None
    assert (await room.answer(first, offer, "decline")).status_code == 204
    assert (await room.answer(first, offer, "decline")).status_code == 204
    passed = await room.offer(second)  # in the same transaction, before any job ran
    assert passed is not None
    assert passed["start"] == offer["start"]
    late = await room.answer(first, offer, "accept")
    assert (late.status_code, late.json()["code"], late.json()["offer_status"]) == (
        409,
        "waitlist_offer_gone",
        "declined",
    )
    assert (await room.answer(second, passed, "decline")).status_code == 204
    await room.work()
    assert await room.claims(full.start) == []  # everybody's again
    assert await room.offer(first) is None


async def test_an_offer_runs_out_and_the_next_is_asked(full: Full) -> None:
    room = full.room
    first, second = await _waiting(full, "Fay First", "Sid Second")
    await room.cancel(full.holder, full.visits[0])
    await room.work()
    offer = await room.offer(first)
    assert offer is not None
    room.scene.app.clock.advance(minutes=30)
    late = await room.answer(first, offer, "accept")
    assert (late.status_code, late.json()["offer_status"]) == (409, "expired")
    assert await room.offer(first) is None
    await room.catch_up()
    passed = await room.offer(second)
    assert passed is not None
    assert passed["start"] == offer["start"]
    assert [kind for kind, _ in await room.claims(full.start)] == ["hold"]


async def test_without_a_worker_an_offered_time_is_everybodys_again(full: Full) -> None:
    """Nothing is lost when nobody passes the time on: its hold runs out like any other."""
    room = full.room
    (first,) = await _waiting(full, "Fay First")
    await room.cancel(full.holder, full.visits[0])
    await room.work()
    assert await room.offer(first) is not None
    room.scene.app.clock.advance(minutes=36)
    stranger = await room.scene.cast.person("Stan Stranger", patient=True)
    assert (await room.book(stranger, full.start))["status"] == "scheduled"
    await room.catch_up()
    assert await room.offer(first) is None


async def test_urgency_set_by_staff_goes_before_the_longer_wait(full: Full) -> None:
    room, scene = full.room, full.room.scene
    first, second = await _waiting(full, "Fay First", "Sid Second")
    (entry,) = await room.waits(second)
    body = {"urgency": "urgent"}
    assert (await scene.staff.client.put(f"/api/waitlist/{entry['id']}/urgency", json=body)).status_code == 200
    await room.cancel(full.holder, full.visits[0])
    await room.work()
    assert await room.offer(second) is not None
    assert await room.offer(first) is None


async def test_a_cascade_asks_several_and_the_quickest_wins(full: Full) -> None:
    room = full.room
    await room.rules(at_once=2)
    first, second, third = await _waiting(full, "Fay First", "Sid Second", "Tia Third")
    await room.cancel(full.holder, full.visits[0])
    await room.work()
    offers = [await room.offer(who) for who in (first, second, third)]
    assert offers[0]
    assert offers[1]
    assert offers[2] is None
    assert [kind for kind, _ in await room.claims(full.start)] == ["hold"]
    assert (await room.answer(second, offers[1], "accept")).status_code == 200
    lost = await room.answer(first, offers[0], "accept")
    assert (lost.status_code, lost.json()["offer_status"]) == (409, "taken")
    assert (await room.waits(first))[0]["status"] == "waiting"


@pytest.mark.parametrize(
    "wish",
    [
        {"days": [1, 3, 4, 5, 6, 7]},
        {"times": [{"start": "09:15", "end": "12:00"}]},
        {"modes": ["phone"], "times": [{"start": "06:00", "end": "09:29"}]},
        {"until": "2027-03-01"},
        {"modes": ["in-person"], "near": {"latitude": 0, "longitude": 0, "km": 5}},
    ],
    ids=["day", "time", "time of another way", "until", "far"],
)
async def test_nobody_is_offered_what_they_did_not_wish(full: Full, wish: dict[str, Any]) -> None:
    room = full.room
    await room.rows("UPDATE location SET latitude = 42.65, longitude = -73.75 RETURNING id")
    await room.wait(room.scene.other_patient, **wish)
    await room.cancel(full.holder, full.visits[0])
    await room.work()
    assert await room.offer(room.scene.other_patient) is None


async def test_a_place_near_enough_is_offered(full: Full) -> None:
    room = full.room
    async with room.scene.app.parts.db.connection() as connection:
        await connection.execute("UPDATE location SET latitude = 42.65, longitude = -73.75")
        await connection.execute("UPDATE opening SET location_id = %s", (room.scene.clinic.location_id,))
    near = {"latitude": 42.7, "longitude": -73.8, "km": 10}
    await room.wait(room.scene.other_patient, modes=["in-person"], near=near)
    await room.cancel(full.holder, full.visits[0])
    await room.work()
    offer = await room.offer(room.scene.other_patient)
    assert offer is not None
    assert offer["location"]["city"] == "Albany"


async def test_nobody_is_offered_what_they_cannot_take(full: Full) -> None:
    """Elsewhere at that time; data paused; consent withdrawn; account closed."""
    room, scene = full.room, full.room.scene
    busy, paused, withdrew, closed = await _waiting(full, "Bea Busy", "Pia Paused", "Will Withdrew", "Cleo Closed")
    kind = await scene.cast.visit_type(scene.clinic)
    elsewhere = await scene.cast.provider(scene.clinic, [kind], "Eve Elsewhere")
    await scene.cast.hours(elsewhere)
    body = scene.slot(full.start, provider_id=str(elsewhere), visit_type_id=str(kind))
    assert (await busy.client.post("/api/appointments", json=body)).status_code == 201
    async with scene.app.parts.db.connection() as connection:
        await connection.execute("UPDATE patient SET restricted_at = now() WHERE id = %s", (paused.patient_id,))
        await connection.execute(
            "UPDATE consent SET given = false WHERE patient_id = %s AND kind = 'telehealth'", (withdrew.patient_id,)
        )
        await connection.execute("UPDATE person SET active = false WHERE id = %s", (closed.id,))
    await room.cancel(full.holder, full.visits[0])
    await room.work()
    assert await room.rows("SELECT * FROM waitlist_offer") == []
    assert await room.claims(full.start) == []


async def test_too_late_for_the_visit_types_notice_is_not_offered(full: Full) -> None:
    room = full.room
    async with room.scene.app.parts.db.connection() as connection:
        await connection.execute("UPDATE visit_type SET minimum_notice_minutes = 1440")
    await _waiting(full, "Fay First")
    room.scene.app.clock.advance(hours=7)  # 23 hours before
    await room.cancel(full.holder, full.visits[0])
    await room.work()
    assert await room.rows("SELECT * FROM waitlist_offer") == []


async def test_nobody_is_woken(full: Full) -> None:
    room = full.room
    await room.rules(quiet_from="21:00", quiet_until="08:00")  # three at night in New York, eight in Lisbon
    scene = room.scene
    asleep = await scene.cast.person("Ned Night", patient=True)
    awake = await scene.cast.person("Lia Lisbon", patient=True, time_zone="Europe/Lisbon")
    await room.wait(asleep)
    await room.wait(awake)
    await room.cancel(full.holder, full.visits[0])
    await room.work()
    assert await room.offer(asleep) is None
    assert await room.offer(awake) is not None


async def test_what_cannot_wait_until_they_wake_is_offered_at_night(full: Full) -> None:
    """The time is at nine, and they sleep until nine: in the morning it would be too late to ask."""
    room = full.room
    await room.rules(quiet_from="21:00", quiet_until="08:46")
    (asleep,) = await _waiting(full, "Ned Night")
    await room.cancel(full.holder, full.visits[0])
    room.scene.app.clock.now = room.at(7, days=1)  # two at night in New York, the day of the visit
    await room.catch_up()
    offer = await room.offer(asleep)
    assert offer is not None
    assert offer["start"] == full.visits[0]["start"]


async def test_who_has_a_telephone_alone_is_asked_by_sms(full: Full) -> None:
    room, scene = full.room, full.room.scene
    await owns(scene, scene.other_patient)
    await room.rows(
        "UPDATE person SET email = NULL, email_index = NULL WHERE id = %(id)s RETURNING id", id=scene.other_patient.id
    )
    await room.wait(scene.other_patient)
    await room.cancel(full.holder, full.visits[0])
    await room.work()
    (told,) = await room.rows("SELECT channels, person_id FROM scheduled_reminder WHERE kind = 'waitlist_offer'")
    assert (told["channels"][0], told["person_id"]) == ("sms", scene.other_patient.id)


async def test_quiet_hours_end(full: Full) -> None:
    room = full.room
    await room.rules(quiet_from="21:00", quiet_until="08:00")
    (asleep,) = await _waiting(full, "Ned Night")
    await room.cancel(full.holder, full.visits[0])
    await room.work()
    assert await room.offer(asleep) is None
    room.scene.app.clock.now = room.at(13, days=0)
    await room.catch_up()
    assert await room.offer(asleep) is not None


async def test_messages_are_capped(full: Full) -> None:
    """However much comes free, one question at a time, and no more a day than the clinic allows."""
    room, scene = full.room, full.room.scene
    await room.rules(offers_a_day=2, offer_minutes=5)
    await scene.cast.hours(scene.provider_id, start="09:00", end="17:00")
    (first,) = await _waiting(full, "Fay First")
    for _ in range(6):
        await room.catch_up()
        scene.app.clock.advance(minutes=6)
    rows = await room.rows("SELECT status FROM waitlist_offer ORDER BY offered_at")
    assert [row["status"] for row in rows] == ["expired", "expired"]
    assert len([mail for mail in room.mails if first.email in mail["To"]]) == 2
    scene.app.clock.advance(hours=24)
    await room.catch_up()
    assert len(await room.rows("SELECT id FROM waitlist_offer")) == 3


async def test_leaving_passes_an_offer_on(full: Full) -> None:
    room = full.room
    first, second = await _waiting(full, "Fay First", "Sid Second")
    await room.cancel(full.holder, full.visits[0])
    await room.work()
    offer = await room.offer(first)
    assert offer is not None
    assert (await first.client.delete(f"/api/waitlist/{offer['entry_id']}")).status_code == 204
    gone = await room.answer(first, offer, "accept")
    assert (gone.status_code, gone.json()["offer_status"]) == (409, "withdrawn")
    assert await room.offer(second) is not None


async def test_an_absence_over_an_offered_time_withdraws_it(full: Full) -> None:
    room, scene = full.room, full.room.scene
    (first,) = await _waiting(full, "Fay First")
    await room.cancel(full.holder, full.visits[0])
    await room.work()
    offer = await room.offer(first)
    assert offer is not None
    body = {"start": full.start.isoformat(), "end": (full.start + timedelta(hours=1)).isoformat(), "reason": ""}
    absence = await scene.provider.client.post(f"/api/providers/{scene.provider_id}/absences", json=body)
    assert absence.status_code == 201, absence.text
    refused = await room.answer(first, offer, "accept")  # even before anybody noticed
    assert refused.status_code == 409
    await room.catch_up()
    assert await room.offer(first) is None
    # Taken back, the time is as good as one that came free.
    path = f"/api/providers/{scene.provider_id}/absences/{absence.json()['id']}"
    assert (await scene.provider.client.delete(path)).status_code == 204
    await room.catch_up()
    assert await room.offer(first) is not None


async def test_a_hold_given_back_is_offered(full: Full) -> None:
    room, scene = full.room, full.room.scene
    (first,) = await _waiting(full, "Fay First")
    await room.cancel(full.holder, full.visits[0])
    held = await scene.patient.client.post("/api/holds", json=scene.slot(full.start))
    assert held.status_code == 201, held.text
    await room.work()
    assert await room.offer(first) is None
    assert (await scene.patient.client.delete(f"/api/holds/{held.json()['id']}")).status_code == 204
    await room.catch_up()
    assert await room.offer(first) is not None


async def test_a_refusal_of_booking_leaves_the_offer_open(full: Full) -> None:
    room, scene = full.room, full.room.scene
    (first,) = await _waiting(full, "Fay First")
    await room.cancel(full.holder, full.visits[0])
    await room.work()
    offer = await room.offer(first)
    assert offer is not None
    kind = await scene.cast.visit_type(scene.clinic)
    elsewhere = await scene.cast.provider(scene.clinic, [kind], "Eve Elsewhere")
    await scene.cast.hours(elsewhere)
    body = scene.slot(full.start, provider_id=str(elsewhere), visit_type_id=str(kind))
    other = await first.client.post("/api/appointments", json=body)
    assert other.status_code == 201
    busy = await room.answer(first, offer, "accept")
    assert (busy.status_code, busy.json()["code"]) == (409, "patient_busy")
    assert [kind for kind, _ in await room.claims(full.start)] == ["hold"]
    await room.cancel(first, other.json())
    assert (await room.answer(first, offer, "accept")).status_code == 200


async def test_taking_an_earlier_time_moves_the_visit_and_frees_the_old_one(full: Full) -> None:
    """Three in a chain: the first is cancelled, the second moves up, and their old time goes to a third."""
    room, scene = full.room, full.room.scene
    mover = await scene.cast.person("Max Mover", patient=True)
    await room.cancel(full.other, full.visits[1])
    visit = await room.book(mover, full.start + timedelta(minutes=30))
    await room.earlier(mover, visit)
    (third,) = await _waiting(full, "Tia Third")
    await room.work()
    await room.cancel(full.holder, full.visits[0])
    mails = await room.work()
    mail = next(m for m in mails if mover.email in m["To"])
    assert mail["Subject"] == "A time has come free: Tuesday 2 March 2027, 09:00"
    assert "Instead of: Tuesday 2 March 2027, 09:30" in text_of(mail)
    offer = await room.offer(mover)
    assert offer is not None
    assert offer["replaces"] == "2027-03-02T09:30:00-05:00"
    moved = await room.answer(mover, offer, "accept")
    assert moved.status_code == 200, moved.text
    assert moved.json()["appointment_id"] == visit["id"]
    now = (await mover.client.get(f"/api/appointments/{visit['id']}")).json()
    assert (now["start"], now["status"]) == ("2027-03-02T09:00:00-05:00", "rescheduled")
    await room.work()
    freed = await room.offer(third)
    assert freed is not None
    assert freed["start"] == "2027-03-02T09:30:00-05:00"


async def test_an_earlier_time_is_not_offered_inside_the_clinics_notice(full: Full) -> None:
    """Whoever may not move their visit any more could not take it."""
    room, scene = full.room, full.room.scene
    await room.earlier(scene.staff, full.visits[1])
    scene.app.clock.now = full.start - timedelta(hours=1, minutes=20)  # notice is two hours before half past
    await room.cancel(scene.staff, full.visits[0])
    await room.work()
    assert await room.rows("SELECT * FROM waitlist_offer") == []


async def test_a_specialty_is_whoever_has_it(full: Full) -> None:
    room, scene = full.room, full.room.scene
    entry = await room.wait(scene.other_patient, provider_ids=[], specialty="207Q00000X")
    assert (entry["providers"], entry["specialty"]) == ([], "207Q00000X")
    await room.cancel(full.holder, full.visits[0])
    await room.work()
    assert await room.offer(scene.other_patient) is not None


async def test_the_link_in_the_mail_answers_without_signing_in(full: Full) -> None:
    room = full.room
    first, second = await _waiting(full, "Fay First", "Sid Second")
    await room.cancel(full.holder, full.visits[0])
    mails = await room.work()
    token = token_in(next(mail for mail in mails if first.email in mail["To"]))
    nobody = room.scene.app.client
    for _ in range(2):  # looking changes nothing
        seen = await nobody.post("/api/waitlist/link", json={"token": token})
        assert (seen.status_code, seen.json()["status"]) == (200, "open")
    for wrong in (token[:-1] + ("A" if token[-1] != "A" else "B"), token[:-4], "AAAA", "A" * 200):
        for what in ("", "/accept", "/decline"):
            answer = await nobody.post(f"/api/waitlist/link{what}", json={"token": wrong})
            assert answer.status_code == 404, answer.text
    taken = await nobody.post("/api/waitlist/link/accept", json={"token": token})
    assert taken.status_code == 200, taken.text
    again = await nobody.post("/api/waitlist/link/accept", json={"token": token})
    assert again.json() == taken.json()
    gone = await nobody.post("/api/waitlist/link/decline", json={"token": token})
    assert (gone.status_code, gone.json()["offer_status"]) == (409, "accepted")
    (row,) = await room.rows("SELECT actor_id, data FROM audit WHERE action = 'waitlist:answer'")
    assert (row["actor_id"], row["data"]["via"]) == (first.id, "link")
    assert await room.offer(second) is None


async def test_a_link_declines_and_ends_with_its_account(full: Full) -> None:
    room = full.room
    first, second = await _waiting(full, "Fay First", "Sid Second")
    await room.cancel(full.holder, full.visits[0])
    token = token_in(next(mail for mail in await room.work() if first.email in mail["To"]))
    nobody = room.scene.app.client
    assert (await nobody.post("/api/waitlist/link/decline", json={"token": token})).status_code == 204
    assert await room.offer(second) is not None
    async with room.scene.app.parts.db.connection() as connection:
        await connection.execute("UPDATE person SET active = false WHERE id = %s", (first.id,))
    assert (await nobody.post("/api/waitlist/link", json={"token": token})).status_code == 404


async def test_others_cannot_see_or_answer_an_offer(full: Full) -> None:
    room, scene = full.room, full.room.scene
    (first,) = await _waiting(full, "Fay First")
    await room.cancel(full.holder, full.visits[0])
    await room.work()
    offer = await room.offer(first)
    assert offer is not None
    for who in (scene.patient, scene.outsider, scene.provider):
        assert (await who.client.get(f"/api/waitlist/offers/{offer['id']}")).status_code == 404
        for what in ("accept", "decline"):
            assert (await room.answer(who, offer, what)).status_code == 404
    assert (await scene.staff.client.get(f"/api/waitlist/offers/{offer['id']}")).json()["status"] == "open"
    assert (await room.answer(scene.staff, offer, "accept")).status_code == 200


async def test_mail_that_was_not_taken_is_not_sent_when_the_offer_is_over(full: Full) -> None:
    room = full.room
    first, _ = await _waiting(full, "Fay First", "Sid Second")
    await room.cancel(full.holder, full.visits[0])
    await look(room.scene.app.parts.waitlist, room.scene.provider_id, room.now)  # the jobs of the mails wait
    room.scene.app.clock.advance(minutes=31)
    mails = await room.work()
    assert not [mail for mail in mails if first.email in mail["To"]]
    rows = await room.rows("SELECT why, appointment_id FROM scheduled_reminder WHERE person_id = %(id)s", id=first.id)
    assert [(row["why"], row["appointment_id"]) for row in rows] == [("too-late", None)]
