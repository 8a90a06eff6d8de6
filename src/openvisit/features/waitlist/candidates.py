"""Who of those who wait for a provider may be asked now, in whose turn, and which of the free times suit them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from openvisit.core.appointment import UPCOMING, Mode, Status
from openvisit.core.consent import missing, visit_purpose
from openvisit.core.intervals import Span, instant, minute_ceil, minute_floor
from openvisit.core.reminders.quiet import quiet_around
from openvisit.core.reminders.wishes import Quiet
from openvisit.core.slots import Slot
from openvisit.core.waitlist import LATELY as LATELY_SPAN
from openvisit.core.waitlist import can_wait, kilometres, offer_until, turn
from openvisit.features.availability.errors import UnknownProvider, UnknownVisitType
from openvisit.features.availability.facts import facts
from openvisit.features.availability.queries import cut
from openvisit.features.waitlist.present import LATELY, near, times, waiting
from openvisit.features.waitlist.rules import OfferRules
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, Row, fetch_all

AHEAD = timedelta(days=60)
"""How far ahead free times are looked for."""

_WAITING = f"""
SELECT e.*, {LATELY}, v.duration_minutes, v.minimum_notice_minutes, c.cancellation_notice_minutes,
       person.time_zone AS patient_zone, pt.person_id AS patient_person_id, k.wrapped AS patient_key,
       a.starts_at AS old_start, a.ends_at AS old_end, a.status AS old_status,
       ARRAY(SELECT co.kind FROM consent co WHERE co.patient_id = e.patient_id AND co.clinic_id = e.clinic_id
             AND co.given) AS consents,
       ARRAY(SELECT s.starts_at FROM waitlist_offer o JOIN waitlist_slot s ON s.id = o.slot_id
             WHERE o.entry_id = e.id AND s.provider_id = p.id AND s.starts_at > %(now)s
               AND o.status IN ('declined', 'expired')) AS refused
