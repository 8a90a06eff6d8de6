"""news of visits goes out as reminders do: one table for everything that is sent

Revision: 0027, after 0026
"""

import sqlalchemy as sa
from alembic import op

from openvisit.migrations.row_security import ME, protect

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_TYPES = "'reminder', 'custom', 'join-link', 'follow-up', 'running-late'"

# What was sent stays known, so that a job that runs again sends it to nobody twice; what was on its way is in doubt.
_BRING = """
INSERT INTO scheduled_reminder
    (id, type, kind, event_id, subject_id, appointment_id, patient_id, person_id, clinic_id, provider_id, starts_at,
     minutes, due_at, until, status, why, channels, channel, attempts, next_at, doubtful_at, vendor_message_id, error,
     sent_at, created_at, updated_at)
SELECT m.id, 'news', m.kind, m.event_id, CASE WHEN m.kind IN ('waitlist_offer', 'time_proposal') THEN e.subject END,
       a.id, coalesce(a.patient_id, o.patient_id), m.person_id, coalesce(a.clinic_id, o.clinic_id),
       coalesce(a.provider_id, s.provider_id), coalesce(a.starts_at, s.starts_at), 0, m.created_at,
       coalesce(greatest(a.ends_at, m.created_at + interval '1 day'), o.expires_at),
       CASE m.status WHEN 'sending' THEN 'pending' WHEN 'doubtful' THEN 'failed' WHEN 'outdated' THEN 'cancelled'
                     ELSE m.status END,
       CASE m.status WHEN 'outdated' THEN 'visit-changed' END, '{email}', 'email', m.attempts, m.created_at,
       CASE WHEN m.status = 'sending' THEN now() ELSE m.doubtful_at END, m.message_id, m.error, m.sent_at,
       m.created_at, now()
FROM message m
LEFT JOIN event e ON e.id = m.event_id
LEFT JOIN appointment a ON a.id = m.appointment_id
LEFT JOIN waitlist_offer o ON o.id = e.subject AND m.appointment_id IS NULL
LEFT JOIN waitlist_slot s ON s.id = o.slot_id
WHERE a.id IS NOT NULL OR s.id IS NOT NULL
ON CONFLICT DO NOTHING"""

_TAKE_BACK = """
INSERT INTO message (id, event_id, appointment_id, person_id, kind, channel, status, attempts, created_at, sent_at,
                     doubtful_at, error, message_id)
SELECT id, event_id, appointment_id, person_id, kind, 'email',
       CASE status WHEN 'delivered' THEN 'sent' WHEN 'cancelled' THEN 'outdated' WHEN 'skipped' THEN 'outdated'
                   WHEN 'sending' THEN 'pending' ELSE status END,
       attempts, created_at, sent_at, doubtful_at, error, coalesce(vendor_message_id, id::text)
FROM scheduled_reminder WHERE type = 'news'"""


def upgrade() -> None:
    # Workers of the release before find no table of messages and try again; whoever runs this release does their jobs.
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.add_column("scheduled_reminder", sa.Column("kind", sa.Text(), nullable=True))
    op.add_column("scheduled_reminder", sa.Column("event_id", sa.UUID(), nullable=True))
    op.add_column("scheduled_reminder", sa.Column("subject_id", sa.UUID(), nullable=True))
    op.add_column("scheduled_reminder", sa.Column("was", sa.DateTime(timezone=True), nullable=True))
    op.alter_column("scheduled_reminder", "appointment_id", existing_type=sa.UUID(), nullable=True)
    op.drop_constraint(op.f("ck_scheduled_reminder_type"), "scheduled_reminder", type_="check")
    op.create_check_constraint(op.f("ck_scheduled_reminder_type"), "scheduled_reminder", f"type IN ({_TYPES}, 'news')")
    op.create_check_constraint(
        op.f("ck_scheduled_reminder_news"),
        "scheduled_reminder",
        "(type = 'news') = (event_id IS NOT NULL) AND (type = 'news') = (kind IS NOT NULL)"
        " AND (type = 'news' OR appointment_id IS NOT NULL)",
    )
    op.drop_index("uq_scheduled_reminder_what", table_name="scheduled_reminder")
    op.create_index(
        "uq_scheduled_reminder_what",
        "scheduled_reminder",
        ["appointment_id", "type", "minutes", "starts_at"],
        unique=True,
        postgresql_where=sa.text("event_id IS NULL"),
    )
    op.create_index(
        "uq_scheduled_reminder_news",
        "scheduled_reminder",
        ["event_id", "person_id"],
        unique=True,
        postgresql_where=sa.text("event_id IS NOT NULL"),
    )
    op.create_index(
        "ix_scheduled_reminder_news_of",
        "scheduled_reminder",
        ["appointment_id", "person_id"],
        postgresql_where=sa.text("event_id IS NOT NULL"),
    )
    op.execute("SELECT set_config('openvisit.principal', 'system', true)")
    op.execute(_BRING)
    op.drop_table("message")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.create_table(
        "message",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("event_id", sa.UUID(), nullable=False),
        sa.Column("appointment_id", sa.UUID(), nullable=True),
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
    op.execute("SELECT set_config('openvisit.principal', 'system', true)")
    op.execute(_TAKE_BACK)
    for statement in protect("message", f"person_id = {ME}", write="false").split(";\n"):
        op.execute(statement)
    op.execute("DELETE FROM scheduled_reminder WHERE type = 'news'")
    op.drop_index(
        "ix_scheduled_reminder_news_of",
        table_name="scheduled_reminder",
        postgresql_where=sa.text("event_id IS NOT NULL"),
    )
    op.drop_index(
        "uq_scheduled_reminder_news",
        table_name="scheduled_reminder",
        postgresql_where=sa.text("event_id IS NOT NULL"),
    )
    op.drop_index(
        "uq_scheduled_reminder_what", table_name="scheduled_reminder", postgresql_where=sa.text("event_id IS NULL")
    )
    op.create_index(
        "uq_scheduled_reminder_what",
        "scheduled_reminder",
        ["appointment_id", "type", "minutes", "starts_at"],
        unique=True,
    )
    op.drop_constraint(op.f("ck_scheduled_reminder_news"), "scheduled_reminder", type_="check")
    op.drop_constraint(op.f("ck_scheduled_reminder_type"), "scheduled_reminder", type_="check")
    op.create_check_constraint(op.f("ck_scheduled_reminder_type"), "scheduled_reminder", f"type IN ({_TYPES})")
    op.alter_column("scheduled_reminder", "appointment_id", existing_type=sa.UUID(), nullable=False)
    for column in ("was", "subject_id", "event_id", "kind"):
        op.drop_column("scheduled_reminder", column)
