"""A visit in a letter: the values of the `appointment_*` mails, and the calendar file that comes with them.

Kinds are `appointment_<what>_<role>`: what happened (booked, requested, approved, declined, rescheduled, cancelled)
to whom (patient, provider). Values: `name`, `when`, `when_short`, `when_brief` (for an SMS), `other_when` (the other
clock, where it differs), `was` (before a move), `with_whom`, `clinic`, `clinic_phone`, `place`, `how`, `price`,
`policy`, `link`.
"""

from collections.abc import Mapping
from datetime import datetime
from email.utils import parseaddr
from functools import lru_cache

from openvisit.core.money import Money, format_money
from openvisit.features.notifications.news.recipient import Recipient
from openvisit.platform.db import Row
from openvisit.platform.ics import Method, VisitFacts
from openvisit.platform.links import room
from openvisit.platform.mail.moments import brief, same_clock, short, span
from openvisit.platform.mail.words import known_language, phrase

LATE = "appointment.patient-late"
WAY_IN = "visit.way-in-changed"
UNREAD = "chat.unread"


def concerns(event_type: str, role: str) -> bool:
    """Whether somebody is told of such an event: that a patient is late, the provider alone."""
    return event_type != LATE or role == "provider"


def kind(event_type: str, role: str) -> str:
    """The letter for an event such as `appointment.booked`."""
    if event_type == LATE:
        return "patient_late_provider"
    if event_type == WAY_IN:
        return f"way_in_changed_{role}"
    if event_type == UNREAD:
        return f"chat_unread_{role}"
    return f"appointment_{event_type.removeprefix('appointment.')}_{role}"


def has_calendar(kind: str) -> bool:
    """Whether what a letter tells belongs into a calendar."""
    return kind.startswith("appointment_")


def method(kind: str) -> Method:
    """What the calendar file asks for: to keep the visit, or to take it out."""
    return "CANCEL" if kind.startswith(("appointment_cancelled", "appointment_declined")) else "REQUEST"


def link(visit: Row, public_url: str) -> str:
    """The visit's page."""
    return f"{public_url.rstrip('/')}/visits/{visit['id']}"


def values(visit: Row, recipient: Recipient, public_url: str, was: datetime | None) -> dict[str, str]:
    """Everything the letters about a visit may name. `was`: its start before it was moved."""
    language = known_language(recipient.language)
    zone, other = _clocks(visit, recipient)
    in_person = visit["mode"] == "in-person"
    for_patient = recipient.role == "patient"
    return {
        "name": recipient.name,
        "for_whom": recipient.for_whom,
        "with_whom": with_whom(visit, recipient),
        "clinic": visit["clinic_name"],
        "clinic_phone": visit["location_phone"] or visit["clinic_phone"] or "",
        **_times(visit["starts_at"], visit["ends_at"], zone, other, language, in_person),
        "was": short(was, zone, language) if was else "",
        "place": place(visit),
        "how": _how(visit, recipient, language, public_url),
        "price": _price(visit, language) if for_patient else "",
        "policy": policy(visit, language) if for_patient else "",
        "link": link(visit, public_url),
    }


def facts(visit: Row, recipient: Recipient, address: str, sender: str, public_url: str) -> VisitFacts:
    """The visit as the recipient's calendar shows it; `address` is theirs, `sender` the From of our mail."""
    return VisitFacts(
        id=visit["id"],
        version=visit["version"],
        start=visit["starts_at"],
        end=visit["ends_at"],
        time_zone=visit["time_zone"],
        status=visit["status"],
        mode=visit["mode"],
        with_whom=with_whom(visit, recipient),
        place=place(visit),
        link=link(visit, public_url),
        join=room(public_url, visit["id"]),
        language=recipient.language,
        organizer_name=visit["clinic_name"],
        organizer_address=parseaddr(sender)[1],
        attendee_name=recipient.name,
        attendee_address=address,
    )


def with_whom(visit: Row, recipient: Recipient) -> str:
    """The other one's name."""
    return str(visit["provider_name"] if recipient.role == "patient" else visit["patient_name"])


def place(visit: Row) -> str:
    """The postal address on one line; empty for visits that are not in person."""
    town = " ".join(filter(None, (visit["postal_code"], visit["city"])))
    parts = (visit["location_name"], visit["address"], town, visit["region"], visit["country"])
    return ", ".join(part for part in parts if part)


def policy(visit: Row, language: str) -> str:
    """Until when the patient may move or cancel the visit, and what then."""
    phone = visit["location_phone"] or visit["clinic_phone"]
    return _policy(visit["cancellation_notice_minutes"], phone, visit["cancellation_reason_required"], language)


@lru_cache(maxsize=1024)
def _policy(notice: int, phone: str | None, reason_required: bool, language: str) -> str:
    words = [
        phrase("policy_until_notice", language, notice=length(notice, language))
        if notice
        else phrase("policy_until_start", language),
        phrase("policy_call", language, phone=phone) if phone else phrase("policy_contact", language),
    ]
    if reason_required:
        words.append(phrase("policy_reason", language))
    return " ".join(words)


def length(minutes: int, language: str) -> str:
    """A length of time in its largest whole unit; a day and a half is 36 hours, one day 24."""
    for unit, size in (("days", 1440), ("hours", 60)):
        if minutes % size == 0 and minutes >= size and (unit, minutes) != ("days", 1440):
            break
    else:
        unit, size = "minutes", 1
    count = minutes // size
    return phrase(unit if count != 1 else unit.removesuffix("s"), language, count=str(count))


def _clocks(visit: Row, recipient: Recipient) -> tuple[str, str]:
    """Whose clock comes first: the place's for a visit there, else the recipient's."""
    if visit["mode"] == "in-person":
        return visit["time_zone"], recipient.zone
    return recipient.zone, visit["time_zone"]


@lru_cache(maxsize=1024)  # what is due together is due for visits that begin together
def _times(start: datetime, end: datetime, zone: str, other: str, language: str, in_person: bool) -> Mapping[str, str]:
    when, other_when, when_brief = span(start, end, zone, language), "", brief(start, zone, language)
    if not same_clock(start, zone, other):
        first, second = ("clock_clinic", "clock_yours") if in_person else ("clock_yours", "clock_clinic")
        other_when = phrase(second, language, when=span(start, end, other, language))
        when = phrase(first, language, when=when)
        when_brief = f"{when_brief} ({zone.rpartition('/')[2].replace('_', ' ')})"
    return {
        "when": when,
        "when_short": short(start, zone, language),
        "when_brief": when_brief,
        "other_when": other_when,
    }


def _how(visit: Row, recipient: Recipient, language: str, public_url: str) -> str:
    words = how(visit["mode"], language, to_patient=recipient.role == "patient")
    return f"{words}: {room(public_url, visit['id'])}" if visit["mode"] == "telehealth" else words


def how(mode: str, language: str, *, to_patient: bool) -> str:
    """How they meet, where there is something to know about it."""
    if mode == "telehealth":
        return phrase("how_telehealth", language)
    if mode == "phone":
        return phrase("how_phone" if to_patient else "how_phone_provider", language)
    return ""


def _price(visit: Row, language: str) -> str:
    if visit["price_minor"] is None:
        return ""
    return format_money(Money(visit["price_minor"], visit["price_currency"]), language)
