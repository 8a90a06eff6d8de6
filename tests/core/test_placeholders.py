import pytest
from hypothesis import given
from hypothesis import strategies as st

from openvisit.core.placeholders import complete, filled, filled_lines, names, problems


def test_places_are_filled_once() -> None:
    """A value that looks like a place is only words."""
    assert filled("{{ a }} and {{b}}", {"a": "{{b}}", "b": "{{a}}"}) == "{{b}} and {{a}}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("See you {{when}}", []),
        ("See you {{ when }}", []),
        ("Dear {{patient.email}}", [("stray-braces", "Dear {{patient.email}}")]),
        ("{{ 7 * 7 }}", [("stray-braces", "{{ 7 * 7 }}")]),
        ("{{#if when}}x", [("stray-braces", "{{#if when}}x")]),
        ("{{when}", [("stray-braces", "{{when}")]),
        ("when}}", [("stray-braces", "when}}")]),
        ("{{__class__}}", [("stray-braces", "{{__class__}}")]),
        ("{{reason}} {{when}}", [("unknown-placeholder", "reason")]),
        ("{when} is a brace, $when a dollar", []),
    ],
)
def test_only_known_places_and_no_other_braces(text: str, expected: list[tuple[str, str]]) -> None:
    assert list(problems(text, {"when"})) == expected


def test_a_value_that_was_not_given_is_an_error() -> None:
    with pytest.raises(KeyError, match="when"):
        filled("{{when}}", {})
    with pytest.raises(KeyError, match="when"):
        complete("{{when}}", {})


def test_lines_with_an_empty_value_are_left_out() -> None:
    assert filled_lines("At {{place}}\nBy {{how}}\nBye", {"place": "", "how": "video"}) == "By video\nBye"


@given(st.text(), st.text())
def test_a_text_without_problems_is_filled_whole(text: str, value: str) -> None:
    if list(problems(text, {"a"})):
        return
    assert names(filled(text, {"a": "x"})) == set()
    assert filled(text, {"a": value}, lambda _: "") == filled(text, {"a": ""})
