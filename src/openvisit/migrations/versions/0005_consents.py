"""consents, and the marks of who paused or objected to the use of their data

Revision: 0005, after 0004
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_KINDS = "kind IN ('treatment', 'telehealth', 'recording', 'messaging', 'data-use', 'third-party-sharing')"

# What somebody agreed to, and that they did, is proof: it is added to and never changed.
_KEEP = """
CREATE FUNCTION openvisit_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'OV002', MESSAGE = TG_TABLE_NAME || ' is only ever added to';
END $$"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.add_column("patient", sa.Column("restricted_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("patient", sa.Column("objected_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "consent_text",
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("clinic_id", sa.UUID(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("words", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.UUID(), nullable=True),
        sa.CheckConstraint(_KINDS, name=op.f("ck_consent_text_known_kind")),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_consent_text")),
    )
    op.create_index(
        "uq_consent_text_clinic_id_kind_version",
        "consent_text",
        ["clinic_id", "kind", "version"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "consent",
        sa.Column("patient_id", sa.UUID(), nullable=False),
        sa.Column("clinic_id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("text_hash", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(_KINDS, name=op.f("ck_consent_known_kind")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_consent_patient_id")),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_consent_clinic_id")),
        sa.PrimaryKeyConstraint("patient_id", "clinic_id", "kind", name=op.f("pk_consent")),
    )
    op.create_index("ix_consent_clinic_id_kind", "consent", ["clinic_id", "kind"], unique=False)
    op.create_table(
        "consent_event",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("patient_id", sa.UUID(), nullable=False),
        sa.Column("clinic_id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("text_hash", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("by_person", sa.UUID(), nullable=True),
        sa.Column("by_role", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(_KINDS, name=op.f("ck_consent_event_known_kind")),
        sa.CheckConstraint("act IN ('given', 'withdrawn', 'lapsed')", name=op.f("ck_consent_event_known_act")),
        sa.CheckConstraint(
            "channel IN ('online', 'in-person', 'phone', 'paper', 'system')",
            name=op.f("ck_consent_event_known_channel"),
        ),
        sa.CheckConstraint(
            "by_role IN ('patient', 'delegate', 'clinic', 'system')", name=op.f("ck_consent_event_known_role")
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_consent_event_patient_id")),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_consent_event_clinic_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_event")),
    )
    op.create_index("ix_consent_event_patient_id", "consent_event", ["patient_id", "at"], unique=False)
    op.execute(_KEEP)
    for table in ("consent_text", "consent_event"):
        op.execute(
            f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION openvisit_keep()"
        )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.drop_table("consent_event")
    op.drop_table("consent")
    op.drop_table("consent_text")
    op.execute("DROP FUNCTION openvisit_keep()")
    op.drop_column("patient", "objected_at")
    op.drop_column("patient", "restricted_at")
