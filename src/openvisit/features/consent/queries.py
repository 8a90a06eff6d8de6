"""Reading wordings and consents, and asking whether something may be done."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from openvisit.core.consent import PAUSED_BY_RESTRICTION, Kind, Purpose, missing
from openvisit.core.errors import NotFound
from openvisit.core.permissions import Actor, Target, allowed
from openvisit.features.audit.commands import record
from openvisit.features.consent import wire
from openvisit.features.consent.errors import ConsentNeeded, ProcessingRestricted, UnknownConsentText
from openvisit.features.consent.texts import Wording, bundled
from openvisit.features.identity.errors import UnknownPatient
from openvisit.platform.db import Connection, Row, fetch_all, fetch_one


async def require(connection: Connection, purpose: Purpose, patient_id: UUID, clinic_id: UUID) -> None:
    """Refuse processing that the patient has not agreed to, or has paused.

    Errors: ConsentNeeded, ProcessingRestricted.
    """
    row = await fetch_one(
        connection,
        """SELECT p.restricted_at IS NOT NULL AS restricted,
                  ARRAY(SELECT c.kind FROM consent c
                        WHERE c.patient_id = p.id AND c.clinic_id = %(clinic_id)s AND c.given) AS given
           FROM patient p WHERE p.id = %(patient_id)s""",
        {"patient_id": patient_id, "clinic_id": clinic_id},
    )
    if row is None:
        raise UnknownPatient
    if row["restricted"] and purpose in PAUSED_BY_RESTRICTION:
        raise ProcessingRestricted
    refuse(purpose, row["given"], clinic_id)


def refuse(purpose: Purpose, given: list[str], clinic_id: UUID) -> None:
    """Errors: ConsentNeeded, with the kinds that are missing from `given`."""
    if kinds := missing(purpose, set(given)):
        raise ConsentNeeded(kinds=kinds, clinic_id=str(clinic_id))


async def permits(connection: Connection, purpose: Purpose, patient_id: UUID, clinic_id: UUID) -> bool:
    """Whether `require` lets it pass."""
    try:
        await require(connection, purpose, patient_id, clinic_id)
    except (ConsentNeeded, ProcessingRestricted):
        return False
    return True


async def in_force(connection: Connection, clinic_id: UUID) -> dict[str, Wording]:
    """The wording of each kind that counts at the clinic now."""
    rows = await fetch_all(
        connection,
        """SELECT DISTINCT ON (kind) clinic_id, kind, version, words FROM consent_text
           WHERE clinic_id = %(clinic_id)s ORDER BY kind, version DESC""",
        {"clinic_id": clinic_id},
    )
    return {**bundled(), **{row["kind"]: _wording(row) for row in rows}}


async def wordings(connection: Connection, clinic_id: UUID) -> wire.ConsentWordings:
    """The wordings in force. Errors: NotFound when there is no such clinic."""
    clinic = await fetch_one(connection, "SELECT FROM clinic WHERE id = %(id)s", {"id": clinic_id})
    if clinic is None:
        raise NotFound
    found = await in_force(connection, clinic_id)
    published = await fetch_all(
        connection,
        "SELECT hash, published_at FROM consent_text WHERE clinic_id = %(clinic_id)s",
        {"clinic_id": clinic_id},
    )
    at = {bytes(row["hash"]): row["published_at"] for row in published}
    return wire.ConsentWordings([described(found[kind], at.get(found[kind].hash)) for kind in Kind])


async def wording(connection: Connection, text_id: str) -> wire.ConsentWording:
    """Any wording somebody ever agreed to, or could. Errors: UnknownConsentText."""
    hash_ = bytes.fromhex(text_id)
    row = await fetch_one(connection, "SELECT * FROM consent_text WHERE hash = %(hash)s", {"hash": hash_})
    if row is not None:
        return described(_wording(row), row["published_at"] if row["clinic_id"] else None)
    for found in bundled().values():
        if found.hash == hash_:
            return described(found, None)
    raise UnknownConsentText


async def of_patient(
    connection: Connection, actor: Actor, patient_id: UUID | None, clinic_id: UUID | None, now: datetime
) -> wire.Consents:
    """The consents at each clinic that knows the patient, or at one; a clinic sees its own alone.

    Errors: UnknownPatient.
    """
    patient_id = patient_id or actor.patient_id
    if patient_id is None:
        return wire.Consents([])
    rows = await fetch_all(connection, _CLINICS, {"patient_id": patient_id, "clinic_id": clinic_id})
    shown = [row for row in rows if allowed(actor, "consent:read", Target(clinic_id=row["id"], patient_id=patient_id))]
    if actor.patient_id != patient_id:
        if not shown:
            raise UnknownPatient
        for row in shown:
            await record(
                connection,
                at=now,
                actor_id=actor.person_id,
                action="consent:read",
                thing="patient",
                thing_id=patient_id,
                clinic_id=row["id"],
            )
    return wire.Consents([await _at_clinic(connection, patient_id, row) for row in shown])


_CLINICS = """
SELECT c.id, c.name FROM clinic c
WHERE (%(clinic_id)s::uuid IS NULL OR c.id = %(clinic_id)s)
  AND (EXISTS (SELECT FROM clinic_patient l WHERE l.clinic_id = c.id AND l.patient_id = %(patient_id)s)
       OR EXISTS (SELECT FROM consent k WHERE k.clinic_id = c.id AND k.patient_id = %(patient_id)s))
ORDER BY c.name, c.id"""


async def _at_clinic(connection: Connection, patient_id: UUID, clinic: Row) -> wire.ClinicConsents:
    values = {"patient_id": patient_id, "clinic_id": clinic["id"]}
    texts = await in_force(connection, clinic["id"])
    events = await fetch_all(
        connection,
        """SELECT e.*, t.version, CASE WHEN e.by_role <> 'patient' THEN openvisit_name(e.by_person) END AS by_name
           FROM consent_event e JOIN consent_text t ON t.hash = e.text_hash
           WHERE e.patient_id = %(patient_id)s AND e.clinic_id = %(clinic_id)s ORDER BY e.at DESC, e.id DESC""",
        values,
    )
    latest: dict[str, Row] = {}
    for event in events:
        latest.setdefault(event["kind"], event)
    states = [_state(kind, texts[kind], latest.get(kind)) for kind in Kind]
    return wire.ClinicConsents(clinic["id"], clinic["name"], states, [_entry(event) for event in events])


def _state(kind: Kind, text: Wording, latest: Row | None) -> wire.ConsentState:
    if latest is None:
        return wire.ConsentState(kind, "open", None, text.hash.hex(), None)
    agreed = bytes(latest["text_hash"]).hex() if latest["act"] == "given" else None
    return wire.ConsentState(kind, latest["act"], latest["at"], text.hash.hex(), agreed)


def _entry(event: Row) -> wire.ConsentEntry:
    return wire.ConsentEntry(
        at=event["at"],
        kind=Kind(event["kind"]),
        act=event["act"],
        text=bytes(event["text_hash"]).hex(),
        version=event["version"],
        channel=event["channel"],
        by_role=event["by_role"],
        by_name=event["by_name"],
    )


def described(found: Wording, published_at: datetime | None) -> wire.ConsentWording:
    """A wording as it is sent."""
    words = msgspec.convert(found.words, dict[wire.Language, wire.ConsentWords])
    return wire.ConsentWording(found.hash.hex(), found.clinic_id, Kind(found.kind), found.version, words, published_at)


def _wording(row: Any) -> Wording:
    return Wording(row["clinic_id"], row["kind"], row["version"], row["words"])
