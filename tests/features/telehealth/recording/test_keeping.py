"""Recordings arrive in pieces, come back as they were, and go when their time is over."""

from datetime import timedelta
from uuid import UUID

from openvisit.features.telehealth.recording.jobs import expire
from tests.features.telehealth.recording.conftest import KEY, Room

PIECES = [b"a" * 70, b"b" * 50, b"z" * 28]


async def whole(room: Room) -> UUID:
    """A recording that is complete."""
    await room.all_in_and_agreed()
    id_ = await room.recording()
    offset = 0
    for number, piece in enumerate(PIECES):
        sent = await room.sends(id_, offset, piece, last=number == 2)
        assert sent.status_code == 200, sent.text
        offset = sent.json()["offset"]
    return id_


async def test_pieces_are_taken_in_order_and_once(room: Room) -> None:
    await room.all_in_and_agreed()
    id_ = await room.recording()
    assert (await room.sends(id_, 0, PIECES[0])).json() == {
        "offset": 70,
        "pieces": 1,
        "stopped_why": None,
        "complete": False,
    }
    assert (await room.sends(id_, 0, PIECES[0])).json()["offset"] == 70  # its answer was lost
    wrong = await room.sends(id_, 120, PIECES[1])
    assert (wrong.status_code, wrong.json()["offset"], wrong.json()["pieces"]) == (409, 70, 1)
    other = await room.sends(id_, 0, PIECES[1] + b"d" * 20)
    assert other.json()["code"] == "wrong_offset"
    place = await room.scene.provider.client.get(f"/api/telehealth/recordings/{id_}/place")
    assert place.json()["offset"] == 70
    assert (await room.sends(id_, 70, b"x" * (512 * 1024 + 1))).status_code == 422
    assert (await room.sends(id_, 70, b"")).status_code in (400, 422)
    assert (await room.sends(id_, 70, PIECES[1])).json()["pieces"] == 2


async def test_after_a_stop_by_its_maker_what_was_on_its_way_arrives(room: Room) -> None:
    await room.all_in_and_agreed()
    id_ = await room.recording()
    stopped = await room.scene.provider.client.post(f"/api/telehealth/recordings/{id_}/stop")
    assert stopped.json()["stopped_why"] == "stopped"
    assert (await room.told())["recording"] is None
    assert (await room.sends(id_, 0, PIECES[0])).status_code == 200
    assert (await room.sends(id_, 70, PIECES[2], last=True)).json()["complete"] is True
    assert (await room.sends(id_, 98, PIECES[0])).json()["code"] == "recording_stopped"
    assert (await room.sends(id_, 70, PIECES[2], last=True)).status_code == 200  # its answer was lost


async def test_it_comes_back_as_it_was_and_each_opening_is_in_the_audit(room: Room) -> None:
    id_ = await whole(room)
    for person in (room.scene.patient, room.scene.provider):
        opened = await person.client.post(f"/api/telehealth/recordings/{id_}/open")
        assert opened.status_code == 200, opened.text
        assert (opened.json()["pieces"], opened.json()["keys"]) == ([70, 50, 28], [KEY])
        content = await person.client.get(f"/api/telehealth/recordings/{id_}/content?offset=0")
        assert content.content == b"".join(PIECES)
        rest = await person.client.get(f"/api/telehealth/recordings/{id_}/content?offset=70")
        assert rest.content == b"".join(PIECES[1:])
    await room.scene.provider.client.post(f"/api/telehealth/recordings/{id_}/open")
    trail = await room.rows("SELECT actor_id FROM audit WHERE action = 'recording:open' ORDER BY id")
    patient, provider = room.scene.patient.id, room.scene.provider.id
    assert [row["actor_id"] for row in trail] == [patient, provider, provider]


async def test_strangers_and_the_front_desk_of_another_clinic_find_nothing(room: Room) -> None:
    id_ = await whole(room)
    for person in (room.scene.other_patient, room.scene.outsider):
        assert (await person.client.post(f"/api/telehealth/recordings/{id_}/open")).status_code == 404
        assert (await person.client.get(f"/api/telehealth/recordings/{id_}/content")).status_code == 404
        assert (await person.client.get(f"/api/telehealth/rooms/{room.visit}/recordings")).status_code == 404


async def test_the_patient_asks_and_the_clinic_deletes(room: Room) -> None:
    id_ = await whole(room)
    one = f"/api/telehealth/recordings/{id_}"
    listed = (await room.scene.patient.client.get(f"/api/telehealth/rooms/{room.visit}/recordings")).json()["items"]
    assert [(item["id"], item["whole"], item["may_delete"]) for item in listed] == [(str(id_), True, False)]
    assert (await room.scene.patient.client.delete(one)).status_code == 403
    assert (await room.scene.provider.client.post(f"{one}/deletion-request")).status_code == 403
    assert (await room.scene.patient.client.post(f"{one}/deletion-request")).json()["deletion_asked_at"]
    seen = (await room.scene.provider.client.get(f"/api/telehealth/rooms/{room.visit}/recordings")).json()["items"]
    assert seen[0]["deletion_asked_at"]
    assert (await room.scene.provider.client.delete(one)).status_code == 204
    assert await room.rows("SELECT FROM recording_piece") == []
    assert (await room.scene.patient.client.post(f"{one}/open")).status_code == 404


async def test_what_was_kept_for_long_enough_goes_by_itself(room: Room) -> None:
    await whole(room)
    parts, clock = room.scene.app.parts, room.scene.app.clock
    clock.now += timedelta(days=29)
    assert await expire(parts.db, clock()) == 0
    clock.now += timedelta(days=1)
    assert await expire(parts.db, clock()) == 1
    assert await room.rows("SELECT FROM recording UNION ALL SELECT FROM recording_piece") == []
    [entry] = await room.rows("SELECT data FROM audit WHERE action = 'recording:delete'")
    assert entry["data"] == {"why": "kept-until"}


async def test_only_admins_set_the_rules(room: Room) -> None:
    path = f"/api/clinics/{room.scene.clinic.id}/recording-rules"
    assert (await room.scene.provider.client.get(path)).json() == {"allowed": True, "keep_days": 30}
    assert (await room.scene.provider.client.put(path, json={"allowed": False})).status_code == 403
    assert (await room.scene.admin.client.put(path, json={"allowed": True, "keep_days": 0})).status_code == 422
