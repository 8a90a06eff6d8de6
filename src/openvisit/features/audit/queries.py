"""Reading the trail: the patient who asks who looked, and the privacy officer who searches.

The trail is the lowest feature and knows people, clinics and visits by their ids; their names are read here from the
tables of other features, by name, so that a page is one query.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from openvisit.core.errors import Forbidden
from openvisit.core.permissions import Actor, Target, allowed
from openvisit.features.audit import checkpoints, wire
from openvisit.features.audit.paging import Place, cursor_of, place_of
from openvisit.platform.db import Connection, Database, Row, fetch_all, fetch_one

_BATCH = 1000
_LONG_AGO = datetime(1900, 1, 1, tzinfo=UTC)

_AFTER = "(%(after_at)s::timestamptz IS NULL OR (t.at, t.id) < (%(after_at)s, %(after_id)s))"

# Entries from before the trail said as whom people acted: what they are now.
_ROLE = """COALESCE(t.acting_as, CASE WHEN EXISTS (
    SELECT FROM provider WHERE provider.person_id = t.actor_id AND provider.clinic_id = t.clinic_id)
    THEN 'provider' ELSE 'staff' END)"""


async def record_access(connection: Connection, actor: Actor, *, cursor: str | None, limit: int) -> wire.RecordAccess:
    """Who other than the caller looked at the caller's record or did something with it, newest first.

    Nobody's who is no patient. Errors: Invalid for a foreign cursor.
    """
    rows = await fetch_all(
        connection,
        f"""SELECT t.id, t.at, t.action, t.reason, {_ROLE} AS role, openvisit_name(t.actor_id) AS name,
                   openvisit_name(t.on_behalf_of) AS on_behalf_of, c.id AS clinic_id, c.name AS clinic_name,
                   a.id AS visit_id, a.starts_at, a.time_zone, v.name AS visit_type
            FROM audit t
            LEFT JOIN clinic c ON c.id = t.clinic_id
            LEFT JOIN appointment a ON t.thing = 'appointment' AND a.id = t.thing_id
            LEFT JOIN visit_type v ON v.id = a.visit_type_id
            WHERE t.patient_id = %(patient)s AND t.actor_id <> %(person)s AND {_AFTER}
            ORDER BY t.at DESC, t.id DESC LIMIT %(limit)s""",
        {"patient": actor.patient_id, "person": actor.person_id, "limit": limit + 1, **_place(cursor)},
    )
    return wire.RecordAccess([_access(row) for row in rows[:limit]], _next(rows, limit))


def _access(row: Row) -> wire.Access:
    visit = None
    if row["visit_id"]:
        start = row["starts_at"].astimezone(ZoneInfo(row["time_zone"]))
        visit = wire.AccessVisit(row["visit_id"], row["visit_type"], start, row["time_zone"])
    return wire.Access(
        id=row["id"],
        at=row["at"],
        by=wire.AccessBy(row["name"] or "", row["role"], row["on_behalf_of"]),
        clinic=_named(row, "clinic"),
        action=row["action"],
        reason=row["reason"],
        visit=visit,
    )


@dataclass(frozen=True, slots=True)
class Filters:
    """What to search for. Unset parts do not narrow. Names are parts of names."""

    clinic_id: UUID
    actor: str | None = None
    actor_id: UUID | None = None
    patient: str | None = None
    patient_id: UUID | None = None
    action: str | None = None
    kind: str | None = None  # looks, changes
    begin: datetime | None = None
    end: datetime | None = None

    def used(self) -> dict[str, str]:
        """The filters as the trail itself may keep them: ids, codes and instants, of names only that there was one."""
        found = {
            name: str(value) for name in ("actor_id", "patient_id", "action", "kind") if (value := getattr(self, name))
        }
        found |= {name: "name" for name in ("actor", "patient") if getattr(self, name)}
        return found | {name: value.isoformat() for name in ("begin", "end") if (value := getattr(self, name))}


_SEARCH = f"""
SELECT t.*, person.full_name AS actor_name, other.full_name AS on_behalf_of_name, who.full_name AS patient_name,
       l.chain_id, l.seq, l.hash
FROM audit t
LEFT JOIN person ON person.id = t.actor_id
LEFT JOIN person other ON other.id = t.on_behalf_of
LEFT JOIN patient ON patient.id = t.patient_id
LEFT JOIN person who ON who.id = patient.person_id
LEFT JOIN audit_link l ON l.entry_id = t.id
WHERE t.clinic_id = %(clinic_id)s
  AND (%(actor_id)s::uuid IS NULL OR t.actor_id = %(actor_id)s)
  AND (%(actor)s::text IS NULL OR person.full_name ILIKE %(actor)s)
  AND (%(patient_id)s::uuid IS NULL OR t.patient_id = %(patient_id)s)
  AND (%(patient)s::text IS NULL OR who.full_name ILIKE %(patient)s)
  AND (%(action)s::text IS NULL OR t.action = %(action)s)
  AND (%(kind)s::text IS NULL OR (t.action LIKE '%%:read' OR t.action LIKE '%%:list') = (%(kind)s = 'looks'))
  AND (%(begin)s::timestamptz IS NULL OR t.at >= %(begin)s)
  AND (%(end)s::timestamptz IS NULL OR t.at < %(end)s)
  AND {_AFTER}
