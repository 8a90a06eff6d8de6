"""How each clinic offers times: read and changed."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from openvisit.core.errors import Forbidden
from openvisit.core.permissions import Actor, Target, allowed
from openvisit.features.audit.commands import record
from openvisit.features.waitlist import wire
from openvisit.platform.db import Connection, execute, fetch_one


@dataclass(frozen=True, slots=True)
class OfferRules:
    """A clinic's rules. The usual ones leave half an hour to answer, ask one after the other, and let people
    sleep; what is proposed instead of a visit is kept for a day."""

    lasts: timedelta = timedelta(minutes=30)
    at_once: int = 1
    a_day: int = 3
    quiet_from: time = time(21)
    quiet_until: time = time(8)
    proposals_last: timedelta = timedelta(hours=24)


USUAL = OfferRules()


async def rules_of(connection: Connection, clinic_id: UUID) -> OfferRules:
    """The clinic's rules, the usual ones where it set none."""
    row = await fetch_one(connection, "SELECT * FROM waitlist_rules WHERE clinic_id = %(id)s", {"id": clinic_id})
    if row is None:
        return USUAL
    lasts, proposals = timedelta(minutes=row["offer_minutes"]), timedelta(hours=row["proposal_hours"])
    return OfferRules(lasts, row["at_once"], row["offers_a_day"], row["quiet_from"], row["quiet_until"], proposals)


async def told(connection: Connection, actor: Actor, clinic_id: UUID) -> wire.WaitlistRules:
    """The rules, for those who manage the list. Errors: Forbidden."""
    _refuse(actor, clinic_id, "waitlist:manage")
    rules = await rules_of(connection, clinic_id)
    return wire.WaitlistRules(
        offer_minutes=rules.lasts // timedelta(minutes=1),
        at_once=rules.at_once,
        offers_a_day=rules.a_day,
        quiet_from=f"{rules.quiet_from:%H:%M}",
        quiet_until=f"{rules.quiet_until:%H:%M}",
        proposal_hours=rules.proposals_last // timedelta(hours=1),
    )


async def change(
    connection: Connection, actor: Actor, clinic_id: UUID, body: wire.WaitlistRules, now: datetime
) -> wire.WaitlistRules:
    """Set the rules, in the caller's transaction. Errors: Forbidden."""
    _refuse(actor, clinic_id, "waitlist-rules:edit")
    values: dict[str, Any] = {
        "clinic_id": clinic_id,
        "offer_minutes": body.offer_minutes,
        "at_once": body.at_once,
        "offers_a_day": body.offers_a_day,
        "quiet_from": _clock(body.quiet_from),
        "quiet_until": _clock(body.quiet_until),
        "proposal_hours": body.proposal_hours,
    }
    await execute(
        connection,
        """INSERT INTO waitlist_rules
               (clinic_id, offer_minutes, at_once, offers_a_day, quiet_from, quiet_until, proposal_hours)
           VALUES (%(clinic_id)s, %(offer_minutes)s, %(at_once)s, %(offers_a_day)s, %(quiet_from)s, %(quiet_until)s,
                   %(proposal_hours)s)
           ON CONFLICT (clinic_id) DO UPDATE SET
               offer_minutes = excluded.offer_minutes, at_once = excluded.at_once,
               offers_a_day = excluded.offers_a_day, quiet_from = excluded.quiet_from,
               quiet_until = excluded.quiet_until, proposal_hours = excluded.proposal_hours""",
        values,
    )
    await record(
        connection,
        at=now,
        actor_id=actor.person_id,
        action="waitlist-rules:edit",
        thing="clinic",
        thing_id=clinic_id,
        clinic_id=clinic_id,
        data={"offer_minutes": body.offer_minutes, "at_once": body.at_once, "offers_a_day": body.offers_a_day},
    )
    return await told(connection, actor, clinic_id)


def _refuse(actor: Actor, clinic_id: UUID, permission: str) -> None:
    if not allowed(actor, permission, Target(clinic_id=clinic_id)):
        raise Forbidden


def _clock(text: str) -> time:
    return time(0) if text == "24:00" else time.fromisoformat(text)
