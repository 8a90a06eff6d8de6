"""what comes after a visit: notes, summaries, ratings, the numbers of calls

Revision: 0033, after 0032
"""

import sqlalchemy as sa
from alembic import op

from openvisit.migrations.row_security import ANY_CARE, ANY_CLINIC, ANY_PATIENT, PROVIDER, protect

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

_TREATING = f"provider_id = {PROVIDER} OR clinic_id = {ANY_CARE}"
_POLICIES = [
    # Patients are told the summary by the application, once it is finished; their own rows hold the notes as well.
    protect("visit_note", _TREATING),
    protect("visit_addendum", f"clinic_id = {ANY_CARE}"),
    protect("visit_rating", f"patient_id = {ANY_PATIENT}"),
    protect("visit_quality", f"clinic_id = {ANY_CLINIC}", write="false"),
]


def upgrade() -> None:
    # Expand first, contract in a later release; never wait long for a lock while people book.
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.create_table(
        "visit_note",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("appointment_id", sa.UUID(), nullable=False),
        sa.Column("clinic_id", sa.UUID(), nullable=False),
        sa.Column("provider_id", sa.UUID(), nullable=False),
        sa.Column("patient_id", sa.UUID(), nullable=False),
        sa.Column("notes", sa.LargeBinary(), nullable=False),
        sa.Column("summary", sa.LargeBinary(), nullable=False),
        sa.Column("written_by", sa.UUID(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_by", sa.UUID(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("(finished_at IS NULL) = (finished_by IS NULL)", name=op.f("ck_visit_note_finished")),
        sa.ForeignKeyConstraint(["appointment_id"], ["appointment.id"], name=op.f("fk_visit_note_appointment_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_visit_note_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_note")),
    )
    op.create_index("uq_visit_note_appointment_id", "visit_note", ["appointment_id"], unique=True)
    op.create_index("ix_visit_note_patient_id", "visit_note", ["patient_id"])
    op.create_table(
        "visit_addendum",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("appointment_id", sa.UUID(), nullable=False),
        sa.Column("clinic_id", sa.UUID(), nullable=False),
        sa.Column("patient_id", sa.UUID(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("written_by", sa.UUID(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("part IN ('notes', 'summary')", name=op.f("ck_visit_addendum_part")),
        sa.ForeignKeyConstraint(["appointment_id"], ["appointment.id"], name=op.f("fk_visit_addendum_appointment_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_visit_addendum_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_addendum")),
    )
    op.create_index("ix_visit_addendum_appointment_id", "visit_addendum", ["appointment_id", "at"])
    op.create_index("ix_visit_addendum_patient_id", "visit_addendum", ["patient_id"])
    op.create_table(
        "visit_rating",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("appointment_id", sa.UUID(), nullable=False),
        sa.Column("clinic_id", sa.UUID(), nullable=False),
        sa.Column("provider_id", sa.UUID(), nullable=False),
        sa.Column("patient_id", sa.UUID(), nullable=False),
        sa.Column("score", sa.SmallInteger(), nullable=False),
        sa.Column("comment", sa.LargeBinary(), nullable=True),
        sa.Column("rated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moderation", sa.Text(), server_default="unseen", nullable=False),
        sa.CheckConstraint("score BETWEEN 1 AND 5", name=op.f("ck_visit_rating_score")),
        sa.CheckConstraint("moderation IN ('unseen', 'approved', 'rejected')", name=op.f("ck_visit_rating_moderation")),
        sa.ForeignKeyConstraint(["appointment_id"], ["appointment.id"], name=op.f("fk_visit_rating_appointment_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_visit_rating_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_rating")),
    )
    op.create_index("uq_visit_rating_appointment_id", "visit_rating", ["appointment_id"], unique=True)
    op.create_index("ix_visit_rating_patient_id", "visit_rating", ["patient_id"])
    op.create_index("ix_visit_rating_provider_id", "visit_rating", ["provider_id", "rated_at"])
    op.create_table(
        "visit_quality",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("appointment_id", sa.UUID(), nullable=False),
        sa.Column("clinic_id", sa.UUID(), nullable=False),
        sa.Column("peer", sa.UUID(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("rtt_ms", sa.Float(), nullable=False),
        sa.Column("rtt_p95_ms", sa.Float(), nullable=False),
        sa.Column("loss_percent", sa.Float(), nullable=False),
        sa.Column("jitter_ms", sa.Float(), nullable=False),
        sa.Column("steps_down", sa.Integer(), nullable=False),
        sa.Column("reconnects", sa.Integer(), nullable=False),
        sa.Column("audio_only_seconds", sa.Integer(), nullable=False),
        sa.Column("relayed", sa.Boolean(), nullable=False),
        sa.Column("bad", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["appointment_id"], ["appointment.id"], name=op.f("fk_visit_quality_appointment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_quality")),
    )
    op.create_index("uq_visit_quality_appointment_id_peer", "visit_quality", ["appointment_id", "peer"], unique=True)
    op.create_index("ix_visit_quality_clinic_id", "visit_quality", ["clinic_id", "at"])
    for statements in _POLICIES:
        for statement in statements.split(";\n"):
            op.execute(statement)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    for table in ("visit_quality", "visit_rating", "visit_addendum", "visit_note"):
        op.drop_table(table)
