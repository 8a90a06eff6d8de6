"""For how long a vendor should try to deliver a message."""

from openvisit.platform.channels import Message


def seconds_left(message: Message, *, least: int, most: int) -> int | None:
    """From its writing to the end of its use, within what the vendor takes; None for a message without an end."""
    if message.good_until is None:
        return None
    return max(least, min(most, int((message.good_until - message.written_at).total_seconds())))
