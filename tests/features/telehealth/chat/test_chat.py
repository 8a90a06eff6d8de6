"""Conversations: order, keys, who may, when, and how much."""

import asyncio
import os
from datetime import timedelta
from typing import Any
from uuid import UUID

from openvisit.features.telehealth.chat.access import Chats
from openvisit.features.telehealth.chat.files import LEFT_ALONE, forget_unsent
from openvisit.features.telehealth.chat.jobs import tell_unread
from openvisit.platform.db import execute, fetch_all
from openvisit.platform.principal import NOBODY, acting
from tests.features.telehealth.chat.conversation import Writer, both, visit_of, writer
from tests.support import e2e
from tests.support.cast import Scene


async def test_both_read_what_both_wrote_in_its_order(scene: Scene) -> None:
    patient, provider = await both(scene)
    assert (await patient.say("one")).status_code == 201
    assert (await provider.say("two")).status_code == 201
    assert (await patient.say("three")).status_code == 201
    assert await patient.read() == await provider.read() == ["one", "two", "three"]
    listed = (await patient.ask("GET", "messages", params={"after": 1})).json()
    assert [(one["place"], one["sequence"]) for one in listed["items"]] == [(2, 1), (3, 2)]
    last = (await patient.ask("GET", "messages", params={"before": 3})).json()
    assert ([one["place"] for one in last["items"]], last["more"]) == ([1, 2], False)


async def test_places_are_given_once_however_many_write_at_once(scene: Scene) -> None:
    patient, provider = await both(scene)
    assert (await patient.start_epoch()).status_code == 201
    bodies = [(one, await one.message({"text": "x"})) for one in (patient, provider) for _ in range(4)]
    answers = await asyncio.gather(*(one.ask("POST", "messages", json=body) for one, body in bodies))
    by_code = sorted(answer.status_code for answer in answers)
    assert by_code == [201, 201, 409, 409, 409, 409, 409, 409], "of one sender's four with the same count, one is kept"
    places = [one["place"] for one in (await patient.ask("GET", "messages", params={"after": 0})).json()["items"]]
    assert places == [1, 2]
    refused = next(answer.json() for answer in answers if answer.status_code == 409)
    assert (refused["code"], refused["next_sequence"]) == ("chat_out_of_step", 2)


async def test_a_message_that_is_sent_twice_is_there_once(scene: Scene) -> None:
    patient, _ = await both(scene)
    await patient.start_epoch()
    body = await patient.message({"text": "once"})
    first, again = [(await patient.ask("POST", "messages", json=body)).json() for _ in range(2)]
    assert first == again
    assert await patient.read() == ["once"]


async def test_strangers_know_of_no_conversation(scene: Scene) -> None:
    patient, _ = await both(scene)
    await patient.say("mine")
    for who in (scene.other_patient, scene.staff, scene.admin, scene.outsider):
        stranger = writer(who, patient.room)
        for method, path in (("GET", "chat"), ("GET", "messages"), ("PUT", "marks")):
            answer = await stranger.ask(method, path, json={"delivered": 1, "read": 1} if method == "PUT" else None)
            assert (answer.status_code, answer.json()["code"]) == (404, "chat_not_found")
    nobody = Writer(scene.app.client, "nobody", patient.room)
    assert (await nobody.ask("GET", "chat")).status_code == 404
    nobody.headers = {"Room-Token": "a-token-that-nobody-was-given"}
    assert (await nobody.ask("GET", "messages")).status_code == 404


async def test_the_second_wall_hides_conversations_too(scene: Scene) -> None:
    patient, _ = await both(scene)
    await patient.say("mine")
    tables = ("chat_room", "chat_message", "chat_epoch", "chat_wrap", "person_key", "person_key_seal")
    with acting(NOBODY):
        async with scene.app.parts.db.connection() as connection:
            for table in tables:
                assert await fetch_all(connection, f"SELECT * FROM {table}") == [], table


async def test_who_makes_keys_later_is_handed_what_was_said(scene: Scene) -> None:
    room = await visit_of(scene)
    patient, provider = writer(scene.patient, room), writer(scene.provider, room)
    await patient.make_keys()
    assert (await patient.say("before you came")).status_code == 201
    await provider.make_keys()
    assert (await patient.say("too early")).json()["code"] == "chat_rekey_needed"
    state = await patient.chat()
    assert state["epochs"][0]["lacking"] == [provider.participant]
    wrap = e2e.wrap(room, 1, provider.participant, provider.keys.public, patient.contents[1])
    assert (await patient.ask("POST", "keys", json={"number": 1, "wraps": [wrap]})).status_code == 200
    assert (await provider.start_epoch()).status_code == 201
    assert (await patient.say("now")).status_code == 201
    assert await provider.read() == ["before you came", "now"]


