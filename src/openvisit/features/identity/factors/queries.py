"""Reading how a person signs in."""

from uuid import UUID

from openvisit.features.identity.factors import passkeys, policy, prove, wire
from openvisit.platform.db import Connection, fetch_one


async def security(connection: Connection, person_id: UUID) -> wire.Security:
    """Everything the Security page shows of a person's factors."""
    has = await prove.held(connection, person_id)
    app = await fetch_one(
        connection,
        """SELECT confirmed_at AS added_at, last_used_at FROM totp
           WHERE person_id = %(id)s AND confirmed_at IS NOT NULL""",
        {"id": person_id},
    )
    by = await policy.deadline(connection, person_id)
    reset = await fetch_one(
        connection,
        # `clinic` is the directory's, a tier above: its name alone is read.
        """SELECT r.due_at, clinic.name AS clinic FROM factor_reset r JOIN clinic ON clinic.id = r.clinic_id
           WHERE r.person_id = %(id)s AND r.ended_at IS NULL""",
        {"id": person_id},
    )
    return wire.Security(
        has_password=has.password,
        totp=wire.TotpState(**app) if app else None,
        passkeys=await passkeys.passkeys(connection, person_id),
        recovery_codes_left=has.recovery_codes,
        required=by is not None,
        required_by=by if by is not None and not has.factor else None,
        reset=wire.PendingReset(**reset) if reset else None,
    )
