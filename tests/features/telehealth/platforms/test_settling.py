"""Rooms at a vendor's follow their visits: once each, through refusals, doubts and crashes."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from openvisit.core.video import Platform
from openvisit.features.telehealth.platforms import entering
from openvisit.features.telehealth.platforms.errors import RoomNotReady
from openvisit.features.telehealth.platforms.jobs import TASK, look_ahead, sweep_up
from openvisit.features.telehealth.platforms.ports import Participant
from openvisit.features.telehealth.platforms.settling import TryAgain
from openvisit.platform.channels import Doubtful, Refused
from openvisit.platform.db import execute, fetch_all
from tests.features.telehealth.platforms.conftest import Held, Vendor, choose
from tests.support.cast import Scene

pytestmark = pytest.mark.anyio

BUSY = Refused("refused with 503", permanent=False)
NEVER = Refused("refused with 404", permanent=True)
CUT = Doubtful("time-out")


async def way(held: Held, *, leads: bool = False) -> str:
    """The way in as it is told to somebody who was let in."""
    studio = held.studio
    async with studio.db.connection() as connection:
        row = await entering._look(connection, held.id)
    participant = Participant("person:x", leads, studio.clock() + timedelta(hours=1))
    found = await entering.come_in(studio.vault, studio.rooms, held.id, row, participant, studio.clock())
    return found.link or found.kind


async def test_a_booking_gets_a_job_and_the_job_one_room(held: Held) -> None:
    async with held.studio.db.connection() as connection:
        jobs = await fetch_all(connection, "SELECT args FROM procrastinate_jobs WHERE task_name = %(t)s", {"t": TASK})
    assert [job["args"]["subject"] for job in jobs] == [held.visit["id"]]
    with pytest.raises(RoomNotReady):
        await way(held)  # the job has not run yet: nobody is sent to another call meanwhile
    await held.settle()
    await held.settle()
    row = await held.row()
    assert (row["state"], held.vendor.made, held.vendor.asked) == ("ready", 1, ["make"])
    (wanted,) = held.vendor.rooms.values()
    assert (wanted.topic, wanted.host) == ("Visit", "ada@clinic.example")
    assert b"zoom.example" not in bytes(row["link"])  # sealed
    assert await way(held) == f"https://zoom.example/{row['key']}?join"
    assert (await way(held, leads=True)).endswith("?host")
    assert await held.told() == []  # it is where it was said to be


async def test_the_vendor_is_told_the_visit_type_only_where_the_clinic_says_so(held: Held, scene: Scene) -> None:
    await choose(scene, {"platform": "zoom", "names_visit_type": True})
    await held.settle()
    (wanted,) = held.vendor.rooms.values()
    assert wanted.topic == "Riverside Clinic: Consultation"


async def test_a_room_moves_with_its_visit(held: Held) -> None:
    await held.settle()
    before = await held.row()
    await held.set(starts_at=before["starts_at"] + timedelta(days=1), ends_at=before["ends_at"] + timedelta(days=1))
    held.vendor.fails = [BUSY]
    with pytest.raises(TryAgain):
        await held.settle()
    await held.settle()
    after = await held.row()
    assert held.vendor.rooms[after["key"]].starts_at == before["starts_at"] + timedelta(days=1)
    assert (after["key"], after["link"] is not None, held.vendor.made) == (before["key"], True, 1)
    assert await held.told() == []


async def test_a_meeting_that_somebody_deleted_is_made_anew_and_people_are_told(held: Held) -> None:
    await held.settle()
    before = await held.row()
    held.vendor.rooms.clear()
    held.vendor.fails = [NEVER]
    await held.set(starts_at=before["starts_at"] + timedelta(hours=1), ends_at=before["ends_at"] + timedelta(hours=1))
    await held.settle()
    after = await held.row()
    assert after["key"] != before["key"]
    assert (after["state"], list(held.vendor.rooms)) == ("ready", [after["key"]])
    assert await held.told() == [{"platform": "zoom", "because": "moved"}]


async def test_a_cancelled_visit_has_no_room(held: Held) -> None:
    await held.settle()
    await held.set(status="cancelled")
    held.vendor.fails = [BUSY]
    with pytest.raises(TryAgain):
        await held.settle()
    await held.settle()
    assert held.vendor.rooms == {}
    assert (await held.row())["link"] is None
    await held.settle()
    assert held.vendor.asked == ["make", "cancel", "cancel"]


async def test_a_visit_that_was_never_by_video_has_none(held: Held) -> None:
    await held.set(mode="phone")
    await held.settle()
    assert held.vendor.asked == []


async def test_a_refusal_for_good_holds_the_visit_in_our_own_room_and_says_so(held: Held) -> None:
    held.vendor.fails = [NEVER]
    await held.settle()
    row = await held.row()
    assert (row["state"], row["why"]) == ("failed", "refused with 404")
    assert await way(held) == "built-in"
    assert await held.told() == [{"platform": "built-in", "because": "not-made"}]
    await held.settle()
    assert held.vendor.asked == ["make"]
    shown = await held.scene.patient.client.get(f"/api/telehealth/rooms/{held.id}/platform")
    assert shown.json() == {"platform": "built-in", "making": False, "fell_back": True}


async def test_a_busy_vendor_is_asked_again_until_the_visit_begins(held: Held) -> None:
    held.vendor.fails = [Refused("refused with 429", permanent=False, retry_after=timedelta(minutes=7)), BUSY, BUSY]
    with pytest.raises(TryAgain) as again:
        await held.settle()
    assert again.value.after == timedelta(minutes=7)
    held.starts_in(timedelta(minutes=5))
    with pytest.raises(TryAgain) as again:
        await held.settle()
    assert again.value.after is not None
    assert again.value.after <= timedelta(minutes=2)  # not past the moment when people would stand before a shut door
    held.starts_in(timedelta(minutes=3))
    await held.settle()
    assert (await held.row())["state"] == "failed"
    assert len(await held.told()) == 1


async def test_a_room_that_a_cut_connection_hid_is_found_again(held: Held) -> None:
    held.vendor.fails, held.vendor.fails_after = [CUT], True
    with pytest.raises(TryAgain):
        await held.settle()
    assert len(held.vendor.rooms) == 1
    await held.settle()
    assert (held.vendor.made, (await held.row())["state"]) == (1, "ready")


async def test_a_worker_that_died_over_the_call_makes_no_second_room(held: Held) -> None:
    class Died(BaseException):
        """As far as the code can tell, a process that is gone."""

    held.vendor.fails, held.vendor.fails_after = [Died()], True  # type: ignore[list-item]
    with pytest.raises(Died):
        await held.settle()
    assert (await held.row())["state"] == "planned"
    await held.settle()
    assert (held.vendor.made, (await held.row())["state"]) == (1, "ready")


async def test_a_room_in_doubt_is_closed_when_the_visit_is_called_off(held: Held) -> None:
    held.vendor.fails, held.vendor.fails_after = [CUT], True
    with pytest.raises(TryAgain):
        await held.settle()
    await held.set(status="cancelled")
    await held.settle()
    assert held.vendor.rooms == {}


async def test_credentials_that_were_taken_away_are_a_refusal(held: Held) -> None:
    del held.studio.rooms[Platform.ZOOM]
    await held.settle()
    assert (await held.row())["why"] == "not set up"
    assert await way(held) == "built-in"


async def test_rooms_that_do_not_last_are_made_shortly_before(held: Held, vendor: Vendor) -> None:
    vendor.ahead = timedelta(minutes=20)
    await held.settle()
    assert vendor.asked == []
    with pytest.raises(RoomNotReady):
        await way(held)

    async def jobs() -> int:
        async with held.studio.db.connection() as connection:
            return len(
                await fetch_all(connection, "SELECT FROM procrastinate_jobs WHERE queueing_lock = %(l)s", {"l": lock})
            )

    lock = f"{TASK}:{held.visit['id']}"
    held.starts_in(timedelta(minutes=21))
    await look_ahead(held.studio)
    assert await jobs() == 0
    held.starts_in(timedelta(minutes=20))
    await look_ahead(held.studio)
    await look_ahead(held.studio)
    assert await jobs() == 1
    await held.settle()
    first = (await held.row())["key"]
    # Moved after it was made: tokens for the former time must not open the new room.
    moved = (await held.row())["starts_at"] + timedelta(hours=2)
    await held.set(starts_at=moved, ends_at=moved + timedelta(minutes=30))
    await held.settle()
    row = await held.row()
    assert (row["state"], row["key"] != first, vendor.rooms) == ("planned", True, {})
    await held.set(status="completed")
    await held.settle()
    assert (await held.row())["state"] == "closed"


async def test_what_is_booked_stays_where_people_were_told_it_is(held: Held, scene: Scene) -> None:
    await held.settle()
    await choose(scene, {"platform": "built-in"})
    await held.settle()
    row = await held.row()
    assert (row["platform"], row["state"]) == ("zoom", "ready")


async def test_two_workers_at_once_make_one_room(held: Held) -> None:
    """The job's lock keeps them apart; should it fail, the rows do."""
    async with held.studio.db.connection() as connection:
        await execute(connection, "DELETE FROM video_room", {})
    await asyncio.gather(held.settle(), held.settle())
    async with held.studio.db.connection() as connection:
        rows = await fetch_all(connection, "SELECT key, state FROM video_room")
    assert len(rows) == 1
    assert (set(held.vendor.rooms), held.vendor.made) == ({rows[0]["key"]}, 1)


