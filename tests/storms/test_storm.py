"""Five thousand operations of every kind, all at once, on two web servers."""

from collections.abc import Callable

import pytest

from openvisit.settings import Settings
from tests.storms.conftest import SEED, all_is_kept
from tests.support.arena import arena
from tests.support.storm import Ground, Storm

pytestmark = [pytest.mark.anyio, pytest.mark.storm]


async def test_five_thousand_operations_leave_nothing_double_and_nothing_lost(
    settings: Settings, say: Callable[[str], None]
) -> None:
    async with arena(settings) as made:  # which counts deadlocks at its end
        storm = Storm(await Ground.of(made), SEED)
        log = await storm.run(5_000)
    say(log.summary())
    await all_is_kept(settings.database_url, log, every_answer_arrived=True)
    assert log.worst_ms < 5_000
    for kind in ("book 201", "overbook 201", "hold 201", "reschedule 200", "cancel 200", "confirm 200", "absence 204"):
        assert log.answers[kind] > 10, f"too little of {kind} to prove anything"
