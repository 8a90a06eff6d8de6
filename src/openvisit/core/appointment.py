"""An appointment's states, the moves between them, and when each move may be made.

The table `MOVES` is the whole rule; `after` reads it, `check_time` adds the clock.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum


class Mode(StrEnum):
    """How patient and provider meet."""

    IN_PERSON = "in-person"
    TELEHEALTH = "telehealth"
    PHONE = "phone"


class Status(StrEnum):
    """Where an appointment stands."""

    REQUESTED = "requested"
    """Awaits the provider's approval; the time is already kept for it."""
    SCHEDULED = "scheduled"
    CONFIRMED = "confirmed"
    RESCHEDULED = "rescheduled"
    """Active at its new time, awaiting confirmation."""
    CHECKED_IN = "checked-in"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    NO_SHOW = "no-show"


class Move(StrEnum):
    """What may be done to an appointment."""

    APPROVE = "approve"
    DECLINE = "decline"
    CONFIRM = "confirm"
    RESCHEDULE = "reschedule"
    CANCEL = "cancel"
    CHECK_IN = "check-in"
    START = "start"
    COMPLETE = "complete"
    NO_SHOW = "no-show"


FINAL = frozenset({Status.COMPLETED, Status.CANCELLED, Status.NO_SHOW})
"""Nothing more can happen."""

ACTIVE = frozenset(Status) - FINAL
"""These occupy the time of provider, patient, room and device."""

UPCOMING = frozenset({Status.SCHEDULED, Status.CONFIRMED, Status.RESCHEDULED})
"""Agreed and not yet begun."""

CHECK_IN_EARLIEST = timedelta(minutes=60)
"""How long before its start a visit can be checked in to, or started without that."""

MOVES: Mapping[tuple[Move, Status], Status] = {
    (Move.APPROVE, Status.REQUESTED): Status.SCHEDULED,
    (Move.DECLINE, Status.REQUESTED): Status.CANCELLED,
    (Move.CONFIRM, Status.SCHEDULED): Status.CONFIRMED,
    (Move.CONFIRM, Status.RESCHEDULED): Status.CONFIRMED,
    (Move.RESCHEDULE, Status.REQUESTED): Status.REQUESTED,
    (Move.RESCHEDULE, Status.SCHEDULED): Status.RESCHEDULED,
    (Move.RESCHEDULE, Status.CONFIRMED): Status.RESCHEDULED,
    (Move.RESCHEDULE, Status.RESCHEDULED): Status.RESCHEDULED,
    (Move.CANCEL, Status.REQUESTED): Status.CANCELLED,
    (Move.CANCEL, Status.SCHEDULED): Status.CANCELLED,
    (Move.CANCEL, Status.CONFIRMED): Status.CANCELLED,
    (Move.CANCEL, Status.RESCHEDULED): Status.CANCELLED,
    (Move.CANCEL, Status.CHECKED_IN): Status.CANCELLED,
    (Move.CHECK_IN, Status.SCHEDULED): Status.CHECKED_IN,
    (Move.CHECK_IN, Status.CONFIRMED): Status.CHECKED_IN,
    (Move.CHECK_IN, Status.RESCHEDULED): Status.CHECKED_IN,
    (Move.START, Status.SCHEDULED): Status.IN_PROGRESS,
    (Move.START, Status.CONFIRMED): Status.IN_PROGRESS,
    (Move.START, Status.RESCHEDULED): Status.IN_PROGRESS,
    (Move.START, Status.CHECKED_IN): Status.IN_PROGRESS,
    (Move.COMPLETE, Status.SCHEDULED): Status.COMPLETED,
    (Move.COMPLETE, Status.CONFIRMED): Status.COMPLETED,
    (Move.COMPLETE, Status.RESCHEDULED): Status.COMPLETED,
    (Move.COMPLETE, Status.CHECKED_IN): Status.COMPLETED,
    (Move.COMPLETE, Status.IN_PROGRESS): Status.COMPLETED,
    (Move.NO_SHOW, Status.SCHEDULED): Status.NO_SHOW,
    (Move.NO_SHOW, Status.CONFIRMED): Status.NO_SHOW,
    (Move.NO_SHOW, Status.RESCHEDULED): Status.NO_SHOW,
}
"""From (move, status) to the next status. A pair that is absent is not allowed."""

_HOW_EARLY: Mapping[Move, timedelta] = {
    Move.CHECK_IN: CHECK_IN_EARLIEST,
    Move.START: CHECK_IN_EARLIEST,
    Move.COMPLETE: timedelta(0),
    Move.NO_SHOW: timedelta(0),
}


class MoveNotAllowed(ValueError):
    """This move cannot be made: never from this status, or, when `earliest` is given, not before then."""

    def __init__(self, move: Move, status: Status, earliest: datetime | None = None) -> None:
        when = f" before {earliest.isoformat()}" if earliest else ""
        super().__init__(f"cannot {move} an appointment that is {status}{when}")
        self.move = move
        self.status = status
        self.earliest = earliest


def after(move: Move, status: Status) -> Status:
    """The status that `move` leads to from `status`. MoveNotAllowed when the table has no such move."""
    try:
        return MOVES[move, status]
    except KeyError:
        raise MoveNotAllowed(move, status) from None


def sources(move: Move) -> frozenset[Status]:
    """The statuses from which `move` can be made, for guarded updates."""
    return frozenset(status for made, status in MOVES if made is move)


def earliest(move: Move, status: Status, start: datetime) -> datetime | None:
    """When `move` becomes possible for a visit that starts at `start`; None when the clock does not matter.

    Only visits not yet begun wait: for check-in and start until an hour before, for completion and no-show
    until the start itself.
    """
    if status not in UPCOMING or move not in _HOW_EARLY:
        return None
    return start - _HOW_EARLY[move]


def check_time(move: Move, status: Status, start: datetime, now: datetime) -> None:
    """MoveNotAllowed, with `earliest`, when it is too early at `now` for `move`."""
    possible = earliest(move, status, start)
    if possible is not None and now < possible:
        raise MoveNotAllowed(move, status, possible)


def allowed(status: Status, start: datetime, now: datetime) -> frozenset[Move]:
    """The moves that table and clock allow at `now`; who may make them is the permission table's to say."""
    return frozenset(
        move
        for move, source in MOVES
        if source is status and ((possible := earliest(move, status, start)) is None or possible <= now)
    )
