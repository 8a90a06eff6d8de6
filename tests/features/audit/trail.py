"""A trail to tamper with, and somebody who may do anything in the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import dict_row

from openvisit.core.ids import new_id
from openvisit.features.audit.commands import record
from openvisit.features.audit.links import digest
from openvisit.features.audit.verify import Finding, Report, verify
from tests.support.application import Application

LONG_AGO = datetime(2020, 1, 1, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Trail:
    """Ten entries of one clinic in one chain."""

    app: Application
    clinic: UUID

    async def grow(self, entries: int = 10, *, start: datetime = LONG_AGO) -> None:
        """Write entries, a day apart, each in a transaction of its own."""
        for n in range(entries):
            async with self.app.parts.db.transaction() as connection:
                await record(
                    connection,
                    at=start + timedelta(days=n),
                    actor_id=new_id(),
                    action="patient:read",
                    thing="patient",
                    thing_id=new_id(),
                    clinic_id=self.clinic,
                    data={"n": n},
                )

    async def verify(self, **more: Any) -> Report:
        """What a walk over the chains finds."""
        return await verify(self.app.parts.db, self.app.parts.vault, self.clinic, **more)

    async def found(self, **more: Any) -> list[tuple[str, int | None, int | None]]:
        """Kind, link and entry (counted from one) of each finding."""
        findings: list[Finding] = (await self.verify(**more)).findings
        first = self.first
        return [(f.kind, f.seq, None if f.entry is None else f.entry - first + 1) for f in findings]

    @contextmanager
    def tampering(self) -> Iterator[psycopg.Connection[dict[str, Any]]]:
        """A superuser's connection on which no trigger fires."""
        with psycopg.connect(self.app.parts.settings.database_url, row_factory=dict_row) as connection:
            connection.execute("SET session_replication_role = replica")
            yield connection

    @property
    def first(self) -> int:
        """The id that the first entry has."""
        with self.tampering() as connection:
            row = connection.execute("SELECT min(entry_id) AS id FROM audit_link WHERE seq = 1").fetchone()
            cut = connection.execute("SELECT min(id) AS id FROM audit").fetchone()
        assert row
        assert cut
        return int(row["id"] or cut["id"] or 0)

    def entry(self, number: int) -> int:
        """The id of the entry with that number, from one."""
        return self.first + number - 1

    def rechain(self, since: int) -> None:
        """Compute the hashes anew from a link on, and the head: what a forger does who knows how it works."""
        with self.tampering() as connection:
            rows = connection.execute(
                """SELECT l.chain_id, l.seq, l.previous, t.*, t.data::text AS data FROM audit_link l
                   JOIN audit t ON t.id = l.entry_id WHERE l.seq >= %s ORDER BY l.seq""",
                (since,),
            ).fetchall()
            hash_ = bytes(rows[0]["previous"])
            for row in rows:
                previous, hash_ = hash_, digest(hash_, row["chain_id"], row["seq"], row)
                connection.execute(
                    "UPDATE audit_link SET previous = %s, hash = %s WHERE seq = %s", (previous, hash_, row["seq"])
                )
            connection.execute("UPDATE audit_chain SET hash = %s, seq = %s", (hash_, rows[-1]["seq"]))
