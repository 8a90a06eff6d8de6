"""OpenVisit's own call: its room is the visit's, and nobody has to be asked for it."""

from datetime import datetime, timedelta

from openvisit.core.video import Platform
from openvisit.features.telehealth.platforms.ports import Participant, Room, Wanted, WayIn


class BuiltIn:
    """What is used where nothing else was chosen, and where another platform fails."""

    platform = Platform.BUILT_IN
    ahead: timedelta | None = None

    async def make(self, wanted: Wanted, *, again: bool) -> Room:
        """There is nothing to make."""
        return Room(wanted.key)

    async def move(self, room: Room, wanted: Wanted) -> Room:
        """The room goes with the visit."""
        return room

    async def cancel(self, room: Room) -> None:
        """The room goes with the visit."""

    async def way_in(self, room: Room, participant: Participant, now: datetime) -> WayIn:
        """By our own page."""
        return WayIn("built-in")

    async def close(self) -> None:
        """Nothing is kept."""
