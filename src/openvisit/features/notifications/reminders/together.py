"""Many who each want something written, and few statements."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
Answer = TypeVar("Answer")


class Together(Generic[Item, Answer]):
    """Answers at once all who ask while the answer before is on its way: a statement for many, and nobody waits for
    more than two.

    `act` is given what they ask, and answers in that order. Where it fails, it has failed for all of them.
    """

    def __init__(self, act: Callable[[Sequence[Item]], Awaitable[Sequence[Answer]]]) -> None:
        self._act = act
        self._asked: list[tuple[Item, asyncio.Future[Answer]]] = []
        self._turn = asyncio.Lock()

    async def __call__(self, item: Item) -> Answer:
        """Return once it is done, by whoever's turn it was."""
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._asked.append((item, answer))
        async with self._turn:
            if not answer.done():
                await self._answer_all()
        return answer.result()

    async def _answer_all(self) -> None:
        await asyncio.sleep(0)  # whoever is about to ask as well
        asked, self._asked = self._asked, []
        try:
            found = await self._act([item for item, _ in asked])
        except BaseException as error:
            for _, answer in asked:
                _fail(answer, error)
            return
        for (_, answer), one in zip(asked, found, strict=True):
            answer.set_result(one)


def _fail(answer: "asyncio.Future[Answer]", error: BaseException) -> None:
    if isinstance(error, Exception):
        answer.set_exception(error)
    else:  # the turn itself is being ended
        answer.cancel()
