"""Reading schedules and free slots."""

from datetime import date, datetime, timedelta
from uuid import UUID

from openvisit.core import slots as core
from openvisit.core.errors import Invalid
from openvisit.core.explain import explain
from openvisit.core.intervals import Span, minute_floor
from openvisit.core.openings import openings_of_days
from openvisit.core.permissions import Actor, Target, allowed
from openvisit.core.slots import Slot
from openvisit.core.wallclock import DAY, epoch_day, instants, is_zone, local_day
from openvisit.core.working_rules import WorkingRules
from openvisit.features.availability import wire
from openvisit.features.availability.encode import local_datetime, slots_json
from openvisit.features.availability.errors import UnknownProvider
from openvisit.features.availability.facts import BUSY, Facts, facts
from openvisit.features.availability.rules import body_of, from_row
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, Row, fetch_all, fetch_one

MOST_DAYS = 62
_FIRST_DATE, _LAST_DATE = date(2000, 1, 1), date(2200, 1, 1)


def checked_zone(name: str, field: str = "query.time_zone") -> str:
    """The zone's name, when it is one. Errors: Invalid."""
    if not is_zone(name):
        raise Invalid(f"{name} is not a time zone", errors=[{"path": field, "message": "not an IANA time zone"}])
    return name


def checked_range(first: date, last: date) -> None:
    """Refuse dates in the wrong order, too many of them, or at the rim of the calendar. Errors: Invalid."""
    if not (_FIRST_DATE <= first <= last <= _LAST_DATE and (last - first).days < MOST_DAYS):
        message = f"`to` must be `from` or later, and within {MOST_DAYS} days"
        raise Invalid(message, errors=[{"path": "query.to", "message": message}])


async def slots(
    connection: Connection,
    provider_id: UUID,
    *,
    visit_type_id: UUID | None,
    first: date,
    last: date,
    mode: str | None,
    time_zone: str | None,
    now: datetime,
    extra_minutes: int = 0,
) -> bytes:
    """The answer of `GET providers/{id}/slots` as JSON, for dates of the asker's zone.

    Errors: Invalid (range, zone), UnknownProvider, UnknownVisitType.
    """
    checked_range(first, last)
    zone = checked_zone(time_zone) if time_zone else await provider_zone(connection, provider_id)
    begin, end = date_span(zone, first, last)
    found = await facts(connection, provider_id, visit_type_id, begin, end, now, extra_minutes=extra_minutes)
    return slots_json(cut(found, mode, now, begin, end), zone, first, last)


def cut(found: Facts, mode: str | None, now: datetime, begin: int, end: int) -> list[Slot]:
    """The slots in minutes ``[begin, end)`` that the facts leave."""
    return core.cut(
        found.openings,
        found.busy,
        found.rules,
        mode,
        minute_floor(now) + (1 if now.second or now.microsecond else 0),
        begin,
        end,
        found.zone,
        found.booked_by_day,
        found.pools,
    )


def date_span(zone: str, first: date, last: date) -> Span:
    """The minutes from the start of `first` to the end of `last` in the zone; empty at a date it skipped."""
    spans = instants(zone, [(epoch_day(first) * DAY, (epoch_day(last) + 1) * DAY)])
    if not spans:
        return (epoch_day(first) * DAY, epoch_day(first) * DAY)
    return spans[0][0], spans[-1][1]


async def provider_zone(connection: Connection, provider_id: UUID) -> str:
    """The zone the provider's schedule is written in. Errors: UnknownProvider."""
    row = await fetch_one(
        connection,
        """SELECT COALESCE(s.time_zone, p.time_zone) AS zone
           FROM provider p LEFT JOIN schedule s ON s.provider_id = p.id
           WHERE p.id = %(id)s AND p.active""",
        {"id": provider_id},
    )
    if row is None:
        raise UnknownProvider
    return str(row["zone"])


async def why(
    connection: Connection,
    provider_id: UUID,
    *,
    visit_type_id: UUID | None,
    start: datetime,
    mode: str | None,
    now: datetime,
) -> wire.Explanation:
    """Whether the provider offers this start and, if not, why. Errors: UnknownProvider, UnknownVisitType."""
    minute = minute_floor(start)
    found = await facts(connection, provider_id, visit_type_id, minute, minute + 1, now)
    row = await _schedule_row(connection, provider_id)
    rules = from_row(row) if row else _closed(found.zone)
    reasons = explain(
        rules,
        found.rules,
        found.openings,
        await _busy_by_kind(connection, provider_id, minute, now),
        mode,
        minute,
        minute_floor(now) + (1 if now.second or now.microsecond else 0),
        found.booked_by_day,
        found.pools,
    )
    codes = [str(reason) for reason in reasons]
    if start.second or start.microsecond:
        codes.append("off-step")
    return wire.Explanation(available=not codes, reasons=list(dict.fromkeys(codes)))


