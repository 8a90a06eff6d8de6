"""The provider's notes of a visit, and the summary for the patient: a draft until it is finished, then added to alone.

Both are sealed with the patient's key. The patient reads the summary once it is finished, and never the notes.
"""

from datetime import datetime
from uuid import UUID

from openvisit.core.appointment import Status
from openvisit.core.errors import VersionMismatch
from openvisit.core.ids import new_id
from openvisit.core.permissions import Actor, allowed
from openvisit.features.booking.present import patient_keys, target
from openvisit.features.booking.trail import note
from openvisit.features.booking.visible import visit_of
from openvisit.features.telehealth.after import wire
from openvisit.features.telehealth.after.errors import NotesFinished, NotesOpen, VisitNotBegun
from openvisit.features.telehealth.after.visits import looked
from openvisit.platform.crypto import Keys, Vault
from openvisit.platform.db import Connection, Database, Row, elevated, execute, fetch_all, fetch_one
from openvisit.platform.realtime import Live

READ, WRITE, SUMMARY = "visit-notes:read", "visit-notes:write", "visit-summary:read"
_TAKEN_PLACE = (Status.IN_PROGRESS, Status.COMPLETED)
_WHY = "whoever may read this visit's notes was asked before"


async def shown(connection: Connection, vault: Vault, actor: Actor, visit_id: UUID, now: datetime) -> wire.VisitNotes:
    """The notes, in the caller's transaction; the look is audited. Errors: AppointmentNotFound."""
    visit = await visit_of(connection, actor, visit_id, READ)
    await looked(connection, actor, visit, READ, now)
    return await _told(connection, vault, actor, visit)


async def save(
    db: Database,
    vault: Vault,
    actor: Actor,
    visit_id: UUID,
    draft: wire.NotesDraft,
    *,
    expected: int | None,
    now: datetime,
) -> wire.VisitNotes:
    """Keep what is written so far. Errors: AppointmentNotFound, NotesFinished, VersionMismatch."""
    async with db.transaction() as connection:
        visit = await visit_of(connection, actor, visit_id, WRITE, lock=True)
        before = await _row(connection, visit_id)
        _refuse(before, expected)
        id_ = before["id"] if before else new_id()
        keys = await vault.keys(connection, visit["patient_person_id"])
        await execute(
            connection,
            """INSERT INTO visit_note (id, appointment_id, clinic_id, provider_id, patient_id, notes, summary,
                                       written_by, updated_at)
               VALUES (%(note)s, %(id)s, %(clinic_id)s, %(provider_id)s, %(patient_id)s, %(notes)s, %(summary)s,
                       %(actor)s, %(now)s)
               ON CONFLICT (appointment_id) DO UPDATE SET notes = excluded.notes, summary = excluded.summary,
                   written_by = excluded.written_by, updated_at = excluded.updated_at,
                   version = visit_note.version + 1""",
            {
                **visit,
                "note": id_,
                "notes": keys.seal(draft.notes, "visit_note.notes", id_),
                "summary": keys.seal(draft.summary, "visit_note.summary", id_),
                "actor": actor.person_id,
                "now": now,
            },
        )
        await looked(
            connection, actor, visit, WRITE, now
        )  # a page saves as it is typed: one entry a quarter of an hour
        return await _told(connection, vault, actor, await visit_of(connection, actor, visit_id, WRITE))


async def finish(
    db: Database, vault: Vault, live: Live, actor: Actor, visit_id: UUID, *, expected: int | None, now: datetime
) -> wire.VisitNotes:
    """Sign the notes: they stay as they are from now on, and the patient may read the summary.

    Errors: AppointmentNotFound, NotesFinished, VersionMismatch, VisitNotBegun.
    """
    async with db.transaction() as connection:
        visit = await visit_of(connection, actor, visit_id, WRITE, lock=True)
        before = await _row(connection, visit_id)
        _refuse(before, expected)
        if Status(visit["status"]) not in _TAKEN_PLACE:
            raise VisitNotBegun
        if before is None:
            raise NotesOpen("There is nothing to finish yet")
        await execute(
            connection,
            """UPDATE visit_note SET finished_at = %(now)s, finished_by = %(actor)s, version = version + 1
               WHERE appointment_id = %(id)s""",
            {"id": visit_id, "actor": actor.person_id, "now": now},
        )
        await note(connection, actor, visit, "visit-notes:finish", now)
        found = await _told(connection, vault, actor, visit)
    live.publish(f"person:{visit['patient_person_id']}", f"agenda:{visit['provider_id']}")
    return found


