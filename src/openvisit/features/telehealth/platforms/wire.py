"""Requests and answers about platforms."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from openvisit.core.video import Platform

Host = Annotated[
    str,
    Meta(
        max_length=200,
        pattern=r"^[^\x00-\x20\x7f]*$",
        description="The vendor's user who holds the visits: for Zoom an e-mail address or id, for Teams an object id",
    ),
]
OutsideLink = Annotated[
    str,
    Meta(
        max_length=500,
        pattern=r"^(https://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~!$&'()*+,;=:@%/?#{}-]*)?)?$",
        description="Where an external platform is; `{room}` in it stands for a name of each visit's own",
    ),
]


class VideoChoice(msgspec.Struct):
    """Where visits are held: those of a provider, of a visit type, of both together, or, without either, all others."""

    platform: Platform
    provider_id: UUID | None = None
    visit_type_id: UUID | None = None
    host: Host = ""
    link: OutsideLink = ""
    names_visit_type: bool = False


class VideoRules(msgspec.Struct):
    """A clinic's choices; the most specific one counts, and without any it is OpenVisit's own call.

    `platforms` are those whose credentials the server has. `version` is for `If-Match`.
    """

    choices: list[VideoChoice]
    platforms: list[Platform]
    version: int


class VideoRulesChange(msgspec.Struct):
    """What is to be chosen from now on, for visits that are not booked yet."""

    choices: Annotated[list[VideoChoice], Meta(max_length=500)]


class VisitPlatform(msgspec.Struct):
    """Where a visit is held. `making`: its room there is not made yet. `fell_back`: another platform was chosen and
    could not make a room, so it is OpenVisit's own call."""

    platform: Platform
    making: bool
    fell_back: bool


class VisitWayIn(msgspec.Struct):
    """How the caller comes in. `built-in`: by OpenVisit's own call; `link`: by an address that opens in a tab of its
    own; `token`: by a room of a media server."""

    platform: Platform
    kind: Literal["built-in", "link", "token"]
    link: str
    server: str
    room: str
    token: str
