"""What is said about a patient's visits at one clinic, and when.

    plan(visits, way, "Europe/Madrid", now)

The rules, each applied to what the ones before it left:

1. A *reminder* is due each of the wished times before the start of a visit that is agreed (scheduled, confirmed or
   rescheduled); so is a *custom* one, which somebody asked for at this visit. The *join link* is due minutes before a
   video visit, at once when the visit was booked later than that. A *follow-up* is due after a visit that took place.
2. What would have been due before `now` is not sent: a visit booked twenty minutes ahead gets no two-hour reminder.
3. Reminders and follow-ups keep quiet hours (`quiet.settle`). The join link does not: whoever booked a visit in them
   is up for it.
4. Of several reminders of a visit that come to one moment, the one that was wanted latest is sent.
5. Reminders of one length for visits on one day of the patient's go out as one message, with the first of them, when
   the starts are no further apart than that length.
6. Nothing is sent without consent to messages or without a channel that leads anywhere.

No reminder is ever due at or after its visit's start. `until` tells from when a message is of no use any more, should
it be late: the next reminder is due, or the visit begins.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from openvisit.core.appointment import UPCOMING, Mode, Status
from openvisit.core.reminders.quiet import settle
from openvisit.core.reminders.wishes import Way
from openvisit.core.wallclock import local_day

FOLLOW_UP_USE = timedelta(days=7)
"""How long a follow-up that could not be sent is still worth sending."""


class Type(StrEnum):
    """What a message is."""

    REMINDER = "reminder"
    CUSTOM = "custom"
    JOIN_LINK = "join-link"
    FOLLOW_UP = "follow-up"
    RUNNING_LATE = "running-late"
    NEWS = "news"


class Why(StrEnum):
    """Why a message is not sent."""

    TOO_LATE = "too-late"
    QUIET_HOURS = "quiet-hours"
    SAME_TIME = "same-time"
    MERGED = "merged"
    NO_CONSENT = "no-consent"
    NO_CHANNEL = "no-channel"


@dataclass(frozen=True, slots=True)
class Visit:
    """What the plan has to know of a visit. `custom`: minutes before it at which somebody asked for a reminder."""

    id: UUID
    start: datetime
    end: datetime
    mode: str
    status: str
    custom: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Planned:
    """One message: due at `due`, of no use from `until`; not sent when there is a `why`.

    `minutes` is how long before the start, or after the end, it was wanted. `merged_into` is the visit whose message
    of the same type and minutes tells of this one too.
    """

    visit: Visit
    type: Type
    minutes: int
    due: datetime
    until: datetime
    why: Why | None = None
    merged_into: UUID | None = None


def plan(visits: Iterable[Visit], way: Way, zone: str, now: datetime, *, consented: bool = True) -> list[Planned]:
    """Every message about the visits of one patient at one clinic, the ones not sent included, in order of visits."""
    found: list[Planned] = []
    for visit in sorted(visits, key=lambda v: (v.start, v.id)):
        found += _reminders(visit, way, zone, now)
        found += _join_link(visit, way, now)
        found += _follow_up(visit, way, zone, now)
    blocked = Why.NO_CONSENT if not consented else Why.NO_CHANNEL if not way.channels else None
    if blocked:
        return [one if one.why is Why.TOO_LATE else replace(one, why=blocked) for one in found]
    return _merged(found, zone)


def _reminders(visit: Visit, way: Way, zone: str, now: datetime) -> list[Planned]:
    if visit.status not in UPCOMING:
        return []
    wanted = [(minutes, Type.CUSTOM) for minutes in visit.custom]
    wanted += [(minutes, Type.REMINDER) for minutes in way.offsets]
    found = [_reminder(visit, type_, minutes, way, zone, now) for minutes, type_ in wanted]
    return _one_at_a_time(found, visit.start)


def _reminder(visit: Visit, type_: Type, minutes: int, way: Way, zone: str, now: datetime) -> Planned:
    due = visit.start - timedelta(minutes=minutes)
    if due < now or minutes <= 0:
        return Planned(visit, type_, minutes, due, visit.start, Why.TOO_LATE)
    at = settle(due, visit.start, way.quiet, zone, now)
    if at is None:
        return Planned(visit, type_, minutes, due, visit.start, Why.QUIET_HOURS)
    return Planned(visit, type_, minutes, at, visit.start)


def _one_at_a_time(found: Sequence[Planned], start: datetime) -> list[Planned]:
    """Drop all but one at each moment, and let each be of use until the next."""
    ordered = sorted(found, key=lambda one: (one.due, -one.minutes, one.type != Type.REMINDER))
    result: list[Planned] = []
    following = start
    at: datetime | None = None
    for one in reversed(ordered):
        if one.why is not None:
            result.append(one)
        elif one.due == at:
            result.append(replace(one, why=Why.SAME_TIME))
        else:
            result.append(replace(one, until=following))
            at = following = one.due
    return result[::-1]


def _join_link(visit: Visit, way: Way, now: datetime) -> list[Planned]:
    if way.join_link is None or visit.mode != Mode.TELEHEALTH or visit.status not in UPCOMING:
        return []
    due = visit.start - timedelta(minutes=way.join_link)
    if now >= visit.start:
        return [Planned(visit, Type.JOIN_LINK, way.join_link, due, visit.start, Why.TOO_LATE)]
    return [Planned(visit, Type.JOIN_LINK, way.join_link, max(due, now), visit.start)]


def _follow_up(visit: Visit, way: Way, zone: str, now: datetime) -> list[Planned]:
    if way.follow_up is None or visit.status != Status.COMPLETED:
        return []
    due = visit.end + timedelta(minutes=way.follow_up)
    until = due + FOLLOW_UP_USE
    if due < now:
        return [Planned(visit, Type.FOLLOW_UP, way.follow_up, due, until, Why.TOO_LATE)]
    at = settle(due, until, way.quiet, zone, now)
    why = Why.QUIET_HOURS if at is None else None
    return [Planned(visit, Type.FOLLOW_UP, way.follow_up, at or due, until, why)]


def _merged(found: Sequence[Planned], zone: str) -> list[Planned]:
    leaders: dict[tuple[int, int], Planned] = {}
    result = []
    for one in found:
        if one.type is not Type.REMINDER or one.why is not None:
            result.append(one)
            continue
        day = local_day(zone, int(one.visit.start.timestamp() // 60))
        leader = leaders.get((one.minutes, day))
        if leader and one.visit.start - leader.visit.start <= timedelta(minutes=one.minutes):
            result.append(replace(one, why=Why.MERGED, merged_into=leader.visit.id))
        else:
            leaders[one.minutes, day] = one
            result.append(one)
    return result
