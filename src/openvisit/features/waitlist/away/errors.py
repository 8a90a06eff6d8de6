"""What can go wrong with proposals."""

from openvisit.core.errors import Conflict, NotFound


class ProposalNotFound(NotFound):
    """There is no such proposal, or it is none of the caller's business."""

    code = "proposal_not_found"
    title = "There is no such proposal"


class ProposalOver(Conflict):
    """The proposal was answered, or the visit was changed otherwise; `proposal_status` says which."""

    code = "proposal_over"
    title = "This has been settled already"
