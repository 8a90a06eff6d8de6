"""What the clinic does about those who have not answered: ask them again, or ring them and say so."""

from datetime import datetime, timedelta
from uuid import UUID

from openvisit.core.permissions import Actor, allowed
from openvisit.features.audit.commands import record
from openvisit.features.audit.vocabulary import acting
from openvisit.features.waitlist.away import queries, wire
from openvisit.features.waitlist.away.errors import ProposalNotFound, ProposalOver, RemindedLately
from openvisit.features.waitlist.away.proposing import WHY, ask, concerned
from openvisit.features.waitlist.offering import List
from openvisit.platform.db import Connection, Row, execute, fetch_one

APART = timedelta(hours=1)
"""Nobody is asked again sooner than this."""


async def remind(waitlist: List, actor: Actor, proposal_id: UUID, now: datetime) -> wire.AwayProposal:
    """Ask the patient again, with what is free now; it is kept for them anew.

    Errors: ProposalNotFound, ProposalOver, RemindedLately.
    """
    async with waitlist.db.transaction(as_system=WHY) as connection:
        row = await _open(connection, actor, proposal_id, now)
        if row["asked_at"] is not None and now - row["asked_at"] < APART:
            raise RemindedLately(again_at=(row["asked_at"] + APART).isoformat())
        visit = await concerned(connection, proposal_id)
        touched = await ask(connection, waitlist, visit, now) if visit else set()
        await execute(
            connection,
            "UPDATE away_proposal SET reminders = reminders + 1 WHERE id = %(id)s",
            {"id": proposal_id},
        )
        await _record(connection, actor, row, {"reminded": True}, now)
        told = await _told(connection, proposal_id, now)
    waitlist.live.publish(*touched, f"person:{row['patient_person_id']}")
    return told


async def mark_call(waitlist: List, actor: Actor, proposal_id: UUID, called: bool, now: datetime) -> wire.AwayProposal:
    """Note that the patient was rung about it, or that they were not after all.

    Errors: ProposalNotFound, ProposalOver.
    """
    async with waitlist.db.transaction(as_system=WHY) as connection:
        row = await _open(connection, actor, proposal_id, now)
        await execute(
            connection,
            "UPDATE away_proposal SET called_at = %(at)s, called_by = %(by)s WHERE id = %(id)s",
            {"id": proposal_id, "at": now if called else None, "by": actor.person_id if called else None},
        )
        await _record(connection, actor, row, {"called": called}, now)
        told = await _told(connection, proposal_id, now)
    waitlist.live.publish(f"clinic:{row['clinic_id']}")
    return told


async def _open(connection: Connection, actor: Actor, proposal_id: UUID, now: datetime) -> Row:
    """The proposal, locked. Errors: ProposalNotFound, ProposalOver."""
    row = await fetch_one(connection, f"{queries.PROPOSALS} WHERE r.id = %(id)s FOR UPDATE OF r", {"id": proposal_id})
    if row is None or not allowed(actor, "away:manage", queries.target(row)):
        raise ProposalNotFound
    if (found := queries.status(row, now)) != "open":
        raise ProposalOver(proposal_status=found)
    return row


async def _told(connection: Connection, proposal_id: UUID, now: datetime) -> wire.AwayProposal:
    row = await fetch_one(connection, f"{queries.PROPOSALS} WHERE r.id = %(id)s", {"id": proposal_id})
    if row is None:
        raise ProposalNotFound
    return queries.proposal(row, await queries.names_in(connection, [row]), now)


async def _record(connection: Connection, actor: Actor, row: Row, data: dict[str, bool], now: datetime) -> None:
    role, why = acting(actor, row["clinic_id"], patient_id=row["patient_id"], provider_id=row["provider_id"])
    await record(
        connection,
        at=now,
        actor_id=actor.person_id,
        action="away:manage",
        thing="away-proposal",
        thing_id=row["id"],
        clinic_id=row["clinic_id"],
        patient_id=row["patient_id"],
        acting_as=role,
        reason=why,
        data=data,
    )
