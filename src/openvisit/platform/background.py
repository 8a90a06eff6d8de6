"""Work that goes on beside other work, and how it is ended."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

_PATIENCE = 5.0
"""Seconds until a task that goes on after its cancellation is cancelled again: what cleans up may lose the first."""


@asynccontextmanager
async def alongside(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run it while the context is open."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        await ended(task)


async def ended(*tasks: asyncio.Task[Any] | None) -> None:
    """Cancel tasks and wait until none of them runs. Errors: the first that one of them ended by."""
    given = [task for task in tasks if task is not None]
    running = {task for task in given if not task.done()}
    while running:
        for task in running:
            task.cancel()
        _, running = await asyncio.wait(running, timeout=_PATIENCE)
    for task in given:
        if not task.cancelled() and (error := task.exception()) is not None:
            raise error
