"""On which platform a video visit is held."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from openvisit.core.sending import MOST_TRIES, wait_seconds

LAST_CALL = timedelta(minutes=3)
"""So long before a visit its room has to be there, or people are told to come to ours."""


class Platform(StrEnum):
    """Where a video visit can be held."""

    BUILT_IN = "built-in"
    LIVEKIT = "livekit"
    TWILIO = "twilio"
    ZOOM = "zoom"
    TEAMS = "teams"
    EXTERNAL = "external"


@dataclass(frozen=True, slots=True)
class Choice:
    """A clinic's word on where visits are held: those of a provider, of a visit type, of both together, or all.

    `host` is the vendor's account that holds them, `link` the address of an external platform. Only where
    `names_visit_type` is set the vendor is told more than "Visit": the clinic's name and the visit type's.
    """

    platform: Platform
    provider_id: UUID | None = None
    visit_type_id: UUID | None = None
    host: str = ""
    link: str = field(default="", repr=False)
    names_visit_type: bool = False


def chosen(choices: Iterable[Choice], provider_id: UUID, visit_type_id: UUID) -> Choice:
    """The most specific choice that fits: for provider and visit type, for the visit type, for the provider, for all.

    A visit type comes before a provider: it says what the visit needs, such as room for a group.
    """
    fitting = [
        choice
        for choice in choices
        if choice.provider_id in (None, provider_id) and choice.visit_type_id in (None, visit_type_id)
    ]
    return max(
        fitting,
        key=lambda choice: (choice.visit_type_id is not None, choice.provider_id is not None),
        default=Choice(Platform.BUILT_IN),
    )


def topic(choice: Choice, clinic: str, visit_type: str) -> str:
    """What a vendor's list of meetings shows of the visit; never a person's name."""
    return f"{clinic}: {visit_type}"[:200] if choice.names_visit_type else "Visit"


def give_up(tries: int, now: datetime, starts_at: datetime) -> bool:
    """Whether a vendor that did not make a room in so many tries is not asked again."""
    return tries >= MOST_TRIES or now >= starts_at - LAST_CALL


def wait(tries: int, asked: timedelta | None, now: datetime, starts_at: datetime) -> timedelta:
    """How long to wait before a vendor is asked again after so many tries: longer each time, or as long as it `asked`
    for, but not past the moment when it has to be given up."""
    usual = timedelta(seconds=wait_seconds(tries - 1))
    return max(min(max(usual, asked or timedelta(0)), starts_at - LAST_CALL - now), timedelta(seconds=1))
