"""What can be wrong with a call to a webhook."""

from openvisit.core.errors import Forbidden, Invalid, NotFound


class UnknownVendor(NotFound):
    """Nobody of that name is set up to call us."""

    code = "vendor_unknown"
    title = "No such vendor is set up here"


class WebhookForged(Forbidden):
    """The call's signature is missing, wrong or too old."""

    code = "webhook_forged"
    title = "The signature is not good"


class WebhookMalformed(Invalid):
    """The call is the vendor's, but says nothing that can be read."""

    code = "webhook_malformed"
    title = "The call cannot be read"
