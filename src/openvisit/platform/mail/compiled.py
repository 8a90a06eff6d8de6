"""A mail's source made ready once: HTML with gaps, and text in pieces, into which values only have to be put.

What a mail looks like hangs on its source and on which values are empty, are links, or have several lines; what they
say does not matter to it. So a source is read, checked and made into HTML once for each such shape, with a mark in
each place, and a mail is the marks exchanged for its values. `mjml` alone says what comes of a source: whatever has a
shape that marks cannot stand for is made by it anew.
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from xml.sax.saxutils import escape

from openvisit.core import placeholders
from openvisit.platform.mail import mjml

Shapes = frozenset[tuple[str, str]]
"""Of each name that a source has, whether its value is `empty`, a `link` or `plain`."""

_MARK = f"ov{secrets.token_hex(8)}"
_MARKED = re.compile(rf"(?:https://{_MARK}([a-z0-9_]+)z\.invalid/|{_MARK}([a-z0-9_]+)z)")
_WEB = ("http://", "https://")


@dataclass(frozen=True, slots=True)
class Compiled:
    """`html` is text and names in turn; `blocks` are those of the text, with marks in them."""

    html: tuple[str, ...]
    blocks: tuple[mjml.Block, ...]


def rendered(source: str, values: Mapping[str, str]) -> tuple[str, str]:
    """Text and HTML of a mail's source, its places filled. Errors: KeyError, `mjml.Wrong`."""
    said = {name: mjml.printable(values[name]) for name in _names(source)}
    if any(len(values[name].splitlines()) > 1 for name in said):
        return _anew(source, values)
    ready = _compiled(source, frozenset((name, _shape(value)) for name, value in said.items()))
    # Quotes, too: a title stands in an attribute as well.
    written = {name: escape(value, {'"': "&quot;"}) for name, value in said.items()}
    html = "".join(written[part] if at % 2 else part for at, part in enumerate(ready.html))
    return mjml.laid_text(ready.blocks, lambda line: _MARKED.sub(lambda found: said[found[1] or found[2]], line)), html


def _anew(source: str, values: Mapping[str, str]) -> tuple[str, str]:
    here = _names(source)
    tree = mjml.read(source, here, here)
    mjml.put(tree, values)
    return mjml.text(tree), mjml.html(tree)


@lru_cache(maxsize=1024)
def _names(source: str) -> frozenset[str]:
    return frozenset(placeholders.names(source))


@lru_cache(maxsize=1024)
def _compiled(source: str, shapes: Shapes) -> Compiled:
    here = _names(source)
    tree = mjml.read(source, here, here)
    mjml.put(tree, {name: _mark(name, shape) for name, shape in shapes})
    parts = _MARKED.split(mjml.html(tree))
    # Of the two groups of a mark one is there: text, link or plain, text, ...
    html = [parts[0]]
    for link, plain, text in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        html += [link or plain, text]
    return Compiled(tuple(html), tuple(mjml.blocks(tree)))


def _shape(value: str) -> str:
    if not value:
        return "empty"
    return "link" if value.startswith(_WEB) else "plain"


def _mark(name: str, shape: str) -> str:
    if shape == "empty":
        return ""
    return f"https://{_MARK}{name}z.invalid/" if shape == "link" else f"{_MARK}{name}z"
