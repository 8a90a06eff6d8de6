"""Many at once on one waitlist: real requests to two real web servers, a worker beside them, one database."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from openvisit.features.waitlist.jobs import catch_up
from openvisit.features.waitlist.offering import look, run_out
from openvisit.platform.db import Row, fetch_all
from openvisit.settings import Settings
from tests.support.arena import BOOK, Arena, Call, arena, at, slot, told
from tests.support.cast import Person


@pytest.fixture(scope="module")
async def course(module_settings: Settings) -> AsyncIterator[Arena]:
    lasting = replace(module_settings, database_pool_size=20, access_token_minutes=24 * 60)
    async with arena(lasting) as made:
        async with made.db.transaction() as connection:
            await connection.execute(
                """INSERT INTO waitlist_rules
                       (clinic_id, offer_minutes, at_once, offers_a_day, quiet_from, quiet_until)
                   VALUES (%s, 30, 5, 20, '00:00', '00:00')""",
                (made.clinic.id,),
            )
        yield made


class Desk:
    """A provider with two half hours on one day, both taken, and people who wait for them."""

    def __init__(self, course: Arena, provider: UUID, kind: UUID, holders: list[Person], visits: list[str]) -> None:
        self.course = course
        self.provider = provider
        self.kind = kind
        self.holders = holders
        self.visits = visits

    @property
    def now(self) -> datetime:
        return self.course.cast.app.clock()

    async def join(self, *people: Person) -> None:
        body = {"visit_type_id": str(self.kind), "provider_ids": [str(self.provider)], "modes": ["telehealth"]}
        for who in people:
            answer = await self.course.call(Call(who, "POST", "/api/waitlist", body))
            assert answer.status_code == 201, answer.text

    async def free(self, *which: int) -> None:
        for n in which:
            answer = await self.course.call(Call(self.holders[n], "DELETE", f"{BOOK}/{self.visits[n]}"))
            assert answer.status_code == 200, answer.text

    async def look(self) -> None:
        await look(self.course.cast.app.parts.waitlist, self.provider, self.now)

    async def offers(self, status: str = "open") -> list[Row]:
        async with self.course.db.connection() as connection:
            return await fetch_all(
                connection,
                """SELECT o.id, o.patient_id, o.slot_id, s.starts_at FROM waitlist_offer o
                   JOIN waitlist_slot s ON s.id = o.slot_id
                   WHERE s.provider_id = %(provider)s AND o.status = %(status)s ORDER BY o.id""",
                {"provider": self.provider, "status": status},
            )

    async def visits_now(self) -> list[Row]:
        async with self.course.db.connection() as connection:
            return await fetch_all(
                connection,
                """SELECT patient_id, starts_at FROM appointment
                   WHERE provider_id = %(provider)s AND status <> 'cancelled' ORDER BY starts_at""",
                {"provider": self.provider},
            )

    async def sound(self) -> None:
        """Nothing is booked twice; what is offered is held, and what is held for an offer is offered."""
        await self.course.sound()
        async with self.course.db.connection() as connection:
            broken = await fetch_all(
                connection,
                """SELECT s.id FROM waitlist_slot s
                   WHERE (s.status = 'offered') <> EXISTS (SELECT FROM claim c WHERE c.hold_id = s.hold_id)
                      OR (s.status = 'offered') <> EXISTS (
                          SELECT FROM waitlist_offer o WHERE o.slot_id = s.id AND o.status = 'open')
                      OR (s.status = 'taken') <> EXISTS (
                          SELECT FROM waitlist_offer o WHERE o.slot_id = s.id AND o.status = 'accepted')""",
            )
        assert broken == []


def accept(who: Person, offer: Row) -> Call:
    return Call(who, "POST", f"/api/waitlist/offers/{offer['id']}/accept", {})


@pytest.fixture
async def desk(course: Arena) -> Desk:
    kind = await course.cast.visit_type(course.clinic)
    provider = await course.provider(kind)
    first = at(2, 10)
    async with course.db.transaction() as connection:  # that hour alone, of all the provider's
        await connection.execute("DELETE FROM opening WHERE provider_id = %s", (provider,))
        await connection.execute(
            "INSERT INTO opening (provider_id, starts_at, ends_at, modes) VALUES (%s, %s, %s, %s)",
            (provider, first, first + timedelta(hours=1), ["telehealth"]),
        )
    holders = list(await course.crowd(2))
    visits = []
    for n, who in enumerate(holders):
        body = slot(provider, kind, first + timedelta(minutes=30 * n))
        answer = await course.call(Call(who, "POST", BOOK, body))
        assert answer.status_code == 201, answer.text
        visits.append(answer.json()["id"])
    return Desk(course, provider, kind, holders, visits)


async def test_of_all_who_accept_one_offered_time_one_gets_it(course: Arena, desk: Desk) -> None:
    people = list(await course.crowd(5))
    await desk.join(*people)
    await desk.free(0)
    await desk.look()
    offers = await desk.offers()
    assert len(offers) == 5
    who = {person.patient_id: person for person in people}
    answers = await course.race(accept(who[offer["patient_id"]], offer) for offer in offers for _ in range(4))
    assert told(answers) == {"200": 4, "409 waitlist_offer_gone": 16}  # the winner is told the same each time
    assert len({answer.json()["appointment_id"] for answer in answers if answer.status_code == 200}) == 1
    assert len(await desk.visits_now()) == 2
    await desk.sound()


async def test_an_offer_that_runs_out_while_it_is_accepted(course: Arena, desk: Desk) -> None:
    """Either it was taken, or it went on to the next: never both, and the time is never lost."""
    waitlist = course.cast.app.parts.waitlist
    for _ in range(5):
        people = list(await course.crowd(2))
        async with course.db.transaction() as connection:
            await connection.execute("UPDATE waitlist_rules SET at_once = 1")
        await desk.join(*people)
        if not await desk.offers():
            await desk.free(0)
            await desk.look()
        (offer,) = await desk.offers()
        person = next(p for p in people if p.patient_id == offer["patient_id"])
        late = desk.now + timedelta(minutes=31)
        answers, *_ = await asyncio.gather(
            course.race([accept(person, offer)] * 3),
            *(run_out(waitlist, offer["slot_id"], late) for _ in range(3)),
        )
        outcome = set(told(answers))
        open_now = await desk.offers()
        if outcome == {"200"}:
            assert open_now == []
        else:
            assert outcome == {"409 waitlist_offer_gone"}
            (passed,) = open_now
            assert passed["patient_id"] != offer["patient_id"]
            assert passed["starts_at"] == offer["starts_at"]
        await desk.sound()
        await _clear(course, desk, people)


async def _clear(course: Arena, desk: Desk, people: list[Person]) -> None:
    """Everybody leaves, and the first holder has the time again."""
    for person in people:
        listed = await course.call(Call(person, "GET", "/api/waitlist"))
        for entry in listed.json()["items"]:
            await course.call(Call(person, "DELETE", f"/api/waitlist/{entry['id']}"))
    for visit in await desk.visits_now():
        owner = next((p for p in people if p.patient_id == visit["patient_id"]), None)
        if owner is not None:
            mine = (await course.call(Call(owner, "GET", BOOK))).json()["items"]
            for one in mine:
                await course.call(Call(owner, "DELETE", f"{BOOK}/{one['id']}"))
    body = slot(desk.provider, desk.kind, at(2, 10))
    answer = await course.call(Call(desk.holders[0], "POST", BOOK, body))
    assert answer.status_code == 201, answer.text
    desk.visits[0] = answer.json()["id"]


async def test_everything_happens_to_a_cascade_at_once(course: Arena, desk: Desk) -> None:
    """While five are asked: they accept, decline and leave, the other visit is cancelled, strangers book, and the
    worker looks. Each of the two times ends up with one visit at most, held for an offer, or free."""
    async with course.db.transaction() as connection:
        await connection.execute("UPDATE waitlist_rules SET at_once = 5")
    waitlist = course.cast.app.parts.waitlist
    people, strangers = list(await course.crowd(8)), list(await course.crowd(4))
    await desk.join(*people)
    await desk.free(0)
    await desk.look()
    offers = {offer["patient_id"]: offer for offer in await desk.offers()}
    asked = [person for person in people if person.patient_id in offers]
    assert len(asked) == 5
    calls = [accept(asked[0], offers[asked[0].patient_id]), accept(asked[1], offers[asked[1].patient_id])]
    calls += [Call(who, "POST", f"/api/waitlist/offers/{offers[who.patient_id]['id']}/decline") for who in asked[2:4]]
    leaving = (await course.call(Call(asked[4], "GET", "/api/waitlist"))).json()["items"][0]["id"]
    calls.append(Call(asked[4], "DELETE", f"/api/waitlist/{leaving}"))
    calls.append(Call(desk.holders[1], "DELETE", f"{BOOK}/{desk.visits[1]}"))
    calls += [
        Call(who, "POST", BOOK, slot(desk.provider, desk.kind, at(2, 10) + timedelta(minutes=30 * (n % 2))))
        for n, who in enumerate(strangers)
    ]
    answers, *_ = await asyncio.gather(course.race(calls), *(desk.look() for _ in range(4)))
    assert all(answer.status_code < 500 for answer in answers), told(answers)
    accepted = [answer for answer in answers[:2] if answer.status_code == 200]
    assert len(accepted) == 1, told(answers)
    await desk.look()
    taken = await desk.visits_now()
    starts = [visit["starts_at"] for visit in taken] + list({offer["starts_at"] for offer in await desk.offers()})
    assert sorted(starts) == [at(2, 10), at(2, 10) + timedelta(minutes=30)]  # people still wait: nothing lies idle
    await desk.sound()
    await catch_up(waitlist, course.cast.app.clock)
    await desk.sound()


async def test_two_times_come_free_for_one_patient(course: Arena, desk: Desk) -> None:
    """They are asked one thing at a time, however many look."""
    (person,) = await course.crowd(1)
    await desk.join(person)
    await desk.free(0, 1)
    await asyncio.gather(*(desk.look() for _ in range(8)))
    (offer,) = await desk.offers()
    answers = await course.race([accept(person, offer)] * 4)
    assert told(answers) == {"200": 4}
    await desk.look()
    assert await desk.offers() == []
    assert len(await desk.visits_now()) == 1
    await desk.sound()


async def test_two_lists_ask_one_patient_at_the_same_moment(course: Arena, desk: Desk) -> None:
    """Of two providers with a time for the same person, one gets to ask; the other's time goes to somebody else."""
    person, other = await course.crowd(2)
    kind = await course.cast.visit_type(course.clinic)
    second = await course.provider(kind)
    await desk.join(person)
    await desk.free(0)
    for who in (person, other):
        body = {"visit_type_id": str(kind), "provider_ids": [str(second)], "modes": ["telehealth"]}
        assert (await course.call(Call(who, "POST", "/api/waitlist", body))).status_code == 201
    waitlist = course.cast.app.parts.waitlist
    await asyncio.gather(*(look(waitlist, p, desk.now) for p in (desk.provider, second) for _ in range(4)))
    async with course.db.connection() as connection:
        rows = await fetch_all(
            connection,
            "SELECT patient_id FROM waitlist_offer WHERE status = 'open' AND patient_id = ANY(%(ids)s)",
            {"ids": [person.patient_id, other.patient_id]},
        )
    assert sorted(str(row["patient_id"]) for row in rows) == sorted([str(person.patient_id), str(other.patient_id)])
    await desk.sound()


