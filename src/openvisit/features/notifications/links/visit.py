"""The visit behind a link, and the person it was given to, as long as both are still as they were."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from openvisit.core.appointment import Move, MoveNotAllowed, Status, after
from openvisit.core.permissions import BOOK, Actor, allowed
from openvisit.features.booking.present import APPOINTMENTS, target
from openvisit.features.notifications.links.errors import LinkOver
from openvisit.platform.db import Connection, Row, fetch_one
from openvisit.platform.links import Link

BY_LINK = "link"
_NOBODY = UUID(int=0)
_MOVES = {"confirm": Move.CONFIRM, "reschedule": Move.RESCHEDULE, "cancel": Move.CANCEL}

_PERSON = """
SELECT p.id, p.full_name, p.time_zone, p.language, mine.id AS patient_id,
       ARRAY(SELECT unnest(d.scopes) FROM delegation d
             WHERE d.delegate_id = p.id AND d.patient_id = %(patient_id)s AND d.accepted_at IS NOT NULL
                   AND d.ended_at IS NULL AND d.expires_at > %(now)s) AS scopes
FROM person p LEFT JOIN patient mine ON mine.person_id = p.id AND mine.id = %(patient_id)s
WHERE p.id = %(person_id)s AND p.active"""

_MOVED_SINCE = """
SELECT FROM event WHERE subject = %(id)s AND at > %(given_at)s
  AND type IN ('appointment.rescheduled', 'appointment.cancelled', 'appointment.declined')"""


@dataclass(frozen=True, slots=True)
class Answering:
    """A visit that can be answered about, and who answers: the patient, or who acts for them."""

    row: Row
    actor: Actor


async def answering(connection: Connection, link: Link, now: datetime) -> Answering:
    """Who answers about what by the link. The connection is the system's. Errors: LinkOver."""
    row = await fetch_one(connection, f"{APPOINTMENTS} WHERE a.id = %(id)s", {"id": link.subject})
    if row is None or now >= (row["ends_at"] if link.purpose == "late" else row["starts_at"]):
        raise LinkOver
    if await fetch_one(connection, _MOVED_SINCE, {"id": link.subject, "given_at": link.given_at}) is not None:
        raise LinkOver
    actor = await who(connection, link.person_id, row["patient_id"], BY_LINK, now)
    if actor is None or not allowed(actor, f"appointment:{link.purpose}", target(row)):
        raise LinkOver
    if not (open_(link, row) or done(link, row)):
        raise LinkOver
    return Answering(row, actor)


async def who(connection: Connection, person_id: UUID, patient_id: UUID, via: str, now: datetime) -> Actor | None:
    """The person as they may act for this one patient and nobody else, without any role they have."""
    person = await fetch_one(connection, _PERSON, {"person_id": person_id, "patient_id": patient_id, "now": now})
    if person is None:
        return None
    scopes = frozenset(person["scopes"])
    return Actor(
        person_id=person_id,
        session_id=_NOBODY,
        patient_id=person["patient_id"],
        full_name=person["full_name"],
        time_zone=person["time_zone"],
        language=person["language"],
        delegations={patient_id: scopes} if BOOK in scopes else {},
        via=via,
    )


def open_(link: Link, row: Any) -> bool:
    """Whether the visit still waits for what the link does."""
    status = Status(row["status"])
    if link.purpose == "late":
        return status in (Status.SCHEDULED, Status.CONFIRMED, Status.RESCHEDULED)
    try:
        after(_MOVES[link.purpose], status)
    except MoveNotAllowed:
        return False
    return True


def done(link: Link, row: Any) -> bool:
    """Whether the visit is already as the link would make it: a confirmation is no surprise the second time."""
    return link.purpose == "confirm" and row["status"] == Status.CONFIRMED
