"""Who takes part in a conversation, and by which keys, is told at once: in the room and wherever somebody looks on."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import websockets

from tests.features.telehealth.conftest import PATIENCE, Tab, Theatre
from tests.features.telehealth.devices.test_device_keys import URL, Browser
from tests.support import e2e
from tests.support.cast import Person


async def test_new_keys_and_people_are_told_over_both_sockets(theatre: Theatre) -> None:
    scene, visit = theatre.scene, await theatre.visit()
    async with theatre.tab(visit, 0) as host, looking_on(theatre, scene.patient) as elsewhere:
        await host.enter(await theatre.link(scene.provider, visit))
        for person in (scene.provider, scene.patient):
            await theatre.ask(person, "GET", f"/api/telehealth/rooms/{visit}/chat")

        keys = e2e.new_keys(e2e.make_keys())
        made = await theatre.ask(scene.patient, "POST", "/api/me/keys", 1, json=keys)
        assert made.status_code == 201, made.text
        await told(host, elsewhere)
        other = {"replaces": made.json()["keys"]["key_id"], **e2e.new_keys(e2e.make_keys())}
        assert (await theatre.ask(scene.patient, "POST", "/api/me/keys/replace", 1, json=other)).status_code == 200
        await told(host, elsewhere)

        body = {"name": "Ines Soler", "role": "interpreter", "public_key": e2e.make_keys().public}
        path = f"/api/telehealth/rooms/{visit}/guests"
        guest = (await theatre.ask(scene.provider, "POST", path, json=body)).json()
        async with theatre.tab(visit, 1) as ines:
            assert (await ines.enter(guest["token"]))["type"] == "waiting"
            await host.say("admit", participant=f"guest:{guest['id']}")
            await told(host, elsewhere)
            await host.say("remove", participant=f"guest:{guest['id']}")
            await told(host, elsewhere)
        async with theatre.tab(visit, 1) as desk:
            await desk.enter(await theatre.link(scene.staff, visit))
            await told(host, elsewhere)

        escrow = e2e.make_keys()
        sealed = {name: e2e.new_keys(escrow)["seals"][0][name] for name in ("salt", "iterations", "sealed")}
        path = f"/api/clinics/{scene.clinic.id}/escrow-key"
        turned_on = await theatre.ask(scene.admin, "PUT", path, json={"public_key": escrow.public, **sealed})
        assert turned_on.status_code == 200, turned_on.text
        await told(host, elsewhere)
        assert (await theatre.ask(scene.admin, "DELETE", path)).status_code == 204
        await told(host, elsewhere)


async def test_a_conversation_of_others_is_not_told_of(theatre: Theatre) -> None:
    scene, visit = theatre.scene, await theatre.visit()
    async with theatre.tab(visit) as host:
        await host.enter(await theatre.link(scene.provider, visit))
        await theatre.ask(scene.provider, "GET", f"/api/telehealth/rooms/{visit}/chat")
        made = await theatre.ask(scene.other_patient, "POST", "/api/me/keys", json=e2e.new_keys(e2e.make_keys()))
        assert made.status_code == 201
        own = await theatre.ask(scene.provider, "POST", "/api/me/keys", json=e2e.new_keys(e2e.make_keys()))
        assert own.status_code == 201
        assert await host.hear() == {"type": "changed", "what": "chat"}, "of the provider's own"
        await host.silent()


async def test_a_key_that_is_revoked_is_told_to_the_call_it_speaks_in(theatre: Theatre) -> None:
    scene, visit = theatre.scene, await theatre.visit()
    assert (await theatre.ask(scene.patient, "POST", URL, json=Browser().registration(scene.patient))).is_success
    async with theatre.tab(visit, 0) as patient, theatre.tab(visit, 1) as host:
        await patient.enter(await theatre.link(scene.patient, visit))
        await host.enter(await theatre.link(scene.provider, visit))
        await host.say("admit", participant=f"person:{scene.patient.id}")
        await patient.hear("admitted")
        (item, *_) = (await theatre.ask(scene.patient, "GET", URL)).json()["items"]
        assert (await theatre.ask(scene.patient, "DELETE", f"{URL}/{item['id']}")).status_code == 204
        while (await host.hear("changed"))["what"] != "keys":
            pass


@asynccontextmanager
async def looking_on(theatre: Theatre, person: Person) -> AsyncIterator[Tab]:
    """Somebody at the visit's page, who is not in the room: a browser at the live socket."""
    url = theatre.servers[1].url.replace("http", "ws") + "/api/live"
    async with websockets.connect(url, proxy=None) as socket:
        tab = Tab(socket, UUID(int=0))
        await tab.say("auth", token=person.token)
        await tab.say("subscribe", topics=["me"])
        await tab.hear("subscribed")
        yield tab


async def told(host: Tab, elsewhere: Tab) -> None:
    """Both are told to fetch the conversation again; neither has polled."""
    while (await host.hear("changed"))["what"] != "chat":
        pass
    assert (await elsewhere.hear("changed"))["topic"] == "me"
    # What was told in the same breath is heard, so that the next word is one about the next change.
    for tab in (host, elsewhere):
        await _drained(tab)


async def _drained(tab: Tab) -> list[dict[str, Any]]:
    heard: list[dict[str, Any]] = []
    await tab.say("ping")
    async with asyncio.timeout(PATIENCE):
        while not heard or heard[-1]["type"] != "pong":
            heard.append(json.loads(await tab.socket.recv()))
    return heard