async def test_a_provider_is_taken_off_while_their_offered_time_is_accepted(course: Arena, desk: Desk) -> None:
    """Either the offer is gone, or the visit that came of it is among those who are asked: nobody is forgotten."""
    async with course.db.transaction() as connection:
        await connection.execute("UPDATE waitlist_rules SET at_once = 5")
    people = list(await course.crowd(3))
    await desk.join(*people)
    await desk.free(0)
    await desk.look()
    offers = {offer["patient_id"]: offer for offer in await desk.offers()}
    body = {"start": at(2, 0).isoformat(), "end": at(3, 0).isoformat()}
    off = Call(course.staff, "POST", f"/api/providers/{desk.provider}/away", body)
    answers = await course.race([*(accept(who, offers[who.patient_id]) for who in people), off])
    assert all(answer.status_code < 500 for answer in answers), told(answers)
    assert answers[-1].status_code == 201
    won = [answer for answer in answers[:-1] if answer.status_code == 200]
    assert len(won) <= 1
    await catch_up(course.cast.app.parts.waitlist, course.cast.app.clock)
    assert await desk.offers() == []
    async with course.db.connection() as connection:
        rows = await fetch_all(
            connection,
            """SELECT r.appointment_id, r.asked_at FROM away_proposal r JOIN away w ON w.id = r.away_id
               WHERE w.provider_id = %(provider)s""",
            {"provider": desk.provider},
        )
    visits = {desk.visits[1], *(answer.json()["appointment_id"] for answer in won)}
    assert {str(row["appointment_id"]) for row in rows} == visits
    assert all(row["asked_at"] for row in rows)
    await desk.sound()


