from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openvisit.core.working_rules import (
    Break,
    DatedHours,
    Problem,
    ProblemCode,
    WeeklyHours,
    WorkingRules,
    format_wall,
    parse_wall,
    validate,
)

NORTH, SOUTH = UUID(int=1), UUID(int=2)
VIDEO, BOTH = frozenset({"telehealth"}), frozenset({"telehealth", "in-person"})


def rules(
    *weekly: WeeklyHours,
    zone: str = "Europe/Madrid",
    breaks: tuple[Break, ...] = (),
    overrides: dict[date, tuple[DatedHours, ...]] | None = None,
) -> WorkingRules:
    return WorkingRules(zone, weekly, breaks, overrides or {}, frozenset())


def hours(weekday: int, start: str, end: str, at: UUID | None = NORTH, modes: frozenset[str] = VIDEO) -> WeeklyHours:
    return WeeklyHours(weekday, parse_wall(start), parse_wall(end), at, modes)


@given(st.integers(0, 1440))
def test_wall_times_are_read_as_written(minutes: int) -> None:
    assert parse_wall(format_wall(minutes)) == minutes


def test_the_rims_of_a_day() -> None:
    assert (parse_wall("00:00"), parse_wall("23:59"), parse_wall("24:00")) == (0, 1439, 1440)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "9:00",
        "09:60",
        "24:01",
        "25:00",
        "09:00:00",
        " 09:00",
        "09:00\n",
        "\u0660\u0669:\u0660\u0660",
        "-1:00",
    ],
)
def test_other_texts_are_no_wall_time(text: str) -> None:
    with pytest.raises(ValueError, match="not a time of day"):
        parse_wall(text)


@pytest.mark.parametrize("minutes", [-1, 1441])
def test_other_numbers_are_no_wall_time(minutes: int) -> None:
    with pytest.raises(ValueError, match="not minutes of a day"):
        format_wall(minutes)


def test_sound_rules_have_no_problem() -> None:
    assert not validate(
        rules(
            hours(1, "09:00", "17:00"),
            hours(1, "17:00", "18:00"),
            hours(1, "09:00", "17:00", at=SOUTH),
            hours(1, "12:00", "18:00", modes=BOTH),
            hours(7, "22:00", "06:00", modes=BOTH),
            hours(2, "00:00", "24:00", at=None),
            breaks=(Break(1, 720, 780), Break(1, 750, 800)),
            overrides={date(2026, 12, 24): (), date(2026, 12, 31): (DatedHours(540, 720, NORTH, VIDEO),)},
        )
    )


@pytest.mark.parametrize(
    ("faulty", "code", "where"),
    [
        (rules(zone="Mars/Olympus"), ProblemCode.UNKNOWN_ZONE, "zone"),
        (rules(hours(0, "09:00", "17:00")), ProblemCode.BAD_WEEKDAY, "weekly/0"),
        (rules(hours(8, "09:00", "17:00")), ProblemCode.BAD_WEEKDAY, "weekly/0"),
        (rules(breaks=(Break(9, 1, 2),)), ProblemCode.BAD_WEEKDAY, "breaks/0"),
        (rules(hours(1, "24:00", "03:00")), ProblemCode.BAD_TIME, "weekly/0"),
        (rules(WeeklyHours(1, 0, 1441, None, VIDEO)), ProblemCode.BAD_TIME, "weekly/0"),
        (rules(breaks=(Break(1, -1, 2),)), ProblemCode.BAD_TIME, "breaks/0"),
        (rules(hours(1, "09:00", "09:00")), ProblemCode.EMPTY_SPAN, "weekly/0"),
        (rules(breaks=(Break(1, 5, 5),)), ProblemCode.EMPTY_SPAN, "breaks/0"),
        (rules(hours(1, "09:00", "17:00", modes=frozenset())), ProblemCode.NO_MODES, "weekly/0"),
        (
            rules(overrides={date(2026, 5, 1): (DatedHours(5, 5, None, VIDEO),)}),
            ProblemCode.EMPTY_SPAN,
            "overrides/2026-05-01/0",
        ),
    ],
)
def test_each_fault_is_named_and_placed(faulty: WorkingRules, code: ProblemCode, where: str) -> None:
    assert validate(faulty) == [Problem(code, where)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (hours(1, "09:00", "12:00"), hours(1, "11:59", "13:00")),
        (hours(1, "09:00", "17:00"), hours(1, "10:00", "11:00")),
        (hours(1, "00:00", "24:00"), hours(1, "10:00", "11:00")),
        (hours(1, "22:00", "02:00"), hours(2, "01:00", "03:00")),
        (hours(7, "22:00", "02:00"), hours(1, "01:00", "03:00")),
        (hours(1, "01:00", "03:00"), hours(7, "22:00", "02:00")),
    ],
)
def test_hours_of_one_place_may_not_overlap(one: WeeklyHours, other: WeeklyHours) -> None:
    assert validate(rules(one, other)) == [Problem(ProblemCode.OVERLAPPING_HOURS, "weekly/1")]


def test_hours_of_one_date_may_not_overlap() -> None:
    dated = (DatedHours(540, 720, NORTH, VIDEO), DatedHours(700, 800, NORTH, VIDEO))
    (problem,) = validate(rules(overrides={date(2026, 5, 1): dated}))
    assert problem == Problem(ProblemCode.OVERLAPPING_HOURS, "overrides/2026-05-01/1")
