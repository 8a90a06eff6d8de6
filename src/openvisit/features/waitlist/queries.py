"""Reading the waitlist: one's own entries, a clinic's list, one offer; and how far in front somebody is."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from openvisit.core.errors import Forbidden
from openvisit.core.permissions import SEE, Actor, Target, allowed
from openvisit.core.waitlist import LATELY as LATELY_SPAN
from openvisit.core.waitlist import Place, place, turn
from openvisit.features.audit.commands import record_looks
from openvisit.features.audit.vocabulary import look
from openvisit.features.waitlist import wire
from openvisit.features.waitlist.errors import EntryNotFound, OfferNotFound
from openvisit.features.waitlist.present import ENTRIES, LATELY, OFFERS, entry, offer, target, waiting
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, Row, elevated, fetch_all, fetch_one

_SHOWN_CLOSED = 20


async def own(connection: Connection, vault: Vault, actor: Actor, now: datetime) -> wire.WaitlistEntries:
    """What the caller and those they act for wait for, and what became of it lately."""
    patients = [patient for patient, scopes in actor.delegations.items() if SEE in scopes]
    rows = await fetch_all(
        connection,
        f"""{ENTRIES} WHERE e.patient_id = ANY(%(patients)s)
            ORDER BY e.status <> 'waiting', e.joined_at DESC, e.id LIMIT %(limit)s""",
        {"patients": [*patients, *([actor.patient_id] if actor.patient_id else [])], "limit": 100 + _SHOWN_CLOSED},
    )
    seen = [row for row in rows if allowed(actor, "waitlist:read", target(row))]
    return await _told(connection, vault, actor, seen, "waitlist:own", now)


async def of_clinic(
    connection: Connection, vault: Vault, actor: Actor, clinic_id: UUID, provider_id: UUID | None, now: datetime
) -> wire.WaitlistEntries:
    """Everybody who waits at the clinic, or for one of its providers, whose turn it is first. Errors: Forbidden."""
    if not allowed(actor, "waitlist:manage", Target(clinic_id=clinic_id)):
        raise Forbidden
    rows = await fetch_all(
        connection,
        f"""{ENTRIES} WHERE e.clinic_id = %(clinic_id)s AND e.status = 'waiting' AND e.until > %(now)s
            AND (%(provider_id)s::uuid IS NULL OR %(provider_id)s = ANY(e.provider_ids) OR EXISTS (
                 SELECT FROM provider p WHERE p.id = %(provider_id)s AND e.specialty = ANY(p.specialties)))
            ORDER BY e.joined_at, e.id LIMIT 500""",
        {"clinic_id": clinic_id, "provider_id": provider_id, "now": now},
    )
    turns = await _turns(connection, {row["visit_type_id"] for row in rows}, now)
    order = {row["id"]: n for rivals in turns.values() for n, row in enumerate(rivals)}
    rows.sort(key=lambda row: (order.get(row["id"], len(order)), row["joined_at"]))
    return await _told(connection, vault, actor, rows, "waitlist:manage", now)


async def one(connection: Connection, vault: Vault, actor: Actor, entry_id: UUID, now: datetime) -> wire.WaitlistEntry:
    """Errors: EntryNotFound, for other people's too."""
    row = await fetch_one(connection, f"{ENTRIES} WHERE e.id = %(id)s", {"id": entry_id})
    if row is None or not allowed(actor, "waitlist:read", target(row)):
        raise EntryNotFound
    told = await _told(connection, vault, actor, [row], "waitlist:read", now)
    return told.items[0]


async def one_offer(connection: Connection, actor: Actor, offer_id: UUID, now: datetime) -> wire.WaitlistOffer:
    """The offer, whatever has become of it. Errors: OfferNotFound, for other people's too."""
    row = await fetch_one(connection, f"{OFFERS} WHERE o.id = %(id)s", {"id": offer_id})
    if row is None or not allowed(actor, "waitlist:read", target(row)):
        raise OfferNotFound
    seen = [each for each in [look(actor, row["clinic_id"], row["patient_id"])] if each]
    await record_looks(connection, at=now, actor_id=actor.person_id, action="waitlist:read", looks=seen)
    return offer(row)


async def _told(
    connection: Connection, vault: Vault, actor: Actor, rows: Sequence[Row], action: str, now: datetime
) -> wire.WaitlistEntries:
    looks = [look(actor, row["clinic_id"], row["patient_id"]) for row in rows]
    seen = [each for each in looks if each]
    await record_looks(connection, at=now, actor_id=actor.person_id, action=action, looks=seen)
    places = await _places(connection, rows, now)
    offers = await _open_offers(connection, [row["id"] for row in rows], now)
    return wire.WaitlistEntries(
        [entry(row, vault, actor, places.get(row["id"]), offers.get(row["id"])) for row in rows],
    )


async def _open_offers(
    connection: Connection, entries: Sequence[UUID], now: datetime
) -> Mapping[UUID, wire.WaitlistOffer]:
    rows = await fetch_all(
        connection,
        f"{OFFERS} WHERE o.entry_id = ANY(%(entries)s) AND o.status = 'open' AND o.expires_at > %(now)s",
        {"entries": list(entries), "now": now},
    )
    return {row["entry_id"]: offer(row) for row in rows}


async def _places(connection: Connection, rows: Sequence[Row], now: datetime) -> Mapping[UUID, Place]:
    """How far in front each is among those who wait for the same visit with some of the same providers."""
    waits = [row for row in rows if row["status"] == "waiting"]
    turns = await _turns(connection, {row["visit_type_id"] for row in waits}, now)
    places: dict[UUID, Place] = {}
    for row in waits:
        rivals = [each["id"] for each in turns[row["visit_type_id"]] if _rivals(row, each)]
        if row["id"] in rivals:
            places[row["id"]] = place(rivals.index(row["id"]), len(rivals))
    return places


def _rivals(one: Any, other: Any) -> bool:
    return bool(one["specialty"] or other["specialty"] or set(one["provider_ids"]) & set(other["provider_ids"]))


async def _turns(connection: Connection, visit_types: set[UUID], now: datetime) -> Mapping[UUID, list[Row]]:
    """Those who wait for each visit type, in the order in which they would be asked."""
    async with elevated(connection, "how many wait before one is a count of others"):
        rows = await fetch_all(
            connection,
            f"""SELECT e.id, e.patient_id, e.clinic_id, e.visit_type_id, e.provider_ids, e.specialty, e.urgency,
                       e.joined_at, e.days, e.windows, e.time_zone, {LATELY}
                FROM waitlist_entry e
                WHERE e.visit_type_id = ANY(%(types)s) AND e.status = 'waiting' AND e.until > %(now)s""",
            {"types": list(visit_types), "now": now, "lately": now - LATELY_SPAN},
        )
    found: dict[UUID, list[Row]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: turn(waiting(row), now)):
        found[row["visit_type_id"]].append(row)
    return found
