"""How many segments an SMS takes: what it costs, and how it is cut (3GPP TS 23.038 and 23.040).

Text of the GSM 7-bit default alphabet has 160 places in one segment and 153 in each of several; `{}[]~\\^|€` take two.
One character outside of it, and the whole text is UCS-2: 70 places in one segment, 67 in each of several; characters
beyond the basic plane take two. What takes two places is never cut apart.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")


@dataclass(frozen=True, slots=True)
class Size:
    """How long an SMS is. `places` are used, `left` are free in its last segment; `because` are the characters that
    make it UCS-2."""

    encoding: Literal["gsm-7", "ucs-2"]
    places: int
    segments: int
    left: int
    because: str = ""


def size(text: str) -> Size:
    """The size of a text; an empty one has no segment."""
    foreign = "".join(dict.fromkeys(c for c in text if c not in _BASIC and c not in _EXTENDED))
    if foreign:
        return _cut("ucs-2", [2 if ord(c) > 0xFFFF else 1 for c in text], 70, 67, foreign)
    return _cut("gsm-7", [2 if c in _EXTENDED else 1 for c in text], 160, 153, "")


def _cut(encoding: Literal["gsm-7", "ucs-2"], widths: Iterable[int], alone: int, several: int, because: str) -> Size:
    widths = list(widths)
    places = sum(widths)
    if places <= alone:
        return Size(encoding, places, min(places, 1), alone - places if places else 0, because)
    segments, used = 1, 0
    for width in widths:
        if used + width > several:
            segments, used = segments + 1, 0
        used += width
    return Size(encoding, places, segments, several - used, because)
