"""Events on the wire: CloudEvents 1.0 in the JSON format, structured content mode.

Source: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md
"""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from openvisit.core.event_types import TYPES
from openvisit.platform.events import Event

CONTENT_TYPE = "application/cloudevents+json"
LARGEST = 65_536
"""Bytes of a message; ours have some hundred."""

Fact = Annotated[str, Meta(max_length=200, pattern=r"^[^\x00]*$")] | int | float | bool | None
Facts = Annotated[
    dict[Annotated[str, Meta(min_length=1, max_length=40, pattern=r"^[a-z_]+$")], Fact], Meta(max_length=20)
]
Aware = Annotated[datetime, Meta(tz=True)]


class CloudEvent(msgspec.Struct):
    """An event as it travels: which (`id`), from where, what happened, to what, when, and ids, codes and instants."""

    id: UUID
    source: Annotated[str, Meta(min_length=1, max_length=500, description="PUBLIC_URL of the installation")]
    type: Annotated[str, Meta(min_length=1, max_length=100)]
    subject: UUID
    time: Aware
    data: Facts
    specversion: Literal["1.0"] = "1.0"
    datacontenttype: Literal["application/json"] = "application/json"


class Poison(Exception):
    """A message that no repetition makes good. `code` says why; a stable word, never anything of the message."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def encode(event: Event, source: str) -> bytes:
    """The message that tells of an event."""
    return msgspec.json.encode(
        CloudEvent(
            id=event.id, source=source, type=event.type, subject=event.subject, time=event.at, data=dict(event.data)
        )
    )


def decode(body: bytes) -> Event:
    """The event that a message tells of.

    Errors: Poison, with `too_large`, `not_json`, `unknown_version`, `unknown_type` or `not_an_event`.
    """
    if len(body) > LARGEST:
        raise Poison("too_large")
    try:
        envelope = msgspec.json.decode(body, type=_Envelope)
    except msgspec.ValidationError:
        raise Poison("not_an_event") from None
    except (msgspec.DecodeError, RecursionError):
        raise Poison("not_json") from None
    if envelope.specversion != "1.0":
        raise Poison("unknown_version")
    if envelope.type not in TYPES:
        raise Poison("unknown_type")
    try:
        told = msgspec.json.decode(body, type=CloudEvent)
    except (msgspec.MsgspecError, UnicodeError):
        raise Poison("not_an_event") from None
    return Event(told.type, told.subject, told.time, told.data, told.id)


class _Envelope(msgspec.Struct):
    """As much as tells whether the rest can be read; other attributes are the broker's or a later version's."""

    specversion: str
    type: str
