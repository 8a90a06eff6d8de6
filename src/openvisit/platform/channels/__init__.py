"""Channels: one port through which everything that OpenVisit says to people leaves, and through which they answer.

    taken = await senders["sms"].send(Message(key, "sms", "+34600111222", "Clinica Sol: ...", written_at=now))

A vendor is a folder in `adapters`, chosen by a setting of its channel. Whoever sends handles three outcomes: `Taken`,
`Refused` (permanent, or worth another try), and `Doubtful` (cut off: nobody knows whether it was taken).
What vendors tell us later comes in by their `Hooks` and is kept by `inbox`.
"""

from openvisit.platform.channels.hooks import Call, DeliveryReport, DeliveryStatus, Forged, Hooks, InboundText, Reply
from openvisit.platform.channels.message import Address, CalendarFile, Channel, Message, WebPush
from openvisit.platform.channels.sender import NULL, Doubtful, Refused, Sender, Senders, Taken

__all__ = [
    "NULL",
    "Address",
    "CalendarFile",
    "Call",
    "Channel",
    "DeliveryReport",
    "DeliveryStatus",
    "Doubtful",
    "Forged",
    "Hooks",
    "InboundText",
    "Message",
    "Refused",
    "Reply",
    "Sender",
    "Senders",
    "Taken",
    "WebPush",
]
