"""What can go wrong with preferences."""

from openvisit.core.errors import Conflict, NotFound


class NoPhone(Conflict):
    """There is no telephone number to prove."""

    code = "no_phone"
    title = "Add a telephone number first"


class UnsubscribeOver(NotFound):
    """The link to unsubscribe is not one of ours."""

    code = "link_over"
    title = "This link is not good; please sign in to change how you are told"
