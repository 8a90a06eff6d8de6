"""The JSON frames of a room's socket: what a browser may send, and how ours are written."""

from typing import Any
from uuid import UUID

import msgspec

MOST_BYTES = 70_000
"""Of one frame: a signal's 64 KiB and what is around it."""

MOST_SIGNAL_BYTES = 65_536


class Frame(msgspec.Struct):
    """What a browser sends. Which members count depends on `type`."""

    type: str
    token: str = ""
    peer: UUID | None = None
    take_over: bool = False
    to: UUID | None = None
    data: msgspec.Raw = msgspec.Raw(b"null")
    participant: str = ""
    minutes: int = 0


decode = msgspec.json.Decoder(Frame).decode


def frame(type_: str, **members: Any) -> str:
    """One frame of ours."""
    return msgspec.json.encode({"type": type_, **members}).decode()
