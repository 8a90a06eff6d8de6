"""Giving and withdrawing consent, and publishing wordings."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from psycopg.types.json import Jsonb

from openvisit.core.consent import Kind
from openvisit.core.errors import Forbidden, Invalid, NotFound
from openvisit.core.ids import new_id
from openvisit.core.permissions import Actor, Target, allowed
from openvisit.features.audit.commands import record
from openvisit.features.audit.vocabulary import acting
from openvisit.features.consent import queries, wire
from openvisit.features.consent.errors import ConsentTextChanged
from openvisit.features.consent.texts import Wording
from openvisit.features.identity.errors import UnknownPatient
from openvisit.platform.db import Connection, Database, execute, fetch_all, fetch_one
from openvisit.platform.events import Event, Subscriptions
from openvisit.platform.events import publish as announce
from openvisit.platform.realtime import Live


async def give(
    db: Database, live: Live, subscriptions: Subscriptions, actor: Actor, asked: wire.ConsentsGiven, *, now: datetime
) -> wire.Consents:
    """Write down that the patient agrees, to each wording as it is in force now. Giving twice changes nothing.

    Errors: UnknownPatient, NotFound for the clinic, ConsentTextChanged when another wording is in force by now.
    """
    patient_id = await _patient(db, actor, asked.patient_id, asked.clinic_id)
    by_role, channel = _who(actor, patient_id, asked.channel)
    async with db.transaction() as connection:
        texts = await queries.in_force(connection, asked.clinic_id)
        changed = [str(one.kind) for one in asked.agreed if texts[one.kind].hash.hex() != one.text]
        if changed:
            raise ConsentTextChanged(kinds=changed)
        for kind in dict.fromkeys(one.kind for one in asked.agreed):
            await _keep_words(connection, texts[kind], now)
            wrote = await _set(connection, patient_id, asked.clinic_id, kind, texts[kind].hash, given=True, now=now)
            if not wrote:
                continue
            event = ("given", texts[kind].hash, asked.language, channel, actor.person_id, by_role)
            await _note(connection, [patient_id], asked.clinic_id, kind, event, now)
            await _audit(connection, actor, "consent:give", patient_id, asked.clinic_id, kind, now)
            await _announce(connection, subscriptions, patient_id, asked.clinic_id, kind, given=True, now=now)
        answer = await queries.of_patient(connection, actor, patient_id, asked.clinic_id, now)
        person_id = await _person_of(connection, patient_id)
    live.publish(f"person:{person_id}", f"clinic:{asked.clinic_id}")
    return answer


async def withdraw(
    db: Database, live: Live, subscriptions: Subscriptions, actor: Actor, asked: wire.ConsentWithdrawn, *, now: datetime
) -> wire.Consents:
    """Write down that the patient does not agree any more. What was never given stays as it is.

    Errors: UnknownPatient, NotFound for the clinic.
    """
    patient_id = await _patient(db, actor, asked.patient_id, asked.clinic_id)
    by_role, channel = _who(actor, patient_id, asked.channel)
    async with db.transaction() as connection:
        row = await fetch_one(
            connection,
            """UPDATE consent SET given = false, at = %(now)s
               WHERE patient_id = %(patient_id)s AND clinic_id = %(clinic_id)s AND kind = %(kind)s AND given
               RETURNING text_hash""",
            {"patient_id": patient_id, "clinic_id": asked.clinic_id, "kind": asked.kind, "now": now},
        )
        if row is not None:
            event = ("withdrawn", bytes(row["text_hash"]), actor.language, channel, actor.person_id, by_role)
            await _note(connection, [patient_id], asked.clinic_id, asked.kind, event, now)
            await _audit(connection, actor, "consent:withdraw", patient_id, asked.clinic_id, asked.kind, now)
            await _announce(connection, subscriptions, patient_id, asked.clinic_id, asked.kind, given=False, now=now)
        answer = await queries.of_patient(connection, actor, patient_id, asked.clinic_id, now)
        person_id = await _person_of(connection, patient_id)
    live.publish(f"person:{person_id}", f"clinic:{asked.clinic_id}")
    return answer


async def publish(
    db: Database,
    subscriptions: Subscriptions,
    actor: Actor,
    clinic_id: UUID,
    asked: wire.NewConsentWording,
    *,
    now: datetime,
) -> wire.ConsentWording:
    """Publish the clinic's next wording of a kind. With `renew`, consents to earlier ones lapse with it.

    Errors: Forbidden.
    """
    if not allowed(actor, "consent-text:publish", Target(clinic_id=clinic_id)):
        raise Forbidden
    words = {name: msgspec.to_builtins(one) for name, one in (("en", asked.en), ("es", asked.es))}
    async with db.transaction() as connection:
        # Two who publish at once take turns, so that versions are counted one by one.
        await execute(
            connection,
            "SELECT pg_advisory_xact_lock(hashtextextended(%(key)s, 0))",
            {"key": f"consent {clinic_id} {asked.kind}"},
        )
        row = await fetch_one(
            connection,
            """SELECT coalesce(max(version), 1) + 1 AS version FROM consent_text
               WHERE clinic_id = %(clinic_id)s AND kind = %(kind)s""",
            {"clinic_id": clinic_id, "kind": asked.kind},
        )
        assert row is not None  # noqa: S101 - an aggregate has a row
        text = Wording(clinic_id, str(asked.kind), row["version"], words)
        await _keep_words(connection, text, now, actor.person_id)
        if asked.renew:
            await _lapse(connection, text, now)
            lapsed = Event("consent.lapsed", clinic_id, now, {"kind": str(asked.kind)})
            await announce(connection, subscriptions, lapsed)
        await record(
            connection,
            at=now,
            actor_id=actor.person_id,
            action="consent-text:publish",
            thing="clinic",
            thing_id=clinic_id,
            clinic_id=clinic_id,
            data={"kind": str(asked.kind), "version": text.version, "renew": asked.renew},
        )
    return queries.described(text, now)


async def _lapse(connection: Connection, text: Wording, now: datetime) -> None:
    assert text.clinic_id is not None  # noqa: S101 - a clinic publishes
    rows = await fetch_all(
        connection,
        """UPDATE consent SET given = false, at = %(now)s
           WHERE clinic_id = %(clinic_id)s AND kind = %(kind)s AND given RETURNING patient_id""",
        {"clinic_id": text.clinic_id, "kind": text.kind, "now": now},
    )
    event = ("lapsed", text.hash, "en", "system", None, "system")
    await _note(connection, [row["patient_id"] for row in rows], text.clinic_id, Kind(text.kind), event, now)


async def _announce(
    connection: Connection,
    subscriptions: Subscriptions,
    patient_id: UUID,
    clinic_id: UUID,
    kind: Kind,
    *,
    given: bool,
    now: datetime,
) -> None:
    data = {"clinic_id": str(clinic_id), "kind": str(kind), "given": given}
    await announce(connection, subscriptions, Event("consent.changed", patient_id, now, data))


async def _patient(db: Database, actor: Actor, patient_id: UUID | None, clinic_id: UUID) -> UUID:
    """Whose consent it is, where the actor may speak for them. Errors: UnknownPatient, NotFound, Invalid."""
    patient_id = patient_id or actor.patient_id
    if patient_id is None:
        raise Invalid("`patient_id` is needed: you are not a patient yourself")
    if not allowed(actor, "consent:give", Target(clinic_id=clinic_id, patient_id=patient_id)):
        raise UnknownPatient
    async with db.connection() as connection:
        row = await fetch_one(
            connection,
            """SELECT EXISTS (SELECT FROM clinic WHERE id = %(clinic_id)s) AS clinic,
                      EXISTS (SELECT FROM patient WHERE id = %(patient_id)s) AS patient""",
            {"patient_id": patient_id, "clinic_id": clinic_id},
        )
    assert row is not None  # noqa: S101 - no FROM
    if not row["clinic"]:
        raise NotFound
    if not row["patient"]:
        raise UnknownPatient
    return patient_id


def _who(actor: Actor, patient_id: UUID, channel: str) -> tuple[str, str]:
    """In which role the actor speaks, and by which channel the patient did."""
    if actor.patient_id == patient_id:
        return "patient", "online"
    if patient_id in actor.delegations:
        return "delegate", "online"
    if channel == "online":
        message = "how the patient agreed: in-person, phone or paper"
        raise Invalid("Say how the patient agreed", errors=[{"path": "body.channel", "message": message}])
    return "clinic", channel


async def _set(
    connection: Connection, patient_id: UUID, clinic_id: UUID, kind: Kind, hash_: bytes, *, given: bool, now: datetime
) -> bool:
    """Whether this changed anything."""
    return bool(
        await execute(
            connection,
            """INSERT INTO consent AS old (patient_id, clinic_id, kind, given, text_hash, at)
               VALUES (%(patient_id)s, %(clinic_id)s, %(kind)s, %(given)s, %(hash)s, %(now)s)
               ON CONFLICT (patient_id, clinic_id, kind) DO UPDATE
                   SET given = excluded.given, text_hash = excluded.text_hash, at = excluded.at
                   WHERE NOT old.given OR old.text_hash <> excluded.text_hash""",
            {
                "patient_id": patient_id,
                "clinic_id": clinic_id,
                "kind": kind,
                "given": given,
                "hash": hash_,
                "now": now,
            },
        )
    )


async def _keep_words(connection: Connection, text: Wording, now: datetime, by: UUID | None = None) -> None:
    await execute(
        connection,
        """INSERT INTO consent_text (hash, clinic_id, kind, version, words, published_at, published_by)
           VALUES (%(hash)s, %(clinic_id)s, %(kind)s, %(version)s, %(words)s, %(now)s, %(by)s)
           ON CONFLICT (hash) DO NOTHING""",
        {
            "hash": text.hash,
            "clinic_id": text.clinic_id,
            "kind": text.kind,
            "version": text.version,
            "words": Jsonb(text.words),
            "now": now,
            "by": by,
        },
    )


async def _note(
    connection: Connection,
    patients: Sequence[UUID],
    clinic_id: UUID,
    kind: Kind,
    event: tuple[str, bytes, str, str, UUID | None, str],
    now: datetime,
) -> None:
    """The proof: `event` is act, wording, language, channel, who wrote it and in which role."""
    act, hash_, language, channel, by_person, by_role = event
    await execute(
        connection,
        """INSERT INTO consent_event
               (id, patient_id, clinic_id, kind, act, text_hash, language, channel, by_person, by_role, at)
           SELECT id, patient_id, %(clinic_id)s, %(kind)s, %(act)s, %(hash)s, %(language)s, %(channel)s, %(by)s,
                  %(by_role)s, %(now)s
           FROM unnest(%(ids)s::uuid[], %(patients)s::uuid[]) AS new(id, patient_id)""",
        {
            "ids": [new_id() for _ in patients],
            "patients": list(patients),
            "clinic_id": clinic_id,
            "kind": kind,
            "act": act,
            "hash": hash_,
            "language": language if language in ("en", "es") else "en",
            "channel": channel,
            "by": by_person,
            "by_role": by_role,
            "now": now,
        },
    )


async def _audit(
    connection: Connection, actor: Actor, action: str, patient_id: UUID, clinic_id: UUID, kind: Kind, now: datetime
) -> None:
    role, reason = acting(actor, clinic_id, patient_id=patient_id)
    await record(
        connection,
        at=now,
        actor_id=actor.person_id,
        action=action,
        acting_as=role,
        reason=reason,
        thing="patient",
        thing_id=patient_id,
        clinic_id=clinic_id,
        patient_id=patient_id,
        data={"kind": str(kind)},
    )


async def _person_of(connection: Connection, patient_id: UUID) -> UUID | None:
    row = await fetch_one(connection, "SELECT person_id FROM patient WHERE id = %(id)s", {"id": patient_id})
    return row["person_id"] if row else None
