"""What can go wrong with dead letters."""

from openvisit.core.errors import Conflict, NotFound


class DeadLetterNotFound(NotFound):
    """There is none, or it is another clinic's."""

    code = "dead_letter_not_found"
    title = "There is no such dead letter"


class DeadLetterClosed(Conflict):
    """Somebody has dealt with it."""

    code = "dead_letter_closed"
    title = "It was replayed or dismissed already"


class DeadLetterCut(Conflict):
    """It was too large to be kept whole, so it cannot be sent again."""

    code = "dead_letter_cut"
    title = "Only its beginning was kept: it cannot be replayed"
