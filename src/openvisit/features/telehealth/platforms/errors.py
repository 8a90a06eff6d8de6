"""What can go wrong with platforms."""

from openvisit.core.errors import Conflict, Unavailable


class NotLetIn(Conflict):
    """The way in is told to those who have been let in."""

    code = "not_let_in"
    title = "Please wait until you are let in"


class RoomNotReady(Conflict):
    """The platform has not made the room yet; asking again in a moment may help."""

    code = "room_not_ready"
    title = "The room is being made, please try again in a moment"


class PlatformAway(Unavailable):
    """The platform does not answer just now."""

    code = "platform_unavailable"
    title = "The video platform does not answer just now, please try again"
