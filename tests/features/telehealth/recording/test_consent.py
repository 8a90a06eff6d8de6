"""A visit is recorded only while everybody in its room has agreed: by the API, on the real database."""

import random
from datetime import timedelta
from uuid import UUID

import pytest

from openvisit.core.ids import new_id
from openvisit.features.telehealth.recording.jobs import SILENT, end_lost
from openvisit.features.telehealth.rooms.commands import digest
from openvisit.platform.db import execute
from tests.features.telehealth.recording.conftest import Room
from tests.support import e2e

PIECE = b"c" * 100


async def test_off_until_the_clinic_allows_it(room: Room) -> None:
    await room.allow(False)
    await room.all_in_and_agreed()
    refused = await room.starts()
    assert (refused.status_code, refused.json()["code"]) == (409, "recording_not_allowed")
    assert (await room.told())["may_start"] is False


async def test_everybody_sees_who_agreed_and_it_starts_with_the_last_yes(room: Room) -> None:
    await room.comes("provider")
    await room.comes("patient")
    await room.says("provider", "yes")
    refused = await room.starts()
    assert (refused.json()["code"], refused.json()["because"]) == ("recording_consent_missing", "unanswered")
    told = await room.told("patient")
    assert {one["role"]: one["answer"] for one in told["people"]} == {"provider": "yes", "patient": None}
    assert (await room.says("patient", "yes")).json()["may_start"] is True
    assert (await room.starts()).status_code == 201
    assert (await room.told("patient"))["recording"] is not None


async def test_who_is_asked_is_told_whether_the_clinic_can_play_it(room: Room) -> None:
    await room.comes("patient")
    assert (await room.told())["clinic_plays"] is False
    keys = e2e.make_keys()
    seal = e2e.new_keys(keys)["seals"][0]
    body = {"public_key": keys.public, **{name: seal[name] for name in ("salt", "iterations", "sealed")}}
    path = f"/api/clinics/{room.scene.clinic.id}/escrow-key"
    assert (await room.scene.admin.client.put(path, json=body)).is_success
    assert (await room.told())["clinic_plays"] is True


async def test_a_withdrawal_stops_it_at_once_and_nothing_more_is_taken(room: Room) -> None:
    await room.all_in_and_agreed()
    id_ = await room.recording()
    assert (await room.sends(id_, 0, PIECE)).json()["offset"] == 100
    told = (await room.says("patient", "no")).json()
    assert (told["recording"], told["stopped_why"]) == (None, "withdrawn")
    refused = await room.sends(id_, 100, PIECE)
    assert (refused.status_code, refused.json()["because"], refused.json()["offset"]) == (409, "withdrawn", 100)
    closed = await room.sends(id_, 100, b"e" * 28, last=True)
    assert (closed.status_code, closed.json()["complete"]) == (200, True)
    assert (await room.sends(id_, 128, PIECE)).status_code == 409
    [kept] = await room.rows("SELECT sum(octet_length(content)) AS size FROM recording_piece")
    assert kept["size"] == 128


@pytest.mark.parametrize("asks", ["piece", "look"])
async def test_somebody_new_who_has_not_answered_stops_it(room: Room, asks: str) -> None:
    await room.all_in_and_agreed()
    id_ = await room.recording()
    await room.comes("staff")
    if asks == "piece":
        refused = await room.sends(id_, 0, PIECE)
        assert (refused.status_code, refused.json()["because"]) == (409, "unanswered")
    assert (await room.told())["stopped_why"] == "unanswered"
    assert await room.rows("SELECT FROM recording_piece") == []


async def test_somebody_who_was_in_between_two_pieces_stops_it_too(room: Room) -> None:
    await room.all_in_and_agreed()
    id_ = await room.recording()
    room.scene.app.clock.advance(seconds=1)
    await room.comes("staff")
    await room.goes("staff")
    assert (await room.sends(id_, 0, PIECE)).json()["because"] == "unanswered"


