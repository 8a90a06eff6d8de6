"""Letting somebody act for a patient: invited by mail, accepted by whoever owns that address, ended by any of both.

Nobody learns from an invitation whether an address has an account: the mail goes out either way, and the answer is
the same.
"""

import secrets
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from openvisit.core.errors import Invalid
from openvisit.core.ids import new_id
from openvisit.core.permissions import SEE, Actor, Target, allowed
from openvisit.features.access import queries, wire
from openvisit.features.access.errors import DelegationNotFound, InvitationInvalid, TooManyDelegates
from openvisit.features.audit.commands import record
from openvisit.features.identity.addresses import normalise
from openvisit.features.identity.errors import UnknownPatient
from openvisit.features.identity.registration import check_zone, digest, ensure_patient
from openvisit.features.identity.tokens import TokenService
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, Database, Row, execute, fetch_all, fetch_one
from openvisit.platform.jobs import defer

_WHY = "whoever is let into a record has none of it yet"
LONGEST = timedelta(days=2 * 366)
INVITATION_LIFE = timedelta(days=14)
MAJORITY_YEARS = 18
MOST = 10
"""Invitations and delegates one patient may have at a time, and invitations in a day: each is a mail to a stranger."""


async def invite(
    db: Database, vault: Vault, actor: Actor, patient_id: UUID | None, asked: wire.NewDelegation, *, now: datetime
) -> None:
    """Invite somebody to act for the patient: the caller, or, by a clinic with a proof, a patient it knows.

    Errors: UnknownPatient, Forbidden, Invalid, TooManyDelegates.
    """
    email = normalise(asked.email)
    async with db.transaction() as connection:
        subject, clinic_id = await _subject(connection, actor, patient_id)
        if clinic_id is not None and asked.proof is None:
            raise _invalid("proof", "say what you were shown")
        if clinic_id is None and email == await _own_address(connection, vault, actor.person_id):
            raise _invalid("email", "this is your own address")
        expires_at = _expiry(asked.expires_on, asked.kind, subject["born_on"], now)
        await _refuse_too_many(connection, subject["id"], now)
        delegation_id = new_id()
        await execute(
            connection,
            """INSERT INTO delegation (id, patient_id, kind, scopes, clinic_id, proof, invited, invited_index,
                                       created_at, created_by, expires_at)
               VALUES (%(id)s, %(patient_id)s, %(kind)s, %(scopes)s, %(clinic_id)s, %(proof)s, %(invited)s,
                       %(index)s, %(now)s, %(by)s, %(expires_at)s)""",
            {
                "id": delegation_id,
                "patient_id": subject["id"],
                "kind": asked.kind,
                "scopes": _scopes(asked.scopes),
                "clinic_id": clinic_id,
                "proof": asked.proof if clinic_id else None,
                "invited": vault.seal(email, "delegation.invited", delegation_id),
                "index": vault.address_index(email),
                "now": now,
                "by": actor.person_id,
                "expires_at": expires_at,
            },
        )
        await defer(connection, "access:invite_delegate", queue="mail", args={"delegation_id": str(delegation_id)})
        await _record(connection, actor, "delegation:invite", delegation_id, subject["id"], clinic_id, now)


async def accept(
    db: Database, vault: Vault, tokens: TokenService, actor: Actor, code: str, *, now: datetime
) -> wire.Delegation:
    """Accept the invitation; the caller's own address must be the one invited.

    Errors: InvitationInvalid.
    """
    async with db.transaction(as_system=_WHY) as connection:
        row = await fetch_one(
            connection,
            """UPDATE delegation d SET delegate_id = p.id, accepted_at = %(now)s, code_hash = NULL, invited = NULL
               FROM person p, patient
               WHERE d.code_hash = %(code)s AND d.accepted_at IS NULL AND d.ended_at IS NULL
                 AND d.expires_at > %(now)s AND d.created_at > %(oldest)s
                 AND p.id = %(person_id)s AND p.email_index = d.invited_index AND p.verified_at IS NOT NULL
                 AND patient.id = d.patient_id AND patient.person_id <> p.id
               RETURNING d.id, d.patient_id, d.clinic_id""",
            {"code": digest(code), "now": now, "oldest": now - INVITATION_LIFE, "person_id": actor.person_id},
        )
        if row is None:
            raise InvitationInvalid
        await _record(connection, actor, "delegation:accept", row["id"], row["patient_id"], row["clinic_id"], now)
        await _tell(connection, row["id"], "delegation_accepted")
        answer = await queries.one(connection, vault, row["id"], now)
    tokens.changed(actor.person_id)
    return answer


