"""Words, layout and headers of every mail."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from string import Template
from typing import Any

import pytest

from openvisit.platform.channels import CalendarFile
from openvisit.platform.mail import compose, render
from openvisit.platform.mail.mime import as_mime
from openvisit.platform.mail.moments import same_clock, short, span
from openvisit.platform.mail.words import LANGUAGES, believable_name, catalogue

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
SENDER = "OpenVisit <visits@clinic.example>"
KINDS = sorted(catalogue("en")["letters"])


def names(entry: Any) -> Iterator[str]:
    """Every value that a part of a catalogue names."""
    if isinstance(entry, str):
        yield from Template(entry).get_identifiers()
    elif isinstance(entry, dict):
        for value in entry.values():
            yield from names(value)
    elif isinstance(entry, list):
        for value in entry:
            yield from names(value)


VALUES = {
    **{name: f"<{name} & co>" for name in {*names(catalogue("en")["letters"]), *names(catalogue("en")["shared"])}},
    "name": "Ana Ruiz",
    "code": "482913",
    "link": "https://visits.example/visits/1?a=1&b=2",
}


def mail(kind: str = "verification_code", **more: Any) -> EmailMessage:
    """A composed mail."""
    given = {"to": "ana@people.example", "key": "e.p", "now": NOW, **more}
    origin = given.pop("sender", SENDER)
    return as_mime(compose(kind, given.pop("language", "en"), given.pop("values", VALUES), **given), origin)


def shape(entry: Any) -> Any:
    """A catalogue without its words: keys, and the values that each text names."""
    if isinstance(entry, dict):
        return {key: shape(value) for key, value in entry.items()}
    if isinstance(entry, list):
        return [shape(value) for value in entry]
    return sorted(set(names(entry)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogues_say_the_same_things(language: str) -> None:
    """The same letters, blocks and values in each language."""
    assert shape(catalogue(language)) == shape(catalogue("en"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_text_and_html_say_everything(kind: str, language: str) -> None:
    """Each value that the text has is in the HTML too, escaped; nothing is fetched from elsewhere."""
    words = render(kind, language, VALUES)
    letter = catalogue(language)["letters"][kind]
    used = set(names(letter["blocks"]))
    plain = " ".join(words.text.split())
    assert words.subject
    for name in used:
        assert VALUES[name] in plain
    assert "&lt;" in words.html or not any(VALUES[name].startswith("<") for name in used)
    assert "co>" not in words.html
    assert not re.search(r"<(img|link|script|iframe)|src=|url\(|@import", words.html)
    assert f'<html lang="{language}"' in words.html
    assert "prefers-color-scheme: dark" in words.html


def test_the_code_is_the_only_six_digits_of_the_text() -> None:
    """People and programs find it at once."""
    words = render("verification_code", "en", VALUES)
    assert re.findall(r"\d{6}", words.text) == ["482913"]
    assert "482913" not in words.subject


def test_a_language_with_a_region_reads_its_language_and_others_english() -> None:
    """es-MX reads Spanish, Welsh reads English."""
    assert render("invitation", "es-MX", VALUES) == render("invitation", "es", VALUES)
    assert render("invitation", "cy", VALUES) == render("invitation", "en", VALUES)


def test_what_has_an_empty_value_is_left_out() -> None:
    """A password reset by link has no code to show; a visit at no price says nothing of a price."""
    assert "482913" not in render("password_reset", "en", {**VALUES, "code": ""}).html
    assert "Price" not in render("appointment_booked_patient", "en", {**VALUES, "price": ""}).text
    assert "Price" in render("appointment_booked_patient", "en", VALUES).text


def test_a_value_that_was_forgotten_is_an_error() -> None:
    """Not an empty place in somebody's mail."""
    with pytest.raises(KeyError, match="code"):
        render("verification_code", "en", {"name": "Ana", "minutes": "15"})


@pytest.mark.parametrize(
    "name", ["Win at http://evil.example", "www.evil.example", "evil.example now", "you@evil.example", "A" * 71]
)
def test_an_advertisement_is_not_a_name(name: str) -> None:
    """Whoever signs up with somebody else's address cannot make us mail their link."""
    assert believable_name(name) == ""
    written = mail(to_name=name, values={**VALUES, "name": name}).as_bytes()
    assert b"evil" not in written
    assert b"AAAAAAA" not in written


@pytest.mark.parametrize("name", ["Ana María Ruiz-Jiménez", "O'Neill, Dr. J. R.", "Nguyễn Thị Ánh", "李小龍"])
def test_real_names_are_names(name: str) -> None:
    """Whatever their script."""
    assert believable_name(name) == name


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\u2028", "\x0b", "\x00"])
def test_no_value_adds_a_header(end: str) -> None:
    """Subject and names lose their line ends."""
    nasty = f"Ana{end}Bcc: all@people.example"
    made = mail("invitation", values={**VALUES, "clinic": nasty}, to_name=f"Ana{end}Bcc")
    parsed = message_from_bytes(made.as_bytes(), policy=default)
    assert parsed["Bcc"] is None
    assert parsed["Subject"] == "Ana Bcc: all@people.example invites you to OpenVisit"
    assert [address.addr_spec for address in parsed["To"].addresses] == ["ana@people.example"]


