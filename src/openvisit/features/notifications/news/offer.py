"""Times that the waitlist offers: told to the patient, or to all who may book for one without an address."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from openvisit.features.notifications.letters import how, place
from openvisit.features.notifications.news.enlisting import News
from openvisit.features.notifications.news.recipient import Recipient
from openvisit.platform.db import Connection, Row, fetch_all
from openvisit.platform.links import Keyed, Link, page, token
from openvisit.platform.mail.moments import brief, short, span
from openvisit.platform.mail.words import known_language

EVENT = "waitlist.offered"
KIND = "waitlist_offer"

_OFFERS = """
SELECT o.id, o.status, o.offered_at, o.expires_at, o.patient_id, o.clinic_id, s.provider_id, s.starts_at, s.ends_at,
       s.mode, p.full_name AS provider_name, p.time_zone AS provider_zone, c.name AS clinic_name,
       c.phone AS clinic_phone, l.name AS location_name, l.address, l.city, l.region, l.postal_code, l.country,
       l.time_zone AS location_zone, l.phone AS location_phone, a.starts_at AS replaces,
       pt.person_id AS patient_person_id
FROM waitlist_offer o
JOIN waitlist_slot s ON s.id = o.slot_id
JOIN waitlist_entry e ON e.id = o.entry_id
JOIN provider p ON p.id = s.provider_id
JOIN clinic c ON c.id = o.clinic_id
JOIN patient pt ON pt.id = o.patient_id
LEFT JOIN location l ON l.id = s.location_id AND s.mode = 'in-person'
LEFT JOIN appointment a ON a.id = e.appointment_id
WHERE o.id = ANY(%(ids)s)"""

_CONCERNED = """
SELECT p.id FROM person p LEFT JOIN keyring.data_key k ON k.owner = p.id
WHERE p.active AND k.shredded_at IS NULL AND (
    p.id = %(patient_person_id)s
    -- A child has no address of its own: then those are asked who may book for it.
    OR (NOT EXISTS (SELECT FROM person child LEFT JOIN notification_preference n ON n.person_id = child.id
                    WHERE child.id = %(patient_person_id)s
                      AND (child.email IS NOT NULL OR n.phone_verified_at IS NOT NULL))
        AND p.id IN (SELECT d.delegate_id FROM delegation d
                     WHERE d.patient_id = %(patient_id)s AND 'book' = ANY(d.scopes) AND d.accepted_at IS NOT NULL
                       AND d.ended_at IS NULL AND d.expires_at > %(now)s)))
  AND (p.email IS NOT NULL
       OR EXISTS (SELECT FROM notification_preference n WHERE n.person_id = p.id AND n.phone_verified_at IS NOT NULL))
ORDER BY p.id"""


async def news(connection: Connection, event_id: UUID, offer_id: UUID, now: datetime) -> list[News]:
    """The offer to everybody concerned, while it stands."""
    return [
        News(
            event_id,
            KIND,
            person["id"],
            offer["patient_id"],
            offer["clinic_id"],
            offer["provider_id"],
            offer["starts_at"],
            offer["expires_at"],
            subject_id=offer_id,
        )
        for offer in (await read(connection, [offer_id])).values()
        for person in await fetch_all(
            connection,
            _CONCERNED,
            {"patient_person_id": offer["patient_person_id"], "patient_id": offer["patient_id"], "now": now},
        )
    ]


async def read(connection: Connection, ids: Collection[UUID]) -> dict[UUID, Row]:
    """The offers as they are now."""
    return {row["id"]: row for row in await fetch_all(connection, _OFFERS, {"ids": list(ids)})}


def values(offer: Row, person_id: UUID, told: Recipient, keyed: Keyed, public_url: str) -> dict[str, str]:
    """What the letter may name."""
    language = known_language(told.language)
    in_person = offer["mode"] == "in-person"
    zone = (offer["location_zone"] or offer["provider_zone"]) if in_person else told.zone
    url = public_url.rstrip("/")
    # From when the offer was made, so that a mail that is sent twice is the same mail.
    answer = page(url, "accept", token(keyed, Link("accept", offer["id"], person_id, offer["offered_at"])))
    return {
        "name": told.name,
        "for_whom": told.for_whom,
        "with_whom": offer["provider_name"],
        "clinic": offer["clinic_name"],
        "clinic_phone": offer["location_phone"] or offer["clinic_phone"] or "",
        "when": span(offer["starts_at"], offer["ends_at"], zone, language),
        "when_short": short(offer["starts_at"], zone, language),
        "when_brief": brief(offer["starts_at"], zone, language),
        "other_when": "",
        "was": short(offer["replaces"], zone, language) if offer["replaces"] else "",
        "place": place(offer),
        "how": how(offer["mode"], language, to_patient=True),
        "price": "",
        "policy": "",
        "until": short(offer["expires_at"], told.zone, language),
        "link": f"{url}/waitlist",
        "accept_link": answer,
        "decline_link": answer,
    }
