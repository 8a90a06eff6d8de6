"""Several people changing the same things at once, and the pages that are told."""

import asyncio
import random

from openvisit.platform.db import fetch_all, fetch_one
from tests.support.cast import Scene


async def test_many_changes_of_who_offers_what_at_once_neither_fail_nor_wait_for_each_other(scene: Scene) -> None:
    chance = random.Random(7)
    providers = [await scene.cast.provider(scene.clinic, [], f"Provider {n}") for n in range(12)]
    types = [await scene.cast.visit_type(scene.clinic, name=f"Type {n}") for n in range(6)]

    async def of_a_type() -> int:
        some = [str(provider) for provider in chance.sample(providers, 8)]
        address = f"/api/visit-types/{chance.choice(types)}"
        return (await scene.staff.client.patch(address, json={"provider_ids": some})).status_code

    async def of_a_provider() -> int:
        offers = [{"visit_type_id": str(type_)} for type_ in chance.sample(types, 3)]
        address = f"/api/providers/{chance.choice(providers)}"
        return (await scene.admin.client.patch(address, json={"visit_types": offers})).status_code

    async def of_the_place() -> int:
        address = f"/api/locations/{scene.clinic.location_id}"
        return (await scene.staff.client.patch(address, json={"active": chance.random() < 0.5})).status_code

    storm = [chance.choice((of_a_type, of_a_provider, of_the_place))() for _ in range(120)]
    async with asyncio.timeout(60):
        assert set(await asyncio.gather(*storm)) == {200}
    async with scene.app.parts.db.connection() as connection:
        deadlocks = await fetch_one(
            connection, "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        )
        astray = await fetch_all(
            connection,
            """SELECT p.id FROM provider p
               WHERE (p.default_visit_type_id IS NULL) = EXISTS (
                         SELECT FROM provider_visit_type o WHERE o.provider_id = p.id)
                  OR p.default_visit_type_id IS NOT NULL AND NOT EXISTS (
                         SELECT FROM provider_visit_type o
                         WHERE o.provider_id = p.id AND o.visit_type_id = p.default_visit_type_id)""",
        )
    assert deadlocks == {"deadlocks": 0}
    assert astray == []


async def test_of_two_who_read_the_same_version_one_wins(scene: Scene) -> None:
    address = f"/api/visit-types/{scene.visit_type_id}"
    tag = (await scene.app.client.get(address)).headers["etag"]
    answers = await asyncio.gather(
        *(scene.staff.client.patch(address, json={"name": f"Name {n}"}, headers={"If-Match": tag}) for n in range(8))
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 7
    won = next(answer.json()["name"] for answer in answers if answer.status_code == 200)
    assert (await scene.app.client.get(address)).json()["name"] == won


async def test_open_slot_pages_are_told_when_a_visit_type_changes(scene: Scene) -> None:
    live = scene.app.parts.live
    told: asyncio.Queue[str] = asyncio.Queue()
    live.subscribe(f"slots:{scene.provider_id}", told)
    async with asyncio.timeout(10):
        await live.listening.wait()
        answer = await scene.staff.client.patch(
            f"/api/visit-types/{scene.visit_type_id}", json={"duration_minutes": 20}
        )
        assert answer.status_code == 200
        assert await told.get() == f"slots:{scene.provider_id}"


async def test_what_is_not_about_slots_starts_no_work(scene: Scene) -> None:
    await scene.provider.client.patch(f"/api/providers/{scene.provider_id}", json={"bio": "Hello."})
    async with scene.app.parts.db.connection() as connection:
        jobs = await fetch_all(
            connection,
            "SELECT id FROM procrastinate_jobs WHERE queueing_lock = %(lock)s",
            {"lock": f"refresh:{scene.provider_id}"},
        )
    assert jobs == []
