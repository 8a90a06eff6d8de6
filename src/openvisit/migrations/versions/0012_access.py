"""access

Revision: 0012, after 0011
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Expand first, contract in a later release; never wait long for a lock while people book.
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.create_table(
        "delegation",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("patient_id", sa.UUID(), nullable=False),
        sa.Column("delegate_id", sa.UUID(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("clinic_id", sa.UUID(), nullable=True),
        sa.Column("proof", sa.Text(), nullable=True),
        sa.Column("invited", sa.LargeBinary(), nullable=True),
        sa.Column("invited_index", sa.LargeBinary(), nullable=True),
        sa.Column("code_hash", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.UUID(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.UUID(), nullable=True),
        sa.CheckConstraint("kind IN ('parent', 'carer', 'interpreter')", name=op.f("ck_delegation_kind")),
        sa.CheckConstraint(
            "proof IN ('identity-document', 'birth-certificate', 'court-order', 'patient-present')",
            name=op.f("ck_delegation_proof"),
        ),
        sa.CheckConstraint(
            "scopes <@ ARRAY['visits', 'book', 'health', 'join'] AND cardinality(scopes) > 0 AND 'visits' = ANY(scopes)",
            name=op.f("ck_delegation_scopes"),
        ),
        sa.CheckConstraint("(accepted_at IS NULL) = (delegate_id IS NULL)", name=op.f("ck_delegation_accepted")),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_delegation_created_by")),
        sa.ForeignKeyConstraint(["delegate_id"], ["person.id"], name=op.f("fk_delegation_delegate_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_delegation_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegation")),
    )
    op.create_index(
        "ix_delegation_delegate_id",
        "delegation",
        ["delegate_id"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index("ix_delegation_invited_index", "delegation", ["invited_index"], unique=False)
    op.create_index("ix_delegation_patient_id", "delegation", ["patient_id"], unique=False)
    op.create_index("uq_delegation_code_hash", "delegation", ["code_hash"], unique=True)
    op.create_table(
        "emergency_access",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("patient_id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("clinic_id", sa.UUID(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_by", sa.UUID(), nullable=True),
        sa.Column("verdict", sa.Text(), nullable=True),
        sa.Column("review_note", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "reason IN ('life-threatening', 'unconscious', 'urgent-treatment', 'transfer')",
            name=op.f("ck_emergency_access_reason"),
        ),
        sa.CheckConstraint("verdict IN ('justified', 'not-justified')", name=op.f("ck_emergency_access_verdict")),
        sa.CheckConstraint("(verdict IS NULL) = (reviewed_at IS NULL)", name=op.f("ck_emergency_access_reviewed")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_emergency_access_patient_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_emergency_access_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergency_access")),
    )
    op.create_index("ix_emergency_access_clinic_id", "emergency_access", ["clinic_id", "opened_at"], unique=False)
    op.create_index("ix_emergency_access_patient_id", "emergency_access", ["patient_id"], unique=False)
    op.create_index(
        "ix_emergency_access_person_id",
        "emergency_access",
        ["person_id"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.add_column("appointment", sa.Column("private", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("clinic_policy", sa.Column("adolescent_from_age", sa.Integer(), server_default="12", nullable=False))
    op.add_column("clinic_policy", sa.Column("adolescent_until_age", sa.Integer(), server_default="18", nullable=False))
    op.add_column("clinic_policy", sa.Column("proxies_see", sa.Text(), server_default="not-private", nullable=False))
    op.create_check_constraint(
        op.f("ck_clinic_policy_adolescents"),
        "clinic_policy",
        "adolescent_from_age BETWEEN 0 AND 18 AND adolescent_until_age BETWEEN 12 AND 26",
    )
    op.create_check_constraint(
        op.f("ck_clinic_policy_proxies"), "clinic_policy", "proxies_see IN ('all', 'not-private', 'nothing')"
    )
    op.alter_column("person", "email", existing_type=postgresql.BYTEA(), nullable=True)
    op.alter_column("person", "email_index", existing_type=postgresql.BYTEA(), nullable=True)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.alter_column("person", "email_index", existing_type=postgresql.BYTEA(), nullable=False)
    op.alter_column("person", "email", existing_type=postgresql.BYTEA(), nullable=False)
    op.drop_constraint(op.f("ck_clinic_policy_proxies"), "clinic_policy", type_="check")
    op.drop_constraint(op.f("ck_clinic_policy_adolescents"), "clinic_policy", type_="check")
    op.drop_column("clinic_policy", "proxies_see")
    op.drop_column("clinic_policy", "adolescent_until_age")
    op.drop_column("clinic_policy", "adolescent_from_age")
    op.drop_column("appointment", "private")
    op.drop_index(
        "ix_emergency_access_person_id", table_name="emergency_access", postgresql_where=sa.text("ended_at IS NULL")
    )
    op.drop_index("ix_emergency_access_patient_id", table_name="emergency_access")
    op.drop_index("ix_emergency_access_clinic_id", table_name="emergency_access")
    op.drop_table("emergency_access")
    op.drop_index("uq_delegation_code_hash", table_name="delegation")
    op.drop_index("ix_delegation_patient_id", table_name="delegation")
    op.drop_index("ix_delegation_invited_index", table_name="delegation")
    op.drop_index("ix_delegation_delegate_id", table_name="delegation", postgresql_where=sa.text("ended_at IS NULL"))
    op.drop_table("delegation")
