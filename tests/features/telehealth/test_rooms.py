"""Two people meet in a room: waiting, being let in, signals, and the end, over two server processes."""

import json

from tests.features.telehealth.conftest import Theatre


async def test_a_patient_waits_and_is_let_in_and_the_visit_begins_and_ends(theatre: Theatre) -> None:
    scene, visit = theatre.scene, await theatre.visit()
    async with theatre.tab(visit, 0) as patient, theatre.tab(visit, 1) as provider:
        told = await patient.enter(await theatre.link(scene.patient, visit))
        assert told == {"type": "waiting", "position": 1, "minutes": told["minutes"]}
        assert await theatre.status(visit) == "checked-in"

        admitted = await provider.enter(await theatre.link(scene.provider, visit))
        assert admitted["type"] == "admitted"
        assert admitted["you"]["role"] == "provider"
        assert admitted["participants"] == []
        participant = f"person:{scene.patient.id}"
        knock = await provider.hear()
        assert knock == {"type": "knock", "participant": participant, "role": "patient", "name": "Pat Rivera"}

        await provider.say("admit", participant=participant)
        told = await patient.hear()
        assert told["type"] == "admitted"
        assert [one["name"] for one in told["participants"]] == ["Ada Moreno"]
        joined = await provider.hear("joined")
        assert joined["peer"] == str(patient.peer)
        assert await theatre.status(visit) == "in-progress"

        long = {"sdp": "v=0 " * 10_000}
        await provider.say("signal", to=str(patient.peer), data={"n": 1})
        await provider.say("signal", to=str(patient.peer), data=long)
        await provider.say("signal", to=str(patient.peer), data={"n": 3})
        for data in ({"n": 1}, long, {"n": 3}):
            assert await patient.hear() == {"type": "signal", "from": str(provider.peer), "data": data}

        await provider.say("end")
        assert (await patient.hear())["type"] == "ended"
        assert await patient.closed() == 1000
        assert await theatre.status(visit) == "completed"


async def test_that_a_visit_was_held_by_telephone_is_noted_and_stays_in_its_history(theatre: Theatre) -> None:
    scene, visit = theatre.scene, await theatre.visit()
    path, note = f"/api/telehealth/rooms/{visit}/by-phone", {"by_phone": True}
    early = await theatre.ask(scene.provider, "PUT", path, json=note)
    assert (early.status_code, early.json()["code"]) == (409, "visit_not_held")
    async with theatre.tab(visit, 0) as patient:
        await patient.enter(await theatre.link(scene.patient, visit))
        assert (await theatre.ask(scene.patient, "PUT", path, json=note)).status_code == 403
        for _ in range(2):  # said twice, noted once
            assert (await theatre.ask(scene.provider, "PUT", path, 1, json=note)).status_code == 204
        room = (await theatre.ask(scene.patient, "GET", f"/api/telehealth/room/{visit}")).json()
        assert (room["by_phone"], room["door"]) == (True, "open")
        await theatre.ask(scene.staff, "PUT", path, json={"by_phone": False})
    history = (await theatre.ask(scene.patient, "GET", f"/api/appointments/{visit}/history")).json()["items"]
    noted = [(one["action"], one["by"]) for one in history if "by-phone" in one["action"]]
    assert noted == [("appointment:by-phone", "Ada Moreno"), ("appointment:not-by-phone", history[-1]["by"])]


async def test_whoever_waits_hears_and_says_nothing(theatre: Theatre) -> None:
    scene, visit = theatre.scene, await theatre.visit()
    async with theatre.tab(visit, 0) as patient, theatre.tab(visit, 0) as provider:
        await patient.enter(await theatre.link(scene.patient, visit))
        await provider.enter(await theatre.link(scene.provider, visit))
        await provider.hear("knock")
        await patient.say("signal", to=str(provider.peer), data={})
        assert (await patient.hear())["code"] == "not_admitted"
        await patient.say("admit", participant=f"person:{scene.patient.id}")
        assert (await patient.hear())["code"] == "not_admitted"
        await provider.say("signal", to=str(patient.peer), data={})
        await provider.silent()
        await patient.silent()


async def test_a_closed_tab_leaves_the_queue(theatre: Theatre) -> None:
    scene, visit = theatre.scene, await theatre.visit()
    async with theatre.tab(visit, 1) as provider:
        await provider.enter(await theatre.link(scene.provider, visit))
        async with theatre.tab(visit, 0) as patient:
            await patient.enter(await theatre.link(scene.patient, visit))
            assert (await provider.hear("knock"))["name"] == "Pat Rivera"
            patient.socket.transport.abort()
        assert (await provider.hear("gone"))["participant"] == f"person:{scene.patient.id}"


async def test_nonsense_is_answered(theatre: Theatre) -> None:
    visit = await theatre.visit()
    async with theatre.tab(visit) as tab:
        for raw in ("", "{", "[]", '{"type": 1}', json.dumps({"type": "x" * 80_000})):
            await tab.socket.send(raw)
            assert await tab.hear() == {"type": "error", "code": "bad_message"}
        await tab.say("signal")
        assert (await tab.hear())["code"] == "not_entered"
        assert (await tab.enter("made-up"))["code"] == "link_not_good"
