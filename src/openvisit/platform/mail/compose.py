"""From words to a message of the email channel."""

from collections.abc import Mapping
from datetime import datetime

from openvisit.platform.channels import CalendarFile, Message
from openvisit.platform.mail.words import Rendered, believable_name, known_language, render


def compose(
    kind: str,
    language: str,
    values: Mapping[str, str],
    *,
    to: str,
    to_name: str = "",
    key: str,
    now: datetime,
    calendar: CalendarFile | None = None,
    headers: Mapping[str, str] | None = None,
) -> Message:
    """A mail of one kind to one person, ready to send.

    `to` is one bare address; `key` what makes this mail this mail (an event's and a person's id).
    Errors: ValueError for an address that is none, KeyError as `render`.
    """
    words = render(kind, language, values)
    return mail(words, language, to=to, to_name=to_name, key=key, now=now, calendar=calendar, headers=headers)


def mail(
    words: Rendered,
    language: str,
    *,
    to: str,
    to_name: str = "",
    key: str,
    now: datetime,
    calendar: CalendarFile | None = None,
    headers: Mapping[str, str] | None = None,
) -> Message:
    """A mail of words that are there already; the rest as `compose`. Errors: ValueError for an address that is none."""
    return Message(
        key=key,
        channel="email",
        address=to,
        name=believable_name(to_name),
        subject=words.subject,
        text=words.text,
        html=words.html,
        language=known_language(language),
        calendar=calendar,
        headers=headers or {},
        written_at=now,
    )
