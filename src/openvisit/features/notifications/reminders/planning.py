"""Making the table of reminders say what the plan says: run after every change, as often as one likes.

What was sent, is being sent or has failed stays as it is, and so does what somebody set or cancelled by hand. What is
due already is the dispatcher's, unless it is not wanted any more.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from openvisit.core.appointment import FINAL
from openvisit.core.ids import new_id
from openvisit.core.reminders.planner import Planned, Type, Why, plan
from openvisit.features.notifications.reminders.reading import BY_HAND, Known, Pair, read
from openvisit.platform.db import Connection, Row, execute

VISIT_CHANGED = "visit-changed"
"""Why a reminder is cancelled: its visit moved, was cancelled or is over, or the plan does not have it any more."""

_Key = tuple[UUID, str, int, datetime]


@dataclass(frozen=True, slots=True)
class Line:
    """A row to be written: a new one, or a present one as it is to be."""

    id: UUID
    planned: Planned
    merged_into: UUID | None


async def replan(connection: Connection, pairs: Sequence[Pair], now: datetime) -> int:
    """Plan anew what is said to these patients by these clinics, in the caller's transaction.

    The answer is how many rows were written. Plans of one pair take turns.
    """
    ordered = sorted(set(pairs))
    await execute(
        connection,
        """SELECT pg_advisory_xact_lock(hashtextextended('reminders ' || patient || clinic, 0))
           FROM unnest(%(patients)s::uuid[], %(clinics)s::uuid[]) AS asked(patient, clinic)""",
        {"patients": [patient for patient, _ in ordered], "clinics": [clinic for _, clinic in ordered]},
    )
    known = await read(connection, ordered, now)
    lines: list[tuple[Pair, Known, Line]] = []
    gone: list[UUID] = []
    for pair, one in known.items():
        planned = plan(one.visits, one.way, one.zone, now, consented=one.consented)
        lines += [(pair, one, line) for line in _lines(planned, one, now)]
        gone += _gone(planned, one)
    if lines:
        lines.sort(key=lambda line: line[2].id)  # so that two who write never wait for each other in a circle
        await execute(connection, _WRITE, _values(lines, now))
    if gone:
        await execute(connection, _CANCEL, {"ids": gone, "why": VISIT_CHANGED, "now": now})
    return len(lines) + len(gone)


def _key(planned: Planned) -> _Key:
    return planned.visit.id, str(planned.type), planned.minutes, planned.visit.start


def _key_of(row: Row) -> _Key:
    return row["appointment_id"], row["type"], row["minutes"], row["starts_at"]


def _lines(planned: Sequence[Planned], known: Known, now: datetime) -> Iterator[Line]:
    """What has to be written; leaders come before those that are merged into them."""
    present = {_key_of(row): row for row in known.rows}
    ids = {_key(one): present[_key(one)]["id"] if _key(one) in present else new_id() for one in planned}
    for one in planned:
        row = present.get(_key(one))
        one, into = _led(one, present, ids)
        if row is None or (_open(row, now, one) and _differs(row, one, into, known)):
            yield Line(ids[_key(one)], one, into)


def _led(one: Planned, present: dict[_Key, Row], ids: dict[_Key, UUID]) -> tuple[Planned, UUID | None]:
    """The leader's row. One that has gone out already cannot tell of this visit too: it tells of itself."""
    if one.merged_into is None:
        return one, None
    for key, id_ in ids.items():
        if key[0] == one.merged_into and key[1:3] == (str(one.type), one.minutes):
            leader = present.get(key)
            if leader is None or (leader["status"] in ("pending", "skipped") and not leader["by_hand"]):
                return one, id_
    return Planned(one.visit, one.type, one.minutes, one.due, one.until), None


def _open(row: Row, now: datetime, one: Planned) -> bool:
    """Whether the plan may still change this row."""
    if row["status"] == "cancelled":
        return bool(row["why"] != BY_HAND)
    if row["status"] == "pending":
        if one.why in (Why.NO_CONSENT, Why.NO_CHANNEL):
            return True
        overdue = row["next_at"] < now or one.why is Why.TOO_LATE
        return not (row["by_hand"] or row["attempts"] or overdue)
    return bool(row["status"] == "skipped")