async def test_keys_are_handed_to_nobody_who_may_not_read(scene: Scene) -> None:
    patient, _ = await both(scene)
    await patient.say("ours")
    eve = e2e.make_keys()
    for participant in (f"person:{scene.staff.id}", f"person:{scene.outsider.id}", patient.participant):
        wrap = e2e.wrap(patient.room, 1, participant, eve.public, patient.contents[1])
        answer = await patient.ask("POST", "keys", json={"number": 1, "wraps": [wrap]})
        assert answer.json()["code"] == "chat_not_a_reader", participant
    state = await patient.chat()
    ghost = {"participant": f"person:{scene.staff.id}", "role": "staff", "public_key": eve.public}
    answer = await patient.start_epoch({**state, "members": [*state["members"], ghost]})
    assert answer.json()["code"] == "chat_not_a_reader", "a reader too many"
    answer = await patient.start_epoch({**state, "members": state["members"][:1]})
    assert answer.json()["code"] == "chat_not_a_reader", "a reader too few"


async def test_other_keys_begin_anew_and_what_was_said_stays_closed_to_them(scene: Scene) -> None:
    patient, provider = await both(scene)
    await patient.say("old")
    before = patient.keys
    patient.keys, patient.contents = e2e.make_keys(), {}
    body = {"replaces": before.id, **e2e.new_keys(patient.keys)}
    assert (await patient.client.post("/api/me/keys/replace", json=body)).status_code == 200
    assert (await provider.say("refused")).json()["code"] == "chat_rekey_needed"
    state = await provider.chat()
    (me,) = [one for one in state["members"] if one["participant"] == patient.participant]
    assert (me["key_id"], me["first_key"]) == (patient.keys.id, False)
    wrap = e2e.wrap(patient.room, 1, patient.participant, patient.keys.public, await provider.content_key(1))
    handed = await provider.ask("POST", "keys", json={"number": 1, "wraps": [wrap]})
    assert handed.status_code == 200, "on purpose, by the provider"
    rules = {"hours_after": 168, "history": "never", "file_megabytes": 10}
    await scene.admin.client.put(f"/api/clinics/{scene.clinic.id}/chat-rules", json=rules)
    refused = await provider.ask("POST", "keys", json={"number": 1, "wraps": [wrap]})
    assert refused.json()["code"] == "chat_not_a_reader", "not where the clinic says never"
    assert (await provider.start_epoch()).status_code == 201
    assert (await provider.say("new")).status_code == 201
    known = {one["key_id"] for one in (await provider.chat())["keys"]}
    assert {before.id, provider.keys.id} <= known, "what the old keys signed is still verified"


async def test_it_is_open_for_the_time_that_the_clinic_says(scene: Scene) -> None:
    patient, _ = await both(scene)
    rules = f"/api/clinics/{scene.clinic.id}/chat-rules"
    assert (await scene.admin.client.get(rules)).json()["hours_after"] == 168
    await patient.start_epoch()
    tight = {"hours_before": 1, "hours_after": 1, "history": "never", "file_megabytes": 0}
    assert (await scene.admin.client.put(rules, json=tight)).status_code == 200
    early = await patient.say("early")
    assert (early.status_code, early.json()["code"]) == (409, "chat_closed")
    assert (await patient.ask("GET", "messages")).status_code == 200, "what was said can be read"
    assert (await patient.ask("POST", "files", json={"kind": "text/csv", "size": 9})).json()["code"] == "chat_closed"
    await _set(scene, patient.room, "starts_at = %(now)s, ends_at = %(now)s + interval '30 minutes'")
    assert (await patient.say("in time")).status_code == 201
    await _set(
        scene, patient.room, "starts_at = %(now)s - interval '2 hours', ends_at = %(now)s - interval '61 minutes'"
    )
    assert (await patient.say("late")).json()["code"] == "chat_closed"
    await scene.admin.client.put(rules, json={"hours_after": 168})
    assert (await patient.say("again")).status_code == 201
    await _set(scene, patient.room, "status = 'cancelled'")
    assert (await patient.say("cancelled")).json()["code"] == "chat_closed"