async def add(
    db: Database, vault: Vault, live: Live, actor: Actor, visit_id: UUID, added: wire.NewAddendum, *, now: datetime
) -> wire.VisitNotes:
    """Add to finished notes, or to the summary. Errors: AppointmentNotFound, NotesOpen."""
    async with db.transaction() as connection:
        visit = await visit_of(connection, actor, visit_id, WRITE, lock=True)
        before = await _row(connection, visit_id)
        if before is None or before["finished_at"] is None:
            raise NotesOpen
        id_ = new_id()
        keys = await vault.keys(connection, visit["patient_person_id"])
        await execute(
            connection,
            """INSERT INTO visit_addendum (id, appointment_id, clinic_id, patient_id, part, text, written_by, at)
               VALUES (%(addendum)s, %(id)s, %(clinic_id)s, %(patient_id)s, %(part)s, %(text)s, %(actor)s, %(now)s)""",
            {
                **visit,
                "addendum": id_,
                "part": added.part,
                "text": keys.seal(added.text.strip(), "visit_addendum.text", id_),
                "actor": actor.person_id,
                "now": now,
            },
        )
        await note(connection, actor, visit, "visit-notes:add", now, {"part": added.part})
        found = await _told(connection, vault, actor, visit)
    live.publish(f"person:{visit['patient_person_id']}", f"agenda:{visit['provider_id']}")
    return found


async def summary(
    connection: Connection, vault: Vault, actor: Actor, visit_id: UUID, now: datetime
) -> wire.VisitSummary:
    """What the patient may read, in the caller's transaction; others' looks are audited.

    Errors: AppointmentNotFound.
    """
    visit = await visit_of(connection, actor, visit_id, SUMMARY)
    await looked(connection, actor, visit, SUMMARY, now)
    async with elevated(connection, _WHY):
        row = await _row(connection, visit_id)
        added = await _addenda(connection, visit_id)
    if row is None or row["finished_at"] is None:
        return wire.VisitSummary("", None, None, [])
    keys = patient_keys(visit, vault)
    return wire.VisitSummary(
        summary=keys.shown(row["summary"], "visit_note.summary", row["id"]),
        finished_at=row["finished_at"],
        by=row["finished_name"],
        addenda=[_addendum(each, keys) for each in added if each["part"] == "summary"],
    )


def _refuse(before: Row | None, expected: int | None) -> None:
    if before is not None and before["finished_at"] is not None:
        raise NotesFinished
    if expected is not None and expected != (before["version"] if before else 0):
        raise VersionMismatch


async def _told(connection: Connection, vault: Vault, actor: Actor, visit: Row) -> wire.VisitNotes:
    async with elevated(connection, _WHY):
        row = await _row(connection, visit["id"])
        added = await _addenda(connection, visit["id"])
    keys = patient_keys(visit, vault)
    may_write = allowed(actor, WRITE, target(visit))
    if row is None:
        return wire.VisitNotes("", "", None, None, None, None, [], may_write, 0)
    return wire.VisitNotes(
        notes=keys.shown(row["notes"], "visit_note.notes", row["id"]),
        summary=keys.shown(row["summary"], "visit_note.summary", row["id"]),
        finished_at=row["finished_at"],
        finished_by=row["finished_name"],
        updated_at=row["updated_at"],
        written_by=row["written_name"],
        addenda=[_addendum(each, keys) for each in added],
        may_write=may_write,
        version=row["version"],
    )


def _addendum(row: Row, keys: Keys) -> wire.Addendum:
    text = keys.shown(row["text"], "visit_addendum.text", row["id"])
    return wire.Addendum(row["part"], text, row["written_name"] or "", row["at"])


async def _row(connection: Connection, visit_id: UUID) -> Row | None:
    return await fetch_one(
        connection,
        """SELECT n.*, openvisit_name(n.written_by) AS written_name, openvisit_name(n.finished_by) AS finished_name
           FROM visit_note n WHERE n.appointment_id = %(id)s""",
        {"id": visit_id},
    )


async def _addenda(connection: Connection, visit_id: UUID) -> list[Row]:
    return await fetch_all(
        connection,
        """SELECT d.*, openvisit_name(d.written_by) AS written_name FROM visit_addendum d
           WHERE d.appointment_id = %(id)s ORDER BY d.at, d.id""",
        {"id": visit_id},
    )
