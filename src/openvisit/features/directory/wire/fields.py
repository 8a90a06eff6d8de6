"""The kinds of value that requests carry, each with its bounds.

PostgreSQL cannot store NUL in text; names and other single lines take no control characters at all, so that they can
stand in a mail's header. Text is trimmed by the commands.
"""

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from openvisit.core.appointment import Mode

_ONE_LINE = r"^[^\x00-\x1f\x7f]*$"

Name = Annotated[
    str, Meta(min_length=1, max_length=120, pattern=r"^ *[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*$", description="A name")
]
ShortText = Annotated[str, Meta(max_length=120, pattern=_ONE_LINE, description="One line")]
Line = Annotated[str, Meta(max_length=300, pattern=_ONE_LINE, description="One line")]
Prose = Annotated[str, Meta(max_length=4000, pattern=r"^[^\x00]*$", description="Plain text")]
Phone = Annotated[str, Meta(max_length=40, pattern=r"^[0-9+()./ x-]*$", examples=["+1 212 555 0100"])]
EMail = Annotated[str, Meta(max_length=254, pattern=r"^([^\s@\x00]+@[^\s@\x00]+)?$", examples=["desk@example.org"])]
Website = Annotated[str, Meta(max_length=300, pattern=r"^(https?://[^\s\x00]+)?$", examples=["https://example.org"])]
Zone = Annotated[str, Meta(min_length=1, max_length=64, description="IANA time zone", examples=["America/New_York"])]
Country = Annotated[str, Meta(pattern=r"^([A-Z]{2})?$", description="ISO 3166-1 alpha-2 code", examples=["US"])]
Latitude = Annotated[float, Meta(ge=-90, le=90, description="Degrees north")]
Longitude = Annotated[float, Meta(ge=-180, le=180, description="Degrees east")]
Currency = Annotated[str, Meta(pattern=r"^[A-Z]{3}$", description="ISO 4217 currency", examples=["USD"])]
SpecialtyCode = Annotated[
    str, Meta(pattern=r"^[0-9A-Z]{10}$", description="NUCC taxonomy code", examples=["207Q00000X"])
]
LanguageTag = Annotated[
    str,
    Meta(max_length=35, pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", description="BCP 47 tag", examples=["en", "es"]),
]
Modes = Annotated[list[Mode], Meta(min_length=1, max_length=3, description="How the visit can be held")]


class Price(msgspec.Struct):
    """An amount in minor units (cents) of an ISO 4217 currency."""

    amount_minor: Annotated[int, Meta(ge=0, le=1_000_000_000, description="Minor units")]
    currency: Currency


def price(amount_minor: int | None, currency: str | None) -> Price | None:
    """A price from its two columns."""
    return Price(amount_minor, currency) if amount_minor is not None and currency is not None else None


def given(body: msgspec.Struct) -> dict[str, Any]:
    """The members that a partial change (PATCH) names."""
    return {f: v for f in body.__struct_fields__ if (v := getattr(body, f)) is not msgspec.UNSET}
