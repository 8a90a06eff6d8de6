"""From words to a message as RFC 5322 has it."""

import re
from collections.abc import Mapping
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from openvisit.platform.ics import Method
from openvisit.platform.mail.words import believable_name, known_language, render

_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\\\"\x00-\x1f\x7f]{1,64}@[^\s@<>()\[\],;:\\\"\x00-\x1f\x7f]{1,255}")
_KEY = re.compile(r"[A-Za-z0-9._-]{1,200}")


def compose(
    kind: str,
    language: str,
    values: Mapping[str, str],
    *,
    sender: str,
    to: str,
    to_name: str = "",
    key: str,
    now: datetime,
    calendar: bytes | None = None,
    calendar_method: Method = "REQUEST",
) -> EmailMessage:
    """A mail of one kind to one person, ready to send.

    `sender` is `mailer.sender`; `to` one bare address; `key` what makes this mail this mail (an event's and a
    person's id): the same key gives the same Message-ID. `calendar` is attached as `visit.ics`, and stands beside the
    text too, where calendars that answer invitations look for it.
    Errors: ValueError for an address that is none, KeyError as `render`.
    """
    words = render(kind, language, values)
    message = EmailMessage(policy=SMTP)
    message["From"] = _address(*parseaddr(sender))
    message["To"] = _address(believable_name(to_name), to)
    message["Subject"] = words.subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = message_id(key, sender)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: absence notices do not answer
    message.set_content(words.text, cte="quoted-printable")
    message.add_alternative(words.html, subtype="html", cte="quoted-printable")
    if calendar is not None:
        _add_calendar(message, calendar.decode(), calendar_method)
    message["Content-Language"] = known_language(language)  # last: a Content- header follows its part
    return message


def message_id(key: str, sender: str) -> str:
    """The Message-ID for a key, in the sender's domain. Errors: ValueError for a key that cannot stand in one."""
    if not _KEY.fullmatch(key):
        raise ValueError(f"a message key is letters, digits, dot, dash and underscore, not {key!r}")
    domain = parseaddr(sender)[1].rpartition("@")[2].encode("idna").decode() or "openvisit.invalid"
    return f"<{key}@{domain}>"


def _address(name: str, address: str) -> Address:
    if not _ADDRESS.fullmatch(address):
        raise ValueError("not an address that mail can be sent to")
    shown = " ".join("".join(c if c.isprintable() else " " for c in name).split())
    user, _, domain = address.rpartition("@")
    return Address(display_name=shown, username=user, domain=domain)


def _add_calendar(message: EmailMessage, calendar: str, method: Method) -> None:
    params = {"method": method}
    # base64: a relay that rewraps long lines would break the folding of the calendar's own.
    message.add_alternative(calendar, subtype="calendar", cte="base64", params=params)
    message.add_attachment(calendar, subtype="calendar", cte="base64", params=params, filename="visit.ics")
