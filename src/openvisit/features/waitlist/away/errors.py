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


class ProposalChanged(Conflict):
    """Other times have been proposed meanwhile; the choice is none of them."""

    code = "proposal_changed"
    title = "Other times have been proposed meanwhile; please look again"


class RemindedLately(Conflict):
    """The patient was asked a short while ago; `again_at` tells when they can be asked again."""

    code = "reminded_lately"
    title = "The patient has just been asked; give them some time to answer"