async def test_one_proposal_is_answered_in_two_ways_while_strangers_want_its_times(course: Arena, desk: Desk) -> None:
    """One answer counts; its time is the patient's, though many ask for it, and the others are everybody's again."""
    async with course.db.transaction() as connection:
        await connection.execute(
            "INSERT INTO opening (provider_id, starts_at, ends_at, modes) VALUES (%s, %s, %s, %s)",
            (desk.provider, at(4, 10), at(4, 11), ["telehealth"]),
        )
    body = {"start": at(2, 0).isoformat(), "end": at(3, 0).isoformat()}
    made = await course.call(Call(course.staff, "POST", f"/api/providers/{desk.provider}/away", body))
    proposal = next(p for p in made.json()["proposals"] if p["appointment_id"] == desk.visits[0])
    assert [choice["kind"] for choice in proposal["choices"]] == ["later", "later"]
    path = f"/api/away-proposals/{proposal['id']}/answer"
    strangers = list(await course.crowd(4))
    calls = [Call(desk.holders[0], "POST", path, {"choice": choice["id"]}) for choice in proposal["choices"] * 3]
    calls += [
        Call(who, "POST", BOOK, slot(desk.provider, desk.kind, at(4, 10) + timedelta(minutes=30 * (n % 2))))
        for n, who in enumerate(strangers)
    ]
    answers = await course.race(calls)
    assert all(answer.status_code < 500 for answer in answers), told(answers)
    won = [answer for answer in answers[:6] if answer.status_code in (200, 201)]
    assert len(won) == 1, told(answers)
    assert [answer.status_code for answer in answers[6:]].count(201) <= 1  # the time that was let go
    moved = await course.call(Call(desk.holders[0], "GET", f"{BOOK}/{desk.visits[0]}"))
    assert datetime.fromisoformat(moved.json()["start"]) == datetime.fromisoformat(won[0].json()["start"])
    async with course.db.connection() as connection:
        left = await fetch_all(connection, "SELECT FROM hold WHERE person_id = %(id)s", {"id": UUID(proposal["id"])})
    assert left == []
    await course.sound()
