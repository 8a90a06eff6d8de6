"""Preferences and rules as they are shown."""

from datetime import datetime
from typing import Any
from uuid import UUID

from openvisit.core.errors import Forbidden, NotFound
from openvisit.core.permissions import Actor, Target, allowed
from openvisit.core.reminders.wishes import Quiet, Rules
from openvisit.features.audit.commands import record
from openvisit.features.identity.errors import UnknownPatient
from openvisit.features.notifications.preferences import wire
from openvisit.features.notifications.preferences.queries import rules
from openvisit.platform.crypto import Keys, Vault
from openvisit.platform.db import Connection, Row, fetch_all, fetch_one

_OWN = """
SELECT p.id, p.email, n.channels, n.offsets, n.custom_message, n.quiet_from, n.quiet_until, n.language, n.opted_out,
       n.phone, n.phone_verified_at, n.email_dead_at, n.email_dead_because, n.phone_dead_at, n.phone_dead_because,
       coalesce(n.version, 0) AS version, k.wrapped AS data_key
FROM person p
LEFT JOIN notification_preference n ON n.person_id = p.id
LEFT JOIN keyring.data_key k ON k.owner = p.id
WHERE p.id = %(id)s"""


async def own(connection: Connection, vault: Vault, person_id: UUID) -> wire.NotificationPreferences:
    """How the person wishes to be told."""
    row = await fetch_one(connection, _OWN, {"id": person_id})
    if row is None:
        raise NotFound
    keys = vault.of(person_id, row["data_key"])
    usual = Rules()
    return wire.NotificationPreferences(
        channels=row["channels"],
        offsets=row["offsets"],
        quiet=quiet_hours(row["quiet_from"], row["quiet_until"]),
        custom_message=keys.shown(row["custom_message"], "notification_preference.custom_message", person_id),
        language=row["language"],
        opted_out=row["opted_out"] or [],
        email=_mailbox(row, keys),
        phone=_phone(row, keys),
        usual=wire.UsualWay(list(usual.channels), list(usual.offsets), _of(usual.quiet)),  # type: ignore[arg-type]
        version=row["version"],
    )


def _mailbox(row: Row, keys: Keys) -> wire.ReachedBy | None:
    if not row["email"]:
        return None
    address = keys.shown(row["email"], "person.email", row["id"])
    return _reached(address, row["email_dead_at"], row["email_dead_because"], proved=True)


def _phone(row: Row, keys: Keys) -> wire.ReachedBy | None:
    if not row["phone"]:
        return None
    number = keys.shown(row["phone"], "notification_preference.phone", row["id"])
    proved = row["phone_verified_at"] is not None
    return _reached(number, row["phone_dead_at"], row["phone_dead_because"], proved=proved)


def _reached(address: str, dead_at: datetime | None, because: str | None, *, proved: bool) -> wire.ReachedBy:
    return wire.ReachedBy(address, proved, dead_at is not None, dead_at, because or "")


async def reachability(connection: Connection, actor: Actor, patient_id: UUID, now: datetime) -> wire.Reachability:
    """Whether messages reach a patient, for those who may see the patient. Errors: UnknownPatient."""
    clinics = await fetch_all(
        connection, "SELECT clinic_id FROM clinic_patient WHERE patient_id = %(id)s", {"id": patient_id}
    )
    seen = [one["clinic_id"] for one in clinics if _may_see(actor, patient_id, one["clinic_id"])]
    if not (seen or _may_see(actor, patient_id, None)):
        raise UnknownPatient
    found = await reached(connection, patient_id)
    if actor.patient_id != patient_id:
        await record(
            connection,
            at=now,
            actor_id=actor.person_id,
            action="patient:read",
            thing="patient",
            thing_id=patient_id,
            clinic_id=seen[0] if seen else None,
            patient_id=patient_id,
        )
    return found


async def reached(connection: Connection, patient_id: UUID) -> wire.Reachability:
    """The same; whoever calls has asked for permission. Errors: UnknownPatient."""
    row = await fetch_one(
        connection,
        """SELECT p.email IS NOT NULL AS has_email, n.*, pt.id AS patient_id FROM patient pt
           JOIN person p ON p.id = pt.person_id LEFT JOIN notification_preference n ON n.person_id = p.id
           WHERE pt.id = %(id)s""",
        {"id": patient_id},
    )
    if row is None:
        raise UnknownPatient
    email = "none" if not row["has_email"] else "dead" if row["email_dead_at"] else "good"
    return wire.Reachability(
        email,  # type: ignore[arg-type]
        row["email_dead_because"] or "",
        _phone_state(row),  # type: ignore[arg-type]
        row["phone_dead_because"] or "",
        row["opted_out"] or [],
    )


def _may_see(actor: Actor, patient_id: UUID, clinic_id: UUID | None) -> bool:
    return allowed(actor, "patient:read", Target(clinic_id=clinic_id, patient_id=patient_id))


def _phone_state(row: Row) -> str:
    if row["phone"] is None:
        return "none"
    if row["phone_dead_at"] is not None:
        return "dead"
    return "good" if row["phone_verified_at"] is not None else "unproved"


async def rules_shown(connection: Connection, actor: Actor, clinic_id: UUID) -> wire.ReminderRules:
    """A clinic's rules, the defaults where it has said nothing. Errors: NotFound, Forbidden."""
    if await fetch_one(connection, "SELECT FROM clinic WHERE id = %(id)s", {"id": clinic_id}) is None:
        raise NotFound
    if not allowed(actor, "reminder-rules:manage", Target(clinic_id=clinic_id)):
        raise Forbidden
    row = await fetch_one(connection, "SELECT * FROM reminder_rules WHERE clinic_id = %(id)s", {"id": clinic_id})
    found: Any = rules(row) if row else Rules()
    return wire.ReminderRules(
        channels=list(found.channels),
        allowed=list(found.allowed),
        offsets=list(found.offsets),
        longest_offset=found.longest_offset,
        most=found.most,
        quiet=_of(found.quiet),
        join_link=found.join_link,
        follow_up=found.follow_up,
        custom_messages=found.custom_messages,
        version=row["version"] if row else 0,
    )


def quiet_hours(start: int | None, end: int | None) -> wire.QuietHours | None:
    """Minutes of the day as a clock shows them."""
    return None if start is None or end is None else wire.QuietHours(_clock(start), _clock(end))


def minutes_of(quiet: wire.QuietHours | None) -> tuple[int | None, int | None]:
    """What a clock shows as minutes of the day."""
    if quiet is None:
        return None, None
    start, end = ((int(text[:2]) * 60 + int(text[3:])) for text in (quiet.from_, quiet.until))
    return start, end


def _of(quiet: Quiet | None) -> wire.QuietHours | None:
    return quiet_hours(quiet.start, quiet.end) if quiet else None


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
