"""What the directory can be filtered by."""

from uuid import UUID

from openvisit.features.directory.taxonomy import SPECIALTIES, name_of
from openvisit.features.directory.wire.facets import (
    Facets,
    LanguageCount,
    LocationName,
    PlanCount,
    SpecialtyCount,
    SpecialtyList,
)
from openvisit.features.directory.wire.providers import NamedSpecialty
from openvisit.platform.db import Connection, Database, Row, fetch_all

_PRIMARY = "split_part(entry, '-', 1)"  # es-MX counts as es, which finds it


async def read_facets(db: Database, clinic_id: UUID | None, language: str) -> Facets:
    """Specialties, languages and plans of the active providers, the most frequent first, and their locations."""
    async with db.connection() as connection:
        specialties = await _counts(connection, "specialties", clinic_id)
        languages = await _counts(connection, "languages", clinic_id, _PRIMARY)
        plans = await _counts(connection, "insurance_plans", clinic_id)
        locations = await fetch_all(
            connection,
            """SELECT id, name, city FROM location
               WHERE active AND (%(clinic_id)s::uuid IS NULL OR clinic_id = %(clinic_id)s)
               ORDER BY lower(name), id LIMIT 500""",
            {"clinic_id": clinic_id},
        )
    return Facets(
        [SpecialtyCount(row["value"], name_of(row["value"], language), row["count"]) for row in specialties],
        [LanguageCount(row["value"], row["count"]) for row in languages],
        [PlanCount(row["value"], row["count"]) for row in plans],
        [LocationName(row["id"], row["name"], row["city"]) for row in locations],
    )


def all_specialties(language: str) -> SpecialtyList:
    """Every specialty we know, by name."""
    named = [NamedSpecialty(code, specialty.name(language)) for code, specialty in SPECIALTIES.items()]
    return SpecialtyList(sorted(named, key=lambda specialty: specialty.name))


async def _counts(connection: Connection, column: str, clinic_id: UUID | None, value: str = "entry") -> list[Row]:
    return await fetch_all(
        connection,
        f"""SELECT value, count(DISTINCT provider.id) AS count
            FROM provider CROSS JOIN LATERAL (SELECT {value} AS value FROM unnest({column}) AS entry) entries
            WHERE active AND (%(clinic_id)s::uuid IS NULL OR clinic_id = %(clinic_id)s)
            GROUP BY value ORDER BY count DESC, value LIMIT 200""",
        {"clinic_id": clinic_id},
    )
