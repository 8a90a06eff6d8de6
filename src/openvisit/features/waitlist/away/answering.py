"""A patient's answer to what was proposed instead of a visit."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from openvisit.core.appointment import Mode, Move
from openvisit.core.permissions import FRONT_DESK, STAFF, Actor, allowed
from openvisit.features.audit.commands import record
from openvisit.features.audit.vocabulary import acting
from openvisit.features.booking import wire as booking
from openvisit.features.booking.book import book_in
from openvisit.features.booking.holds import give_back_all
from openvisit.features.booking.moves import make_in
from openvisit.features.booking.present import APPOINTMENTS, accommodations, patient_keys, told_by
from openvisit.features.booking.reschedule import reschedule_in
from openvisit.features.booking.to_video import to_video_in
from openvisit.features.waitlist.away import wire
from openvisit.features.waitlist.away.errors import ProposalChanged, ProposalNotFound, ProposalOver
from openvisit.features.waitlist.away.queries import PROPOSALS, status, target
from openvisit.features.waitlist.offering import List
from openvisit.features.waitlist.wire import OfferAccepted
from openvisit.platform.db import Connection, Row, execute, fetch_one

WHY = "the clinic's own proposal is taken up: its notice does not bind here"
MOVED = "Moved to a colleague, since the provider is away."


async def answer(
    waitlist: List, actor: Actor, proposal_id: UUID, body: wire.AwayAnswer, now: datetime
) -> OfferAccepted | None:
    """Take up one of the choices, or none: the visit is then the clinic's to settle. All of it, or nothing.

    What was kept for the patient is given back with the answer; the time that is chosen is taken in its stead before
    anybody else can see it free. After it has run out it is taken like any other, while it is free.
    Errors: ProposalNotFound, ProposalOver, ProposalChanged, and those of booking and moving a visit: the proposal stays
    open.
    """
    async with waitlist.db.transaction(as_system=WHY) as connection:
        row = await _locked(connection, actor, proposal_id, now)
        topics = [f"clinic:{row['clinic_id']}", f"person:{row['patient_person_id']}"]
        chosen = _place(row, body.choice)
        topics += [f"slots:{provider_id}" for provider_id in await give_back_all(connection, proposal_id)]
        accepted = None
        if chosen is not None:
            accepted, changed = await _take(connection, waitlist, actor, row, row["choices"][chosen], now)
            topics += changed
        await _close(connection, actor, row, chosen, now)
    waitlist.live.publish(*topics)
    return accepted


async def _locked(connection: Connection, actor: Actor, proposal_id: UUID, now: datetime) -> Row:
    row = await fetch_one(connection, f"{PROPOSALS} WHERE r.id = %(id)s FOR UPDATE OF r", {"id": proposal_id})
    if row is None or not allowed(actor, "away:answer", target(row)):
        raise ProposalNotFound
    if (found := status(row, now)) != "open":
        raise ProposalOver(proposal_status=found)
    return row


def _place(row: Row, choice: UUID | None) -> int | None:
    """Which of the choices it is, counted from 0. Errors: ProposalChanged."""
    if choice is None:
        return None
    ids = [UUID(one["id"]) for one in row["choices"]]
    if choice not in ids:
        raise ProposalChanged
    return ids.index(choice)


async def _take(
    connection: Connection, waitlist: List, actor: Actor, row: Row, choice: dict[str, str], now: datetime
) -> tuple[OfferAccepted, list[str]]:
    # What the clinic proposes it also allows: whoever takes it up does so with the front desk's rights to this visit.
    held = frozenset({STAFF, FRONT_DESK})
    able = replace(actor, roles={**actor.roles, row["clinic_id"]: held}, grants=None)
    start, id_ = datetime.fromisoformat(choice["start"]), row["appointment_id"]
    vault, subscriptions = waitlist.vault, waitlist.subscriptions
    if choice["kind"] == "video":
        topics = await to_video_in(connection, subscriptions, able, id_, now)
    elif choice["kind"] == "later":
        body = booking.RescheduleBody(start, Mode(choice["mode"]))
        _, topics = await reschedule_in(connection, vault, subscriptions, able, id_, body, now)
    else:
        old = await fetch_one(connection, f"{APPOINTMENTS} WHERE a.id = %(id)s", {"id": id_})
        _, freed = await make_in(connection, vault, subscriptions, able, id_, Move.CANCEL, now, reason=MOVED)
        body_ = _same_visit(waitlist, old, UUID(choice["provider_id"]), start)
        booked, taken = await book_in(connection, vault, subscriptions, able, body_, key=None, now=now)
        id_ = msgspec.json.decode(booked.body, type=booking.Appointment).id
        topics = freed + taken
    return OfferAccepted(id_, start, row["time_zone"]), topics


def _same_visit(waitlist: List, old: Any, provider_id: UUID, start: datetime) -> booking.BookBody:
    """The visit as it was, at another provider's time."""
    keys = patient_keys(old, waitlist.vault)
    needs = accommodations(old, keys)
    return booking.BookBody(
        provider_id,
        old["visit_type_id"],
        start,
        Mode(old["mode"]),
        reason=keys.shown(old["reason"], "appointment.reason", old["id"]),
        accommodations=needs or None,
        patient_id=old["patient_id"],
    )


async def _close(connection: Connection, actor: Actor, row: Row, choice: int | None, now: datetime) -> None:
    outcome = "declined" if choice is None else "accepted"
    await execute(
        connection,
        """UPDATE away_proposal SET status = %(status)s, chosen = %(chosen)s, answered_at = %(now)s,
               answered_by = %(by)s, kept_until = NULL WHERE id = %(id)s""",
        {"id": row["id"], "status": outcome, "chosen": choice, "now": now, "by": actor.person_id},
    )
    role, why = acting(actor, row["clinic_id"], patient_id=row["patient_id"])
    await record(
        connection,
        at=now,
        actor_id=actor.person_id,
        action="away:answer",
        thing="away-proposal",
        thing_id=row["id"],
        clinic_id=row["clinic_id"],
        patient_id=row["patient_id"],
        acting_as=role,
        reason=why,
        data={"status": outcome, "appointment_id": str(row["appointment_id"]), **told_by(actor)},
    )
