"""A storm: thousands of seeded operations by many people at once, and a log of every answer that was given."""

import asyncio
import itertools
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import httpx

from openvisit.platform.db import execute
from tests.support.arena import BOOK, HOLD, Arena, Call, at, slot
from tests.support.cast import Person

REFUSALS = {
    (409, "slot_taken"),
    (409, "slot_not_offered"),
    (409, "hold_gone"),
    (409, "hold_limit"),
    (409, "patient_busy"),
    (409, "move_not_allowed"),
    (412, "version_mismatch"),
}
DAYS = range(2, 5)
PATIENCE_SECONDS = 60.0


@dataclass(frozen=True, slots=True, order=True)
class Acknowledged:
    """The state of a visit that somebody was told it has."""

    version: int
    status: str
    start: datetime


@dataclass
class Log:
    """What was answered, and how long it took."""

    answers: Counter[str] = field(default_factory=Counter)
    visits: dict[UUID, set[Acknowledged]] = field(default_factory=lambda: defaultdict(set))
    unexpected: list[str] = field(default_factory=list)
    worst_ms: float = 0.0
    worst: str = ""

    @property
    def done(self) -> int:
        """How many requests were answered or broken off."""
        return self.answers.total()

    def summary(self) -> str:
        """One line for people."""
        counts = ", ".join(f"{n} x {what}" for what, n in sorted(self.answers.items()))
        return f"{self.done} requests: {counts}; worst {self.worst_ms:.0f} ms ({self.worst})"


@dataclass(frozen=True)
class Ground:
    """What the storm is about: few providers, rooms and patients, so that they get in each other's way."""

    arena: Arena
    patients: Sequence[Person]
    providers: Sequence[UUID]
    visit_types: dict[UUID, str]  # with the mode each is booked in

    @classmethod
    async def of(cls, arena: Arena, *, providers: int = 4, patients: int = 24) -> "Ground":
        """Two rooms and a device for all, visits of 30, 45 and 60 minutes, one of them with buffers, one capped."""
        cast, clinic = arena.cast, arena.clinic
        for name in ("North", "South"):
            await cast.member("room", clinic, name)
        await cast.member("device", clinic, "Scanner")
        types = {
            await cast.visit_type(clinic, step_minutes=15): "telehealth",
            await cast.visit_type(
                clinic, duration_minutes=45, step_minutes=15, buffer_before_minutes=5, buffer_after_minutes=10
            ): "phone",
            await cast.visit_type(clinic, step_minutes=30, needs_room=True): "in-person",
            await cast.visit_type(
                clinic, duration_minutes=60, step_minutes=30, needs_room=True, needs_device=True
            ): "in-person",
            await cast.visit_type(clinic, daily_cap=3): "telehealth",
        }
        people = await arena.crowd(patients)
        async with arena.db.connection(as_system="a clinic books for patients it knows") as connection:
            await execute(
                connection,
                """INSERT INTO clinic_patient (clinic_id, patient_id, since)
                   SELECT %(clinic)s, id, now() FROM unnest(%(ids)s::uuid[]) AS id""",
                {"clinic": clinic.id, "ids": [person.patient_id for person in people]},
            )
        return cls(arena, people, [await arena.provider(*types) for _ in range(providers)], types)


