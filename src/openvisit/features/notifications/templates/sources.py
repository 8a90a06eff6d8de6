"""The source of a message: ours, or one that a clinic wrote and that is checked before it is kept."""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

from openvisit.core import placeholders
from openvisit.features.notifications.templates.kinds import KINDS, LINKS, Language, names
from openvisit.platform.channels import Channel
from openvisit.platform.mail import mjml
from openvisit.platform.mail.layout import as_mjml
from openvisit.platform.mail.words import Rendered, greeted, laid_out, template

LONGEST_SUBJECT = 200
LONGEST: Mapping[Channel, int] = {"email": mjml.LONGEST, "sms": 600, "push": 240, "voice": 1200}
"""The most characters that a source may have; places count as they are written."""


@dataclass(frozen=True, slots=True)
class Source:
    """`subject` is a mail's and the title of a push, empty elsewhere; `body` is MJML for mails, else plain text."""

    subject: str
    body: str


class Complaint(NamedTuple):
    """What is wrong with a source: in its `subject` or `body`, a code, and what the code is about."""

    field: str
    code: str
    about: str


@cache
def ours(kind: str, channel: Channel, language: Language) -> Source:
    """The source that comes with OpenVisit. Errors: KeyError for a kind or channel that there is not."""
    if channel not in KINDS[kind].channels:
        raise KeyError(channel)
    if channel == "email":
        letter = template(kind, language)
        return Source(letter.subject, as_mjml(letter))
    words = _short(language)[kind][channel]
    return Source(words["title"], words["text"]) if channel == "push" else Source("", words)


@cache
def _short(language: Language) -> dict[str, Any]:
    file = resources.files("openvisit.features.notifications.templates") / "short" / f"{language}.json"
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def complaints(kind: str, channel: Channel, source: Source, allowed: Collection[str]) -> Iterator[Complaint]:
    """What keeps a source from being used; `allowed` as for `kinds.names`."""
    known = names(kind, channel, allowed)
    if channel in ("email", "push"):
        yield from _subject(source.subject, known)
    elif source.subject:
        yield Complaint("subject", "none-here", channel)
    if not source.body.strip():
        yield Complaint("body", "empty", channel)
    elif len(source.body) > LONGEST[channel]:
        yield Complaint("body", "too-long", str(LONGEST[channel]))
    elif channel == "email":
        yield from (Complaint("body", *problem) for problem in _mjml(source.body, known))
    else:
        yield from (Complaint("body", *problem) for problem in placeholders.problems(source.body, known))


def _subject(subject: str, known: Collection[str]) -> Iterator[Complaint]:
    if not subject.strip():
        yield Complaint("subject", "empty", "")
    elif len(subject) > LONGEST_SUBJECT:
        yield Complaint("subject", "too-long", str(LONGEST_SUBJECT))
    elif not subject.isprintable():
        yield Complaint("subject", "one-line", "")
    yield from (Complaint("subject", *problem) for problem in placeholders.problems(subject, known))


def _mjml(body: str, known: Collection[str]) -> Iterator[tuple[str, str]]:
    try:
        tree = mjml.read(body, known, LINKS)
        mjml.put(tree, dict.fromkeys(known, "https://visits.example"))
        mjml.html(tree)
    except mjml.Wrong as error:
        yield from error.problems
    except ValueError as error:  # elements that are known, where they do not belong
        yield "structure", str(error)[:120]


def render(channel: Channel, language: Language, source: Source, values: Mapping[str, str]) -> Rendered:
    """The words of a message, its places filled. `html` is empty except for mails.

    What a line, or a mail's paragraph, has no value for is left out. Errors: KeyError for a value that was not given.
    """
    known = greeted(values, language)
    if channel == "email":
        return laid_out(source.subject, source.body, known)
    text = placeholders.filled_lines(source.body, known)
    subject = " ".join(placeholders.filled(source.subject, known).split())
    return Rendered(subject, " ".join(text.split()) if channel == "voice" else text, "")
