"""reminders, and how people wish to be told

Revision: 0016, after 0015
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from openvisit.migrations.row_security import ANY_CARE, ANY_PATIENT, ME, PROVIDER, protect

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Expand first, contract in a later release; never wait long for a lock while people book.
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.create_table(
        "reminder_rules",
        sa.Column("clinic_id", sa.UUID(), nullable=False),
        sa.Column("channels", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{email,sms}'"), nullable=False),
        sa.Column(
            "allowed", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{email,sms,push,voice}'"), nullable=False
        ),
        sa.Column(
            "offsets", postgresql.ARRAY(sa.Integer()), server_default=sa.text("'{1440,120,30,15}'"), nullable=False
        ),
        sa.Column("longest_offset", sa.Integer(), server_default="20160", nullable=False),
        sa.Column("most", sa.Integer(), server_default="6", nullable=False),
        sa.Column("quiet_from", sa.Integer(), server_default="1260", nullable=True),
        sa.Column("quiet_until", sa.Integer(), server_default="480", nullable=True),
        sa.Column("join_link", sa.Integer(), server_default="10", nullable=True),
        sa.Column("follow_up", sa.Integer(), server_default="1440", nullable=True),
        sa.Column("custom_messages", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "channels <@ ARRAY['email', 'sms', 'push', 'voice'] AND allowed <@ ARRAY['email', 'sms', 'push', 'voice']",
            name=op.f("ck_reminder_rules_channels"),
        ),
        sa.CheckConstraint("(quiet_from IS NULL) = (quiet_until IS NULL)", name=op.f("ck_reminder_rules_quiet")),
        sa.CheckConstraint("follow_up BETWEEN 10 AND 43200", name=op.f("ck_reminder_rules_follow_up")),
        sa.CheckConstraint("join_link BETWEEN 1 AND 60", name=op.f("ck_reminder_rules_join_link")),
        sa.CheckConstraint(
            "longest_offset BETWEEN 5 AND 40320 AND most BETWEEN 0 AND 10", name=op.f("ck_reminder_rules_limits")
        ),
        sa.CheckConstraint(
            "quiet_from BETWEEN 0 AND 1439 AND quiet_until BETWEEN 0 AND 1439",
            name=op.f("ck_reminder_rules_quiet_minutes"),
        ),
        sa.PrimaryKeyConstraint("clinic_id", name=op.f("pk_reminder_rules")),
    )
    op.create_table(
        "notification_preference",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("channels", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("offsets", postgresql.ARRAY(sa.Integer()), nullable=True),
        sa.Column("custom_message", sa.LargeBinary(), nullable=True),
        sa.Column("quiet_from", sa.Integer(), nullable=True),
        sa.Column("quiet_until", sa.Integer(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("opted_out", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("phone_index", sa.LargeBinary(), nullable=True),
        sa.Column("phone_verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("email_dead_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("email_dead_because", sa.Text(), nullable=True),
        sa.Column("phone_dead_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("phone_dead_because", sa.Text(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "channels <@ ARRAY['email', 'sms', 'push', 'voice']", name=op.f("ck_notification_preference_channels")
        ),
        sa.CheckConstraint(
            "opted_out <@ ARRAY['email', 'sms', 'push', 'voice']", name=op.f("ck_notification_preference_opted_out")
        ),
        sa.CheckConstraint("(phone IS NULL) = (phone_index IS NULL)", name=op.f("ck_notification_preference_phone")),
        sa.CheckConstraint(
            "(quiet_from IS NULL) = (quiet_until IS NULL)", name=op.f("ck_notification_preference_quiet")
        ),
        sa.CheckConstraint(
            "quiet_from BETWEEN 0 AND 1439 AND quiet_until BETWEEN 0 AND 1439",
            name=op.f("ck_notification_preference_quiet_minutes"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notification_preference_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_notification_preference")),
    )
    op.create_index("ix_notification_preference_phone_index", "notification_preference", ["phone_index"], unique=False)
    op.create_table(
        "scheduled_reminder",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("appointment_id", sa.UUID(), nullable=False),
        sa.Column("patient_id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("clinic_id", sa.UUID(), nullable=False),
        sa.Column("provider_id", sa.UUID(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("by_hand", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("merged_into", sa.UUID(), nullable=True),
        sa.Column("channels", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease", sa.UUID(), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("doubtful_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("vendor", sa.Text(), nullable=True),
        sa.Column("vendor_message_id", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "(status = 'sending') = (leased_until IS NOT NULL)", name=op.f("ck_scheduled_reminder_lease")
        ),
        sa.CheckConstraint(
            "status IN ('pending', 'sending', 'sent', 'delivered', 'failed', 'cancelled', 'skipped')",
            name=op.f("ck_scheduled_reminder_status"),
        ),
        sa.CheckConstraint(
            "status NOT IN ('skipped', 'cancelled') OR why IS NOT NULL", name=op.f("ck_scheduled_reminder_why")
        ),
        sa.CheckConstraint(
            "type IN ('reminder', 'custom', 'join-link', 'follow-up', 'running-late')",
            name=op.f("ck_scheduled_reminder_type"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_scheduled_reminder_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheduled_reminder")),
    )
    op.create_index("ix_scheduled_reminder_clinic_id", "scheduled_reminder", ["clinic_id", "due_at"], unique=False)
    op.create_index(
        "ix_scheduled_reminder_due",
        "scheduled_reminder",
        ["next_at"],
        unique=False,
        postgresql_where=sa.text("status = 'pending'"),
    )
    op.create_index(
        "ix_scheduled_reminder_leased_until",
        "scheduled_reminder",
        ["leased_until"],
        unique=False,
        postgresql_where=sa.text("status = 'sending'"),
    )
    op.create_index(
        "ix_scheduled_reminder_merged_into",
        "scheduled_reminder",
        ["merged_into"],
        unique=False,
        postgresql_where=sa.text("merged_into IS NOT NULL"),
    )
    op.create_index("ix_scheduled_reminder_person_id", "scheduled_reminder", ["person_id"], unique=False)
    op.create_index(
        "ix_scheduled_reminder_vendor_message_id",
        "scheduled_reminder",
        ["vendor_message_id", "vendor"],
        unique=False,
        postgresql_where=sa.text("vendor_message_id IS NOT NULL"),
    )
    op.create_index(
        "uq_scheduled_reminder_what",
        "scheduled_reminder",
        ["appointment_id", "type", "minutes", "starts_at"],
        unique=True,
    )
    known = "EXISTS (SELECT FROM patient WHERE patient.person_id = notification_preference.person_id)"
    mine = f"person_id = {ME} OR patient_id = {ANY_PATIENT} OR provider_id = {PROVIDER} OR clinic_id = {ANY_CARE}"
    for policies in (
        # Whoever may see the patient: the desk has to know that an address is dead.
        protect("notification_preference", f"person_id = {ME} OR {known}", write=f"person_id = {ME}"),
        protect("scheduled_reminder", mine),
    ):
        for statement in policies.split(";\n"):
            op.execute(statement)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.drop_index("uq_scheduled_reminder_what", table_name="scheduled_reminder")
    op.drop_index(
        "ix_scheduled_reminder_vendor_message_id",
        table_name="scheduled_reminder",
        postgresql_where=sa.text("vendor_message_id IS NOT NULL"),
    )
    op.drop_index("ix_scheduled_reminder_person_id", table_name="scheduled_reminder")
    op.drop_index(
        "ix_scheduled_reminder_merged_into",
        table_name="scheduled_reminder",
        postgresql_where=sa.text("merged_into IS NOT NULL"),
    )
    op.drop_index(
        "ix_scheduled_reminder_leased_until",
        table_name="scheduled_reminder",
        postgresql_where=sa.text("status = 'sending'"),
    )
    op.drop_index(
        "ix_scheduled_reminder_due", table_name="scheduled_reminder", postgresql_where=sa.text("status = 'pending'")
    )
    op.drop_index("ix_scheduled_reminder_clinic_id", table_name="scheduled_reminder")
    op.drop_table("scheduled_reminder")
    op.drop_index("ix_notification_preference_phone_index", table_name="notification_preference")
    op.drop_table("notification_preference")
    op.drop_table("reminder_rules")
