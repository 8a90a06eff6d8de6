"""clinics' own words

Revision: 0017, after 0016
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Expand first, contract in a later release; never wait long for a lock while people book.
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.create_table(
        "message_policy",
        sa.Column("clinic_id", sa.UUID(), nullable=False),
        sa.Column("short_may_name", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "short_may_name <@ ARRAY['greeting', 'name', 'with_whom', 'place', 'how', 'custom']",
            name=op.f("ck_message_policy_known_names"),
        ),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_message_policy_clinic_id")),
        sa.PrimaryKeyConstraint("clinic_id", name=op.f("pk_message_policy")),
    )
    op.create_table(
        "message_template",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("clinic_id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.UUID(), nullable=False),
        sa.CheckConstraint(
            "channel IN ('email', 'sms', 'voice', 'push')", name=op.f("ck_message_template_known_channel")
        ),
        sa.CheckConstraint("language IN ('en', 'es')", name=op.f("ck_message_template_known_language")),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_message_template_clinic_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_template")),
        sa.UniqueConstraint("clinic_id", "kind", "channel", "language", "version", name="uq_message_template_version"),
    )
    op.create_table(
        "template_preview",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("clinic_id", sa.UUID(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_template_preview_clinic_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_template_preview_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_template_preview")),
        sa.UniqueConstraint("secret_hash", name="uq_template_preview_secret_hash"),
    )
    op.create_index("ix_template_preview_person_id", "template_preview", ["person_id"], unique=False)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.drop_index("ix_template_preview_person_id", table_name="template_preview")
    op.drop_table("template_preview")
    op.drop_table("message_template")
    op.drop_table("message_policy")
