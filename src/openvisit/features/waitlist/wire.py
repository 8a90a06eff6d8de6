"""Requests and answers about the waitlist."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from openvisit.core.appointment import Mode
from openvisit.core.waitlist import Place, Urgency
from openvisit.features.availability.wire import Modes, WallTime, Weekday, Zone
from openvisit.features.booking.wire import Named
from openvisit.features.booking.wire import Place as VisitPlace
from openvisit.features.booking.wire import Reason as VisitReason

Minutes = Annotated[int, Meta(ge=5, le=1440)]
Days = Annotated[list[Weekday], Meta(max_length=7)]
EntryStatus = Literal["waiting", "booked", "left", "ended"]
OfferStatus = Literal["open", "accepted", "declined", "expired", "taken", "withdrawn"]
LinkToken = Annotated[str, Meta(min_length=1, max_length=200, pattern="^[A-Za-z0-9_-]+$")]


class Window(msgspec.Struct):
    """A time of day, from when to when; a visit has to lie inside it."""

    start: WallTime
    end: WallTime


class Near(msgspec.Struct):
    """A place, and how far from it one would go. For visits in person alone."""

    latitude: Annotated[float, Meta(ge=-90, le=90)]
    longitude: Annotated[float, Meta(ge=-180, le=180)]
    km: Annotated[float, Meta(gt=0, le=1000)]


Windows = Annotated[list[Window], Meta(max_length=6)]


class NewWaitlistEntry(msgspec.Struct):
    """What to wait for: with `appointment_id` that visit, earlier; else a visit type with one of some providers of
    its clinic, or with anybody there of a specialty (NUCC code). No days or times: any. `urgency` is the
    front desk's to say."""

    appointment_id: UUID | None = None
    patient_id: UUID | None = None
    visit_type_id: UUID | None = None
    provider_ids: Annotated[list[UUID], Meta(max_length=20)] = []
    specialty: Annotated[str, Meta(min_length=1, max_length=20, pattern="^[0-9A-Z]+$")] | None = None
    modes: Modes | None = None
    days: Days = []
    times: Windows = []
    time_zone: Zone | None = None
    near: Near | None = None
    until: date | None = None
    urgency: Urgency | None = None


class WaitlistChanges(msgspec.Struct):
    """What is left out stays as it is."""

    modes: Modes | UnsetType = UNSET
    days: Days | UnsetType = UNSET
    times: Windows | UnsetType = UNSET
    time_zone: Zone | UnsetType = UNSET
    near: Near | UnsetType | None = UNSET
    until: date | UnsetType = UNSET


class UrgencyBody(msgspec.Struct):
    """How soon the patient should be seen."""

    urgency: Urgency


class WaitlistOffer(msgspec.Struct):
    """A time kept for whoever was asked until `expires_at`. `replaces`: the start of the visit that would move."""

    id: UUID
    entry_id: UUID
    patient: Named
    clinic: Named
    provider: Named
    visit_type: Named
    start: datetime
    end: datetime
    time_zone: str
    mode: Mode
    location: VisitPlace | None
    offered_at: datetime
    expires_at: datetime
    status: OfferStatus
    replaces: datetime | None
    appointment_id: UUID | None


class WaitlistEntry(msgspec.Struct):
    """Somebody who waits. `place` says in words how far in front, while they wait; `possible_modes` are
    those of the visit type; `urgency` and `offers` are told to the clinic alone."""

    id: UUID
    patient: Named
    clinic: Named
    visit_type: Named
    providers: list[Named]
    specialty: str | None
    appointment_id: UUID | None
    appointment_start: datetime | None
    modes: list[Mode]
    possible_modes: list[Mode]
    days: list[int]
    times: list[Window]
    time_zone: str
    near: Near | None
    until: datetime
    status: EntryStatus
    place: Place | None
    joined_at: datetime
    urgency: Urgency | None
    offers: int | None
    offer: WaitlistOffer | None


class WaitlistEntries(msgspec.Struct):
    """Those who wait first."""

    items: list[WaitlistEntry]


class OfferAcceptance(msgspec.Struct):
    """What the visit is about, for whoever books it; not asked for when a visit moves."""

    reason: VisitReason = ""


class OfferAccepted(msgspec.Struct):
    """The visit that came of it."""

    appointment_id: UUID
    start: datetime
    time_zone: str


class OfferLink(msgspec.Struct):
    """The code of a mailed link."""

    token: LinkToken


class WaitlistRules(msgspec.Struct):
    """How a clinic offers times: for how long, to how many at once, how many a day to one patient, and the hours (of
    the patient's clock) at which nobody is asked; and for how many hours the times stay kept that are proposed instead
    of visits whose provider is away. What is open keeps what it was made with."""

    offer_minutes: Minutes
    at_once: Annotated[int, Meta(ge=1, le=5)]
    offers_a_day: Annotated[int, Meta(ge=1, le=20)]
    quiet_from: WallTime
    quiet_until: WallTime
    proposal_hours: Annotated[int, Meta(ge=1, le=168)] = 24
