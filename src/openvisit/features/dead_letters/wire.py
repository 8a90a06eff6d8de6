"""Answers about dead letters."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

State = Literal["waiting", "replayed", "dismissed"]


class DeadLetter(msgspec.Struct):
    """A message that `consumer` could not take, for the code `reason`.

    `event_id`, `type` and `subject` are there as far as it could be read, `size` is in bytes, and `whole` tells
    whether all of it was kept. `closed_at` is when it was replayed or dismissed.
    """

    id: UUID
    consumer: str
    reason: str
    at: datetime
    event_id: UUID | None
    type: str | None
    subject: UUID | None
    size: int
    whole: bool
    state: State
    closed_at: datetime | None


class DeadLetters(msgspec.Struct):
    """Dead letters, the newest first; `next` is the cursor of what comes after."""

    items: list[DeadLetter]
    waiting: int
    next: UUID | None


class DeadLetterBody(msgspec.Struct):
    """The message as it came, or its beginning; bytes that are no text are shown as `\\ufffd`."""

    id: UUID
    body: str
