"""Asking for something about one's data, taking it back, and the clinic's side: seeing and answering."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from openvisit.core.errors import Forbidden, Invalid
from openvisit.core.ids import new_id
from openvisit.core.permissions import Actor, Target, allowed
from openvisit.features.audit.commands import record
from openvisit.features.privacy import own, wire
from openvisit.features.privacy.erase_plan import plan_of
from openvisit.features.privacy.errors import BadAnswer, ErasureBlocked, RequestOpen, RequestOver, UnknownRequest
from openvisit.platform.crypto import Keys, Vault
from openvisit.platform.db import Connection, Database, Row, execute, fetch_all, fetch_one
from openvisit.platform.jobs import defer
from openvisit.platform.realtime import Live

DAYS_TO_UNDO = 7
DUE = timedelta(days=30)
"""GDPR article 12(3): within one month."""

_AT_ONCE = ("restrict", "resume", "object", "allow")


async def ask(
    db: Database, vault: Vault, live: Live, actor: Actor, asked: wire.NewPrivacyRequest, *, now: datetime
) -> wire.PrivacyRequest:
    """Take a request. Restricting and objecting take effect at once, an export is made by a job, an erasure waits a
    week, a correction waits for the clinic.

    Errors: RequestOpen, ErasureBlocked, Invalid, UnknownRequest for a visit that is not the caller's.
    """
    id_ = new_id()
    async with db.transaction() as connection:
        # Two that are asked for at once take turns.
        await execute(connection, "SELECT FROM person WHERE id = %(id)s FOR NO KEY UPDATE", {"id": actor.person_id})
        await _refuse_second(connection, actor, asked.kind)
        clinics = await _clinics(connection, actor, asked)
        keys = await vault.keys(connection, actor.person_id)
        values: dict[str, Any] = {
            "id": id_,
            "person_id": actor.person_id,
            "clinics": clinics,
            "appointment_id": asked.appointment_id,
            "kind": asked.kind,
            "status": "open",
            "asked_at": now,
            "due_at": now + DUE,
            "runs_at": None,
            "done_at": None,
            "progress": 0,
            "wish": keys.seal(asked.wish.strip(), "privacy_request.wish", id_) if asked.wish else None,
            "facts": Jsonb({}),
        }
        if asked.kind in _AT_ONCE:
            await _now(connection, actor, asked.kind, values, now)
        if asked.kind == "export":
            await defer(connection, "privacy:export", lock=f"privacy:{id_}", args={"request_id": str(id_)})
        if asked.kind == "erase":
            await _erase_later(connection, actor, values, now)
        await execute(connection, _INSERT, values)
        await _audit(connection, actor, asked.kind, id_, clinics, now)
        answer = _told((await _one(connection, id_, actor.person_id)), keys)
    live.publish(f"person:{actor.person_id}", *(f"clinic:{clinic}" for clinic in clinics))
    return answer


_INSERT = """
INSERT INTO privacy_request (id, person_id, clinics, appointment_id, kind, status, asked_at, due_at, runs_at, done_at,
    progress, wish, facts)
