"""Requests and answers about how people wish to be told, and what clinics allow."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from openvisit.platform.channels import Channel

Channels = Annotated[list[Channel], Meta(max_length=4, description="In the order in which they are tried")]
Offset = Annotated[int, Meta(ge=5, le=40_320)]
Offsets = Annotated[list[Offset], Meta(max_length=10, description="Minutes before a visit")]
WallTime = Annotated[str, Meta(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$", description="On the wall: 21:30")]
OwnWords = Annotated[str, Meta(max_length=300, description="The person's own words to themselves")]
PhoneNumber = Annotated[str, Meta(min_length=5, max_length=40, description="With its country: +34 600 111 222")]
ShortCode = Annotated[str, Meta(pattern="^[0-9]{6}$")]


class QuietHours(msgspec.Struct):
    """When nothing is sent, on the clock of the person's zone; both alike: never quiet."""

    from_: WallTime = msgspec.field(name="from")
    until: WallTime


class ReachedBy(msgspec.Struct):
    """An address. It is `dead` when what was sent to it came back, or was complained about; proving it again clears
    that."""

    address: str
    proved: bool
    dead: bool
    dead_since: datetime | None
    because: str


class UsualWay(msgspec.Struct):
    """What happens where somebody leaves it to the clinic and the clinic changed nothing."""

    channels: list[Channel]
    offsets: list[int]
    quiet: QuietHours | None


class NotificationPreferences(msgspec.Struct):
    """How one is told about visits. What is null is left to the clinic. `version` is for `If-Match`."""

    channels: list[Channel] | None
    offsets: list[int] | None
    quiet: QuietHours | None
    custom_message: str
    language: Literal["en", "es"] | None
    opted_out: list[Channel]
    email: ReachedBy | None
    phone: ReachedBy | None
    usual: UsualWay
    version: int


class NotificationPreferencesChange(msgspec.Struct):
    """How one wishes to be told from now on."""

    channels: Channels | None = None
    offsets: Offsets | None = None
    quiet: QuietHours | None = None
    custom_message: OwnWords = ""
    language: Literal["en", "es"] | None = None
    opted_out: Channels = []


class PhoneOnly(msgspec.Struct):
    """A telephone number."""

    phone: PhoneNumber


class AddressCode(msgspec.Struct):
    """The code that was sent to the address."""

    code: ShortCode


class Reachability(msgspec.Struct):
    """Whether messages reach a patient, without the addresses."""

    email: Literal["none", "good", "dead"]
    email_because: str
    phone: Literal["none", "unproved", "good", "dead"]
    phone_because: str
    opted_out: list[Channel]


class AddressToRestore(msgspec.Struct):
    """Which address somebody knows to be good again: the patient has said so, or it was mended."""

    address: Literal["email", "phone"]


class ReminderRules(msgspec.Struct):
    """A clinic's usual way, and its limits. `version` is for `If-Match`."""

    channels: list[Channel]
    allowed: list[Channel]
    offsets: list[int]
    longest_offset: int
    most: int
    quiet: QuietHours | None
    join_link: int | None
    follow_up: int | None
    custom_messages: bool
    version: int


class ReminderRulesChange(msgspec.Struct):
    """What is to hold from now on."""

    channels: Channels
    allowed: Channels
    offsets: Offsets
    longest_offset: Annotated[int, Meta(ge=5, le=40_320)]
    most: Annotated[int, Meta(ge=0, le=10)]
    quiet: QuietHours | None
    join_link: Annotated[int, Meta(ge=1, le=60)] | None
    follow_up: Annotated[int, Meta(ge=10, le=43_200)] | None
    custom_messages: bool
