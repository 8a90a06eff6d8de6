"""Requests and answers about rooms."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from openvisit.core.appointment import Status
from openvisit.core.visit_room import Door
from openvisit.features.booking.wire import Named

GuestRole = Literal["interpreter", "family", "specialist", "other"]
PublicKey = Annotated[str, Meta(min_length=40, max_length=400, pattern="^[A-Za-z0-9_-]+$")]


class VisitLink(msgspec.Struct):
    """A way into the room for the caller alone, from `opens_at` to `expires_at`, while the visit is not moved and the
    caller stays signed in. `url` holds the token after its `#`."""

    url: str
    token: str
    room_id: UUID
    opens_at: datetime
    expires_at: datetime


class VisitRoom(msgspec.Struct):
    """A room as the caller may see it. `door` says whether it can be entered, `role` and `participant` who they would
    be in it; `phone` is the clinic's number for when video fails. `patient_waits` is told to hosts. `patient_late` and
    `provider_late` are the minutes that they last said;
    `no_show_minutes` after its start it is proposed to note that a patient who is not there did not come; `by_phone`
    says that the visit was held by telephone after all."""

    id: UUID
    clinic: Named
    provider: Named
    patient: Named
    visit_type: str
    start: datetime
    end: datetime
    time_zone: str
    status: Status
    door: Door
    opens_at: datetime
    closes_at: datetime
    phone: str | None
    participant: str
    role: Literal["patient", "provider", "guest", "staff"]
    patient_waits: bool | None
    patient_late: int | None
    provider_late: int | None
    no_show_minutes: int
    by_phone: bool


class WaitingPerson(msgspec.Struct):
    """Somebody whose tab is open in a waiting room, since when, and whose visit it is. `name` is theirs: that of a
    guest, or of who takes part for the patient."""

    room_id: UUID
    participant: str
    role: Literal["patient", "guest"]
    name: str
    since: datetime
    start: datetime
    clinic: Named
    provider: Named
    patient: Named


class Waiting(msgspec.Struct):
    """Everybody who waits now, who came first first."""

    items: list[WaitingPerson]


class ByPhone(msgspec.Struct):
    """Whether a visit by video was held by telephone after all."""

    by_phone: bool


class NewGuest(msgspec.Struct):
    """Somebody to be in the visit, too. A host gives the public part of the key that their browser made for the guest's
    link; a patient, who asks, gives none."""

    name: Annotated[str, Meta(min_length=1, max_length=100, pattern="[^\\s]")]
    role: GuestRole
    public_key: PublicKey | None = None


class GuestKey(msgspec.Struct):
    """The public part of the key in the guest's link."""

    public_key: PublicKey


class Guest(msgspec.Struct):
    """Somebody asked for or invited. `token` is told once, to whoever made the link: the link is
    `/visit/guest/<id>#t=<token>&k=<private key>`."""

    id: UUID
    room_id: UUID
    name: str
    role: GuestRole
    status: Literal["asked", "invited", "withdrawn"]
    public_key: str | None
    token: str | None


class Guests(msgspec.Struct):
    """Everybody asked for or invited."""

    items: list[Guest]


class GuestToken(msgspec.Struct):
    """The token of a guest's link."""

    token: Annotated[str, Meta(min_length=1, max_length=100, pattern="^[A-Za-z0-9_-]+$")]


class GuestRoom(msgspec.Struct):
    """A room as a guest sees it: who invites them and when, and nothing of what the visit is about."""

    id: UUID
    guest_id: UUID
    name: str
    role: GuestRole
    clinic: str
    provider: str
    start: datetime
    end: datetime
    time_zone: str
    door: Door
    opens_at: datetime
    closes_at: datetime
    phone: str | None
    public_key: str


class VisitRules(msgspec.Struct):
    """How many minutes before its start the room of a visit opens, and how many after its end it closes; the number
    to call when video fails, where it is not the location's; and how many minutes after its start it is proposed to
    note that a patient who never came did not come."""

    opens_before_minutes: Annotated[int, Meta(ge=0, le=120)] = 15
    closes_after_minutes: Annotated[int, Meta(ge=0, le=1440)] = 60
    phone: Annotated[str, Meta(min_length=3, max_length=40, pattern="^[-+0-9 ()./]+$")] | None = None
    no_show_minutes: Annotated[int, Meta(ge=1, le=240)] = 10


class Late(msgspec.Struct):
    """By about how many minutes."""

    minutes: Annotated[int, Meta(ge=1, le=120)]
