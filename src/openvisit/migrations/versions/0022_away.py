"""providers who are away, and what is proposed to their patients

Revision: 0022, after 0021
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from openvisit.migrations.row_security import ANY_CARE, ANY_PATIENT, PROVIDER, protect

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_POLICIES = [
    protect(
        "away",
        f"""provider_id = {PROVIDER} OR clinic_id = {ANY_CARE} OR EXISTS (SELECT FROM away_proposal
            WHERE away_proposal.away_id = away.id AND away_proposal.patient_id = {ANY_PATIENT})""",
        write=f"provider_id = {PROVIDER} OR clinic_id = {ANY_CARE}",
    ),
    protect("away_proposal", f"patient_id = {ANY_PATIENT} OR clinic_id = {ANY_CARE}", write="false"),
]


def upgrade() -> None:
    # Expand first, contract in a later release; never wait long for a lock while people book.
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.create_table(
        "away",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("clinic_id", sa.UUID(), nullable=False),
        sa.Column("provider_id", sa.UUID(), nullable=False),
        sa.Column("absence_id", sa.UUID(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.UUID(), nullable=False),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_away_provider_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_away")),
    )
    op.create_index("ix_away_clinic_id", "away", ["clinic_id", "starts_at"], unique=False)
    op.create_table(
        "away_proposal",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("away_id", sa.UUID(), nullable=False),
        sa.Column("appointment_id", sa.UUID(), nullable=False),
        sa.Column("patient_id", sa.UUID(), nullable=False),
        sa.Column("clinic_id", sa.UUID(), nullable=False),
        sa.Column("was", sa.DateTime(timezone=True), nullable=False),
        sa.Column("choices", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.UUID(), nullable=True),
        sa.Column("chosen", sa.Integer(), nullable=True),
        sa.CheckConstraint("(status = 'accepted') = (chosen IS NOT NULL)", name=op.f("ck_away_proposal_chosen")),
        sa.CheckConstraint("status IN ('open', 'accepted', 'declined')", name=op.f("ck_away_proposal_status")),
        sa.ForeignKeyConstraint(["appointment_id"], ["appointment.id"], name=op.f("fk_away_proposal_appointment_id")),
        sa.ForeignKeyConstraint(["away_id"], ["away.id"], name=op.f("fk_away_proposal_away_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_away_proposal_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_away_proposal")),
    )
    op.create_index("ix_away_proposal_appointment_id", "away_proposal", ["appointment_id"], unique=False)
    op.create_index("ix_away_proposal_patient_id", "away_proposal", ["patient_id"], unique=False)
    op.create_index(
        "uq_away_proposal_away_id_appointment_id", "away_proposal", ["away_id", "appointment_id"], unique=True
    )
    for statements in _POLICIES:
        for statement in statements.split(";\n"):
            op.execute(statement)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.drop_table("away_proposal")
    op.drop_table("away")
