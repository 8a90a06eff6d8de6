"""Requests and answers about templates."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from openvisit.features.notifications.templates.kinds import Language
from openvisit.platform.channels import Channel

Subject = Annotated[str, Meta(max_length=200, description="A mail's subject, a push's title; empty elsewhere")]
Body = Annotated[str, Meta(max_length=60_000, description="MJML for mails, plain text for the others")]
Sparing = Literal["greeting", "name", "with_whom", "place", "how", "custom"]
MayName = Annotated[
    list[Sparing], Meta(max_length=6, description="What SMS, push and calls may name besides clinic, time and links")
]


class TemplateState(msgspec.Struct):
    """Whose words a message has: ours, or the clinic's `own`. `version` is 0 where nobody ever changed it."""

    kind: str
    role: Literal["patient", "provider"]
    channel: Channel
    language: Language
    own: bool
    version: int
    changed_at: datetime | None


class Templates(msgspec.Struct):
    """Every message of a clinic."""

    items: list[TemplateState]


class TemplateSource(msgspec.Struct):
    """Words with places to be filled, `{{when}}`."""

    subject: Subject
    body: Body


class TemplateVersion(msgspec.Struct):
    """What was in force from a time on; without `body` it was ours."""

    version: int
    made_at: datetime
    made_by: str
    subject: str
    body: str | None


class Template(msgspec.Struct):
    """One message: the words in force, ours, the names it may use, and earlier versions, the newest first."""

    kind: str
    channel: Channel
    language: Language
    own: bool
    version: int
    subject: str
    body: str
    ours: TemplateSource
    names: list[str]
    versions: list[TemplateVersion]


class SmsSize(msgspec.Struct):
    """What an SMS takes; `because` are the characters that make it UCS-2."""

    encoding: Literal["gsm-7", "ucs-2"]
    places: int
    segments: int
    left: int
    because: str


class TemplatePreview(msgspec.Struct):
    """A message with sample values. `page` shows a mail as it will look, for a quarter of an hour."""

    id: UUID
    subject: str
    text: str
    page: str
    sms: SmsSize | None


class MessagePolicy(msgspec.Struct):
    """What a clinic's short messages may name. `version` is for `If-Match`."""

    short_may_name: list[Sparing]
    version: int


class MessagePolicyChanges(msgspec.Struct):
    """What they may name from now on."""

    short_may_name: MayName
