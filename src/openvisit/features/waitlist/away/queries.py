"""Reading who is away, what was proposed, and who has not answered."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from openvisit.core.appointment import UPCOMING, Mode, Status
from openvisit.core.errors import Forbidden
from openvisit.core.permissions import SEE, Actor, Target, allowed
from openvisit.features.audit.commands import record_looks
from openvisit.features.audit.vocabulary import look
from openvisit.features.booking.present import HIDDEN
from openvisit.features.booking.wire import Named
from openvisit.features.waitlist.away import wire
from openvisit.features.waitlist.away.errors import ProposalNotFound
from openvisit.platform.db import Connection, Row, fetch_all, fetch_one

PROPOSALS = f"""
SELECT r.*, w.provider_id AS away_provider_id, a.status AS appointment_status, a.starts_at AS starts_now,
       a.mode AS mode_now, a.provider_id, a.visit_type_id, a.time_zone, p.full_name AS provider_name,
       v.name AS visit_type_name, person.full_name AS patient_name, pt.person_id AS patient_person_id,
       coalesce({HIDDEN}, false) AS hidden
FROM away_proposal r
JOIN away w ON w.id = r.away_id
JOIN appointment a ON a.id = r.appointment_id
JOIN provider p ON p.id = a.provider_id
JOIN visit_type v ON v.id = a.visit_type_id
JOIN patient pt ON pt.id = r.patient_id
JOIN person ON person.id = pt.person_id
LEFT JOIN clinic_policy rules ON rules.clinic_id = r.clinic_id
"""
_AWAY = "SELECT w.*, p.full_name AS provider_name FROM away w JOIN provider p ON p.id = w.provider_id"


def target(row: Any) -> Target:
    """Whose proposal it is."""
    return Target(row["clinic_id"], patient_id=row["patient_id"], provider_id=row["provider_id"], hidden=row["hidden"])


def status(row: Any, now: datetime) -> wire.ProposalStatus:
    """What has become of a proposal, with what happened to the visit otherwise."""
    if row["status"] != "open":
        found: wire.ProposalStatus = row["status"]
        return found
    if Status(row["appointment_status"]) not in (*UPCOMING, Status.REQUESTED) or row["starts_now"] != row["was"]:
        return "settled"
    return "passed" if row["was"] <= now else "open"


async def one(connection: Connection, actor: Actor, away_id: UUID, now: datetime) -> wire.Away:
    """Errors: ProposalNotFound, for other clinics' too."""
    row = await fetch_one(connection, f"{_AWAY} WHERE w.id = %(id)s", {"id": away_id})
    if row is None or not allowed(actor, "away:manage", Target(row["clinic_id"], provider_id=row["provider_id"])):
        raise ProposalNotFound
    return (await _told(connection, actor, [row], now))[0]


async def of_clinic(connection: Connection, actor: Actor, clinic_id: UUID, now: datetime) -> wire.AwayList:
    """Who is or will be away: all of the clinic's for the front desk, their own for a provider. Errors: Forbidden."""
    own = None if allowed(actor, "away:manage", Target(clinic_id)) else actor.provider_id
    if own is None and not allowed(actor, "away:manage", Target(clinic_id)):
        raise Forbidden
    rows = await fetch_all(
        connection,
        f"""{_AWAY} WHERE w.clinic_id = %(clinic_id)s AND w.ends_at > %(now)s
            AND (%(own)s::uuid IS NULL OR w.provider_id = %(own)s)
            ORDER BY w.created_at DESC, w.id LIMIT 50""",
        {"clinic_id": clinic_id, "now": now, "own": own},
    )
    return wire.AwayList(await _told(connection, actor, rows, now))


async def own(connection: Connection, actor: Actor, now: datetime) -> wire.AwayProposals:
    """What waits for an answer of the caller, or of those they act for."""
    patients = [patient for patient, scopes in actor.delegations.items() if SEE in scopes]
    rows = await fetch_all(
        connection,
        f"{PROPOSALS} WHERE r.patient_id = ANY(%(patients)s) AND r.status = 'open' "
        "AND r.asked_at IS NOT NULL AND r.was > %(now)s ORDER BY r.was",
        {"patients": [*patients, *([actor.patient_id] if actor.patient_id else [])], "now": now},
    )
    seen = [row for row in rows if allowed(actor, "away:read", target(row)) and status(row, now) == "open"]
    await _record(connection, actor, seen, "away:own", now)
    names = await names_in(connection, seen)
    return wire.AwayProposals([proposal(row, names, now) for row in seen])


def proposal(row: Any, names: Mapping[str, str], now: datetime) -> wire.AwayProposal:
    """The proposal; `names` are those of the providers in its choices."""
    zone = ZoneInfo(row["time_zone"])
    choices = [
        wire.AwayChoice(
            UUID(choice["id"]),
            choice["kind"],
            Named(UUID(choice["provider_id"]), names.get(choice["provider_id"], "")),
            datetime.fromisoformat(choice["start"]).astimezone(zone),
            Mode(choice["mode"]),
        )
        for choice in row["choices"]
    ]
    return wire.AwayProposal(
        id=row["id"],
        appointment_id=row["appointment_id"],
        patient=Named(row["patient_id"], row["patient_name"]),
        provider=Named(row["provider_id"], row["provider_name"]),
        visit_type=Named(row["visit_type_id"], row["visit_type_name"]),
        was=row["was"].astimezone(zone),
        time_zone=row["time_zone"],
        appointment_status=Status(row["appointment_status"]),
        status=status(row, now),
        choices=choices,
        chosen=row["chosen"],
        answered_at=row["answered_at"],
        asked_at=row["asked_at"],
        kept_until=row["kept_until"],
        reminders=row["reminders"],
        called_at=row["called_at"],
    )


async def _told(connection: Connection, actor: Actor, rows: Sequence[Row], now: datetime) -> list[wire.Away]:
    found = await fetch_all(
        connection,
        f"{PROPOSALS} WHERE r.away_id = ANY(%(ids)s) ORDER BY r.was, r.id",
        {"ids": [row["id"] for row in rows]},
    )
    await _record(connection, actor, found, "away:manage", now)
    names = await names_in(connection, found)
    by_away: dict[UUID, list[wire.AwayProposal]] = defaultdict(list)
    for row in found:
        by_away[row["away_id"]].append(proposal(row, names, now))
    return [
        wire.Away(
            row["id"],
            Named(row["provider_id"], row["provider_name"]),
            row["starts_at"],
            row["ends_at"],
            row["created_at"],
            by_away[row["id"]],
            sum(each.status == "open" for each in by_away[row["id"]]),
        )
        for row in rows
    ]


async def names_in(connection: Connection, rows: Sequence[Row]) -> Mapping[str, str]:
    """The names of the providers in the proposals' choices, by id."""
    wanted = list({choice["provider_id"] for row in rows for choice in row["choices"]})
    found = await fetch_all(
        connection, "SELECT id, full_name FROM provider WHERE id = ANY(%(ids)s::uuid[])", {"ids": wanted}
    )
    return {str(row["id"]): row["full_name"] for row in found}


async def _record(connection: Connection, actor: Actor, rows: Sequence[Row], action: str, now: datetime) -> None:
    looks = [look(actor, row["clinic_id"], row["patient_id"], provider_id=row["provider_id"]) for row in rows]
    seen = [each for each in looks if each]
    await record_looks(connection, at=now, actor_id=actor.person_id, action=action, looks=seen)
