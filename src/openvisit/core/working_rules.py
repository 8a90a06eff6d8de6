"""Working rules: what a provider says about when it works, how times are written, and what can be wrong with
them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from openvisit.core.wallclock import DAY, is_zone

_WALL = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])", re.ASCII)
_WEEK = 7 * DAY


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """Hours on every `weekday` (1 Monday to 7 Sunday), in minutes of the wall-clock day.

    `end` may be 1440; ``end <= start`` runs past midnight into the next day. `location_id` None is nowhere in
    particular.
    """

    weekday: int
    start: int
    end: int
    location_id: UUID | None
    modes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Break:
    """No work on every `weekday` from `start` to `end`, minutes as in `WeeklyHours`, at any location."""

    weekday: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class DatedHours:
    """Hours of one date, minutes as in `WeeklyHours`."""

    start: int
    end: int
    location_id: UUID | None
    modes: frozenset[str]


@dataclass(frozen=True, slots=True)
class WorkingRules:
    """When a provider works, in the wall-clock time of the IANA zone `zone`.

    `overrides` replace the weekly hours and breaks of their date; an empty tuple closes it.
    """

    zone: str
    weekly: Sequence[WeeklyHours]
    breaks: Sequence[Break]
    overrides: Mapping[date, tuple[DatedHours, ...]]
    holidays: frozenset[date]


Place = tuple[UUID | None, frozenset[str]]
"""Where and how: hours that share it merge when they touch or overlap, others stay apart."""


def parse_wall(text: str) -> int:
    """Minutes of the day of ``HH:MM``, 00:00 to 23:59, and 24:00 (the end of a day) as 1440. Else
    ValueError."""
    if text == "24:00":
        return DAY
    match = _WALL.fullmatch(text)
    if match is None:
        raise ValueError(f"not a time of day as HH:MM, 00:00 to 24:00: {text!r}")
    return int(match[1]) * 60 + int(match[2])


def format_wall(minutes: int) -> str:
    """``HH:MM`` of minutes of the day, 0 to 1440. Else ValueError."""
    if not 0 <= minutes <= DAY:
        raise ValueError(f"not minutes of a day, 0 to {DAY}: {minutes}")
    return f"{minutes // 60:02}:{minutes % 60:02}"


class ProblemCode(StrEnum):
    """What is wrong with an entry of the working rules."""

    UNKNOWN_ZONE = "unknown_zone"
    BAD_WEEKDAY = "bad_weekday"
    BAD_TIME = "bad_time"
    EMPTY_SPAN = "empty_span"
    NO_MODES = "no_modes"
    OVERLAPPING_HOURS = "overlapping_hours"


class Problem(NamedTuple):
    """One fault and where it is: ``zone``, ``weekly/0``, ``breaks/2``, ``overrides/2026-12-24/1``."""

    code: ProblemCode
    where: str


def validate(rules: WorkingRules) -> list[Problem]:
    """Everything wrong with `rules`, none for rules that can be kept.

    Hours overlap when they share location and modes; hours at other locations or for other modes may overlap.
    """
    problems = [] if is_zone(rules.zone) else [Problem(ProblemCode.UNKNOWN_ZONE, "zone")]
    weekly_named = [(f"weekly/{index}", entry) for index, entry in enumerate(rules.weekly)]
    breaks_named = [(f"breaks/{index}", pause) for index, pause in enumerate(rules.breaks)]
    entries: list[tuple[str, WeeklyHours | Break]] = [*weekly_named, *breaks_named]
    for where, entry in entries:
        problems += [Problem(code, where) for code in _weekly_faults(entry)]
    problems += _weekly_overlaps(weekly_named)
    for day, hours in rules.overrides.items():
        dated_named = [(f"overrides/{day}/{index}", entry) for index, entry in enumerate(hours)]
        for where, dated in dated_named:
            problems += [Problem(code, where) for code in _span_faults(dated)]
        problems += _overlaps([(where, 0, dated) for where, dated in dated_named], 2 * DAY)
    return problems


def _weekly_faults(entry: WeeklyHours | Break) -> list[ProblemCode]:
    weekday = [] if 1 <= entry.weekday <= 7 else [ProblemCode.BAD_WEEKDAY]
    return weekday + _span_faults(entry)


def _span_faults(entry: WeeklyHours | DatedHours | Break) -> list[ProblemCode]:
    faults: list[ProblemCode] = []
    if not (0 <= entry.start < DAY and 0 <= entry.end <= DAY):
        faults.append(ProblemCode.BAD_TIME)
    if entry.start == entry.end:
        # Could be meant as a whole day or as nothing: ask for 00:00 to 24:00 instead of guessing.
        faults.append(ProblemCode.EMPTY_SPAN)
    if not isinstance(entry, Break) and not entry.modes:
        faults.append(ProblemCode.NO_MODES)
    return faults


def _weekly_overlaps(named: Sequence[tuple[str, WeeklyHours]]) -> list[Problem]:
    sound = [(where, entry) for where, entry in named if not _weekly_faults(entry)]
    return _overlaps([(where, (entry.weekday - 1) * DAY, entry) for where, entry in sound], _WEEK)


def _overlaps(placed: Iterable[tuple[str, int, WeeklyHours | DatedHours]], around: int) -> list[Problem]:
    """Entries that share a minute with an earlier one of their place, on a circle of `around` minutes."""
    taken: dict[Place, list[tuple[int, int]]] = {}
    problems: list[Problem] = []
    for where, base, entry in placed:
        start = base + entry.start
        length = (entry.end - entry.start) % DAY or DAY
        earlier = taken.setdefault((entry.location_id, entry.modes), [])
        if any((start - s) % around < size or (s - start) % around < length for s, size in earlier):
            problems.append(Problem(ProblemCode.OVERLAPPING_HOURS, where))
        earlier.append((start, length))
    return problems
