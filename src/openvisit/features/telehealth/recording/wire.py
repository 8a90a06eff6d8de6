"""Wire types of recordings."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from openvisit.features.booking.wire import Named

Said = Literal["yes", "no"]
Why = Literal["stopped", "withdrawn", "unanswered", "not-allowed", "ended", "lost"]
Receiver = Annotated[str, Meta(pattern="^(person|clinic):[0-9a-f-]{36}$")]


class RecordingRules(msgspec.Struct):
    """Whether a clinic lets visits be recorded, and for how many days recordings are kept."""

    allowed: bool
    keep_days: Annotated[int, Meta(ge=1, le=36500)] = 365


class RecordingConsentBody(msgspec.Struct):
    """What the caller says to being recorded in this room."""

    answer: Said


class RecordingConsent(msgspec.Struct):
    """What somebody who is in the room said; null as long as they said nothing."""

    participant: str
    name: str
    role: Literal["patient", "provider", "guest", "staff"]
    answer: Said | None
    answered_at: datetime | None


class RunningRecording(msgspec.Struct):
    """A recording that is being made."""

    id: UUID
    started_at: datetime


class RoomRecording(msgspec.Struct):
    """How a room stands with recording: whether the clinic allows it, who agreed, whether it may start, and what runs.

    `clinic_plays`: the clinic has a key of its own, to which recordings are sealed as well. `stopped_why` is why the
    room's latest recording ended, null when there was none or one runs."""

    allowed: bool
    keep_days: int
    clinic_plays: bool
    people: list[RecordingConsent]
    may_start: bool
    recording: RunningRecording | None
    stopped_why: Why | None


class SealedKey(msgspec.Struct):
    """The recording's key, sealed in the browser so that one receiver alone can open it."""

    receiver: Receiver
    key_id: Annotated[str, Meta(pattern="^[0-9a-f]{32}$")]
    sealed: Annotated[str, Meta(pattern="^[A-Za-z0-9_-]{40,1000}$")]


class NewRecording(msgspec.Struct):
    """What is to be recorded, and its key for those who may play it. `id` is made by the browser and bound into every
    piece."""

    id: UUID
    media_type: Annotated[str, Meta(pattern="^video/(webm|mp4)(;[ -~]{1,80})?$")]
    keys: Annotated[list[SealedKey], Meta(min_length=1, max_length=8)]


class RecordingPlace(msgspec.Struct):
    """How much of a recording is kept: where the next piece goes."""

    offset: int
    pieces: int
    stopped_why: Why | None
    complete: bool


class Recording(msgspec.Struct):
    """A recording that is kept. `whole`: its last piece is there; when it is, nothing can have been cut off."""

    id: UUID
    room_id: UUID
    provider: Named
    patient: Named
    started_at: datetime
    stopped_at: datetime | None
    stopped_why: Why | None
    whole: bool
    size: int
    keep_until: datetime
    deletion_asked_at: datetime | None
    may_delete: bool


class Recordings(msgspec.Struct):
    """Newest first."""

    items: list[Recording]


class OpenedRecording(msgspec.Struct):
    """What it takes to play a recording: its pieces' sizes in their order, and its key as sealed to each receiver."""

    recording: Recording
    media_type: str
    pieces: list[int]
    keys: list[SealedKey]
