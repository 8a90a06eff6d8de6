"""What erasing a person would do: what goes, what the law keeps and until when."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from openvisit.core.retention import kept_until, years_after
from openvisit.features.privacy import policy, wire
from openvisit.platform.db import Connection, fetch_all, fetch_one


@dataclass(frozen=True, slots=True)
class ClinicKeeps:
    """A clinic that has treated the person, and until when it has to keep what."""

    clinic_id: UUID
    name: str
    visits: int
    charged: int
    medical_until: datetime
    billing_until: datetime

    @property
    def until(self) -> datetime:
        """When nothing has to be kept any more."""
        return max(self.medical_until, self.billing_until)


@dataclass(frozen=True, slots=True)
class Plan:
    """All of it. `counts` by the sorts that `wire.Erased` names."""

    counts: dict[str, int]
    keeps: list[ClinicKeeps]
    audit_until: datetime
    blocked: bool


async def plan_of(connection: Connection, person_id: UUID, now: datetime) -> Plan:
    """The plan as things stand."""
    row = await fetch_one(connection, _COUNTS, {"id": person_id, "now": now})
    assert row is not None  # noqa: S101 - aggregates
    born_on: date | None = row["born_on"]
    policies = await policy.of_all(connection)
    visits = await fetch_all(connection, _TREATED, {"id": person_id})
    keeps = [_keeps(visit, policies[visit["clinic_id"]], born_on) for visit in visits]
    audit_years = max((policies[visit["clinic_id"]].audit_years for visit in visits), default=6)
    counts = {name: row[name.replace("-", "_")] for name in _SORTS}
    return Plan(counts, [k for k in keeps if k.until > now], years_after(now, audit_years), row["last_admin"])


_SORTS = ("account", "visits-text", "visits-upcoming", "sessions", "consents", "messages", "requests")

_COUNTS = """
SELECT 1 AS account, pt.born_on,
       (SELECT count(*) FROM appointment a WHERE a.patient_id = pt.id) AS visits_text,
       (SELECT count(*) FROM appointment a WHERE a.patient_id = pt.id AND a.starts_at > %(now)s
            AND a.status IN ('requested', 'scheduled', 'confirmed', 'rescheduled')) AS visits_upcoming,
       (SELECT count(*) FROM session s WHERE s.person_id = p.id AND s.revoked_at IS NULL
            AND s.expires_at > %(now)s) AS sessions,
       (SELECT count(*) FROM consent c WHERE c.patient_id = pt.id AND c.given) AS consents,
       (SELECT count(*) FROM scheduled_reminder m WHERE m.person_id = p.id OR m.patient_id = pt.id) AS messages,
       (SELECT count(*) FROM privacy_request r WHERE r.person_id = p.id) AS requests,
       EXISTS (SELECT FROM role r WHERE r.person_id = p.id AND r.role = 'admin' AND NOT EXISTS (
            SELECT FROM role o WHERE o.clinic_id = r.clinic_id AND o.role = 'admin' AND o.person_id <> p.id))
           AS last_admin
FROM person p LEFT JOIN patient pt ON pt.person_id = p.id WHERE p.id = %(id)s"""

_TREATED = """
SELECT a.clinic_id, c.name, count(*) AS visits, count(a.price_minor) AS charged, max(a.ends_at) AS last
FROM appointment a JOIN patient pt ON pt.id = a.patient_id JOIN clinic c ON c.id = a.clinic_id
WHERE pt.person_id = %(id)s AND a.status IN ('completed', 'in-progress')
GROUP BY a.clinic_id, c.name ORDER BY c.name"""


def _keeps(visit: Any, rules: wire.ClinicPrivacy, born_on: date | None) -> ClinicKeeps:
    return ClinicKeeps(
        visit["clinic_id"],
        visit["name"],
        visit["visits"],
        visit["charged"],
        kept_until(visit["last"], rules.medical_years, born_on),
        years_after(visit["last"], rules.billing_years) if visit["charged"] else visit["last"],
    )


def told(plan: Plan, days_to_undo: int) -> wire.ErasurePlan:
    """The plan as it is sent."""
    erased = [wire.Erased(what, count) for what, count in plan.counts.items() if count]  # type: ignore[arg-type]
    kept = [wire.Kept("medical", k.clinic_id, k.name, k.visits, k.medical_until) for k in plan.keeps]
    kept += [wire.Kept("billing", k.clinic_id, k.name, k.charged, k.billing_until) for k in plan.keeps if k.charged]
    kept.append(wire.Kept("audit", None, "", 0, plan.audit_until))
    return wire.ErasurePlan(erased, kept, days_to_undo, plan.blocked)
