"""Requests and answers about what comes after a visit."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from openvisit.features.booking.wire import Named

NoteText = Annotated[str, Meta(max_length=50_000, pattern=r"^[^\x00]*$")]
AddedText = Annotated[str, Meta(min_length=1, max_length=20_000, pattern=r"^[^\x00]*[^\x00\s][^\x00]*$")]
NotePart = Literal["notes", "summary"]
Comment = Annotated[str, Meta(max_length=2000, pattern=r"^[^\x00]*$")]
Score = Annotated[int, Meta(ge=1, le=5)]
Milliseconds = Annotated[float, Meta(ge=0, le=60_000)]
Seconds = Annotated[int, Meta(ge=0, le=86_400)]
Times = Annotated[int, Meta(ge=0, le=10_000)]


class Addendum(msgspec.Struct):
    """Something that was added after the notes were finished."""

    part: NotePart
    text: str
    by: str
    at: datetime


class VisitNotes(msgspec.Struct):
    """Notes for those who treat the patient, and the summary that the patient is to read.

    `version` is for `If-Match`; 0 where nothing was written yet. `may_write` says whether the caller may.
    """

    notes: str
    summary: str
    finished_at: datetime | None
    finished_by: str | None
    updated_at: datetime | None
    written_by: str | None
    addenda: list[Addendum]
    may_write: bool
    version: int


class NotesDraft(msgspec.Struct):
    """What is written so far."""

    notes: NoteText
    summary: NoteText


class NewAddendum(msgspec.Struct):
    """Something to add to finished notes, or to the summary."""

    part: NotePart
    text: AddedText


class VisitSummary(msgspec.Struct):
    """What the provider wrote for the patient, and what was added to it since; empty, and `finished_at` null, while it
    is not finished."""

    summary: str
    finished_at: datetime | None
    by: str | None
    addenda: list[Addendum]


class HiddenRating(msgspec.Struct):
    """Why and when the clinic put a rating aside. Who wrote it reads this, too."""

    reason: str
    at: datetime


class VisitRating(msgspec.Struct):
    """The patient's rating of a visit; `score` is null where there is none. `open` says whether it can be given or
    changed now; it is asked for `after` the visit, which tells it from one that is closed for good. `hidden` is null
    unless the clinic put the rating aside."""

    score: Score | None
    comment: str
    rated_at: datetime | None
    open: bool
    after: datetime | None
    hidden: HiddenRating | None


class ClinicRating(msgspec.Struct):
    """A rating as the clinic reads it."""

    id: UUID
    appointment_id: UUID
    provider: Named
    patient: Named
    visit_type: str
    start: datetime
    time_zone: str
    score: Score
    comment: str
    rated_at: datetime
    changed_at: datetime
    hidden: HiddenRating | None


class ClinicRatings(msgspec.Struct):
    """Newest first; `next_before` asks for those after these, null at the end."""

    items: list[ClinicRating]
    next_before: UUID | None


class RatingJudged(msgspec.Struct):
    """Whether a rating is put aside, and why; who wrote it reads the reason."""

    hidden: bool
    reason: Annotated[str, Meta(max_length=500, pattern=r"^[^\x00]*$")] = ""


class RatingGiven(msgspec.Struct):
    """One to five, five being the best, and words for the clinic."""

    score: Score
    comment: Comment = ""


class LinkedRating(msgspec.Struct):
    """The visit behind a link to rate it, and its rating so far."""

    clinic: str
    with_whom: str
    start: datetime
    time_zone: str
    rating: VisitRating


class CallQuality(msgspec.Struct):
    """What one browser measured over a call: numbers alone. Sent again by the same peer, it replaces what was sent.

    `rtt_ms` is the median of the round trip, `rtt_p95_ms` what one in twenty exceeded; `steps_down` counts how often
    the picture was made smaller or left out, `relayed` says whether media went through a relay.
    """

    peer: UUID
    seconds: Seconds
    rtt_ms: Milliseconds
    rtt_p95_ms: Milliseconds
    loss_percent: Annotated[float, Meta(ge=0, le=100)]
    jitter_ms: Milliseconds
    steps_down: Times
    reconnects: Times
    audio_only_seconds: Seconds
    relayed: bool


class Spread(msgspec.Struct):
    """The middle of some measurements, and what one in twenty exceeded; null without any."""

    median: float | None
    p95: float | None


class ClinicCallQuality(msgspec.Struct):
    """The calls of a clinic over some days. A call is counted once for each side that told of it.

    `bad`, `relayed` and `stepped_down` are shares from 0 to 1, null without calls.
    """

    days: int
    calls: int
    minutes: int
    rtt_ms: Spread
    loss_percent: Spread
    jitter_ms: Spread
    bad: float | None
    relayed: float | None
    stepped_down: float | None
    reconnects: int
