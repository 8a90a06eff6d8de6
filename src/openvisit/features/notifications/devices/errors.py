"""What can be wrong with a push subscription."""

from openvisit.core.errors import Conflict, Invalid


class PushAddressInvalid(Invalid):
    """Neither a browser's subscription nor an app's token, or both."""

    code = "push_address_invalid"
    title = "Give a browser's endpoint with its keys, or an app's token"


class TooManyDevices(Conflict):
    """More devices than one person uses."""

    code = "too_many_devices"
    title = "Push messages go to as many of your devices as they can; turn one off first"
