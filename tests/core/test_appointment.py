from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from openvisit.core.appointment import (
    ACTIVE,
    FINAL,
    MOVES,
    Move,
    MoveNotAllowed,
    Status,
    after,
    allowed,
    check_time,
    earliest,
    sources,
)

START = datetime(2026, 6, 1, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
AGREED = ["scheduled", "confirmed", "rescheduled"]


def by_name(move: str, status: str) -> str:
    return after(Move(move), Status(status)).value


@pytest.mark.parametrize(
    ("move", "sources_and_results"),
    [
        ("approve", {"requested": "scheduled"}),
        ("decline", {"requested": "cancelled"}),
        ("confirm", {"scheduled": "confirmed", "rescheduled": "confirmed"}),
        ("reschedule", {"requested": "requested"} | dict.fromkeys(AGREED, "rescheduled")),
        ("cancel", dict.fromkeys(["requested", *AGREED, "checked-in"], "cancelled")),
        ("check-in", dict.fromkeys(AGREED, "checked-in")),
        ("start", dict.fromkeys([*AGREED, "checked-in"], "in-progress")),
        ("complete", dict.fromkeys([*AGREED, "checked-in", "in-progress"], "completed")),
        ("no-show", dict.fromkeys(AGREED, "no-show")),
    ],
)
def test_each_move_leads_where_it_should_and_nowhere_else(move: str, sources_and_results: dict[str, str]) -> None:
    for status in Status:
        if status.value in sources_and_results:
            assert by_name(move, status) == sources_and_results[status.value]
        else:
            with pytest.raises(MoveNotAllowed) as refusal:
                by_name(move, status)
            assert (refusal.value.move, refusal.value.status) == (move, status)
            assert refusal.value.earliest is None
    assert sources(Move(move)) == {Status(name) for name in sources_and_results}


def test_a_refusal_is_a_value_error_in_words() -> None:
    with pytest.raises(ValueError, match="cannot reschedule an appointment that is checked-in"):
        after(Move.RESCHEDULE, Status.CHECKED_IN)


def test_active_and_final_split_the_statuses() -> None:
    assert {status.value for status in FINAL} == {"completed", "cancelled", "no-show"}
    assert frozenset(Status) == ACTIVE | FINAL
    assert not ACTIVE & FINAL
    assert {status for _, status in MOVES} == ACTIVE
    assert Status.REQUESTED in ACTIVE


@pytest.mark.parametrize(
    ("move", "before_start"),
    [("check-in", 60), ("start", 60), ("complete", 0), ("no-show", 0)],
)
@pytest.mark.parametrize("status", AGREED)
def test_moves_that_wait_for_the_clock(move: str, before_start: int, status: str) -> None:
    possible = START - before_start * MINUTE
    assert earliest(Move(move), Status(status), START) == possible
    check_time(Move(move), Status(status), START, possible)
    with pytest.raises(MoveNotAllowed) as refusal:
        check_time(Move(move), Status(status), START, possible - MINUTE)
    assert refusal.value.earliest == possible
    assert possible.isoformat() in str(refusal.value)


@pytest.mark.parametrize(
    ("move", "status"),
    [
        ("complete", "checked-in"),
        ("complete", "in-progress"),
        ("start", "checked-in"),
        ("cancel", "confirmed"),
    ],
)
def test_moves_that_do_not(move: str, status: str) -> None:
    assert earliest(Move(move), Status(status), START) is None
    check_time(Move(move), Status(status), START, START - timedelta(days=30))


@given(st.sampled_from(Status), st.integers(-200, 200))
def test_allowed_is_table_and_clock_together(status: Status, minutes_after: int) -> None:
    now = START + minutes_after * MINUTE
    for move in Move:
        try:
            after(move, status)
            check_time(move, status, START, now)
        except MoveNotAllowed:
            assert move not in allowed(status, START, now)
        else:
            assert move in allowed(status, START, now)


def test_every_status_can_be_reached_and_left_for_an_end() -> None:
    reached = {Status.REQUESTED, Status.SCHEDULED}
    for _, status in product(Status, MOVES):
        if status[1] in reached:
            reached.add(MOVES[status])
    assert reached == set(Status)
    ending = set(FINAL)
    for _, (move, status) in product(Status, MOVES):
        if MOVES[move, status] in ending:
            ending.add(status)
    assert ending == set(Status)


class AppointmentLife(RuleBasedStateMachine):
    """Any row of allowed moves, in time order, keeps the promises of the table."""

    def __init__(self) -> None:
        super().__init__()
        self.status = Status.REQUESTED
        self.start = START
        self.now = START - timedelta(days=7)
        self.history: list[Move] = []

    @rule(minutes=st.sampled_from([1, 45, 600, 3000]))
    def time_passes(self, minutes: int) -> None:
        self.now += minutes * MINUTE

    @precondition(lambda self: self.status in ACTIVE)
    @rule(data=st.data())
    def move(self, data: st.DataObject) -> None:
        choices = sorted(allowed(self.status, self.start, self.now))
        if not choices:
            return
        made = data.draw(st.sampled_from(choices))
        if made is Move.RESCHEDULE:
            self.start = self.now + timedelta(days=2)
        self.status = after(made, self.status)
        self.history.append(made)

    @invariant()
    def a_visit_ends_once_and_not_before_its_time(self) -> None:
        ends = [move for move in self.history if move in {Move.COMPLETE, Move.NO_SHOW, Move.CANCEL, Move.DECLINE}]
        assert len(ends) == (1 if self.status in FINAL else 0)
        if self.status is Status.NO_SHOW:
            assert self.now >= self.start
        if self.status in {Status.CHECKED_IN, Status.IN_PROGRESS, Status.COMPLETED}:
            assert self.now >= self.start - timedelta(hours=1)
        if self.status is not Status.REQUESTED and self.status is not Status.CANCELLED:
            assert Move.APPROVE in self.history


TestAppointmentLife = AppointmentLife.TestCase
