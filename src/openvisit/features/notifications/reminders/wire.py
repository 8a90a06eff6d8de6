"""Requests and answers about reminders."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from openvisit.core.reminders.wishes import LONGEST_OFFSET, SHORTEST_OFFSET
from openvisit.platform.channels import Channel

ReminderType = Literal["reminder", "custom", "join-link", "follow-up", "running-late", "news"]
NewsKind = Literal[
    "appointment_booked_patient",
    "appointment_requested_patient",
    "appointment_approved_patient",
    "appointment_declined_patient",
    "appointment_rescheduled_patient",
    "appointment_cancelled_patient",
    "appointment_booked_provider",
    "appointment_requested_provider",
    "appointment_approved_provider",
    "appointment_declined_provider",
    "appointment_rescheduled_provider",
    "appointment_cancelled_provider",
    "way_in_changed_patient",
    "way_in_changed_provider",
    "chat_unread_patient",
    "chat_unread_provider",
    "patient_late_provider",
    "waitlist_offer",
    "time_proposal",
]
ReminderStatus = Literal["pending", "sending", "sent", "delivered", "failed", "cancelled", "skipped"]
LedgerState = Literal["due-unsent", "failed", "doubtful", "upcoming", "all"]
Instant = Annotated[datetime, Meta(tz=True, description="With an offset", examples=["2027-03-01T09:00:00-05:00"])]
Minutes = Annotated[int, Meta(ge=SHORTEST_OFFSET, le=LONGEST_OFFSET, description="Before the start of the visit")]
Channels = Annotated[list[Channel], Meta(min_length=1, max_length=4, description="In the order they are tried")]
Ids = Annotated[list[UUID], Meta(min_length=1, max_length=200)]


class Reminder(msgspec.Struct):
    """One message about a visit; `kind` is the letter that news is, and news of an offer has no visit yet.

    `why` says why one is skipped or cancelled, `error` what the vendor said last. `minutes`: before the start; of a
    follow-up after the end; of a notice how late. `merged_into` is the reminder that tells of this visit too.
    `doubtful_at`: a try was cut off then, and the message may have come twice.
    """

    id: UUID
    appointment_id: UUID | None
    patient_id: UUID
    type: ReminderType
    kind: NewsKind | None
    minutes: int
    start: datetime
    due_at: datetime
    status: ReminderStatus
    why: str | None
    by_hand: bool
    merged_into: UUID | None
    channels: list[Channel]
    channel: Channel | None
    attempts: int
    next_try_at: datetime | None
    vendor: str | None
    vendor_message_id: str | None
    error: str | None
    doubtful_at: datetime | None
    sent_at: datetime | None
    delivered_at: datetime | None
    version: int


class Reminders(msgspec.Struct):
    """The reminders of a visit, the earliest first."""

    items: list[Reminder]


class NewReminder(msgspec.Struct):
    """A reminder beyond those by rule: at a time, or so many minutes before the start."""

    appointment_id: UUID
    at: Instant | UnsetType = UNSET
    minutes: Minutes | UnsetType = UNSET


class ReminderChanges(msgspec.Struct):
    """What is to be so; what is left out stays."""

    at: Instant | UnsetType = UNSET
    channels: Channels | UnsetType = UNSET


class ScheduleMany(msgspec.Struct, tag_field="operation", tag="schedule"):
    """The same reminder for many visits."""

    appointment_ids: Ids
    minutes: Minutes


class CancelMany(msgspec.Struct, tag_field="operation", tag="cancel"):
    """Reminders that are not to be sent."""

    reminder_ids: Ids


class ResendMany(msgspec.Struct, tag_field="operation", tag="resend"):
    """Reminders that are to be sent again now."""

    reminder_ids: Ids


Bulk = ScheduleMany | CancelMany | ResendMany


class RefusedOne(msgspec.Struct):
    """What a bulk operation could not be done with, and the code of the error it would have been alone."""

    id: UUID
    code: str


class BulkDone(msgspec.Struct):
    """How many were done; the others one by one."""

    done: int
    refused: list[RefusedOne]


class DeadAddress(msgspec.Struct):
    """An address of the patient that nothing is sent to any more, and what its vendor said."""

    address: Literal["email", "phone"]
    because: str


class LedgerLine(msgspec.Struct):
    """A reminder with the names the front desk knows it by, and the patient's addresses that are dead."""

    reminder: Reminder
    patient_name: str
    provider_name: str
    time_zone: str
    dead: list[DeadAddress]


class Ledger(msgspec.Struct):
    """A page of a clinic's reminders, the latest due first, and how many of the last seven days need somebody."""

    items: list[LedgerLine]
    cursor: str | None
    due_unsent: int
    failed: int
    doubtful: int


class RunningLate(msgspec.Struct):
    """A provider is late: everybody with a visit in the next `ahead` minutes is told."""

    provider_id: UUID
    minutes: Annotated[int, Meta(ge=5, le=240, description="How late, about")]
    ahead: Annotated[int, Meta(ge=15, le=720, description="Whose visits begin within so many minutes")] = 180


class LateTold(msgspec.Struct):
    """Who is told. Nobody is told the same twice."""

    told: int
    reminders: list[Reminder]
