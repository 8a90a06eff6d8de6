"""What can go wrong with requests about one's data."""

from openvisit.core.errors import Conflict, Invalid, NotFound


class UnknownRequest(NotFound):
    """There is no such request, or it is not the caller's to see."""

    code = "privacy_request_not_found"
    title = "There is no such request"


class RequestOpen(Conflict):
    """A request of this kind is under way already; `request_id` is its."""

    code = "privacy_request_open"
    title = "There is such a request under way already"


class RequestOver(Conflict):
    """The request is done, or its time to be taken back is over."""

    code = "privacy_request_over"
    title = "This request cannot be changed any more"


class ExportGone(NotFound):
    """The export is not ready, or its seven days are over."""

    code = "privacy_export_gone"
    title = "This export cannot be downloaded any more; please ask for a new one"


class ErasureBlocked(Conflict):
    """The account cannot be erased yet: the person is the only admin of a clinic."""

    code = "erasure_blocked"
    title = "You are the only admin of a clinic; give that role to somebody else first"


class TooFewPeople(Conflict):
    """The data are of fewer people than the clinic's smallest group: nothing can be given out without telling of one.

    `smallest_group` is the limit, `people` how many there are after those who object were left out, unless that
    itself would tell too much (then it is null).
    """

    code = "too_few_people"
    title = "There are too few people in these data to keep each of them unrecognisable"


class BadAnswer(Invalid):
    """The answer does not fit the request."""

    code = "privacy_answer_refused"
    title = "This request needs no answer"
