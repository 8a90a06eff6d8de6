"""The patient's rating of a visit: once a visit, changed for a while, signed in or by the link of a message."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from openvisit.core.appointment import FINAL, Status
from openvisit.core.ids import new_id
from openvisit.core.permissions import Actor
from openvisit.features.audit.commands import record
from openvisit.features.booking.bearer import opened
from openvisit.features.booking.present import APPOINTMENTS, patient_keys
from openvisit.features.booking.visible import visit_of
from openvisit.features.telehealth.after import wire
from openvisit.features.telehealth.after.errors import RatingClosed, RatingLinkOver
from openvisit.platform.crypto import Keys, Vault
from openvisit.platform.db import Connection, Database, Row, execute, fetch_one
from openvisit.platform.links import Link

ASKED_FOR = timedelta(days=90)
"""How long after a visit it can be rated."""
EDITABLE = timedelta(days=14)
"""How long a rating can be changed."""
_WHY = "the link of a message tells whose visit it is"
_PERMISSION = "visit-rating:give"


async def own(connection: Connection, vault: Vault, actor: Actor, visit_id: UUID, now: datetime) -> wire.VisitRating:
    """The caller's rating. Errors: AppointmentNotFound."""
    visit = await visit_of(connection, actor, visit_id, _PERMISSION)
    return _told(vault, visit, await _row(connection, visit_id), now)


async def give(
    db: Database, vault: Vault, actor: Actor, visit_id: UUID, given: wire.RatingGiven, *, now: datetime
) -> wire.VisitRating:
    """Rate the visit, or change the rating. Errors: AppointmentNotFound, RatingClosed."""
    async with db.transaction() as connection:
        visit = await visit_of(connection, actor, visit_id, _PERMISSION, lock=True)
        return await _give(connection, vault, visit, given, actor.person_id, "", now)


async def behind(db: Database, vault: Vault, token: str, address: str, now: datetime) -> Link:
    """The link to rate a visit that a token is. Errors: RatingLinkOver, TooManyRequests."""
    async with db.connection(as_system=_WHY) as connection:
        link = await opened(connection, vault, token, "rate", address=address, now=now)
    if link is None:
        raise RatingLinkOver
    return link


async def linked(db: Database, vault: Vault, link: Link, now: datetime) -> wire.LinkedRating:
    """What a link to rate a visit is about; it tells no more than the message it came in. Errors: RatingLinkOver."""
    async with db.connection(as_system=_WHY) as connection:
        visit = await _visit_behind(connection, link)
        return _linked(vault, visit, await _row(connection, visit["id"]), now)


async def give_by_link(
    db: Database, vault: Vault, link: Link, given: wire.RatingGiven, *, now: datetime
) -> wire.LinkedRating:
    """Rate the visit behind a link, as the patient it was sent to. Errors: RatingLinkOver, RatingClosed."""
    async with db.transaction(as_system=_WHY) as connection:
        visit = await _visit_behind(connection, link)
        await _give(connection, vault, visit, given, visit["patient_person_id"], "link", now)
        return _linked(vault, visit, await _row(connection, visit["id"]), now)


async def _visit_behind(connection: Connection, link: Link) -> Row:
    visit = await fetch_one(
        connection,
        f"{APPOINTMENTS} WHERE a.id = %(id)s AND pt.person_id = %(person_id)s AND person.active FOR UPDATE OF a",
        {"id": link.subject, "person_id": link.person_id},
    )
    if visit is None:
        raise RatingLinkOver
    return visit


async def _give(
    connection: Connection, vault: Vault, visit: Row, given: wire.RatingGiven, person_id: UUID, via: str, now: datetime
) -> wire.VisitRating:
    before = await _row(connection, visit["id"])
    if not _open(visit, before, now):
        raise RatingClosed
    id_ = before["id"] if before else new_id()
    keys = await vault.keys(connection, visit["patient_person_id"])
    comment = given.comment.strip()
    await execute(
        connection,
        """INSERT INTO visit_rating (id, appointment_id, clinic_id, provider_id, patient_id, score, comment, rated_at,
                                     changed_at)
           VALUES (%(rating)s, %(id)s, %(clinic_id)s, %(provider_id)s, %(patient_id)s, %(score)s, %(comment)s, %(now)s,
                   %(now)s)
           ON CONFLICT (appointment_id) DO UPDATE SET score = excluded.score, comment = excluded.comment,
               changed_at = excluded.changed_at, moderation = 'unseen',
               moderated_at = NULL, moderated_by = NULL, moderation_reason = NULL""",
        {
            **visit,
            "rating": id_,
            "score": given.score,
            "comment": keys.seal(comment, "visit_rating.comment", id_) if comment else None,
            "now": now,
        },
    )
    await record(
        connection,
        at=now,
        actor_id=person_id,
        action=_PERMISSION,
        thing="appointment",
        thing_id=visit["id"],
        clinic_id=visit["clinic_id"],
        patient_id=visit["patient_id"],
        data={"via": via} if via else {},
    )
    return _told(vault, visit, await _row(connection, visit["id"]), now)


def _open(visit: Row, before: Row | None, now: datetime) -> bool:
    if Status(visit["status"]) is not Status.COMPLETED:
        return False
    until: datetime = before["rated_at"] + EDITABLE if before else visit["ends_at"] + ASKED_FOR
    return now < until


def _told(vault: Vault, visit: Row, row: Row | None, now: datetime) -> wire.VisitRating:
    awaited = visit["ends_at"] if Status(visit["status"]) not in FINAL else None
    if row is None:
        return wire.VisitRating(None, "", None, _open(visit, None, now), awaited, None)
    keys = patient_keys(visit, vault)
    comment = keys.shown(row["comment"], "visit_rating.comment", row["id"]) if row["comment"] is not None else ""
    opened = _open(visit, row, now)
    return wire.VisitRating(row["score"], comment, row["rated_at"], opened, awaited, hidden(keys, row))


def hidden(keys: Keys, row: Mapping[str, Any]) -> wire.HiddenRating | None:
    """That the clinic put the rating aside, and why."""
    if row["moderation"] != "rejected":
        return None
    sealed = row["moderation_reason"]
    reason = keys.shown(sealed, "visit_rating.moderation_reason", row["id"]) if sealed is not None else ""
    return wire.HiddenRating(reason, row["moderated_at"])


def _linked(vault: Vault, visit: Row, row: Row | None, now: datetime) -> wire.LinkedRating:
    rating = _told(vault, visit, row, now)
    return wire.LinkedRating(
        visit["clinic_name"], visit["provider_name"], visit["starts_at"], visit["time_zone"], rating
    )


async def _row(connection: Connection, visit_id: UUID) -> Row | None:
    return await fetch_one(connection, "SELECT * FROM visit_rating WHERE appointment_id = %(id)s", {"id": visit_id})
