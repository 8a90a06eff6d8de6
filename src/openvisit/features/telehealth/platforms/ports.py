"""The port that every platform for video visits satisfies.

    room = await rooms["zoom"].make(wanted, again=False)     # when the visit is booked
    room = await rooms["zoom"].move(room, wanted)            # when it has another time
    way = await rooms["zoom"].way_in(room, participant, now) # when somebody has been let in

A vendor is a folder in `adapters`. What it refuses is told as everywhere: `Refused`, permanent or worth another try,
and `Doubtful` where nobody knows whether a room was made. Making again is harmless: a vendor is asked for the room of
that name before another is made. No vendor is told who the patient is, nor why they come.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, Protocol

from openvisit.core.video import Platform


@dataclass(frozen=True, slots=True)
class Wanted:
    """A room as it should be.

    `key` is our name for it, which no other room has and nobody can guess; `host` the vendor's account that it is held
    under, `link` the address that a clinic gave for an external platform.
    """

    key: str
    topic: str
    starts_at: datetime
    ends_at: datetime
    host: str = ""
    link: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Room:
    """A room as the vendor has it: `vendor_id` is its name for it, `link` where people join, where there is one."""

    key: str
    host: str = ""
    vendor_id: str = ""
    link: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Participant:
    """Who comes in: `identity` is ours (`person:...`, `guest:...`) and says nothing to a vendor; `leads` for those of
    the clinic; `until` is when the door closes."""

    identity: str
    leads: bool
    until: datetime


@dataclass(frozen=True, slots=True)
class WayIn:
    """How somebody comes in: by our own call, by an address that opens in a tab of its own, or by a token for a room
    at a media server."""

    kind: Literal["built-in", "link", "token"]
    link: str = field(default="", repr=False)
    server: str = ""
    room: str = ""
    token: str = field(default="", repr=False)


class VideoRooms(Protocol):
    """One platform."""

    @property
    def platform(self) -> Platform:
        """Which one it is."""
        ...

    @property
    def ahead(self) -> timedelta | None:
        """How long before the visit its room is made, for vendors that close one which nobody enters; None: at once."""
        ...

    async def make(self, wanted: Wanted, *, again: bool) -> Room:
        """The room, made or found. `again`: an earlier try may have made it. Errors: Refused, Doubtful."""
        ...

    async def move(self, room: Room, wanted: Wanted) -> Room:
        """The room at its new time. Errors: Refused, Doubtful."""
        ...

    async def cancel(self, room: Room) -> None:
        """Close the room; one that is gone is closed. Errors: Refused, Doubtful."""
        ...

    async def way_in(self, room: Room, participant: Participant, now: datetime) -> WayIn:
        """How they come in now. Errors: Refused, Doubtful."""
        ...

    async def close(self) -> None:
        """Close the connections."""
        ...
