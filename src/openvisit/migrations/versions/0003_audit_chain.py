"""audit chain: who acted for whom and why; every entry linked, in its own transaction, to those before it

Revision: 0003, after 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# What one link hashes: the binary form of a row (record_send: a count, then for each value its type, its length and
# its bytes), so that no two entries have the same bytes. Texts as UTF-8 whatever the connection speaks.
# openvisit.features.audit.links says the same in Python; a test holds the two together.
_HASH = """
CREATE FUNCTION openvisit_audit_hash(previous bytea, chain uuid, seq bigint, entry audit) RETURNS bytea
LANGUAGE sql STABLE PARALLEL SAFE AS $$
SELECT sha256(record_send(ROW(
    1::smallint, previous, chain, seq, entry.id, entry.at, entry.clinic_id, entry.actor_id,
    convert_to(entry.acting_as, 'UTF8'), entry.on_behalf_of, convert_to(entry.action, 'UTF8'),
    convert_to(entry.reason, 'UTF8'), convert_to(entry.thing, 'UTF8'), entry.thing_id, entry.patient_id,
    convert_to(entry.data::text, 'UTF8'))))
$$"""

# A clinic has as many chains as transactions wrote at the same time: each takes one that nobody holds, or opens
# another, and so never waits and never deadlocks.
_LINK = """
DECLARE
    none CONSTANT uuid := '00000000-0000-0000-0000-000000000000';
    entry audit;
    head audit_chain;
    previous bytea;
BEGIN
    FOR entry IN SELECT * FROM {rows} ORDER BY COALESCE(clinic_id, none), id LOOP
        IF head.clinic_id IS DISTINCT FROM COALESCE(entry.clinic_id, none) THEN
            IF head.id IS NOT NULL THEN
                UPDATE audit_chain SET seq = head.seq, hash = head.hash WHERE id = head.id;
            END IF;
            SELECT * INTO head FROM audit_chain c WHERE c.clinic_id = COALESCE(entry.clinic_id, none)
            ORDER BY c.id LIMIT 1 FOR UPDATE SKIP LOCKED;
            IF NOT FOUND THEN
                INSERT INTO audit_chain (id, clinic_id, opened_at, seq, hash)
                VALUES (gen_random_uuid(), COALESCE(entry.clinic_id, none), now(), 0, decode(repeat('00', 32), 'hex'))
                RETURNING * INTO head;
            END IF;
        END IF;
        previous := head.hash;
        head.seq := head.seq + 1;
        head.hash := openvisit_audit_hash(previous, head.id, head.seq, entry);
        INSERT INTO audit_link (chain_id, seq, entry_id, previous, hash)
        VALUES (head.id, head.seq, entry.id, previous, head.hash);
    END LOOP;
    IF head.id IS NOT NULL THEN
        UPDATE audit_chain SET seq = head.seq, hash = head.hash WHERE id = head.id;
    END IF;
    {end}
END"""

# Runs as the owner: the application can add entries, but write neither links nor heads.
_LINK_NEW = f"""
CREATE FUNCTION openvisit_audit_link() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $${_LINK.format(rows="added", end="RETURN NULL;")} $$"""

# Entries from before there were chains are linked as if they came in one statement.
_LINK_OLD = f"DO $${_LINK.format(rows='audit', end='')} $$"

# Nobody changes or removes entries, not the owner either: taking old ones out says so for its transaction.
_KEEP = """
CREATE FUNCTION openvisit_audit_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('openvisit.audit_prune', true) = 'on' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'the audit trail is append-only' USING ERRCODE = 'insufficient_privilege';
END $$"""

_KEPT = ("audit", "audit_link")

# The role the application runs as may exist by now; it is given no more than this. Roles belong to the whole server.
_GRANTS = """
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'openvisit_app') THEN
        REVOKE ALL ON audit, audit_link, audit_chain FROM openvisit_app;
        GRANT SELECT, INSERT ON audit TO openvisit_app;
        GRANT SELECT ON audit_link, audit_chain TO openvisit_app;
    END IF;
END $$"""


def upgrade() -> None:
    # Expand first, contract in a later release; never wait long for a lock while people book.
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.add_column("audit", sa.Column("acting_as", sa.Text(), nullable=True))
    op.add_column("audit", sa.Column("on_behalf_of", sa.UUID(), nullable=True))
    op.add_column("audit", sa.Column("reason", sa.Text(), nullable=True))
    op.add_column("audit", sa.Column("patient_id", sa.UUID(), nullable=True))
    op.create_index(
        "ix_audit_patient_id_at",
        "audit",
        ["patient_id", "at"],
        unique=False,
        postgresql_where=sa.text("patient_id IS NOT NULL"),
    )
    op.create_index("ix_audit_clinic_id_at", "audit", ["clinic_id", "at"], unique=False)
    op.create_index("ix_audit_actor_id_at", "audit", ["actor_id", "at"], unique=False)
    op.create_table(
        "audit_chain",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("clinic_id", sa.UUID(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_chain")),
    )
    op.execute("ALTER TABLE audit_chain SET (fillfactor = 30)")  # heads move at every write: room beside them
    op.create_index("ix_audit_chain_clinic_id_id", "audit_chain", ["clinic_id", "id"], unique=False)
    op.create_table(
        "audit_link",
        sa.Column("chain_id", sa.UUID(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("chain_id", "seq", name=op.f("pk_audit_link")),
        sa.UniqueConstraint("entry_id", name="uq_audit_link_entry_id"),
    )
    # What earlier entries tell of the patient they concern.
    op.execute("UPDATE audit SET patient_id = thing_id WHERE thing = 'patient'")
    op.execute(
        """UPDATE audit SET patient_id = a.patient_id FROM appointment a
           WHERE audit.thing = 'appointment' AND audit.thing_id = a.id"""
    )
    op.execute(_HASH)
    op.execute(_LINK_OLD)
    op.execute(_LINK_NEW)
    op.execute(
        """CREATE TRIGGER audit_link AFTER INSERT ON audit REFERENCING NEW TABLE AS added
           FOR EACH STATEMENT EXECUTE FUNCTION openvisit_audit_link()"""
    )
    op.execute(_KEEP)
    for table in _KEPT:
        op.execute(
            f"""CREATE TRIGGER {table}_keep BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
                FOR EACH STATEMENT EXECUTE FUNCTION openvisit_audit_keep()"""
        )
    op.execute(_GRANTS)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    for table in _KEPT:
        op.execute(f"DROP TRIGGER {table}_keep ON {table}")
    op.execute("DROP TRIGGER audit_link ON audit")
    op.execute("DROP FUNCTION openvisit_audit_keep, openvisit_audit_link, openvisit_audit_hash")
    op.drop_table("audit_link")
    op.drop_table("audit_chain")
    for index in ("actor_id_at", "clinic_id_at", "patient_id_at"):
        op.drop_index(f"ix_audit_{index}", table_name="audit")
    for column in ("patient_id", "reason", "on_behalf_of", "acting_as"):
        op.drop_column("audit", column)
