"""requests about one's data, exports, what the law keeps, each clinic's rules

Revision: 0010, after 0009
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.create_table(
        "clinic_privacy",
        sa.Column("clinic_id", sa.UUID(), nullable=False),
        sa.Column("medical_years", sa.Integer(), nullable=False),
        sa.Column("billing_years", sa.Integer(), nullable=False),
        sa.Column("audit_years", sa.Integer(), nullable=False),
        sa.Column("message_months", sa.Integer(), nullable=False),
        sa.Column("smallest_group", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "medical_years BETWEEN 0 AND 100 AND billing_years BETWEEN 0 AND 100 AND audit_years BETWEEN 6 AND 100"
            " AND message_months BETWEEN 1 AND 1200",
            name=op.f("ck_clinic_privacy_years"),
        ),
        sa.CheckConstraint("smallest_group BETWEEN 5 AND 1000", name=op.f("ck_clinic_privacy_smallest_group")),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_clinic_privacy_clinic_id")),
        sa.PrimaryKeyConstraint("clinic_id", name=op.f("pk_clinic_privacy")),
    )
    op.create_table(
        "privacy_request",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("clinics", postgresql.ARRAY(sa.UUID()), nullable=False),
        sa.Column("appointment_id", sa.UUID(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("runs_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("progress", sa.Integer(), server_default="0", nullable=False),
        sa.Column("step", sa.Text(), server_default="", nullable=False),
        sa.Column("wish", sa.LargeBinary(), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("accepted", sa.Boolean(), nullable=True),
        sa.Column("answered_by", sa.UUID(), nullable=True),
        sa.Column("contact", sa.LargeBinary(), nullable=True),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint(
            "kind IN ('export', 'erase', 'correct', 'restrict', 'resume', 'object', 'allow')",
            name=op.f("ck_privacy_request_known_kind"),
        ),
        sa.CheckConstraint(
            "status IN ('open', 'waiting', 'running', 'done', 'cancelled')",
            name=op.f("ck_privacy_request_known_status"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_privacy_request_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_privacy_request")),
    )
    op.create_index("ix_privacy_request_person_id", "privacy_request", ["person_id", "asked_at"], unique=False)
    op.create_index("ix_privacy_request_clinics", "privacy_request", ["clinics"], unique=False, postgresql_using="gin")
    op.create_table(
        "privacy_export",
        sa.Column("request_id", sa.UUID(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["privacy_request.id"], name=op.f("fk_privacy_export_request_id")),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_privacy_export")),
    )
    op.create_index("ix_privacy_export_expires_at", "privacy_export", ["expires_at"], unique=False)
    op.create_table(
        "retained_record",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("clinic_id", sa.UUID(), nullable=False),
        sa.Column("request_id", sa.UUID(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.Column("retained_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("keep_until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_retained_record_clinic_id")),
        sa.ForeignKeyConstraint(["request_id"], ["privacy_request.id"], name=op.f("fk_retained_record_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retained_record")),
    )
    op.create_index("ix_retained_record_clinic_id", "retained_record", ["clinic_id"], unique=False)
    op.create_index(
        "uq_retained_record_request_id_clinic_id", "retained_record", ["request_id", "clinic_id"], unique=True
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.drop_table("retained_record")
    op.drop_table("privacy_export")
    op.drop_table("privacy_request")
    op.drop_table("clinic_privacy")
