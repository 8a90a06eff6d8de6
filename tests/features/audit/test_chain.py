"""Every entry is linked to those before it in the transaction that writes it."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest

from openvisit.core.ids import new_id
from openvisit.features.audit.commands import record, record_looks
from openvisit.features.audit.links import COLUMNS, START, digest
from openvisit.features.audit.tables import audit
from openvisit.features.audit.vocabulary import Look
from openvisit.platform.db import Connection, Database, execute, fetch_all
from openvisit.seed.rows import insert
from tests.support.application import Application

NOW = datetime(2027, 3, 1, 8, 0, 0, 123456, tzinfo=UTC)


async def write(connection: Connection, clinic_id: UUID | None, **more: Any) -> None:
    await record(
        connection,
        at=NOW,
        actor_id=new_id(),
        action="patient:read",
        thing="patient",
        thing_id=new_id(),
        clinic_id=clinic_id,
        **more,
    )


async def chains(db: Database) -> dict[UUID, list[dict[str, Any]]]:
    """Every chain with its entries in order; the links are followed and recomputed on the way."""
    async with db.connection() as connection:
        rows = await fetch_all(
            connection,
            """SELECT c.id AS chain_id, c.clinic_id AS of, c.seq AS head_seq, c.hash AS head, l.seq, l.previous, l.hash,
                      t.*, t.data::text AS data
               FROM audit_chain c JOIN audit_link l ON l.chain_id = c.id JOIN audit t ON t.id = l.entry_id
               ORDER BY c.id, l.seq""",
        )
        entries = await fetch_all(connection, "SELECT id FROM audit")
    assert sorted(row["id"] for row in rows) == sorted(row["id"] for row in entries)
    found: dict[UUID, list[dict[str, Any]]] = {}
    for row in rows:
        before = found.setdefault(row["chain_id"], [])
        assert row["seq"] == len(before) + 1
        assert row["previous"] == (before[-1]["hash"] if before else START)
        assert row["hash"] == digest(row["previous"], row["chain_id"], row["seq"], row)
        assert row["of"] == (row["clinic_id"] or UUID(int=0))
        before.append(row)
    for rows in found.values():
        assert (rows[-1]["seq"], rows[-1]["hash"]) == (rows[0]["head_seq"], rows[0]["head"])
    return found


def test_every_column_of_an_entry_is_hashed() -> None:
    assert {name for name, _ in COLUMNS} == {column.name for column in audit.columns}


async def test_entries_of_all_shapes_are_linked(app: Application) -> None:
    clinic = new_id()
    async with app.parts.db.transaction() as connection:
        await write(connection, clinic)
        await write(connection, None, data={"b": [1, 2.50, None], "a": 'ñ\u202e😀 \\ "', "é": {"z": True}})
        await write(connection, clinic, patient_id=new_id(), reason="treatment", acting_as="provider")
        await write(connection, clinic, on_behalf_of=new_id(), data={"long": "x" * 100_000})
    found = await chains(app.parts.db)
    assert sorted(len(rows) for rows in found.values()) == [1, 3]


async def test_many_writers_at_once_never_wait_for_each_other_nor_fork_a_chain(app: Application) -> None:
    clinics = [new_id() for _ in range(3)]

    async def writer(number: int) -> None:
        for turn in range(20):
            async with app.parts.db.transaction() as connection:
                await write(connection, clinics[(number + turn) % 3])
                await write(connection, clinics[(number + turn + 1 + number % 2) % 3])

    await asyncio.gather(*(writer(number) for number in range(8)))
    found = await chains(app.parts.db)
    assert sum(len(rows) for rows in found.values()) == 8 * 20 * 2
    assert {rows[0]["clinic_id"] for rows in found.values()} == set(clinics)
    assert len(found) <= 3 * 10  # no more chains a clinic than connections in the pool


async def test_an_open_transaction_keeps_nobody_waiting(app: Application) -> None:
    clinic = new_id()
    async with app.parts.db.transaction() as first, app.parts.db.transaction() as second:
        await write(first, clinic)
        await asyncio.wait_for(write(second, clinic), 5)
        await asyncio.wait_for(write(first, clinic), 5)
    assert sorted(len(rows) for rows in (await chains(app.parts.db)).values()) == [1, 2]


async def test_what_is_rolled_back_leaves_no_gap(app: Application) -> None:
    clinic = new_id()
    async with app.parts.db.transaction() as connection:
        await write(connection, clinic)

    async def fail() -> None:
        async with app.parts.db.transaction() as connection:
            await write(connection, clinic)
            await execute(connection, "SELECT 1 / 0")

    with pytest.raises(psycopg.errors.DivisionByZero):
        await fail()
    async with app.parts.db.transaction() as connection:
        await write(connection, clinic)
    ((*_, last),) = (await chains(app.parts.db)).values()
    assert last["seq"] == 2


async def test_rows_copied_by_the_thousand_are_linked_too(app: Application) -> None:
    clinics = [new_id(), new_id()]
    rows = [(NOW, clinics[n % 2], "patient:read", "patient", new_id(), "{}") for n in range(4000)]
    async with app.parts.db.transaction() as connection:
        await insert(connection, "audit", "at, clinic_id, action, thing, thing_id, data", rows)
    assert sorted(len(found) for found in (await chains(app.parts.db)).values()) == [2000, 2000]


async def test_the_same_look_within_a_quarter_of_an_hour_is_one_entry(app: Application) -> None:
    actor, patients = new_id(), [new_id() for _ in range(3)]
    looks = [Look(patient, None, "patient", patient, "staff", "operations") for patient in patients]

    async def see(minutes: int, action: str = "patient:list", which: slice = slice(None)) -> int:
        at = NOW + timedelta(minutes=minutes)
        async with app.parts.db.transaction() as connection:
            await record_looks(connection, at=at, actor_id=actor, action=action, looks=looks[which])
            return len(await fetch_all(connection, "SELECT id FROM audit WHERE actor_id = %(a)s", {"a": actor}))

    assert await see(0, which=slice(2)) == 2
    assert await see(5) == 3  # the third is new
    assert await see(5, action="patient:read") == 6  # another way of looking
    assert await see(14) == 6
    assert await see(16) == 8  # the first two again: their entries are from minute 0
    assert len(await chains(app.parts.db)) == 1


async def test_entries_and_links_can_be_neither_changed_nor_removed(app: Application) -> None:
    async with app.parts.db.transaction() as connection:
        await write(connection, None)
    for statement in (
        "UPDATE audit SET actor_id = NULL",
        "DELETE FROM audit",
        "TRUNCATE audit",
        "UPDATE audit_link SET seq = seq",
        "DELETE FROM audit_link",
        "TRUNCATE audit_link",
    ):
        async with app.parts.db.connection() as connection:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                await execute(connection, statement)
