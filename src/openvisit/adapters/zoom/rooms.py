"""Meetings at Zoom. It knows no name of ours for one: the agenda carries it, and is looked for before making again."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from openvisit.adapters.vendor_api import SECONDS, Answered, refusal
from openvisit.adapters.zoom.account import ZoomAccount
from openvisit.core.video import Platform
from openvisit.features.telehealth.platforms.ports import Participant, Room, Wanted, WayIn
from openvisit.platform.channels import Doubtful, Refused

_SCHEDULED = 2  # Zoom's type of a meeting at one time
_PAGE = 300
_MOST_PAGES = 20
_UNKNOWN = 404
_DONE = frozenset({200, 204})


class ZoomRooms:
    """Meetings with a waiting room of Zoom's own, which nobody enters before their host and which are not recorded."""

    platform = Platform.ZOOM
    ahead: timedelta | None = None

    def __init__(self, account: ZoomAccount, *, seconds: float = SECONDS) -> None:
        self._host = account.host
        self._api = account.api(seconds)

    async def make(self, wanted: Wanted, *, again: bool) -> Room:
        """Make the meeting, or find it. Errors: Refused, Doubtful."""
        host = wanted.host or self._host
        if again and (found := await self._find(host, wanted.key)):
            return found
        answer = await self._api.call("POST", f"/users/{quote(host, safe='')}/meetings", json=_meeting(wanted))
        if answer.status != 201:
            raise _refusal(answer)
        return _room(wanted.key, host, answer.json)

    async def move(self, room: Room, wanted: Wanted) -> Room:
        """Give the meeting another time; its address stays. Errors: Refused, Doubtful."""
        answer = await self._api.call("PATCH", f"/meetings/{room.vendor_id}", json=_meeting(wanted))
        if answer.status not in _DONE:
            raise _refusal(answer)
        return room

    async def cancel(self, room: Room) -> None:
        """Delete the meeting. Errors: Refused, Doubtful."""
        answer = await self._api.call("DELETE", f"/meetings/{room.vendor_id}")
        if answer.status not in _DONE and answer.status != _UNKNOWN:
            raise _refusal(answer)

    async def way_in(self, room: Room, participant: Participant, now: datetime) -> WayIn:
        """By the meeting's address; who leads gets the one that starts it, which is good for two hours.

        Errors: Refused, Doubtful.
        """
        if not participant.leads:
            return WayIn("link", link=room.link)
        answer = await self._api.call("GET", f"/meetings/{room.vendor_id}")
        if answer.status != 200:
            raise _refusal(answer)
        starting = answer.json.get("start_url")
        return WayIn("link", link=starting if isinstance(starting, str) else room.link)

    async def close(self) -> None:
        """Close the connections."""
        await self._api.close()

    async def _find(self, host: str, key: str) -> Room | None:
        page, token = 0, ""
        while page < _MOST_PAGES and (page == 0 or token):
            values = {"type": "scheduled", "page_size": str(_PAGE)} | ({"next_page_token": token} if token else {})
            answer = await self._api.call("GET", f"/users/{quote(host, safe='')}/meetings", params=values)
            if answer.status != 200:
                raise _refusal(answer)
            meetings = answer.json.get("meetings")
            for meeting in meetings if isinstance(meetings, list) else []:
                if isinstance(meeting, dict) and meeting.get("agenda") == key:
                    return _room(key, host, meeting)
            token, page = str(answer.json.get("next_page_token") or ""), page + 1
        return None


def _meeting(wanted: Wanted) -> dict[str, Any]:
    return {
        "topic": wanted.topic,
        "type": _SCHEDULED,
        "start_time": wanted.starts_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "duration": max(1, round((wanted.ends_at - wanted.starts_at).total_seconds() / 60)),
        "timezone": "UTC",
        "agenda": wanted.key,
        "settings": {
            "waiting_room": True,
            "join_before_host": False,
            "auto_recording": "none",
        },
    }


def _room(key: str, host: str, meeting: Mapping[str, Any]) -> Room:
    number, link = meeting.get("id"), meeting.get("join_url")
    if not isinstance(number, int) or not isinstance(link, str) or not link.startswith("https://"):
        raise Refused("an answer without a meeting", permanent=True)
    return Room(key, host, str(number), link)


def _refusal(answer: Answered) -> Refused | Doubtful:
    return refusal(answer, datetime.now(UTC), code=answer.json.get("code"))
