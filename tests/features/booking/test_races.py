"""Many at once for the same time: real requests to two real web servers, one database."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from openvisit.core.ids import new_id
from openvisit.platform.db import execute, fetch_all, fetch_one
from openvisit.settings import Settings
from tests.support.arena import BOOK, HOLD, Arena, Call, arena, at, slot, told, won
from tests.support.cast import Person


@pytest.fixture(scope="module")
async def course(module_settings: Settings) -> AsyncIterator[Arena]:
    """One arena for all races: each has providers of its own, and what must hold is asked of the whole database."""
    async with arena(replace(module_settings, database_pool_size=20)) as made:
        yield made


@pytest.fixture
async def half_hour(course: Arena) -> UUID:
    return await course.cast.visit_type(course.clinic)


def booking(who: Person, body: dict[str, Any], key: str | None = None) -> Call:
    return Call(who, "POST", BOOK, body, {"Idempotency-Key": key} if key else {})


def reschedule(who: Person, visit: dict[str, Any], start: datetime) -> Call:
    return Call(who, "PUT", f"{BOOK}/{visit['id']}/reschedule", {"start": start.isoformat()})


async def test_of_two_hundred_for_one_slot_one_gets_it(course: Arena, half_hour: UUID) -> None:
    provider = await course.provider(half_hour)
    crowd = await course.crowd(200)
    answers = await course.race(booking(who, slot(provider, half_hour, at(2, 10))) for who in crowd)
    assert told(answers) == {"201": 1, "409 slot_taken": 199}
    assert all(answer.json()["alternatives"] for answer in answers if answer.status_code == 409)
    await course.sound()


@pytest.mark.parametrize("buffer", [0, 10])
async def test_overlapping_visit_types_of_one_provider(course: Arena, buffer: int) -> None:
    crowd = await course.crowd(50)
    short = await course.cast.visit_type(course.clinic, duration_minutes=30, step_minutes=15)
    long = await course.cast.visit_type(
        course.clinic, duration_minutes=45, step_minutes=15, buffer_before_minutes=buffer, buffer_after_minutes=buffer
    )
    provider = await course.provider(short, long)
    for day in range(2, 5):
        starts = [at(day, 10) + timedelta(minutes=15 * n) for n in range(5)]
        wishes = [(kind, start) for start in starts for kind in (short, long)] * 5
        answers = await course.race(
            booking(who, slot(provider, kind, start)) for who, (kind, start) in zip(crowd, wishes, strict=True)
        )
        assert set(told(answers)) == {"201", "409 slot_taken"}
        assert 1 <= told(answers)["201"] <= 3  # ninety minutes of starts and no visit shorter than thirty
    await course.sound()


async def test_one_patient_and_several_providers_at_the_same_time(course: Arena, half_hour: UUID) -> None:
    crowd = await course.crowd(20)
    providers = [await course.provider(half_hour) for _ in range(6)]
    for round_, who in enumerate(crowd):
        # Half an hour later at every other provider would be fine: a quarter of an hour later is not offered.
        start = at(2 + round_ // 10, 9) + timedelta(minutes=30 * (round_ % 10))
        answers = await course.race(booking(who, slot(provider, half_hour, start)) for provider in providers)
        assert told(answers) == {"201": 1, "409 patient_busy": 5}
    await course.sound()


@pytest.mark.parametrize("kind", ["room", "device"])
@pytest.mark.parametrize("members", [1, 2])
async def test_fewer_rooms_or_devices_than_providers(course: Arena, kind: str, members: int) -> None:
    crowd = await course.crowd(30)
    clinic = await course.cast.clinic(f"{members} {kind}")
    for number in range(members):
        await course.cast.member(kind, clinic, f"{kind} {number}")
    needs = {f"needs_{kind}": True}
    visit_type = await course.cast.visit_type(clinic, **needs)
    providers = []
    for name in ("Ada", "Ben", "Cleo"):
        providers.append(await course.cast.provider(clinic, [visit_type], name))
        await course.cast.hours(providers[-1])
    for hour in (9, 11, 13, 15):
        start = at(2, hour)
        answers = await course.race(
            booking(who, slot(providers[n % 3], visit_type, start, "in-person")) for n, who in enumerate(crowd)
        )
        assert told(answers) == {"201": members, "409 slot_taken": 30 - members}
        assert len({visit[kind]["id"] for visit in won(answers)}) == members
    await course.sound()


async def test_a_room_and_a_device_each_from_a_pool(course: Arena) -> None:
    """Claims on three kinds of resources at once, in any order of their ids: nobody waits in a circle."""
    crowd = await course.crowd(40)
    clinic = await course.cast.clinic("Pools")
    for number in range(3):
        await course.cast.member("room", clinic, f"Room {number}")
        await course.cast.member("device", clinic, f"Device {number}")
    visit_type = await course.cast.visit_type(clinic, needs_room=True, needs_device=True)
    providers = [await course.cast.provider(clinic, [visit_type], name) for name in ("Ada", "Ben", "Cleo", "Dee")]
    for provider in providers:
        await course.cast.hours(provider)
    for hour in (9, 11, 13):
        answers = await course.race(
            booking(who, slot(providers[n % 4], visit_type, at(2, hour), "in-person")) for n, who in enumerate(crowd)
        )
        assert told(answers) == {"201": 3, "409 slot_taken": 37}
    await course.sound()


async def test_who_holds_a_slot_books_it_whoever_else_tries(course: Arena, half_hour: UUID) -> None:
    crowd = await course.crowd(40)
    provider = await course.provider(half_hour)
    for round_, holder in enumerate(crowd[:5]):
        wish = slot(provider, half_hour, at(2 + round_, 10))
        held = await course.call(Call(holder, "POST", HOLD, wish))
        others = [booking(who, wish) for who in crowd[10:]]
        others.insert(15, booking(holder, {**wish, "hold_token": held.json()["token"]}))
        answers = await course.race(others)
        assert told(answers) == {"201": 1, "409 slot_taken": 30}
        assert answers[15].status_code == 201
    await course.sound()


async def test_holds_and_bookings_for_one_slot(course: Arena, half_hour: UUID) -> None:
    crowd = await course.crowd(20)
    provider = await course.provider(half_hour)
    for hour in range(9, 12):
        wish = slot(provider, half_hour, at(2, hour))
        calls = [Call(who, "POST", path, wish) for who in crowd for path in (HOLD, BOOK)]
        answers = await course.race(calls)
        assert told(answers) == {"201": 1, "409 slot_taken": 39}
    await course.sound()


async def test_the_limit_of_holds_stands_when_all_are_asked_for_at_once(course: Arena, half_hour: UUID) -> None:
    crowd = await course.crowd(5)
    provider = await course.provider(half_hour)
    for round_, who in enumerate(crowd):
        starts = [at(2 + round_, 9) + timedelta(minutes=30 * n) for n in range(12)]
        answers = await course.race(Call(who, "POST", HOLD, slot(provider, half_hour, start)) for start in starts)
        assert told(answers) == {"201": 3, "409 hold_limit": 9}
    await course.sound()


async def test_a_hold_that_runs_out_while_it_is_booked(course: Arena, half_hour: UUID) -> None:
    """Waves of bookings by the holder and by others, before, at and after its end: one of them all gets the slot."""
    crowd = await course.crowd(4)
    provider = await course.provider(half_hour)
    holder, *others = crowd
    for round_ in range(6):
        wish = slot(provider, half_hour, at(2, 9 + round_))
        held = (await course.call(Call(holder, "POST", HOLD, wish))).json()
        await run_out(course, UUID(held["id"]), milliseconds=15 * round_)
        wave = [booking(who, wish) for who in others]
        wave.insert(round_ % 4, booking(holder, {**wish, "hold_token": held["token"]}))
        answers = await course.race(wave)
        while not won(answers):
            answers += await course.race(wave)
        answers += await course.race(wave)
        assert told(answers)["201"] == 1
        assert set(told(answers)) <= {"201", "409 slot_taken", "409 hold_gone"}
    await course.sound()


async def run_out(course: Arena, hold_id: UUID, milliseconds: int) -> None:
    """Let a hold end so soon."""
    end = datetime.now(UTC) + timedelta(milliseconds=milliseconds)
    async with course.db.transaction() as connection:
        for change in (
            "UPDATE hold SET expires_at = %(end)s WHERE id = %(id)s",
            "UPDATE claim SET expires_at = %(end)s WHERE hold_id = %(id)s",
        ):
            assert await execute(connection, change, {"end": end, "id": hold_id}) == 1


async def test_holds_that_ran_out_are_cleared_by_many_at_once(course: Arena) -> None:
    """Each newcomer's visit covers several dead holds, each starting elsewhere: they are swept in no circle."""
    crowd = await course.crowd(48)
    quarter = await course.cast.visit_type(course.clinic, duration_minutes=15, step_minutes=15)
    hour = await course.cast.visit_type(course.clinic, duration_minutes=60, step_minutes=15)
    provider = await course.provider(quarter, hour)
    for day in range(2, 6):
        starts = [at(day, 9) + timedelta(minutes=15 * n) for n in range(12)]
        holds = await course.race(
            Call(who, "POST", HOLD, slot(provider, quarter, start)) for who, start in zip(crowd, starts, strict=False)
        )
        assert told(holds) == {"201": 12}
        async with course.db.transaction() as connection:
            past = {"past": datetime.now(UTC) - timedelta(seconds=1), "provider": provider}
            await execute(connection, "UPDATE hold SET expires_at = %(past)s WHERE provider_id = %(provider)s", past)
            await execute(
                connection,
                "UPDATE claim SET expires_at = %(past)s WHERE resource = %(provider)s AND hold_id IS NOT NULL",
                past,
            )
        wishes = [slot(provider, hour, start) for start in starts[:9]] * 4
        answers = await course.race(booking(who, wish) for who, wish in zip(crowd, wishes, strict=False))
        assert set(told(answers)) == {"201", "409 slot_taken"}
        assert 1 <= told(answers)["201"] <= 3
    await course.sound()


