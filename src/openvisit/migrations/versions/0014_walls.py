"""the second wall: a role for the application, row-level security

Revision: 0014, after 0013
"""

from alembic import op

from openvisit.migrations.row_security import (
    ANY_ADMIN,
    ANY_CARE,
    ANY_CLINIC,
    ANY_PATIENT,
    ANY_TRAIL,
    ENSURE_APP_ROLE,
    GRANT_NEW,
    LESS,
    ME,
    PROVIDER,
    protect,
)

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_PRINCIPAL = "current_setting('openvisit.principal', true)"


def _function(name: str, returns: str, expression: str) -> str:
    return f"CREATE FUNCTION {name}() RETURNS {returns} LANGUAGE sql STABLE PARALLEL SAFE RETURN {expression}"


def _field(number: int, kind: str) -> str:
    return f"nullif(split_part({_PRINCIPAL}, '|', {number}), '')::{kind}"


# The order of `platform.principal.of_person`. A principal that was never said is null: it sees nothing.
FUNCTIONS = [
    _function("openvisit_is_system", "boolean", f"coalesce({_PRINCIPAL} = 'system', false)"),
    _function("openvisit_is_gate", "boolean", f"coalesce({_PRINCIPAL} IN ('system', 'gate'), false)"),
    _function("openvisit_person", "uuid", _field(2, "uuid")),
    _function("openvisit_patients", "uuid[]", _field(3, "uuid[]")),
    _function("openvisit_provider", "uuid", _field(4, "uuid")),
    _function("openvisit_clinics", "uuid[]", _field(5, "uuid[]")),
    _function("openvisit_care", "uuid[]", _field(6, "uuid[]")),
    _function("openvisit_admin", "uuid[]", _field(7, "uuid[]")),
    _function("openvisit_trail", "uuid[]", _field(8, "uuid[]")),
]

# What everybody may ask of rows that not everybody may see. Each is the system for its own statement alone; should that
# fail, the transaction takes the setting back. (SET in a function's head would need a superuser to say it.)
_AS_SYSTEM = """CREATE FUNCTION {head}
LANGUAGE plpgsql {kind} SET search_path = public, pg_temp AS $$
DECLARE
    before CONSTANT text := coalesce(current_setting('openvisit.principal', true), '');
    {declared}
BEGIN
    PERFORM set_config('openvisit.principal', 'system', true);
    {body}
    PERFORM set_config('openvisit.principal', before, true);
    RETURN{returned};
END $$"""

ELEVATED = [
    # Who did it, in a history that the reader may see: the name alone.
    _AS_SYSTEM.format(
        head="openvisit_name(of_person uuid) RETURNS text",
        kind="STABLE",
        declared="found text;",
        body="SELECT p.full_name INTO found FROM person p WHERE p.id = of_person;",
        returned=" found",
    ),
    # When a provider's visits and holds of a type begin: a daily cap counts other people's too.
    _AS_SYSTEM.format(
        head="""openvisit_taken_starts(
           of_provider uuid, of_type uuid, begins timestamptz, ends timestamptz, instant timestamptz, apart_from uuid)
           RETURNS SETOF timestamptz""",
        kind="STABLE",
        declared="",
        body="""RETURN QUERY
            SELECT a.starts_at FROM appointment a
            WHERE a.provider_id = of_provider AND a.starts_at >= begins AND a.starts_at < ends
              AND a.visit_type_id = of_type AND a.status <> 'cancelled' AND a.id IS DISTINCT FROM apart_from
            UNION ALL
            SELECT h.starts_at FROM hold h
            WHERE h.provider_id = of_provider AND h.starts_at >= begins AND h.starts_at < ends
              AND h.visit_type_id = of_type AND h.expires_at > instant;""",
        returned="",
    ),
    # Holds that ran out may be taken away by whoever wants the time. Those that somebody else is just taking away
    # are left to them, so that two sweepers never wait for each other.
    _AS_SYSTEM.format(
        head="openvisit_sweep_holds(resources uuid[], instant timestamptz) RETURNS void",
        kind="VOLATILE",
        declared="",
        body="""WITH dead AS (
                SELECT h.id FROM hold h WHERE h.expires_at <= instant AND h.id IN (
                    SELECT c.hold_id FROM claim c WHERE c.resource = ANY (resources) AND c.expires_at <= instant)
                FOR UPDATE SKIP LOCKED
            ), gone AS (DELETE FROM hold WHERE hold.id IN (SELECT dead.id FROM dead) RETURNING hold.id)
            DELETE FROM claim WHERE claim.hold_id IN (SELECT gone.id FROM gone);""",
        returned="",
    ),
]

# Visits outlive the link: whoever was erased is forgotten, and their visits stay for as long as the law says.
_CLINIC_KNOWS_PATIENT = f"""EXISTS (SELECT FROM clinic_patient known
        WHERE known.patient_id = patient.id AND known.clinic_id = {ANY_CARE})
    OR EXISTS (SELECT FROM appointment visit WHERE visit.patient_id = patient.id
        AND (visit.clinic_id = {ANY_CARE} OR visit.provider_id = {PROVIDER}))"""

