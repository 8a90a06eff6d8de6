"""The clinic's own key: an admin opens a conversation with it, for a reason that its people are shown."""

from typing import Any

import httpx
import pytest

from openvisit.platform.db import fetch_all
from tests.features.telehealth.chat.conversation import Writer, both
from tests.support import e2e
from tests.support.cast import Cast, Scene
from tests.support.e2e import Keys

WHY = "The patient complained about what was written to her"


async def test_an_admin_reads_with_the_clinics_key_and_everybody_is_told_why(scene: Scene) -> None:
    patient, provider = await both(scene)
    assert (await patient.say("between us")).status_code == 201
    clinic = await _key_on(scene)
    assert (await patient.start_epoch()).status_code == 201
    assert (await patient.say("with the clinic")).status_code == 201
    assert (await provider.say("so be it")).status_code == 201
    assert (await _ask(scene, patient)).json() == {"possible": True, "readings": []}

    answer = await _open(scene, patient)
    assert answer.status_code == 201, answer.text
    told = answer.json()
    assert [one["key_id"] for one in told["keys"]] == [clinic.id]
    assert (told["chat"]["role"], told["chat"]["open"]) == ("clinic", False)
    assert await _read(scene, patient, told, clinic) == [None, "with the clinic", "so be it"], "nothing of before"

    shown = (await patient.chat())["readings"]
    assert [(one["by"], one["why"]) for one in shown] == [("Alex Admin", WHY)]
    assert (await provider.chat())["readings"] == shown == (await _ask(scene, patient)).json()["readings"]
    looked = (await scene.patient.client.get("/api/me/record-access")).json()["items"]
    (entry,) = [one for one in looked if one["action"] == "clinic-chat:open"]
    assert (entry["by"]["role"], entry["reason"], entry["visit"]["id"]) == ("admin", "oversight", patient.room)
    async with scene.app.parts.db.connection(as_system="tests") as connection:
        rows = await fetch_all(connection, "SELECT data::text AS data FROM audit WHERE action = 'clinic-chat:open'", {})
    assert len(rows) == 1
    assert "complained" not in rows[0]["data"], "sealed under the patient's key"


async def test_a_reading_ends_and_belongs_to_who_said_why(scene: Scene) -> None:
    patient, _ = await both(scene)
    await _key_on(scene)
    assert (await patient.say("with the clinic")).status_code == 201
    assert (await _ask(scene, patient, "/messages")).json()["code"] == "chat_reading_over", "nobody said why yet"
    assert (await _open(scene, patient)).status_code == 201
    assert len((await _ask(scene, patient, "/messages")).json()["items"]) == 1
    cast = Cast(scene.app)
    other = await cast.person("Ada Other", roles={scene.clinic.id: ["admin"]})
    path = f"/api/telehealth/rooms/{patient.room}/clinic-reading/messages"
    assert (await other.client.get(path)).json()["code"] == "chat_reading_over", "another admin gave no reason"
    scene.app.clock.advance(minutes=29)
    admin = scene.app.signed(await cast.token(scene.admin))
    assert len((await admin.get(path)).json()["items"]) == 1
    scene.app.clock.advance(minutes=2)
    assert (await admin.get(path)).json()["code"] == "chat_reading_over"


@pytest.mark.parametrize("who", ["patient", "provider", "staff", "outsider"])
async def test_nobody_but_the_clinics_admins_opens_it(scene: Scene, who: str) -> None:
    patient, _ = await both(scene)
    await _key_on(scene)
    assert (await patient.say("with the clinic")).status_code == 201
    client: httpx.AsyncClient = getattr(scene, who).client
    path = f"/api/telehealth/rooms/{patient.room}/clinic-reading"
    answers = [
        await client.get(path),
        await client.post(path, json={"reason": WHY}),
        await client.get(f"{path}/messages"),
    ]
    assert [one.json()["code"] for one in answers] == ["chat_not_found"] * 3
    assert (await patient.chat())["readings"] == []


async def test_without_the_clinics_key_there_is_nothing_to_open(scene: Scene) -> None:
    patient, _ = await both(scene)
    assert (await patient.say("between us")).status_code == 201
    assert (await _ask(scene, patient)).json()["possible"] is False
    assert (await _open(scene, patient)).json()["code"] == "chat_not_for_the_clinic"
    clinic = await _key_on(scene)
    assert (await _open(scene, patient)).json()["code"] == "chat_not_for_the_clinic", "not what was said before"
    assert (await patient.start_epoch()).status_code == 201
    assert (await patient.say("with the clinic")).status_code == 201
    assert (await scene.admin.client.delete(f"/api/clinics/{scene.clinic.id}/escrow-key")).status_code == 204
    assert (await patient.start_epoch()).status_code == 201
    assert (await patient.say("between us again")).status_code == 201
    told = (await _open(scene, patient)).json()
    assert await _read(scene, patient, told, clinic) == [None, "with the clinic", None], "by the key of that time"


@pytest.mark.parametrize("reason", ["", "short", " " * 20, "x" * 501, "with a \x00 in it"])
async def test_a_reason_is_needed(scene: Scene, reason: str) -> None:
    patient, _ = await both(scene)
    await _key_on(scene)
    assert (await patient.say("with the clinic")).status_code == 201
    assert (await _open(scene, patient, reason)).status_code == 422


async def _key_on(scene: Scene) -> Keys:
    clinic = e2e.make_keys()
    body = {"public_key": clinic.public, "salt": "A" * 22, "iterations": 1, "sealed": "A" * 40}
    answer = await scene.admin.client.put(f"/api/clinics/{scene.clinic.id}/escrow-key", json=body)
    assert answer.status_code == 200, answer.text
    return clinic


async def _ask(scene: Scene, patient: Writer, path: str = "") -> httpx.Response:
    return await scene.admin.client.get(f"/api/telehealth/rooms/{patient.room}/clinic-reading{path}")


async def _open(scene: Scene, patient: Writer, reason: str = WHY) -> httpx.Response:
    path = f"/api/telehealth/rooms/{patient.room}/clinic-reading"
    return await scene.admin.client.post(path, json={"reason": reason})


async def _read(scene: Scene, patient: Writer, told: Any, clinic: Keys) -> list[str | None]:
    """What the clinic's key opens, as the admin's browser does it; None for what it does not."""
    chat, found = told["chat"], []
    known = {one["key_id"]: one["public_key"] for one in chat["keys"]}
    wraps = {one["number"]: one["wraps"] for one in chat["epochs"]}
    for one in (await _ask(scene, patient, "/messages")).json()["items"]:
        if not wraps[one["epoch"]]:
            found.append(None)
            continue
        (wrap,) = wraps[one["epoch"]]
        key = e2e.open_sealed(
            clinic, wrap["wrapped"], e2e.context("content-key", patient.room, one["epoch"], wrap["participant"])
        )
        place = {**{n: one[n] for n in ("id", "epoch", "sender", "key_id", "sequence")}, "room": patient.room}
        found.append(e2e.open_message(known[one["key_id"]], key, place, one)["text"])
    return found
