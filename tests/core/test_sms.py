import pytest
from hypothesis import given
from hypothesis import strategies as st

from openvisit.core.sms import size


@pytest.mark.parametrize(
    ("text", "encoding", "places", "segments", "left"),
    [
        ("", "gsm-7", 0, 0, 0),
        ("a" * 160, "gsm-7", 160, 1, 0),
        ("a" * 161, "gsm-7", 161, 2, 145),
        ("a" * 306, "gsm-7", 306, 2, 0),
        ("a" * 307, "gsm-7", 307, 3, 152),
        ("€" * 80, "gsm-7", 160, 1, 0),
        ("a" * 152 + "€" + "a" * 10, "gsm-7", 164, 2, 141),  # the euro sign does not fit and goes over whole
        ("ñ" * 160, "gsm-7", 160, 1, 0),
        ("á" * 70, "ucs-2", 70, 1, 0),
        ("á" * 71, "ucs-2", 71, 2, 63),
        ("á" * 134, "ucs-2", 134, 2, 0),
        ("á" * 66 + "😀" + "á" * 10, "ucs-2", 78, 2, 55),
        ("sábado", "ucs-2", 6, 1, 64),
    ],
)
def test_sizes(text: str, encoding: str, places: int, segments: int, left: int) -> None:
    found = size(text)
    assert (found.encoding, found.places, found.segments, found.left) == (encoding, places, segments, left)


def test_what_makes_a_text_dear_is_named() -> None:
    assert size("el sábado, ¿sí?, sábado").because == "áí"
    assert size("el domingo, ¿no?").because == ""


@given(st.text(max_size=700))
def test_segments_hold_what_there_is(text: str) -> None:
    """Never fewer than the places need, never more than one lost place a cut explains."""
    found = size(text)
    alone, several = (160, 153) if found.encoding == "gsm-7" else (70, 67)
    if found.places <= alone:
        assert found.segments == min(found.places, 1)
    else:
        assert found.segments * several >= found.places
        assert (found.segments - 1) * (several - 1) < found.places
        assert 0 <= found.left < several
