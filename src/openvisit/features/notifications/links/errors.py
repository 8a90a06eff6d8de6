"""What can go wrong with one-tap links."""

from openvisit.core.errors import NotFound


class LinkOver(NotFound):
    """The link is not one of ours, was used, or its visit was moved, cancelled or is over: the answer is the same."""

    code = "link_over"
    title = "This link is not good any more; please sign in to see your visits"
