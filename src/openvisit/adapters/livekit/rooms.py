"""Rooms at a LiveKit server, by its Twirp service `livekit.RoomService`."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from openvisit.adapters.livekit.tokens import ApiKey
from openvisit.adapters.vendor_api import SECONDS, Answered, VendorApi, refusal
from openvisit.core.video import Platform
from openvisit.features.telehealth.platforms.ports import Participant, Room, Wanted, WayIn
from openvisit.platform.channels import Refused

_MOST_PEOPLE = 50
_GOES_WITH_THE_LAST = 600
"""Seconds that an empty room waits for somebody to come back."""
_SCHEMES = {"ws": "http", "wss": "https"}
_HARMLESS = "not_found"


class LiveKitRooms:
    """`url` is where browsers connect (wss://...); the API is at the same place."""

    platform = Platform.LIVEKIT
    ahead: timedelta | None = timedelta(minutes=20)

    def __init__(self, url: str, key: ApiKey, *, seconds: float = SECONDS) -> None:
        self._url = url
        self._key = key
        parts = urlsplit(url)
        self._api = VendorApi(
            urlunsplit(parts._replace(scheme=_SCHEMES.get(parts.scheme, parts.scheme))), seconds=seconds
        )

    async def make(self, wanted: Wanted, *, again: bool) -> Room:
        """Make the room; LiveKit answers with the one of that name where there is one. Errors: Refused, Doubtful."""
        now = datetime.now(UTC)
        unused = int(max(wanted.ends_at - now, timedelta(hours=1)).total_seconds())
        answer = await self._call(
            "CreateRoom",
            {"roomCreate": True},
            {
                "name": wanted.key,
                "emptyTimeout": unused,
                "departureTimeout": _GOES_WITH_THE_LAST,
                "maxParticipants": _MOST_PEOPLE,
            },
        )
        if answer.status != 200:
            raise refusal(answer, now, code=answer.json.get("code"))
        if not isinstance(sid := answer.json.get("sid"), str):
            raise Refused("an answer without an id", permanent=True)
        return Room(wanted.key, vendor_id=sid)

    async def move(self, room: Room, wanted: Wanted) -> Room:
        """A room at LiveKit has no time."""
        return room

    async def cancel(self, room: Room) -> None:
        """Close the room, and put everybody out of it. Errors: Refused, Doubtful."""
        answer = await self._call("DeleteRoom", {"roomCreate": True}, {"room": room.key})
        if answer.status != 200 and answer.json.get("code") != _HARMLESS:
            raise refusal(answer, datetime.now(UTC), code=answer.json.get("code"))

    async def way_in(self, room: Room, participant: Participant, now: datetime) -> WayIn:
        """By a token, signed here."""
        token = self._key.for_participant(
            room.key, participant.identity, leads=participant.leads, now=now, until=participant.until
        )
        return WayIn("token", server=self._url, room=room.key, token=token)

    async def close(self) -> None:
        """Close the connections."""
        await self._api.close()

    async def _call(self, method: str, grants: dict[str, Any], body: dict[str, Any]) -> Answered:
        token = self._key.for_server(datetime.now(UTC), **grants)
        return await self._api.post(
            f"/twirp/livekit.RoomService/{method}", json=body, headers={"Authorization": f"Bearer {token}"}
        )
