"""A visit as an iCalendar object (RFC 5545), sent by the rules of scheduling between people (iTIP, RFC 5546).

Nothing about health goes in: no reason, no visit type, only who, when and where.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event, vCalAddress, vText

from openvisit.platform.ics_zone import vtimezone

Method = Literal["REQUEST", "CANCEL", "PUBLISH"]

REMIND_BEFORE = timedelta(hours=1)

_WORDS = {
    "en": {
        "summary": "Visit with {with_whom}",
        "telehealth": "Video visit. Open it here: {join}",
        "phone": "Visit by phone.",
        "in-person": "Visit in person.",
        "phone_place": "By phone",
        "manage": "Change or cancel: {link}",
        "reminder": "Visit with {with_whom} in one hour",
    },
    "es": {
        "summary": "Cita con {with_whom}",
        "telehealth": "Cita por vídeo. Ábrela aquí: {join}",
        "phone": "Cita por teléfono.",
        "in-person": "Cita en persona.",
        "phone_place": "Por teléfono",
        "manage": "Cambiar o cancelar: {link}",
        "reminder": "Cita con {with_whom} dentro de una hora",
    },
}


@dataclass(frozen=True, slots=True)
class VisitFacts:
    """What a calendar may know of a visit.

    `status` and `mode` are the appointment's; `time_zone` the IANA zone of the place, or of the provider; `place`
    a postal address, for visits in person; `link` the visit's page, `join` where it is held by video. Addresses of
    organizer and attendee may be empty, then they are left out. `language`: en or es, others read English.
    """

    id: UUID
    version: int
    start: datetime
    end: datetime
    time_zone: str
    status: str
    mode: str
    with_whom: str
    place: str
    link: str
    join: str
    language: str = "en"
    organizer_name: str = ""
    organizer_address: str = ""
    attendee_name: str = ""
    attendee_address: str = ""


def calendar(visit: VisitFacts, method: Method, now: datetime) -> bytes:
    """The `.ics` file: REQUEST for a new or moved visit, CANCEL to take it away, PUBLISH for a download.

    The UID is the visit's for ever and SEQUENCE its version, so that a newer file replaces an older one.
    """
    made = Calendar()
    made.add("PRODID", "-//OpenVisit//OpenVisit//EN")
    made.add("VERSION", "2.0")
    made.add("CALSCALE", "GREGORIAN")
    made.add("METHOD", method)
    made.add_component(vtimezone(visit.time_zone, visit.start))
    made.add_component(_event(visit, method, now))
    return bytes(made.to_ical())


def uid(appointment_id: UUID) -> str:
    """The UID of a visit's event in every calendar."""
    return f"{appointment_id}@openvisit"


def _event(visit: VisitFacts, method: Method, now: datetime) -> Event:
    words = _words(visit)
    start, end = _wall_times(visit)
    event = Event()
    event.add("UID", uid(visit.id))
    event.add("SEQUENCE", visit.version)
    event.add("DTSTAMP", now)
    event.add("DTSTART", start)
    event.add("DTEND", end)
    event.add("SUMMARY", words["summary"])
    event.add("DESCRIPTION", f"{words[visit.mode]}\n{words['manage']}")
    event.add("LOCATION", _place(visit, words))
    event.add("URL", visit.link)
    event.add("STATUS", _status(visit.status, method))
    event.add("TRANSP", "OPAQUE")
    event.add("CLASS", "PRIVATE")
    _add_people(event, visit, method)
    if event["STATUS"] != "CANCELLED":
        event.add_component(_reminder(words["reminder"]))
    return event


def _wall_times(visit: VisitFacts) -> tuple[datetime, datetime]:
    """Start and end in the visit's zone; in UTC where the clock is set back meanwhile.

    A wall time that comes twice means its first coming (RFC 5545 section 3.3.5), so the second needs UTC.
    """
    zone = ZoneInfo(visit.time_zone)
    start, end = visit.start.astimezone(zone), visit.end.astimezone(zone)
    if start.fold or end.fold:
        return visit.start.astimezone(UTC), visit.end.astimezone(UTC)
    return start, end


def _words(visit: VisitFacts) -> dict[str, str]:
    words = _WORDS.get(visit.language.lower().split("-")[0], _WORDS["en"])
    values = {"with_whom": _one_line(visit.with_whom), "link": visit.link, "join": visit.join}
    return {key: text.format_map(values) for key, text in words.items()}


def _place(visit: VisitFacts, words: dict[str, str]) -> str:
    return {"telehealth": visit.join, "phone": words["phone_place"]}.get(visit.mode, _one_line(visit.place))


def _status(status: str, method: Method) -> str:
    if method == "CANCEL" or status == "cancelled":
        return "CANCELLED"
    return "TENTATIVE" if status == "requested" else "CONFIRMED"


def _add_people(event: Event, visit: VisitFacts, method: Method) -> None:
    if visit.organizer_address:
        event.add("ORGANIZER", _person(visit.organizer_name, visit.organizer_address))
    # RFC 5546 section 3.2.1: what is published has no attendees.
    if visit.attendee_address and method != "PUBLISH":
        attendee = _person(visit.attendee_name, visit.attendee_address)
        attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
        attendee.params["PARTSTAT"] = vText("ACCEPTED")  # whoever booked has agreed: nothing to answer
        attendee.params["RSVP"] = vText("FALSE")
        event.add("ATTENDEE", attendee)


def _person(name: str, address: str) -> vCalAddress:
    person = vCalAddress(f"mailto:{address}")
    if shown := _one_line(name).replace('"', "'"):  # a parameter cannot hold a double quote
        person.params["CN"] = vText(shown)
    return person


def _one_line(text: str) -> str:
    """Text without line ends and other control characters, which would end a property or be refused by readers."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _reminder(text: str) -> Alarm:
    alarm = Alarm()
    alarm.add("ACTION", "DISPLAY")
    alarm.add("DESCRIPTION", text)
    alarm.add("TRIGGER", -REMIND_BEFORE)
    return alarm
