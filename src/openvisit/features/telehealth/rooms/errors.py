"""Why somebody is not let into a room. The codes stand in answers and in the frames of the socket alike."""

from openvisit.core.errors import Conflict, Invalid, NotFound, Unauthenticated


class RoomNotFound(NotFound):
    """There is no such room, or it is none of the caller's business."""

    code = "room_not_found"
    title = "There is no such visit by video"


class NotByVideo(Conflict):
    """The visit is held in person or by telephone."""

    code = "not_by_video"
    title = "This visit is not held by video"


class RoomNotOpen(Conflict):
    """It is early; `opens_at` says when to come back."""

    code = "room_not_open"
    title = "The room is not open yet"


class RoomOver(Conflict):
    """The room's time is over."""

    code = "room_over"
    title = "The time of this visit is over"


class VisitEnded(Conflict):
    """The provider ended the visit, or it never came about."""

    code = "visit_ended"
    title = "This visit has ended"


class VisitCancelled(Conflict):
    """The visit was called off."""

    code = "visit_cancelled"
    title = "This visit was cancelled"


class VisitNotAgreed(Conflict):
    """The clinic has yet to agree to the visit."""

    code = "visit_not_agreed"
    title = "The clinic has not agreed to this visit yet"


class LinkNotGood(Unauthenticated):
    """The link is none of ours, leads to another room, or the session that it was made in has ended."""

    code = "link_not_good"
    title = "This link does not lead into the room: please open the visit again"


class LinkRevoked(Unauthenticated):
    """The visit was moved since the link was made, or the invitation was taken back."""

    code = "link_revoked"
    title = "This link is not good any more: please open the visit again"


class RemovedFromRoom(Conflict):
    """The provider asked them to leave, or did not let them in."""

    code = "removed"
    title = "You are not in this visit any more"


class Elsewhere(Conflict):
    """The same person is in from another tab or device, and has to say that they go on here."""

    code = "elsewhere"
    title = "You are in this visit on another device"


class NotWaiting(Conflict):
    """Whoever was to be let in does not wait any more."""

    code = "nobody_waits"
    title = "Nobody of that name waits"


OVER = (NotByVideo, RoomOver, VisitEnded, VisitCancelled, VisitNotAgreed)
"""What the state of the visit can say against making links into its room; for entering it can be early, too."""


class NotHeld(Conflict):
    """How a visit was held is noted once somebody has come to it."""

    code = "visit_not_held"
    title = "Nobody has come to this visit yet"


class BadSignal(Conflict):
    """A frame that names nobody, is too long, or has a number out of its range."""

    code = "bad_message"
    title = "This message cannot be passed on"


class GuestNotFound(NotFound):
    """There is no such guest, or the visit is none of the caller's business."""

    code = "guest_not_found"
    title = "There is no such guest"


class TooManyGuests(Conflict):
    """As many are invited as one visit can have."""

    code = "too_many_guests"
    title = "This visit has as many guests as it can have"


class GuestKeyNeeded(Invalid):
    """An invitation without the public part of the guest's key."""

    code = "guest_key_needed"
    title = "Give the public key of the guest's link"
