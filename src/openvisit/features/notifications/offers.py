"""Mails about times that the waitlist offers: to the patient, or to those who book for a patient without an address."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from uuid import UUID

from openvisit.features.notifications import outbox
from openvisit.features.notifications.deliver import Post, TryAgain, send_once
from openvisit.features.notifications.letters import how, place
from openvisit.features.notifications.templates import queries as templates
from openvisit.platform.channels import Message
from openvisit.platform.db import Connection, Row, fetch_all, fetch_one
from openvisit.platform.links import Link, page, token
from openvisit.platform.mail.compose import mail
from openvisit.platform.mail.mime import message_id
from openvisit.platform.mail.moments import brief, short, span
from openvisit.platform.mail.words import known_language

KIND = "waitlist_offer"

_OFFER = """
SELECT o.id, o.status, o.offered_at, o.expires_at, o.patient_id, o.clinic_id, s.starts_at, s.ends_at, s.mode,
       p.full_name AS provider_name, p.time_zone AS provider_zone, c.name AS clinic_name, c.phone AS clinic_phone,
       l.name AS location_name, l.address, l.city, l.region, l.postal_code, l.country, l.time_zone AS location_zone,
       l.phone AS location_phone, a.starts_at AS replaces, pt.person_id AS patient_person_id
FROM waitlist_offer o
JOIN waitlist_slot s ON s.id = o.slot_id
JOIN waitlist_entry e ON e.id = o.entry_id
JOIN provider p ON p.id = s.provider_id
JOIN clinic c ON c.id = o.clinic_id
JOIN patient pt ON pt.id = o.patient_id
LEFT JOIN location l ON l.id = s.location_id AND s.mode = 'in-person'
LEFT JOIN appointment a ON a.id = e.appointment_id
WHERE o.id = %(id)s"""

_CONCERNED = """
SELECT p.id, p.full_name, p.email, p.language, p.time_zone, k.wrapped AS data_key
FROM person p LEFT JOIN keyring.data_key k ON k.owner = p.id
WHERE p.active AND p.email IS NOT NULL AND k.shredded_at IS NULL AND (p.id = %(patient_person_id)s OR (
    -- A child has no address of its own: then those are asked who may book for it.
    NOT EXISTS (SELECT FROM person child WHERE child.id = %(patient_person_id)s AND child.email IS NOT NULL)
    AND p.id IN (SELECT d.delegate_id FROM delegation d WHERE d.patient_id = %(patient_id)s AND 'book' = ANY(d.scopes)
                 AND d.accepted_at IS NOT NULL AND d.ended_at IS NULL AND d.expires_at > %(now)s)))
ORDER BY p.id"""


async def tell_offered(post: Post, event_id: UUID, offer_id: UUID) -> None:
    """Mail everybody concerned who has not been told yet. Safe to run again; nobody is told of what is over.

    Errors: TryAgain, outbox.StillSending.
    """
    now = post.clock()
    async with post.db.transaction() as connection:
        offer = await fetch_one(connection, _OFFER, {"id": offer_id})
        if offer is None:
            return
        people = await _concerned(connection, offer, now)
        news = [_news(post, event_id, offer, person) for person in people]
        over = offer["status"] != "open" or offer["expires_at"] <= now
        await outbox.enlist(connection, news, outdated=over, now=now)
    again: Exception | None = None
    for person in people:
        try:
            await send_once(post, event_id, person["id"], partial(_letter, post, event_id, offer, person))
        except (TryAgain, outbox.StillSending) as error:
            again = error
    if again is not None:
        raise again


async def _concerned(connection: Connection, offer: Row, now: datetime) -> list[Row]:
    values = {"patient_person_id": offer["patient_person_id"], "patient_id": offer["patient_id"], "now": now}
    return await fetch_all(connection, _CONCERNED, values)


async def _letter(post: Post, event_id: UUID, offer: Row, person: Row) -> Message:
    address = post.vault.of(person["id"], person["data_key"]).open(person["email"], "person.email", person["id"])
    async with post.db.connection() as connection:
        words = await templates.words(
            connection, offer["clinic_id"], KIND, "email", person["language"], _values(post, offer, person)
        )
    return mail(
        words,
        person["language"],
        to=address,
        to_name=person["full_name"],
        key=_key(event_id, person),
        now=post.clock(),
    )


def _values(post: Post, offer: Row, person: Row) -> Mapping[str, str]:
    language = known_language(person["language"])
    in_person = offer["mode"] == "in-person"
    zone = (offer["location_zone"] or offer["provider_zone"]) if in_person else person["time_zone"]
    url = post.public_url.rstrip("/")
    # From when the offer was made, so that a mail that is sent twice is the same mail.
    link = Link("accept", offer["id"], person["id"], offer["offered_at"])
    answer = page(url, "waitlist/offer", token(post.vault.blind_index, link))
    return {
        "name": person["full_name"],
        "with_whom": offer["provider_name"],
        "clinic": offer["clinic_name"],
        "clinic_phone": offer["location_phone"] or offer["clinic_phone"],
        "when": span(offer["starts_at"], offer["ends_at"], zone, language),
        "when_short": short(offer["starts_at"], zone, language),
        "when_brief": brief(offer["starts_at"], zone, language),
        "other_when": "",
        "was": short(offer["replaces"], zone, language) if offer["replaces"] else "",
        "place": place(offer),
        "how": how(offer["mode"], language, to_patient=True),
        "price": "",
        "policy": "",
        "until": short(offer["expires_at"], person["time_zone"], language),
        "link": f"{url}/waitlist",
        "accept_link": answer,
        "decline_link": answer,
    }


def _news(post: Post, event_id: UUID, offer: Row, person: Row) -> outbox.News:
    return outbox.News(event_id, None, person["id"], KIND, message_id(_key(event_id, person), post.mailer.origin))


def _key(event_id: UUID, person: Row) -> str:
    return f"{event_id}.{person['id']}"
