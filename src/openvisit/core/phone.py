"""Telephone numbers as networks take them (ITU-T E.164)."""

import re

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")


def normalised(text: str) -> str | None:
    """The number in E.164, `+34600111222`; None for what cannot be one. A country code is needed: `+34` or `0034`."""
    bare = re.sub(r"[\s().\-/\u00a0\u2010-\u2015]", "", text)
    bare = f"+{bare[2:]}" if bare.startswith("00") else bare
    return bare if _E164.fullmatch(bare) else None
