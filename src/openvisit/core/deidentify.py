"""De-identifying facts about visits: HIPAA's Safe Harbor (45 CFR 164.514(b)(2)) and k-anonymity on top of it.

Safe Harbor takes out eighteen sorts of identifiers. Of those, OpenVisit has names, dates, contact details, numbers of
records and accounts, and addresses of devices and of the net: none of them is among the facts. Dates are years, ages
are bands with everybody from 90 on in one, places are states.

k-anonymity (Sweeney 2002): in what is given out, whoever is in it shares the columns by which somebody might be known
with at least k - 1 other people. Columns are made coarser, one step at a time, until few enough people are left out;
those who are still in too small a group are left out.
"""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

OLDEST = 90
"""Safe Harbor pools ages over 89."""
ANY = "*"
MOST_LEFT_OUT = 0.05


@dataclass(frozen=True, slots=True)
class Fact:
    """A visit of somebody (`person`, which never leaves): the columns by which they might be known, and the rest."""

    person: Hashable
    age: int | None
    year: int
    region: str
    language: str
    specialty: str
    mode: str
    status: str
    minutes: int
    days_ahead: int


Row = tuple[str, ...]

COLUMNS = ("year", "age", "region", "language", "specialty", "mode", "status", "minutes", "booked_ahead")
QUASI_IDENTIFIERS = COLUMNS[:6]


@dataclass(frozen=True, slots=True)
class Released:
    """What may be given out. `left_out` counts people, `levels` says how coarse each column had to become."""

    rows: list[Row]
    people: int
    left_out: int
    levels: Mapping[str, int]


class TooFew(Exception):
    """Fewer people than one group needs, or none that can be kept unrecognisable."""


def age_at(born_on: date | None, on: date) -> int | None:
    """Whole years."""
    if born_on is None:
        return None
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))


def age_band(age: int | None, years: int) -> str:
    """`30-39` for bands of ten years, `90+` from 90 on whatever the bands."""
    if age is None:
        return "unknown"
    if age >= OLDEST:
        return f"{OLDEST}+"
    first = age // years * years
    return f"{first}-{min(first + years, OLDEST) - 1}"


@dataclass(frozen=True, slots=True)
class Levels:
    """How coarse each column is; 0 is the finest."""

    age: int = 0
    region: int = 0
    language: int = 0
    specialty: int = 0
    year: int = 0
    mode: int = 0


_BANDS = (5, 10, 20, 45)
# What analyses miss least is made coarser first.
_LADDER = ("age", "language", "age", "region", "age", "specialty", "age", "year", "mode")


def anonymous(facts: Sequence[Fact], k: int) -> Released:
    """The facts, coarse enough that every combination of quasi-identifiers is shared by at least k people.

    Errors: TooFew.
    """
    everybody = {fact.person for fact in facts}
    if len(everybody) < k:
        raise TooFew
    levels = Levels()
    for column in (None, *_LADDER):
        if column is not None:
            levels = replace(levels, **{column: getattr(levels, column) + 1})
        kept = _shared(facts, levels, k)
        people = {fact.person for fact in kept}
        if len(everybody) - len(people) <= MOST_LEFT_OUT * len(everybody):
            break
    if len(people) < k:
        raise TooFew
    named = {name: getattr(levels, name) for name in ("year", "age", "region", "language", "specialty", "mode")}
    rows = sorted((*_quasi(fact, levels), *_rest(fact)) for fact in kept)  # the order tells nothing of when or whose
    return Released(rows, len(people), len(everybody) - len(people), named)


def _shared(facts: Sequence[Fact], levels: Levels, k: int) -> list[Fact]:
    """The facts whose group has k people."""
    groups: dict[Row, set[Hashable]] = defaultdict(set)
    for fact in facts:
        groups[_quasi(fact, levels)].add(fact.person)
    return [fact for fact in facts if len(groups[_quasi(fact, levels)]) >= k]


def _quasi(fact: Fact, levels: Levels) -> Row:
    age = age_band(fact.age, _BANDS[levels.age]) if levels.age < len(_BANDS) else ANY
    return (
        ANY if levels.year else str(fact.year),
        age,
        ANY if levels.region else fact.region or "unknown",
        ANY if levels.language else fact.language,
        ANY if levels.specialty else fact.specialty or "unknown",
        ANY if levels.mode else fact.mode,
    )


def _rest(fact: Fact) -> Row:
    return (fact.status, str(_rounded(fact.minutes)), _ahead(fact.days_ahead))


def _rounded(minutes: int) -> int:
    return max(15, round(minutes / 15) * 15)


def _ahead(days: int) -> str:
    for most, words in ((0, "same day"), (7, "1-7 days"), (30, "8-30 days")):
        if days <= most:
            return words
    return "over 30 days"
