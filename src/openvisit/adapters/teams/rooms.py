"""Online meetings of Teams. They have an id of ours (`externalId`): making again answers with the same one."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from openvisit.adapters.teams.tenant import TeamsTenant
from openvisit.adapters.vendor_api import SECONDS, Answered, refusal
from openvisit.core.video import Platform
from openvisit.features.telehealth.platforms.ports import Participant, Room, Wanted, WayIn
from openvisit.platform.channels import Doubtful, Refused

_UNKNOWN = 404


class TeamsRooms:
    """Meetings whose lobby everybody but their organiser waits in, and that are not recorded by themselves."""

    platform = Platform.TEAMS
    ahead: timedelta | None = None

    def __init__(self, tenant: TeamsTenant, *, seconds: float = SECONDS) -> None:
        self._host = tenant.host
        self._api = tenant.api(seconds)

    async def make(self, wanted: Wanted, *, again: bool) -> Room:
        """Make the meeting, or get the one with our id, and let nobody past its lobby. Errors: Refused, Doubtful."""
        host = wanted.host or self._host
        answer = await self._api.call(
            "POST", f"{_meetings(host)}/createOrGet", json={"externalId": wanted.key, **_meeting(wanted)}
        )
        if answer.status not in (200, 201):
            raise _refusal(answer)
        room = _room(wanted.key, host, answer.json)
        # `createOrGet` takes no such options, and one that it found may be at another time.
        return await self.move(room, wanted)

    async def move(self, room: Room, wanted: Wanted) -> Room:
        """Give the meeting another time; its address stays. Errors: Refused, Doubtful."""
        answer = await self._api.call("PATCH", _path(room), json={**_meeting(wanted), **_OPTIONS})
        if answer.status != 200:
            raise _refusal(answer)
        return room

    async def cancel(self, room: Room) -> None:
        """Delete the meeting. Errors: Refused, Doubtful."""
        answer = await self._api.call("DELETE", _path(room))
        if answer.status not in (204, _UNKNOWN):
            raise _refusal(answer)

    async def way_in(self, room: Room, participant: Participant, now: datetime) -> WayIn:
        """By the meeting's address: whether somebody leads it is told by how they are signed in to Teams."""
        return WayIn("link", link=room.link)

    async def close(self) -> None:
        """Close the connections."""
        await self._api.close()


_OPTIONS = {
    "lobbyBypassSettings": {"scope": "organizer", "isDialInBypassEnabled": False},
    "recordAutomatically": False,
}


def _meetings(host: str) -> str:
    return f"/users/{quote(host, safe='')}/onlineMeetings"


def _path(room: Room) -> str:
    return f"{_meetings(room.host)}/{quote(room.vendor_id, safe='')}"


def _meeting(wanted: Wanted) -> dict[str, Any]:
    return {
        "subject": wanted.topic,
        "startDateTime": wanted.starts_at.astimezone(UTC).isoformat(),
        "endDateTime": wanted.ends_at.astimezone(UTC).isoformat(),
    }


def _room(key: str, host: str, meeting: Mapping[str, Any]) -> Room:
    id_, link = meeting.get("id"), meeting.get("joinWebUrl")
    if not isinstance(id_, str) or not isinstance(link, str) or not link.startswith("https://"):
        raise Refused("an answer without a meeting", permanent=True)
    return Room(key, host, id_, link)


def _refusal(answer: Answered) -> Refused | Doubtful:
    error = answer.json.get("error")
    return refusal(answer, datetime.now(UTC), code=error.get("code") if isinstance(error, dict) else None)
