"""Offering free times to those who wait: one time a transaction, held by claims before anybody is asked.

Everything that happens to a provider's list happens under one lock, so that looking, answering and running out never
meet half-way. That no time is given twice does not rest on the lock but, as everywhere, on the claims.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg import Rollback

from openvisit.core.ids import new_id
from openvisit.core.intervals import instant
from openvisit.core.slots import Slot
from openvisit.features.booking.context import Wish
from openvisit.features.booking.holds import give_back, keep, sweep
from openvisit.features.waitlist.candidates import Candidate, FreeTimes, candidates
from openvisit.features.waitlist.rules import OfferRules, rules_of
from openvisit.platform import metrics
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, Database, execute, fetch_all, fetch_one
from openvisit.platform.events import Event, Subscriptions, publish
from openvisit.platform.jobs import defer
from openvisit.platform.realtime import Live

WHY = "an offer touches the other people who wait"
GRACE = timedelta(minutes=5)
"""For how long a time stays held after its offers ran out: until the worker passes it on. Should none run, the time is
everybody's again."""

_MOST_AT_A_LOOK = 200
_MOST_TRIES = 20


@dataclass(frozen=True, slots=True)
class List:
    """What the waitlist works with."""

    db: Database
    vault: Vault
    live: Live
    subscriptions: Subscriptions


@dataclass(frozen=True, slots=True)
class Changed:
    """What to tell the live channel after the commit."""

    topics: set[str] = field(default_factory=set)

    def add(self, provider_id: UUID, clinic_id: UUID, persons: Iterable[UUID]) -> None:
        """The provider's slots, the clinic's list, and these persons' screens."""
        self.topics.update((f"slots:{provider_id}", f"clinic:{clinic_id}", *(f"person:{p}" for p in persons)))


async def look(waitlist: List, provider_id: UUID, now: datetime) -> int:
    """Offer whatever of the provider's free times suits somebody; the answer is how many times were offered."""
    for offered in range(_MOST_AT_A_LOOK):
        changed = Changed()
        async with waitlist.db.transaction(as_system=WHY) as connection:
            await lock_list(connection, provider_id)
            made = await offer_next(connection, waitlist, provider_id, changed, now)
        waitlist.live.publish(*changed.topics)
        if not made:
            return offered
    return _MOST_AT_A_LOOK


async def lock_list(connection: Connection, provider_id: UUID) -> None:
    """One at a time for a provider's list, until the transaction ends."""
    await execute(
        connection,
        "SELECT pg_advisory_xact_lock(hashtextextended(%(key)s, 0))",
        {"key": f"waitlist:{provider_id}"},
    )


async def look_later(connection: Connection, provider_ids: Iterable[UUID]) -> None:
    """Have the providers' free times looked at once the caller's transaction is committed."""
    for provider_id in provider_ids:
        await defer(
            connection,
            "waitlist:look_for",
            queue="events",
            queueing_lock=f"waitlist:{provider_id}",
            args={"provider_id": str(provider_id)},
        )


async def offer_next(
    connection: Connection, waitlist: List, provider_id: UUID, changed: Changed, now: datetime
) -> bool:
    """Offer one free time to whoever's turn it is, in the caller's transaction and under the list's lock.

    The first in turn whom any free time suits decides which one it is; those after them whom the very same suits are
    asked with them, as many as the clinic asks at once.
    """
    provider = await fetch_one(connection, "SELECT clinic_id FROM provider WHERE id = %(id)s", {"id": provider_id})
    if provider is None:
        return False
    rules = await rules_of(connection, provider["clinic_id"])
    waiting = await candidates(connection, waitlist.vault, provider_id, rules, now)
    free = FreeTimes(connection, provider_id, now)
    tries = 0
    for position, first in enumerate(waiting):
        for slot in await free.suiting(first):
            if first.until(slot, rules, now) is None:
                continue
            together = [first, *await _others(waiting[position + 1 :], first, slot, free, rules, now)]
            if await _offer(connection, waitlist, provider_id, slot, together, rules, changed, now):
                return True
            tries += 1  # somebody was quicker; the next one may still be free
            if tries == _MOST_TRIES:
                return False
    return False


async def _others(
    waiting: Sequence[Candidate], first: Candidate, slot: Slot, free: FreeTimes, rules: OfferRules, now: datetime
) -> list[Candidate]:
    found: list[Candidate] = []
    patients = {first.row["patient_id"]}
    for other in waiting:
        if len(found) + 1 >= rules.at_once:
            break
        if other.row["patient_id"] in patients or other.visit != first.visit:
            continue
        if await free.suits(other, slot) and other.until(slot, rules, now) is not None:
            found.append(other)
            patients.add(other.row["patient_id"])
    return found


async def _offer(
    connection: Connection,
    waitlist: List,
    provider_id: UUID,
    slot: Slot,
    together: Sequence[Candidate],
    rules: OfferRules,
    changed: Changed,
    now: datetime,
) -> bool:
    visit_type_id, extra = together[0].visit
    slot_id = new_id()
    untils = {c.row["id"]: c.until(slot, rules, now) or now for c in together}
    wish = Wish(provider_id, visit_type_id, instant(slot.start), slot.mode, extra, person_id=slot_id)
    await sweep(connection, [provider_id], now)
    asked: list[Candidate] = []
    async with connection.transaction() as attempt:
        hold_id = await keep(connection, wish, owner=slot_id, until=max(untils.values()) + GRACE, now=now)
        if hold_id is not None:
            await _write_slot(connection, slot_id, hold_id, now)
            # In the order of patients, so that two lists that ask the same people do not wait for each other.
            ordered = sorted(together, key=lambda c: str(c.row["patient_id"]))
            asked = [c for c in ordered if await _ask(connection, waitlist, slot_id, c, untils[c.row["id"]], now)]
        if not asked:
            raise Rollback(attempt)
    if not asked:
        return False
    for until in {untils[c.row["id"]] for c in asked}:
        await defer(connection, "waitlist:run_out", queue="events", at=until, args={"slot_id": str(slot_id)})
    changed.add(provider_id, together[0].row["clinic_id"], (c.row["patient_person_id"] for c in asked))
    metrics.waitlist_offers.labels("made").inc(len(asked))
    return True