def _differs(row: Row, one: Planned, into: UUID | None, known: Known) -> bool:
    wanted = "skipped" if one.why else "pending"
    if row["status"] == "cancelled" and one.why:
        return False
    present = (row["status"], row["why"], row["due_at"], row["until"], row["merged_into"], tuple(row["channels"]))
    return row["person_id"] != known.person_id or present != (
        wanted,
        str(one.why) if one.why else None,
        one.due,
        one.until,
        into,
        known.way.channels,
    )


def _gone(planned: Sequence[Planned], known: Known) -> list[UUID]:
    wanted = {_key(one) for one in planned}
    # A notice that nobody planned stands for as long as the visit does.
    standing = {(visit.id, visit.start) for visit in known.visits if visit.status not in FINAL}
    return [
        row["id"]
        for row in known.rows
        if row["status"] == "pending"
        and _key_of(row) not in wanted
        and not (row["type"] == Type.RUNNING_LATE and (row["appointment_id"], row["starts_at"]) in standing)
    ]


def _values(lines: Sequence[tuple[Pair, Known, Line]], now: datetime) -> dict[str, Any]:
    planned = [line.planned for _, _, line in lines]
    return {
        "ids": [line.id for _, _, line in lines],
        "types": [str(one.type) for one in planned],
        "appointments": [one.visit.id for one in planned],
        "patients": [pair[0] for pair, _, _ in lines],
        "clinics": [pair[1] for pair, _, _ in lines],
        "people": [known.person_id for _, known, _ in lines],
        "providers": [known.providers[line.planned.visit.id] for _, known, line in lines],
        "starts": [one.visit.start for one in planned],
        "minutes": [one.minutes for one in planned],
        "due": [one.due for one in planned],
        "until": [one.until for one in planned],
        "why": [str(one.why) if one.why else None for one in planned],
        "merged": [line.merged_into for _, _, line in lines],
        "channels": [",".join(known.way.channels) for _, known, _ in lines],
        "now": now,
    }


# A visit's appointment may be erased with its reminders meanwhile; nothing here hangs on it.
_WRITE = """
INSERT INTO scheduled_reminder
    (id, type, appointment_id, patient_id, clinic_id, person_id, provider_id, starts_at, minutes, due_at, until, status,
     why, merged_into, channels, next_at, created_at, updated_at)
SELECT id, type, appointment, patient, clinic, person, provider, starts, minutes, due, until,
       CASE WHEN why IS NULL THEN 'pending' ELSE 'skipped' END, why, merged, string_to_array(channels, ','), due,
       %(now)s, %(now)s
FROM unnest(%(ids)s::uuid[], %(types)s::text[], %(appointments)s::uuid[], %(patients)s::uuid[], %(clinics)s::uuid[],
            %(people)s::uuid[], %(providers)s::uuid[], %(starts)s::timestamptz[], %(minutes)s::int[],
            %(due)s::timestamptz[], %(until)s::timestamptz[], %(why)s::text[], %(merged)s::uuid[], %(channels)s::text[])
     AS line(id, type, appointment, patient, clinic, person, provider, starts, minutes, due, until, why, merged,
             channels)
ON CONFLICT (appointment_id, type, minutes, starts_at) WHERE event_id IS NULL DO UPDATE
SET status = excluded.status, why = excluded.why, due_at = excluded.due_at, until = excluded.until,
    person_id = excluded.person_id,
    merged_into = excluded.merged_into, channels = excluded.channels, next_at = excluded.next_at,
    updated_at = excluded.updated_at
WHERE scheduled_reminder.status IN ('pending', 'skipped', 'cancelled')"""

_CANCEL = """
UPDATE scheduled_reminder SET status = 'cancelled', why = %(why)s, updated_at = %(now)s
WHERE id = ANY(%(ids)s) AND status = 'pending'"""
