"""Working rules in wall-clock time become concrete openings.

The rule, exactly. A provider works at an instant when its wall-clock time in the rules' zone lies in a
working span and in no break. Spans and breaks belong to the local date they start on, also where they run
past midnight into the next:

- a date with an override has the override's hours instead of the weekly hours and breaks of its weekday;
- a holiday starts no hours, whatever else is said of it; the last evening's shift still runs to its end;
- a date the zone skipped starts nothing.

So wall time missing in a DST gap gives nothing, and wall time that comes twice is worked twice.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from openvisit.core.intervals import Span, normalise, overlaps, subtract
from openvisit.core.wallclock import DAY, epoch_day, instants, iso_weekday, skipped_days
from openvisit.core.working_rules import (
    Break,
    DatedHours,
    Place,
    Problem,
    ProblemCode,
    WeeklyHours,
    WorkingRules,
    format_wall,
    parse_wall,
    validate,
)

__all__ = [
    "Break",
    "DatedHours",
    "Opening",
    "Problem",
    "ProblemCode",
    "WeeklyHours",
    "WorkingRules",
    "format_wall",
    "openings",
    "openings_of_days",
    "parse_wall",
    "validate",
]

_AROUND = 8
"""Days read on either side of the days asked for, so that an opening that crosses midnight keeps its start,
and with it its slot grid, whichever days are asked for. More than a week: hours without a gap in a week have
none at all."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Minutes ``[start, end)`` open for visits in `modes` at a location. Its `start` anchors its own slot
    grid."""

    start: int
    end: int
    location_id: UUID | None
    modes: frozenset[str]


def openings(rules: WorkingRules, first: date, last: date) -> list[Opening]:
    """The openings that touch the local dates ``first..last``, sorted by start, each whole.

    Whole means not cut at the rim: the night shift begun on the eve of `first` keeps its start, and asking
    for other dates gives the same opening again. Only hours without any gap for more than a week are cut, at
    a midnight beyond the rim. An unknown zone raises ZoneInfoNotFoundError.
    """
    return openings_of_days(rules, epoch_day(first), epoch_day(last))


def openings_of_days(rules: WorkingRules, first: int, last: int) -> list[Opening]:
    """`openings` for local dates given as epoch days."""
    if last < first:
        return []
    hours, breaks = _wall_time(rules, first - _AROUND, last + _AROUND)
    asked = instants(rules.zone, [(first * DAY, (last + 1) * DAY)])
    found = [
        Opening(start, end, location_id, modes)
        for (location_id, modes), spans in hours.items()
        for start, end in instants(rules.zone, subtract(normalise(spans), breaks))
        if overlaps(asked, start, end)
    ]
    found.sort(key=lambda o: (o.start, o.end, str(o.location_id or ""), sorted(o.modes)))
    return found


def _wall_time(rules: WorkingRules, first: int, last: int) -> tuple[dict[Place, list[Span]], list[Span]]:
    """Working hours by place, and breaks, of the spans that start on ``first..last``, in wall minutes."""
    closed = skipped_days(rules.zone, first, last)
    holidays = {epoch_day(day) for day in rules.holidays} | closed
    overrides = {epoch_day(day): hours for day, hours in rules.overrides.items()}
    weekly: list[list[WeeklyHours]] = [[] for _ in range(8)]
    breaks: list[list[Break]] = [[] for _ in range(8)]
    for entry in rules.weekly:
        weekly[entry.weekday].append(entry)
    for pause in rules.breaks:
        breaks[pause.weekday].append(pause)

    working: dict[Place, list[Span]] = {}
    paused: list[Span] = []
    for day in range(first, last + 1):
        weekday = iso_weekday(day)
        override = overrides.get(day)
        if override is None and day not in closed:
            paused += [_span(day, pause) for pause in breaks[weekday]]
        if day not in holidays:
            for hours in weekly[weekday] if override is None else override:
                working.setdefault((hours.location_id, hours.modes), []).append(_span(day, hours))
    return working, normalise(paused)


def _span(day: int, hours: WeeklyHours | DatedHours | Break) -> Span:
    end = hours.end if hours.end > hours.start else hours.end + DAY
    return day * DAY + hours.start, day * DAY + end
