"""Whoever answers without signing in: by the link in a message, or from a telephone they proved."""

from datetime import datetime
from uuid import UUID

from openvisit.core.permissions import BOOK, Actor
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, fetch_one
from openvisit.platform.links import Link, Purpose, read
from openvisit.platform.rate_limits import spend

BY_LINK = "link"
LOOKS_A_MINUTE = 20
WRONG_AN_HOUR = 120
_NOBODY = UUID(int=0)

_PERSON = """
SELECT p.id, p.full_name, p.time_zone, p.language, mine.id AS patient_id,
       ARRAY(SELECT unnest(d.scopes) FROM delegation d
             WHERE d.delegate_id = p.id AND d.patient_id = %(patient_id)s AND d.accepted_at IS NOT NULL
                   AND d.ended_at IS NULL AND d.expires_at > %(now)s) AS scopes
FROM person p LEFT JOIN patient mine ON mine.person_id = p.id AND mine.id = %(patient_id)s
WHERE p.id = %(person_id)s AND p.active"""


async def opened(
    connection: Connection, vault: Vault, text: str, *purposes: Purpose, address: str, now: datetime
) -> Link | None:
    """What a link says, when it is one of ours and for one of these purposes.

    Guessing is limited by the caller's address, looking by the link itself. Errors: TooManyRequests.
    """
    link = read(vault.blind_index, text)
    if link is None or link.purpose not in purposes:
        caller = vault.blind_index(f"link caller {address}").hex()
        await spend(connection, f"wrong link {caller}", limit=WRONG_AN_HOUR, window_seconds=3600, now=now)
        return None
    await spend(connection, f"look {use_key(vault, text)}", limit=LOOKS_A_MINUTE, window_seconds=60, now=now)
    return link


def use_key(vault: Vault, text: str) -> str:
    """What the use of a link is counted under; the link cannot be told from it."""
    return f"link {vault.blind_index(f'link use {text}').hex()}"


async def bearer(connection: Connection, person_id: UUID, patient_id: UUID, via: str, now: datetime) -> Actor | None:
    """The person as they may act for this one patient and nobody else, without any role they have.

    A delegate's right ends with the delegation, everybody's with the account. The connection is the system's.
    """
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
