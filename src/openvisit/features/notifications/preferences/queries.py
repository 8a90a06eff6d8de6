"""Wishes and rules as they are kept, and what they come to for a person at a clinic."""

from dataclasses import dataclass
from uuid import UUID

from openvisit.core.reminders.wishes import CHANNELS, Quiet, Rules, Way, Wishes, way
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, Row, fetch_one

_RULES = """
SELECT * FROM reminder_rules WHERE clinic_id = %(clinic_id)s"""

_PERSON = """
SELECT p.time_zone, coalesce(n.language, p.language) AS language, p.active, p.email IS NOT NULL AS has_email,
       n.channels, n.offsets, n.quiet_from, n.quiet_until, n.opted_out, n.custom_message,
       n.phone, n.phone_verified_at, n.phone_dead_at, n.email_dead_at, k.wrapped AS data_key
FROM person p
LEFT JOIN notification_preference n ON n.person_id = p.id
LEFT JOIN keyring.data_key k ON k.owner = p.id
WHERE p.id = %(person_id)s"""


@dataclass(frozen=True, slots=True)
class Preferences:
    """How a person is told at a clinic. `custom_message`: their own words, empty where there are none."""

    person_id: UUID
    way: Way
    time_zone: str
    language: str
    active: bool
    custom_message: str


async def preferences_at(
    connection: Connection, vault: Vault, person_id: UUID, clinic_id: UUID, *, pushable: bool = False
) -> Preferences | None:
    """The preferences of a person at a clinic; None when there is no such person.

    `pushable`: whether a device of theirs takes push messages. Errors: SealBroken.
    """
    row = await fetch_one(connection, _PERSON, {"person_id": person_id})
    if row is None:
        return None
    rules = await rules_of(connection, clinic_id)
    own = ""
    if row["custom_message"] and rules.custom_messages:
        keys = vault.of(person_id, row["data_key"])
        own = (
            "" if keys.erased else keys.open(row["custom_message"], "notification_preference.custom_message", person_id)
        )
    found = way(wishes(row), rules, reachable(row, pushable=pushable))
    return Preferences(person_id, found, row["time_zone"], row["language"], row["active"], own)


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