ORDER BY t.at DESC, t.id DESC LIMIT %(limit)s"""


def refuse(actor: Actor, clinic_id: UUID) -> None:
    """Only who guards the clinic's privacy goes on. Errors: Forbidden."""
    if not allowed(actor, "audit:search", Target(clinic_id=clinic_id)):
        raise Forbidden


async def search(connection: Connection, filters: Filters, *, cursor: str | None, limit: int) -> wire.AuditEntries:
    """A page of the clinic's trail, newest first; whoever calls has asked `refuse`. Errors: Invalid."""
    rows = await _found(connection, filters, _place(cursor), limit + 1)
    return wire.AuditEntries([_entry(row) for row in rows[:limit]], _next(rows, limit))


async def every(db: Database, filters: Filters) -> AsyncIterator[list[wire.AuditEntry]]:
    """All of it, a batch at a time; between batches no connection is held."""
    place = _place(None)
    while True:
        async with db.connection() as connection:
            rows = await _found(connection, filters, place, _BATCH)
        if rows:
            yield [_entry(row) for row in rows]
            place = {"after_at": rows[-1]["at"], "after_id": rows[-1]["id"]}
        if len(rows) < _BATCH:
            return


async def state(connection: Connection, clinic_id: UUID) -> wire.AuditState:
    """What the last check of the clinic's chains found, and up to where they are signed."""
    checks = await fetch_all(
        connection,
        """(SELECT at, whole, findings FROM audit_check WHERE clinic_id = %(clinic)s ORDER BY at DESC LIMIT 1)
           UNION ALL
           (SELECT at, whole, findings FROM audit_check WHERE clinic_id = %(clinic)s AND whole ORDER BY at DESC LIMIT 1)
        """,
        {"clinic": clinic_id},
    )
    signed = await checkpoints.last(connection, clinic_id)
    counted = await fetch_one(
        connection,
        """SELECT COALESCE(sum(c.seq), 0)::bigint AS entries,
                  (SELECT count(*) FROM audit t WHERE t.clinic_id = %(clinic)s AND t.at > %(since)s) AS unsigned
           FROM audit_chain c WHERE c.clinic_id = %(clinic)s""",
        {"clinic": clinic_id, "since": signed.at if signed else _LONG_AGO},
    )
    assert counted is not None  # noqa: S101 - an aggregate has a row
    last = checks[0] if checks else None
    whole = [check["at"] for check in checks if check["whole"]]
    return wire.AuditState(
        entries=counted["entries"],
        checked_at=last["at"] if last else None,
        whole_checked_at=whole[0] if whole else None,
        findings=[_finding(each) for each in last["findings"]] if last else [],
        checkpoint=signed.number if signed else None,
        signed_at=signed.at if signed else None,
        unsigned=counted["unsigned"],
    )


async def _found(connection: Connection, filters: Filters, place: dict[str, Any], limit: int) -> list[Row]:
    return await fetch_all(
        connection,
        _SEARCH,
        {
            "clinic_id": filters.clinic_id,
            "actor": _like(filters.actor),
            "actor_id": filters.actor_id,
            "patient": _like(filters.patient),
            "patient_id": filters.patient_id,
            "action": filters.action,
            "kind": filters.kind,
            "begin": filters.begin,
            "end": filters.end,
            "limit": limit,
            **place,
        },
    )


def _entry(row: Row) -> wire.AuditEntry:
    return wire.AuditEntry(
        id=row["id"],
        at=row["at"],
        actor=_named(row, "actor"),
        acting_as=row["acting_as"],
        on_behalf_of=wire.AuditNamed(row["on_behalf_of"], row["on_behalf_of_name"] or "")
        if row["on_behalf_of"]
        else None,
        action=row["action"],
        reason=row["reason"],
        thing=row["thing"],
        thing_id=row["thing_id"],
        patient=_named(row, "patient"),
        data=row["data"],
        link=wire.AuditLink(row["chain_id"], row["seq"], bytes(row["hash"]).hex()) if row["chain_id"] else None,
    )


def _finding(kept: dict[str, Any]) -> wire.AuditFinding:
    chain = kept.get("chain")
    return wire.AuditFinding(
        kept["kind"], kept["words"], UUID(chain) if chain else None, kept.get("seq"), kept.get("entry")
    )


def _named(row: Row, what: str) -> wire.AuditNamed | None:
    return wire.AuditNamed(row[f"{what}_id"], row[f"{what}_name"] or "") if row[f"{what}_id"] else None


def _place(cursor: str | None) -> dict[str, Any]:
    place = place_of(cursor) if cursor else None
    return {"after_at": place.at if place else None, "after_id": place.id if place else None}


def _next(rows: list[Row], limit: int) -> str | None:
    return cursor_of(Place(rows[limit - 1]["at"], rows[limit - 1]["id"])) if len(rows) > limit else None


def _like(text: str | None) -> str | None:
    if not text or not text.strip():
        return None
    escaped = text.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
