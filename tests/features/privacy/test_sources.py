"""Nothing that says something of a person is forgotten: neither by exports nor by erasing."""

from openvisit.features.privacy.sources import LEFT_OUT, SOURCES
from openvisit.platform.db import fetch_all
from tests.support.application import Application

_NAMES_SOMEBODY = """
SELECT DISTINCT c.table_name FROM information_schema.columns c
WHERE c.table_schema = 'public' AND c.table_name NOT LIKE 'procrastinate%'
  AND c.column_name IN ('person_id', 'patient_id', 'session_id', 'actor_id', 'on_behalf_of', 'delegate_id')
UNION
SELECT cl.relname FROM pg_constraint k JOIN pg_class cl ON cl.oid = k.conrelid
WHERE k.contype = 'f' AND k.confrelid IN ('person'::regclass, 'patient'::regclass, 'privacy_request'::regclass)
UNION SELECT 'person'"""


async def test_every_table_that_names_a_person_is_a_source_or_says_why_not(app: Application) -> None:
    async with app.parts.db.connection() as connection:
        found = {row["table_name"] for row in await fetch_all(connection, _NAMES_SOMEBODY)}
    listed = {source.table for source in SOURCES}
    assert found - listed - LEFT_OUT.keys() == set(), "add these to features/privacy/sources.py"
    assert listed & LEFT_OUT.keys() == set()


async def test_the_sources_name_columns_that_there_are(app: Application) -> None:
    async with app.parts.db.connection() as connection:
        rows = await fetch_all(
            connection,
            """SELECT table_name, column_name, data_type FROM information_schema.columns
               WHERE table_schema = 'public'""",
        )
    kinds = {(row["table_name"], row["column_name"]): row["data_type"] for row in rows}
    for source in SOURCES:
        for column in (*source.sealed, *source.hidden):
            assert (source.table, column) in kinds
        binary = {c for (t, c), kind in kinds.items() if t == source.table and kind == "bytea"}
        told = binary - source.hidden - source.sealed.keys() - {"text_hash", "hash"}
        assert told == set(), f"{source.table}: sealed or hidden?"
        assert bool(source.erase) != bool(source.kept)
