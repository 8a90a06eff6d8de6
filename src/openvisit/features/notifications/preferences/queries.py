"""Wishes and rules as they are kept, and the channels that lead to a person."""

from uuid import UUID

from openvisit.core.reminders.wishes import CHANNELS, Quiet, Rules, Wishes
from openvisit.platform.db import Connection, Row, fetch_one

_RULES = """
SELECT * FROM reminder_rules WHERE clinic_id = %(clinic_id)s"""


async def rules_of(connection: Connection, clinic_id: UUID) -> Rules:
    """A clinic's rules; the defaults where it has said nothing."""
    row = await fetch_one(connection, _RULES, {"clinic_id": clinic_id})
    return Rules() if row is None else rules(row)


def rules(row: Row) -> Rules:
    """The rules in a row of `reminder_rules`."""
    return Rules(
        channels=tuple(row["channels"]),
        allowed=tuple(row["allowed"]),
        offsets=tuple(row["offsets"]),
        longest_offset=row["longest_offset"],
        most=row["most"],
        quiet=_quiet(row),
        join_link=row["join_link"],
        follow_up=row["follow_up"],
        custom_messages=row["custom_messages"],
    )


def wishes(row: Row) -> Wishes:
    """The wishes in a row of `notification_preference`, or in one where all of it is null."""
    quiet = _quiet(row)
    return Wishes(
        channels=None if row["channels"] is None else tuple(row["channels"]),
        offsets=None if row["offsets"] is None else tuple(row["offsets"]),
        quiet=quiet,
        never_quiet=quiet is not None and quiet.start == quiet.end,
        opted_out=frozenset(row["opted_out"] or ()),
    )


def reachable(row: Row, *, pushable: bool) -> list[str]:
    """The channels that lead to the person: those with an address that is proved and not known to be dead."""
    if not row["active"]:
        return []
    email = row["has_email"] and row["email_dead_at"] is None
    phone = row["phone_verified_at"] is not None and row["phone_dead_at"] is None
    leads = {"email": email, "sms": phone, "voice": phone, "push": pushable}
    return [channel for channel in CHANNELS if leads[channel]]


def _quiet(row: Row) -> Quiet | None:
    return None if row["quiet_from"] is None else Quiet(row["quiet_from"], row["quiet_until"])
