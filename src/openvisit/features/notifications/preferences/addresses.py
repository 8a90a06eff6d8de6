"""Addresses proved by a code, and addresses found to be dead."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from openvisit.core.errors import Forbidden, Invalid
from openvisit.core.permissions import Actor, Target, allowed
from openvisit.core.phone import normalised
from openvisit.features.audit.commands import record
from openvisit.features.identity import codes
from openvisit.features.notifications.preferences import reading, wire
from openvisit.features.notifications.preferences.commands import changed, ensure_row
from openvisit.features.notifications.preferences.errors import NoPhone
from openvisit.platform.channels import Channel
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, Database, elevated, execute, fetch_all, fetch_one
from openvisit.platform.jobs import defer
from openvisit.platform.rate_limits import spend

Purpose = Literal["phone", "mailbox"]
AddressKind = Literal["email", "phone"]
PHONE: Purpose = "phone"
MAILBOX: Purpose = "mailbox"
CODES_AN_HOUR = 5
CODES_A_DAY_TO_ONE_NUMBER = 5
TASK = "notifications:send_address_code"


def phone_index(vault: Vault, number: str) -> bytes:
    """The blind index of a number in E.164, by which an answer finds its person."""
    return vault.address_index(f"phone {number}")


async def set_phone(
    db: Database, vault: Vault, actor: Actor, text: str, *, now: datetime
) -> wire.NotificationPreferences:
    """Another number, that has to be proved before anything is sent to it but the code. Errors: Invalid,
    TooManyRequests."""
    number = normalised(text)
    if number is None:
        message = "a number with its country, such as +34 600 111 222"
        raise Invalid(f"phone: {message}", errors=[{"path": "body.phone", "message": message}])
    index = phone_index(vault, number)
    async with db.transaction() as connection:
        # Calls and messages cost: neither one person nor one number gets many.
        await spend(connection, f"phone {index.hex()}", limit=CODES_A_DAY_TO_ONE_NUMBER, window_seconds=86_400, now=now)
        await ensure_row(connection, actor.person_id, now)
        keys = await vault.keys(connection, actor.person_id)
        await execute(
            connection,
            """UPDATE notification_preference SET phone = %(phone)s, phone_index = %(index)s, phone_verified_at = NULL,
                   phone_dead_at = NULL, phone_dead_because = NULL, updated_at = %(now)s, version = version + 1
               WHERE person_id = %(id)s""",
            {
                "id": actor.person_id,
                "phone": keys.seal(number, "notification_preference.phone", actor.person_id),
                "index": index,
                "now": now,
            },
        )
        await _send_code(connection, actor.person_id, PHONE, now)
        await changed(connection, actor.person_id, actor.person_id, "phone", now)
        return await reading.own(connection, vault, actor.person_id)


async def drop_phone(db: Database, vault: Vault, actor: Actor, *, now: datetime) -> wire.NotificationPreferences:
    """Forget the number."""
    async with db.transaction() as connection:
        await execute(
            connection,
            """UPDATE notification_preference SET phone = NULL, phone_index = NULL, phone_verified_at = NULL,
                   phone_dead_at = NULL, phone_dead_because = NULL, updated_at = %(now)s, version = version + 1
               WHERE person_id = %(id)s""",
            {"id": actor.person_id, "now": now},
        )
        await changed(connection, actor.person_id, actor.person_id, "phone-dropped", now)
        return await reading.own(connection, vault, actor.person_id)


async def ask_code(db: Database, actor: Actor, purpose: Purpose, *, now: datetime) -> None:
    """Send a code to the address that is there. Errors: NoPhone, TooManyRequests."""
    async with db.transaction() as connection:
        row = await fetch_one(
            connection,
            "SELECT phone_index FROM notification_preference WHERE person_id = %(id)s",
            {"id": actor.person_id},
        )
        if purpose == PHONE:
            if row is None or row["phone_index"] is None:
                raise NoPhone
            key = f"phone {bytes(row['phone_index']).hex()}"
            await spend(connection, key, limit=CODES_A_DAY_TO_ONE_NUMBER, window_seconds=86_400, now=now)
        await _send_code(connection, actor.person_id, purpose, now)


async def _send_code(connection: Connection, person_id: UUID, purpose: Purpose, now: datetime) -> None:
    await spend(connection, f"{purpose} code {person_id}", limit=CODES_AN_HOUR, window_seconds=3600, now=now)
    # A code that was sent to the number before must not prove this one.
    await execute(
        connection,
        "DELETE FROM email_code WHERE person_id = %(id)s AND purpose = %(purpose)s",
        {"id": person_id, "purpose": purpose},
    )
    await defer(connection, TASK, queue="mail", args={"person_id": str(person_id), "purpose": purpose})


async def prove(
    db: Database, vault: Vault, actor: Actor, purpose: Purpose, code: str, *, now: datetime
) -> wire.NotificationPreferences:
    """The code came back: the address leads to the person, and is not dead. Errors: CodeInvalid."""
    found = await codes.check(db, vault, actor.person_id, [purpose], code, now)
    cleared = (
        "phone_verified_at = %(now)s, phone_dead_at = NULL, phone_dead_because = NULL"
        if purpose == PHONE
        else "email_dead_at = NULL, email_dead_because = NULL"
    )
    async with db.transaction() as connection:
        await codes.use_up(connection, found)
        await ensure_row(connection, actor.person_id, now)
        await execute(
            connection,
            f"""UPDATE notification_preference SET {cleared}, updated_at = %(now)s, version = version + 1
                WHERE person_id = %(id)s""",
            {"id": actor.person_id, "now": now},
        )
        await changed(connection, actor.person_id, actor.person_id, f"{purpose}-proved", now)
        return await reading.own(connection, vault, actor.person_id)


def address_kind(channel: Channel) -> AddressKind:
    """Which address a channel that is not push is sent to: SMS and calls share one."""
    return "email" if channel == "email" else "phone"


async def mark_dead(connection: Connection, person_id: UUID, address: AddressKind, because: str, now: datetime) -> None:
    """Nothing more is sent to the address until it is proved again; in the caller's transaction."""
    await ensure_row(connection, person_id, now)
    touched = await execute(
        connection,
        f"""UPDATE notification_preference SET {address}_dead_at = %(now)s, {address}_dead_because = %(because)s,
                updated_at = %(now)s, version = version + 1
            WHERE person_id = %(id)s AND {address}_dead_at IS NULL""",
        {"id": person_id, "because": because[:100], "now": now},
    )
    if touched:
        await changed(connection, person_id, None, f"{address}-dead", now)


