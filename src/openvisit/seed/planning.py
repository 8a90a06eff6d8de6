"""Filling the providers' openings with visits, three months back and three weeks ahead."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from openvisit.core.ids import new_id
from openvisit.core.intervals import minute_ceil
from openvisit.core.openings import Opening, openings
from openvisit.core.wallclock import epoch_day, local_day
from openvisit.seed.model import Doctor, Offered, Patient, Visit
from openvisit.seed.patients import Panel
from openvisit.seed.timetable import Timetable

PAST_DAYS = 91
AHEAD_DAYS = 21
_TODAY = 0.3
_ROOM_OPENS_SOON = 17  # minutes from now: a room opens a quarter of an hour before its visit


@dataclass(slots=True)
class Planner:
    """Puts visits into openings, as patients would have booked them."""

    random: Random
    timetable: Timetable
    now: datetime
    panels: dict[UUID, Panel]
    visits: list[Visit] = field(default_factory=list)
    _days: set[tuple[UUID, int]] = field(default_factory=set)
    _met: set[tuple[UUID, UUID]] = field(default_factory=set)

    def fill(self, doctor: Doctor) -> None:
        """Give the provider visits on every working day."""
        today = self.now.astimezone(ZoneInfo(doctor.zone)).date()
        found = openings(doctor.rules, today - timedelta(days=PAST_DAYS), today + timedelta(days=AHEAD_DAYS))
        for day, of_day in groupby(found, key=lambda opening: local_day(doctor.zone, opening.start)):
            # Some days are fuller than others, and the day somebody tries OpenVisit shows what a clinic looks like.
            share = min(0.75, doctor.busyness * self.random.uniform(0.6, 1.4))
            if day == epoch_day(today):
                share = max(share, _TODAY)
            for opening in of_day:
                self._fill_opening(doctor, opening, share * self._booked_by_now(opening))

    def place(self, doctor: Doctor, offered: Offered, mode: str, patient: Patient, *, days: int, hour: int) -> None:
        """The patient's visit at the first fitting time from `hour` on, `days` from today or soon after."""
        zone = ZoneInfo(doctor.zone)
        day = self.now.astimezone(zone).date() + timedelta(days=days)
        wanted = minute_ceil(datetime(day.year, day.month, day.day, hour, tzinfo=zone))
        for opening in openings(doctor.rules, day, day + timedelta(days=6)):
            if mode not in opening.modes:
                continue
            for start in range(opening.start, opening.end, offered.kind.step):
                if start < wanted:
                    continue
                visit = self.timetable.fit(doctor, offered, mode, opening, start, patient)
                if visit is not None:
                    visit.sure = True
                    self._keep(visit)
                    return

    def fit_in(self, doctor: Doctor, offered: Offered, mode: str, patient: Patient) -> None:
        """The patient's visit in about twenty minutes, whatever the provider's hours: its room opens soon."""
        start = -(-(minute_ceil(self.now) + _ROOM_OPENS_SOON) // 5) * 5
        end = start + offered.kind.duration
        self._keep(Visit(doctor, patient, offered, mode, start, end, None, doctor.zone, None, None, new_id(), True))

    def _booked_by_now(self, opening: Opening) -> float:
        """The share of an opening's visits that have been booked already: fewer, the further ahead it is."""
        days_ahead = max(0, opening.start - minute_ceil(self.now)) / 1440
        return max(0.3, 1 - 0.04 * days_ahead)

    def _fill_opening(self, doctor: Doctor, opening: Opening, share: float) -> None:
        cursor = opening.start
        end = opening.end - (doctor.spare if opening.end > minute_ceil(self.now) else 0)
        while cursor < end:
            offered = self._drawn(doctor, opening)
            if offered is None:
                return
            step = offered.kind.step
            start = opening.start + -(-(cursor - opening.start) // step) * step
            cursor = start + offered.kind.duration
            if cursor > end:
                continue
            if self.random.random() < share and (visit := self._visit(doctor, offered, opening, start)):
                self._keep(visit)
                cursor = visit.claimed[1]

    def _drawn(self, doctor: Doctor, opening: Opening) -> Offered | None:
        possible = [o for o in doctor.offers if set(o.kind.modes) & opening.modes]
        if not possible:
            return None
        return self.random.choices(possible, [o.weight for o in possible])[0]

    def _visit(self, doctor: Doctor, offered: Offered, opening: Opening, start: int) -> Visit | None:
        mode = self.random.choice([mode for mode in offered.kind.modes if mode in opening.modes])
        if not offered.kind.by_patients and start > minute_ceil(self.now) + 1440:
            return None  # what is urgent is not booked for next week
        for patient in self._candidates(doctor, offered):
            known = (doctor.id, patient.id) in self._met
            if (patient.id, local_day(doctor.zone, start)) in self._days or (offered.kind.once and known):
                continue
            visit = self.timetable.fit(doctor, offered, mode, opening, start, patient)
            if visit is not None:
                return visit
        return None

    def _candidates(self, doctor: Doctor, offered: Offered) -> Iterator[Patient]:
        panel = self.panels[doctor.id]
        group = panel.anybody if offered.kind.once else panel.regulars
        return (self.random.choice(group) for _ in range(5))

    def _keep(self, visit: Visit) -> None:
        self.timetable.take(visit)
        self._days.add((visit.patient.id, local_day(visit.doctor.zone, visit.start)))
        self._met.add((visit.doctor.id, visit.patient.id))
        if visit.patient in self.panels[visit.doctor.id].anybody:
            self.panels[visit.doctor.id].add(visit.patient)
        self.visits.append(visit)
