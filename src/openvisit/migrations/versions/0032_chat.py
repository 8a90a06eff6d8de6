"""keys of people and clinics, and conversations around visits by video

Revision: 0032, after 0031
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from openvisit.migrations.row_security import ANY_ADMIN, ANY_CARE, ANY_PATIENT, ME, PROVIDER, protect

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_ROOM = "EXISTS (SELECT FROM chat_room WHERE chat_room.id = {table}.room_id)"
_POLICIES = [
    protect("person_key", f"person_id = {ME}"),
    protect(
        "person_key_seal",
        "EXISTS (SELECT FROM person_key WHERE person_key.id = person_key_seal.person_key_id)",
    ),
    protect("clinic_key", f"clinic_id = {ANY_ADMIN}"),
    protect("chat_room", f"patient_id = {ANY_PATIENT} OR provider_id = {PROVIDER} OR clinic_id = {ANY_CARE}"),
    *(
        protect(table, _ROOM.format(table=table))
        for table in ("chat_epoch", "chat_wrap", "chat_message", "chat_mark", "chat_file")
    ),
    protect("chat_file_chunk", "EXISTS (SELECT FROM chat_file WHERE chat_file.id = chat_file_chunk.file_id)"),
]


def upgrade() -> None:
    # Expand first, contract in a later release; never wait long for a lock while people book.
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.create_table(
        "person_key",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_person_key_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_key")),
    )
    op.create_index("ix_person_key_person_id", "person_key", ["person_id"], unique=False)
    op.create_index("uq_person_key_key_id", "person_key", ["key_id"], unique=True)
    op.create_index(
        "uq_person_key_person_id",
        "person_key",
        ["person_id"],
        unique=True,
        postgresql_where=sa.text("retired_at IS NULL"),
    )
    op.create_table(
        "person_key_seal",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("person_key_id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.Column("iterations", sa.Integer(), nullable=False),
        sa.Column("credential", sa.Text(), nullable=True),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(kind = 'passkey') = (credential IS NOT NULL)", name=op.f("ck_person_key_seal_credential")),
        sa.CheckConstraint("kind IN ('phrase', 'passkey')", name=op.f("ck_person_key_seal_kind")),
        sa.ForeignKeyConstraint(["person_key_id"], ["person_key.id"], name=op.f("fk_person_key_seal_person_key_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_key_seal")),
    )
    op.create_index("uq_person_key_seal_credential", "person_key_seal", ["person_key_id", "credential"], unique=True)
    op.create_index(
        "uq_person_key_seal_phrase",
        "person_key_seal",
        ["person_key_id"],
        unique=True,
        postgresql_where=sa.text("kind = 'phrase'"),
    )
    op.create_table(
        "clinic_key",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("clinic_id", sa.UUID(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.Column("iterations", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("made_by", sa.UUID(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_clinic_key_clinic_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clinic_key")),
    )
    op.create_index(
        "uq_clinic_key_clinic_id",
        "clinic_key",
        ["clinic_id"],
        unique=True,
        postgresql_where=sa.text("retired_at IS NULL"),
    )
    op.create_index("uq_clinic_key_key_id", "clinic_key", ["key_id"], unique=True)
    op.create_table(
        "chat_room",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("clinic_id", sa.UUID(), nullable=False),
        sa.Column("provider_id", sa.UUID(), nullable=False),
        sa.Column("patient_id", sa.UUID(), nullable=False),
        sa.Column("last_place", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_epoch", sa.Integer(), server_default="0", nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["appointment.id"], name=op.f("fk_chat_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_room")),
    )
    op.create_index("ix_chat_room_patient_id", "chat_room", ["patient_id"], unique=False)
    op.create_index("ix_chat_room_provider_id", "chat_room", ["provider_id"], unique=False)
    op.create_table(
        "chat_epoch",
        sa.Column("room_id", sa.UUID(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("maker", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("commitment", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("readers", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["room_id"], ["chat_room.id"], name=op.f("fk_chat_epoch_room_id")),
        sa.PrimaryKeyConstraint("room_id", "number", name=op.f("pk_chat_epoch")),
    )
    op.create_table(
        "chat_wrap",
        sa.Column("room_id", sa.UUID(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("participant", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("wrapped", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["room_id", "number"], ["chat_epoch.room_id", "chat_epoch.number"], name="fk_chat_wrap_room_id"
        ),
        sa.PrimaryKeyConstraint("room_id", "number", "participant", "key_id", name=op.f("pk_chat_wrap")),
    )
    op.create_table(
        "chat_message",
        sa.Column("room_id", sa.UUID(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["room_id"], ["chat_room.id"], name=op.f("fk_chat_message_room_id")),
        sa.PrimaryKeyConstraint("room_id", "place", name=op.f("pk_chat_message")),
    )
    op.create_index("uq_chat_message_id", "chat_message", ["room_id", "id"], unique=True)
    op.create_index("uq_chat_message_sequence", "chat_message", ["room_id", "sender", "sequence"], unique=True)
    op.create_table(
        "chat_mark",
        sa.Column("room_id", sa.UUID(), nullable=False),
        sa.Column("participant", sa.Text(), nullable=False),
        sa.Column("delivered", sa.Integer(), server_default="0", nullable=False),
        sa.Column("read", sa.Integer(), server_default="0", nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["room_id"], ["chat_room.id"], name=op.f("fk_chat_mark_room_id")),
        sa.PrimaryKeyConstraint("room_id", "participant", name=op.f("pk_chat_mark")),
    )
    op.create_table(
        "chat_file",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("room_id", sa.UUID(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("chunks", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.UUID(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("size > 0 AND chunks > 0", name=op.f("ck_chat_file_some")),
        sa.ForeignKeyConstraint(["room_id"], ["chat_room.id"], name=op.f("fk_chat_file_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_file")),
    )
    op.create_index("ix_chat_file_room_id", "chat_file", ["room_id"], unique=False)
    op.create_table(
        "chat_file_chunk",
        sa.Column("file_id", sa.UUID(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["chat_file.id"], name=op.f("fk_chat_file_chunk_file_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("file_id", "number", name=op.f("pk_chat_file_chunk")),
    )
    op.create_table(
        "chat_rules",
        sa.Column("clinic_id", sa.UUID(), nullable=False),
        sa.Column("hours_before", sa.Integer(), nullable=True),
        sa.Column("hours_after", sa.Integer(), nullable=False),
        sa.Column("history", sa.Text(), nullable=False),
        sa.Column("file_megabytes", sa.Integer(), nullable=False),
        sa.CheckConstraint("history IN ('never', 'provider')", name=op.f("ck_chat_rules_history")),
        sa.CheckConstraint("file_megabytes BETWEEN 0 AND 50", name=op.f("ck_chat_rules_file_megabytes")),
        sa.CheckConstraint("hours_after BETWEEN 0 AND 8760", name=op.f("ck_chat_rules_hours_after")),
        sa.CheckConstraint("hours_before BETWEEN 0 AND 8760", name=op.f("ck_chat_rules_hours_before")),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_chat_rules_clinic_id")),
        sa.PrimaryKeyConstraint("clinic_id", name=op.f("pk_chat_rules")),
    )
    for statements in _POLICIES:
        for statement in statements.split(";\n"):
            op.execute(statement)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.drop_table("chat_rules")
    op.drop_table("chat_file_chunk")
    op.drop_table("chat_file")
    op.drop_table("chat_mark")
    op.drop_table("chat_message")
    op.drop_table("chat_wrap")
    op.drop_table("chat_epoch")
    op.drop_table("chat_room")
    op.drop_table("clinic_key")
    op.drop_table("person_key_seal")
    op.drop_table("person_key")
