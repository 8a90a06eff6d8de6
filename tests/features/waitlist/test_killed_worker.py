"""Workers that are killed while they offer: nothing is held for ever, and no time is lost."""

import asyncio
import signal
import sys
from pathlib import Path

from openvisit.settings import Settings
from tests.features.waitlist.conftest import Full


async def _offer_and_die(full: Full, settings: Settings, when: str) -> None:
    scene = full.room.scene
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(Path(__file__).with_name("killed_while_offering.py")),
        settings.database_url,
        settings.secret_key,
        full.room.now.isoformat(),
        str(scene.provider_id),
        when,
    )
    assert await process.wait() == -signal.SIGKILL


async def test_killed_before_the_commit_it_leaves_nothing(full: Full, settings: Settings) -> None:
    room, patient = full.room, full.room.scene.other_patient
    await room.wait(patient)
    await room.cancel(full.holder, full.visits[0])
    await _offer_and_die(full, settings, "before")
    assert await room.claims(full.start) == []
    assert await room.rows("SELECT FROM waitlist_offer") == []
    await room.catch_up()
    assert await room.offer(patient) is not None


async def test_killed_after_it_the_time_comes_free_by_itself_and_goes_on(full: Full, settings: Settings) -> None:
    """No worker runs at all until the hold is over: then anybody may book the time."""
    room, scene = full.room, full.room.scene
    await room.wait(scene.other_patient)
    await room.cancel(full.holder, full.visits[0])
    await _offer_and_die(full, settings, "after")
    assert [kind for kind, _ in await room.claims(full.start)] == ["hold"]
    early = await scene.patient.client.post("/api/appointments", json=scene.slot(full.start))
    assert (early.status_code, early.json()["code"]) == (409, "slot_taken")
    scene.app.clock.advance(minutes=36)
    booked = await scene.patient.client.post("/api/appointments", json=scene.slot(full.start))
    assert booked.status_code == 201, booked.text
    await room.catch_up()
    assert [row["status"] for row in await room.rows("SELECT status FROM waitlist_offer")] == ["expired"]
    assert await room.rows("SELECT FROM hold") == []
