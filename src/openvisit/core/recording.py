"""When a visit may be recorded: while everybody in it has said yes, and not a moment longer."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from enum import StrEnum


class Answer(StrEnum):
    """What somebody in the room said to being recorded. Who said nothing has not agreed."""

    YES = "yes"
    NO = "no"


class Stop(StrEnum):
    """Why a recording ended."""

    STOPPED = "stopped"  # by whoever made it
    WITHDRAWN = "withdrawn"  # somebody in the room said no
    UNANSWERED = "unanswered"  # somebody came in who has not said yes
    NOT_ALLOWED = "not-allowed"  # the clinic does not allow it any more
    ENDED = "ended"  # the visit did
    LOST = "lost"  # nothing came any more


AGAINST_CONSENT = frozenset({Stop.WITHDRAWN, Stop.UNANSWERED, Stop.NOT_ALLOWED})
"""After these nothing is kept that was not kept before; after the others what is still on its way may arrive."""

GRACE = timedelta(seconds=30)
"""For so long after such a stop pieces are taken whose browser has not said how many it made."""

A_SECOND = 2
"""Pieces of a second at most: a browser makes one, and cuts in two what is larger than a piece may be."""

ON_TOP = 5
"""Pieces beyond that: the one that was begun, and what clocks differ by."""


def most_made(began: datetime, stopped: datetime) -> int:
    """How many pieces can have been made from its beginning to its stop, whatever its browser says."""
    return A_SECOND * int((stopped - began).total_seconds()) + ON_TOP


def still_comes(made: int | None, kept: int, stopped: datetime, now: datetime) -> bool:
    """Whether the next piece of a recording that ended with nobody against it is from before its stop.

    The browser's word of how many it `made` by then counts, however late they come: an upload may have to wait for a
    network. Without that word only what was on its way is taken.
    """
    return kept < made if made is not None else now <= stopped + GRACE


def objection(present: Collection[str], answers: Mapping[str, Answer]) -> Stop | None:
    """What stands against recording these people now; None when all of them said yes."""
    if any(answers.get(participant) is Answer.NO for participant in present):
        return Stop.WITHDRAWN
    if any(participant not in answers for participant in present):
        return Stop.UNANSWERED
    return None


def may_record(present: Collection[str], answers: Mapping[str, Answer]) -> bool:
    """Whether recording may start: somebody is there, and everybody who is has said yes."""
    return bool(present) and objection(present, answers) is None
