"""A clinic chooses its platforms: the most specific choice counts, and nothing strange gets in."""

from typing import Any
from uuid import uuid4

import pytest

from openvisit.core.video import Choice, Platform, chosen
from openvisit.features.telehealth.platforms.settling import Studio
from openvisit.platform.db import fetch_one
from tests.features.telehealth.platforms.conftest import Vendor
from tests.support.cast import Scene

pytestmark = pytest.mark.anyio

PROVIDER, TYPE, OTHER = uuid4(), uuid4(), uuid4()


def test_the_most_specific_choice_counts() -> None:
    everything = [
        Choice(Platform.ZOOM),
        Choice(Platform.TEAMS, provider_id=PROVIDER),
        Choice(Platform.LIVEKIT, visit_type_id=TYPE),
        Choice(Platform.EXTERNAL, provider_id=PROVIDER, visit_type_id=TYPE, link="https://x.example"),
    ]
    expected = {
        (PROVIDER, TYPE): Platform.EXTERNAL,
        (OTHER, TYPE): Platform.LIVEKIT,
        (PROVIDER, OTHER): Platform.TEAMS,
        (OTHER, OTHER): Platform.ZOOM,
    }
    for order in (everything, everything[::-1]):
        assert {pair: chosen(order, *pair).platform for pair in expected} == expected
    assert chosen(everything[1:2], OTHER, TYPE).platform is Platform.BUILT_IN
    assert chosen(everything[1:3], PROVIDER, TYPE).platform is Platform.LIVEKIT  # what the visit needs comes first


async def put(scene: Scene, *choices: dict[str, Any], tag: str = "*") -> Any:
    path = f"/api/clinics/{scene.clinic.id}/video-rules"
    return await scene.admin.client.put(path, json={"choices": list(choices)}, headers={"If-Match": tag})


async def test_choices_are_kept_sealed_and_told_to_admins(scene: Scene, studio: Studio) -> None:
    link = {"platform": "external", "provider_id": str(scene.provider_id), "link": "https://meet.example/ada-{room}"}
    answer = await put(scene, {"platform": "zoom"}, link)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert [choice["platform"] for choice in told["choices"]] == ["zoom", "external"]
    assert told["choices"][1]["link"] == link["link"]
    assert told["platforms"] == ["built-in", "external", "zoom"]
    async with scene.app.parts.db.connection() as connection:
        row = await fetch_one(connection, "SELECT choices FROM video_rules")
    assert row is not None
    assert b"meet.example" not in bytes(row["choices"])
    path = f"/api/clinics/{scene.clinic.id}/video-rules"
    assert (await scene.staff.client.get(path)).status_code == 403
    assert (await scene.outsider.client.get(path)).status_code == 403


async def test_an_edit_names_the_version_it_changes(scene: Scene, studio: Studio) -> None:
    assert (await put(scene, {"platform": "built-in"}, tag='"0"')).status_code == 200
    assert (await put(scene, {"platform": "zoom"}, tag='"0"')).status_code == 412
    path = f"/api/clinics/{scene.clinic.id}/video-rules"
    assert (await scene.admin.client.put(path, json={"choices": []})).status_code == 428
    assert (await scene.admin.client.get(path)).json()["version"] == 1


@pytest.mark.parametrize(
    "choices",
    [
        [{"platform": "teams"}],  # no credentials for it
        [{"platform": "skype"}],
        [{"platform": "livekit"}],
        [{"platform": "twilio"}],
        [{"platform": "external"}],  # without an address
        [{"platform": "external", "link": "http://meet.example/x"}],
        [{"platform": "external", "link": "javascript:alert(1)"}],
        [{"platform": "external", "link": "https://me et.example"}],
        [{"platform": "external", "link": "https://user@meet.example/x"}],
        [{"platform": "zoom", "host": "two words"}],
        [{"platform": "zoom"}, {"platform": "built-in"}],  # twice for all
        [{"platform": "zoom", "provider_id": str(OTHER)}],
        [{"platform": "zoom", "visit_type_id": str(OTHER)}],
    ],
)
async def test_what_makes_no_sense_is_refused(scene: Scene, studio: Studio, choices: list[dict[str, Any]]) -> None:
    assert (await put(scene, *choices)).status_code == 422


@pytest.mark.parametrize("platform", [Platform.LIVEKIT, Platform.TWILIO])
async def test_what_is_set_up_can_be_chosen(scene: Scene, studio: Studio, platform: Platform) -> None:
    scene.app.parts.video_rooms[platform] = Vendor(platform)
    answer = await put(scene, {"platform": str(platform)})
    assert answer.status_code == 200, answer.text
    told = (await scene.admin.client.get(f"/api/clinics/{scene.clinic.id}/video-rules")).json()
    assert str(platform) in told["platforms"]
