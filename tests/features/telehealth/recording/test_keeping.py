"""Recordings arrive in pieces, come back as they were, and go when their time is over."""

from datetime import timedelta
from uuid import UUID

from openvisit.core.recording import GRACE
from openvisit.features.telehealth.recording.jobs import end_lost, expire
from tests.features.telehealth.recording.conftest import KEY, Room

PIECE = b"p" * 100
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


async def test_as_many_pieces_as_were_made_until_the_stop_are_taken_however_late(room: Room) -> None:
    await room.all_in_and_agreed()
    id_ = await room.recording()
    await room.sends(id_, 0, PIECE)
    client = room.scene.provider.client
    stopped = await client.post(f"/api/telehealth/recordings/{id_}/stop?pieces=3")
    assert (stopped.status_code, stopped.json()["pieces"]) == (200, 1)
    again = await client.post(f"/api/telehealth/recordings/{id_}/stop?pieces=300")
    assert again.status_code == 200, "the first word counts"
    await _hours_later(room)  # the network was away
    for number in (1, 2):
        assert (await room.sends(id_, number * len(PIECE), PIECE)).status_code == 200
    refused = await room.sends(id_, 3 * len(PIECE), PIECE)
    told = refused.json()
    assert (refused.status_code, told["code"], told["because"]) == (409, "recording_over", "stopped")
    assert (told["offset"], told["pieces"]) == (3 * len(PIECE), 3)
    assert (await room.sends(id_, 2 * len(PIECE), PIECE)).status_code == 200, "what is kept is not refused"
    closed = await room.sends(id_, 3 * len(PIECE), b"e" * 28, last=True)
    assert (closed.status_code, closed.json()["complete"]) == (200, True)
    assert (await room.sends(id_, 3 * len(PIECE) + 28, PIECE)).json()["code"] == "recording_stopped"


async def test_a_stop_without_a_count_leaves_half_a_minute(room: Room) -> None:
    await room.all_in_and_agreed()
    id_ = await room.recording()
    await room.scene.provider.client.post(f"/api/telehealth/recordings/{id_}/stop")
    room.scene.app.clock.now += GRACE
    assert (await room.sends(id_, 0, PIECE)).status_code == 200
    room.scene.app.clock.now += timedelta(seconds=1)
    assert (await room.sends(id_, len(PIECE), PIECE)).json()["code"] == "recording_over"


async def test_what_a_browser_claims_is_no_more_than_can_have_been_made(room: Room) -> None:
    await room.all_in_and_agreed()
    id_ = await room.recording()
    room.scene.app.clock.now += timedelta(seconds=10)
    await room.scene.provider.client.post(f"/api/telehealth/recordings/{id_}/stop?pieces=1000000")
    assert [row["pieces_made"] for row in await room.rows("SELECT pieces_made FROM recording")] == [25]
    nonsense = await room.scene.provider.client.post(f"/api/telehealth/recordings/{id_}/stop?pieces=-1")
    assert nonsense.status_code in (400, 422)


async def test_a_browser_that_comes_back_after_it_was_given_up_brings_what_it_has(room: Room) -> None:
    await room.all_in_and_agreed()
    id_ = await room.recording()
    await _hours_later(room)
    assert await end_lost(room.scene.app.parts.db, room.scene.app.clock())
    await _hours_later(room)
    assert (await room.sends(id_, 0, PIECE)).json()["because"] == "lost"
    await room.scene.provider.client.post(f"/api/telehealth/recordings/{id_}/stop?pieces=1")
    assert (await room.sends(id_, 0, PIECE)).status_code == 200
    assert (await room.sends(id_, len(PIECE), PIECE)).json()["code"] == "recording_over"


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


async def _hours_later(room: Room) -> None:
    """Recordings lie further back; sessions would not bear that the clock goes on."""
    await room.sql(
        """UPDATE recording SET started_at = started_at - interval '3 h', stopped_at = stopped_at - interval '3 h',
               heard_at = heard_at - interval '3 h'"""
    )
