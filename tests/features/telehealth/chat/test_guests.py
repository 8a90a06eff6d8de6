"""Guests in conversations: by the keys of their link, from when they were let in until they were asked to leave."""

import hashlib
import json
from typing import Any
from uuid import UUID, uuid4

from openvisit.core.ids import new_id
from openvisit.platform.db import execute
from tests.features.telehealth.chat.conversation import Writer, both
from tests.support import e2e
from tests.support.cast import Scene

TOKEN = "a-token-that-stands-in-the-link-of-a-guest"


async def test_a_guest_reads_from_when_they_came_and_not_after_they_went(scene: Scene) -> None:
    patient, provider = await both(scene)
    assert (await patient.say("before the interpreter")).status_code == 201
    guest = await _guest(scene, patient.room)
    assert (await guest.ask("GET", "chat")).status_code == 404, "who waits outside"
    await _stand(scene, guest, "admitted")
    state = await guest.chat()
    assert [(one["role"], one["name"]) for one in state["members"] if one["participant"] == guest.participant] == [
        ("guest", "Ines Interpreter")
    ]
    assert (state["epochs"][0]["wraps"], state["role"]) == ([], "guest"), "nothing of before"

    assert (await provider.say("refused")).json()["code"] == "chat_rekey_needed"
    assert (await provider.start_epoch()).status_code == 201
    assert (await provider.say("with the interpreter")).status_code == 201
    assert (await guest.say("hola")).status_code == 201
    listed = (await guest.ask("GET", "messages", params={"after": 0})).json()["items"]
    assert [one["epoch"] for one in listed] == [1, 2, 2]
    assert await _opened(guest, listed[1:]) == ["with the interpreter", "hola"]
    assert await patient.read() == ["before the interpreter", "with the interpreter", "hola"]

    wrap = e2e.wrap(patient.room, 1, guest.participant, guest.keys.public, patient.contents[1])
    handed = {"number": 1, "wraps": [wrap]}
    assert (await patient.ask("POST", "keys", json=handed)).json()["code"] == "chat_not_a_reader", "not by the patient"
    await provider.content_key(1)
    assert (await provider.ask("POST", "keys", json=handed)).status_code == 200, "by the provider, on purpose"
    guest.contents = {}
    assert await _opened(guest, listed) == ["before the interpreter", "with the interpreter", "hola"]

    await _stand(scene, guest, "removed")
    assert (await guest.ask("GET", "chat")).status_code == 404
    assert (await patient.say("refused")).json()["code"] == "chat_rekey_needed", "a new key without them"
    assert (await patient.start_epoch()).status_code == 201
    assert guest.participant not in json.dumps((await patient.chat())["epochs"][-1]["readers"])
    assert await patient.read() == ["before the interpreter", "with the interpreter", "hola"], (
        "and they are verified still"
    )


async def test_a_token_of_another_room_opens_nothing(scene: Scene) -> None:
    patient, _ = await both(scene)
    guest = await _guest(scene, patient.room)
    await _stand(scene, guest, "admitted")
    assert (await guest.ask("GET", "chat")).status_code == 200
    guest.room = str(uuid4())
    assert (await guest.ask("GET", "chat")).status_code == 404
    guest.room = patient.room
    async with scene.app.parts.db.connection() as connection:
        await execute(connection, "UPDATE visit_guest SET status = 'withdrawn' WHERE status = 'invited'")
    assert (await guest.ask("GET", "chat")).status_code == 404, "an invitation that was taken back"


async def _opened(guest: Writer, listed: list[Any]) -> list[str]:
    known = {one["key_id"]: one["public_key"] for one in (await guest.chat())["keys"]}
    found = []
    for one in listed:
        place = {**{n: one[n] for n in ("id", "epoch", "sender", "key_id", "sequence")}, "room": guest.room}
        key = await guest.content_key(one["epoch"])
        found.append(e2e.open_message(known[one["key_id"]], key, place, one)["text"])
    return found


async def _guest(scene: Scene, room: str) -> Writer:
    """A guest with an invitation, at the door."""
    id_, keys, parts, now = new_id(), e2e.make_keys(), scene.app.parts, scene.app.clock()
    async with parts.db.transaction() as connection:
        sealing = await parts.vault.keys(connection, scene.patient.id)
        await execute(
            connection,
            """INSERT INTO visit_room (id, clinic_id, provider_id, patient_id, starts_at, ends_at, made_at)
               SELECT id, clinic_id, provider_id, patient_id, starts_at, ends_at, created_at FROM appointment
               WHERE id = %(room)s ON CONFLICT DO NOTHING""",
            {"room": room},
        )
        await execute(
            connection,
            """INSERT INTO visit_guest (id, room_id, name, role, status, invited_by, invited_at, public_key, token_hash)
               VALUES (%(id)s, %(room)s, %(name)s, 'interpreter', 'invited', %(by)s, %(now)s, %(key)s, %(hash)s)""",
            {
                "id": id_,
                "room": room,
                "name": sealing.seal("Ines Interpreter", "visit_guest.name", id_),
                "by": scene.provider.id,
                "now": now,
                "key": keys.public,
                "hash": hashlib.sha256(TOKEN.encode()).digest(),
            },
        )
    return Writer(scene.app.client, f"guest:{id_}", room, keys, {"Room-Token": TOKEN})


async def _stand(scene: Scene, guest: Writer, state: str) -> None:
    """The guest waits, is in, or was asked to leave."""
    async with scene.app.parts.db.connection() as connection:
        await execute(
            connection,
            """INSERT INTO visit_presence (room_id, participant, guest_id, role, revision, state, peer, came_at,
                                           left_at)
               SELECT r.id, %(participant)s, %(guest)s, 'guest', r.revision, %(state)s, %(guest)s, %(now)s, %(now)s
               FROM visit_room r WHERE r.id = %(room)s
               ON CONFLICT (room_id, participant) DO UPDATE SET state = excluded.state""",
            {
                "participant": guest.participant,
                "guest": UUID(guest.participant.removeprefix("guest:")),
                "state": state,
                "now": scene.app.clock(),
                "room": guest.room,
            },
        )