async def test_the_clinic_that_does_not_allow_it_any_more_ends_it(room: Room) -> None:
    await room.all_in_and_agreed()
    id_ = await room.recording()
    await room.allow(False)
    assert (await room.sends(id_, 0, PIECE)).json()["because"] == "not-allowed"


async def test_a_moved_visit_asks_anew(room: Room) -> None:
    await room.all_in_and_agreed()
    await room.sql("UPDATE visit_room SET revision = revision + 1")
    await room.sql("UPDATE visit_presence SET revision = revision + 1")
    assert [one["answer"] for one in (await room.told())["people"]] == [None, None]


async def test_only_who_is_in_answers_and_only_the_provider_records(room: Room) -> None:
    assert (await room.says("patient", "yes")).json()["code"] == "not_in_room"
    await room.all_in_and_agreed()
    assert (await room.starts(by="staff")).status_code == 404
    assert (await room.starts(by="patient")).status_code == 404
    await room.goes("provider")
    assert (await room.starts()).json()["code"] == "not_in_room"


async def test_each_answer_is_in_the_history_and_in_the_audit(room: Room) -> None:
    await room.all_in_and_agreed()
    await room.recording()
    await room.says("patient", "no")
    history = await room.rows("SELECT person_id, answer FROM recording_answer ORDER BY id")
    provider, patient = room.scene.provider.id, room.scene.patient.id
    said = [(row["person_id"], row["answer"]) for row in history]
    assert said == [(provider, "yes"), (patient, "yes"), (patient, "no")]
    trail = await room.rows("SELECT action, actor_id FROM audit WHERE action LIKE 'recording:%%' ORDER BY id")
    assert [row["action"] for row in trail][-3:] == ["recording:make", "recording:consent", "recording:stop"]


async def test_one_recording_at_a_time_and_asking_again_goes_on(room: Room) -> None:
    await room.all_in_and_agreed()
    id_ = await room.recording()
    assert (await room.starts(id_)).status_code == 201
    assert (await room.starts()).json()["code"] == "already_recording"
    await room.scene.provider.client.post(f"/api/telehealth/recordings/{id_}/stop")
    assert (await room.starts(id_)).json()["code"] == "already_recording"
    assert (await room.starts()).status_code == 201


async def test_one_that_went_silent_is_ended(room: Room) -> None:
    await room.all_in_and_agreed()
    await room.recording()
    parts = room.scene.app.parts
    assert await end_lost(parts.db, room.scene.app.clock()) == []
    room.scene.app.clock.now += SILENT + timedelta(seconds=1)
    assert await end_lost(parts.db, room.scene.app.clock()) == [room.visit]
    assert [row["stopped_why"] for row in await room.rows("SELECT stopped_why FROM recording")] == ["lost"]


@pytest.mark.parametrize("seed", range(6))
async def test_whatever_happens_in_whatever_order_nobody_is_recorded_against_their_will(room: Room, seed: int) -> None:
    """People come, go and answer; pieces come. A piece is kept only while all who are in said yes, and who was in since
    the recording began had."""
    dice = random.Random(seed)
    present: set[str] = set()
    said: dict[str, str] = {}
    running: list[object] = []  # id, size
    kept = 0
    for _ in range(45):
        room.scene.app.clock.advance(seconds=1)
        role = dice.choice(["provider", "patient", "patient", "staff"])
        act = dice.choice(["comes", "comes", "goes", "yes", "yes", "no", "starts", "piece", "piece"])
        agreed = bool(present) and all(said.get(one) == "yes" for one in present)
        if act == "comes":
            await room.comes(role)
            present.add(role)
        elif act == "goes":
            await room.goes(role)
            present.discard(role)
        elif act in ("yes", "no"):
            if (await room.says(role, act)).is_success:
                assert role in present
                said[role] = act
        elif act == "starts":
            answer = await room.starts()
            assert answer.status_code == 409 or agreed
            if answer.status_code == 201:
                running = [(await room.rows("SELECT id FROM recording WHERE stopped_at IS NULL"))[0]["id"], 0]
        elif running:
            answer = await room.sends(running[0], running[1], PIECE)  # type: ignore[arg-type]
            if answer.is_success:
                assert agreed, (present, said)
                running[1] = answer.json()["offset"]
                kept += 1
        for one in present:  # what everybody is told is what is so
            told = await room.told(one)
            assert not told["recording"] or all(said.get(who) == "yes" for who in present)
            break
    assert (await room.rows("SELECT count(*) AS n FROM recording_piece"))[0]["n"] == kept


