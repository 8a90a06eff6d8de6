"""Running late: either side of a visit says so, and whoever looks at the visit sees how late, and since when."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from openvisit.core.appointment import UPCOMING, Status
from openvisit.core.permissions import Actor
from openvisit.features.booking.present import told_by
from openvisit.features.booking.trail import note
from openvisit.features.booking.wire import SaidLate
from openvisit.platform.db import Connection, Row, elevated, fetch_all
from openvisit.platform.events import Event, Subscriptions, publish

BY_PATIENT, BY_PROVIDER = "appointment.patient-late", "appointment.provider-late"
"""The facts, with `minutes`; `told` says of a provider's that the patient has heard of it already."""

EARLIEST = timedelta(hours=12)
"""How long before a visit one can say so: it is told at once."""

_WHO = {BY_PATIENT: "patient", BY_PROVIDER: "provider"}


async def say_late(
    connection: Connection,
    subscriptions: Subscriptions,
    actor: Actor,
    row: Row,
    fact: Event,
    permission: str,
) -> None:
    """Keep in the trail who said it, and announce it. The caller has judged the permission."""
    await note(connection, actor, row, permission, fact.at, {"minutes": fact.data["minutes"], **told_by(actor)})
    await publish(connection, subscriptions, fact)


async def patients_late(connection: Connection, rows: Collection[Any], now: datetime) -> dict[UUID, SaidLate]:
    """Which of these visits' patients are expected later. Once a patient has come, it does not matter any more."""
    awaited = [row["id"] for row in rows if _is_awaited(row, now)]
    if not awaited:
        return {}
    async with elevated(connection, "what is said of being late is in events"):
        said = await said_late(connection, awaited, now)
    return {visit: by["patient"] for visit, by in said.items() if "patient" in by}


def _is_awaited(row: Any, now: datetime) -> bool:
    return Status(row["status"]) in UPCOMING and row["starts_at"] - EARLIEST <= now < row["starts_at"] + EARLIEST


async def said_late(connection: Connection, visits: Collection[UUID], now: datetime) -> dict[UUID, dict[str, SaidLate]]:
    """What `provider` and `patient` of these visits last said of the time that holds now: a visit that was moved is
    not late. The connection is the system's."""
    rows = await fetch_all(
        connection,
        """SELECT DISTINCT ON (e.subject, e.type) e.subject, e.type, (e.data ->> 'minutes')::int AS minutes, e.at
           FROM event e
           WHERE e.subject = ANY(%(visits)s) AND e.type = ANY(%(types)s) AND e.at > %(since)s
             AND NOT EXISTS (SELECT FROM event moved WHERE moved.subject = e.subject
                             AND moved.type = 'appointment.rescheduled' AND moved.at > e.at)
           ORDER BY e.subject, e.type, e.at DESC""",
        {"visits": list(visits), "types": list(_WHO), "since": now - EARLIEST},
    )
    found: dict[UUID, dict[str, SaidLate]] = {}
    for row in rows:
        found.setdefault(row["subject"], {})[_WHO[row["type"]]] = SaidLate(row["minutes"], row["at"])
    return found
