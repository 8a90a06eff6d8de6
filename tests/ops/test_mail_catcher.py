"""Mail sent to the catcher over SMTP is kept, found by address, and makes room for newer mail."""

import smtplib
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from openvisit.platform.mail_catcher import MailCatcher
from openvisit.platform.mail_store import MailStore

pytestmark = pytest.mark.ops


def visit_mail(subject: str = "Ihre Visite und bestätigt") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "OpenVisit <visits@openvisit.test>"
    message["To"] = "Zoë <zoe@example.test>"
    message["Subject"] = subject
    message.set_content("Grüße")
    message.add_alternative("<p>Grüße</p>", subtype="html")
    message.add_attachment("BEGIN:VCALENDAR\r\n", subtype="calendar", filename="visit.ics")
    message.add_attachment(b"\x00\x01", maintype="application", subtype="octet-stream", filename="note.bin")
    return message


def send(catcher: MailCatcher, message: EmailMessage, *to: str) -> None:
    server = urlsplit(catcher.url)
    with smtplib.SMTP(server.hostname or "", server.port or 0) as connection:
        connection.send_message(message, to_addrs=list(to))


def test_a_mail_is_kept_whole_for_each_recipient(place: Path) -> None:
    with MailCatcher(place / "mail") as catcher:
        send(catcher, visit_mail(), "zoe@example.test", "Mum@Example.test")
    store = MailStore(place / "mail")
    assert [mail.to for mail in store.newest()] == ["Mum@Example.test", "zoe@example.test"]
    (mail,) = store.newest(to="mum@example.test")
    assert (mail.sender, mail.subject) == ("OpenVisit <visits@openvisit.test>", "Ihre Visite und bestätigt")
    assert (mail.text.strip(), mail.html.strip()) == ("Grüße", "<p>Grüße</p>")
    calendar, note = mail.attachments
    assert (calendar.filename, calendar.content_type) == ("visit.ics", "text/calendar")
    assert calendar.content.startswith("BEGIN:VCALENDAR")
    assert note.content == "AAE="
    assert store.get(mail.id) == mail
    assert store.get("../../etc/passwd") is None
    assert store.newest(to="nobody@example.test") == []


def test_the_newest_come_first_and_the_oldest_make_room(place: Path) -> None:
    store = MailStore(place / "mail", most=20)
    for number in range(120):
        store.add(visit_mail(str(number)).as_bytes(), ["zoe@example.test"])
    kept = [int(mail.subject) for mail in store.newest(limit=1000)]
    assert kept == sorted(kept, reverse=True)
    assert kept[0] == 119
    assert 20 <= len(kept) <= 70  # it counts every fiftieth time
    store.clear()
    assert store.newest() == []


def test_a_mail_too_large_is_refused_and_the_next_is_kept(place: Path) -> None:
    with MailCatcher(place / "mail") as catcher:
        huge = visit_mail()
        huge.add_attachment(bytes(12_000_000), maintype="application", subtype="octet-stream", filename="x")
        with pytest.raises(smtplib.SMTPException):
            send(catcher, huge, "zoe@example.test")
        send(catcher, visit_mail("small"), "zoe@example.test")
        assert [mail.subject for mail in catcher.store.newest()] == ["small"]


def test_a_stopped_catcher_frees_its_port(place: Path) -> None:
    catcher = MailCatcher(place / "mail")
    catcher.start()
    port = urlsplit(catcher.url).port
    catcher.stop()
    with MailCatcher(place / "mail", port=port or 0) as again:
        assert urlsplit(again.url).port == port
