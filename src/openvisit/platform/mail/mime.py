"""From a message of the email channel to what RFC 5322 has it look like."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from openvisit.platform.channels import CalendarFile, Message


def as_mime(message: Message, origin: str) -> EmailMessage:
    """The mail, from `origin`, ready for a server that takes mails as they are.

    A calendar file is attached as `visit.ics`, and stands beside the text too, where calendars that answer invitations
    look for it. Errors: ValueError for an origin that is no address.
    """
    mail = EmailMessage(policy=SMTP)
    mail["From"] = _address(*parseaddr(origin))
    mail["To"] = _address(message.name, message.written_address)
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(message.written_at)
    mail["Message-ID"] = message_id(message.key, origin)
    for name, value in all_headers(message).items():
        mail[name] = value
    mail.set_content(message.text, cte="quoted-printable")
    if message.html:
        mail.add_alternative(message.html, subtype="html", cte="quoted-printable")
    if message.calendar is not None:
        _add_calendar(mail, message.calendar)
    mail["Content-Language"] = message.language  # last: a Content- header follows its part
    return mail


def all_headers(message: Message) -> dict[str, str]:
    """The headers of a mail that are neither its addresses nor its form."""
    return {"Auto-Submitted": "auto-generated", **message.headers}  # RFC 3834: absence notices do not answer


def message_id(key: str, origin: str) -> str:
    """The Message-ID for a message's key, in the domain it comes from: the same key, the same Message-ID."""
    domain = parseaddr(origin)[1].rpartition("@")[2].encode("idna").decode() or "openvisit.invalid"
    return f"<{key}@{domain}>"


def shown_name(name: str) -> str:
    """A name as it may stand beside an address: on one line, without control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in name).split())


def _address(name: str, address: str) -> Address:
    user, at, domain = address.rpartition("@")
    if not at:
        raise ValueError("not an address that mail can come from")
    return Address(display_name=shown_name(name), username=user, domain=domain)


def _add_calendar(mail: EmailMessage, calendar: CalendarFile) -> None:
    params = {"method": calendar.method}
    # base64: a relay that rewraps long lines would break the folding of the calendar's own.
    mail.add_alternative(calendar.content, subtype="calendar", cte="base64", params=params)
    mail.add_attachment(calendar.content, subtype="calendar", cte="base64", params=params, filename="visit.ics")