async def test_with_another_provider_the_platform_is_chosen_anew_and_the_former_room_closed(
    held: Held, scene: Scene
) -> None:
    await held.settle()
    (former,) = held.vendor.rooms
    colleague = await scene.cast.provider(scene.clinic, [scene.visit_type_id])
    await choose(
        scene,
        {"platform": "zoom", "host": "ada@clinic.example"},
        {"platform": "built-in", "provider_id": str(colleague)},
    )
    await held.settle()
    assert list(held.vendor.rooms) == [former]  # a choice alone does not move a visit that people know of
    await held.set(provider_id=colleague)
    await held.settle()
    row = await held.row()
    assert (row["platform"], row["state"], row["provider_id"], held.vendor.rooms) == (
        "built-in", "ready", colleague, {},
    )  # fmt: skip
    assert await held.told() == [{"platform": "built-in", "because": "moved"}]
    await held.set(provider_id=UUID(held.visit["provider"]["id"]))
    await held.settle()
    (again,) = held.vendor.rooms
    assert (again != former, (await held.row())["state"]) == (True, "ready")


async def test_a_room_that_was_made_though_nobody_heard_of_it_is_swept_up(held: Held) -> None:
    held.vendor.fails, held.vendor.fails_after = [CUT] * 3, True
    held.starts_in(timedelta(minutes=2))
    await held.settle()  # too late to ask again: the visit is held in our own call
    assert ((await held.row())["state"], len(held.vendor.rooms)) == ("failed", 1)
    held.scene.app.clock.advance(minutes=31)
    with pytest.raises(TryAgain):
        await swept(held)
    held.vendor.fails = []
    await swept(held)
    row = await held.row()
    assert (row["state"], row["in_doubt"], held.vendor.rooms, held.vendor.made) == ("failed", False, {}, 1)
    assert await deferred(held) == []


async def test_a_room_whose_job_was_lost_is_swept_up(held: Held) -> None:
    await held.settle()
    await held.set(status="cancelled")  # and nobody heard
    assert await deferred(held) == []
    held.scene.app.clock.advance(minutes=31)
    await swept(held)
    assert ((await held.row())["state"], held.vendor.rooms) == ("closed", {})
    assert await deferred(held) == []


async def swept(held: Held) -> None:
    """Look for what was left, and do what that asks for."""
    assert await deferred(held) == [held.visit["id"]]
    await held.settle()


async def deferred(held: Held) -> list[str]:
    """The visits that looking round has jobs made for."""
    async with held.studio.db.connection() as connection:
        await execute(connection, "DELETE FROM procrastinate_jobs WHERE task_name = %(t)s", {"t": TASK})
    await sweep_up(held.studio)
    async with held.studio.db.connection() as connection:
        jobs = await fetch_all(connection, "SELECT args FROM procrastinate_jobs WHERE task_name = %(t)s", {"t": TASK})
    return [job["args"]["subject"] for job in jobs]
