"""Handing one message to a vendor: once for a person, or once for each of their devices."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from openvisit.platform.channels import Doubtful, Message, Refused, Sender, Taken


class Addressed(NamedTuple):
    """A message as it goes to one address; `device` is the push subscription that the address is of."""

    message: Message
    device: UUID | None = None


@dataclass(frozen=True, slots=True)
class Handed:
    """How handing over ended. `gone` are the devices that there is nobody behind any more."""

    outcome: Taken | Refused | Doubtful
    gone: list[UUID] = field(default_factory=list)


async def hand(sender: Sender, copies: Sequence[Addressed], longest: timedelta) -> Handed:
    """Hand every copy over, none waiting for another; each has `longest` before it is in doubt."""
    if len(copies) == 1 and copies[0].device is None:
        return Handed(await _one(sender, copies[0].message, longest))
    outcomes = await asyncio.gather(*(_one(sender, copy.message, longest) for copy in copies))
    gone = [
        copy.device
        for copy, outcome in zip(copies, outcomes, strict=True)
        if copy.device is not None and isinstance(outcome, Refused) and outcome.address_is_dead
    ]
    return Handed(together(outcomes), gone)


def together(outcomes: Sequence[Taken | Refused | Doubtful]) -> Taken | Refused | Doubtful:
    """What became of a message of several copies: whoever has it on one device has it.

    Where none was taken, what may have been, or may yet be, counts before what never will.
    """
    best = min(outcomes, key=_rank, default=Refused("no-device", permanent=True))
    if not isinstance(best, Refused) or best.permanent:
        return best
    waits = [one.retry_after for one in outcomes if isinstance(one, Refused) and one.retry_after is not None]
    return Refused(best.reason, permanent=False, retry_after=max(waits, default=None))


def _rank(outcome: Taken | Refused | Doubtful) -> int:
    if isinstance(outcome, Taken):
        return 0
    if isinstance(outcome, Doubtful):
        return 1
    return 3 if outcome.permanent else 2


async def _one(sender: Sender, message: Message, longest: timedelta) -> Taken | Refused | Doubtful:
    try:
        async with asyncio.timeout(longest.total_seconds()):
            return await sender.send(message)
    except (Refused, Doubtful) as error:
        return error
    except Exception as error:  # a fault half-way leaves the same doubt as a line cut off
        return Doubtful(type(error).__name__)