async def _write_slot(connection: Connection, slot_id: UUID, hold_id: UUID, now: datetime) -> None:
    await execute(
        connection,
        """INSERT INTO waitlist_slot (id, clinic_id, provider_id, visit_type_id, mode, location_id, starts_at, ends_at,
                                      hold_id, status, offered_at)
           SELECT %(id)s, p.clinic_id, h.provider_id, h.visit_type_id, h.mode, h.location_id, h.starts_at, h.ends_at,
                  h.id, 'offered', %(now)s
           FROM hold h JOIN provider p ON p.id = h.provider_id WHERE h.id = %(hold_id)s""",
        {"id": slot_id, "hold_id": hold_id, "now": now},
    )


async def _ask(
    connection: Connection, waitlist: List, slot_id: UUID, candidate: Candidate, until: datetime, now: datetime
) -> bool:
    """Write the offer, unless the patient is asked something else by another list at this very moment."""
    row = candidate.row
    made = await fetch_one(
        connection,
        """INSERT INTO waitlist_offer (id, slot_id, entry_id, patient_id, clinic_id, status, offered_at, expires_at)
           VALUES (%(id)s, %(slot_id)s, %(entry_id)s, %(patient_id)s, %(clinic_id)s, 'open', %(now)s, %(until)s)
           ON CONFLICT DO NOTHING RETURNING id""",
        {
            "id": new_id(),
            "slot_id": slot_id,
            "entry_id": row["id"],
            "patient_id": row["patient_id"],
            "clinic_id": row["clinic_id"],
            "now": now,
            "until": until,
        },
    )
    if made is None:
        return False
    await publish(connection, waitlist.subscriptions, Event("waitlist.offered", made["id"], now))
    return True


async def pass_on(connection: Connection, waitlist: List, slot: Any, changed: Changed, now: datetime) -> None:
    """Once nobody is asked for the time any more: give it back and offer what is free then, in the same transaction,
    so that no stranger comes between. Under the list's lock."""
    still = await fetch_one(
        connection,
        "SELECT FROM waitlist_offer WHERE slot_id = %(id)s AND status = 'open' LIMIT 1",
        {"id": slot["slot_id"]},
    )
    if still is not None:
        return
    ended = await execute(
        connection,
        "UPDATE waitlist_slot SET status = 'given-back' WHERE id = %(id)s AND status = 'offered'",
        {"id": slot["slot_id"]},
    )
    if not ended:
        return
    await give_back(connection, slot["hold_id"])
    changed.add(slot["provider_id"], slot["clinic_id"], ())
    await offer_next(connection, waitlist, slot["provider_id"], changed, now)
    await look_later(connection, [slot["provider_id"]])


async def run_out(waitlist: List, slot_id: UUID, now: datetime) -> None:
    """End the slot's offers whose time is over, and pass the time on. Safe to run at any time and by several."""
    changed = Changed()
    async with waitlist.db.transaction(as_system=WHY) as connection:
        slot = await slot_of(connection, slot_id)
        if slot is None:
            return
        await lock_list(connection, slot["provider_id"])
        ended = await fetch_all(
            connection,
            """UPDATE waitlist_offer o SET status = 'expired', answered_at = %(now)s
               FROM patient pt WHERE pt.id = o.patient_id
               AND o.slot_id = %(id)s AND o.status = 'open' AND o.expires_at <= %(now)s
               RETURNING pt.person_id""",
            {"id": slot_id, "now": now},
        )
        metrics.waitlist_offers.labels("expired").inc(len(ended))
        changed.add(slot["provider_id"], slot["clinic_id"], (row["person_id"] for row in ended))
        await pass_on(connection, waitlist, slot, changed, now)
    waitlist.live.publish(*changed.topics)


async def slot_of(connection: Connection, slot_id: UUID) -> Any:
    """The slot as `pass_on` wants it, or None."""
    return await fetch_one(
        connection,
        "SELECT id AS slot_id, hold_id, provider_id, clinic_id FROM waitlist_slot WHERE id = %(id)s",
        {"id": slot_id},
    )


async def overdue(connection: Connection, now: datetime) -> list[UUID]:
    """Slots with an open offer whose time is over."""
    rows = await fetch_all(
        connection,
        "SELECT DISTINCT slot_id FROM waitlist_offer WHERE status = 'open' AND expires_at <= %(now)s",
        {"now": now},
    )
    return [row["slot_id"] for row in rows]


async def waited_for(connection: Connection, provider_ids: Sequence[UUID] | None, now: datetime) -> list[UUID]:
    """The providers, of these or of all, whom somebody waits for."""
    rows = await fetch_all(
        connection,
        """SELECT p.id FROM provider p WHERE p.active AND (%(ids)s::uuid[] IS NULL OR p.id = ANY(%(ids)s))
           AND EXISTS (SELECT FROM waitlist_entry e WHERE e.clinic_id = p.clinic_id AND e.status = 'waiting'
                       AND e.until > %(now)s AND (p.id = ANY(e.provider_ids) OR e.specialty = ANY(p.specialties)))
           ORDER BY p.id""",
        {"ids": list(provider_ids) if provider_ids is not None else None, "now": now},
    )
    return [row["id"] for row in rows]