VALUES (%(id)s, %(person_id)s, %(clinics)s, %(appointment_id)s, %(kind)s, %(status)s, %(asked_at)s, %(due_at)s,
    %(runs_at)s, %(done_at)s, %(progress)s, %(wish)s, %(facts)s)"""


async def _refuse_second(connection: Connection, actor: Actor, kind: str) -> None:
    if kind == "correct":
        return
    row = await fetch_one(
        connection,
        """SELECT id FROM privacy_request
           WHERE person_id = %(id)s AND kind = %(kind)s AND status IN ('open', 'waiting', 'running')""",
        {"id": actor.person_id, "kind": kind},
    )
    if row is not None:
        raise RequestOpen(request_id=str(row["id"]))


async def _clinics(connection: Connection, actor: Actor, asked: wire.NewPrivacyRequest) -> list[UUID]:
    """Whom the request concerns: every clinic that knows the person; a correction the one of the visit."""
    if asked.kind != "correct":
        rows = await fetch_all(
            connection,
            """SELECT cp.clinic_id FROM clinic_patient cp JOIN patient pt ON pt.id = cp.patient_id
               WHERE pt.person_id = %(id)s
               UNION SELECT co.clinic_id FROM consent co JOIN patient pt ON pt.id = co.patient_id
               WHERE pt.person_id = %(id)s
               UNION SELECT clinic_id FROM role WHERE person_id = %(id)s""",
            {"id": actor.person_id},
        )
        return sorted(row["clinic_id"] for row in rows)
    if asked.wish is None:
        raise Invalid("Say what is wrong", errors=[{"path": "body.wish", "message": "is needed"}])
    if asked.appointment_id is not None:
        row = await fetch_one(
            connection,
            "SELECT clinic_id FROM appointment WHERE id = %(id)s AND patient_id = %(patient_id)s",
            {"id": asked.appointment_id, "patient_id": actor.patient_id},
        )
    else:
        row = await fetch_one(
            connection,
            """SELECT clinic_id FROM clinic_patient WHERE clinic_id = %(id)s AND patient_id = %(patient_id)s
               UNION SELECT clinic_id FROM consent WHERE clinic_id = %(id)s AND patient_id = %(patient_id)s""",
            {"id": asked.clinic_id, "patient_id": actor.patient_id},
        )
    if row is None:
        raise UnknownRequest("There is no such visit or clinic of yours")
    return [row["clinic_id"]]


async def _now(connection: Connection, actor: Actor, kind: str, values: dict[str, Any], now: datetime) -> None:
    if actor.patient_id is None:
        raise Invalid("This is for patients")
    await own.mark(connection, actor, kind, now)
    values |= {"status": "done", "done_at": now, "progress": 100}


async def _erase_later(connection: Connection, actor: Actor, values: dict[str, Any], now: datetime) -> None:
    if (await plan_of(connection, actor.person_id, now)).blocked:
        raise ErasureBlocked
    runs_at = now + timedelta(days=DAYS_TO_UNDO)
    values |= {"status": "waiting", "runs_at": runs_at}
    args = {"request_id": str(values["id"])}
    await defer(connection, "privacy:erase", lock=f"privacy:{values['id']}", at=runs_at, args=args)
    await defer(connection, "privacy:tell", queue="mail", args={**args, "letter": "privacy_erasure_asked"})


async def take_back(
    db: Database, vault: Vault, live: Live, actor: Actor, request_id: UUID, *, now: datetime
) -> wire.PrivacyRequest:
    """Take back what has not begun yet. Errors: UnknownRequest, RequestOver."""
    async with db.transaction() as connection:
        await _one(connection, request_id, actor.person_id)
        changed = await execute(
            connection,
            """UPDATE privacy_request SET status = 'cancelled', done_at = %(now)s
               WHERE id = %(id)s AND (status = 'waiting' OR status = 'open' AND kind = 'correct')""",
            {"id": request_id, "now": now},
        )
        if not changed:
            raise RequestOver
        row = await _one(connection, request_id, actor.person_id)
        await _audit(connection, actor, f"{row['kind']}-undo", request_id, row["clinics"], now)
        answer = _told(row, await vault.keys(connection, actor.person_id))
    live.publish(f"person:{actor.person_id}", *(f"clinic:{clinic}" for clinic in row["clinics"]))
    return answer


async def own_requests(connection: Connection, vault: Vault, actor: Actor) -> wire.PrivacyRequests:
    """The caller's requests, newest first."""
    rows = await fetch_all(
        connection, f"{_ALL} WHERE r.person_id = %(id)s ORDER BY r.asked_at DESC, r.id DESC", {"id": actor.person_id}
    )
    keys = await vault.keys(connection, actor.person_id)
    return wire.PrivacyRequests([_told(row, keys) for row in rows])


async def of_clinic(
    connection: Connection, vault: Vault, actor: Actor, clinic_id: UUID, now: datetime
) -> wire.ClinicPrivacyRequests:
    """The requests that concern the clinic. Errors: Forbidden."""
    if not allowed(actor, "privacy-request:answer", Target(clinic_id=clinic_id)):
        raise Forbidden
    rows = await fetch_all(
        connection,
        f"""{_ALL} WHERE r.clinics @> ARRAY[%(clinic_id)s]::uuid[]
            ORDER BY r.status <> 'open' OR r.kind <> 'correct', r.status IN ('done', 'cancelled'),
                     CASE WHEN r.status IN ('done', 'cancelled') THEN -extract(epoch FROM r.asked_at)
                          ELSE extract(epoch FROM r.due_at) END, r.id LIMIT 500""",
        {"clinic_id": clinic_id},
    )
    keys = await vault.many(connection, [row["person_id"] for row in rows])
    await record(
        connection,
        at=now,
        actor_id=actor.person_id,
        action="privacy-request:list",
        thing="clinic",
        thing_id=clinic_id,
        clinic_id=clinic_id,
    )
    return wire.ClinicPrivacyRequests([_seen(row, keys[row["person_id"]], now) for row in rows])


