"""Platforms for video visits against servers of ours; what is asked of each is held against its own description."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey
from jsonschema.exceptions import ValidationError

from openvisit.adapters.external_video import ExternalRooms
from openvisit.adapters.livekit import LiveKitRooms
from openvisit.adapters.livekit.tokens import ApiKey
from openvisit.adapters.teams import TeamsRooms, TeamsTenant
from openvisit.adapters.twilio_video import TwilioRooms, VideoKey
from openvisit.adapters.zoom import ZoomAccount, ZoomRooms
from openvisit.features.telehealth.platforms.built_in import BuiltIn
from openvisit.features.telehealth.platforms.ports import Participant, Room, VideoRooms, Wanted
from openvisit.platform.channels import Doubtful, Refused
from tests.support.contracts import OpenApi
from tests.support.vendor_server import Asked, Vendor

pytestmark = pytest.mark.anyio

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
START = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=2)
KEY = "ov-5d21f0c3a7e94b1f8f6f5d7a1c110197"
WANTED = Wanted(KEY, "Visit", START, START + timedelta(minutes=30))
LATER = replace(WANTED, starts_at=START + timedelta(days=1), ends_at=START + timedelta(days=1, minutes=30))
SECRET = "a secret of the media server, long enough"
PATIENT = Participant("person:0197a3c2", leads=False, until=NOW + timedelta(hours=1))
PROVIDER = replace(PATIENT, identity="person:0197a3c3", leads=True)

SID = "RM" + "0" * 32
ROOM_OF_TWILIO = {"sid": SID, "unique_name": KEY, "status": "in-progress", "type": "group"}
MEETING = {"id": 85_123_456_789, "join_url": "https://zoom.example/j/85123456789?pwd=x", "agenda": KEY}
TEAMS_ID = "MSpkYzE3Njc0Yy04MWQ5LTRhZGItYmZi"
TEAMS = {"id": TEAMS_ID, "joinWebUrl": "https://teams.example/l/meetup-join/19%3a_x", "externalId": KEY}
GRANTED = {"access_token": "granted", "token_type": "bearer", "expires_in": 3600}
HOST = "dc17674c-81d9-4adb-bfb2-8f6a442e4622"


def livekit(vendor: Vendor) -> LiveKitRooms:
    return LiveKitRooms(vendor.url.replace("http://", "ws://"), ApiKey("APIkey", SECRET), seconds=1)


def twilio(vendor: Vendor) -> TwilioRooms:
    return TwilioRooms(VideoKey("AC" + "a" * 32, "SK" + "b" * 32, SECRET), vendor.url, seconds=1)


def zoom(vendor: Vendor) -> ZoomRooms:
    vendor.answers["/oauth/token"] = (200, GRANTED)
    return ZoomRooms(ZoomAccount("account", "client", SECRET, "me", f"{vendor.url}/v2", vendor.url), seconds=1)


def teams(vendor: Vendor) -> TeamsRooms:
    vendor.answers["/tenant/oauth2/v2.0/token"] = (200, GRANTED)
    return TeamsRooms(TeamsTenant("tenant", "client", SECRET, HOST, vendor.url, vendor.url), seconds=1)


@pytest.fixture
async def opened() -> AsyncIterator[Callable[[Any], Any]]:
    """Keeps what is handed to it, and closes it at the end."""
    kept: list[VideoRooms] = []

    def keep(rooms: Any) -> Any:
        kept.append(rooms)
        return rooms

    yield keep
    for rooms in kept:
        await rooms.close()


def claims(token: str) -> dict[str, Any]:
    """What a token says, its signature checked."""
    return dict(jwt.decode(token, OctKey.import_key(SECRET), algorithms=["HS256"]).claims)


def described(shared: Path, name: str) -> OpenApi:
    return OpenApi(shared / "contracts" / f"{name}.json")


def below(asked: Asked, prefix: str) -> Asked:
    """The request as the description names its path, whose server has a path of its own."""
    assert asked.path.startswith(prefix), asked.path
    return replace(asked, path=asked.path.removeprefix(prefix))


def nothing_personal(vendor: Vendor) -> None:
    """No request names anybody, or says more of the visit than it has to."""
    for asked in vendor.asked:
        assert b"Ana" not in asked.body
        assert "Ana" not in asked.path


async def test_the_built_in_room_asks_nobody() -> None:
    rooms = BuiltIn()
    room = await rooms.move(await rooms.make(WANTED, again=False), LATER)
    await rooms.cancel(room)
    assert (await rooms.way_in(room, PATIENT, NOW)).kind == "built-in"


async def test_an_external_address_has_a_room_for_each_visit_where_it_has_a_place_for_one() -> None:
    rooms = ExternalRooms()
    own = await rooms.make(replace(WANTED, link="https://meet.example/{room}"), again=False)
    assert own.link == f"https://meet.example/{KEY}"
    shared_room = await rooms.make(replace(WANTED, link="https://video.example/dr-ada"), again=False)
    assert (await rooms.way_in(shared_room, PATIENT, NOW)).link == "https://video.example/dr-ada"
    with pytest.raises(Refused) as refused:
        await rooms.make(WANTED, again=False)
    assert refused.value.permanent


async def test_livekit_makes_a_room_and_closes_it(vendor: Vendor, opened: Any) -> None:
    rooms = opened(livekit(vendor))
    vendor.says(200, {"sid": "RM_x", "name": KEY})
    room = await rooms.make(WANTED, again=False)
    assert (room.vendor_id, room.key) == ("RM_x", KEY)
    await rooms.cancel(room)
    made, closed = vendor.asked
    assert (made.path, made.json["name"]) == ("/twirp/livekit.RoomService/CreateRoom", KEY)
    assert made.json["emptyTimeout"] > 2 * 3600  # until the visit is over
    assert (closed.path, closed.json) == ("/twirp/livekit.RoomService/DeleteRoom", {"room": KEY})
    for asked in vendor.asked:
        said = claims(asked.headers["authorization"].removeprefix("Bearer "))
        assert (said["iss"], said["video"]) == ("APIkey", {"roomCreate": True})
        assert said["exp"] - said["nbf"] <= 90


async def test_a_room_that_livekit_no_longer_has_is_closed(vendor: Vendor, opened: Any) -> None:
    vendor.says(404, {"code": "not_found", "msg": "requested room does not exist"})
    await opened(livekit(vendor)).cancel(Room(KEY))


async def test_livekits_tokens_open_one_room_and_hold_no_key(vendor: Vendor, opened: Any) -> None:
    rooms = opened(livekit(vendor))
    way = await rooms.way_in(Room(KEY), PATIENT, NOW)
    assert (way.kind, way.server, way.room) == ("token", vendor.url.replace("http", "ws"), KEY)
    said = claims(way.token)
    assert (said["sub"], said["exp"]) == (PATIENT.identity, int(PATIENT.until.timestamp()))
    assert said["video"]["room"] == KEY
    assert said["video"]["roomJoin"] is True
    assert "roomAdmin" not in said["video"]
    assert set(said) == {"iss", "sub", "nbf", "exp", "video"}  # neither names nor keys
    assert claims((await rooms.way_in(Room(KEY), PROVIDER, NOW)).token)["video"]["roomAdmin"] is True
    assert vendor.asked == []


@pytest.mark.shared
async def test_twilio_makes_a_room_and_completes_it(shared: Path, vendor: Vendor, opened: Any) -> None:
    contract, rooms = described(shared, "twilio-video"), opened(twilio(vendor))
    vendor.says(201, ROOM_OF_TWILIO)
    room = await rooms.make(WANTED, again=False)
    assert room.vendor_id == SID
    vendor.says(202, {**ROOM_OF_TWILIO, "status": "completed"})
    await rooms.cancel(room)
    made, completed = vendor.asked
    assert made.form["UniqueName"] == KEY
    assert made.form["RecordParticipantsOnConnect"] == "false"
    assert made.headers["authorization"].startswith("Basic ")
    typed = made.form | {"RecordParticipantsOnConnect": False}  # as a form spells it
    contract.request(made, typed)
    contract.answer(made, 201, ROOM_OF_TWILIO)
    assert completed.path == f"/v1/Rooms/{SID}"
    contract.request(completed, completed.form)
    with pytest.raises(ValidationError):  # the check can fail
        contract.request(completed, {"Status": "gone"})
    nothing_personal(vendor)


async def test_twilio_is_asked_for_the_room_that_is_there(vendor: Vendor, opened: Any) -> None:
    rooms = opened(twilio(vendor))
    vendor.says(400, {"code": 53113, "message": "Room exists"})
    vendor.answers[f"/v1/Rooms/{KEY}"] = (200, ROOM_OF_TWILIO)
    assert (await rooms.make(WANTED, again=True)).vendor_id == SID
    assert [asked.method for asked in vendor.asked] == ["POST", "GET"]


async def test_twilios_tokens_open_one_room(vendor: Vendor, opened: Any) -> None:
    way = await opened(twilio(vendor)).way_in(Room(KEY, vendor_id=SID), PATIENT, NOW)
    said = claims(way.token)
    assert said["grants"] == {"identity": PATIENT.identity, "video": {"room": KEY}}
    assert (said["iss"], said["sub"]) == ("SK" + "b" * 32, "AC" + "a" * 32)
    decoded = jwt.decode(way.token, OctKey.import_key(SECRET), algorithms=["HS256"])
    assert decoded.header["cty"] == "twilio-fpa;v=1"


@pytest.mark.shared
async def test_zoom_makes_moves_and_deletes_a_meeting(shared: Path, vendor: Vendor, opened: Any) -> None:
    contract, rooms = described(shared, "zoom"), opened(zoom(vendor))
    vendor.says(201, MEETING)
    room = await rooms.make(WANTED, again=False)
    assert (room.vendor_id, room.link) == ("85123456789", MEETING["join_url"])
    vendor.says(204, b"")
    assert await rooms.move(room, LATER) == room
    await rooms.cancel(room)
    signed_in, made, moved, deleted = vendor.asked
    assert signed_in.form == {"grant_type": "account_credentials", "account_id": "account"}
    for asked in (made, moved):
        contract.request(below(asked, "/v2"), asked.json)
        assert asked.headers["authorization"] == "Bearer granted"
    assert made.path == "/v2/users/me/meetings"
    assert (made.json["topic"], made.json["duration"], made.json["agenda"]) == ("Visit", 30, KEY)
    assert made.json["settings"]["waiting_room"] is True
    assert moved.json["start_time"] == LATER.starts_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert (deleted.method, deleted.path) == ("DELETE", "/v2/meetings/85123456789")
    with pytest.raises(ValidationError):
        contract.request(below(made, "/v2"), {**made.json, "duration": "half an hour"})
    nothing_personal(vendor)


async def test_zoom_is_asked_for_the_meeting_that_an_earlier_try_made(vendor: Vendor, opened: Any) -> None:
    rooms = opened(zoom(vendor))
    first = "/v2/users/ada%40clinic.example/meetings?type=scheduled&page_size=300"
    vendor.answers[first] = (200, {"meetings": [{"id": 1, "agenda": "other"}, "?"], "next_page_token": "more"})
    vendor.answers[f"{first}&next_page_token=more"] = (200, {"meetings": [MEETING]})
    room = await rooms.make(replace(WANTED, host="ada@clinic.example"), again=True)
    assert room.vendor_id == "85123456789"
    assert [asked.method for asked in vendor.asked] == ["POST", "GET", "GET"]  # signed in, looked twice, made nothing


async def test_who_leads_at_zoom_gets_the_address_that_starts_it(vendor: Vendor, opened: Any) -> None:
    rooms = opened(zoom(vendor))
    room = Room(KEY, "me", "7", "https://zoom.example/j/7")
    vendor.says(200, {"start_url": "https://zoom.example/s/7?zak=now"})
    assert (await rooms.way_in(room, PROVIDER, NOW)).link == "https://zoom.example/s/7?zak=now"
    assert (await rooms.way_in(room, PATIENT, NOW)).link == "https://zoom.example/j/7"
    assert sum(asked.method == "GET" for asked in vendor.asked) == 1


@pytest.mark.shared
async def test_teams_makes_moves_and_deletes_a_meeting(shared: Path, vendor: Vendor, opened: Any) -> None:
    contract, rooms = described(shared, "msgraph"), opened(teams(vendor))
    vendor.says(200, TEAMS)
    room = await rooms.make(WANTED, again=True)
    assert (room.vendor_id, room.link, room.host) == (TEAMS_ID, TEAMS["joinWebUrl"], HOST)
    await rooms.move(room, LATER)
    vendor.says(204, b"")
    await rooms.cancel(room)
    signed_in, made, let_in, moved, deleted = vendor.asked
    assert signed_in.form["scope"] == f"{vendor.url}/.default"
    assert made.path == f"/v1.0/users/{HOST}/onlineMeetings/createOrGet"
    assert made.json["externalId"] == KEY
    # The description has the action under /me; Microsoft's documentation has it under /users/{id} for apps.
    as_me = replace(made, path="/me/onlineMeetings/createOrGet")
    contract.request(as_me, made.json)
    for asked in (let_in, moved):
        contract.request(below(asked, "/v1.0"), asked.json)
        assert asked.json["lobbyBypassSettings"]["scope"] == "organizer"
        assert asked.json["recordAutomatically"] is False
    assert moved.json["startDateTime"] == LATER.starts_at.isoformat()
    assert (deleted.method, deleted.path) == ("DELETE", f"/v1.0/users/{HOST}/onlineMeetings/{TEAMS_ID}")
    with pytest.raises(ValidationError):
        contract.request(as_me, {**made.json, "externalId": 7})
    nothing_personal(vendor)


MAKERS: list[Callable[[Vendor], VideoRooms]] = [livekit, twilio, zoom, teams]


@pytest.mark.parametrize("maker", MAKERS, ids=lambda maker: maker.__name__)
@pytest.mark.parametrize(
    ("status", "permanent"), [(400, True), (404, True), (403, False), (429, False), (500, False), (503, False)]
)
async def test_a_refusal_says_whether_to_try_again(
    maker: Callable[[Vendor], VideoRooms], vendor: Vendor, opened: Any, status: int, permanent: bool
) -> None:
    rooms = opened(maker(vendor))
    vendor.says(status, {"code": 4711, "message": "about person:0197a3c2"}, retry_after="9")
    with pytest.raises(Refused) as refused:
        await rooms.make(WANTED, again=False)
    assert refused.value.permanent is permanent
    assert refused.value.retry_after == timedelta(seconds=9)
    assert "0197a3c2" not in refused.value.reason


@pytest.mark.parametrize("maker", MAKERS, ids=lambda maker: maker.__name__)
async def test_silence_leaves_a_doubt_and_a_strange_answer_none(
    maker: Callable[[Vendor], VideoRooms], vendor: Vendor, opened: Any
) -> None:
    rooms = opened(maker(vendor))
    strange: list[Any] = [
        {},
        [],
        b"<html>",
        {"id": "x", "sid": 7, "join_url": 7},
        {"id": 7, "join_url": "javascript:x"},
    ]
    for answer in strange:
        vendor.says(201 if maker in (twilio, zoom) else 200, answer)
        with pytest.raises(Refused):
            await rooms.make(WANTED, again=False)
    vendor.says(504)
    with pytest.raises(Doubtful):
        await rooms.make(WANTED, again=False)
    vendor.silent = True
    with pytest.raises(Doubtful):
        await rooms.make(WANTED, again=False)


@pytest.mark.parametrize("maker", [zoom, teams], ids=lambda maker: maker.__name__)
async def test_a_token_taken_back_is_got_anew_once(maker: Callable[[Vendor], Any], vendor: Vendor, opened: Any) -> None:
    rooms = opened(maker(vendor))
    vendor.says(401, {"code": 124})
    with pytest.raises(Refused) as refused:
        await rooms.cancel(Room(KEY, HOST, "7"))
    assert not refused.value.permanent
    assert [asked.method for asked in vendor.asked] == ["POST", "DELETE", "POST", "DELETE"]
    assert all(b"grant_type" in asked.body for asked in vendor.asked[::2])


@pytest.mark.parametrize("maker", [zoom, teams], ids=lambda maker: maker.__name__)
async def test_wrong_credentials_may_be_put_right(maker: Callable[[Vendor], Any], vendor: Vendor, opened: Any) -> None:
    rooms = opened(maker(vendor))
    for path in ("/oauth/token", "/tenant/oauth2/v2.0/token"):
        vendor.answers[path] = (400, {"error": "invalid_client", "reason": "secret is wrong"})
    with pytest.raises(Refused, match="no access token") as refused:
        await rooms.make(WANTED, again=False)
    assert not refused.value.permanent
    assert "secret is wrong" not in refused.value.reason


def test_nothing_secret_is_in_the_words_of_a_room() -> None:
    room = Room(KEY, "me", "7", "https://zoom.example/j/7?pwd=hidden")
    assert "hidden" not in repr(room)
    assert parse_qs(urlsplit(room.link).query) == {"pwd": ["hidden"]}
