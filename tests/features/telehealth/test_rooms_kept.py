"""What rooms cost: how fast a browser is listened to, what is counted, and what is forgotten."""

from datetime import datetime, timedelta

from openvisit.features.telehealth.rooms.jobs import forget_links
from openvisit.features.telehealth.signalling.pace import BURST, PER_SECOND, Pace
from openvisit.features.telehealth.signalling.presence import counted
from openvisit.platform.db import fetch_all
from tests.features.telehealth.conftest import Theatre


def test_a_burst_is_read_at_once_and_what_is_beyond_it_slowly() -> None:
    pace = Pace(0)
    assert {pace.heard(0) for _ in range(int(BURST))} == {0}
    now = 0.0
    for _ in range(500):
        now += pace.heard(now)
    assert abs(now - 500 / PER_SECOND) < 1
    assert pace.heard(now + BURST / PER_SECOND) == 0, "whoever was quiet for a while is read at once again"


async def test_a_flood_of_frames_arrives_whole_and_in_order(theatre: Theatre) -> None:
    scene, visit = theatre.scene, await theatre.visit()
    async with theatre.tab(visit) as provider, theatre.tab(visit) as staff:
        await provider.enter(await theatre.link(scene.provider, visit))
        await staff.enter(await theatre.link(scene.staff, visit))
        await provider.hear("joined")
        many = int(BURST) + 40
        for number in range(many):
            await staff.say("signal", to=str(provider.peer), data={"n": number})
        heard = [(await provider.hear("signal"))["data"]["n"] for _ in range(many)]
        assert heard == list(range(many))


async def test_rooms_and_who_waits_are_counted_and_old_links_forgotten(theatre: Theatre) -> None:
    scene, visit = theatre.scene, await theatre.visit()
    db = scene.app.parts.db
    async with theatre.tab(visit) as provider, theatre.tab(visit) as patient:
        await provider.enter(await theatre.link(scene.provider, visit))
        await patient.enter(await theatre.link(scene.patient, visit))
        async with db.connection(as_system="tests") as connection:
            assert await counted(connection) == (1, 1)
    async with db.transaction(as_system="tests") as connection:
        rows = await fetch_all(connection, "SELECT max(expires_at) AS last FROM visit_link")
        last: datetime = rows[0]["last"]
        assert await forget_links(connection, last) == 0
        assert await forget_links(connection, last + timedelta(days=2)) >= 2
        assert not await fetch_all(connection, "SELECT FROM visit_link")
