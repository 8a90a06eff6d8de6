"""From a kind of mail, a language and some values to words: the catalogues in `catalogue/*.json`."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from string import Template
from typing import Any, NamedTuple

from openvisit.platform.mail.layout import Block, Button, Code, Facts, Letter, Paragraph, as_html, as_text

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
    base = language.lower().split("-")[0]
    return base if base in LANGUAGES else "en"


def render(kind: str, language: str, values: Mapping[str, str]) -> Rendered:
    """Subject, plain text and HTML of one kind of mail.

    Errors: KeyError for a kind that is not in the catalogue, or a value it names that was not given.
    """
    letter = write(kind, language, values)
    return Rendered(letter.subject, as_text(letter), as_html(letter))


def write(kind: str, language: str, values: Mapping[str, str]) -> Letter:
    """The letter before it is laid out; errors as `render`."""
    known = known_language(language)
    words = catalogue(known)
    letter = words["letters"][kind]
    clean = {name: _one_line(value) for name, value in values.items()}
    clean["name"] = believable_name(clean.get("name", ""))
    greeting = words["greeting"] if clean["name"] else words["greeting_without_name"]
    return Letter(
        language=known,
        subject=_filled(letter["subject"], clean),
        heading=_filled(letter["heading"], clean),
        blocks=[Paragraph(_filled(greeting, clean)), *_blocks(words, letter["blocks"], clean)],
        footer=words["footer"],
    )


def phrase(key: str, language: str, **values: str) -> str:
    """One of the small phrases that values are made of. Errors: KeyError."""
    return _filled(catalogue(known_language(language))["phrases"][key], values)


def believable_name(name: str) -> str:
    """The name, or nothing when it reads like a link or an advertisement."""
    return "" if len(name) > LONGEST_NAME or _NOT_A_NAME.search(name) else name


@cache
def catalogue(language: str) -> dict[str, Any]:
    """All words of one language."""
    file = resources.files("openvisit.platform.mail") / "catalogue" / f"{language}.json"
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def _blocks(words: dict[str, Any], entries: list[dict[str, Any]], values: Mapping[str, str]) -> Iterator[Block]:
    for entry in entries:
        if "use" in entry:
            yield from _blocks(words, words["shared"][entry["use"]], values)
        elif (block := _block(entry, values)) is not None:
            yield block


def _block(entry: dict[str, Any], values: Mapping[str, str]) -> Block | None:
    if "facts" in entry:
        pairs = tuple((name, _filled(text, values)) for name, text in entry["facts"] if _complete(text, values))
        return Facts(pairs) if pairs else None
    if not all(_complete(text, values) for text in entry.values()):
        return None
    filled = {part: _filled(text, values) for part, text in entry.items()}
    match filled:
        case {"code": text}:
            return Code(text)
        case {"button": label, "link": link}:
            return Button(label, link)
        case {"small": text}:
            return Paragraph(text, quiet=True)
    return Paragraph(filled["p"])


def _complete(text: str, values: Mapping[str, str]) -> bool:
    """Whether every value the text names is given and not empty; KeyError when one is not given at all."""
    return all(values[name] for name in Template(text).get_identifiers())


def _filled(text: str, values: Mapping[str, str]) -> str:
    return Template(text).substitute(values)


def _one_line(text: str) -> str:
    """Text without line ends and control characters: it may stand in a header."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
