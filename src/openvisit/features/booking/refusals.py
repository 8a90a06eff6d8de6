"""Who may not book, and which slots cannot be had: asked before anything is written."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from openvisit.core.consent import visit_purpose
from openvisit.core.errors import Forbidden
from openvisit.core.permissions import ADMIN, PATIENT, PROVIDER, STAFF, Actor, Target, allowed
from openvisit.features.availability.facts import booked_by_day
from openvisit.features.booking import wire
from openvisit.features.booking.alternatives import nearest
from openvisit.features.booking.context import Wish, too_early_or_late
from openvisit.features.booking.errors import (
    HoldGone,
    HoldMismatch,
    NotBookableByYou,
    PatientBusy,
    PatientNotFound,
    ReasonRequired,
    SlotNotOffered,
    SlotTaken,
)
from openvisit.features.consent.errors import ProcessingRestricted
from openvisit.features.consent.queries import refuse
from openvisit.platform import metrics
from openvisit.platform.db import Connection, Row, execute


def refuse_person(actor: Actor, body: wire.BookBody, patient_id: UUID, row: Row) -> None:
    """Whether this person may book this for that patient.

    Errors: PatientNotFound, NotBookableByYou, Forbidden, ReasonRequired.
    """
    target = Target(clinic_id=row["clinic_id"], provider_id=body.provider_id, patient_id=patient_id)
    erased = row["patient_key"] == b""
    if row["patient_person_id"] is None or erased or not allowed(actor, "appointment:book", target):
        raise PatientNotFound
    if body.private and not allowed(actor, "appointment:hide", target):
        raise Forbidden("Only the patient or the provider can keep a visit private")
    if set(row["bookable_by"]).isdisjoint(_roles(actor, target)):
        raise NotBookableByYou
    if body.overbook:
        if not allowed(actor, "appointment:overbook", Target(target.clinic_id, provider_id=target.provider_id)):
            raise Forbidden("Only the clinic can book over other visits")
        if not body.overbook_reason.strip():
            raise ReasonRequired(
                "Overbooking needs a reason", errors=[{"path": "body.overbook_reason", "message": "is needed"}]
            )


def refuse_without_consent(row: Row, mode: str) -> None:
    """Whether the patient has agreed to what this visit needs, and has not paused the use of their data.

    Errors: ConsentNeeded, ProcessingRestricted.
    """
    if row["restricted"]:
        raise ProcessingRestricted
    refuse(visit_purpose(mode), row["consents"], row["clinic_id"])


def _roles(actor: Actor, target: Target) -> set[str]:
    roles = set(actor.roles.get(target.clinic_id, frozenset()) & {STAFF, ADMIN}) if target.clinic_id else set()
    if actor.provider_id == target.provider_id:
        roles.add(PROVIDER)
    if actor.patient_id == target.patient_id or target.patient_id in actor.delegations:
        roles.add(PATIENT)
    return roles


def acts_for_clinic(actor: Actor, provider_id: UUID, clinic_id: UUID) -> bool:
    """Staff, admins and the provider: they book past the notice and the window that bind patients."""
    return actor.provider_id == provider_id or actor.holds(clinic_id, STAFF, ADMIN)


def hold_of(wish: Wish, row: Row) -> UUID | None:
    """The id of the hold the token is for, None without one. Errors: HoldMismatch when it is for another slot."""
    if wish.hold_token_hash is None or row["hold_id"] is None:
        return None
    if not row["hold_fits"]:
        raise HoldMismatch
    hold_id: UUID = row["hold_id"]
    return hold_id


async def refuse_slot(
    connection: Connection, actor: Actor, wish: Wish, row: Row, held: UUID | None, now: datetime
) -> None:
    """The cheap look: most of those who come too late are told so here, without having written anything.

    Errors: SlotTaken, HoldGone, PatientBusy, SlotNotOffered.
    """
    if row["provider_taken"] or row["provider_away"]:
        raise await taken(connection, wish, now, hold_gone=wish.hold_token_hash is not None and not held)
    if row["patient_taken"]:
        raise PatientBusy
    if not row["opened"] or wish.mode not in row["modes"]:
        raise await not_offered(connection, wish, ["outside-hours"], now)
    soon = [] if held else too_early_or_late(row, wish.start, now)
    if soon == ["past"] or (soon and not acts_for_clinic(actor, wish.provider_id, row["clinic_id"])):
        raise await not_offered(connection, wish, soon, now)


async def refuse_past_cap(connection: Connection, wish: Wish, row: Row, now: datetime) -> None:
    """The day's cap, counted under a lock until the transaction ends, so that two cannot both take the last place.

    Errors: SlotNotOffered.
    """
    await lock_resources(connection, wish.provider_id)
    values = {
        "zone": row["zone"],
        "provider_id": wish.provider_id,
        "visit_type_id": wish.visit_type_id,
        "from": wish.start - timedelta(days=2),
        "to": wish.start + timedelta(days=2),
        "apart_from": wish.apart_from,
        "now": now,
    }
    booked = await booked_by_day(connection, values)
    if booked.get(wish.start.astimezone(ZoneInfo(row["zone"])).date(), 0) >= row["daily_cap"]:
        raise await not_offered(connection, wish, ["daily-cap"], now)


async def lock_resources(connection: Connection, *resources: UUID) -> None:
    """Advisory locks until the transaction ends, always in the order of ids so that nobody waits in a circle."""
    for resource in sorted(set(resources)):
        await execute(connection, "SELECT pg_advisory_xact_lock(hashtextextended(%(key)s, 0))", {"key": str(resource)})


async def taken(connection: Connection, wish: Wish, now: datetime, *, hold_gone: bool = False) -> SlotTaken | HoldGone:
    """The error for a time that somebody else has, with alternatives."""
    metrics.bookings.labels("slot_taken").inc()
    kind = HoldGone if hold_gone else SlotTaken
    return kind(alternatives=await near(connection, wish, now))


async def not_offered(connection: Connection, wish: Wish, reasons: list[str], now: datetime) -> SlotNotOffered:
    """The error for a time that the provider does not offer, with alternatives."""
    metrics.bookings.labels("not_offered").inc()
    return SlotNotOffered(reasons=reasons, alternatives=await near(connection, wish, now))


async def near(connection: Connection, wish: Wish, now: datetime) -> list[Any]:
    """The nearest free times to the one wished for."""
    return list(
        await nearest(
            connection,
            wish.provider_id,
            wish.visit_type_id,
            wish.start,
            wish.mode,
            now,
            extra_minutes=wish.extra_minutes,
        )
    )
