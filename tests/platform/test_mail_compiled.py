"""A mail made from a source that is ready says to the letter what one made anew says.

But for quotes, which the two write differently, and for the label of the page, where MRML writes those of a title bare.
"""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openvisit.features.notifications.templates.kinds import KINDS, LINKS
from openvisit.features.notifications.templates.sources import ours
from openvisit.platform.mail import compiled, mjml
from openvisit.platform.mail.compiled import rendered
from openvisit.platform.mail.words import greeted

LETTERS = [(kind, language) for kind in KINDS for language in ("en", "es")]
WORDS = st.text(st.characters(blacklist_categories=("Cs",)), max_size=90)
LINES = st.lists(WORDS, max_size=3).map("\n".join)
TOKENS = st.from_regex(r"[A-Za-z0-9_-]{0,40}", fullmatch=True)


def anew(source: str, values: dict[str, str]) -> tuple[str, str]:
    tree = mjml.read(source, frozenset(values), frozenset(values))
    mjml.put(tree, values)
    return mjml.text(tree), mjml.html(tree)


def alike(made: tuple[str, str]) -> tuple[str, str]:
    text, html = made
    return text, re.sub(r' aria-label=".*?" aria-roledescription', "", html).replace("&quot;", '"')


def values(kind: str, plain: list[str], tail: str) -> dict[str, str]:
    names = sorted(KINDS[kind].names | {"name", "greeting"})
    said = {name: plain[at % len(plain)] for at, name in enumerate(names)}
    links = {name: f"https://visits.example/{name}?a=1&b=2#{tail}" for name in names if name in LINKS}
    return greeted({**said, **links}, "en")


@pytest.mark.parametrize(("kind", "language"), LETTERS)
def test_every_letter_is_the_same_both_ways(kind: str, language: str) -> None:
    source = ours(kind, "email", language).body  # type: ignore[arg-type]
    for plain in (["Ana", ""], ["<b>&amp; \"you\" 'me'", "a much longer value " * 6], ["", "x"], ["one\ntwo", "three"]):
        said = values(kind, plain, "token")
        for _ in range(2):  # made ready, and taken as it was made
            assert alike(rendered(source, said)) == alike(anew(source, said))


@given(st.sampled_from(LETTERS), st.lists(LINES, min_size=1, max_size=5), TOKENS)
@settings(max_examples=60, deadline=None)
def test_whatever_the_values_are(letter: tuple[str, str], plain: list[str], tail: str) -> None:
    kind, language = letter
    source = ours(kind, "email", language).body  # type: ignore[arg-type]
    said = values(kind, plain, tail)
    assert alike(rendered(source, said)) == alike(anew(source, said))


def test_a_title_with_quotes_stays_inside_its_attribute() -> None:
    source = ours("appointment_booked_patient", "email", "en").body
    said = values("appointment_booked_patient", ['x" onload="alert(1)'], "token")
    _, html = rendered(source, said)
    assert 'onload="' not in html


def test_a_source_is_read_once_for_each_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    source = ours("reminder", "email", "en").body
    read: list[str] = []
    before = mjml.read

    def counted(text: str, *given: frozenset[str]) -> object:
        read.append(text)
        return before(text, *given)

    monkeypatch.setattr(mjml, "read", counted)
    compiled._compiled.cache_clear()
    for name in ("Ana", "Bea", "Cleo"):
        rendered(source, values("reminder", [name], name))
    assert len(read) == 1
    rendered(source, values("reminder", [""], "x"))
    assert len(read) == 2
