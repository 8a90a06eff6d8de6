"""Changing a clinic's policies."""

from datetime import datetime
from uuid import UUID

import msgspec

from openvisit.core.errors import Forbidden, VersionMismatch
from openvisit.core.permissions import Actor, Target, allowed
from openvisit.features.audit.commands import record
from openvisit.features.identity.policies import queries, wire
from openvisit.platform.db import Connection, Database, execute


async def change_policy(
    db: Database,
    actor: Actor,
    clinic_id: UUID,
    asked: wire.ClinicPolicyChanges,
    *,
    expected: int | None,
    now: datetime,
) -> wire.ClinicPolicy:
    """Change what a clinic demands. When a role is added, the days of grace begin for everybody who holds one of them.

    Errors: NotFound, Forbidden, VersionMismatch.
    """
    changes = {f: v for f in asked.__struct_fields__ if (v := getattr(asked, f)) is not msgspec.UNSET}
    if "mfa_required_for" in changes:
        changes["mfa_required_for"] = sorted(set(changes["mfa_required_for"]))
    async with db.transaction() as connection:
        before = await queries.policy_of(connection, clinic_id)
        if not allowed(actor, "policy:edit", Target(clinic_id=clinic_id)):
            raise Forbidden
        await _ensure_row(connection, clinic_id)
        before = await queries.policy_of(connection, clinic_id)  # as it is now that the row is locked
        if expected is not None and expected != before.version:
            raise VersionMismatch
        added = set(changes.get("mfa_required_for", ())) - set(before.mfa_required_for)
        if added:
            changes["mfa_required_since"] = now
        if changes:
            places = ", ".join(f"{name} = %({name})s" for name in changes)
            await execute(
                connection,
                f"UPDATE clinic_policy SET {places}, version = version + 1 WHERE clinic_id = %(clinic_id)s",
                {**changes, "clinic_id": clinic_id},
            )
            await record(
                connection,
                at=now,
                actor_id=actor.person_id,
                action="policy:edit",
                thing="clinic",
                thing_id=clinic_id,
                clinic_id=clinic_id,
                data={"before": _told(before), "after": _told(await queries.policy_of(connection, clinic_id))},
            )
        return await queries.policy_of(connection, clinic_id)


async def _ensure_row(connection: Connection, clinic_id: UUID) -> None:
    """The clinic's row, there and locked to the end of the transaction."""
    await execute(
        connection,
        """INSERT INTO clinic_policy (clinic_id, version) VALUES (%(id)s, 0)
           ON CONFLICT (clinic_id) DO UPDATE SET clinic_id = excluded.clinic_id""",
        {"id": clinic_id},
    )


def _told(policy: wire.ClinicPolicy) -> dict[str, object]:
    return {name: getattr(policy, name) for name in policy.__struct_fields__ if name not in ("clinic_id", "version")}
