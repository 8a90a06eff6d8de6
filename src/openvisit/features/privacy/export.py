"""Making an export (GDPR articles 15 and 20): JSON and a page to read in a ZIP, sealed under the person's own key."""

import asyncio
import io
import zipfile
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from openvisit.core.permissions import Actor
from openvisit.features.audit.commands import record
from openvisit.features.privacy import gather, readable
from openvisit.features.privacy.errors import ExportGone
from openvisit.features.privacy.sources import SOURCES
from openvisit.platform.clock import Clock
from openvisit.platform.crypto import KeyShredded, Vault
from openvisit.platform.db import Connection, Database, Row, execute, fetch_one
from openvisit.platform.jobs import defer
from openvisit.platform.realtime import Live

GOOD_FOR = timedelta(days=7)
FORMAT = "openvisit-export/1"


async def make(db: Database, vault: Vault, live: Live, clock: Clock, request_id: UUID) -> None:
    """Make the export that was asked for; run again, it starts over, and does nothing once it is made.

    Each table is read in a transaction of its own, with the progress told in between.
    """
    request = await _begin(db, request_id)
    if request is None:
        return
    person_id: UUID = request["person_id"]
    tables: dict[str, gather.Rows] = {}
    sections = []
    for n, source in enumerate(SOURCES):
        async with db.transaction() as connection:
            tables[source.table] = await gather.gather(connection, vault, source, person_id)
            await _progress(connection, request_id, n * 95 // len(SOURCES), source.table)
        sections.append((source.title[_language(request)], tables[source.table]))
        live.publish(f"person:{person_id}")
    now = clock()
    content = await asyncio.to_thread(_zip, tables, readable.page(sections, _language(request), now), person_id, now)
    async with db.transaction() as connection:
        try:
            await _keep(connection, vault, request_id, person_id, content, now)
        except KeyShredded:  # erased in the meantime: there is nobody to give it to
            return
    live.publish(f"person:{person_id}")


async def download(connection: Connection, vault: Vault, actor: Actor, request_id: UUID, now: datetime) -> bytes:
    """The ZIP, in the caller's transaction. Errors: ExportGone."""
    row = await fetch_one(
        connection,
        """SELECT e.content FROM privacy_export e JOIN privacy_request r ON r.id = e.request_id
           WHERE r.id = %(id)s AND r.person_id = %(person_id)s AND e.expires_at > %(now)s""",
        {"id": request_id, "person_id": actor.person_id, "now": now},
    )
    if row is None:
        raise ExportGone
    keys = await vault.keys(connection, actor.person_id)
    if keys.erased:
        raise ExportGone
    await record(
        connection,
        at=now,
        actor_id=actor.person_id,
        action="privacy-export:download",
        thing="privacy-request",
        thing_id=request_id,
        patient_id=actor.patient_id,
    )
    return keys.open_bytes(bytes(row["content"]), "privacy_export.content", request_id)


async def _begin(db: Database, request_id: UUID) -> Row | None:
    async with db.connection() as connection:
        return await fetch_one(
            connection,
            """UPDATE privacy_request r SET status = 'running', progress = 0 FROM person p
               WHERE r.id = %(id)s AND r.kind = 'export' AND r.status IN ('open', 'running') AND p.id = r.person_id
               RETURNING r.person_id, p.language""",
            {"id": request_id},
        )


async def _progress(connection: Connection, request_id: UUID, percent: int, step: str) -> None:
    await execute(
        connection,
        "UPDATE privacy_request SET progress = %(percent)s, step = %(step)s WHERE id = %(id)s AND status = 'running'",
        {"id": request_id, "percent": percent, "step": step},
    )


async def _keep(
    connection: Connection, vault: Vault, request_id: UUID, person_id: UUID, content: bytes, now: datetime
) -> None:
    keys = await vault.keys(connection, person_id)
    await execute(
        connection,
        """INSERT INTO privacy_export (request_id, content, size, expires_at)
           VALUES (%(id)s, %(content)s, %(size)s, %(expires_at)s) ON CONFLICT (request_id) DO NOTHING""",
        {
            "id": request_id,
            "content": keys.seal_bytes(content, "privacy_export.content", request_id),
            "size": len(content),
            "expires_at": now + GOOD_FOR,
        },
    )
    done = await execute(
        connection,
        """UPDATE privacy_request SET status = 'done', done_at = %(now)s, progress = 100, step = ''
           WHERE id = %(id)s AND status = 'running'""",
        {"id": request_id, "now": now},
    )
    if done:
        args = {"request_id": str(request_id), "letter": "privacy_export_ready"}
        await defer(connection, "privacy:tell", queue="mail", args=args)
        await record(
            connection,
            at=now,
            actor_id=None,
            action="privacy-export:make",
            thing="privacy-request",
            thing_id=request_id,
            data={"bytes": len(content)},
        )


def _zip(tables: dict[str, gather.Rows], page: str, person_id: UUID, now: datetime) -> bytes:
    data = {"format": FORMAT, "person_id": str(person_id), "made_at": now.isoformat(), "tables": tables}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", msgspec.json.format(msgspec.json.encode(data), indent=2))
        archive.writestr("record.html", page)
    return buffer.getvalue()


def _language(request: Row) -> str:
    return "es" if request["language"].lower().startswith("es") else "en"