POLICIES = [
    protect(
        "person",
        f"""id = {ME}
            OR EXISTS (SELECT FROM role WHERE role.person_id = person.id AND role.clinic_id = {ANY_CLINIC})
            OR EXISTS (SELECT FROM patient WHERE patient.person_id = person.id AND (patient.id = {ANY_PATIENT}
                       OR {_CLINIC_KNOWS_PATIENT}))""",
        write=f"id = {ME}",
        gate=True,
    ),
    protect("patient", f"id = {ANY_PATIENT} OR person_id = {ME} OR {_CLINIC_KNOWS_PATIENT}", gate=True),
    protect("clinic_patient", f"patient_id = {ANY_PATIENT} OR clinic_id = {ANY_CARE}"),
    protect("role", f"person_id = {ME} OR clinic_id = {ANY_CLINIC}", write=f"clinic_id = {ANY_ADMIN}", gate=True),
    protect("session", f"person_id = {ME}", gate=True),
    protect(
        "refresh_token",
        f"EXISTS (SELECT FROM session WHERE session.id = refresh_token.session_id AND session.person_id = {ME})",
        gate=True,
    ),
    protect("email_code", f"person_id = {ME}", gate=True),
    protect("signing_key", "false", gate=True),
    *(
        protect(table, f"person_id = {ME}", gate=True)
        for table in (
            "account_link",
            "email_change",
            "factor_ticket",
            "federated_identity",
            "federation_attempt",
            "known_device",
            "oauth_authorization",
            "oauth_consent",
            "passkey",
            "passkey_handle",
            "recovery_code",
            "totp",
        )
    ),
    protect("federation_proof", "false", gate=True),
    protect("federated_ticket", "false", gate=True),
    protect(
        "federated_session",
        f"EXISTS (SELECT FROM session WHERE session.id = federated_session.session_id AND session.person_id = {ME})",
        gate=True,
    ),
    protect("oauth_client", f"clinic_id = {ANY_ADMIN}", gate=True),
    protect("oauth_assertion", "false", gate=True),
    protect("oauth_request", "false", gate=True),
    *(
        protect(
            table,
            f"""EXISTS (SELECT FROM oauth_authorization let
                WHERE let.id = {table}.authorization_id AND let.person_id = {ME})""",
            gate=True,
        )
        for table in ("oauth_access_token", "oauth_refresh_token")
    ),
    protect("factor_reset", f"person_id = {ME} OR clinic_id = {ANY_ADMIN}", gate=True),
    protect("consent", f"patient_id = {ANY_PATIENT} OR clinic_id = {ANY_CARE}"),
    protect("consent_event", f"patient_id = {ANY_PATIENT} OR clinic_id = {ANY_CARE}"),
    protect("appointment", f"patient_id = {ANY_PATIENT} OR provider_id = {PROVIDER} OR clinic_id = {ANY_CARE}"),
    protect("hold", f"person_id = {ME}"),
    protect("idempotency", f"person_id = {ME}"),
    protect("message", f"person_id = {ME}", write="false"),
    protect("event", "false", insert="true"),
    protect(
        "audit",
        f"""actor_id = {ME} OR on_behalf_of = {ME} OR patient_id = {ANY_PATIENT} OR clinic_id = {ANY_TRAIL}
            OR thing = 'appointment' AND EXISTS (SELECT FROM appointment WHERE appointment.id = audit.thing_id)""",
        write="false",
        insert="true",
    ),
    protect(
        "delegation",
        f"patient_id = {ANY_PATIENT} OR delegate_id = {ME} OR created_by = {ME} OR clinic_id = {ANY_CARE}",
        gate=True,
    ),
    protect(
        "emergency_access",
        f"patient_id = {ANY_PATIENT} OR person_id = {ME} OR clinic_id = {ANY_TRAIL}",
        gate=True,
    ),
    protect("privacy_request", f"person_id = {ME} OR clinics && (SELECT openvisit_clinics())::uuid[]"),
    protect(
        "privacy_export",
        f"""EXISTS (SELECT FROM privacy_request asked
            WHERE asked.id = privacy_export.request_id AND asked.person_id = {ME})""",
    ),
    protect("retained_record", f"clinic_id = {ANY_ADMIN}"),
    protect("audit_check", f"clinic_id = {ANY_TRAIL}"),
    protect("audit_checkpoint", f"clinic_id = {ANY_TRAIL}"),
    protect("audit_key", "false"),
    protect(
        "absence",
        f"""provider_id = {PROVIDER} OR EXISTS (SELECT FROM provider
            WHERE provider.id = absence.provider_id AND provider.clinic_id = {ANY_CLINIC})""",
    ),
]


def upgrade() -> None:
    # Expand first, contract in a later release; never wait long for a lock while people book.
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.execute(ENSURE_APP_ROLE)
    op.execute(GRANT_NEW)
    for statement in [*FUNCTIONS, *ELEVATED]:
        op.execute(statement)
    for statements in [LESS, *POLICIES]:
        for statement in statements.split(";\n"):
            op.execute(statement)
