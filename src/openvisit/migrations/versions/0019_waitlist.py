"""the waitlist: who waits, times that came free, offers of them, each clinic's rules

Revision: 0019, after 0018
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from openvisit.migrations.row_security import ANY_CARE, ANY_PATIENT, protect

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_POLICIES = [
    protect("waitlist_entry", f"patient_id = {ANY_PATIENT} OR clinic_id = {ANY_CARE}"),
    protect("waitlist_offer", f"patient_id = {ANY_PATIENT} OR clinic_id = {ANY_CARE}", write="false"),
    protect(
        "waitlist_slot",
        f"""clinic_id = {ANY_CARE} OR EXISTS (SELECT FROM waitlist_offer
            WHERE waitlist_offer.slot_id = waitlist_slot.id AND waitlist_offer.patient_id = {ANY_PATIENT})""",
        write="false",
    ),
]


def upgrade() -> None:
    # Expand first, contract in a later release; never wait long for a lock while people book.
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.create_table(
        "waitlist_entry",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("patient_id", sa.UUID(), nullable=False),
        sa.Column("clinic_id", sa.UUID(), nullable=False),
        sa.Column("visit_type_id", sa.UUID(), nullable=False),
        sa.Column("provider_ids", postgresql.ARRAY(sa.UUID()), nullable=False),
        sa.Column("specialty", sa.Text(), nullable=True),
        sa.Column("appointment_id", sa.UUID(), nullable=True),
        sa.Column("modes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("days", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.Column("windows", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("near", sa.LargeBinary(), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("urgency", sa.Text(), server_default="routine", nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("joined_by", sa.UUID(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("(status = 'waiting') = (ended_at IS NULL)", name=op.f("ck_waitlist_entry_ended")),
        sa.CheckConstraint(
            "modes <@ ARRAY['in-person', 'telehealth', 'phone'] AND cardinality(modes) > 0",
            name=op.f("ck_waitlist_entry_modes"),
        ),
        sa.CheckConstraint("status IN ('waiting', 'booked', 'left', 'ended')", name=op.f("ck_waitlist_entry_status")),
        sa.CheckConstraint("urgency IN ('routine', 'soon', 'urgent')", name=op.f("ck_waitlist_entry_urgency")),
        sa.CheckConstraint(
            "(cardinality(provider_ids) > 0) <> (specialty IS NOT NULL)", name=op.f("ck_waitlist_entry_for_whom")
        ),
        sa.ForeignKeyConstraint(["appointment_id"], ["appointment.id"], name=op.f("fk_waitlist_entry_appointment_id")),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_waitlist_entry_clinic_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_waitlist_entry_patient_id")),
        sa.ForeignKeyConstraint(["visit_type_id"], ["visit_type.id"], name=op.f("fk_waitlist_entry_visit_type_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waitlist_entry")),
    )
    op.create_index(
        "ix_waitlist_entry_clinic_id",
        "waitlist_entry",
        ["clinic_id"],
        unique=False,
        postgresql_where=sa.text("status = 'waiting'"),
    )
    op.create_index("ix_waitlist_entry_patient_id", "waitlist_entry", ["patient_id"], unique=False)
    op.create_index(
        "uq_waitlist_entry_appointment_id",
        "waitlist_entry",
        ["appointment_id"],
        unique=True,
        postgresql_where=sa.text("status = 'waiting'"),
    )
    op.create_table(
        "waitlist_slot",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("clinic_id", sa.UUID(), nullable=False),
        sa.Column("provider_id", sa.UUID(), nullable=False),
        sa.Column("visit_type_id", sa.UUID(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("location_id", sa.UUID(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hold_id", sa.UUID(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("status IN ('offered', 'taken', 'given-back')", name=op.f("ck_waitlist_slot_status")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_waitlist_slot_provider_id")),
        sa.ForeignKeyConstraint(["visit_type_id"], ["visit_type.id"], name=op.f("fk_waitlist_slot_visit_type_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waitlist_slot")),
    )
    op.create_index(
        "ix_waitlist_slot_provider_id",
        "waitlist_slot",
        ["provider_id"],
        unique=False,
        postgresql_where=sa.text("status = 'offered'"),
    )
    op.create_table(
        "waitlist_offer",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("slot_id", sa.UUID(), nullable=False),
        sa.Column("entry_id", sa.UUID(), nullable=False),
        sa.Column("patient_id", sa.UUID(), nullable=False),
        sa.Column("clinic_id", sa.UUID(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.UUID(), nullable=True),
        sa.Column("appointment_id", sa.UUID(), nullable=True),
        sa.CheckConstraint(
            "(status = 'accepted') = (appointment_id IS NOT NULL)", name=op.f("ck_waitlist_offer_accepted")
        ),
        sa.CheckConstraint(
            "status IN ('open', 'accepted', 'declined', 'expired', 'taken', 'withdrawn')",
            name=op.f("ck_waitlist_offer_status"),
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["waitlist_entry.id"], name=op.f("fk_waitlist_offer_entry_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_waitlist_offer_patient_id")),
        sa.ForeignKeyConstraint(["slot_id"], ["waitlist_slot.id"], name=op.f("fk_waitlist_offer_slot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waitlist_offer")),
    )
    op.create_index("ix_waitlist_offer_entry_id", "waitlist_offer", ["entry_id"], unique=False)
    op.create_index(
        "ix_waitlist_offer_expires_at",
        "waitlist_offer",
        ["expires_at"],
        unique=False,
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_index("ix_waitlist_offer_offered_at", "waitlist_offer", ["patient_id", "offered_at"], unique=False)
    op.create_index("ix_waitlist_offer_slot_id", "waitlist_offer", ["slot_id"], unique=False)
    op.create_index(
        "uq_waitlist_offer_patient_id",
        "waitlist_offer",
        ["patient_id"],
        unique=True,
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_table(
        "waitlist_rules",
        sa.Column("clinic_id", sa.UUID(), nullable=False),
        sa.Column("offer_minutes", sa.Integer(), nullable=False),
        sa.Column("at_once", sa.Integer(), nullable=False),
        sa.Column("offers_a_day", sa.Integer(), nullable=False),
        sa.Column("quiet_from", sa.Time(), nullable=False),
        sa.Column("quiet_until", sa.Time(), nullable=False),
        sa.CheckConstraint("at_once BETWEEN 1 AND 5", name=op.f("ck_waitlist_rules_at_once")),
        sa.CheckConstraint("offer_minutes BETWEEN 5 AND 1440", name=op.f("ck_waitlist_rules_offer_minutes")),
        sa.CheckConstraint("offers_a_day BETWEEN 1 AND 20", name=op.f("ck_waitlist_rules_offers_a_day")),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_waitlist_rules_clinic_id")),
        sa.PrimaryKeyConstraint("clinic_id", name=op.f("pk_waitlist_rules")),
    )
    # Mails about a time that is offered have no visit yet.
    op.alter_column("message", "appointment_id", existing_type=sa.UUID(), nullable=True)
    for statements in _POLICIES:
        for statement in statements.split(";\n"):
            op.execute(statement)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.drop_table("waitlist_rules")
    op.drop_table("waitlist_offer")
    op.drop_table("waitlist_slot")
    op.drop_table("waitlist_entry")
