"""What clinics may write into a mail, and what no value can make of it."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openvisit.platform.mail import mjml

NAMES = {"name", "when", "place", "link"}
LINKS = {"link"}


def mail(inner: str, head: str = "") -> str:
    """A mail with something in its one column."""
    return (
        f"<mjml><mj-head>{head}</mj-head><mj-body><mj-section><mj-column>{inner}</mj-column></mj-section>"
        "</mj-body></mjml>"
    )


def made(source: str, **values: str) -> tuple[str, str]:
    """HTML and text of a mail."""
    tree = mjml.read(source, NAMES, LINKS)
    mjml.put(tree, {"name": "Ana", "when": "at noon", "place": "", "link": "https://a.example/v/1?x=1&y=2", **values})
    return mjml.html(tree), mjml.text(tree)


WRONG = {
    "an element that runs": (mail("<mj-raw><script>x</script></mj-raw>"), "element"),
    "a script in a text": (mail("<mj-text>a<script>x</script></mj-text>"), "element"),
    "a picture": (mail('<mj-image src="https://a.example/p.png" />'), "element"),
    "a picture in a text": (mail('<mj-text><img src="https://a.example/p.png" /></mj-text>'), "element"),
    "an include": (mail('<mj-include path="/etc/passwd" />'), "element"),
    "a font": (mail("", '<mj-font name="x" href="https://a.example/f.css" />'), "element"),
    "a handler": (mail('<mj-text onclick="x()">a</mj-text>'), "attribute"),
    "a background": (mail('<mj-text background-url="https://a.example/p.png">a</mj-text>'), "attribute"),
    "a link where none belongs": (mail('<mj-text href="https://a.example">a</mj-text>'), "attribute"),
    "a script as a link": (mail('<mj-text><a href="javascript:x()">a</a></mj-text>'), "link"),
    "an insecure link": (mail('<mj-text><a href="http://a.example">a</a></mj-text>'), "link"),
    "a link put together": (mail('<mj-text><a href="https://{{name}}.example">a</a></mj-text>'), "link"),
    "a value that is no link": (mail('<mj-button href="{{name}}">a</mj-button>'), "not-a-link"),
    "a style that fetches": (mail('<mj-text><p style="background:url(x)">a</p></mj-text>'), "style"),
    "a style that hides it": (mail('<mj-text><p style="background:u\\72l(x)">a</p></mj-text>'), "style"),
    "a style that imports": (mail("", '<mj-style>@import "x";</mj-style>'), "style"),
    "a style that fetches otherwise": (mail("", '<mj-style>a{content:image-set("x")}</mj-style>'), "style"),
    "a value in a style": (mail("", "<mj-style>.{{name}} { }</mj-style>"), "placeholder-in-attribute"),
    "a value in an attribute": (mail('<mj-text color="{{name}}">a</mj-text>'), "placeholder-in-attribute"),
    "a value nobody has": (mail("<mj-text>{{reason}}</mj-text>"), "unknown-placeholder"),
    "a value nobody has, as a link": (mail('<mj-button href="{{reason}}">a</mj-button>'), "unknown-placeholder"),
    "a value after an element": (mail("<mj-text><b>a</b>{{reason}}</mj-text>"), "unknown-placeholder"),
    "code": (mail("<mj-text>{{ 7 * 7 }}</mj-text>"), "stray-braces"),
    "a document type": ('<!DOCTYPE x [<!ENTITY a "b">]>' + mail("<mj-text>&a;</mj-text>"), "doctype"),
    "an unknown entity": (mail("<mj-text>&a;</mj-text>"), "not-xml"),
    "what is not closed": (mail("<mj-text>a"), "not-xml"),
    "nothing": ("", "not-xml"),
    "another root": ("<html></html>", "not-mjml"),
    "no body": ("<mjml></mjml>", "not-mjml"),
    "too deep": (mail("<mj-text>" + "<b>" * 40 + "</b>" * 40 + "</mj-text>"), "too-deep"),
    "too long": (mail("<mj-text>" + "a" * mjml.LONGEST + "</mj-text>"), "too-long"),
    "elements of another kind": ('<x:mjml xmlns:x="http://a.example"><x:mj-body /></x:mjml>', "not-mjml"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_not_taken(what: str) -> None:
    source, code = WRONG[what]
    with pytest.raises(mjml.Wrong) as caught:
        mjml.read(source, NAMES, LINKS)
    assert code in [found for found, _ in caught.value.problems]


def test_what_is_wrong_is_named_where_it_stands() -> None:
    with pytest.raises(mjml.Wrong) as caught:
        mjml.read("<mjml>\n<mj-body>\n</mjml>", NAMES, LINKS)
    assert caught.value.problems == [("not-xml", "3:3")]


def test_a_mail_in_html_and_text() -> None:
    html, text = made(
        mail(
            "<mj-text><h1>Hello {{name}}</h1><p>Come <b>{{when}}</b>&nbsp;&eacute;<br/>or not.</p>"
            '<ul><li>One</li><li>Two</li></ul><a href="{{link}}">Your visit</a></mj-text>'
            "<mj-table><tr><th>When</th><td>{{when}}</td></tr><tr><th>Where</th><td>{{place}}</td></tr></mj-table>"
            '<mj-button href="{{link}}">Open it</mj-button>'
            '<mj-text css-class="footer">Bye</mj-text>'
        )
    )
    assert text == (
        "Hello Ana\n\nCome at noon é\nor not.\n\n- One\n\n- Two\n\nYour visit: https://a.example/v/1?x=1&y=2\n\n"
        "When: at noon\n\nOpen it:\nhttps://a.example/v/1?x=1&y=2\n\n-- \nBye\n"
    )
    assert 'href="https://a.example/v/1?x=1&amp;y=2"' in html
    assert "<b>at noon</b>" in html
    assert "Where" not in html
    assert not re.search(r"<(link|img|script)|@import|url\(", html)


def test_the_smallest_part_with_an_empty_value_is_left_out() -> None:
    """The words beside it stay."""
    html, text = made(
        mail("<mj-text>Before <p>In {{place}}</p> after <p>By {{when}}</p></mj-text><mj-text>x</mj-text>")
    )
    assert text == "Before after\n\nBy at noon\n\nx\n"
    assert "In " not in html
    assert "mj-table" not in made(mail("<mj-table><tr><td>{{place}}</td></tr></mj-table><mj-text>x</mj-text>"))[0]


def test_lines_of_a_value_stay_lines() -> None:
    html, text = made(mail("<mj-text>Your visits:<br/>{{when}}</mj-text>"), when="Monday\nTuesday")
    assert text == "Your visits:\nMonday\nTuesday\n"
    assert re.search(r"Monday<br ?/>Tuesday", html)


def test_a_value_given_as_a_link_that_leads_nowhere_is_text() -> None:
    html, text = made(mail('<mj-button href="{{link}}">Open</mj-button>'), link="javascript:alert(1)")
    assert "href" not in html
    assert "Open: javascript:alert(1)" in text


@settings(max_examples=60)
@given(st.text(max_size=60), st.text(max_size=60))
def test_no_value_becomes_markup(name: str, link: str) -> None:
    """Whatever a name holds, the mail has the same elements."""
    source = mail('<mj-text>Hello {{name}}x</mj-text><mj-text><a href="{{link}}">a</a>.</mj-text>')
    nasty = f"<script>{name}</script>\" onload='x' {{{{when}}}} ]]> &amp; {name}"
    html, _ = made(source, name=nasty, link=f"https://a.example/{link}")
    plain, _ = made(source, name="Ana", link="https://a.example/")
    assert re.findall(r"<[a-z]+", html.replace("<br", "")) == re.findall(r"<[a-z]+", plain)
    assert "onload='x'" not in re.sub(r">[^<]*<", "><", html)
