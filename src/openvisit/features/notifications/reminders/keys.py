"""The keys that a call asks for: those alone by which something can be done with the visit now."""

from collections.abc import Collection, Mapping
from datetime import datetime

from openvisit.core.appointment import Move, MoveNotAllowed, Status, after
from openvisit.core.cancellation import CancellationPolicy, Verdict, may_cancel, may_reschedule
from openvisit.core.replies import KEYS
from openvisit.platform.db import Row


def values(row: Row, *, texts: bool, now: datetime) -> dict[str, str]:
    """The key for each value that a call may name, empty where it would lead nowhere.

    `texts`: whether there is a vendor for SMS, by which links are sent and reasons asked for.
    """
    start = row["visit_start"]
    policy = CancellationPolicy(row["cancellation_notice_minutes"], row["cancellation_reason_required"])
    cancelled = may_cancel(policy, start, now, by_staff=False)
    can = {
        "key_confirm": _allowed(Move.CONFIRM, row),
        "key_move": texts and may_reschedule(policy, start, now, by_staff=False).allowed,
        "key_cancel": cancelled.allowed or (texts and cancelled is Verdict.REASON_REQUIRED),
        "key_stop": True,
    }
    return {name: key if can[name] else "" for name, key in KEYS.items()}


def asked(said: Mapping[str, str], named: Collection[str]) -> str:
    """The keys that a call waits for: those that its words name."""
    return "".join(said[name] for name in KEYS if name in named)


def _allowed(move: Move, row: Row) -> bool:
    try:
        after(move, Status(row["visit_status"]))
    except MoveNotAllowed:
        return False
    return True