class Storm:
    """Runs operations until enough are done. Seeded: the same seed makes the same wishes, if not the same outcome.

    With `failures` servers may die meanwhile: broken connections and 503 are then taken as answers, and a booking
    without an answer is repeated under its key until there is one.
    """

    def __init__(self, ground: Ground, seed: int, *, failures: bool = False) -> None:
        self.log = Log()
        self._ground = ground
        self._seed = seed
        self._failures = failures
        self._visits: list[tuple[UUID, Person]] = []
        self._numbers = itertools.count()
        self._milestones: list[tuple[int, asyncio.Event]] = []
        self._kinds: list[tuple[int, Callable[[Random], Awaitable[None]]]] = [
            (34, self._book),
            (12, self._hold),
            (16, self._reschedule),
            (14, self._cancel),
            (9, self._confirm),
            (2, self._edit_schedule),
            (3, self._be_absent),
            (4, self._overbook),
            (6, self._read_slots),
        ]

    async def run(self, requests: int, people: int = 32) -> Log:
        """So many people at once, until so many requests have been answered."""
        await asyncio.gather(*(self._person(Random(f"{self._seed}/{n}"), requests) for n in range(people)))
        return self.log

    async def reached(self, requests: int) -> None:
        """Return once so many requests have been answered."""
        event = asyncio.Event()
        self._milestones.append((requests, event))
        await event.wait()

    async def _person(self, random: Random, requests: int) -> None:
        weights = [weight for weight, _ in self._kinds]
        kinds = [kind for _, kind in self._kinds]
        while self.log.done < requests:
            (kind,) = random.choices(kinds, weights)
            await kind(random)

    # The operations.

    async def _book(self, random: Random) -> None:
        await self._keep(*self._wish(random))

    async def _hold(self, random: Random) -> None:
        who, wish = self._wish(random)
        held = await self._call("hold", Call(who, "POST", HOLD, wish))
        if held is None:
            return
        then = random.random()
        if then < 0.7:
            await self._keep(who, {**wish, "hold_token": held["token"]})
        elif then < 0.9:
            await self._call("release", Call(who, "DELETE", f"{HOLD}/{held['id']}"), {(404, "hold_not_found")})

    async def _keep(self, who: Person, wish: dict[str, Any]) -> None:
        key = {"Idempotency-Key": f"{self._seed}-{next(self._numbers)}"}
        visit = await self._call("book", Call(who, "POST", BOOK, wish, key), again=True)
        if visit is not None:
            self._visits.append((UUID(visit["id"]), who))
            self._acknowledge(visit)

    async def _overbook(self, random: Random) -> None:
        who, wish = self._wish(random)
        wish |= {"patient_id": str(who.patient_id), "overbook": True, "overbook_reason": "An emergency"}
        staff = self._ground.arena.staff
        key = {"Idempotency-Key": f"{self._seed}-{next(self._numbers)}"}
        visit = await self._call("overbook", Call(staff, "POST", BOOK, wish, key), again=True)
        if visit is not None:
            self._visits.append((UUID(visit["id"]), who))
            self._acknowledge(visit)

    async def _reschedule(self, random: Random) -> None:
        if self._visits:
            id_, who = self._visit(random)
            body = {"start": self._start(random).isoformat()}
            await self._change("reschedule", Call(who, "PUT", f"{BOOK}/{id_}/reschedule", body))

    async def _cancel(self, random: Random) -> None:
        if self._visits:
            id_, who = self._visit(random)
            await self._change("cancel", Call(who, "DELETE", f"{BOOK}/{id_}", {"reason": "I am well again"}))

    async def _confirm(self, random: Random) -> None:
        if self._visits:
            id_, _ = self._visit(random)
            await self._change("confirm", Call(self._ground.arena.staff, "POST", f"{BOOK}/{id_}/confirm", {}))

    async def _edit_schedule(self, random: Random) -> None:
        staff = self._ground.arena.staff
        path = f"/api/providers/{random.choice(self._ground.providers)}/schedule"
        found = await self._call("schedule", Call(staff, "GET", path))
        if found is None:
            return
        body = {name: found[name] for name in ("time_zone", "weekly", "breaks", "overrides", "holidays")}
        end = random.choice(["16:00", "17:00", "18:00"])
        body["weekly"] = [{**hours, "end": end} for hours in body["weekly"]]
        await self._call("schedule", Call(staff, "PUT", path, body, {"If-Match": f'"{found["version"]}"'}))

    async def _be_absent(self, random: Random) -> None:
        staff = self._ground.arena.staff
        path = f"/api/providers/{random.choice(self._ground.providers)}/absences"
        start = self._start(random)
        body = {"start": start.isoformat(), "end": (start + timedelta(minutes=30)).isoformat()}
        absence = await self._call("absence", Call(staff, "POST", path, body))
        if absence is not None:
            await self._call("absence", Call(staff, "DELETE", f"{path}/{absence['id']}"))

    async def _read_slots(self, random: Random) -> None:
        who, wish = self._wish(random)
        day = self._start(random).date()
        path = f"/api/providers/{wish['provider_id']}/slots?visit_type_id={wish['visit_type_id']}&from={day}&to={day}"
        await self._call("slots", Call(who, "GET", path))

    # What they are made of.

    def _start(self, random: Random) -> datetime:
        return at(random.choice(DAYS), random.randrange(9, 17), random.choice([0, 0, 15, 30, 30, 45]))

    def _wish(self, random: Random) -> tuple[Person, dict[str, Any]]:
        ground = self._ground
        visit_type, mode = random.choice(list(ground.visit_types.items()))
        who = random.choice(ground.patients)
        return who, slot(random.choice(ground.providers), visit_type, self._start(random), mode)

    def _visit(self, random: Random) -> tuple[UUID, Person]:
        return random.choice(self._visits[-100:])  # older ones are mostly cancelled

    async def _change(self, name: str, call: Call) -> None:
        visit = await self._call(name, call)
        if visit is not None:
            self._acknowledge(visit)

    def _acknowledge(self, visit: dict[str, Any]) -> None:
        told = Acknowledged(visit["version"], visit["status"], datetime.fromisoformat(visit["start"]))
        self.log.visits[UUID(visit["id"])].add(told)

    async def _call(
        self, name: str, call: Call, refusals: set[tuple[int, str]] = REFUSALS, *, again: bool = False
    ) -> Any:
        """The body of a success, None for a refusal; with `again` the request is repeated until it is answered."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            answer = await self._once(name, call, refusals)
            if answer is not None and answer.status_code != 503:
                return (answer.json() if answer.content else {}) if answer.is_success else None
            if self._failures:
                await asyncio.sleep(0.05)  # the pace of people who look whether it works again
            if not again or not self._failures or time.monotonic() > deadline:
                return None

    async def _once(self, name: str, call: Call, refusals: set[tuple[int, str]]) -> httpx.Response | None:
        begun = time.perf_counter()
        answer: httpx.Response | None = None
        try:
            answer = await self._ground.arena.call(call)
        except httpx.TransportError as error:
            what = f"{name} {type(error).__name__}"
            if not self._failures:
                self.log.unexpected.append(what)
        else:
            code = "" if answer.is_success else answer.json()["code"]
            what = f"{name} {answer.status_code} {code}".strip()
            refused = (answer.status_code, code) in refusals or (self._failures and answer.status_code == 503)
            if not answer.is_success and not refused:
                self.log.unexpected.append(f"{what}: {call.method} {call.path} {call.json}: {answer.text}")
        self._record(what, (time.perf_counter() - begun) * 1000)
        return answer

    def _record(self, what: str, ms: float) -> None:
        self.log.answers[what] += 1
        if ms > self.log.worst_ms:
            self.log.worst_ms, self.log.worst = ms, what
        for requests, event in self._milestones:
            if self.log.done >= requests:
                event.set()
