"""Requests and answers of one-tap links."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from openvisit.core.appointment import Mode, Status
from openvisit.platform.links import Purpose

LateMinutes = Annotated[int, Meta(ge=5, le=120, description="About how many minutes late")]


class LinkVisit(msgspec.Struct):
    """What a link is about, and no more than the message said that it came in."""

    purpose: Purpose
    done: bool
    clinic: str
    clinic_phone: str
    with_whom: str
    start: datetime
    end: datetime
    time_zone: str
    mode: Mode
    status: Status
    place: str
    reason_required: bool
    language: str
    your_time_zone: str
    times: Annotated[list[datetime], Meta(description="Where the visit can be moved to, in the order of time")]


class LinkElsewhere(msgspec.Struct):
    """A good link about something else than a visit as it stands: the page where it is answered."""

    purpose: Purpose
    page: str


class LinkAnswer(msgspec.Struct):
    """What the button says: `start` for a move, `minutes` for who is late, `reason` where the clinic asks for one."""

    start: datetime | None = None
    minutes: LateMinutes | None = None
    reason: Annotated[str, Meta(max_length=500)] | None = None


class LinkDone(msgspec.Struct):
    """What the visit is now."""

    purpose: Purpose
    status: Status
    start: datetime
    time_zone: str