@pytest.mark.parametrize("kind", ["book", "hold"])
async def test_the_cap_of_a_day(course: Arena, kind: str) -> None:
    crowd = await course.crowd(30)
    capped = await course.cast.visit_type(course.clinic, daily_cap=3)
    provider = await course.provider(capped)
    for day in range(2, 5):
        starts = [at(day, 9) + timedelta(minutes=30 * n) for n in range(16)]
        answers = await course.race(
            # Half of the calls are holds where holds take part: they count towards the cap like visits.
            Call(who, "POST", HOLD if kind == "hold" and n % 2 else BOOK, slot(provider, capped, starts[n % 16]))
            for n, who in enumerate(crowd)
        )
        assert told(answers)["201"] == 3
        assert set(told(answers)) <= {"201", "409 slot_taken", "409 slot_not_offered"}
    await course.sound()


async def test_repeating_a_request_gives_the_first_answer(course: Arena, half_hour: UUID) -> None:
    crowd = await course.crowd(10)
    provider = await course.provider(half_hour)
    for round_, who in enumerate(crowd):
        wish = slot(provider, half_hour, at(2 + round_ // 5, 9 + round_ % 5), reason="A cough")
        key = f"once-{new_id()}"
        answers = await course.race(booking(who, wish, key) for _ in range(20))
        assert told(answers) == {"201": 20}
        assert len({answer.content for answer in answers}) == 1
        assert sum("idempotency-replayed" in answer.headers for answer in answers) == 19
        other = await course.call(booking(who, {**wish, "reason": "Something else"}, key))
        assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    async with course.db.connection() as connection:
        made = await fetch_one(
            connection, "SELECT count(*) AS n FROM appointment WHERE provider_id = %(id)s", {"id": provider}
        )
    assert made == {"n": 10}
    await course.sound()


async def test_one_key_for_two_different_requests_at_once(course: Arena, half_hour: UUID) -> None:
    """The first to commit owns the key; the other is refused and leaves nothing behind."""
    crowd = await course.crowd(10)
    provider = await course.provider(half_hour)
    for round_, who in enumerate(crowd):
        day = 2 + round_
        key = f"twice-{new_id()}"
        wishes = [slot(provider, half_hour, at(day, hour)) for hour in (9, 11)] * 5
        answers = await course.race(booking(who, wish, key) for wish in wishes)
        assert told(answers) == {"201": 5, "422 idempotency_key_reused": 5}
        assert len({visit["id"] for visit in won(answers)}) == 1
    await course.sound()


async def test_repeated_requests_of_many_for_one_slot(course: Arena, half_hour: UUID) -> None:
    crowd = await course.crowd(20)
    provider = await course.provider(half_hour)
    wish = slot(provider, half_hour, at(2, 10))
    answers = await course.race(booking(who, wish, "the same words") for who in crowd for _ in range(5))
    assert told(answers) == {"201": 5, "409 slot_taken": 95}
    assert len({visit["patient"]["id"] for visit in won(answers)}) == 1
    await course.sound()


async def booked(
    course: Arena, crowd: list[Person], provider: UUID, visit_type: UUID, starts: list[datetime]
) -> list[dict[str, Any]]:
    """A visit at each of the times, each of another patient: the first of the crowd, the second..."""
    answers = await course.race(
        booking(who, slot(provider, visit_type, start)) for who, start in zip(crowd, starts, strict=False)
    )
    assert told(answers) == {"201": len(starts)}
    return won(answers)


async def test_visits_that_swap_their_times(course: Arena, half_hour: UUID) -> None:
    """Each keeps its own time until the other is won, so neither can move: both are told, nobody waits for ever."""
    crowd = await course.crowd(16)
    provider = await course.provider(half_hour)
    starts = [at(2, 9) + timedelta(minutes=30 * n) for n in range(16)]
    visits = await booked(course, crowd, provider, half_hour, starts)
    swapped = [starts[n ^ 1] for n in range(16)]
    for _ in range(3):
        answers = await course.race(
            reschedule(who, visit, start) for who, visit, start in zip(crowd, visits, swapped, strict=False)
        )
        assert told(answers) == {"409 slot_taken": 16}
    await course.sound()


async def test_visits_that_swap_providers_patients_have_at_once(course: Arena, half_hour: UUID) -> None:
    """One patient's visits at two providers change places: the patient's own time is what they race for."""
    crowd = await course.crowd(8)
    one, two = [await course.provider(half_hour) for _ in range(2)]
    starts = [at(3, 9) + timedelta(minutes=60 * n) for n in range(8)]
    mornings = await booked(course, crowd, one, half_hour, starts)
    later = [start + timedelta(minutes=30) for start in starts]
    afternoons = await booked(course, crowd, two, half_hour, later)
    calls = []
    for n, who in enumerate(crowd):
        calls += [reschedule(who, mornings[n], later[n]), reschedule(who, afternoons[n], starts[n])]
    answers = await course.race(calls)
    assert told(answers) == {"409 patient_busy": 16}
    await course.sound()


async def test_many_visits_move_to_one_free_time_and_round_about(course: Arena, half_hour: UUID) -> None:
    crowd = await course.crowd(12)
    provider = await course.provider(half_hour)
    starts = [at(2, 9) + timedelta(minutes=30 * n) for n in range(12)]
    visits = await booked(course, crowd, provider, half_hour, starts)
    free = at(2, 16)
    answers = await course.race(reschedule(who, visit, free) for who, visit in zip(crowd, visits, strict=False))
    assert told(answers) == {"200": 1, "409 slot_taken": 11}
    # A round: each visit wants the time of the next one, and one of these times is free now.
    for _ in range(4):
        await course.race(
            reschedule(who, visit, starts[(n + 1) % 12])
            for n, (who, visit) in enumerate(zip(crowd, visits, strict=False))
        )
        await course.sound()


@pytest.mark.parametrize("minutes", [15, -15])
async def test_a_move_by_less_than_its_length_beside_bookings(course: Arena, minutes: int) -> None:
    """An hour's visit moves by a quarter, over its own old time, while others book the quarter it moves into."""
    crowd = await course.crowd(6)
    hour = await course.cast.visit_type(course.clinic, duration_minutes=60, step_minutes=15)
    short = await course.cast.visit_type(course.clinic, duration_minutes=30, step_minutes=15)
    provider = await course.provider(hour, short)
    for day in range(2, 14):
        start = at(day, 11)
        (visit,) = await booked(course, crowd, provider, hour, [start])
        moved = start + timedelta(minutes=minutes)
        neighbour = start + (timedelta(minutes=60) if minutes > 0 else timedelta(minutes=-30))
        calls = [booking(who, slot(provider, short, neighbour)) for who in crowd[1:6]]
        calls.insert(day % 6, reschedule(crowd[0], visit, moved))
        answers = await course.race(calls)
        assert sum(answer.is_success for answer in answers) == 1
        assert told(answers)["409 slot_taken"] == 5
        other = at(day, 15)
        back = [reschedule(crowd[0], visit, moment) for moment in (start, moved, other, start)]
        answers = await course.race(back)
        assert set(told(answers)) <= {"200", "409 slot_taken"}
    await course.sound()


async def test_rooms_change_hands_between_moves_and_bookings(course: Arena) -> None:
    """Two rooms for three providers whose visits move while others book: each time in turn, all at once."""
    crowd = await course.crowd(32)
    clinic = await course.cast.clinic("Two rooms")
    for name in ("North", "South"):
        await course.cast.member("room", clinic, name)
    visit_type = await course.cast.visit_type(clinic, needs_room=True)
    providers = [await course.cast.provider(clinic, [visit_type], name) for name in ("Ada", "Ben", "Cleo")]
    for provider in providers:
        await course.cast.hours(provider)
    first = await course.race(
        booking(who, slot(providers[n % 3], visit_type, at(2, 9 + n // 2), "in-person"))
        for n, who in enumerate(crowd[:12])
    )
    assert told(first) == {"201": 12}
    for round_ in range(5):
        calls = [
            reschedule(who, visit, at(2, 9 + (n + round_) % 7, 30 * (n % 2)))
            for n, (who, visit) in enumerate(zip(crowd, won(first), strict=False))
        ]
        calls += [
            booking(who, slot(providers[n % 3], visit_type, at(2, 9 + n % 7, 30 * (round_ % 2)), "in-person"))
            for n, who in enumerate(crowd[12:])
        ]
        answers = await course.race(calls)
        assert set(told(answers)) <= {"200", "201", "409 slot_taken", "409 patient_busy"}
    await course.sound()


async def test_one_visit_and_everything_that_can_be_done_to_it_at_once(course: Arena, half_hour: UUID) -> None:
    crowd = await course.crowd(1)
    provider = await course.provider(half_hour)
    for hour in range(9, 15):
        (visit,) = await booked(course, crowd, provider, half_hour, [at(2, hour)])
        path = f"{BOOK}/{visit['id']}"
        who = crowd[0]
        calls = [Call(who, "DELETE", path, {}), Call(who, "POST", f"{path}/confirm", {})] * 4
        calls += [reschedule(who, visit, at(3, hour)), reschedule(who, visit, at(3, hour, 30))] * 2
        answers = await course.race(calls)
        assert set(told(answers)) == {"200", "409 move_not_allowed"}
        assert sum(answer["status"] == "cancelled" for answer in won(answers)) == 1
        versions = {answer["version"] for answer in won(answers)}
        assert versions == set(range(2, max(versions) + 1)), "a change was lost"
    await course.sound()


async def test_an_absence_and_bookings(course: Arena, half_hour: UUID) -> None:
    """Visits booked before the absence stay, afterwards none is made; nothing fails in between."""
    crowd = await course.crowd(64)
    provider = await course.provider(half_hour)
    day = {"start": at(2, 8).isoformat(), "end": at(2, 18).isoformat()}
    starts = [at(2, 9) + timedelta(minutes=30 * n) for n in range(16)]
    calls = [booking(who, slot(provider, half_hour, starts[n % 16])) for n, who in enumerate(crowd)]
    calls.insert(20, Call(course.staff, "POST", f"/api/providers/{provider}/absences", day))
    answers = await course.race(calls)
    assert answers[20].status_code == 201, answers[20].text
    late = await course.race(
        booking(who, slot(provider, half_hour, start)) for who, start in zip(crowd, starts, strict=False)
    )
    assert told(late) == {"409 slot_taken": 16}
    async with course.db.connection() as connection:
        made = await fetch_all(connection, "SELECT id FROM appointment WHERE provider_id = %(id)s", {"id": provider})
    assert {str(row["id"]) for row in made} == {
        visit["id"] for n, visit in enumerate(won(answers)) if "patient" in visit
    }
    await course.sound()


async def test_overbooking_a_patient_who_is_busy_beside_a_provider_who_is(course: Arena, half_hour: UUID) -> None:
    """The provider may be doubled on purpose, the patient never: that is what staff are told."""
    one, other = [await course.provider(half_hour) for _ in range(2)]
    patient, somebody = await course.crowd(2)
    await booked(course, [patient], one, half_hour, [at(2, 10)])
    await booked(course, [somebody], other, half_hour, [at(2, 10)])
    wish = slot(other, half_hour, at(2, 10), patient_id=str(patient.patient_id), overbook=True, overbook_reason="Pain")
    answers = await course.race(booking(course.staff, wish) for _ in range(5))
    assert told(answers) == {"409 patient_busy": 5}
    free = {**wish, "start": at(2, 11).isoformat()}
    answers = await course.race(booking(course.staff, free) for _ in range(5))
    assert told(answers) == {"201": 1, "409 patient_busy": 4}
    await course.sound()
