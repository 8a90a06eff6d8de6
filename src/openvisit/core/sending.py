"""What becomes of a message after a try to send it: the one rule for everything that leaves by a vendor.

    pending -> sending -> sent -> delivered | failed
                       -> pending   not taken this time, or by this channel
                       -> failed    refused for good by every channel, tried too often, or no longer of use

A worker that dies leaves the message `sending`, and its lease runs out. Vendors that take an idempotency key are asked
again: they know whether they had it. With others nobody knows, so it is sent once more, marked doubtful, because a
visit that nobody heard of is worse than a message that came twice; if that try is cut off too, it is left to people.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

LEASE = timedelta(minutes=2)
"""A try that has taken longer than this was cut off; longer than any vendor's time-out."""

MOST_TRIES = 10
"""Tries by all channels together."""

TRIES_BY_CHANNEL = 4
"""Temporary refusals after which the next channel is tried, where there is one."""

_FIRST_WAIT = 30
_LONGEST_WAIT = 3600


@dataclass(frozen=True, slots=True)
class Again:
    """Try again at `at`, by `channel`, whose `tries` so far are counted."""

    at: datetime
    channel: str
    tries: int


def wait_seconds(tries: int) -> int:
    """How long to wait after `tries` earlier tries: half a minute, then twice as long each time, at most an hour."""
    return int(min(_FIRST_WAIT * 2 ** min(tries, 20), _LONGEST_WAIT))


def after_refusal(
    now: datetime,
    channels: tuple[str, ...],
    channel: str,
    tries: int,
    attempts: int,
    *,
    permanent: bool,
    retry_after: timedelta | None = None,
    until: datetime | None = None,
    spread: float = 0.0,
) -> Again | None:
    """When and by which channel a refused message is tried again; None when it has failed.

    `tries` are those by this channel and `attempts` those by all, this one included. The next channel is asked at once
    when this one refused for good, has had its tries, or would be asked too late (`until`). `spread`, from 0 to 1,
    lengthens the wait by up to a quarter, so that what failed together is not tried together.
    """
    rest = channels[channels.index(channel) + 1 :] if channel in channels else ()
    if attempts >= MOST_TRIES:
        return None
    if not permanent and not (rest and tries >= TRIES_BY_CHANNEL):
        wait = timedelta(seconds=wait_seconds(tries - 1) * (1 + spread / 4))
        at = now + max(wait, retry_after or timedelta(0))
        if until is None or at < until:
            return Again(at, channel, tries)
    return Again(now, rest[0], 0) if rest and (until is None or now < until) else None
