"""Answers to offers: taking a time, declining it. And what ends an offer from outside: whoever was asked left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from openvisit.core.appointment import Mode
from openvisit.core.permissions import Actor, allowed
from openvisit.features.audit.commands import record
from openvisit.features.audit.vocabulary import acting
from openvisit.features.booking import wire as booking
from openvisit.features.booking.book import book_in
from openvisit.features.booking.holds import give_back
from openvisit.features.booking.present import told_by
from openvisit.features.booking.reschedule import reschedule_in
from openvisit.features.waitlist import wire
from openvisit.features.waitlist.errors import OfferGone, OfferNotFound
from openvisit.features.waitlist.offering import WHY, Changed, List, lock_list, look_later, pass_on
from openvisit.features.waitlist.present import OFFERS, target
from openvisit.platform import metrics
from openvisit.platform.db import Connection, Row, execute, fetch_all, fetch_one


@dataclass(frozen=True, slots=True)
class Answer:
    """Who answers which offer, and when."""

    actor: Actor
    offer_id: UUID
    now: datetime


async def accept(waitlist: List, answer: Answer, body: wire.OfferAcceptance) -> wire.OfferAccepted:
    """Take the time: book the visit, or move the one that was to be earlier. All of it, or nothing.

    Whoever took it already is told so again. A refusal of booking leaves the offer open for as long as it lasts.
    Errors: OfferNotFound, OfferGone, and those of booking and moving a visit.
    """
    changed = Changed()
    async with waitlist.db.transaction(as_system=WHY) as connection:
        offer = await _locked(connection, answer)
        if offer["status"] == "accepted":
            return await _accepted(connection, offer["appointment_id"])
        _refuse_gone(offer, answer.now)
        await give_back(connection, offer["hold_id"])
        appointment_id, topics = await _make(connection, waitlist, answer, offer, body)
        changed.topics.update(topics)
        await _close(connection, answer, offer, appointment_id, changed)
        accepted = await _accepted(connection, appointment_id)
        await look_later(connection, [offer["provider_id"]])
    metrics.waitlist_offers.labels("accepted").inc()
    waitlist.live.publish(*changed.topics)
    return accepted


async def decline(waitlist: List, answer: Answer) -> None:
    """Do without the time; it goes to the next. Declining what is over is no error.

    Errors: OfferNotFound, OfferGone when it was accepted.
    """
    changed = Changed()
    async with waitlist.db.transaction(as_system=WHY) as connection:
        offer = await _locked(connection, answer)
        if offer["status"] == "accepted":
            raise OfferGone(offer_status="accepted")
        if offer["status"] != "open":
            return
        await _end(connection, answer, offer, "declined")
        changed.add(offer["provider_id"], offer["clinic_id"], [offer["patient_person_id"]])
        await pass_on(connection, waitlist, offer, changed, answer.now)
    metrics.waitlist_offers.labels("declined").inc()
    waitlist.live.publish(*changed.topics)


async def answer(waitlist: List, actor: Actor, offer_id: UUID, yes: bool, now: datetime) -> None:
    """Yes or no, as it comes by SMS. Errors: those of `accept` and `decline`."""
    if yes:
        await accept(waitlist, Answer(actor, offer_id, now), wire.OfferAcceptance())
    else:
        await decline(waitlist, Answer(actor, offer_id, now))


async def withdraw(waitlist: List, entries: Sequence[UUID], now: datetime) -> None:
    """End the open offers of entries that do not wait any more, and pass the times on.

    A transaction an offer, after the one that closed the entries: an answer holds the list and then the entry, so
    nobody may hold an entry and then ask for the list.
    """
    async with waitlist.db.connection(as_system=WHY) as connection:
        offers = await fetch_all(
            connection,
            """SELECT o.id, o.slot_id, o.clinic_id, s.hold_id, s.provider_id, pt.person_id AS patient_person_id
               FROM waitlist_offer o JOIN waitlist_slot s ON s.id = o.slot_id JOIN patient pt ON pt.id = o.patient_id
               WHERE o.entry_id = ANY(%(entries)s) AND o.status = 'open'""",
            {"entries": list(entries)},
        )
    for offer in offers:
        changed = Changed()
        async with waitlist.db.transaction(as_system=WHY) as connection:
            await lock_list(connection, offer["provider_id"])
            ended = await execute(
                connection,
                """UPDATE waitlist_offer SET status = 'withdrawn', answered_at = %(now)s
                   WHERE id = %(id)s AND status = 'open'""",
                {"id": offer["id"], "now": now},
            )
            if ended:
                metrics.waitlist_offers.labels("withdrawn").inc()
                changed.add(offer["provider_id"], offer["clinic_id"], [offer["patient_person_id"]])
                await pass_on(connection, waitlist, offer, changed, now)
        waitlist.live.publish(*changed.topics)


async def _locked(connection: Connection, answer: Answer) -> Row:
    """The offer, with nobody else at the provider's list until the transaction ends. Errors: OfferNotFound."""
    where = f"{OFFERS} WHERE o.id = %(id)s"
    offer = await fetch_one(connection, where, {"id": answer.offer_id})
    if offer is None or not allowed(answer.actor, "waitlist:answer", target(offer)):
        raise OfferNotFound
    await lock_list(connection, offer["provider_id"])
    again = await fetch_one(connection, where, {"id": answer.offer_id})
    if again is None:
        raise OfferNotFound
    return again


