"""What can go wrong with templates."""

from collections.abc import Sequence

from openvisit.core.errors import Conflict, Invalid, NotFound
from openvisit.features.notifications.templates.sources import Complaint


class TemplateRefused(Invalid):
    """The words cannot be used; `errors` tell where, each with a code and what it is about in `message`."""

    code = "template_refused"
    title = "These words cannot be used"


class PreviewGone(NotFound):
    """The preview was somebody else's, or is over."""

    code = "preview_gone"
    title = "This preview is over; please make it again"


class NoAddress(Conflict):
    """There is no address of this channel that a test could go to."""

    code = "no_address"
    title = "You have no address for this channel"


def refused(complaints: Sequence[Complaint]) -> TemplateRefused:
    """The error that tells what is wrong with a source."""
    return TemplateRefused(
        errors=[{"path": f"body.{one.field}", "message": f"{one.code}: {one.about}"} for one in complaints]
    )