async def test_a_guest_answers_by_the_token_of_their_link(room: Room) -> None:
    await room.all_in_and_agreed()
    token = "a-link-that-only-the-interpreter-has"
    guest = await _guest(room, token)
    refused = await room.starts()
    assert refused.json()["because"] == "unanswered"
    path = f"/api/telehealth/rooms/{room.visit}/recording/consent"
    client = room.scene.app.client
    assert (await client.put(path, json={"answer": "yes"})).status_code == 404
    said = await client.put(path, json={"answer": "yes"}, headers={"Room-Token": token})
    assert said.status_code == 200, said.text
    assert ("guest", "yes") in {(one["role"], one["answer"]) for one in said.json()["people"]}
    id_ = await room.recording()
    await client.put(path, json={"answer": "no"}, headers={"Room-Token": token})
    assert (await room.sends(id_, 0, PIECE)).json()["because"] == "withdrawn"
    [entry] = await room.rows("SELECT data FROM audit WHERE action = 'recording:consent' ORDER BY id DESC LIMIT 1")
    assert entry["data"] == {"answer": "no", "participant": f"guest:{guest}"}


async def test_who_is_let_in_stops_it_in_the_same_moment(room: Room) -> None:
    """Not only with the next piece: what lets people in settles the recording as well."""
    await room.all_in_and_agreed()
    await room.recording()
    parts = room.scene.app.parts
    async with parts.db.transaction(as_system="tests") as connection:
        await parts.rooms.door.arrived(connection, UUID(room.visit), room.scene.app.clock())
    assert [row["stopped_why"] for row in await room.rows("SELECT stopped_why FROM recording")] == [None]
    await room.comes("staff")
    async with parts.db.transaction(as_system="tests") as connection:
        await parts.rooms.door.arrived(connection, UUID(room.visit), room.scene.app.clock())
    assert [row["stopped_why"] for row in await room.rows("SELECT stopped_why FROM recording")] == ["unanswered"]


async def _guest(room: Room, token: str) -> UUID:
    """An interpreter who was invited and let in."""
    guest, now = new_id(), room.scene.app.clock()
    async with room.scene.app.parts.db.transaction(as_system="tests") as connection:
        keys = await room.scene.app.parts.vault.keys(connection, room.scene.patient.id)
        await execute(
            connection,
            """INSERT INTO visit_guest (id, room_id, name, role, status, invited_by, invited_at, public_key, token_hash)
               VALUES (%(id)s, %(room)s, %(name)s, 'interpreter', 'invited', %(by)s, %(now)s, 'k', %(hash)s)""",
            {
                "id": guest,
                "room": UUID(room.visit),
                "name": keys.seal("Ines Ferreira", "visit_guest.name", guest),
                "by": room.scene.provider.id,
                "now": now,
                "hash": digest(token),
            },
        )
        await execute(
            connection,
            """INSERT INTO visit_presence (room_id, participant, guest_id, role, revision, state, peer, process,
                   came_at, admitted_at)
               SELECT id, %(participant)s, %(guest)s, 'guest', revision, 'admitted', %(peer)s, %(process)s, %(now)s,
                   %(now)s FROM visit_room""",
            {"participant": f"guest:{guest}", "guest": guest, "peer": new_id(), "process": room.process, "now": now},
        )
    return guest
