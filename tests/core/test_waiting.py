"""The queue of a waiting room: whose turn it is, and what can be said of when."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from openvisit.core.waiting import Place, Queued, place

NOON = datetime(2027, 3, 2, 12, 0, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def visit(number: int, start: float, length: float = 30, *, in_progress: bool = False) -> Queued:
    return Queued(UUID(int=number), at(start), at(start + length), in_progress)


OWN = visit(9, 10)


@pytest.mark.parametrize(
    ("others", "late", "now", "told"),
    [
        pytest.param([], None, 0, Place(1, 10), id="alone and early: until the planned start"),
        pytest.param([], 15, 0, Place(1, 25), id="the provider said a quarter of an hour late"),
        pytest.param([], None, 11, Place(1, None), id="it should have begun, and nobody knows where the provider is"),
        pytest.param([], 5, 11, Place(1, 4), id="it should have begun, but the provider said when"),
        pytest.param([], 5, 16, Place(1, None), id="later than the provider said"),
        pytest.param([visit(1, -20, in_progress=True)], None, 5, Place(1, 5), id="the one before ends in time"),
        pytest.param([visit(1, -15, 40, in_progress=True)], None, 12, Place(1, 13), id="the one before lasts longer"),
        pytest.param([visit(1, -30, in_progress=True)], None, 1, Place(1, None), id="the one before has run over"),
        pytest.param([visit(1, -20)], 25, 0, Place(2, 35), id="one waits in front"),
        pytest.param([visit(1, -20)], None, 0, Place(2, None), id="one waits in front and should have been seen"),
        pytest.param(
            [visit(1, -40, 45, in_progress=True), visit(2, -20, 20), visit(3, 40)],
            None,
            0,
            Place(2, 25),
            id="one in progress, one in front, one behind",
        ),
        pytest.param([OWN], None, 0, Place(1, 10), id="oneself is not in front"),
    ],
)
def test_a_place_in_the_queue(others: list[Queued], late: int | None, now: float, told: Place) -> None:
    said = None if late is None else timedelta(minutes=late)
    assert place(OWN, others, said, at(now)) == told


def test_part_of_a_minute_is_told_as_a_whole_one() -> None:
    assert place(OWN, [], None, at(9.5)) == Place(1, 1)
