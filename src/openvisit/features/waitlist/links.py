"""Answering an offer by the link in its mail, without signing in: whoever has the mail may answer this one offer.

One link does for both answers (`platform.links`, purpose `accept`): the page that it leads to asks.
"""

from datetime import datetime
from uuid import UUID

from openvisit.core.permissions import BOOK, SEE, Actor
from openvisit.features.waitlist import wire
from openvisit.features.waitlist.answering import Answer, accept, decline
from openvisit.features.waitlist.errors import OfferNotFound
from openvisit.features.waitlist.offering import WHY, List
from openvisit.features.waitlist.present import OFFERS, offer
from openvisit.platform.db import fetch_one
from openvisit.platform.links import read


async def look_at(waitlist: List, text: str, now: datetime) -> wire.WaitlistOffer:
    """What the link offers. Errors: OfferNotFound."""
    actor, offer_id = await _bearer(waitlist, text, now)
    async with waitlist.db.connection(as_system=f"{actor.person_id} was mailed this offer") as connection:
        row = await fetch_one(connection, f"{OFFERS} WHERE o.id = %(id)s", {"id": offer_id})
    if row is None:
        raise OfferNotFound
    return offer(row)


async def accept_by(waitlist: List, text: str, now: datetime) -> wire.OfferAccepted:
    """Take the time. Errors: those of `accept`."""
    actor, offer_id = await _bearer(waitlist, text, now)
    return await accept(waitlist, Answer(actor, offer_id, now, by_link=True), wire.OfferAcceptance())


async def decline_by(waitlist: List, text: str, now: datetime) -> None:
    """Do without it. Errors: those of `decline`."""
    actor, offer_id = await _bearer(waitlist, text, now)
    await decline(waitlist, Answer(actor, offer_id, now, by_link=True))


async def _bearer(waitlist: List, text: str, now: datetime) -> tuple[Actor, UUID]:
    """Whoever the link was mailed to, with no more rights than to book for the offer's patient. Errors: OfferNotFound.

    A delegate's link ends with the delegation, everybody's with the account.
    """
    link = read(waitlist.vault.blind_index, text)
    if link is None or link.purpose != "accept":
        raise OfferNotFound
    offer_id, person_id = link.subject, link.person_id
    async with waitlist.db.connection(as_system=WHY) as connection:
        row = await fetch_one(
            connection,
            """SELECT o.patient_id, pt.person_id = p.id AS own, p.full_name, p.language, p.time_zone,
                      EXISTS (SELECT FROM delegation d WHERE d.patient_id = o.patient_id AND d.delegate_id = p.id
                              AND d.accepted_at IS NOT NULL AND d.ended_at IS NULL AND d.expires_at > %(now)s
                              AND 'book' = ANY(d.scopes)) AS delegate
               FROM waitlist_offer o JOIN patient pt ON pt.id = o.patient_id
               JOIN person p ON p.id = %(person_id)s AND p.active
               WHERE o.id = %(offer_id)s""",
            {"offer_id": offer_id, "person_id": person_id, "now": now},
        )
    if row is None or not (row["own"] or row["delegate"]):
        raise OfferNotFound
    actor = Actor(
        person_id,
        offer_id,
        patient_id=row["patient_id"] if row["own"] else None,
        full_name=row["full_name"],
        time_zone=row["time_zone"],
        language=row["language"],
        delegations={} if row["own"] else {row["patient_id"]: frozenset({BOOK, SEE})},
    )
    return actor, offer_id