async def change(
    db: Database,
    vault: Vault,
    tokens: TokenService,
    actor: Actor,
    delegation_id: UUID,
    asked: wire.DelegationChanges,
    *,
    now: datetime,
) -> wire.Delegation:
    """Let the delegate do more or less, for longer or shorter; the patient's own to decide, or the clinic's that
    entered it.

    Errors: DelegationNotFound, Invalid.
    """
    async with db.transaction() as connection:
        row = await _found(connection, actor, delegation_id)
        if row["ended_at"] is not None or row["delegate_id"] == actor.person_id:
            raise DelegationNotFound
        expires_at = _expiry(asked.expires_on, row["kind"], row["born_on"], now) if asked.expires_on else None
        await execute(
            connection,
            """UPDATE delegation SET scopes = coalesce(%(scopes)s, scopes),
                      expires_at = coalesce(%(expires_at)s, expires_at) WHERE id = %(id)s""",
            {
                "id": delegation_id,
                "scopes": _scopes(asked.scopes) if asked.scopes else None,
                "expires_at": expires_at,
            },
        )
        await _record(connection, actor, "delegation:change", delegation_id, row["patient_id"], row["clinic_id"], now)
        answer = await queries.one(connection, vault, delegation_id, now)
    if row["delegate_id"]:
        tokens.changed(row["delegate_id"])
    return answer


async def end(db: Database, tokens: TokenService, actor: Actor, delegation_id: UUID, *, now: datetime) -> None:
    """End it, at once and everywhere; the patient, the delegate and the patient's clinics may. Ending twice is fine.

    Errors: DelegationNotFound.
    """
    async with db.transaction() as connection:
        row = await _found(connection, actor, delegation_id)
        ended = await execute(
            connection,
            """UPDATE delegation SET ended_at = %(now)s, ended_by = %(by)s, code_hash = NULL, invited = NULL
               WHERE id = %(id)s AND ended_at IS NULL""",
            {"id": delegation_id, "now": now, "by": actor.person_id},
        )
        if ended:
            await _record(connection, actor, "delegation:end", delegation_id, row["patient_id"], row["clinic_id"], now)
            if row["delegate_id"]:
                await _tell(connection, delegation_id, "delegation_ended")
    if row["delegate_id"]:
        tokens.changed(row["delegate_id"])


async def add_dependent(
    db: Database, vault: Vault, tokens: TokenService, actor: Actor, asked: wire.Dependent, *, now: datetime
) -> wire.Delegation:
    """Enter a child who has no address, and act for it as its parent until it comes of age.

    The record is new and empty, so nothing is opened by it that was somebody else's. Errors: Invalid, TooManyDelegates.
    """
    check_zone(asked.time_zone)
    expires_at = _comes_of_age(asked.born_on)
    if not asked.born_on <= (now + timedelta(days=1)).date():
        raise _invalid("born_on", "not a living person's date of birth")
    if expires_at <= now:
        raise _invalid("born_on", "of age: invite them to an account of their own instead")
    async with db.transaction(as_system=_WHY) as connection:
        await _refuse_too_many_held(connection, actor)
        patient_id = await _enter_child(connection, vault, asked, now)
        delegation_id = await _be_parent(connection, actor, patient_id, expires_at, now)
        await _record(connection, actor, "delegation:dependent", delegation_id, patient_id, None, now)
        answer = await queries.one(connection, vault, delegation_id, now)
    tokens.changed(actor.person_id)
    return answer