async def day(connection: Connection, provider_id: UUID, on: date, now: datetime) -> wire.DayAvailability:
    """Every step of the provider's day at the default visit type, free or not. Errors: UnknownProvider."""
    row = await fetch_one(
        connection,
        "SELECT default_visit_type_id FROM provider WHERE id = %(id)s AND active",
        {"id": provider_id},
    )
    if row is None:
        raise UnknownProvider
    zone = await provider_zone(connection, provider_id)
    answer = wire.DayAvailability(provider_id, row["default_visit_type_id"], on, zone, [])
    if row["default_visit_type_id"] is None:
        return answer
    begin, end = date_span(zone, on, on)
    found = await facts(connection, provider_id, None, begin, end, now)
    free = {slot.start for slot in cut(found, None, now, begin, end)}
    answer.slots = [wire.TimeOfDay(local_datetime(start, zone), start in free) for start in _grid(found, begin, end)]
    return answer


def _grid(found: Facts, begin: int, end: int) -> list[int]:
    starts = {
        start
        for opening in found.openings
        for start in range(opening.start, opening.end - found.rules.duration + 1, found.rules.step)
        if begin <= start < end and opening.modes & found.rules.modes
    }
    return sorted(starts)


async def schedule(
    connection: Connection, vault: Vault, actor: Actor, provider_id: UUID, now: datetime
) -> wire.Schedule:
    """The provider's schedule with the absences ahead. Errors: UnknownProvider, for strangers too."""
    provider = await fetch_one(
        connection, "SELECT clinic_id, time_zone FROM provider WHERE id = %(id)s", {"id": provider_id}
    )
    if provider is None or not allowed(
        actor, "schedule:read", Target(clinic_id=provider["clinic_id"], provider_id=provider_id)
    ):
        raise UnknownProvider
    row = await _schedule_row(connection, provider_id)
    absences = await absences_ahead(connection, vault, provider_id, now)
    if row is None:
        return wire.Schedule(provider_id, provider["time_zone"], [], [], [], [], absences, 0)
    body = body_of(row)
    return wire.Schedule(
        provider_id,
        body.time_zone,
        body.weekly,
        body.breaks,
        body.overrides,
        body.holidays,
        absences,
        row["version"],
    )


async def absences_ahead(connection: Connection, vault: Vault, provider_id: UUID, now: datetime) -> list[wire.Absence]:
    """Absences that have not ended."""
    rows = await fetch_all(
        connection,
        """SELECT a.id, a.starts_at, a.ends_at, a.reason, a.sealed_reason, k.wrapped AS provider_key
           FROM absence a LEFT JOIN keyring.data_key k ON k.owner = a.provider_id
           WHERE a.provider_id = %(id)s AND a.ends_at > %(now)s ORDER BY a.starts_at""",
        {"id": provider_id, "now": now},
    )
    return [
        wire.Absence(r["id"], provider_id, r["starts_at"], r["ends_at"], _reason(vault, provider_id, r)) for r in rows
    ]


def _reason(vault: Vault, provider_id: UUID, row: Row) -> str:
    """Sealed; plain in what was entered before it was."""
    if row["sealed_reason"] is None:
        return str(row["reason"])
    return vault.of(provider_id, row["provider_key"]).shown(row["sealed_reason"], "absence.sealed_reason", row["id"])


async def _schedule_row(connection: Connection, provider_id: UUID) -> Row | None:
    return await fetch_one(connection, "SELECT * FROM schedule WHERE provider_id = %(id)s", {"id": provider_id})


async def _busy_by_kind(connection: Connection, provider_id: UUID, minute: int, now: datetime) -> dict[str, list[Span]]:
    around = timedelta(days=2)
    start = datetime.fromtimestamp(minute * 60, tz=now.tzinfo)
    rows = await fetch_all(
        connection,
        BUSY.format(resource="%(provider_id)s"),
        {"provider_id": provider_id, "from": start - around, "to": start + around, "now": now},
    )
    kinds: dict[str, list[Span]] = {}
    for row in rows:
        kind = "visit" if row["kind"] == "overbook" else row["kind"]
        span = (int(row["s"].timestamp() // 60), -int(-row["e"].timestamp() // 60))
        kinds.setdefault(kind, []).append(span)
    return kinds


def _closed(zone: str) -> WorkingRules:
    return WorkingRules(zone, (), (), {}, frozenset())


async def preview(
    connection: Connection,
    provider_id: UUID,
    rules: WorkingRules,
    visit_type_id: UUID | None,
    first: date,
    last: date,
    now: datetime,
) -> bytes:
    """The slots a schedule not saved yet would give, in its own zone: openings from the rules, busy from now."""
    begin, end = date_span(rules.zone, first, last)
    found = await facts(connection, provider_id, visit_type_id, begin, end, now)
    opened = openings_of_days(rules, local_day(rules.zone, begin), local_day(rules.zone, max(end - 1, begin)))
    imagined = Facts(found.clinic_id, rules.zone, found.rules, opened, found.busy, found.booked_by_day, found.pools)
    return slots_json(cut(imagined, None, now, begin, end), rules.zone, first, last)
