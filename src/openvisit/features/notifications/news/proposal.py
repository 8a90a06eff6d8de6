"""Visits that cannot be, with a link to other times."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from openvisit.features.booking.present import HIDDEN
from openvisit.features.notifications.news.enlisting import News
from openvisit.features.notifications.news.recipient import Recipient
from openvisit.features.notifications.reaching import whom_to_tell
from openvisit.platform.db import Connection, Row, fetch_all, fetch_one
from openvisit.platform.links import Keyed, Link, page, token
from openvisit.platform.mail.moments import short
from openvisit.platform.mail.words import known_language

EVENT = "visit.proposed"
KIND = "time_proposal"

_PROPOSALS = """
SELECT r.id, r.was, r.status, r.kept_until, w.created_at FROM away_proposal r JOIN away w ON w.id = r.away_id
WHERE r.id = ANY(%(ids)s)"""

_VISIT = f"""
SELECT a.id, a.patient_id, a.clinic_id, a.provider_id, a.starts_at, {HIDDEN} AS hidden, r.was
FROM away_proposal r
JOIN appointment a ON a.id = r.appointment_id
JOIN patient pt ON pt.id = a.patient_id
LEFT JOIN clinic_policy rules ON rules.clinic_id = a.clinic_id
WHERE r.id = %(id)s"""


async def news(connection: Connection, event_id: UUID, proposal_id: UUID, now: datetime) -> list[News]:
    """The proposal, to the patient or who books for them."""
    row = await fetch_one(connection, _VISIT, {"id": proposal_id})
    if row is None:
        return []
    told = (await whom_to_tell(connection, [row["patient_id"]], now))[row["patient_id"]]
    return [
        News(
            event_id,
            KIND,
            told.of_visit(hidden=row["hidden"]),
            row["patient_id"],
            row["clinic_id"],
            row["provider_id"],
            row["was"],
            row["was"],
            row["id"],
            subject_id=proposal_id,
        )
    ]


async def read(connection: Connection, ids: Collection[UUID]) -> dict[UUID, Row]:
    """The proposals as they are now."""
    return {row["id"]: row for row in await fetch_all(connection, _PROPOSALS, {"ids": list(ids)})}


def values(proposal: Row, person_id: UUID, told: Recipient, keyed: Keyed, public_url: str) -> dict[str, str]:
    """What the letter may name beside the visit."""
    language = known_language(told.language)
    link = Link("answer", proposal["id"], person_id, proposal["created_at"])
    return {
        "was": short(proposal["was"], told.zone, language),
        "until": short(proposal["kept_until"] or proposal["was"], told.zone, language),
        "answer_link": page(public_url, "answer", token(keyed, link)),
    }