async def test_marks_go_forward_and_counts_follow(scene: Scene) -> None:
    patient, provider = await both(scene)
    for text in ("one", "two", "three"):
        await patient.say(text)
    unread = (await scene.provider.client.get("/api/telehealth/unread")).json()
    assert unread == {"total": 3, "rooms": [{"room_id": patient.room, "unread": 3}]}
    assert (await scene.patient.client.get("/api/telehealth/unread")).json()["total"] == 0
    for mark in ({"delivered": 3, "read": 1}, {"delivered": 0, "read": 2}, {"delivered": 99, "read": 0}):
        assert (await provider.ask("PUT", "marks", json=mark)).status_code == 204
    assert (await patient.chat())["marks"] == [{"participant": provider.participant, "delivered": 3, "read": 2}]
    assert (await scene.provider.client.get("/api/telehealth/unread")).json()["total"] == 1
    assert (await scene.staff.client.get("/api/telehealth/unread")).json()["total"] == 0


async def test_who_is_away_is_told_once_an_hour_that_there_is_something(scene: Scene) -> None:
    patient, provider = await both(scene)
    parts, now = scene.app.parts, scene.app.clock()
    chats, room = Chats(parts.db, parts.vault, parts.live), UUID(patient.room)
    told: list[Any] = []

    async def run(after: timedelta) -> int:
        await tell_unread(chats, parts.subscriptions, room, now + after)
        async with parts.db.connection() as connection:
            rows = await fetch_all(connection, "SELECT data FROM event WHERE type = 'chat.unread' ORDER BY at")
        told[:] = [row["data"] for row in rows]
        return len(told)

    await patient.say("are you there?")
    assert await run(timedelta(minutes=1)) == 1
    assert told == [{"person_id": str(scene.provider.id)}], "ids alone"
    assert await run(timedelta(minutes=30)) == 1
    assert await run(timedelta(minutes=62)) == 2
    await provider.ask("PUT", "marks", json={"delivered": 1, "read": 1})
    assert await run(timedelta(hours=9)) == 2, "who has read it is left in peace"


async def test_a_file_arrives_whole_or_is_not_told_of(scene: Scene) -> None:
    patient, provider = await both(scene)
    await patient.start_epoch()
    content, key = os.urandom(256 * 1024 + 5), os.urandom(32)
    begun = (await patient.ask("POST", "files", json={"kind": "application/pdf", "size": len(content)})).json()
    file, pieces = begun["id"], [content[: 256 * 1024], content[256 * 1024 :]]
    assert begun["chunks"] == 2
    sealed = [e2e.encrypt_chunk(key, piece, file, n, n == 1) for n, piece in enumerate(pieces)]
    assert (await patient.ask("PUT", f"files/{file}/parts/0", content=sealed[0])).status_code == 204
    assert (await patient.ask("GET", f"files/{file}")).json()["arrived"] == [0]
    half = await patient.ask("POST", "messages", json=await patient.message({"text": ""}, files=[file]))
    assert half.json()["code"] == "chat_file_not_whole"
    for other in (provider, writer(scene.outsider, patient.room)):
        assert (await other.ask("GET", f"files/{file}/parts/0")).status_code == 404, "not told of yet"
        assert (await other.ask("PUT", f"files/{file}/parts/1", content=sealed[1])).status_code == 404
    assert (await patient.ask("PUT", f"files/{file}/parts/1", content=sealed[1][:-1])).status_code == 422
    assert (await patient.ask("PUT", f"files/{file}/parts/2", content=sealed[1])).status_code == 404
    assert (await patient.ask("PUT", f"files/{file}/parts/1", content=sealed[1])).status_code == 204
    sent = await patient.ask("POST", "messages", json=await patient.message({"text": ""}, files=[file]))
    assert sent.status_code == 201
    part = await provider.ask("GET", f"files/{file}/parts/1")
    assert (part.content, part.headers["content-type"]) == (sealed[1], "application/octet-stream")
    assert part.headers["content-disposition"] == "attachment"
    changed = await patient.ask("PUT", f"files/{file}/parts/1", content=sealed[1])
    assert changed.json()["code"] == "chat_file_not_whole", "what was sent stays as it is"


