"""The kinds of messages, and which values each may name on which channel.

A mail may say what the account shows anyway. SMS, push and calls are read on locked screens and heard by others: they
may say when and where to look, and beyond that what the clinic allows (`SPARING`). None may say why somebody comes.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from openvisit.core.replies import KEYS
from openvisit.platform.channels import Channel

Language = Literal["en", "es"]
CHANNELS: tuple[Channel, ...] = get_args(Channel)
LANGUAGES: tuple[Language, ...] = get_args(Language)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


LINKS = _words(
    """link confirm_link reschedule_link cancel_link late_link join_link check_link accept_link decline_link
    answer_link rate_link"""
)
"""Values that are addresses of ours, and may be where a link goes."""

_KEYS = frozenset(KEYS)
"""Keys to press, which calls alone ask for."""

ALWAYS = LINKS | _KEYS | _words("clinic clinic_phone when_brief when_short was minutes until count visits")
"""What may be said wherever it has a place: links where they can be read, keys where they can be pressed."""

SPARING = frozenset({"greeting", "name", "for_whom", "with_whom", "place", "how", "custom"})
"""What SMS, push and calls say only where the clinic allows it."""

_VISIT = _words(
    """greeting name for_whom with_whom clinic clinic_phone when when_brief when_short other_when was place how price
    policy link"""
)
_ANSWERS = frozenset({"confirm_link", "reschedule_link", "cancel_link", "late_link", "custom"})
REFUSABLE = frozenset({"reminder", "reminder_day", "join_link", "follow_up", "waitlist_offer"})
"""What a person may refuse by a channel, mails included. The others are part of a visit that they booked."""

_CHANGES = ("booked", "requested", "approved", "declined", "rescheduled", "cancelled")
_STANDS = frozenset({"confirm_link", "reschedule_link", "cancel_link", "late_link"})
_BY_LINK = {"booked": _STANDS, "approved": _STANDS, "rescheduled": _STANDS, "requested": frozenset({"cancel_link"})}
"""What patients can answer to news of a visit without signing in."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of message: what it may name, to whom it goes, and by which channels."""

    names: frozenset[str]
    role: Literal["patient", "provider"] = "patient"
    channels: tuple[Channel, ...] = CHANNELS


def _kinds() -> dict[str, Kind]:
    day = frozenset({"greeting", "name", "for_whom", "clinic", "clinic_phone", "count", "visits", "custom", "link"})
    to_provider: tuple[Channel, ...] = ("email", "push")
    return {
        **{f"appointment_{what}_patient": Kind(_VISIT | _BY_LINK.get(what, frozenset())) for what in _CHANGES},
        "reminder": Kind(_VISIT | _ANSWERS | _KEYS | {"join_link", "check_link"}),
        "reminder_day": Kind(day),
        "join_link": Kind(_VISIT | {"join_link", "minutes", "late_link"}),
        "follow_up": Kind(_VISIT | {"rate_link"}),
        "running_late": Kind(_VISIT | {"minutes", "reschedule_link"}),
        "waitlist_offer": Kind(_VISIT | {"until", "accept_link", "decline_link"}),
        "time_proposal": Kind(_VISIT | {"until", "answer_link"}),
        "way_in_changed_patient": Kind(_VISIT),
        "chat_unread_patient": Kind(_VISIT, channels=("email", "push")),
        **{f"appointment_{what}_provider": Kind(_VISIT, "provider", to_provider) for what in _CHANGES},
        "way_in_changed_provider": Kind(_VISIT, "provider", to_provider),
        "chat_unread_provider": Kind(_VISIT, "provider", to_provider),
        "patient_late_provider": Kind(_VISIT | {"minutes"}, "provider", to_provider),
    }


KINDS: Mapping[str, Kind] = _kinds()
"""Every kind by its name: the patients' first, the providers' after them."""


def names(kind: str, channel: Channel, allowed: Collection[str]) -> frozenset[str]:
    """What a message may name; `allowed` is what the clinic lets short messages say (of `SPARING`)."""
    may = KINDS[kind].names
    if channel == "email":
        return may - _KEYS
    found = may & (ALWAYS | (SPARING & set(allowed)))
    return found - (LINKS if channel == "voice" else _KEYS)
