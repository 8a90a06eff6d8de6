"""A mail's MJML: read, its places filled, and made into HTML and plain text.

Values are put into the tree and not into its source, so that none of them can become an element or an attribute.
The smallest paragraph, list item, table row, text or button that names an empty value is left out.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from html import unescape
from textwrap import fill
from typing import NamedTuple
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, ParseError, XMLParser, tostring

from mjml import mjml2html

from openvisit.core import placeholders
from openvisit.platform.mail import mjml_rules

LONGEST = 60_000
_UNITS = frozenset({"mj-text", "mj-button", "p", "li", "tr", "h1", "h2", "h3", "h4"})
_EMPTIED = {"mj-table": "tr", "ul": "li", "ol": "li"}
_OWN_LINE = frozenset({"p", "li", "h1", "h2", "h3", "h4", "ul", "ol"})
_NAMED = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]*);")
_BREAK = "\u2028"  # where a value has a line end of its own, as against one that only wraps the source


class Wrong(ValueError):
    """A template that cannot be used; `problems` are codes, each with what it is about."""

    def __init__(self, problems: list[mjml_rules.Problem]) -> None:
        super().__init__(", ".join(f"{code}: {about}" for code, about in problems))
        self.problems = problems


def read(source: str, names: Collection[str], links: Collection[str]) -> Element:
    """The tree of a mail's source, when it is one that may be sent. Errors: Wrong."""
    if len(source) > LONGEST:
        raise Wrong([("too-long", str(LONGEST))])
    tree = _parsed(source)
    if found := list(dict.fromkeys(mjml_rules.problems(tree, names, links))):
        raise Wrong(found[:20])
    return tree


def _parsed(source: str) -> Element:
    if re.search(r"<!\s*(DOCTYPE|ENTITY)", source, re.IGNORECASE):  # no entities of its own: they could grow for ever
        raise Wrong([("doctype", "<!DOCTYPE")])
    parser = XMLParser()  # noqa: S314 - without a document type there is nothing to expand or to fetch
    try:
        parser.feed(_NAMED.sub(lambda found: unescape(found[0]), source))
        tree: Element = parser.close()
    except (ParseError, ValueError) as error:
        line, column = getattr(error, "position", (1, 0))
        raise Wrong([("not-xml", f"{line}:{column + 1}")]) from None
    return tree


def put(tree: Element, values: Mapping[str, str]) -> None:
    """Fill the places of a tree that was read. Errors: KeyError."""
    marked = {name: _BREAK.join(map(printable, value.splitlines())) for name, value in values.items()}
    _leave_out(_body(tree), marked)
    for element in list(tree.iter()):
        if element.tag == "mj-style":
            continue
        element.text = placeholders.filled(element.text or "", marked)
        element.tail = placeholders.filled(element.tail or "", marked)
        if "href" in element.attrib:
            _lead(element, placeholders.filled(element.attrib.pop("href"), marked))
    for parent in list(tree.iter()):
        if parent.tag in ("mj-title", "mj-preview"):
            parent.text = (parent.text or "").replace(_BREAK, " ")
        else:
            _break_lines(parent)


def printable(text: str) -> str:
    """A value as it may stand on a line."""
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(text.split())


def _lead(element: Element, link: str) -> None:
    """Let an element lead to the web, a mailbox or a telephone; any other link is shown as text."""
    if urlsplit(link).scheme in ("http", "https", "mailto", "tel"):
        element.set("href", link)
    else:
        element.tag = "span" if element.tag == "a" else "mj-text"
        element.text = f"{element.text}: {link}"


def _leave_out(body: Element, values: Mapping[str, str]) -> None:
    for parent in list(body.iter()):
        for child in list(parent):
            if child.tag in _UNITS and not all(placeholders.complete(text, values) for text in _own_texts(child)):
                _remove(parent, child)
    for parent in list(body.iter()):
        for child in list(parent):
            wanted = _EMPTIED.get(child.tag)
            bare = child.tag == "mj-text" and len(child) == 0 and not (child.text or "").strip()
            if bare or (wanted is not None and child.find(f".//{wanted}") is None):
                _remove(parent, child)


def _own_texts(unit: Element) -> Iterator[str]:
    """The texts of a unit that are not in a smaller one."""
    yield unit.text or ""
    yield unit.get("href", "")
    for child in unit:
        yield child.tail or ""
        if child.tag not in _UNITS:
            yield from _own_texts(child)


