"""Who takes part in a conversation: the patient and whoever may join for them, the provider, and who was let in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from openvisit.core.permissions import JOIN
from openvisit.features.booking.present import patient_keys
from openvisit.features.telehealth.chat import wire
from openvisit.features.telehealth.keys.wire import is_public_key, key_id
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, Row, elevated, fetch_all, fetch_one

WHY = "everybody in a conversation is told who reads along, and by which key"
Role = Literal["patient", "provider", "staff", "guest"]

_PEOPLE = """
WITH taking_part AS (
    SELECT p.id AS person_id, 'patient' AS role FROM patient pt JOIN person p ON p.id = pt.person_id
    WHERE pt.id = %(patient_id)s AND p.email IS NOT NULL AND p.active
    UNION
    SELECT pr.person_id, 'provider' FROM provider pr WHERE pr.id = %(provider_id)s AND pr.person_id IS NOT NULL
    UNION
    SELECT d.delegate_id, 'patient' FROM delegation d
    WHERE d.patient_id = %(patient_id)s AND NOT %(hidden)s AND %(join)s = ANY(d.scopes)
      AND d.accepted_at IS NOT NULL AND d.ended_at IS NULL AND d.expires_at > %(now)s
    UNION
    SELECT v.person_id, v.role FROM visit_presence v JOIN visit_room r ON r.id = v.room_id
    WHERE v.room_id = %(id)s AND v.role = 'staff' AND v.state = 'admitted' AND v.revision = r.revision
)
SELECT t.person_id, min(t.role) AS role, p.full_name, k.key_id, k.public_key,
       NOT EXISTS (SELECT FROM person_key o WHERE o.person_id = t.person_id AND o.retired_at IS NOT NULL) AS first_key
FROM taking_part t
JOIN person p ON p.id = t.person_id
LEFT JOIN person_key k ON k.person_id = t.person_id AND k.retired_at IS NULL
GROUP BY t.person_id, p.full_name, k.key_id, k.public_key
ORDER BY 2, 3, 1"""

_GUESTS = """
SELECT g.id, g.name, g.public_key
FROM visit_guest g JOIN visit_presence v ON v.guest_id = g.id JOIN visit_room r ON r.id = g.room_id
WHERE g.room_id = %(id)s AND g.status = 'invited' AND v.state = 'admitted' AND v.revision = r.revision
ORDER BY g.id"""

_KNOWN = """
WITH named AS (
    SELECT DISTINCT sender AS participant, key_id FROM chat_message WHERE room_id = %(id)s
    UNION SELECT DISTINCT maker, key_id FROM chat_epoch WHERE room_id = %(id)s
)
SELECT n.participant, n.key_id, k.public_key FROM named n JOIN person_key k ON k.key_id = n.key_id
    AND n.participant = 'person:' || k.person_id
UNION ALL
SELECT n.participant, n.key_id, g.public_key FROM named n JOIN visit_guest g ON n.participant = 'guest:' || g.id
    AND g.room_id = %(id)s AND g.public_key IS NOT NULL"""


@dataclass(frozen=True, slots=True)
class Circle:
    """Everybody who takes part, the clinic's own key, and the keys by which what was said is verified."""

    members: Sequence[wire.Member]
    escrow: wire.KnownKey | None
    known: Sequence[wire.KnownKey]

    def readers(self) -> dict[str, str]:
        """By participant, the key that a new epoch is sealed to."""
        found = {one.participant: one.key_id for one in self.members if one.key_id is not None}
        if self.escrow is not None:
            found[self.escrow.participant] = self.escrow.key_id
        return found

    def member(self, participant: str) -> wire.Member | None:
        """The member of that name."""
        return next((one for one in self.members if one.participant == participant), None)


async def circle(connection: Connection, vault: Vault, visit: Row, now: datetime) -> Circle:
    """The people around a visit's conversation as they are now."""
    values = {
        "id": visit["id"],
        "patient_id": visit["patient_id"],
        "provider_id": visit["provider_id"],
        "hidden": visit["hidden"],
        "join": JOIN,
        "now": now,
    }
    async with elevated(connection, WHY):
        people = await fetch_all(connection, _PEOPLE, values)
        guests = await fetch_all(connection, _GUESTS, values)
        known = await fetch_all(connection, _KNOWN, values)
        escrow = await _escrow(connection, visit["clinic_id"])
    keys = patient_keys(visit, vault)
    members = [
        wire.Member(
            f"person:{row['person_id']}",
            row["role"],
            row["full_name"],
            row["key_id"],
            row["public_key"],
            row["first_key"],
        )
        for row in people
    ]
    invited = [row for row in guests if is_public_key(row["public_key"] or "")]
    members += [_guest(row, keys.shown(row["name"], "visit_guest.name", row["id"])) for row in invited]
    return Circle(members, escrow, [wire.KnownKey(**row) for row in known])


def _guest(row: Any, name: str) -> wire.Member:
    key = row["public_key"]
    return wire.Member(f"guest:{row['id']}", "guest", name, key_id(key), key, True)


async def _escrow(connection: Connection, clinic_id: UUID) -> wire.KnownKey | None:
    row = await fetch_one(
        connection,
        "SELECT key_id, public_key FROM clinic_key WHERE clinic_id = %(id)s AND retired_at IS NULL",
        {"id": clinic_id},
    )
    return wire.KnownKey(f"clinic:{clinic_id}", row["key_id"], row["public_key"]) if row else None
