"""Events whose handler gave up wait among the dead letters, and are told to that handler alone."""

from uuid import UUID

import pytest

from openvisit.core.ids import new_id
from openvisit.platform.db import execute, fetch_all
from openvisit.platform.events import Event, Hearer, tell
from openvisit.platform.jobs import defer
from openvisit.platform.pipeline import failed
from tests.support.cast import Scene

pytestmark = pytest.mark.anyio
HEARER = Hearer("waitlist:time_freed")


async def gave_up(scene: Scene, event: Event) -> None:
    """The event was heard, and its job failed at its last try."""
    async with scene.app.parts.db.transaction() as connection:
        await tell(connection, HEARER, event)
        await execute(connection, "UPDATE procrastinate_jobs SET status = 'failed'")


async def set_aside(scene: Scene) -> int:
    parts = scene.app.parts
    async with parts.db.transaction() as connection:
        return await failed.set_aside(connection, parts.vault, "https://visits.test", scene.app.clock())


async def tasks(scene: Scene) -> list[str]:
    async with scene.app.parts.db.connection() as connection:
        rows = await fetch_all(connection, "SELECT task_name, queue_name FROM procrastinate_jobs ORDER BY id")
    return [f"{row['queue_name']} {row['task_name']}" for row in rows]


async def test_it_waits_in_the_place_of_its_job(scene: Scene) -> None:
    event = Event("appointment.cancelled", new_id(), scene.app.clock(), {"from": "scheduled"})
    await gave_up(scene, event)
    assert [await set_aside(scene), await set_aside(scene)] == [1, 0]
    assert await tasks(scene) == []
    (letter,) = (await scene.admin.client.get("/api/dead-letters")).json()["items"]
    assert (letter["consumer"], letter["reason"]) == (HEARER.task, failed.REASON)
    assert (letter["event_id"], letter["subject"]) == (str(event.id), str(event.subject))


async def test_jobs_that_tell_of_no_event_stay_where_operators_look(scene: Scene) -> None:
    async with scene.app.parts.db.transaction() as connection:
        await defer(connection, "audit:seal", args={"event_id": str(new_id())})
        await execute(connection, "UPDATE procrastinate_jobs SET status = 'failed'")
    assert await set_aside(scene) == 0
    assert await tasks(scene) == ["default audit:seal"]


async def test_it_is_told_again_once_however_often_the_replay_runs(scene: Scene) -> None:
    letter, event = new_id(), Event("appointment.booked", new_id(), scene.app.clock())
    for _ in range(2):
        await told_again(scene, letter, event)
    assert await tasks(scene) == [f"events {HEARER.task}"]
    await told_again(scene, new_id(), event)  # it failed again, and was another letter
    assert len(await tasks(scene)) == 2


async def told_again(scene: Scene, letter: UUID, event: Event) -> None:
    async with scene.app.parts.db.transaction() as connection:
        await failed.tell_again(connection, letter, HEARER, event, scene.app.clock())
