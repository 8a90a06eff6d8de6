"""recordings of visits by video, and who agreed to them

Revision: 0029, after 0028
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from openvisit.migrations.row_security import ANY_CARE, ANY_PATIENT, ME, PROVIDER, protect

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_SAID = """person_id = {me} OR EXISTS (SELECT FROM visit_room r WHERE r.id = {table}.room_id
    AND (r.provider_id = {provider} OR r.clinic_id = {care} OR r.patient_id = {patient}))"""
_KEPT = f"patient_id = {ANY_PATIENT} OR provider_id = {PROVIDER} OR clinic_id = {ANY_CARE}"


def _said(table: str) -> str:
    return _SAID.format(me=ME, provider=PROVIDER, care=ANY_CARE, patient=ANY_PATIENT, table=table)


_POLICIES = [
    # Written with the room locked, for everybody in it, by the system alone.
    protect("recording_consent", _said("recording_consent"), write="false"),
    protect("recording_answer", _said("recording_answer"), write="false"),
    protect("recording", _KEPT, insert="false"),
    protect(
        "recording_piece",
        "EXISTS (SELECT FROM recording r WHERE r.id = recording_piece.recording_id)",
        write="false",
    ),
]


def upgrade() -> None:
    # Expand first, contract in a later release; never wait long for a lock while people book.
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.create_table(
        "recording_rules",
        sa.Column("clinic_id", sa.UUID(), nullable=False),
        sa.Column("allowed", sa.Boolean(), nullable=False),
        sa.Column("keep_days", sa.Integer(), nullable=False),
        sa.CheckConstraint("keep_days BETWEEN 1 AND 36500", name=op.f("ck_recording_rules_keep_days")),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_recording_rules_clinic_id")),
        sa.PrimaryKeyConstraint("clinic_id", name=op.f("pk_recording_rules")),
    )
    op.create_table(
        "recording_consent",
        sa.Column("room_id", sa.UUID(), nullable=False),
        sa.Column("participant", sa.Text(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("answer IN ('yes', 'no')", name=op.f("ck_recording_consent_answer")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_recording_consent_person_id")),
        sa.ForeignKeyConstraint(["room_id"], ["visit_room.id"], name=op.f("fk_recording_consent_room_id")),
        sa.PrimaryKeyConstraint("room_id", "participant", name=op.f("pk_recording_consent")),
    )
    op.create_index("ix_recording_consent_person_id", "recording_consent", ["person_id"], unique=False)
    op.create_table(
        "recording_answer",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("room_id", sa.UUID(), nullable=False),
        sa.Column("participant", sa.Text(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("answer IN ('yes', 'no')", name=op.f("ck_recording_answer_answer")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_recording_answer_person_id")),
        sa.ForeignKeyConstraint(["room_id"], ["visit_room.id"], name=op.f("fk_recording_answer_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recording_answer")),
    )
    op.create_index("ix_recording_answer_person_id", "recording_answer", ["person_id"], unique=False)
    op.create_index("ix_recording_answer_room_id", "recording_answer", ["room_id", "answered_at"], unique=False)
    op.create_table(
        "recording",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("room_id", sa.UUID(), nullable=False),
        sa.Column("clinic_id", sa.UUID(), nullable=False),
        sa.Column("provider_id", sa.UUID(), nullable=False),
        sa.Column("patient_id", sa.UUID(), nullable=False),
        sa.Column("made_by", sa.UUID(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("keys", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_why", sa.Text(), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("size", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("pieces", sa.Integer(), server_default="0", nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("keep_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deletion_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(stopped_at IS NULL) = (stopped_why IS NULL)", name=op.f("ck_recording_stopped")),
        sa.CheckConstraint(
            "stopped_why IN ('stopped', 'withdrawn', 'unanswered', 'not-allowed', 'ended', 'lost')",
            name=op.f("ck_recording_stopped_why"),
        ),
        sa.CheckConstraint("completed_at IS NULL OR stopped_at IS NOT NULL", name=op.f("ck_recording_completed")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_recording_patient_id")),
        sa.ForeignKeyConstraint(["room_id"], ["visit_room.id"], name=op.f("fk_recording_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recording")),
    )
    op.create_index("ix_recording_keep_until", "recording", ["keep_until"], unique=False)
    op.create_index("ix_recording_patient_id", "recording", ["patient_id"], unique=False)
    op.create_index("ix_recording_room_id", "recording", ["room_id"], unique=False)
    op.create_index(
        "uq_recording_running",
        "recording",
        ["room_id"],
        unique=True,
        postgresql_where=sa.text("stopped_at IS NULL"),
    )
    op.create_table(
        "recording_piece",
        sa.Column("recording_id", sa.UUID(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("starts", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["recording_id"], ["recording.id"], name=op.f("fk_recording_piece_recording_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("recording_id", "number", name=op.f("pk_recording_piece")),
    )
    # Ciphertext does not get smaller: kept as it is, so that a part of it can be read without the rest.
    op.execute("ALTER TABLE recording_piece ALTER COLUMN content SET STORAGE EXTERNAL")
    for statements in _POLICIES:
        for statement in statements.split(";\n"):
            op.execute(statement)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.drop_table("recording_piece")
    op.drop_table("recording")
    op.drop_table("recording_answer")
    op.drop_table("recording_consent")
    op.drop_table("recording_rules")
