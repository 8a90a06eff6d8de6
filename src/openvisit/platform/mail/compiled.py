"""A mail's source made ready once: HTML with gaps, and text in pieces, into which values only have to be put.

What a mail looks like hangs on its source and on which values are empty, are links, or have several lines; what they
say does not matter to it. So a source is read, checked and made into HTML once for each such shape, with a mark in
each place, and a mail is the marks exchanged for its values. `mjml` alone says what comes of a source: whatever has a
shape that marks cannot stand for is made by it anew.
"""

import re
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from openvisit.core import placeholders
from openvisit.platform.mail import mjml

Shapes = tuple[str, ...]
"""Of each name that a source has, in their order, whether its value is `empty`, a `link` or `plain`."""

_MARK = f"ov{secrets.token_hex(8)}"
_MARKED = re.compile(rf"(?:https://{_MARK}([a-z0-9_]+)z\.invalid/|{_MARK}([a-z0-9_]+)z)")
_WEB = ("http://", "https://")


@dataclass(frozen=True, slots=True)
class Compiled:
    """`html` is text and names in turn. `blocks` are those of the text; of their lines `gaps` has those with places,
    each as `%` fills it, which is the faster way for short ones."""

    html: tuple[str, ...]
    blocks: tuple[mjml.Block, ...]
    gaps: Mapping[str, str]


def rendered(source: str, values: Mapping[str, str]) -> tuple[str, str]:
    """Text and HTML of a mail's source, its places filled. Errors: KeyError, `mjml.Wrong`."""
    said = {}
    for name in _names(source):
        value = values[name]
        if not value.isprintable() and len(value.splitlines()) > 1:
            return _anew(source, values)
        said[name] = mjml.printable(value)
    ready = _compiled(source, tuple(map(_shape, said.values())))
    written = {name: _escaped(value) for name, value in said.items()}
    text = mjml.laid_text(ready.blocks, lambda line: ready.gaps[line] % said if line in ready.gaps else line)
    return text, "".join([written[part] if at % 2 else part for at, part in enumerate(ready.html)])


def _anew(source: str, values: Mapping[str, str]) -> tuple[str, str]:
    here = _names(source)
    tree = mjml.read(source, here, here)
    mjml.put(tree, values)
    return mjml.text(tree), mjml.html(tree)


@lru_cache(maxsize=1024)
def _names(source: str) -> tuple[str, ...]:
    return tuple(sorted(placeholders.names(source)))


@lru_cache(maxsize=1024)
def _compiled(source: str, shapes: Shapes) -> Compiled:
    here = _names(source)
    tree = mjml.read(source, here, here)
    mjml.put(tree, {name: _mark(name, shape) for name, shape in zip(here, shapes, strict=True)})
    blocks = tuple(_joined(map(_laid, mjml.blocks(tree))))
    gaps = {line: _with_gaps(line) for block in blocks for line in block.lines if _MARK in line}
    return Compiled(_parts(mjml.html(tree)), blocks, gaps)


def _laid(block: mjml.Block) -> mjml.Block:
    """A block without marks is laid out here and now, for all mails of the source."""
    if any(_MARK in line for line in block.lines):
        return block
    return mjml.Block((mjml.laid_block(block, str),), indent=None)


def _joined(blocks: Iterable[mjml.Block]) -> Iterator[mjml.Block]:
    """Blocks that are laid out already and follow each other are one."""
    for ready, some in groupby(blocks, lambda block: not any(_MARK in line for line in block.lines)):
        if ready:
            said = "\n\n".join(block.lines[0] for block in some if block.lines[0])
            yield mjml.Block((said,), indent=None)
        else:
            yield from some


def _parts(marked: str) -> tuple[str, ...]:
    # Of the two groups of a mark one is there: text, link or plain, text, ...
    return tuple(part for part in _MARKED.split(marked) if part is not None)


def _with_gaps(marked: str) -> str:
    """The marks as places that `%` fills."""
    return _MARKED.sub(lambda found: f"%({found[1] or found[2]})s", marked.replace("%", "%%"))


def _escaped(value: str) -> str:
    # Quotes, too: a title stands in an attribute as well.
    return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def _shape(value: str) -> str:
    if not value:
        return "empty"
    return "link" if value.startswith(_WEB) else "plain"


def _mark(name: str, shape: str) -> str:
    if shape == "empty":
        return ""
    return f"https://{_MARK}{name}z.invalid/" if shape == "link" else f"{_MARK}{name}z"
