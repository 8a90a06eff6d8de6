"""The calendar file, read back as a calendar would read it."""

from bisect import bisect_right
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar, Component

from openvisit.platform.ics import Method, VisitFacts, calendar
from openvisit.platform.ics_zone import changes, vtimezone

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
VISIT = VisitFacts(
    id=UUID("01939c4e-7c1b-7f00-9a51-0242ac120002"),
    version=3,
    start=datetime(2026, 6, 15, 7, 0, tzinfo=UTC),
    end=datetime(2026, 6, 15, 7, 30, tzinfo=UTC),
    time_zone="Europe/Madrid",
    status="scheduled",
    mode="in-person",
    with_whom="Dr Ruth Okafor",
    place="North clinic, 5 High Street, 28001 Madrid",
    link="https://visits.example/visits/01939c4e-7c1b-7f00-9a51-0242ac120002",
    join="https://visits.example/visit/01939c4e-7c1b-7f00-9a51-0242ac120002",
    organizer_name="North clinic",
    organizer_address="visits@clinic.example",
    attendee_name="Ana Ruiz",
    attendee_address="ana@people.example",
)
ZONES = [
    "Europe/Madrid",
    "Europe/Dublin",
    "America/New_York",
    "America/Santiago",
    "Australia/Sydney",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Asia/Kathmandu",
    "Africa/Casablanca",
    "America/Phoenix",
]


def read(visit: VisitFacts, method: Method = "REQUEST") -> tuple[Component, Component]:
    """The calendar and its one event, parsed from the file."""
    parsed = Calendar.from_ical(calendar(visit, method, NOW))
    (event,) = parsed.walk("VEVENT")
    return parsed, event


class Wall:
    """An offset by what a VTIMEZONE says and nothing else: each onset is in the wall time it ends."""

    def __init__(self, zone: Component) -> None:
        onsets = sorted(
            (part["DTSTART"].dt - part["TZOFFSETFROM"].td, part["TZOFFSETTO"].td) for part in zone.subcomponents
        )
        self._times = [at for at, _ in onsets]
        self._offsets = [offset for _, offset in onsets]

    def offset(self, at: datetime) -> timedelta:
        """The offset from UTC at an instant."""
        return self._offsets[bisect_right(self._times, at.replace(tzinfo=None)) - 1]


@pytest.mark.parametrize("zone_name", ZONES)
@pytest.mark.parametrize("year", [2026, 2031, 2060])
def test_offsets_around_every_change_of_the_clock_are_the_zones_own(zone_name: str, year: int) -> None:
    """Within a year of the visit, in either hemisphere, to the second."""
    visit_at = datetime(year, 7, 1, 12, tzinfo=UTC)
    zone = ZoneInfo(zone_name)
    wall = Wall(Calendar.from_ical(vtimezone(zone_name, visit_at).to_ical()))
    moments = [visit_at + timedelta(days=days) for days in range(-365, 366)]
    for change in changes(zone, visit_at - timedelta(days=365), visit_at + timedelta(days=365)):
        moments += [change + timedelta(seconds=s) for s in (-7201, -3601, -1, 0, 1, 1799, 3599, 3600, 7200)]
    wrong = [at for at in moments if wall.offset(at) != at.astimezone(zone).utcoffset()]
    assert wrong == []


@pytest.mark.parametrize(
    ("zone_name", "expected"),
    [
        ("Europe/Madrid", ["20260329T020000", "20261025T030000"]),
        ("Australia/Sydney", ["20260405T030000", "20261004T020000"]),
        ("America/New_York", ["20260308T020000", "20261101T020000"]),
        ("Asia/Kathmandu", []),
    ],
)
def test_onsets_are_told_in_the_wall_time_that_ends(zone_name: str, expected: list[str]) -> None:
    """The published changes of 2026, as RFC 5545 writes them."""
    made = vtimezone(zone_name, datetime(2026, 7, 1, tzinfo=UTC))
    onsets = [part["DTSTART"].to_ical().decode() for part in made.subcomponents]
    assert [onset for onset in onsets[1:] if onset.startswith("2026")] == expected


def test_summer_time_is_daylight_in_the_southern_hemisphere_too() -> None:
    """January in Sydney is daylight time, July standard."""
    made = vtimezone("Australia/Sydney", datetime(2026, 7, 1, tzinfo=UTC))
    kinds = {part["DTSTART"].to_ical().decode()[:6]: part.name for part in made.subcomponents[1:]}
    assert kinds["202604"] == "STANDARD"
    assert kinds["202610"] == "DAYLIGHT"


