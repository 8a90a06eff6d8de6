"""Proposing to a patient what they can have instead of a visit: times that are kept for them while they think.

What is proposed is held by claims, as the waitlist's offers are; the holds' owner is the proposal. They end with the
answer, with whatever else settles the visit, or by themselves at `kept_until`: no worker has to run for that.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from psycopg.types.json import Jsonb

from openvisit.core.appointment import UPCOMING, Status
from openvisit.core.ids import new_id
from openvisit.features.booking.context import Wish
from openvisit.features.booking.holds import give_back_all, keep, sweep
from openvisit.features.waitlist.away.matching import CONCERNED, Option, by_video, extra_minutes, later, sooner
from openvisit.features.waitlist.offering import List
from openvisit.features.waitlist.rules import rules_of
from openvisit.platform.db import Connection, Row, execute, fetch_all, fetch_one
from openvisit.platform.events import Event, publish

MOST_OF_A_KIND = 2
"""What is kept for one patient nobody else gets meanwhile."""

WHY = "whether a patient is free at a time, and what they agreed to, takes all of their visits"

_UNASKED = """
SELECT id FROM away_proposal
WHERE status = 'open' AND asked_at IS NULL AND (%(away_id)s::uuid IS NULL OR away_id = %(away_id)s)
ORDER BY was, id"""

# The visit was moved or cancelled otherwise, or its time is over.
_SETTLED = """
SELECT r.id FROM away_proposal r JOIN appointment a ON a.id = r.appointment_id
WHERE r.status = 'open' AND r.kept_until IS NOT NULL
  AND (%(appointment_id)s::uuid IS NULL OR r.appointment_id = %(appointment_id)s)
  AND (r.was <= %(now)s OR a.starts_at <> r.was OR NOT a.status = ANY(%(open)s))
FOR UPDATE OF r SKIP LOCKED"""

_BACK = """
SELECT r.id FROM away_proposal r JOIN away w ON w.id = r.away_id
WHERE r.status = 'open' AND NOT EXISTS (SELECT FROM absence b WHERE b.id = w.absence_id)
FOR UPDATE OF r SKIP LOCKED"""


async def unasked(waitlist: List, away_id: UUID | None = None) -> list[UUID]:
    """Proposals that nobody has been asked yet, the soonest visit first."""
    async with waitlist.db.connection(as_system=WHY) as connection:
        rows = await fetch_all(connection, _UNASKED, {"away_id": away_id})
    return [row["id"] for row in rows]


async def propose(waitlist: List, proposal_id: UUID, now: datetime) -> None:
    """Find what can be had, keep it, and ask: once, however many do so at a time. A transaction of its own for each
    patient, so that nobody holds many times while waiting for others."""
    async with waitlist.db.transaction(as_system=WHY) as connection:
        visit = await concerned(connection, proposal_id)
        if visit is None or visit["proposal_status"] != "open" or visit["asked_at"] is not None:
            return
        touched = await ask(connection, waitlist, visit, now)
    waitlist.live.publish(*touched)


async def concerned(connection: Connection, proposal_id: UUID) -> Row | None:
    """The proposal's visit, nobody else at the proposal until the transaction ends."""
    return await fetch_one(connection, f"{CONCERNED} WHERE r.id = %(id)s FOR UPDATE OF r", {"id": proposal_id})


async def ask(connection: Connection, waitlist: List, visit: Row, now: datetime) -> set[str]:
    """Look for times anew, keep them instead of what was kept before, and announce it; in the caller's transaction.

    The answer is what changed, for the live channel after the commit.
    """
    proposal_id = visit["proposal_id"]
    rules = await rules_of(connection, visit["clinic_id"])
    until = min(now + rules.proposals_last, visit["was"])
    freed = await give_back_all(connection, proposal_id)
    options = await _kept(connection, visit, until, now)
    await execute(
        connection,
        """UPDATE away_proposal SET choices = %(choices)s, kept_until = %(until)s, asked_at = %(now)s
           WHERE id = %(id)s""",
        {"id": proposal_id, "choices": Jsonb([_choice(one) for one in options]), "until": until, "now": now},
    )
    await publish(connection, waitlist.subscriptions, Event("visit.proposed", proposal_id, now))
    providers = {*freed, *(option.provider_id for option in options)}
    return {f"clinic:{visit['clinic_id']}", *(f"slots:{provider_id}" for provider_id in providers)}


async def _kept(connection: Connection, visit: Row, until: datetime, now: datetime) -> list[Option]:
    """By video at the same time; a colleague's times; and the provider's own: those that could be kept."""
    video = by_video(visit)
    own = await _keep(connection, visit, await later(connection, visit, now), until, now)
    before = own[0].start if own else None
    others = await _keep(connection, visit, await sooner(connection, visit, before, now), until, now)
    return [*([video] if video else []), *others, *own]


async def _keep(
    connection: Connection, visit: Row, options: Sequence[Option], until: datetime, now: datetime
) -> list[Option]:
    kept: list[Option] = []
    await sweep(connection, {option.provider_id for option in options}, now)
    for option in options:
        wish = Wish(
            option.provider_id,
            visit["visit_type_id"],
            option.start,
            option.mode,
            extra_minutes(visit),
            patient_id=visit["patient_id"],
            apart_from=visit["id"],
        )
        ends = min(until, option.start)
        if ends > now and await keep(connection, wish, owner=visit["proposal_id"], until=ends, now=now):
            kept.append(option)
        if len(kept) == MOST_OF_A_KIND:
            break
    return kept


def _choice(option: Option) -> dict[str, str]:
    return {
        "id": str(new_id()),
        "kind": option.kind,
        "provider_id": str(option.provider_id),
        "start": option.start.isoformat(),
        "mode": str(option.mode),
    }


async def let_go(waitlist: List, appointment_id: UUID | None, now: datetime) -> None:
    """Give back what is kept for visits (this one, or any) that were settled otherwise, and take back what was proposed
    for absences that are none any more."""
    open_ = [str(status) for status in (*UPCOMING, Status.REQUESTED)]
    values = {"appointment_id": appointment_id, "now": now, "open": open_}
    freed: set[UUID] = set()
    async with waitlist.db.transaction(as_system=WHY) as connection:
        for row in await fetch_all(connection, _SETTLED, values):
            freed.update(await give_back_all(connection, row["id"]))
            await execute(connection, "UPDATE away_proposal SET kept_until = NULL WHERE id = %(id)s", row)
        for row in await fetch_all(connection, _BACK):
            freed.update(await give_back_all(connection, row["id"]))
            await execute(
                connection, "UPDATE away_proposal SET status = 'withdrawn', kept_until = NULL WHERE id = %(id)s", row
            )
    waitlist.live.publish(*(f"slots:{provider_id}" for provider_id in freed))
