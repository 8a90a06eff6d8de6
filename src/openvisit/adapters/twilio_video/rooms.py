"""Rooms at Twilio. A unique name belongs to one room at a time; a room that nobody enters closes after an hour."""

from datetime import UTC, datetime, timedelta

from openvisit.adapters.twilio_video.tokens import VideoKey
from openvisit.adapters.vendor_api import SECONDS, Answered, VendorApi, refusal
from openvisit.core.video import Platform
from openvisit.features.telehealth.platforms.ports import Participant, Room, Wanted, WayIn
from openvisit.platform.channels import Refused

SIGNALLING = "wss://global.vss.twilio.com"
"""Where its client connects in browsers, when it sends no insights; media go by no address that a policy can name."""

_EXISTS = 53113
"""The name belongs to a room that is open (https://www.twilio.com/docs/api/errors/53113)."""
_OVER = 53112
"""The room is closed already."""
_LONGEST = "60"  # minutes


class TwilioRooms:
    """Group rooms, whose media pass through Twilio and are not recorded."""

    platform = Platform.TWILIO
    ahead: timedelta | None = timedelta(minutes=20)

    def __init__(self, key: VideoKey, url: str, *, seconds: float = SECONDS) -> None:
        self._key = key
        self._api = VendorApi(url, auth=(key.sid, key.secret), seconds=seconds)

    async def make(self, wanted: Wanted, *, again: bool) -> Room:
        """Make the room, or find the one that is open under its name. Errors: Refused, Doubtful."""
        form = {
            "UniqueName": wanted.key,
            "Type": "group",
            "RecordParticipantsOnConnect": "false",
            "EmptyRoomTimeout": _LONGEST,
            "UnusedRoomTimeout": _LONGEST,
        }
        answer = await self._api.post("/v1/Rooms", data=form)
        if answer.status != 201 and answer.json.get("code") == _EXISTS:
            answer = await self._api.call("GET", f"/v1/Rooms/{wanted.key}")
        if answer.status not in (200, 201):
            raise _refusal(answer)
        if not isinstance(sid := answer.json.get("sid"), str):
            raise Refused("an answer without an id", permanent=True)
        return Room(wanted.key, vendor_id=sid)

    async def move(self, room: Room, wanted: Wanted) -> Room:
        """A room at Twilio has no time."""
        return room

    async def cancel(self, room: Room) -> None:
        """Complete the room, which puts everybody out of it. Errors: Refused, Doubtful."""
        answer = await self._api.post(f"/v1/Rooms/{room.vendor_id}", data={"Status": "completed"})
        if answer.status not in (200, 202, 404) and answer.json.get("code") != _OVER:
            raise _refusal(answer)

    async def way_in(self, room: Room, participant: Participant, now: datetime) -> WayIn:
        """By a token, signed here."""
        token = self._key.token(room.key, participant.identity, now=now, until=participant.until)
        return WayIn("token", room=room.key, token=token)

    async def close(self) -> None:
        """Close the connections."""
        await self._api.close()


def _refusal(answer: Answered) -> Exception:
    return refusal(answer, datetime.now(UTC), code=answer.json.get("code"))
