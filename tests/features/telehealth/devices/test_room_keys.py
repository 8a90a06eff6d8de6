"""What browsers in a call ask of its room: the ways through the network, and whose keys speak for whom."""

import pytest

from tests.features.telehealth.conftest import Theatre
from tests.features.telehealth.devices.test_device_keys import URL, Browser
from tests.support.cast import Person

pytestmark = pytest.mark.anyio


async def keys_of(theatre: Theatre, who: Person | None, visit: object) -> object:
    """What somebody is told: the participants with the number of their keys, or the status of a refusal."""
    answer = await theatre.ask(who, "GET", f"/api/telehealth/rooms/{visit}/keys")
    if answer.status_code != 200:
        return answer.status_code
    return {one["participant"]: one["public_keys"] for one in answer.json()["participants"]}


async def test_only_those_in_the_room_see_whose_keys_speak_there(theatre: Theatre) -> None:
    scene, visit = theatre.scene, await theatre.visit()
    hers, his = Browser(), Browser()
    for who, browser in ((scene.patient, hers), (scene.provider, his)):
        answer = await theatre.ask(who, "POST", URL, json=browser.registration(who))
        assert answer.status_code == 200, answer.text
    patient, provider = (f"person:{who.id}" for who in (scene.patient, scene.provider))
    here = {patient: [hers.registration(scene.patient)["public_key"]]}
    there = {provider: [his.registration(scene.provider)["public_key"]]}

    async with theatre.tab(visit, 0) as one, theatre.tab(visit, 1) as other:
        await one.enter(await theatre.link(scene.patient, visit))
        assert await keys_of(theatre, scene.patient, visit) == 403  # waits
        await other.enter(await theatre.link(scene.provider, visit))
        assert await keys_of(theatre, scene.provider, visit) == there
        await other.say("admit", participant=patient)
        await one.hear("admitted")
        for who in (scene.patient, scene.provider):
            assert await keys_of(theatre, who, visit) == here | there
        assert [await keys_of(theatre, who, visit) for who in (scene.outsider, None)] == [404, 404]

        (item,) = (await theatre.ask(scene.patient, "GET", URL)).json()["items"]
        await theatre.ask(scene.patient, "DELETE", f"{URL}/{item['id']}")
        assert await keys_of(theatre, scene.provider, visit) == {patient: [], **there}

        await other.say("remove", participant=patient)
        await one.hear("removed")
        assert await keys_of(theatre, scene.patient, visit) == 403
        assert await keys_of(theatre, scene.provider, visit) == there


async def test_the_ways_are_for_members_ahead_of_time_too(theatre: Theatre) -> None:
    scene, visit = theatre.scene, await theatre.visit(starts_in=24 * 60)
    told = [
        (await theatre.ask(who, "GET", f"/api/telehealth/rooms/{visit}/ice")).status_code
        for who in (scene.patient, scene.provider, scene.staff, scene.other_patient, scene.outsider, None)
    ]
    assert told == [200, 200, 200, 404, 404, 404]