@pytest.mark.parametrize(
    "address", ["", "ana", "ana@", "@b.c", "a@b.c\r\nBcc: x@y.z", "a@b.c, x@y.z", "Ana <a@b.c>", "a b@c.d", "a@b@c"]
)
def test_mail_goes_to_one_bare_address_or_nowhere(address: str) -> None:
    """Everything else is refused before it is a header."""
    with pytest.raises(ValueError, match="not an address"):
        mail(to=address)


def test_the_same_key_is_the_same_message() -> None:
    """A mail sent again after a crash is recognised by its Message-ID."""
    first, again, other = mail(), mail(now=NOW + timedelta(hours=1)), mail(key="e.q")
    assert first["Message-ID"] == again["Message-ID"] == "<e.p@clinic.example>"
    assert other["Message-ID"] != first["Message-ID"]
    with pytest.raises(ValueError, match="key"):
        mail(key="a b>\r\n")


def test_headers() -> None:
    """As RFC 5322 and RFC 3834 have them."""
    parsed = message_from_bytes(mail(language="es", to_name="Añez, Ana").as_bytes(), policy=default)
    assert str(parsed["From"]) == SENDER
    assert parsed["To"].addresses[0].display_name == "Añez, Ana"
    assert parsed["Date"].datetime == NOW
    assert parsed["Auto-Submitted"] == "auto-generated"
    assert parsed["Content-Language"] == "es"


def test_a_calendar_is_attached_and_stands_beside_the_text() -> None:
    """As `visit.ics`, byte for byte, with its method."""
    file = "BEGIN:VCALENDAR\r\nX:" + "ñ" * 300 + "\r\nEND:VCALENDAR\r\n"
    made = mail(calendar=CalendarFile(file, "CANCEL"))
    parsed = message_from_bytes(made.as_bytes(), policy=default)
    assert isinstance(parsed, EmailMessage)
    (attachment,) = parsed.iter_attachments()
    assert attachment.get_filename() == "visit.ics"
    assert attachment["Content-Type"].params == {"method": "CANCEL", "charset": "utf-8"}
    assert attachment.get_payload(decode=True) == file.encode()
    kinds = [part.get_content_type() for part in parsed.walk() if not part.is_multipart()]
    assert kinds == ["text/plain", "text/html", "text/calendar", "text/calendar"]


def test_a_link_that_is_no_web_address_is_not_a_link() -> None:
    """It is shown as text."""
    html = render("invitation", "en", {**VALUES, "link": "javascript:alert(1)"}).html
    assert "href" not in html


START = datetime(2026, 12, 3, 14, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "language", "expected"),
    [
        ("Europe/Madrid", "en", "Thursday 3 December 2026, 15:30\u201316:00 (Europe/Madrid, UTC+1)"),
        ("Europe/Madrid", "es", "jueves, 3 de diciembre de 2026, 15:30\u201316:00 (Europe/Madrid, UTC+1)"),
        ("Asia/Kathmandu", "en", "Thursday 3 December 2026, 20:15\u201320:45 (Asia/Kathmandu, UTC+5:45)"),
        ("America/St_Johns", "en", "Thursday 3 December 2026, 11:00\u201311:30 (America/St Johns, UTC-3:30)"),
        ("UTC", "en", "Thursday 3 December 2026, 14:30\u201315:00 (UTC)"),
        (
            "Australia/Adelaide",
            "en",
            "Friday 4 December 2026, 01:00\u201301:30 (Australia/Adelaide, UTC+10:30)",
        ),
    ],
)
def test_times_name_day_and_zone(zone: str, language: str, expected: str) -> None:
    """On the zone's own clock."""
    assert span(START, START + timedelta(minutes=30), zone, language) == expected


def test_a_span_over_midnight_names_both_days() -> None:
    """Nobody comes a day late."""
    said = span(START, START + timedelta(hours=10), "UTC", "en")
    assert said == "Thursday 3 December 2026, 14:30 \u2013 Friday 4 December 2026, 00:30 (UTC)"


def test_a_subject_says_when() -> None:
    """Without the zone, which the mail tells."""
    assert short(START, "Europe/Madrid", "en") == "Thursday 3 December 2026, 15:30"


def test_clocks_that_agree_on_the_day_are_the_same_clock() -> None:
    """London and Lisbon always, New York and Madrid never."""
    assert same_clock(START, "Europe/London", "Europe/Lisbon")
    assert not same_clock(START, "America/New_York", "Europe/Madrid")