async def restore(
    db: Database, actor: Actor, patient_id: UUID, address: AddressKind, *, now: datetime
) -> wire.Reachability:
    """Somebody at the front desk knows that a patient's address is good again: messages go there as before.

    Should it be dead all the same, the next message says so. A telephone that was never proved stays unproved.
    Errors: UnknownPatient, Forbidden.
    """
    async with db.transaction() as connection:
        before = await reading.reachability(connection, actor, patient_id, now)
        clinic_id = await _desk_of(connection, actor, patient_id)
        if clinic_id is None:
            raise Forbidden
        was = before.email if address == "email" else before.phone
        if was == "dead":
            async with elevated(connection, "the desk may mark a patient's address good, and nothing else of theirs"):
                person_id = await _clear(connection, patient_id, address, now)
                await changed(connection, person_id, actor.person_id, f"{address}-good", now)
            await record(
                connection,
                at=now,
                actor_id=actor.person_id,
                action="address:restore",
                thing="patient",
                thing_id=patient_id,
                clinic_id=clinic_id,
                patient_id=patient_id,
                data={"address": address},
            )
        return await reading.reached(connection, patient_id)


async def _desk_of(connection: Connection, actor: Actor, patient_id: UUID) -> UUID | None:
    """A clinic that knows the patient, and at whose front desk the actor is."""
    clinics = await fetch_all(
        connection, "SELECT clinic_id FROM clinic_patient WHERE patient_id = %(id)s", {"id": patient_id}
    )
    ids: list[UUID] = [row["clinic_id"] for row in clinics]
    return next((id_ for id_ in ids if allowed(actor, "address:restore", Target(clinic_id=id_))), None)


async def _clear(connection: Connection, patient_id: UUID, address: AddressKind, now: datetime) -> UUID:
    row = await fetch_one(
        connection,
        f"""UPDATE notification_preference n SET {address}_dead_at = NULL, {address}_dead_because = NULL,
                updated_at = %(now)s, version = version + 1
            FROM patient pt WHERE pt.id = %(id)s AND n.person_id = pt.person_id RETURNING n.person_id""",
        {"id": patient_id, "now": now},
    )
    assert row is not None  # noqa: S101 - what is dead has a row
    person_id: UUID = row["person_id"]
    return person_id


_WHOSE = """
SELECT person_id, channel FROM scheduled_reminder
WHERE vendor_message_id = %(message_id)s AND vendor = %(vendor)s
LIMIT 1"""
_WHY = {"complained": "complaint", "bounced": "bounce", "unsubscribed": "unsubscribed"}


async def delivery(connection: Connection, told: Mapping[str, Any], now: datetime) -> None:
    """Mark an address dead when a vendor says so: it bounced for good, or its owner complained."""
    if not told.get("address_is_dead") and told.get("status") != "complained":
        return
    row = await fetch_one(connection, _WHOSE, {"message_id": told["message_id"], "vendor": told["vendor"]})
    if row is None or row["channel"] == "push":
        return
    because = told.get("reason") or _WHY.get(told["status"], "undeliverable")
    await mark_dead(connection, row["person_id"], address_kind(row["channel"]), because, now)
