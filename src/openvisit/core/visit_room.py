"""When the room of a visit by video may be entered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from openvisit.core.appointment import Mode, Status


class Door(StrEnum):
    """Whether a room can be entered, and if not, why."""

    OPEN = "open"
    EARLY = "early"  # it opens later
    LATE = "late"  # its time is over
    ENDED = "ended"  # the visit is
    CANCELLED = "cancelled"
    NOT_AGREED = "not-agreed"  # the clinic has yet to say yes
    NOT_BY_VIDEO = "not-by-video"  # the visit is held otherwise


@dataclass(frozen=True, slots=True)
class Hours:
    """How long before its start a visit's room opens, and how long after its end it closes."""

    before: timedelta = timedelta(minutes=15)
    after: timedelta = timedelta(minutes=60)

    def opens_at(self, starts_at: datetime) -> datetime:
        """When the room opens."""
        return starts_at - self.before

    def closes_at(self, ends_at: datetime) -> datetime:
        """When the room closes."""
        return ends_at + self.after


_BY_STATUS: Mapping[Status, Door] = {
    Status.COMPLETED: Door.ENDED,
    Status.NO_SHOW: Door.ENDED,
    Status.CANCELLED: Door.CANCELLED,
    Status.REQUESTED: Door.NOT_AGREED,
}


def door(mode: str, status: str, starts_at: datetime, ends_at: datetime, hours: Hours, now: datetime) -> Door:
    """Whether the room of such a visit can be entered at `now`.

    What became of the visit comes before the clock: nobody is told to come back to one that is cancelled.
    """
    if Status(status) in _BY_STATUS:
        return _BY_STATUS[Status(status)]
    if mode != Mode.TELEHEALTH:
        return Door.NOT_BY_VIDEO
    if now < hours.opens_at(starts_at):
        return Door.EARLY
    return Door.OPEN if now < hours.closes_at(ends_at) else Door.LATE
