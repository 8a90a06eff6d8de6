"""What happened to each visit: told from the booking to the end, and cut off at the present moment."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from openvisit.core.appointment import Move, Status, after
from openvisit.core.intervals import instant
from openvisit.seed.model import Entry, Story, Visit
from openvisit.seed.visit_kinds import PHONE

_WHY_CANCELLED = (
    ("Something came up at work", "Me surgió algo en el trabajo"),
    ("Feeling better already", "Ya me siento mejor"),
    ("No childcare that morning", "No tengo con quién dejar a los niños"),
    ("Car trouble", "Se averió el coche"),
)
_MINUTE = timedelta(minutes=1)
_LONGEST_LEAD = 36.0  # days


class Teller:
    """Makes up the stories. `desk` are the persons of the front desk."""

    def __init__(self, random: Random, desk: Sequence[UUID], now: datetime) -> None:
        self._random = random
        self._desk = desk
        self._now = now

    def tell(self, visit: Visit) -> Story:
        """How the visit came about and where it stands now.

        About one visit in eleven is cancelled and one in fourteen missed; both grow with the time between booking
        and visit, as clinics see it.
        """
        start = instant(visit.start)
        story = self._booked(visit, start)
        lead = min((start - story.created_at) / timedelta(days=30), 1.0)
        self._moved(visit, story, start)
        self._approved(visit, story, start)
        fate = 1.0 if visit.sure else self._random.random()
        if fate < 0.062 + 0.09 * lead and self._cancelled(visit, story, start):
            return story
        self._confirmed(visit, story, start)
        if visit.mode != PHONE and 0.2 < fate < 0.255 + 0.08 * lead:
            self._step(story, Move.NO_SHOW, visit.doctor.person_id, start + self._minutes(10, 14))
        else:
            self._attended(visit, story, start)
        return story

    def _booked(self, visit: Visit, start: datetime) -> Story:
        kind = visit.offered.kind
        if kind.by_patients:
            days = min(self._random.expovariate(1 / 9), _LONGEST_LEAD)
            lead = timedelta(minutes=kind.notice, days=days)
        else:
            lead = self._minutes(20, 1300)
        # A visit ahead of us was booked before now, mostly in the last days.
        created = min(start - lead, self._now - self._minutes(9, 4 * 1440)).replace(microsecond=0)
        by_patient = kind.by_patients and self._random.random() < 0.72
        booked_by = visit.patient.person_id if by_patient else self._random.choice(self._desk)
        status = Status.REQUESTED if kind.approval and by_patient else Status.SCHEDULED
        story = Story(status, booked_by, created)
        data = {"start": start.isoformat(), "status": str(status), "mode": visit.mode}
        story.trail.append(Entry(created, booked_by, "appointment:book", data))
        return story

    def _moved(self, visit: Visit, story: Story, start: datetime) -> None:
        """Some were booked for another day first."""
        last = min(self._now, start - timedelta(hours=3))
        if visit.sure or self._random.random() > 0.08 or last - story.created_at < timedelta(hours=2):
            return
        at = self._between(story.created_at, last)
        days = timedelta(days=self._random.randint(1, 6))
        before = start - days if start - days > at + timedelta(hours=4) else start + days
        status = str(after(Move.RESCHEDULE, Status(story.status)))
        booked = story.trail[0]
        story.trail[0] = Entry(booked.at, booked.actor_id, booked.action, {**booked.data, "start": before.isoformat()})
        data = {"from": before.isoformat(), "to": start.isoformat(), "status": status}
        story.trail.append(Entry(at, story.booked_by, "appointment:reschedule", data))
        story.status = status

    def _approved(self, visit: Visit, story: Story, start: datetime) -> None:
        if story.status == Status.REQUESTED:
            at = min(story.trail[-1].at + self._minutes(60, 12 * 1440), start - timedelta(hours=30))
            self._step(story, Move.APPROVE, visit.doctor.person_id, at)

    def _cancelled(self, visit: Visit, story: Story, start: datetime) -> bool:
        """Whether it was; those who booked at the last moment come."""
        begin, end = story.trail[-1].at, start - timedelta(hours=1)
        if end - begin < timedelta(hours=1):
            return False
        by_patient = self._random.random() < 0.75
        why = self._random.choice(_WHY_CANCELLED)[visit.patient.language == "es"]
        actor = visit.patient.person_id if by_patient else self._random.choice(self._desk)
        if self._step(story, Move.CANCEL, actor, self._between(begin, end)):
            story.closed_reason = why
        return True

    def _confirmed(self, visit: Visit, story: Story, start: datetime) -> None:
        drawn = self._random.random()
        last = story.trail[-1].at
        if drawn < 0.3:
            at = last + self._minutes(2, 120)
        elif drawn < 0.75:
            at = start - self._minutes(6 * 60, 72 * 60)
        else:
            return
        if last < at < start - timedelta(minutes=20):
            self._step(story, Move.CONFIRM, visit.patient.person_id, at)

    def _attended(self, visit: Visit, story: Story, start: datetime) -> None:
        doctor = visit.doctor.person_id
        if visit.mode != PHONE:
            desk = visit.patient.person_id if visit.site is None else self._random.choice(self._desk)
            self._step(story, Move.CHECK_IN, desk, start - self._minutes(2, 14))
        self._step(story, Move.START, doctor, start + self._minutes(0, 4))
        self._step(story, Move.COMPLETE, doctor, instant(visit.end) - self._minutes(0, 4))

    def _step(self, story: Story, move: Move, actor_id: UUID, at: datetime) -> bool:
        """Make a move, unless it or an earlier one lies in the future; whether it was made."""
        at = max(at, story.trail[-1].at + _MINUTE).replace(microsecond=0)
        story.to_come = story.to_come or at > self._now
        if story.to_come:
            return False
        status = str(after(move, Status(story.status)))
        data = {"from": story.status, "status": status}
        story.trail.append(Entry(at, actor_id, f"appointment:{move}", data))
        story.status = status
        return True

    def _minutes(self, least: int, most: int) -> timedelta:
        return timedelta(minutes=self._random.uniform(least, most))

    def _between(self, begin: datetime, end: datetime) -> datetime:
        return (begin + (end - begin) * self._random.random()).replace(microsecond=0)