def _refuse_gone(offer: Row, now: datetime) -> None:
    if offer["status"] != "open":
        raise OfferGone(offer_status=offer["status"])
    if offer["expires_at"] <= now:
        raise OfferGone(offer_status="expired")
    if offer["entry_status"] != "waiting":
        raise OfferGone(offer_status="withdrawn")
    # Whoever moved the visit to an even earlier time meanwhile would move it back.
    if offer["moves"] and offer["appointment_start"] <= offer["starts_at"]:
        raise OfferGone(offer_status="withdrawn")


async def _make(
    connection: Connection, waitlist: List, answer: Answer, offer: Row, body: wire.OfferAcceptance
) -> tuple[UUID, list[str]]:
    mode, now = Mode(offer["mode"]), answer.now
    if offer["moves"]:
        move = booking.RescheduleBody(offer["starts_at"], mode)
        moved, topics = await reschedule_in(
            connection, waitlist.vault, waitlist.subscriptions, answer.actor, offer["moves"], move, now
        )
        return moved.id, topics
    visit = booking.BookBody(
        offer["provider_id"],
        offer["visit_type_id"],
        offer["starts_at"],
        mode,
        reason=body.reason,
        patient_id=offer["patient_id"],
    )
    booked, topics = await book_in(
        connection, waitlist.vault, waitlist.subscriptions, answer.actor, visit, key=None, now=now
    )
    return msgspec.json.decode(booked.body, type=booking.Appointment).id, topics


async def _close(connection: Connection, answer: Answer, offer: Row, appointment_id: UUID, changed: Changed) -> None:
    await _end(connection, answer, offer, "accepted", appointment_id)
    others = await fetch_all(
        connection,
        """UPDATE waitlist_offer o SET status = 'taken', answered_at = %(now)s FROM patient pt
           WHERE pt.id = o.patient_id AND o.slot_id = %(slot_id)s AND o.status = 'open' RETURNING pt.person_id""",
        {"slot_id": offer["slot_id"], "now": answer.now},
    )
    await execute(connection, "UPDATE waitlist_slot SET status = 'taken' WHERE id = %(id)s", {"id": offer["slot_id"]})
    await execute(
        connection,
        """UPDATE waitlist_entry SET status = 'booked', ended_at = %(now)s, version = version + 1
           WHERE id = %(id)s AND status = 'waiting'""",
        {"id": offer["entry_id"], "now": answer.now},
    )
    persons = [offer["patient_person_id"], *(row["person_id"] for row in others)]
    changed.add(offer["provider_id"], offer["clinic_id"], persons)


async def _end(
    connection: Connection, answer: Answer, offer: Row, status: str, appointment_id: UUID | None = None
) -> None:
    await execute(
        connection,
        """UPDATE waitlist_offer SET status = %(status)s, answered_at = %(now)s, answered_by = %(by)s,
               appointment_id = %(appointment_id)s
           WHERE id = %(id)s AND status = 'open'""",
        {
            "id": offer["id"],
            "status": status,
            "now": answer.now,
            "by": answer.actor.person_id,
            "appointment_id": appointment_id,
        },
    )
    role, why = acting(answer.actor, offer["clinic_id"], patient_id=offer["patient_id"])
    await record(
        connection,
        at=answer.now,
        actor_id=answer.actor.person_id,
        action="waitlist:answer",
        thing="waitlist-offer",
        thing_id=offer["id"],
        clinic_id=offer["clinic_id"],
        patient_id=offer["patient_id"],
        acting_as=role,
        reason=why,
        data={"status": status, "start": offer["starts_at"].isoformat(), **told_by(answer.actor)},
    )


async def _accepted(connection: Connection, appointment_id: Any) -> wire.OfferAccepted:
    row = await fetch_one(
        connection, "SELECT starts_at, time_zone FROM appointment WHERE id = %(id)s", {"id": appointment_id}
    )
    if row is None:
        raise OfferNotFound
    return wire.OfferAccepted(appointment_id, row["starts_at"], row["time_zone"])
