"""A clinic reads what its visits were rated, and puts a rating aside for a reason that its writer is told."""

from datetime import datetime
from uuid import UUID

from openvisit.core.errors import Forbidden
from openvisit.core.permissions import Actor, Target, allowed
from openvisit.features.audit.commands import record_looks
from openvisit.features.audit.vocabulary import look
from openvisit.features.booking.present import APPOINTMENTS, patient_keys
from openvisit.features.booking.trail import note
from openvisit.features.booking.visible import visit_of
from openvisit.features.booking.wire import Named
from openvisit.features.telehealth.after import wire
from openvisit.features.telehealth.after.errors import NothingRated, ReasonNeeded
from openvisit.features.telehealth.after.ratings import hidden
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, Database, Row, execute, fetch_all, fetch_one
from openvisit.platform.realtime import Live

_RATED = f"""
SELECT visit.*, g.id AS rating_id, g.score, g.comment, g.rated_at, g.changed_at, g.moderation, g.moderated_at,
       g.moderation_reason
FROM visit_rating g JOIN ({APPOINTMENTS}) visit ON visit.id = g.appointment_id"""
"""A rating beside the visit that it is of."""


async def listed(
    connection: Connection, vault: Vault, actor: Actor, clinic_id: UUID, before: UUID | None, limit: int, now: datetime
) -> wire.ClinicRatings:
    """The clinic's ratings, the newest first; each that is shown is in the audit. Errors: Forbidden."""
    if not allowed(actor, "visit-rating:read", Target(clinic_id=clinic_id)):
        raise Forbidden
    rows = await fetch_all(
        connection,
        f"""{_RATED} WHERE g.clinic_id = %(clinic)s AND (%(before)s::uuid IS NULL OR g.id < %(before)s)
            ORDER BY g.id DESC LIMIT %(limit)s""",
        {"clinic": clinic_id, "before": before, "limit": limit + 1},
    )
    shown = rows[:limit]
    seen = [look(actor, row["clinic_id"], row["patient_id"], appointment_id=row["id"]) for row in shown]
    looks = [one for one in seen if one is not None]
    await record_looks(connection, at=now, actor_id=actor.person_id, action="visit-rating:read", looks=looks)
    more = shown[-1]["rating_id"] if len(rows) > limit else None
    return wire.ClinicRatings([_told(vault, row) for row in shown], more)


async def judge(
    db: Database, vault: Vault, live: Live, actor: Actor, visit_id: UUID, judged: wire.RatingJudged, now: datetime
) -> wire.ClinicRating:
    """Put a rating aside, or show it again; the same again changes nothing.

    Errors: AppointmentNotFound, NothingRated, ReasonNeeded to put it aside.
    """
    reason = judged.reason.strip()
    if judged.hidden and not reason:
        raise ReasonNeeded
    async with db.transaction() as connection:
        visit = await visit_of(connection, actor, visit_id, "visit-rating:moderate", lock=True)
        rating = await fetch_one(connection, "SELECT * FROM visit_rating WHERE appointment_id = %(id)s", visit)
        if rating is None:
            raise NothingRated
        if judged.hidden or rating["moderation"] == "rejected":
            await _put(connection, vault, actor, (visit, rating), reason if judged.hidden else None, now)
            await note(connection, actor, visit, f"visit-rating:{'hide' if judged.hidden else 'show'}", now)
        row = await fetch_one(connection, f"{_RATED} WHERE visit.id = %(id)s", visit)
        assert row is not None  # noqa: S101 - it was read a moment ago
        told = _told(vault, row)
    live.publish(f"person:{visit['patient_person_id']}")
    return told


async def _put(
    connection: Connection, vault: Vault, actor: Actor, rated: tuple[Row, Row], reason: str | None, now: datetime
) -> None:
    visit, rating = rated
    keys = await vault.keys(connection, visit["patient_person_id"])
    await execute(
        connection,
        """UPDATE visit_rating SET moderation = %(state)s, moderated_at = %(now)s, moderated_by = %(by)s,
               moderation_reason = %(reason)s
           WHERE id = %(id)s""",
        {
            "state": "approved" if reason is None else "rejected",
            "now": now,
            "by": actor.person_id,
            "reason": keys.seal(reason, "visit_rating.moderation_reason", rating["id"]) if reason else None,
            "id": rating["id"],
        },
    )


def _told(vault: Vault, row: Row) -> wire.ClinicRating:
    keys = patient_keys(row, vault)
    id_ = row["rating_id"]
    return wire.ClinicRating(
        id=id_,
        appointment_id=row["id"],
        provider=Named(row["provider_id"], row["provider_name"]),
        patient=Named(row["patient_id"], row["patient_name"]),
        visit_type=row["visit_type_name"],
        start=row["starts_at"],
        time_zone=row["time_zone"],
        score=row["score"],
        comment=keys.shown(row["comment"], "visit_rating.comment", id_) if row["comment"] is not None else "",
        rated_at=row["rated_at"],
        changed_at=row["changed_at"],
        hidden=hidden(keys, {**row, "id": id_}),
    )
