"""The visit behind a link, and the person it was given to, as long as both are still as they were."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from openvisit.core.appointment import Move, MoveNotAllowed, Status, after
from openvisit.core.permissions import Actor, allowed
from openvisit.features.booking.bearer import BY_LINK, bearer
from openvisit.features.booking.present import APPOINTMENTS, target
from openvisit.features.notifications.links.errors import LinkOver
from openvisit.platform.db import Connection, Row, fetch_one
from openvisit.platform.links import Link

_MOVES = {"confirm": Move.CONFIRM, "reschedule": Move.RESCHEDULE, "cancel": Move.CANCEL}

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
    actor = await bearer(connection, link.person_id, row["patient_id"], BY_LINK, now)
    if actor is None or not allowed(actor, f"appointment:{link.purpose}", target(row)):
        raise LinkOver
    if not (open_(link, row) or done(link, row)):
        raise LinkOver
    return Answering(row, actor)


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
