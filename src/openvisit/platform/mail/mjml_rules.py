"""What a mail's MJML may hold. Whoever writes it works for a clinic; whoever reads it must be safe all the same.

Nothing runs and nothing is fetched: no scripts, no pictures, no fonts or styles from elsewhere, no includes. Values go
into text, and a whole link into `href`; nowhere else.
"""

import re
from collections.abc import Collection, Iterator
from xml.etree.ElementTree import Element

from openvisit.core import placeholders

DEEPEST = 30


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_LAYOUT = _words(
    """mjml mj-head mj-title mj-preview mj-style mj-attributes mj-all mj-class mj-body mj-wrapper mj-section mj-group
    mj-column mj-text mj-button mj-divider mj-spacer mj-table"""
)
_INLINE = _words("p br strong b em i u s span small sup sub h1 h2 h3 h4 ul ol li a code tr th td")
_ATTRIBUTES = _words(
    """align background-color border border-bottom border-color border-left border-radius border-right border-style
    border-top border-width class color colspan container-background-color css-class direction font-family font-size
    font-style font-weight full-width height href inner-padding lang letter-spacing line-height name padding
    padding-bottom padding-left padding-right padding-top role rowspan scope style text-align text-decoration
    text-transform vertical-align width cellpadding cellspacing"""
)
_LINKED = frozenset({"a", "mj-button"})
_WHOLE_PLACE = re.compile(r"\{\{[ \t]*([a-z][a-z0-9_]*)[ \t]*\}\}")
_FIXED_LINK = re.compile(r"(https://[^\s{}]+|mailto:[^\s{}]+|tel:[+0-9 ()-]+)")
# A backslash could spell any of the others; `//` and quotes with `:` are how an address begins.
_FETCHES = re.compile(r"\\|//|url|image|src\s*\(|expression|@(?!media\b)|<|-moz-binding|behaviou?r", re.IGNORECASE)

Problem = tuple[str, str]
"""A code and what it is about, in the template's own words."""


def problems(tree: Element, names: Collection[str], links: Collection[str]) -> Iterator[Problem]:
    """What is wrong with a mail whose places may have these `names`; those among `links` may be where a link goes."""
    if tree.tag != "mjml" or tree.find("mj-body") is None:
        yield "not-mjml", tree.tag
        return
    for element, depth in _walk(tree):
        if depth > DEEPEST:
            yield "too-deep", element.tag
            return
        if element.tag not in _LAYOUT and element.tag not in _INLINE:
            yield "element", element.tag
            continue
        yield from _attributes(element, names, links)
        if element.tag == "mj-style":
            yield from _style(element.text or "")
        else:
            for text in (element.text, *(child.tail for child in element)):
                yield from placeholders.problems(text or "", names)


def _attributes(element: Element, names: Collection[str], links: Collection[str]) -> Iterator[Problem]:
    for name, value in element.attrib.items():
        if name not in _ATTRIBUTES or (name == "href" and element.tag not in _LINKED):
            yield "attribute", f"{element.tag} {name}"
        elif name == "href":
            yield from _link(value, names, links)
        elif "{{" in value or "}}" in value:
            yield "placeholder-in-attribute", f"{element.tag} {name}"
        else:
            yield from _style(value)


def _link(value: str, names: Collection[str], links: Collection[str]) -> Iterator[Problem]:
    place = _WHOLE_PLACE.fullmatch(value.strip())
    if place is None:
        if not _FIXED_LINK.fullmatch(value.strip()):
            yield "link", value[:60]
    elif place[1] not in names:
        yield "unknown-placeholder", place[1]
    elif place[1] not in links:
        yield "not-a-link", place[1]


def _style(text: str) -> Iterator[Problem]:
    if found := _FETCHES.search(text):
        yield "style", found[0]
    elif "{{" in text or "}}" in text:
        yield "placeholder-in-attribute", "mj-style"


def _walk(tree: Element) -> Iterator[tuple[Element, int]]:
    waiting = [(tree, 0)]
    while waiting:
        element, depth = waiting.pop()
        yield element, depth
        waiting += [(child, depth + 1) for child in reversed(element)]