async def test_files_have_a_size_and_a_kind(scene: Scene) -> None:
    patient, _ = await both(scene)
    for body in (
        {"kind": "application/pdf", "size": 10_000_001},
        {"kind": "application/x-msdownload", "size": 10},
        {"kind": "image/svg+xml", "size": 10},
        {"kind": "application/pdf", "size": 0},
    ):
        assert (await patient.ask("POST", "files", json=body)).status_code == 422, body
    assert (await patient.ask("POST", "files", json={"kind": "image/png", "size": 10_000_000})).status_code == 201


async def test_files_that_nobody_was_told_of_go_after_a_week(scene: Scene) -> None:
    patient, _ = await both(scene)
    file = (await patient.ask("POST", "files", json={"kind": "text/csv", "size": 3})).json()["id"]
    await patient.ask("PUT", f"files/{file}/parts/0", content=e2e.encrypt_chunk(bytes(32), b"abc", file, 0, True))
    db, now = scene.app.parts.db, scene.app.clock()
    await forget_unsent(db, now + LEFT_ALONE)
    assert (await patient.ask("GET", f"files/{file}")).status_code == 200
    await forget_unsent(db, now + LEFT_ALONE + timedelta(seconds=1))
    assert (await patient.ask("GET", f"files/{file}")).status_code == 404


async def test_who_looks_is_in_the_audit_once_and_what_is_said_is_not(scene: Scene) -> None:
    patient, provider = await both(scene)
    await patient.say("migraine")
    for _ in range(3):
        await provider.read()
    async with scene.app.parts.db.connection() as connection:
        rows = await fetch_all(
            connection,
            "SELECT action, actor_id, acting_as, data FROM audit WHERE action LIKE 'chat:%%' ORDER BY id",
            {},
        )
    assert [(row["action"], row["actor_id"], row["acting_as"]) for row in rows] == [
        ("chat:write", scene.patient.id, "patient"),
        ("chat:read", scene.provider.id, "provider"),
    ]
    assert all(row["data"] == {} for row in rows)
    history = (await scene.patient.client.get(f"/api/appointments/{patient.room}/history")).json()["items"]
    assert [entry["action"] for entry in history] == ["appointment:book"]


async def test_nobody_floods_a_conversation(scene: Scene) -> None:
    patient, _ = await both(scene)
    await patient.start_epoch()
    codes = [(await patient.say("x")).status_code for _ in range(31)]
    assert codes == [201] * 30 + [429]
    scene.app.clock.advance(minutes=1)
    assert (await patient.say("x")).status_code == 201


async def test_the_clinic_reads_along_only_when_it_says_so(scene: Scene) -> None:
    patient, provider = await both(scene)
    await patient.say("between us")
    clinic, path = e2e.make_keys(), f"/api/clinics/{scene.clinic.id}/escrow-key"
    body = {"public_key": clinic.public, "salt": "A" * 22, "iterations": 1, "sealed": "A" * 40}
    assert (await scene.provider.client.put(path, json=body)).status_code == 403
    assert (await scene.admin.client.put(path, json=body)).json()["escrow"]["key_id"] == clinic.id
    assert (await patient.say("refused")).json()["code"] == "chat_rekey_needed"
    state = await patient.chat()
    assert state["escrow_key"]["public_key"] == clinic.public, "everybody is told"
    assert (await patient.start_epoch()).status_code == 201
    assert (await patient.say("with the clinic")).status_code == 201
    async with scene.app.parts.db.connection() as connection:
        rows = await fetch_all(
            connection, "SELECT number, wrapped FROM chat_wrap WHERE participant LIKE 'clinic:%%' ORDER BY number", {}
        )
    assert [row["number"] for row in rows] == [2], "nothing of before"
    place = e2e.context("content-key", patient.room, 2, f"clinic:{scene.clinic.id}")
    assert e2e.open_sealed(clinic, rows[0]["wrapped"], place) == await provider.content_key(2)
    assert (await scene.admin.client.delete(path)).status_code == 204
    assert (await patient.say("refused")).json()["code"] == "chat_rekey_needed"
    assert (await patient.chat())["escrow_key"] is None


async def _set(scene: Scene, room: str, what: str) -> None:
    async with scene.app.parts.db.connection() as connection:
        await execute(
            connection,
            f"UPDATE appointment SET {what} WHERE id = %(id)s",
            {"id": room, **({"now": scene.app.clock()} if "%(now)s" in what else {})},
        )