async def _refuse_too_many_held(connection: Connection, actor: Actor) -> None:
    held = await fetch_one(
        connection,
        "SELECT count(*) AS n FROM delegation WHERE delegate_id = %(id)s AND ended_at IS NULL",
        {"id": actor.person_id},
    )
    if held is not None and held["n"] >= MOST * 2:
        raise TooManyDelegates


async def _enter_child(connection: Connection, vault: Vault, asked: wire.Dependent, now: datetime) -> UUID:
    person_id = new_id()
    _, data_key = vault.new(person_id)
    await execute(
        connection,
        """WITH added AS (
               INSERT INTO person (id, full_name, time_zone, language, created_at)
               VALUES (%(id)s, %(full_name)s, %(time_zone)s, %(language)s, %(now)s) RETURNING id)
           INSERT INTO keyring.data_key (owner, wrapped) SELECT id, %(data_key)s FROM added""",
        {
            "id": person_id,
            "full_name": asked.full_name.strip(),
            "time_zone": asked.time_zone,
            "language": asked.language,
            "now": now,
            "data_key": data_key,
        },
    )
    patient_id = await ensure_patient(connection, person_id, now)
    await execute(
        connection,
        "UPDATE patient SET born_on = %(born_on)s WHERE id = %(id)s",
        {"born_on": asked.born_on, "id": patient_id},
    )
    return patient_id


async def _be_parent(
    connection: Connection, actor: Actor, patient_id: UUID, expires_at: datetime, now: datetime
) -> UUID:
    delegation_id = new_id()
    await execute(
        connection,
        """INSERT INTO delegation (id, patient_id, delegate_id, kind, scopes, created_at, created_by, accepted_at,
                                   expires_at)
           VALUES (%(id)s, %(patient_id)s, %(by)s, 'parent', '{visits,book,health}', %(now)s, %(by)s, %(now)s,
                   %(expires_at)s)""",
        {
            "id": delegation_id,
            "patient_id": patient_id,
            "by": actor.person_id,
            "now": now,
            "expires_at": expires_at,
        },
    )
    return delegation_id


async def new_code(connection: Connection, delegation_id: UUID, now: datetime) -> str | None:
    """A code for an invitation that still waits, in the place of the one before; None when it does not."""
    code = secrets.token_urlsafe(24)
    changed = await execute(
        connection,
        """UPDATE delegation SET code_hash = %(hash)s
           WHERE id = %(id)s AND accepted_at IS NULL AND ended_at IS NULL AND created_at > %(oldest)s""",
        {"id": delegation_id, "hash": digest(code), "oldest": now - INVITATION_LIFE},
    )
    return code if changed else None


async def _subject(connection: Connection, actor: Actor, patient_id: UUID | None) -> tuple[Row, UUID | None]:
    """The patient, and the clinic the caller enters it for; None when it is the patient's own doing."""
    own = patient_id is None or patient_id == actor.patient_id
    row = await fetch_one(
        connection,
        """SELECT id, born_on, ARRAY(SELECT clinic_id FROM clinic_patient k WHERE k.patient_id = patient.id) AS clinics
           FROM patient WHERE id = %(id)s""",
        {"id": actor.patient_id if own else patient_id},
    )
    if row is None:
        raise UnknownPatient
    if own:
        return row, None
    clinics = [c for c in row["clinics"] if allowed(actor, "delegation:manage", Target(clinic_id=c))]
    if not clinics:
        raise UnknownPatient
    return row, clinics[0]


