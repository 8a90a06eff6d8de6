"""From a kind of mail, a language and some values to words: the catalogues in `catalogue/*.json`."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from string import Template
from typing import Any, NamedTuple

from openvisit.core.placeholders import filled
from openvisit.platform.mail.compiled import rendered
from openvisit.platform.mail.layout import Block, Button, Code, Facts, Letter, Links, Paragraph, as_mjml

LANGUAGES = ("en", "es")
LONGEST_NAME = 70

# A name comes from whoever filled the form, with an address that may be someone else's: our mail must not carry
# their advertisement. No name has these.
_NOT_A_NAME = re.compile(r"[/:@<>\\]|www\.|\w\.\w{2,}", re.IGNORECASE)


class Rendered(NamedTuple):
    """A mail's words, three times."""

    subject: str
    text: str
    html: str


def known_language(language: str) -> str:
    """The catalogue for a BCP 47 code: `es-MX` reads `es`, what is not known reads `en`."""
    if language in LANGUAGES:
        return language
    base = language.lower().split("-")[0]
    return base if base in LANGUAGES else "en"


def render(kind: str, language: str, values: Mapping[str, str]) -> Rendered:
    """Subject, plain text and HTML of one kind of mail.

    Errors: KeyError for a kind that is not in the catalogue, or a value it names that was not given.
    """
    known = known_language(language)
    letter = template(kind, known)
    return laid_out(letter.subject, as_mjml(letter), greeted(values, known))


def laid_out(subject: str, source: str, values: Mapping[str, str]) -> Rendered:
    """A mail of a subject and an MJML source, their places filled. Errors: KeyError, `mjml.Wrong`."""
    text, html = rendered(source, values)
    return Rendered(_one_line(filled(subject, values)), text, html)


def greeted(values: Mapping[str, str], language: str) -> dict[str, str]:
    """The values with a name that can be believed, and a `greeting` by that name or without one."""
    words = catalogue(known_language(language))
    name = believable_name(_one_line(values.get("name", "")))
    greeting = filled(_places(words["greeting"]), {"name": name}) if name else words["greeting_without_name"]
    return {**values, "name": name, "greeting": greeting}


@cache
def template(kind: str, language: str) -> Letter:
    """A letter of the catalogue with places for its values. Errors: KeyError."""
    words = catalogue(language)
    letter = words["letters"][kind]
    return Letter(
        language=language,
        subject=_places(letter["subject"]),
        heading=_places(letter["heading"]),
        blocks=[Paragraph("{{greeting}}"), *_blocks(words, letter["blocks"])],
        footer=words["footer"],
    )


def phrase(key: str, language: str, **values: str) -> str:
    """One of the small phrases that values are made of. Errors: KeyError."""
    return _phrase(key, known_language(language)).substitute(values)


@cache
def _phrase(key: str, language: str) -> Template:
    return Template(catalogue(language)["phrases"][key])


def believable_name(name: str) -> str:
    """The name, or nothing when it reads like a link or an advertisement."""
    return "" if len(name) > LONGEST_NAME or _NOT_A_NAME.search(name) else name


@cache
def catalogue(language: str) -> dict[str, Any]:
    """All words of one language."""
    file = resources.files("openvisit.platform.mail") / "catalogue" / f"{language}.json"
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def _blocks(words: dict[str, Any], entries: list[dict[str, Any]]) -> Iterator[Block]:
    for entry in entries:
        if "use" in entry:
            yield from _blocks(words, words["shared"][entry["use"]])
        elif "facts" in entry:
            yield Facts(tuple((name, _places(text)) for name, text in entry["facts"]))
        elif "links" in entry:
            yield Links(tuple((label, _places(link)) for label, link in entry["links"]))
        else:
            yield _block({part: _places(text) for part, text in entry.items()})


def _block(entry: dict[str, str]) -> Block:
    match entry:
        case {"code": text}:
            return Code(text)
        case {"button": label, "link": link}:
            return Button(label, link)
        case {"small": text}:
            return Paragraph(text, quiet=True)
    return Paragraph(entry["p"])


@cache
def _places(text: str) -> str:
    """A text of the catalogue, `$name`, as templates write it."""
    found = Template(text)
    return found.substitute({name: f"{{{{{name}}}}}" for name in found.get_identifiers()})


def _one_line(text: str) -> str:
    """Text without line ends and control characters: it may stand in a header."""
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(text.split())
