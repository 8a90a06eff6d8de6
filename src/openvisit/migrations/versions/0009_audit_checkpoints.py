"""audit checkpoints: signed heads of the chains, what checks found, and where old entries were cut off

Revision: 0009, after 0008
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_GRANTS = """
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'openvisit_app') THEN
        REVOKE ALL ON audit_key, audit_checkpoint, audit_check, audit_cut FROM openvisit_app;
        GRANT SELECT, INSERT ON audit_key, audit_checkpoint, audit_check TO openvisit_app;
        GRANT SELECT ON audit_cut TO openvisit_app;
    END IF;
END $$"""


def upgrade() -> None:
    # Expand first, contract in a later release; never wait long for a lock while people book.
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.create_table(
        "audit_key",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("private", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_key")),
    )
    op.create_table(
        "audit_checkpoint",
        sa.Column("clinic_id", sa.UUID(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("jws", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("clinic_id", "number", name=op.f("pk_audit_checkpoint")),
    )
    op.create_table(
        "audit_check",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("clinic_id", sa.UUID(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("entries", sa.BigInteger(), nullable=False),
        sa.Column("findings", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_check")),
    )
    op.create_index("ix_audit_check_clinic_id_at", "audit_check", ["clinic_id", "at"], unique=False)
    op.create_table(
        "audit_cut",
        sa.Column("chain_id", sa.UUID(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("jws", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("chain_id", "seq", name=op.f("pk_audit_cut")),
    )
    for table in ("audit_checkpoint", "audit_cut"):
        op.execute(
            f"""CREATE TRIGGER {table}_keep BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
                FOR EACH STATEMENT EXECUTE FUNCTION openvisit_audit_keep()"""
        )
    op.execute(_GRANTS)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    for table in ("audit_cut", "audit_check", "audit_checkpoint", "audit_key"):
        op.drop_table(table)
