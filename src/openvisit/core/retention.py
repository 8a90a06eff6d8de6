"""How long what has to be kept is kept: years by country, as the law there asks of health providers.

The clinic may change them; they are a place to start from, not legal advice. Sources: DE BGB 630f(3), AO 147; ES Ley
41/2002 art. 17, Codigo de Comercio art. 30; FR CSP R1112-7, Code de commerce L123-22; GB NHS Records Management Code;
IT DM 14 February 1997; US 42 CFR 422.504(d) and 45 CFR 164.316(b)(2).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

ADULT_AT = 18


@dataclass(frozen=True, slots=True)
class Rules:
    """Years that visits' health text, what was charged, and the audit trail are kept; months for sent messages."""

    medical_years: int
    billing_years: int
    audit_years: int = 6
    message_months: int = 24


USUAL = Rules(10, 10)
BY_COUNTRY: dict[str, Rules] = {
    "DE": Rules(10, 10),
    "ES": Rules(5, 6),
    "FR": Rules(20, 10),
    "GB": Rules(8, 6),
    "IT": Rules(10, 10),
    "US": Rules(10, 10),
}


def rules_for(country: str) -> Rules:
    """The rules of a country by its ISO 3166-1 code; ten years each where we know of none."""
    return BY_COUNTRY.get(country.upper(), USUAL)


def years_after(at: datetime, years: int) -> datetime:
    """The same day so many years later; 28 February for a leap day."""
    try:
        return at.replace(year=at.year + years)
    except ValueError:
        return at.replace(year=at.year + years, day=28)


def kept_until(last_visit: datetime, years: int, born_on: date | None) -> datetime:
    """Until when a record is kept: the years count from the last visit, for children not before they are adult."""
    start = last_visit
    if born_on is not None:
        # A birthday as midnight of that day in the visit's own zone is near enough for a rule of years.
        days = (date(born_on.year + ADULT_AT, born_on.month, min(born_on.day, 28)) - last_visit.date()).days
        start = last_visit + timedelta(days=max(0, days))
    return years_after(start, years)
