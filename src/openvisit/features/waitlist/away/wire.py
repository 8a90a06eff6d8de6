"""Requests and answers about a provider who is away."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from openvisit.core.appointment import Mode, Status
from openvisit.features.booking.wire import Instant, Named
from openvisit.features.waitlist.wire import LinkToken

ChoiceKind = Literal["later", "colleague", "video"]
ProposalStatus = Literal["open", "accepted", "declined", "settled", "passed", "withdrawn"]


class AwayBody(msgspec.Struct):
    """From when to when the provider is away. `video`: visits in it can still be held by video."""

    start: Instant
    end: Instant
    reason: Annotated[str, Meta(max_length=200, pattern="^[^\\x00]*$")] = ""
    video: bool = False


class AwayChoice(msgspec.Struct):
    """One way to have the visit after all: with the same provider later, a colleague, or by video."""

    id: UUID
    kind: ChoiceKind
    provider: Named
    start: datetime
    mode: Mode


class AwayProposal(msgspec.Struct):
    """What was proposed to one patient. `settled`: the visit was moved or cancelled otherwise; `passed`: its time is
    over without an answer; `withdrawn`: the provider is there after all. Nobody else gets the times of the choices
    until `kept_until`; after that they can still be chosen while they are free."""

    id: UUID
    appointment_id: UUID
    patient: Named
    provider: Named
    visit_type: Named
    was: datetime
    time_zone: str
    appointment_status: Status
    status: ProposalStatus
    choices: list[AwayChoice]
    chosen: int | None
    answered_at: datetime | None
    asked_at: datetime | None
    kept_until: datetime | None
    reminders: int
    called_at: datetime | None


class Away(msgspec.Struct):
    """A time that a provider is away, and how far its patients have answered."""

    id: UUID
    provider: Named
    start: datetime
    end: datetime
    created_at: datetime
    proposals: list[AwayProposal]
    unanswered: int


class AwayList(msgspec.Struct):
    """Newest first."""

    items: list[Away]


class AwayProposals(msgspec.Struct):
    """The soonest visit first."""

    items: list[AwayProposal]


class AwayLink(msgspec.Struct):
    """The code of a mailed link."""

    token: LinkToken


class AwayLinkAnswer(msgspec.Struct):
    """The code of a mailed link, and the choice as in `AwayAnswer`."""

    token: LinkToken
    choice: UUID | None = None


class AwayAnswer(msgspec.Struct):
    """Which of the choices, by its id; none declines them all, and leaves the visit to the clinic."""

    choice: UUID | None = None


class CallMark(msgspec.Struct):
    """Whether the patient has been rung about it."""

    called: bool
