"""Rooms that an address stands for. Nobody is asked: whether it leads somewhere is the clinic's to know."""

from datetime import datetime, timedelta

from openvisit.core.video import Platform
from openvisit.features.telehealth.platforms.ports import Participant, Room, Wanted, WayIn
from openvisit.platform.channels import Refused

PLACE = "{room}"
"""Stands in an address where the name of each visit's own room goes; without it all visits meet at one address."""


class ExternalRooms:
    """Addresses, with a name of its own for each visit where the clinic's address has a place for it."""

    platform = Platform.EXTERNAL
    ahead: timedelta | None = None

    async def make(self, wanted: Wanted, *, again: bool) -> Room:
        """The address. Errors: Refused where there is none."""
        if not wanted.link:
            raise Refused("no address", permanent=True)
        return Room(wanted.key, link=wanted.link.replace(PLACE, wanted.key))

    async def move(self, room: Room, wanted: Wanted) -> Room:
        """An address has no time."""
        return room

    async def cancel(self, room: Room) -> None:
        """There is nothing to close."""

    async def way_in(self, room: Room, participant: Participant, now: datetime) -> WayIn:
        """By the address."""
        return WayIn("link", link=room.link)

    async def close(self) -> None:
        """Nothing is kept."""
