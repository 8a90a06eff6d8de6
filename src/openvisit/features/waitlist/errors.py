"""What can go wrong on the waitlist."""

from openvisit.core.errors import Conflict, NotFound


class EntryNotFound(NotFound):
    """There is no such entry, or it is none of the caller's business."""

    code = "waitlist_entry_not_found"
    title = "There is no such entry on the waitlist"


class OfferNotFound(NotFound):
    """There is no such offer, it is somebody else's, or the link is not one of ours: all say the same."""

    code = "waitlist_offer_not_found"
    title = "There is no such offer"


class OfferGone(Conflict):
    """The offer was answered or has run out, or somebody else who was asked was quicker; `offer_status` says which."""

    code = "waitlist_offer_gone"
    title = "This time is no longer offered"


class AlreadyWaiting(Conflict):
    """The patient waits for this already; `entry_id` is that entry."""

    code = "already_waiting"
    title = "This is on the waitlist already"


class TooManyEntries(Conflict):
    """The patient is on as many lists as one may be."""

    code = "too_many_waitlist_entries"
    title = "You are on as many waitlists as one may be; leave one first"


class NotWaiting(Conflict):
    """The entry is closed, and nothing about it can be changed any more."""

    code = "not_waiting"
    title = "This is not on the waitlist any more"
