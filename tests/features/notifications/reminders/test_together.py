"""Many who want something written at once, by few statements."""

import asyncio
from collections.abc import Sequence

import pytest

from openvisit.features.notifications.reminders.together import Together

pytestmark = pytest.mark.anyio


class Written:
    """Keeps what each statement wrote; the first waits until it is let go."""

    def __init__(self) -> None:
        self.statements: list[list[int]] = []
        self.under_way = asyncio.Event()
        self.let_go = asyncio.Event()
        self.fails = False

    async def write(self, items: Sequence[int]) -> Sequence[int]:
        self.statements.append(list(items))
        self.under_way.set()
        await self.let_go.wait()
        if self.fails:
            raise OSError("the line is dead")
        return [10 * item for item in items]


async def test_who_comes_meanwhile_is_answered_by_the_next_statement() -> None:
    written = Written()
    together = Together(written.write)
    first = [asyncio.create_task(together(n)) for n in (1, 2)]
    await written.under_way.wait()
    rest = [asyncio.create_task(together(n)) for n in (3, 4, 5)]
    await asyncio.sleep(0)  # they have asked
    written.let_go.set()
    assert await asyncio.gather(*first, *rest) == [10, 20, 30, 40, 50]
    assert written.statements == [[1, 2], [3, 4, 5]]


async def test_where_it_fails_it_fails_for_all_of_them_and_for_nobody_later() -> None:
    written = Written()
    written.let_go.set()
    written.fails = True
    together = Together(written.write)
    ends = await asyncio.gather(together(1), together(2), return_exceptions=True)
    assert [type(end) for end in ends] == [OSError, OSError]
    written.fails = False
    assert await together(3) == 30


async def test_one_that_is_ended_half_way_ends_those_it_was_writing_for() -> None:
    written = Written()
    together = Together(written.write)
    first, second = (asyncio.create_task(together(n)) for n in (1, 2))
    await written.under_way.wait()
    first.cancel()
    ends = await asyncio.gather(first, second, return_exceptions=True)
    assert [type(end) for end in ends] == [asyncio.CancelledError, asyncio.CancelledError]
