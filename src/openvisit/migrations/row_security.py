"""Row-level security in migrations: every table is protected here or is in `OPEN` with its reason.

    protect("appointment", f"patient_id = {ANY_PATIENT} OR clinic_id = {ANY_CARE}")

Policies are not dropped by anybody but a migration; the application's role owns nothing. The conditions may use

    openvisit_person()    uuid    the person signed in
    openvisit_patients()  uuid[]  the patients they may act for: themselves
    openvisit_provider()  uuid    the provider they are
    openvisit_clinics()   uuid[]  the clinics they work for
    openvisit_care()      uuid[]  those of them whose patients' records they may see
    openvisit_admin()     uuid[]  those of them they administer
    openvisit_trail()     uuid[]  those of them whose audit trail they may read

all null or empty for nobody; write `(SELECT openvisit_person())`, which is computed once a statement and not once a
row: the constants below do.
"""

from collections.abc import Iterator

from openvisit.platform.principal import APP_ROLE

ME = "(SELECT openvisit_person())"
PROVIDER = "(SELECT openvisit_provider())"
ANY_PATIENT = "ANY ((SELECT openvisit_patients())::uuid[])"
ANY_CLINIC = "ANY ((SELECT openvisit_clinics())::uuid[])"
ANY_CARE = "ANY ((SELECT openvisit_care())::uuid[])"
ANY_ADMIN = "ANY ((SELECT openvisit_admin())::uuid[])"
ANY_TRAIL = "ANY ((SELECT openvisit_trail())::uuid[])"
SYSTEM = "(SELECT openvisit_is_system())"
GATE = "(SELECT openvisit_is_gate())"

PUBLIC = "everybody may read it"
OPEN = {
    "clinic": PUBLIC,
    "location": PUBLIC,
    "room": "a name and a place; whoever books needs the free ones, and nothing tells who is in it",
    "device": "as room",
    "visit_type": PUBLIC,
    "provider": PUBLIC,
    "provider_photo": PUBLIC,
    "provider_location": PUBLIC,
    "provider_visit_type": PUBLIC,
    "schedule": "working hours, of which slots are made that everybody may read",
    "opening": PUBLIC,
    "next_free": PUBLIC,
    "claim": "ids and times alone; whether a time is free is everybody's question, and the exclusion constraint's",
    "clinic_policy": "a clinic's rules, which bind whoever deals with it",
    "waitlist_rules": "as clinic_policy",
    "visit_rules": "as clinic_policy",
    "chat_rules": "as clinic_policy",
    "visit_process": "which processes of the server run, and until when they say so",
    "clinic_privacy": "as clinic_policy",
    "reminder_rules": "as clinic_policy",
    "recording_rules": "as clinic_policy",
    "consent_text": PUBLIC,
    "federation_logout": "numbers of notices that a provider sent before",
    "passkey_challenge": "random numbers, good for minutes",
    "audit_chain": "hashes; the application may read them, the owner's trigger writes them",
    "audit_link": "as audit_chain",
    "audit_cut": "as audit_chain",
    "message_template": "a clinic's words, with places where people's values go",
    "message_policy": "as clinic_policy",
    "template_preview": "words with sample values; its page is found by a secret alone",
    "consumed_event": "ids of events, which the system alone asks for",
    "sms_question": "a blind index and a visit's id, for ten minutes; the worker's alone",
    "reply_answer": "digests, a visit's id and sealed words; the worker's alone",
    "rate_limit": "digests and counts",
    "alembic_version": "the schema's revision",
}
"""The tables without policies, each with the reason why nobody's data is in it. Procrastinate's tables, whose jobs
carry ids, and the schema `keyring`, whose keys are wrapped, have none either."""


def protect(table: str, read: str, *, write: str | None = None, insert: str | None = None, gate: bool = False) -> str:
    """The SQL that lets rows be seen where `read` holds, and be written where `write` (default: `read`) holds.

    `insert` is for rows anybody may add but not see again. The system may do everything, and so may whoever is
    signing in when the table is the `gate`'s.
    """
    return ";\n".join(_statements(table, read, write or read, insert or write or read, GATE if gate else SYSTEM))


def unprotect(table: str) -> str:
    """The SQL that takes the policies of `protect` away, for others to come in the same migration."""
    return ";\n".join(f"DROP POLICY {table}_{act} ON {table}" for act in ("read", "insert", "update", "delete"))


def _statements(table: str, read: str, write: str, insert: str, always: str) -> Iterator[str]:
    yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
    yield f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"
    yield f"CREATE POLICY {table}_read ON {table} FOR SELECT USING ({always} OR {read})"
    yield f"CREATE POLICY {table}_insert ON {table} FOR INSERT WITH CHECK ({always} OR {insert})"
    yield (
        f"CREATE POLICY {table}_update ON {table} FOR UPDATE USING ({always} OR {write})"
        f" WITH CHECK ({always} OR {write})"
    )
    yield f"CREATE POLICY {table}_delete ON {table} FOR DELETE USING ({always} OR {write})"


ENSURE_APP_ROLE = f"""
DO $$
BEGIN
    -- Roles belong to the server, not to the database: another database's migration may be making it right now.
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{APP_ROLE}') THEN
        BEGIN
            CREATE ROLE {APP_ROLE} NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
        EXCEPTION
            WHEN duplicate_object OR unique_violation THEN NULL;
            WHEN insufficient_privilege THEN RAISE EXCEPTION USING
                ERRCODE = 'insufficient_privilege',
                MESSAGE = 'the role {APP_ROLE} does not exist, and this login may not create it',
                HINT = 'As an administrator: CREATE ROLE {APP_ROLE} NOLOGIN; GRANT {APP_ROLE} TO ' || current_user;
        END;
    END IF;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{APP_ROLE}' AND (rolsuper OR rolbypassrls)) THEN
        RAISE EXCEPTION 'the role {APP_ROLE} may pass row-level security: take SUPERUSER and BYPASSRLS from it';
    END IF;
    IF NOT pg_has_role(current_user, '{APP_ROLE}', 'MEMBER') THEN
        GRANT {APP_ROLE} TO CURRENT_USER;
    END IF;
END $$"""
"""Makes the role that the application runs as, if the server has none; needed before a dump is restored, too."""

GRANT_NEW = f"""
DO $$
DECLARE
    made regclass;
BEGIN
    GRANT USAGE ON SCHEMA public, keyring TO {APP_ROLE};
    GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {APP_ROLE};
    FOR made IN
        SELECT oid FROM pg_class WHERE relnamespace IN ('public'::regnamespace, 'keyring'::regnamespace)
            AND relkind IN ('r', 'p') AND NOT has_any_column_privilege('{APP_ROLE}', oid, 'SELECT')
    LOOP
        EXECUTE 'GRANT SELECT, INSERT, UPDATE, DELETE ON ' || made || ' TO {APP_ROLE}';
    END LOOP;
    REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {APP_ROLE};
END $$"""
"""Lets the application read and write tables that no migration has said anything about; run after every migration.

A migration that wants less grants it by itself, as the audit's do, and is left alone. (Default privileges would name
the owner's login in every backup.)
"""

LESS = f"""
REVOKE UPDATE, DELETE ON audit, audit_checkpoint, audit_check, audit_key FROM {APP_ROLE};
REVOKE INSERT, UPDATE, DELETE ON audit_chain, audit_link, audit_cut FROM {APP_ROLE};
REVOKE DELETE ON ALL TABLES IN SCHEMA keyring FROM {APP_ROLE}"""
"""Nothing to the audit trail but to add to it and read it; keys are shredded, never removed."""
