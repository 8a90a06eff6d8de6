"""Which slots of the measured group are booked, by whom, and in which rooms."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from random import Random
from typing import NamedTuple
from uuid import UUID

from openvisit.core.ids import new_id
from openvisit.core.intervals import minute_ceil
from openvisit.seed.measured_providers import Hired
from openvisit.seed.visit_kinds import Kind

LENGTH = 30
SOON = 14 * 1440
SHARE_SOON, SHARE_LATER = 0.5, 0.15


class PatientIds(NamedTuple):
    """A patient and the person the patient is."""

    id: UUID
    person_id: UUID


class Booked(NamedTuple):
    """One visit. Times are minutes; `room_id` is set in person."""

    id: UUID
    provider: Hired
    patient: PatientIds
    kind: Kind
    start: int
    end: int
    room_id: UUID | None


def plan(random: Random, hired: Sequence[Hired], patients: Sequence[PatientIds], now: datetime) -> list[Booked]:
    """The visits in order of time.

    Patients take turns. All visits are half hours on one grid and there are more patients than providers, so that
    nobody's turn comes twice at one time.
    """
    taken = sorted(_taken(random, hired, now))
    in_use: Counter[tuple[UUID, int]] = Counter()
    visits = []
    for turn, (start, number) in enumerate(taken):
        provider = hired[number]
        kind, room_id = provider.kinds[0], None
        rooms, key = provider.site.rooms, (provider.site.id, start)
        if len(provider.kinds) > 1 and random.random() < 0.5 and in_use[key] < len(rooms):
            kind, room_id = provider.kinds[1], rooms[in_use[key]].id
            in_use[key] += 1
        patient = patients[turn % len(patients)]
        visits.append(Booked(new_id(), provider, patient, kind, start, start + LENGTH, room_id))
    return visits


def _taken(random: Random, hired: Sequence[Hired], now: datetime) -> Iterator[tuple[int, int]]:
    begin = minute_ceil(now)
    for number, provider in enumerate(hired):
        for opened, closed in provider.open:
            for start in range(opened, closed - LENGTH + 1, LENGTH):
                share = SHARE_SOON if start < begin + SOON else SHARE_LATER
                if start >= begin and random.random() < share:
                    yield start, number
