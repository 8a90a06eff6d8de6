"""What the admins of a clinic do with accounts of its people: end their sessions, switch an account off and on again.

An account is the person's, not the clinic's. So only one that is used at the admin's clinics alone can be switched
off: otherwise an admin of one clinic would shut somebody out of another, or out of their own record as a patient.
Taking the roles away is enough there.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from openvisit.core.errors import Forbidden
from openvisit.core.permissions import ADMIN, Actor, Target, allowed
from openvisit.features.audit.commands import record
from openvisit.features.identity import queries, wire
from openvisit.features.identity.errors import AccountElsewhere, UnknownPerson
from openvisit.features.identity.factors.errors import NotForOneself
from openvisit.features.identity.oauth.store import end_authorizations
from openvisit.features.identity.people import another_admin, held_roles
from openvisit.features.identity.sessions import end_all_sessions
from openvisit.features.identity.tokens import TokenService
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, Database, elevated, execute, fetch_one
from openvisit.platform.jobs import defer

Done = Literal["sessions-ended", "switched-off", "switched-on"]
_WHY = "an admin sees to the account of somebody of the clinic"


async def end_sessions(
    db: Database, tokens: TokenService, actor: Actor, person_id: UUID, clinic_id: UUID, *, now: datetime
) -> int:
    """End every session of somebody who works at the clinic, and what apps were given; how many sessions there were.

    Errors: Forbidden, UnknownPerson, NotForOneself.
    """
    async with db.transaction() as connection:
        await _somebody_else(connection, actor, person_id, clinic_id)
        async with elevated(connection, _WHY):
            ended = await _sign_out(connection, person_id, now)
        await _tell(connection, actor, person_id, clinic_id, "sessions-ended", now)
    tokens.changed(person_id)
    return ended


async def switch(
    db: Database,
    vault: Vault,
    tokens: TokenService,
    actor: Actor,
    person_id: UUID,
    asked: wire.AccountSwitch,
    *,
    now: datetime,
) -> wire.PersonAtClinic:
    """Switch the account of somebody who works at the clinic off, or on again; nothing happens where it is so already.

    Errors: Forbidden, UnknownPerson, NotForOneself; AccountElsewhere, also for switching on what another clinic
    switched off.
    """
    async with db.transaction() as connection:
        held = await _somebody_else(connection, actor, person_id, asked.clinic_id)
        async with elevated(connection, _WHY):
            if asked.active:
                news = await _on(connection, actor, person_id)
            else:
                if ADMIN in held:
                    await another_admin(connection, person_id, asked.clinic_id)
                news = await _off(connection, actor, person_id, asked.clinic_id, now)
            if news:
                # On again begins without sessions too: one just being opened may have come after the end of all.
                await _sign_out(connection, person_id, now)
        if news:
            done: Done = "switched-on" if asked.active else "switched-off"
            await _tell(connection, actor, person_id, asked.clinic_id, done, now)
        answer = await queries.person_at_clinic(connection, vault, person_id, asked.clinic_id)
    tokens.changed(person_id)
    return answer


async def _somebody_else(connection: Connection, actor: Actor, person_id: UUID, clinic_id: UUID) -> set[str]:
    """The roles of the person at the clinic. Errors: Forbidden, UnknownPerson, NotForOneself."""
    if not allowed(actor, "account:manage", Target(clinic_id=clinic_id)):
        raise Forbidden
    held = await held_roles(connection, person_id, clinic_id)  # behind the second wall too: not elevated yet
    if not held:
        raise UnknownPerson
    if person_id == actor.person_id:
        raise NotForOneself
    return held


async def _off(connection: Connection, actor: Actor, person_id: UUID, clinic_id: UUID, now: datetime) -> bool:
    """Whether the account was on. Its row is locked from here: who signs in now either has a session, which is ended
    after this, or finds the account off. Errors: AccountElsewhere."""
    changed = await execute(
        connection,
        """UPDATE person SET active = false, switched_off_at = %(now)s, switched_off_by = %(clinic_id)s,
                  version = version + 1
           WHERE id = %(id)s AND active""",
        {"id": person_id, "clinic_id": clinic_id, "now": now},
    )
    if changed and await _used_elsewhere(connection, person_id, actor.clinics(ADMIN)):
        raise AccountElsewhere
    return changed > 0


async def _on(connection: Connection, actor: Actor, person_id: UUID) -> bool:
    """Whether the account was off. Errors: AccountElsewhere."""
    row = await fetch_one(
        connection, "SELECT active, switched_off_by FROM person WHERE id = %(id)s FOR UPDATE", {"id": person_id}
    )
    if row is None or row["active"]:
        return False
    if row["switched_off_by"] not in actor.clinics(ADMIN):
        raise AccountElsewhere
    await execute(
        connection,
        """UPDATE person SET active = true, switched_off_at = NULL, switched_off_by = NULL, version = version + 1
           WHERE id = %(id)s""",
        {"id": person_id},
    )
    return True


async def _used_elsewhere(connection: Connection, person_id: UUID, clinics: Sequence[UUID]) -> bool:
    """Whether the person works at another clinic, or is a patient, unless one of these clinics alone knows them."""
    row = await fetch_one(
        connection,
        # `clinic_patient` is the directory's, read by its name as in `queries`.
        """SELECT EXISTS (SELECT FROM role WHERE person_id = %(id)s AND NOT clinic_id = ANY(%(clinics)s))
               OR EXISTS (SELECT FROM patient WHERE person_id = %(id)s
                          AND (SELECT count(*) = 0 OR bool_or(NOT clinic_id = ANY(%(clinics)s))
                               FROM clinic_patient WHERE patient_id = patient.id)) AS elsewhere""",
        {"id": person_id, "clinics": list(clinics)},
    )
    return row is not None and bool(row["elsewhere"])


async def _sign_out(connection: Connection, person_id: UUID, now: datetime) -> int:
    row = await fetch_one(
        connection,
        """SELECT count(*) AS open FROM session
           WHERE person_id = %(id)s AND revoked_at IS NULL AND expires_at > %(now)s""",
        {"id": person_id, "now": now},
    )
    await end_all_sessions(connection, person_id, "by-admin", now)
    await end_authorizations(connection, person_id, "an admin", now)
    return int(row["open"]) if row else 0


async def _tell(
    connection: Connection, actor: Actor, person_id: UUID, clinic_id: UUID, done: Done, now: datetime
) -> None:
    """Audit it and mail the person."""
    await record(
        connection,
        at=now,
        actor_id=actor.person_id,
        action="account:manage",
        thing="person",
        thing_id=person_id,
        clinic_id=clinic_id,
        data={"did": done},
    )
    args = {"person_id": str(person_id), "clinic_id": str(clinic_id), "kind": f"account_{done.replace('-', '_')}"}
    await defer(connection, "identity:tell_account", queue="mail", args=args)