@pytest.mark.parametrize("zone_name", ZONES)
def test_a_visit_starts_at_its_instant_on_its_zones_clock(zone_name: str) -> None:
    """TZID and wall time together are the instant, and the zone comes with the file."""
    parsed, event = read(replace(VISIT, time_zone=zone_name))
    assert event["DTSTART"].params["TZID"] == zone_name
    assert event["DTSTART"].dt == VISIT.start
    assert event["DTEND"].dt == VISIT.end
    assert [zone["TZID"] for zone in parsed.walk("VTIMEZONE")] == [zone_name]
    local = event["DTSTART"].dt.replace(tzinfo=None)
    assert local - Wall(parsed.walk("VTIMEZONE")[0]).offset(VISIT.start) == VISIT.start.replace(tzinfo=None)


@pytest.mark.parametrize(("hour", "zoned"), [(0, True), (1, False), (2, True)])
def test_an_hour_that_comes_twice_is_told_in_utc_the_second_time(hour: int, zoned: bool) -> None:
    """At 01:00 UTC on 25 October 2026 Madrid sets 03:00 back to 02:00."""
    start = datetime(2026, 10, 25, hour, 15, tzinfo=UTC)
    _, event = read(replace(VISIT, start=start, end=start + timedelta(minutes=30)))
    assert ("TZID" in event["DTSTART"].params) is zoned
    assert event["DTSTART"].dt.astimezone(UTC) == start
    assert event["DTEND"].dt.astimezone(UTC) == start + timedelta(minutes=30)


def test_a_request_names_who_when_where_and_reminds() -> None:
    """All that RFC 5546 wants of a REQUEST."""
    parsed, event = read(VISIT)
    assert parsed["METHOD"] == "REQUEST"
    assert event["UID"] == "01939c4e-7c1b-7f00-9a51-0242ac120002@openvisit"
    assert event["SEQUENCE"] == 3
    assert event["DTSTAMP"].dt == NOW
    assert event["STATUS"] == "CONFIRMED"
    assert event["SUMMARY"] == "Visit with Dr Ruth Okafor"
    assert event["LOCATION"] == VISIT.place
    assert event["URL"] == VISIT.link
    assert VISIT.link in event["DESCRIPTION"]
    assert event["ORGANIZER"] == "mailto:visits@clinic.example"
    assert event["ORGANIZER"].params["CN"] == "North clinic"
    assert event["ATTENDEE"] == "mailto:ana@people.example"
    (alarm,) = event.walk("VALARM")
    assert alarm["TRIGGER"].dt == -timedelta(hours=1)


def test_a_moved_visit_keeps_its_uid_and_raises_its_sequence() -> None:
    """Calendars replace what has the same UID and a lower SEQUENCE."""
    _, before = read(VISIT)
    _, after = read(replace(VISIT, version=4, start=VISIT.start + timedelta(days=1)))
    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] > before["SEQUENCE"]


@pytest.mark.parametrize("method", ["CANCEL", "REQUEST", "PUBLISH"])
def test_a_cancelled_visit_says_so_and_reminds_no_more(method: Method) -> None:
    """However it is asked for."""
    parsed, event = read(replace(VISIT, status="cancelled"), method)
    assert parsed["METHOD"] == method
    assert event["STATUS"] == "CANCELLED"
    assert event.walk("VALARM") == []


def test_a_requested_visit_is_tentative() -> None:
    """Until it is approved."""
    assert read(replace(VISIT, status="requested"))[1]["STATUS"] == "TENTATIVE"


def test_what_is_published_has_no_attendee() -> None:
    """RFC 5546 section 3.2.1."""
    assert "ATTENDEE" not in read(VISIT, "PUBLISH")[1]


@pytest.mark.parametrize(
    ("mode", "location"), [("telehealth", VISIT.join), ("phone", "Por teléfono"), ("in-person", VISIT.place)]
)
def test_where_depends_on_the_mode(mode: str, location: str) -> None:
    """The link for a video visit, the address for one in person."""
    assert read(replace(VISIT, mode=mode, language="es-MX"))[1]["LOCATION"] == location


def test_a_name_cannot_add_properties() -> None:
    """Line ends in names end no line of the file; long lines are folded at 75 octets."""
    nasty = 'Ana "A"\r\nATTACH:https://evil.example\u2028, PhD; ' + "ñ" * 200
    file = calendar(replace(VISIT, with_whom=nasty, attendee_name=nasty, organizer_name=nasty), "REQUEST", NOW)
    (event,) = Calendar.from_ical(file).walk("VEVENT")
    assert "ATTACH" not in event
    assert event["SUMMARY"].startswith('Visit with Ana "A" ATTACH:https://evil.example , PhD; ñ')
    assert max(len(line) for line in file.split(b"\r\n")) <= 75
    assert b"\n" not in file.replace(b"\r\n", b"")
