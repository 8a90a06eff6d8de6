"""Which providers a search is about: its filters as SQL conditions over `provider p`."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from openvisit.core.permissions import Actor
from openvisit.features.directory.taxonomy import codes_matching, fold
from openvisit.features.directory.visibility import active_or_own

_ACCENTED = "áàâäãåéèêëíìîïóòôöõúùûüñçýÿ"
_PLAIN = fold(_ACCENTED)
_FORMS_OF_ADDRESS = frozenset({"dr", "dr.", "dra", "dra.", "doctor", "doctora"})
_MOST_WORDS = 6


def folded(column: str) -> str:
    """SQL: the column in lower case without accents, as `taxonomy.fold` does for what people type."""
    return f"translate(lower({column}), '{_ACCENTED}', '{_PLAIN}')"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a search asks for. Values of one filter are alternatives; filters add up."""

    q: str = ""
    specialties: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    insurance: list[str] = field(default_factory=list)
    mode: str | None = None
    location_id: UUID | None = None
    clinic_id: UUID | None = None
    include_inactive: bool = False


def conditions(wanted: Wanted, caller: Actor | None) -> tuple[list[str], dict[str, Any]]:
    """The conditions that all must hold, and their parameters."""
    active, values = active_or_own(caller, wanted.include_inactive, "p.")
    found = [active]
    for value, name, condition in _simple(wanted):
        if value:
            found.append(condition)
            values[name] = value
    for number, word in enumerate(_words(wanted.q)):
        found.append(_matches_word(number))
        values[f"like{number}"] = f"%{_escaped(word)}%"
        values[f"codes{number}"] = list(codes_matching(word))
    return found, values


def _simple(wanted: Wanted) -> list[tuple[Any, str, str]]:
    return [
        (wanted.specialties, "specialties", "p.specialties && %(specialties)s::text[]"),
        (wanted.insurance, "insurance", "p.insurance_plans && %(insurance)s::text[]"),
        (
            [tag.lower() for tag in wanted.languages],
            "languages",  # `es` also finds who speaks es-MX
            """EXISTS (SELECT FROM unnest(p.languages) AS spoken
                       WHERE lower(spoken) = ANY(%(languages)s) OR split_part(spoken, '-', 1) = ANY(%(languages)s))""",
        ),
        (
            wanted.mode,
            "wanted_mode",
            """EXISTS (SELECT FROM provider_visit_type o JOIN visit_type v ON v.id = o.visit_type_id
                       WHERE o.provider_id = p.id AND v.active AND %(wanted_mode)s = ANY(v.modes))""",
        ),
        (
            wanted.location_id,
            "location_id",
            """EXISTS (SELECT FROM provider_location pl
                       WHERE pl.provider_id = p.id AND pl.location_id = %(location_id)s)""",
        ),
        (wanted.clinic_id, "clinic_id", "p.clinic_id = %(clinic_id)s"),
    ]


def _matches_word(number: int) -> str:
    return f"""(
        {folded("p.full_name")} LIKE %(like{number})s
        OR p.specialties && %(codes{number})s::text[]
        OR EXISTS (SELECT FROM provider_location pl JOIN location l ON l.id = pl.location_id
                   WHERE pl.provider_id = p.id AND l.active AND {folded("l.city")} LIKE %(like{number})s))"""


def _words(q: str) -> list[str]:
    words = fold(q).replace(",", " ").split()
    without_address = [word for word in words if word not in _FORMS_OF_ADDRESS]
    return (without_address or words)[:_MOST_WORDS]


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
