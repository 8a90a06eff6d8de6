"""Reading a clinic's policies."""

from uuid import UUID

from openvisit.core.errors import Forbidden, NotFound
from openvisit.core.permissions import Actor, Target, allowed
from openvisit.features.identity.policies import wire
from openvisit.platform.db import Connection, fetch_one


async def policy(connection: Connection, actor: Actor, clinic_id: UUID) -> wire.ClinicPolicy:
    """The policies of a clinic, for those who work there. Errors: NotFound, Forbidden."""
    found = await policy_of(connection, clinic_id)
    if not allowed(actor, "policy:read", Target(clinic_id=clinic_id)):
        raise Forbidden
    return found


async def policy_of(connection: Connection, clinic_id: UUID) -> wire.ClinicPolicy:
    """The policies of a clinic; whoever calls has asked for permission. Errors: NotFound."""
    row = await fetch_one(
        connection,
        # `clinic` is the directory's, a tier above: read by its name to tell a clinic without a row from no clinic.
        """SELECT clinic.id AS clinic_id, coalesce(p.mfa_required_for, '{}') AS mfa_required_for,
                  coalesce(p.adolescent_from_age, 12) AS adolescent_from_age,
                  coalesce(p.adolescent_until_age, 18) AS adolescent_until_age,
                  coalesce(p.proxies_see, 'not-private') AS proxies_see,
                  coalesce(p.mfa_grace_days, 14) AS mfa_grace_days, coalesce(p.version, 0) AS version
           FROM clinic LEFT JOIN clinic_policy p ON p.clinic_id = clinic.id WHERE clinic.id = %(id)s""",
        {"id": clinic_id},
    )
    if row is None:
        raise NotFound
    return wire.ClinicPolicy(**row)
