"""Push messages turned on and off."""

import asyncio
from typing import Any

import pytest

from openvisit.features.notifications.devices.queries import devices_of
from openvisit.features.notifications.devices.vapid import vapid_key
from openvisit.platform.channels import WebPush
from openvisit.platform.db import execute, fetch_all
from tests.support.cast import Person, Scene

pytestmark = pytest.mark.anyio

URL = "/api/me/push-subscriptions"
BROWSER = {
    "endpoint": "https://push.example/send/ana-laptop",
    "keys": {
        "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "auth": "BTBZMqHH6r4Tts7J_aSIgg",
    },
}


async def addresses(scene: Scene, who: Person) -> list[Any]:
    parts = scene.app.parts
    async with parts.db.connection(as_system="as the job that sends") as connection:
        return [d.address for d in await devices_of(connection, parts.vault, who.id, parts.clock())]


async def turned_on(who: Person, body: dict[str, Any] = BROWSER) -> None:
    answer = await who.client.post(URL, json=body, headers={"User-Agent": "Mozilla/5.0 Firefox/140.0"})
    assert answer.status_code == 204, answer.text


async def test_it_is_kept_sealed_and_shown_without_its_address(scene: Scene) -> None:
    await turned_on(scene.patient)
    await turned_on(scene.patient, {"token": "fcm-token:of-her-phone"})
    expected = WebPush(BROWSER["endpoint"], BROWSER["keys"]["p256dh"], BROWSER["keys"]["auth"])  # type: ignore[index,arg-type]
    assert await addresses(scene, scene.patient) == [expected, "fcm-token:of-her-phone"]
    listed = await scene.patient.client.get(URL)
    assert [item["kind"] for item in listed.json()["items"]] == ["browser", "app"]
    assert "push.example" not in listed.text
    async with scene.app.parts.db.connection(as_system="tests look") as connection:
        rows = await fetch_all(connection, "SELECT * FROM push_subscription")
    assert b"push.example" not in b"".join(bytes(row["address"]) for row in rows)


async def test_again_is_once_and_off_is_off(scene: Scene) -> None:
    await asyncio.gather(*(turned_on(scene.patient) for _ in range(5)))
    assert len(await addresses(scene, scene.patient)) == 1
    for _ in range(2):
        answer = await scene.patient.client.request("DELETE", URL, json={"endpoint": BROWSER["endpoint"]})
        assert answer.status_code == 204
    assert await addresses(scene, scene.patient) == []


async def test_a_browser_belongs_to_who_turned_it_on_last(scene: Scene) -> None:
    await turned_on(scene.patient)
    await turned_on(scene.provider)
    assert await addresses(scene, scene.patient) == []
    assert len(await addresses(scene, scene.provider)) == 1
    await scene.patient.client.request("DELETE", URL, json={"endpoint": BROWSER["endpoint"]})
    assert len(await addresses(scene, scene.provider)) == 1  # not hers any more


async def test_nothing_is_shown_where_the_person_has_signed_out(scene: Scene) -> None:
    await turned_on(scene.patient)
    async with scene.app.parts.db.connection(as_system="as signing out does") as connection:
        await execute(connection, "UPDATE session SET revoked_at = now()")
    assert await addresses(scene, scene.patient) == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"endpoint": BROWSER["endpoint"]},
        {**BROWSER, "token": "fcm-token:of-her-phone"},
        {**BROWSER, "endpoint": "javascript:alert(1)"},
        {**BROWSER, "keys": {"p256dh": "short", "auth": "short"}},
        {"token": "a b"},
    ],
)
async def test_what_is_no_subscription_is_refused(scene: Scene, body: dict[str, Any]) -> None:
    assert (await scene.patient.client.post(URL, json=body)).status_code == 422


async def test_there_is_an_end_to_devices(scene: Scene) -> None:
    for number in range(20):
        await turned_on(scene.patient, {"token": f"fcm-token:number-{number:04}"})
    answer = await scene.patient.client.post(URL, json=BROWSER)
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_devices")


async def test_the_key_is_made_once_whoever_asks_first(scene: Scene) -> None:
    parts = scene.app.parts
    keys = await asyncio.gather(*(vapid_key(parts.db, parts.vault, parts.clock()) for _ in range(8)))
    told = (await scene.app.client.get("/api/push/key")).json()["key"]
    assert {key.public for key in keys} == {told}
    assert len(told) == 87
    async with parts.db.connection(as_system="tests look") as connection:
        assert len(await fetch_all(connection, "SELECT id FROM vapid_key")) == 1
