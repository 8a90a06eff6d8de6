"""Between the stored schedule and the core's working rules."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec

from openvisit.core import openings as core
from openvisit.features.availability.wire import ScheduleBody


def from_body(body: ScheduleBody) -> core.WorkingRules:
    """The core's rules of a schedule as people write it."""
    return core.WorkingRules(
        zone=body.time_zone,
        weekly=tuple(
            core.WeeklyHours(
                h.weekday,
                core.parse_wall(h.start),
                core.parse_wall(h.end),
                h.location_id,
                frozenset(map(str, h.modes)),
            )
            for h in body.weekly
        ),
        breaks=tuple(core.Break(b.weekday, core.parse_wall(b.start), core.parse_wall(b.end)) for b in body.breaks),
        overrides={
            o.date: tuple(
                core.DatedHours(
                    core.parse_wall(h.start),
                    core.parse_wall(h.end),
                    h.location_id,
                    frozenset(map(str, h.modes)),
                )
                for h in o.hours
            )
            for o in body.overrides
        },
        holidays=frozenset(body.holidays),
    )


def from_row(row: Mapping[str, Any]) -> core.WorkingRules:
    """The core's rules of a row of `schedule`."""
    return from_body(body_of(row))


def body_of(row: Mapping[str, Any]) -> ScheduleBody:
    """A row of `schedule` as people write it."""
    return msgspec.convert(
        {
            "time_zone": row["time_zone"],
            "weekly": row["weekly"],
            "breaks": row["breaks"],
            "overrides": row["overrides"],
            "holidays": [day.isoformat() for day in row["holidays"]],
        },
        ScheduleBody,
    )


def columns(body: ScheduleBody) -> dict[str, Any]:
    """The JSON columns of `schedule`."""
    plain: dict[str, Any] = msgspec.to_builtins(body)
    return {name: plain[name] for name in ("weekly", "breaks", "overrides")}


def locations_of(body: ScheduleBody) -> set[UUID]:
    """Every location the schedule names."""
    weekly = {h.location_id for h in body.weekly}
    dated = {h.location_id for o in body.overrides for h in o.hours}
    return {place for place in weekly | dated if place is not None}


def at_home(rules: core.WorkingRules, home: UUID | None) -> core.WorkingRules:
    """The rules with hours that name no location placed at the provider's `home` location."""
    if home is None:
        return rules
    return core.WorkingRules(
        zone=rules.zone,
        weekly=tuple(core.WeeklyHours(h.weekday, h.start, h.end, h.location_id or home, h.modes) for h in rules.weekly),
        breaks=rules.breaks,
        overrides={
            day: tuple(core.DatedHours(h.start, h.end, h.location_id or home, h.modes) for h in hours)
            for day, hours in rules.overrides.items()
        },
        holidays=rules.holidays,
    )
