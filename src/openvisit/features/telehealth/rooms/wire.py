"""Requests and answers about rooms."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from openvisit.core.appointment import Status
from openvisit.core.visit_room import Door
from openvisit.features.booking.wire import Named


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
    be in it; `phone` is the clinic's number for when video fails. `patient_waits` is told to hosts."""

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
