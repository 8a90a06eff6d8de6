"""Where somebody is in a provider's queue, and how long it will be, where that can be said honestly.

A provider is taken to see those who wait in the order in which their visits begin. The estimate adds up what is known
and nothing else:

- the rest of the visit that is in progress, until its planned end;
- the planned lengths of the visits of those who wait in front;
- and it is never earlier than the visit's own start, later by what the provider said of running late.

Nothing is said (None) when a visit in progress has run over its planned end: nobody knows when it will end; nor when a
visit should have begun, the provider is in none, and has not said that they are late: nobody knows where they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Queued:
    """A visit of the provider's: one in progress, or one whose patient waits."""

    id: UUID
    starts_at: datetime
    ends_at: datetime
    in_progress: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """How many are seen before and this one makes `position`; `minutes` until then, None where nobody can say."""

    position: int
    minutes: int | None


def place(own: Queued, others: Sequence[Queued], late: timedelta | None, now: datetime) -> Place:
    """The place of `own` among the provider's other visits; `late` is what the provider said, if anything."""
    running = [one for one in others if one.in_progress and one.id != own.id]
    ahead = [
        one
        for one in others
        if not one.in_progress and one.id != own.id and (one.starts_at, one.id) < (own.starts_at, own.id)
    ]
    position = 1 + len(ahead)
    planned = own.starts_at + (late or timedelta())
    if any(one.ends_at <= now for one in running):
        return Place(position, None)
    first = min([planned, *(one.starts_at + (late or timedelta()) for one in ahead)])
    if not running and first < now:
        return Place(position, None)
    free = max([now, *(one.ends_at for one in running)])
    for one in sorted(ahead, key=lambda each: (each.starts_at, each.id)):
        free = max(free, one.starts_at + (late or timedelta())) + (one.ends_at - one.starts_at)
    return Place(position, -((now - max(free, planned)) // _MINUTE))
