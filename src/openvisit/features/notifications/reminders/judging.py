"""Whether a due reminder is still to be sent, by which channel, and what becomes of it after a try."""

import zlib
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from openvisit.core.appointment import UPCOMING, Status
from openvisit.core.reminders.planner import Type, Why
from openvisit.core.reminders.quiet import quiet_around
from openvisit.core.reminders.wishes import Rules
from openvisit.core.sending import after_refusal
from openvisit.features.notifications.news.standing import stands
from openvisit.features.notifications.preferences.queries import reachable, wishes
from openvisit.features.notifications.reminders.claiming import Outcome, Result
from openvisit.features.notifications.reminders.planning import VISIT_CHANGED
from openvisit.features.notifications.templates.kinds import REFUSABLE
from openvisit.platform.channels import Channel, Refused, Taken
from openvisit.platform.db import Row

PUNCTUAL = timedelta(minutes=5)
"""What is later than this may have come into quiet hours that the plan had kept."""


def not_now(row: Row, rules: Mapping[UUID, Rules], now: datetime) -> Result | None:
    """Why a reminder that is due is not sent after all, or not yet; None when it is."""
    news = row["type"] == Type.NEWS
    if not (stands(row) if news else row["visit_start"] == row["starts_at"] and _stands(row)):
        return aside(row, "cancelled", VISIT_CHANGED, now)
    if now >= row["until"]:
        return aside(row, "failed" if row["attempts"] else "skipped", Why.TOO_LATE, now)
    if row["type"] in (Type.RUNNING_LATE, Type.NEWS):  # part of the visit, which needs no consent to messages
        return None
    if not row["consented"]:
        return aside(row, "skipped", Why.NO_CONSENT, now)
    if row["type"] == Type.JOIN_LINK or now - row["due_at"] <= PUNCTUAL:
        return None
    return _kept_quiet(row, rules[row["clinic_id"]], now)


def _stands(row: Row) -> bool:
    status = row["visit_status"]
    if row["type"] == Type.FOLLOW_UP:
        return bool(status == Status.COMPLETED)
    return status in UPCOMING or (row["type"] == Type.RUNNING_LATE and status == Status.CHECKED_IN)


def _kept_quiet(row: Row, rules: Rules, now: datetime) -> Result | None:
    own = wishes({**row, "channels": row["own_channels"]})
    quiet = None if own.never_quiet else own.quiet or rules.quiet
    around = quiet_around(quiet, row["told_zone"], now) if quiet else None
    if around is None:
        return None
    if around[1] < row["until"]:
        return Result(row["id"], "pending", row["channel"], row["tries"], row["attempts"], around[1])
    return aside(row, "skipped", Why.QUIET_HOURS, now)


def channel_of(row: Row, working: Collection[str]) -> Channel | None:
    """The channel to try now: the one asked last, or the next that still leads to the person.

    `working` are the channels that this installation has a vendor for.
    """
    leads = set(reachable(row, pushable=row["pushable"])) & set(working) - _refused(row)
    order = list(row["channels"])
    begin = order.index(row["channel"]) if row["channel"] in order else 0
    return next((channel for channel in order[begin:] if channel in leads), None)


def _refused(row: Row) -> set[str]:
    """The channels that the person wants nothing by. What happens to their visits reaches them by mail all the same."""
    refused = set(row["opted_out"] or ())
    return refused - {"email"} if row["type"] == Type.NEWS and row["kind"] not in REFUSABLE else refused


def aside(row: Row, status: Outcome, why: str, now: datetime) -> Result:
    """Not to be sent, and why."""
    error = str(why) if status == "failed" else None
    return Result(row["id"], status, row["channel"], row["tries"], row["attempts"], now, str(why), error)


def sent(row: Row, channel: str, taken: Taken, now: datetime) -> Result:
    """The vendor has it."""
    return Result(
        row["id"],
        "sent",
        channel,
        _tries(row, channel),
        row["attempts"] + 1,
        now,
        vendor=taken.vendor,
        vendor_message_id=taken.message_id,
    )


def refused(row: Row, channel: str, error: Refused, now: datetime) -> Result:
    """The vendor has not taken it: again later, by the next channel, or never."""
    tries, attempts = _tries(row, channel), row["attempts"] + 1
    again = after_refusal(
        now,
        tuple(row["channels"]),
        channel,
        tries,
        attempts,
        permanent=error.permanent,
        retry_after=error.retry_after,
        until=row["until"],
        spread=zlib.crc32(row["id"].bytes) / 2**32,
    )
    if again is None:
        return Result(row["id"], "failed", channel, tries, attempts, now, error=error.reason)
    return Result(row["id"], "pending", again.channel, again.tries, attempts, again.at, error=error.reason)


def doubtful(row: Row, channel: str, reason: str, now: datetime, *, known: bool) -> Result:
    """Nobody can tell whether the vendor has it. `known`: the vendor tells one that is sent twice.

    Others get it once more; in doubt a second time, it is left to people.
    """
    again = refused(row, channel, Refused(reason, permanent=False), now)
    if known:
        return again
    again.doubtful = True
    if row["doubtful_at"] is not None:
        again.status, again.channel = "failed", channel
    return again


def _tries(row: Row, channel: str) -> int:
    return int(row["tries"]) + 1 if row["channel"] == channel else 1
