"""first shape

Revision: 0001, after
"""

import sqlalchemy as sa
from alembic import op
from procrastinate.schema import SchemaManager
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Lets one statement undo itself: a booking that won only some of its claims raises, and PostgreSQL takes back
# the rest. OV001 is a state of our own (class OV is nobody's).
_REFUSE = """
CREATE FUNCTION openvisit_refuse(what text, detail text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'OV001', MESSAGE = what, DETAIL = detail;
END $$"""


def _procrastinate_schema() -> None:
    """The tables and functions of the job queue, as its own package ships them."""
    cursor = op.get_bind().connection.cursor()
    cursor.execute(SchemaManager.get_schema())  # the driver's cursor: the text holds % and : of its own
    cursor.close()


def upgrade() -> None:
    # Expand first, contract in a later release; never wait long for a lock while people book.
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    _procrastinate_schema()
    op.execute(_REFUSE)
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("clinic_id", sa.UUID(), nullable=True),
        sa.Column("actor_id", sa.UUID(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("thing", sa.Text(), nullable=False),
        sa.Column("thing_id", sa.UUID(), nullable=False),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index("ix_audit_thing_id", "audit", ["thing_id"], unique=False)
    op.create_table(
        "claim",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("resource", sa.UUID(), nullable=False),
        sa.Column("during", postgresql.TSTZRANGE(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("exclusive", sa.Boolean(), nullable=False),
        sa.Column("appointment_id", sa.UUID(), nullable=True),
        sa.Column("hold_id", sa.UUID(), nullable=True),
        sa.Column("absence_id", sa.UUID(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        postgresql.ExcludeConstraint(
            (sa.column("resource"), "="),
            (sa.column("during"), "&&"),
            where=sa.text("exclusive"),
            using="gist",
            name="no_double_booking",
        ),
        sa.CheckConstraint("(kind = 'hold') = (expires_at IS NOT NULL)", name=op.f("ck_claim_holds_expire")),
        sa.CheckConstraint(
            "kind IN ('visit', 'hold', 'absence', 'external', 'overbook')", name=op.f("ck_claim_known_kind")
        ),
        sa.CheckConstraint("NOT isempty(during)", name=op.f("ck_claim_some_time")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
    )
    op.create_index(
        "ix_claim_appointment_id",
        "claim",
        ["appointment_id"],
        unique=False,
        postgresql_where=sa.text("appointment_id IS NOT NULL"),
    )
    op.create_index(
        "ix_claim_expires_at", "claim", ["expires_at"], unique=False, postgresql_where=sa.text("expires_at IS NOT NULL")
    )
    op.create_index(
        "ix_claim_hold_id", "claim", ["hold_id"], unique=False, postgresql_where=sa.text("hold_id IS NOT NULL")
    )
    op.create_index(
        "ix_claim_other",
        "claim",
        ["resource", "during"],
        unique=False,
        postgresql_using="gist",
        postgresql_where=sa.text("NOT exclusive"),
    )
    op.create_table(
        "clinic",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), server_default="", nullable=False),
        sa.Column("email", sa.Text(), server_default="", nullable=False),
        sa.Column("website", sa.Text(), server_default="", nullable=False),
        sa.Column("currency", sa.Text(), server_default="USD", nullable=False),
        sa.Column("cancellation_notice_minutes", sa.Integer(), server_default="1440", nullable=False),
        sa.Column("cancellation_reason_required", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clinic")),
    )
    op.create_table(
        "event",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("subject", sa.UUID(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
    )
    op.create_index("ix_event_subject", "event", ["subject"], unique=False)
    op.create_table(
        "hold",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("provider_id", sa.UUID(), nullable=False),
        sa.Column("visit_type_id", sa.UUID(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("location_id", sa.UUID(), nullable=True),
        sa.Column("room_id", sa.UUID(), nullable=True),
        sa.Column("device_id", sa.UUID(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hold")),
    )
    op.create_index("ix_hold_expires_at", "hold", ["expires_at"], unique=False)
    op.create_index("ix_hold_person_id", "hold", ["person_id"], unique=False)
    op.create_index("uq_hold_token_hash", "hold", ["token_hash"], unique=True)
    op.create_table(
        "idempotency",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("row_id", sa.UUID(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "key", name=op.f("pk_idempotency")),
    )
    op.create_index("ix_idempotency_at", "idempotency", ["at"], unique=False)
    op.create_table(
        "person",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("email", sa.LargeBinary(), nullable=False),
        sa.Column("email_index", sa.LargeBinary(), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("full_name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("time_zone", sa.Text(), server_default="UTC", nullable=False),
        sa.Column("language", sa.Text(), server_default="en", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email_index", name="uq_person_email_index"),
    )
    op.create_index(
        "ix_person_full_name_trgm",
        "person",
        [sa.literal_column("full_name gin_trgm_ops")],
        unique=False,
        postgresql_using="gin",
    )
    op.create_table(
        "rate_limit",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("window_start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_rate_limit")),
    )
    op.create_table(
        "signing_key",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("private", sa.LargeBinary(), nullable=False),
        sa.Column("public", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signs_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verifies_until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_key")),
    )
    op.create_table(
        "email_code",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("registration", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("browser_hash", sa.LargeBinary(), nullable=True),
        sa.Column("contested", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint("purpose IN ('register', 'invite', 'reset')", name=op.f("ck_email_code_purpose")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_email_code_person_id")),
        sa.PrimaryKeyConstraint("person_id", "purpose", name=op.f("pk_email_code")),
    )
    op.create_table(
        "location",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("clinic_id", sa.UUID(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column("city", sa.Text(), server_default="", nullable=False),
        sa.Column("region", sa.Text(), server_default="", nullable=False),
        sa.Column("postal_code", sa.Text(), server_default="", nullable=False),
        sa.Column("country", sa.Text(), server_default="", nullable=False),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), server_default="", nullable=False),
        sa.Column("wheelchair_accessible", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_location_clinic_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_location")),
    )
    op.create_index("ix_location_clinic_id", "location", ["clinic_id"], unique=False)
    op.create_table(
        "message",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("event_id", sa.UUID(), nullable=False),
        sa.Column("appointment_id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sending_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("doubtful_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.CheckConstraint("channel IN ('email')", name=op.f("ck_message_known_channel")),
        sa.CheckConstraint(
            "status IN ('pending', 'sending', 'sent', 'failed', 'doubtful', 'outdated')",
            name=op.f("ck_message_known_status"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_message_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("event_id", "person_id", "channel", name="uq_message_event_id_person_id_channel"),
    )
    op.create_index("ix_message_appointment_id", "message", ["appointment_id"], unique=False)
    op.create_index("ix_message_person_id", "message", ["person_id"], unique=False)
    op.create_index(
        "ix_message_status", "message", ["status"], unique=False, postgresql_where=sa.text("status <> 'sent'")
    )
    op.create_table(
        "patient",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("born_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_patient_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient")),
        sa.UniqueConstraint("person_id", name="uq_patient_person_id"),
    )
    op.create_table(
        "role",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("clinic_id", sa.UUID(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role IN ('provider', 'staff', 'admin')", name=op.f("ck_role_known")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_role_person_id")),
        sa.PrimaryKeyConstraint("person_id", "clinic_id", "role", name=op.f("pk_role")),
    )
    op.create_index("ix_role_clinic_id", "role", ["clinic_id"], unique=False)
    op.create_table(
        "session",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_because", sa.Text(), nullable=True),
        sa.Column("user_agent", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_session_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
    )
    op.create_index("ix_session_person_id", "session", ["person_id"], unique=False)
    op.create_table(
        "visit_type",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("clinic_id", sa.UUID(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("duration_minutes", sa.Integer(), nullable=False),
        sa.Column("step_minutes", sa.Integer(), nullable=False),
        sa.Column("buffer_before_minutes", sa.Integer(), server_default="0", nullable=False),
        sa.Column("buffer_after_minutes", sa.Integer(), server_default="0", nullable=False),
        sa.Column("minimum_notice_minutes", sa.Integer(), server_default="0", nullable=False),
        sa.Column("booking_window_days", sa.Integer(), server_default="60", nullable=False),
        sa.Column("daily_cap", sa.Integer(), nullable=True),
        sa.Column("modes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("price_minor", sa.Integer(), nullable=True),
        sa.Column("price_currency", sa.Text(), nullable=True),
        sa.Column("needs_room", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("needs_device", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("approval_needed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("bookable_by", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("(price_minor IS NULL) = (price_currency IS NULL)", name=op.f("ck_visit_type_price")),
        sa.CheckConstraint("booking_window_days BETWEEN 0 AND 400", name=op.f("ck_visit_type_window")),
        sa.CheckConstraint("buffer_after_minutes BETWEEN 0 AND 1440", name=op.f("ck_visit_type_buffer_after")),
        sa.CheckConstraint("buffer_before_minutes BETWEEN 0 AND 1440", name=op.f("ck_visit_type_buffer_before")),
        sa.CheckConstraint("duration_minutes BETWEEN 1 AND 1440", name=op.f("ck_visit_type_duration")),
        sa.CheckConstraint("step_minutes BETWEEN 1 AND 1440", name=op.f("ck_visit_type_step")),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_visit_type_clinic_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_type")),
    )
    op.create_index("ix_visit_type_clinic_id", "visit_type", ["clinic_id"], unique=False)
    op.create_table(
        "clinic_patient",
        sa.Column("clinic_id", sa.UUID(), nullable=False),
        sa.Column("patient_id", sa.UUID(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_clinic_patient_clinic_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_clinic_patient_patient_id")),
        sa.PrimaryKeyConstraint("clinic_id", "patient_id", name=op.f("pk_clinic_patient")),
    )
    op.create_index("ix_clinic_patient_patient_id", "clinic_patient", ["patient_id"], unique=False)
    op.create_table(
        "device",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("clinic_id", sa.UUID(), nullable=False),
        sa.Column("location_id", sa.UUID(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="", nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_device_clinic_id")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_device_location_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device")),
    )
    op.create_index("ix_device_location_id", "device", ["location_id"], unique=False)
    op.create_table(
        "provider",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("clinic_id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=True),
        sa.Column("full_name", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("bio", sa.Text(), server_default="", nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("specialties", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("languages", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("insurance_plans", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("default_visit_type_id", sa.UUID(), nullable=True),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_provider_clinic_id")),
        sa.ForeignKeyConstraint(
            ["default_visit_type_id"], ["visit_type.id"], name=op.f("fk_provider_default_visit_type_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_provider_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider")),
    )
    op.create_index("ix_provider_clinic_id", "provider", ["clinic_id"], unique=False)
    op.create_index(
        "ix_provider_full_name_trgm",
        "provider",
        [sa.literal_column("full_name gin_trgm_ops")],
        unique=False,
        postgresql_using="gin",
    )
    op.create_index("ix_provider_specialties", "provider", ["specialties"], unique=False, postgresql_using="gin")
    op.create_index("uq_provider_person_id", "provider", ["person_id"], unique=True)
    op.create_table(
        "refresh_token",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("session_id", sa.UUID(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_refresh_token_session_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_refresh_token")),
    )
    op.create_index("ix_refresh_token_session_id", "refresh_token", ["session_id"], unique=False)
    op.create_table(
        "room",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("clinic_id", sa.UUID(), nullable=False),
        sa.Column("location_id", sa.UUID(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("wheelchair_accessible", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_room_clinic_id")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_room_location_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room")),
    )
    op.create_index("ix_room_location_id", "room", ["location_id"], unique=False)
    op.create_table(
        "absence",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("provider_id", sa.UUID(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_absence_forward")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_absence_provider_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    op.create_index("ix_absence_provider_id", "absence", ["provider_id", "starts_at"], unique=False)
    op.create_table(
        "appointment",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("clinic_id", sa.UUID(), nullable=False),
        sa.Column("provider_id", sa.UUID(), nullable=False),
        sa.Column("patient_id", sa.UUID(), nullable=False),
        sa.Column("visit_type_id", sa.UUID(), nullable=False),
        sa.Column("location_id", sa.UUID(), nullable=True),
        sa.Column("room_id", sa.UUID(), nullable=True),
        sa.Column("device_id", sa.UUID(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("accommodations", sa.LargeBinary(), nullable=False),
        sa.Column("price_minor", sa.Integer(), nullable=True),
        sa.Column("price_currency", sa.Text(), nullable=True),
        sa.Column("overbooked", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("booked_by", sa.UUID(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_reason", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("mode IN ('in-person', 'telehealth', 'phone')", name=op.f("ck_appointment_known_mode")),
        sa.CheckConstraint(
            "status IN ('requested', 'scheduled', 'confirmed', 'rescheduled', 'checked-in', 'in-progress', 'completed', 'cancelled', 'no-show')",
            name=op.f("ck_appointment_known_status"),
        ),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_appointment_forward")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_appointment_patient_id")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_appointment_provider_id")),
        sa.ForeignKeyConstraint(["visit_type_id"], ["visit_type.id"], name=op.f("fk_appointment_visit_type_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
    )
    op.create_index("ix_appointment_clinic_id", "appointment", ["clinic_id", "starts_at"], unique=False)
    op.create_index("ix_appointment_patient_id", "appointment", ["patient_id", "starts_at"], unique=False)
    op.create_index("ix_appointment_provider_id", "appointment", ["provider_id", "starts_at"], unique=False)
    op.create_table(
        "next_free",
        sa.Column("provider_id", sa.UUID(), nullable=False),
        sa.Column("visit_type_id", sa.UUID(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("starts", postgresql.ARRAY(sa.DateTime(timezone=True)), nullable=False),
        sa.Column("location_ids", postgresql.ARRAY(sa.UUID()), nullable=False),
        sa.Column("first_start", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refreshed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_next_free_provider_id")),
        sa.ForeignKeyConstraint(["visit_type_id"], ["visit_type.id"], name=op.f("fk_next_free_visit_type_id")),
        sa.PrimaryKeyConstraint("provider_id", "visit_type_id", "mode", name=op.f("pk_next_free")),
    )
    op.create_index(
        "ix_next_free_first_start",
        "next_free",
        ["first_start"],
        unique=False,
        postgresql_where=sa.text("first_start IS NOT NULL"),
    )
    op.create_table(
        "opening",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("provider_id", sa.UUID(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("location_id", sa.UUID(), nullable=True),
        sa.Column("modes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_opening_forward")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_opening_provider_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening")),
    )
    op.create_index("ix_opening_provider_id_starts_at", "opening", ["provider_id", "starts_at"], unique=False)
    op.create_table(
        "provider_location",
        sa.Column("provider_id", sa.UUID(), nullable=False),
        sa.Column("location_id", sa.UUID(), nullable=False),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_provider_location_location_id")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_provider_location_provider_id")),
        sa.PrimaryKeyConstraint("provider_id", "location_id", name=op.f("pk_provider_location")),
    )
    op.create_index("ix_provider_location_location_id", "provider_location", ["location_id"], unique=False)
    op.create_table(
        "provider_photo",
        sa.Column("provider_id", sa.UUID(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_provider_photo_provider_id")),
        sa.PrimaryKeyConstraint("provider_id", name=op.f("pk_provider_photo")),
    )
    op.create_table(
        "provider_visit_type",
        sa.Column("provider_id", sa.UUID(), nullable=False),
        sa.Column("visit_type_id", sa.UUID(), nullable=False),
        sa.Column("fee_minor", sa.Integer(), nullable=True),
        sa.Column("fee_currency", sa.Text(), nullable=True),
        sa.CheckConstraint("(fee_minor IS NULL) = (fee_currency IS NULL)", name=op.f("ck_provider_visit_type_fee")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_provider_visit_type_provider_id")),
        sa.ForeignKeyConstraint(
            ["visit_type_id"], ["visit_type.id"], name=op.f("fk_provider_visit_type_visit_type_id")
        ),
        sa.PrimaryKeyConstraint("provider_id", "visit_type_id", name=op.f("pk_provider_visit_type")),
    )
    op.create_index("ix_provider_visit_type_visit_type_id", "provider_visit_type", ["visit_type_id"], unique=False)
    op.create_table(
        "schedule",
        sa.Column("provider_id", sa.UUID(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("weekly", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("breaks", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("overrides", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("holidays", postgresql.ARRAY(sa.Date()), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("materialised_until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_schedule_provider_id")),
        sa.PrimaryKeyConstraint("provider_id", name=op.f("pk_schedule")),
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.drop_table("schedule")
    op.drop_index("ix_provider_visit_type_visit_type_id", table_name="provider_visit_type")
    op.drop_table("provider_visit_type")
    op.drop_table("provider_photo")
    op.drop_index("ix_provider_location_location_id", table_name="provider_location")
    op.drop_table("provider_location")
    op.drop_index("ix_opening_provider_id_starts_at", table_name="opening")
    op.drop_table("opening")
    op.drop_index(
        "ix_next_free_first_start", table_name="next_free", postgresql_where=sa.text("first_start IS NOT NULL")
    )
    op.drop_table("next_free")
    op.drop_index("ix_appointment_provider_id", table_name="appointment")
    op.drop_index("ix_appointment_patient_id", table_name="appointment")
    op.drop_index("ix_appointment_clinic_id", table_name="appointment")
    op.drop_table("appointment")
    op.drop_index("ix_absence_provider_id", table_name="absence")
    op.drop_table("absence")
    op.drop_index("ix_room_location_id", table_name="room")
    op.drop_table("room")
    op.drop_index("ix_refresh_token_session_id", table_name="refresh_token")
    op.drop_table("refresh_token")
    op.drop_index("uq_provider_person_id", table_name="provider")
    op.drop_index("ix_provider_specialties", table_name="provider", postgresql_using="gin")
    op.drop_index("ix_provider_full_name_trgm", table_name="provider", postgresql_using="gin")
    op.drop_index("ix_provider_clinic_id", table_name="provider")
    op.drop_table("provider")
    op.drop_index("ix_device_location_id", table_name="device")
    op.drop_table("device")
    op.drop_index("ix_clinic_patient_patient_id", table_name="clinic_patient")
    op.drop_table("clinic_patient")
    op.drop_index("ix_visit_type_clinic_id", table_name="visit_type")
    op.drop_table("visit_type")
    op.drop_index("ix_session_person_id", table_name="session")
    op.drop_table("session")
    op.drop_index("ix_role_clinic_id", table_name="role")
    op.drop_table("role")
    op.drop_table("patient")
    op.drop_index("ix_message_status", table_name="message", postgresql_where=sa.text("status <> 'sent'"))
    op.drop_index("ix_message_person_id", table_name="message")
    op.drop_index("ix_message_appointment_id", table_name="message")
    op.drop_table("message")
    op.drop_index("ix_location_clinic_id", table_name="location")
    op.drop_table("location")
    op.drop_table("email_code")
    op.drop_table("signing_key")
    op.drop_table("rate_limit")
    op.drop_index("ix_person_full_name_trgm", table_name="person", postgresql_using="gin")
    op.drop_table("person")
    op.drop_index("ix_idempotency_at", table_name="idempotency")
    op.drop_table("idempotency")
    op.drop_index("uq_hold_token_hash", table_name="hold")
    op.drop_index("ix_hold_person_id", table_name="hold")
    op.drop_index("ix_hold_expires_at", table_name="hold")
    op.drop_table("hold")
    op.drop_index("ix_event_subject", table_name="event")
    op.drop_table("event")
    op.drop_table("clinic")
    op.drop_index(
        "ix_claim_other", table_name="claim", postgresql_using="gist", postgresql_where=sa.text("NOT exclusive")
    )
    op.drop_index("ix_claim_hold_id", table_name="claim", postgresql_where=sa.text("hold_id IS NOT NULL"))
    op.drop_index("ix_claim_expires_at", table_name="claim", postgresql_where=sa.text("expires_at IS NOT NULL"))
    op.drop_index("ix_claim_appointment_id", table_name="claim", postgresql_where=sa.text("appointment_id IS NOT NULL"))
    op.drop_table("claim")
    op.drop_index("ix_audit_thing_id", table_name="audit")
    op.drop_table("audit")
