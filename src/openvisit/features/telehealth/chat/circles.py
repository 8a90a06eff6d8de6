"""Who is to look again when the people of a conversation, or their keys, are others: as topics of the live channel.

`room:<id>:chat` reaches the tabs in the room, `person:<id>` whoever has the conversation open elsewhere. Published
after the commit.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from openvisit.core.permissions import JOIN
from openvisit.features.telehealth.chat.wire import ChatRules
from openvisit.platform.db import Connection, elevated, fetch_all

WHY = "everybody in a conversation is told when its people or their keys change"

_CIRCLES = """
WITH circle AS (
    SELECT r.id, r.clinic_id,
           a.ends_at + make_interval(hours => coalesce(rules.hours_after, %(usual)s::int)) AS closes_at,
           ARRAY(SELECT pt.person_id FROM patient pt WHERE pt.id = r.patient_id
                 UNION SELECT pr.person_id FROM provider pr WHERE pr.id = r.provider_id AND pr.person_id IS NOT NULL
                 UNION SELECT d.delegate_id FROM delegation d
                       WHERE d.patient_id = r.patient_id AND %(join)s = ANY(d.scopes)
                         AND d.accepted_at IS NOT NULL AND d.ended_at IS NULL
                 UNION SELECT v.person_id FROM visit_presence v
                       WHERE v.room_id = r.id AND v.role = 'staff' AND v.state = 'admitted') AS people
    FROM chat_room r
    JOIN appointment a ON a.id = r.id
    LEFT JOIN chat_rules rules ON rules.clinic_id = r.clinic_id
    WHERE {who}
)
SELECT id, people FROM circle WHERE {when}"""
"""Conversations that somebody has looked at, each with the persons who may have it open."""


async def around_room(connection: Connection, room_id: UUID) -> list[str]:
    """Of one conversation: somebody was let in, or asked to leave."""
    return await _topics(connection, "r.id = %(id)s", "true", {"id": room_id})


async def around_person(connection: Connection, person_id: UUID, now: datetime) -> list[str]:
    """Of the conversations that are open to a person, whose keys are others now."""
    mine = """(r.patient_id IN (SELECT id FROM patient WHERE person_id = %(id)s
                                UNION SELECT patient_id FROM delegation WHERE delegate_id = %(id)s)
               OR r.provider_id IN (SELECT id FROM provider WHERE person_id = %(id)s)
               OR r.id IN (SELECT room_id FROM visit_presence WHERE person_id = %(id)s))"""
    when = "closes_at >= %(now)s AND %(id)s = ANY(people)"
    return await _topics(connection, mine, when, {"id": person_id, "now": now})


async def around_clinic(connection: Connection, clinic_id: UUID, now: datetime) -> list[str]:
    """Of the open conversations of a clinic, which reads along from now on, or no more."""
    return await _topics(connection, "r.clinic_id = %(id)s", "closes_at >= %(now)s", {"id": clinic_id, "now": now})


async def _topics(connection: Connection, who: str, when: str, values: dict[str, Any]) -> list[str]:
    given = {**values, "join": JOIN, "usual": ChatRules().hours_after}
    async with elevated(connection, WHY):
        rows = await fetch_all(connection, _CIRCLES.format(who=who, when=when), given)
    rooms = [f"room:{row['id']}:chat" for row in rows]
    return rooms + sorted({f"person:{person}" for row in rows for person in row["people"]})
