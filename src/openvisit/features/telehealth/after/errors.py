"""What can go wrong after a visit."""

from openvisit.core.errors import Conflict, Invalid, NotFound


class NotesFinished(Conflict):
    """The notes are finished; what is missing is added to them."""

    code = "notes_finished"
    title = "These notes are finished; please add to them instead"


class NotesOpen(Conflict):
    """Something is added to notes that are finished; these can still be written."""

    code = "notes_open"
    title = "These notes are not finished yet; please write in them"


class VisitNotBegun(Conflict):
    """Notes are finished when the visit has taken place."""

    code = "visit_not_begun"
    title = "This visit has not taken place yet"


class RatingClosed(Conflict):
    """A visit is rated when it is over, for three months, and the rating changed for two weeks."""

    code = "rating_closed"
    title = "This visit cannot be rated now"


class NothingRated(NotFound):
    """The visit was not rated."""

    code = "nothing_rated"
    title = "This visit was not rated"


class ReasonNeeded(Invalid):
    """A rating is put aside for a reason."""

    code = "reason_needed"
    title = "Say why the rating is hidden: who wrote it reads it"


class RatingLinkOver(NotFound):
    """The link is not one of ours, or the visit is not there to be rated any more."""

    code = "rating_link_over"
    title = "This link does not work any more"