async def answer(
    db: Database,
    vault: Vault,
    live: Live,
    actor: Actor,
    clinic_id: UUID,
    request_id: UUID,
    asked: wire.PrivacyAnswer,
    *,
    now: datetime,
) -> wire.ClinicPrivacyRequest:
    """Answer a correction; the person is mailed that there is an answer. Errors: Forbidden, UnknownRequest,
    BadAnswer, RequestOver."""
    if not allowed(actor, "privacy-request:answer", Target(clinic_id=clinic_id)):
        raise Forbidden
    async with db.transaction() as connection:
        row = await fetch_one(connection, f"{_ALL} WHERE r.id = %(id)s FOR UPDATE OF r", {"id": request_id})
        if row is None or clinic_id not in row["clinics"]:
            raise UnknownRequest
        if row["kind"] != "correct":
            raise BadAnswer
        if row["status"] != "open":
            raise RequestOver
        keys = await vault.keys(connection, row["person_id"])
        await execute(
            connection,
            """UPDATE privacy_request SET status = 'done', done_at = %(now)s, progress = 100, accepted = %(accepted)s,
                   answer = %(answer)s, answered_by = %(by)s WHERE id = %(id)s""",
            {
                "id": request_id,
                "now": now,
                "accepted": asked.accepted,
                "answer": keys.seal(asked.answer.strip(), "privacy_request.answer", request_id),
                "by": actor.person_id,
            },
        )
        args = {"request_id": str(request_id), "letter": "privacy_answered"}
        await defer(connection, "privacy:tell", queue="mail", args=args)
        await record(
            connection,
            at=now,
            actor_id=actor.person_id,
            action="privacy-request:answer",
            thing="privacy-request",
            thing_id=request_id,
            clinic_id=clinic_id,
            patient_id=row["patient_id"],
            data={"accepted": asked.accepted},
        )
        done = _seen((await _any(connection, request_id)), keys, now)
    live.publish(f"person:{row['person_id']}", f"clinic:{clinic_id}")
    return done


_ALL = """
SELECT r.*, coalesce(p.full_name, '—') AS full_name, pt.id AS patient_id, e.expires_at AS download_until
FROM privacy_request r LEFT JOIN person p ON p.id = r.person_id LEFT JOIN patient pt ON pt.person_id = r.person_id
LEFT JOIN privacy_export e ON e.request_id = r.id"""


async def _any(connection: Connection, request_id: UUID) -> Row:
    row = await fetch_one(connection, f"{_ALL} WHERE r.id = %(id)s", {"id": request_id})
    if row is None:
        raise UnknownRequest
    return row


async def _one(connection: Connection, request_id: UUID, person_id: UUID) -> Row:
    row = await _any(connection, request_id)
    if row["person_id"] != person_id:
        raise UnknownRequest
    return row


def _text(row: Row, column: str, keys: Keys) -> str:
    sealed = row[column]
    if not sealed or keys.erased:
        return ""
    return keys.open(bytes(sealed), f"privacy_request.{column}", row["id"])


def _told(row: Row, keys: Keys) -> wire.PrivacyRequest:
    return wire.PrivacyRequest(
        id=row["id"],
        kind=row["kind"],
        status=row["status"],
        asked_at=row["asked_at"],
        due_at=row["due_at"],
        runs_at=row["runs_at"],
        done_at=row["done_at"],
        progress=row["progress"],
        step=row["step"],
        appointment_id=row["appointment_id"],
        wish=_text(row, "wish", keys),
        answer=_text(row, "answer", keys),
        accepted=row["accepted"],
        download_until=row["download_until"],
        certificate=row["facts"].get("certificate"),
    )


def _seen(row: Row, keys: Keys, now: datetime) -> wire.ClinicPrivacyRequest:
    closed = row["status"] in ("done", "cancelled")
    return wire.ClinicPrivacyRequest(
        id=row["id"],
        kind=row["kind"],
        status=row["status"],
        asked_at=row["asked_at"],
        due_at=row["due_at"],
        runs_at=row["runs_at"],
        done_at=row["done_at"],
        progress=row["progress"],
        person_name=row["full_name"],
        patient_id=row["patient_id"],
        appointment_id=row["appointment_id"],
        wish=_text(row, "wish", keys),
        answer=_text(row, "answer", keys),
        accepted=row["accepted"],
        overdue=not closed and now > row["due_at"],
        facts=row["facts"],
    )


async def _audit(
    connection: Connection, actor: Actor, what: str, request_id: UUID, clinics: list[UUID], now: datetime
) -> None:
    concerned: list[UUID | None] = [*clinics] or [None]
    for clinic_id in concerned:
        await record(
            connection,
            at=now,
            actor_id=actor.person_id,
            action="privacy-request:ask",
            thing="privacy-request",
            thing_id=request_id,
            clinic_id=clinic_id,
            patient_id=actor.patient_id,
            data={"kind": what},
        )
