"""The language of templates: words with places to be filled, `{{when}}`. Nothing is computed, nothing is looked up.

A name is small letters, digits and underscores. Two braces that are no place are an error, so that a slip is seen when
the template is saved and not in somebody's mail.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import lru_cache

_PLACE = re.compile(r"\{\{[ \t]*([a-z][a-z0-9_]{0,39})[ \t]*\}\}")
_BRACES = re.compile(r"\{\{|\}\}")


def names(text: str) -> set[str]:
    """The names of the places in a text."""
    return set(_PLACE.findall(text))


def problems(text: str, known: Collection[str]) -> Iterator[tuple[str, str]]:
    """What is wrong with a text whose places may have the `known` names: codes, each with what it is about.

    `unknown-placeholder` with its name; `stray-braces` with some of the text around.
    """
    for name in sorted(names(text) - set(known)):
        yield "unknown-placeholder", name
    rest = _PLACE.sub("", text)
    if found := _BRACES.search(rest):
        yield "stray-braces", rest[max(0, found.start() - 15) : found.end() + 15].strip()


def filled(text: str, values: Mapping[str, str], written: Callable[[str], str] = str) -> str:
    """The text with every place filled; `written` makes a value fit where it goes, such as by escaping it.

    A value is never read for places again. Errors: KeyError for a value that was not given.
    """
    return "".join([written(values[part]) if at % 2 else part for at, part in enumerate(_parts(text))])


def complete(text: str, values: Mapping[str, str]) -> bool:
    """Whether every value that the text names is given and not empty. Errors: KeyError when one is not given."""
    return all(values[name] for name in _parts(text)[1::2])


def filled_lines(text: str, values: Mapping[str, str]) -> str:
    """The text with its places filled, without the lines that name an empty value. Errors: KeyError."""
    kept = [filled(line, values) for line in text.split("\n") if complete(line, values)]
    return "\n".join(kept).strip()


@lru_cache(maxsize=4096)  # the same few texts are filled again and again
def _parts(text: str) -> tuple[str, ...]:
    """Words and names of places in turn."""
    return tuple(_PLACE.split(text))