async def _found(connection: Connection, actor: Actor, delegation_id: UUID) -> Row:
    """The delegation, locked, for those whose business it is. Errors: DelegationNotFound."""
    row = await fetch_one(
        connection,
        """SELECT d.*, patient.born_on,
                  ARRAY(SELECT clinic_id FROM clinic_patient k WHERE k.patient_id = d.patient_id) AS clinics
           FROM delegation d JOIN patient ON patient.id = d.patient_id WHERE d.id = %(id)s FOR UPDATE OF d""",
        {"id": delegation_id},
    )
    if row is None:
        raise DelegationNotFound
    mine = row["patient_id"] == actor.patient_id or row["delegate_id"] == actor.person_id
    if not mine and not any(allowed(actor, "delegation:manage", Target(clinic_id=c)) for c in row["clinics"]):
        raise DelegationNotFound
    return row


async def _refuse_too_many(connection: Connection, patient_id: UUID, now: datetime) -> None:
    await execute(connection, "SELECT FROM patient WHERE id = %(id)s FOR UPDATE", {"id": patient_id})
    rows = await fetch_all(
        connection,
        """SELECT FROM delegation WHERE patient_id = %(id)s
           AND ((ended_at IS NULL AND expires_at > %(now)s) OR created_at > %(lately)s)""",
        {"id": patient_id, "now": now, "lately": now - timedelta(days=1)},
    )
    if len(rows) >= MOST:
        raise TooManyDelegates


def _expiry(day: date, kind: str, born_on: date | None, now: datetime) -> datetime:
    """The end of that day: for a parent at most when the child comes of age, for others two years from now."""
    asked = datetime.combine(day, time(), UTC) + timedelta(days=1)
    if asked <= now:
        raise _invalid("expires_on", "is past")
    if kind == "parent" and born_on is not None:
        of_age = _comes_of_age(born_on)
        if of_age <= now:
            raise _invalid("kind", "the patient is of age")
        return min(asked, of_age)
    if asked > now + LONGEST:
        raise _invalid("expires_on", "at most two years from today")
    return asked


def _comes_of_age(born_on: date) -> datetime:
    year = born_on.year + MAJORITY_YEARS
    # Who was born on 29 February comes of age on 1 March of a year without one.
    leap = (born_on.month, born_on.day) == (2, 29)
    day = date(year, 3, 1) if leap and year % 4 else born_on.replace(year=year)
    return datetime.combine(day, time(), UTC)


def _scopes(asked: Sequence[str]) -> list[str]:
    """Whoever may do anything may see the visits."""
    return sorted({SEE, *asked})


async def _own_address(connection: Connection, vault: Vault, person_id: UUID) -> str:
    row = await fetch_one(connection, "SELECT email FROM person WHERE id = %(id)s", {"id": person_id})
    keys = await vault.keys(connection, person_id)
    return keys.shown(row["email"] if row else None, "person.email", person_id)


async def _tell(connection: Connection, delegation_id: UUID, kind: str) -> None:
    args = {"delegation_id": str(delegation_id), "kind": kind}
    await defer(connection, "access:tell_of_delegation", queue="mail", args=args)


async def _record(
    connection: Connection,
    actor: Actor,
    action: str,
    delegation_id: UUID,
    patient_id: UUID,
    clinic_id: UUID | None,
    now: datetime,
) -> None:
    await record(
        connection,
        at=now,
        actor_id=actor.person_id,
        action=action,
        thing="delegation",
        thing_id=delegation_id,
        clinic_id=clinic_id,
        patient_id=patient_id,
        acting_as=_acting_as(actor, patient_id, clinic_id),
        reason="patient-request",
    )


def _acting_as(actor: Actor, patient_id: UUID, clinic_id: UUID | None) -> str:
    if actor.patient_id == patient_id:
        return "patient"
    return "staff" if clinic_id is not None and actor.holds_anywhere("staff", "admin") else "delegate"


def _invalid(field: str, message: str) -> Invalid:
    return Invalid(f"`{field}`: {message}", errors=[{"path": f"body.{field}", "message": message}])