def _remove(parent: Element, child: Element) -> None:
    """Take an element away, and leave the words after it."""
    at = list(parent).index(child)
    if tail := child.tail:
        if at:
            parent[at - 1].tail = (parent[at - 1].tail or "") + tail
        else:
            parent.text = (parent.text or "") + tail
    parent.remove(child)


def _break_lines(parent: Element) -> None:
    children = list(parent)
    first, *rest = (parent.text or "").split(_BREAK)
    ordered = [_line_break(line) for line in rest]
    for child in children:
        tail, *more = (child.tail or "").split(_BREAK)
        child.tail = tail
        ordered += [child, *(_line_break(line) for line in more)]
    parent.text = first
    parent[:] = ordered


def _line_break(tail: str) -> Element:
    element = Element("br")
    element.tail = tail
    return element


def html(tree: Element) -> str:
    """The mail as HTML, that fetches nothing."""
    made: str = mjml2html(tostring(tree, encoding="unicode"), disable_comments=False, fonts={})
    return made


class Block(NamedTuple):
    """A piece of the plain text: `lines`, wrapped and hung by `indent` where there is one, with `between` them."""

    lines: tuple[str, ...]
    between: str = "\n\n"
    indent: str | None = ""
    lead: str = ""


def text(tree: Element) -> str:
    """The mail as plain text, wrapped at 72 columns; links stand on lines of their own."""
    return laid_text(blocks(tree), str)


def blocks(tree: Element) -> Iterator[Block]:
    """The pieces of the plain text, before they are wrapped."""
    for element in _body(tree).iter():
        match element.tag:
            case "mj-text":
                lead = "-- \n" if "footer" in element.get("css-class", "").split() else ""
                yield Block(tuple(_lines(element)), lead=lead)
            case "mj-button":
                yield Block((f"{_inline(element).strip()}:\n{element.get('href', '')}",), indent=None)
            case "mj-table":
                yield Block(tuple(_row(row) for row in element.iter("tr")), "\n", "  ")


def laid_text(pieces: Iterable[Block], filled: Callable[[str], str]) -> str:
    """The plain text of its pieces, their lines as `filled` has them."""
    parts = [laid_block(piece, filled) for piece in pieces]
    return "\n\n".join([part for part in parts if part]) + "\n"


def laid_block(piece: Block, filled: Callable[[str], str]) -> str:
    """The plain text of one piece."""
    lines = [filled(line) for line in piece.lines]
    if piece.indent is not None:
        lines = [_wrapped(line, piece.indent) for line in lines]
    return piece.lead + piece.between.join(lines)


def _body(tree: Element) -> Element:
    found = tree.find("mj-body")
    assert found is not None  # noqa: S101 - `read` refuses a mail without one
    return found


def _row(row: Element) -> str:
    return ": ".join(filter(None, (" ".join(_inline(cell).split()) for cell in row)))


def _lines(element: Element) -> Iterator[str]:
    """The paragraphs of a text, each in one piece; a `br` is a line end within it."""
    said = element.text or ""
    for child in element:
        if child.tag in _OWN_LINE:
            yield from _kept(said)
            found = [*_lines(child)]
            yield from (f"- {line}" if child.tag == "li" else line for line in found)
            said = child.tail or ""
        else:
            said += _inline(child) + (child.tail or "")
    yield from _kept(said)


def _kept(said: str) -> Iterator[str]:
    if kept := "\n".join(" ".join(line.split()) for line in said.split(_BREAK)).strip():
        yield kept


def _inline(element: Element) -> str:
    if element.tag == "br":
        return _BREAK
    inner = (element.text or "") + "".join(_inline(child) + (child.tail or "") for child in element)
    link = element.get("href", "") if element.tag == "a" else ""
    return f"{inner}: {link}" if link and link != inner.strip() else inner


def _wrapped(said: str, indent: str) -> str:
    if len(said) <= 72 and "\n" not in said and "\t" not in said:
        return said  # most lines: `fill` would leave them as they are
    return "\n".join(_filled(line, indent) for line in said.split("\n"))


def _filled(line: str, indent: str) -> str:
    if not line.isprintable() or "  " in line or line[:1] == " " or line[-1:] == " ":
        return fill(line, 72, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
    # What `fill` makes of words with one space between them, in a fraction of its time.
    rows, width = [], 72
    while len(line) > width:
        at = line.rfind(" ", 0, width + 1)
        if at < 0 and (at := line.find(" ", width)) < 0:  # a word is longer than a row
            break
        rows.append(line[:at])
        line, width = line[at + 1 :], 72 - len(indent)
    return f"\n{indent}".join([*rows, line])
