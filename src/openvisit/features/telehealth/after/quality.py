"""How good the calls were: numbers that browsers send at the end, and what they come to for a clinic."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from openvisit.core.call_quality import CallNumbers, bad
from openvisit.core.errors import Forbidden
from openvisit.core.ids import new_id
from openvisit.core.permissions import Actor, Target, allowed
from openvisit.features.telehealth.after import wire
from openvisit.features.telehealth.rooms.members import Member
from openvisit.platform.db import Connection, Database, execute, fetch_one

_WHY = "whoever takes part in a call tells of it, and reads nothing"


async def tell(db: Database, member: Member, told: wire.CallQuality, now: datetime) -> None:
    """Keep the numbers of one of the member's tabs, the newest in place of earlier ones."""
    numbers = msgspec.convert(msgspec.to_builtins(told), CallNumbers)
    async with db.connection(as_system=_WHY) as connection:
        await execute(
            connection,
            """INSERT INTO visit_quality (id, appointment_id, clinic_id, peer, seconds, rtt_ms, rtt_p95_ms,
                   loss_percent, jitter_ms, steps_down, reconnects, audio_only_seconds, relayed, bad, at)
               VALUES (%(id)s, %(visit_id)s, %(clinic_id)s, %(peer)s, %(seconds)s, %(rtt_ms)s, %(rtt_p95_ms)s,
                   %(loss_percent)s, %(jitter_ms)s, %(steps_down)s, %(reconnects)s, %(audio_only_seconds)s,
                   %(relayed)s, %(bad)s, %(now)s)
               ON CONFLICT (appointment_id, peer) DO UPDATE SET seconds = excluded.seconds,
                   rtt_ms = excluded.rtt_ms, rtt_p95_ms = excluded.rtt_p95_ms, loss_percent = excluded.loss_percent,
                   jitter_ms = excluded.jitter_ms, steps_down = excluded.steps_down,
                   reconnects = excluded.reconnects, audio_only_seconds = excluded.audio_only_seconds,
                   relayed = excluded.relayed, bad = excluded.bad, at = excluded.at""",
            {
                **msgspec.structs.asdict(told),
                "id": new_id(),
                "visit_id": member.room_id,
                "clinic_id": member.clinic_id,
                "bad": bad(numbers),
                "now": now,
            },
        )


async def of_clinic(
    connection: Connection, actor: Actor, clinic_id: UUID, days: int, now: datetime
) -> wire.ClinicCallQuality:
    """What the clinic's calls of the last days come to. Errors: Forbidden."""
    if not allowed(actor, "visit-quality:read", Target(clinic_id=clinic_id)):
        raise Forbidden
    row = await fetch_one(
        connection,
        """SELECT count(*) AS calls, coalesce(sum(seconds), 0)::bigint / 60 AS minutes,
                  percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY rtt_ms) AS rtt_ms,
                  percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY loss_percent) AS loss_percent,
                  percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY jitter_ms) AS jitter_ms,
                  avg(bad::int)::float AS bad, avg(relayed::int)::float AS relayed,
                  avg((steps_down > 0)::int)::float AS stepped_down, coalesce(sum(reconnects), 0)::bigint AS reconnects
           FROM visit_quality WHERE clinic_id = %(clinic_id)s AND at > %(since)s""",
        {"clinic_id": clinic_id, "since": now - timedelta(days=days)},
    )
    assert row is not None  # noqa: S101 - an aggregate answers
    return wire.ClinicCallQuality(
        days=days,
        calls=row["calls"],
        minutes=row["minutes"],
        rtt_ms=_spread(row["rtt_ms"]),
        loss_percent=_spread(row["loss_percent"]),
        jitter_ms=_spread(row["jitter_ms"]),
        bad=row["bad"],
        relayed=row["relayed"],
        stepped_down=row["stepped_down"],
        reconnects=row["reconnects"],
    )


def _spread(pair: list[float] | None) -> wire.Spread:
    return wire.Spread(*(round(each, 2) for each in pair)) if pair else wire.Spread(None, None)