FROM provider p
JOIN waitlist_entry e ON e.clinic_id = p.clinic_id AND (p.id = ANY(e.provider_ids) OR e.specialty = ANY(p.specialties))
JOIN provider_visit_type pv ON pv.provider_id = p.id AND pv.visit_type_id = e.visit_type_id
JOIN visit_type v ON v.id = e.visit_type_id AND v.active AND 'patient' = ANY(v.bookable_by)
JOIN clinic c ON c.id = p.clinic_id
JOIN patient pt ON pt.id = e.patient_id AND pt.restricted_at IS NULL
JOIN person ON person.id = pt.person_id AND person.active
LEFT JOIN keyring.data_key k ON k.owner = pt.person_id
LEFT JOIN appointment a ON a.id = e.appointment_id
WHERE p.id = %(provider_id)s AND p.active AND e.status = 'waiting' AND e.until > %(now)s
  AND (person.email IS NOT NULL
    OR EXISTS (SELECT FROM notification_preference n WHERE n.person_id = person.id AND n.phone_verified_at IS NOT NULL)
    OR EXISTS (
      SELECT FROM delegation d WHERE d.patient_id = e.patient_id AND 'book' = ANY(d.scopes)
        AND d.accepted_at IS NOT NULL AND d.ended_at IS NULL AND d.expires_at > %(now)s))
  AND NOT EXISTS (SELECT FROM waitlist_offer o WHERE o.patient_id = e.patient_id AND o.status = 'open')
  AND (SELECT count(*) FROM waitlist_offer o WHERE o.patient_id = e.patient_id AND o.offered_at > %(a_day_ago)s)
      < %(a_day)s"""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody whom a time may be offered to now."""

    row: Row
    busy: Sequence[Span]
    home: tuple[float, float, float] | None
    wakes: datetime | None
    """Until when they sleep, when they do."""

    @property
    def visit(self) -> tuple[UUID, int]:
        """The visit type, and the minutes by which this patient's visit is longer: what slots depend on."""
        old = self.row["old_end"] - self.row["old_start"] if self.row["old_start"] else timedelta(0)
        return self.row["visit_type_id"], max(0, old // timedelta(minutes=1) - self.row["duration_minutes"])

    def suits(self, slot: Slot, places: Mapping[UUID | None, tuple[float, float]]) -> bool:
        """Whether the patient wants this time, may have it, and is not elsewhere."""
        row, start = self.row, instant(slot.start)
        if slot.mode not in row["modes"] or missing(visit_purpose(slot.mode), set(row["consents"])):
            return False
        if start >= row["until"] or start in row["refused"] or (row["old_start"] and start >= row["old_start"]):
            return False
        if self.wakes and can_wait(start, timedelta(minutes=row["minimum_notice_minutes"]), self.wakes):
            return False
        if any(begin < slot.end and slot.start < until for begin, until in self.busy):
            return False
        return times(row).suit(slot.start, slot.end) and self._near(slot, places)

    def until(self, slot: Slot, rules: OfferRules, now: datetime) -> datetime | None:
        """Until when the slot can be offered to them; None when it is too late."""
        row = self.row
        leave_by = None
        if row["old_start"]:
            leave_by = row["old_start"] - timedelta(minutes=row["cancellation_notice_minutes"])
        notice = timedelta(minutes=row["minimum_notice_minutes"])
        return offer_until(now, instant(slot.start), rules.lasts, notice, leave_by=leave_by)

    def _near(self, slot: Slot, places: Mapping[UUID | None, tuple[float, float]]) -> bool:
        if self.home is None or slot.mode != Mode.IN_PERSON:
            return True
        there = places.get(slot.location_id)
        return there is not None and kilometres(self.home[:2], there) <= self.home[2]


async def candidates(
    connection: Connection, vault: Vault, provider_id: UUID, rules: OfferRules, now: datetime
) -> list[Candidate]:
    """Those who may be asked now, whose turn it is first. Those who have been asked often enough today, or are being
    asked already, are not among them; those who sleep are asked only about what cannot wait until they wake."""
    rows = await fetch_all(
        connection,
        _WAITING,
        {
            "provider_id": provider_id,
            "now": now,
            "lately": now - LATELY_SPAN,
            "a_day_ago": now - timedelta(days=1),
            "a_day": rules.a_day,
        },
    )
    stand = [
        row
        for row in rows
        if row["appointment_id"] is None or Status(row["old_status"]) in (*UPCOMING, Status.REQUESTED)
    ]
    busy = await _busy(connection, [row["patient_id"] for row in stand], now)
    stand.sort(key=lambda row: turn(waiting(row), now))
    return [Candidate(row, busy[row["patient_id"]], _home(vault, row), _wakes(row, rules, now)) for row in stand]


class FreeTimes:
    """The provider's free times, by visit type, worked out when first asked for."""

    def __init__(self, connection: Connection, provider_id: UUID, now: datetime) -> None:
        self._connection = connection
        self._provider_id = provider_id
        self._now = now
        self._slots: dict[tuple[UUID, int], list[Slot]] = {}
        self._places: dict[UUID | None, tuple[float, float]] | None = None

    async def suiting(self, candidate: Candidate) -> list[Slot]:
        """What suits the candidate: the soonest first, and of one start the way to meet that they like best."""
        places = await self._where()
        modes: list[str] = candidate.row["modes"]
        found = [slot for slot in await self._of(candidate.visit) if candidate.suits(slot, places)]
        return sorted(found, key=lambda slot: (slot.start, modes.index(slot.mode)))

    async def suits(self, candidate: Candidate, slot: Slot) -> bool:
        """Whether this very slot suits the candidate."""
        return candidate.suits(slot, await self._where())

    async def _of(self, visit: tuple[UUID, int]) -> list[Slot]:
        if visit not in self._slots:
            begin = minute_ceil(self._now)
            end = begin + AHEAD // timedelta(minutes=1)
            type_id, extra = visit
            try:
                known = await facts(
                    self._connection, self._provider_id, type_id, begin, end, self._now, extra_minutes=extra
                )
                self._slots[visit] = cut(known, None, self._now, begin, end)
            except (UnknownProvider, UnknownVisitType):
                self._slots[visit] = []
        return self._slots[visit]

    async def _where(self) -> Mapping[UUID | None, tuple[float, float]]:
        if self._places is None:
            rows = await fetch_all(
                self._connection,
                """SELECT l.id, l.latitude, l.longitude FROM location l JOIN provider p ON p.clinic_id = l.clinic_id
                   WHERE p.id = %(id)s AND l.latitude IS NOT NULL AND l.longitude IS NOT NULL""",
                {"id": self._provider_id},
            )
            self._places = {row["id"]: (row["latitude"], row["longitude"]) for row in rows}
        return self._places


async def _busy(connection: Connection, patients: Sequence[UUID], now: datetime) -> Mapping[UUID, list[Span]]:
    rows = await fetch_all(
        connection,
        """SELECT resource, lower(during) AS s, upper(during) AS e FROM claim
           WHERE exclusive AND resource = ANY(%(patients)s) AND during && tstzrange(%(now)s, %(until)s)""",
        {"patients": list(patients), "now": now, "until": now + AHEAD + timedelta(days=2)},
    )
    busy: dict[UUID, list[Span]] = defaultdict(list)
    for row in rows:
        busy[row["resource"]].append((minute_floor(row["s"]), minute_ceil(row["e"])))
    return busy


def _wakes(row: Row, rules: OfferRules, now: datetime) -> datetime | None:
    night = Quiet(_minute(rules.quiet_from), _minute(rules.quiet_until))
    around = quiet_around(night, row["patient_zone"], now)
    return around[1] if around else None


def _minute(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def _home(vault: Vault, row: Any) -> tuple[float, float, float] | None:
    found = near(vault.of(row["patient_person_id"], row["patient_key"]), row)
    return (found.latitude, found.longitude, found.km) if found else None
