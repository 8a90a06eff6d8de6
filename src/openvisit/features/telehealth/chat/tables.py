"""Conversations: one a visit, with the visit's id. What was said is ciphertext."""

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text
from sqlalchemy import ForeignKeyConstraint as TogetherKey
from sqlalchemy.dialects.postgresql import ARRAY, UUID

from openvisit.platform.tables import instant, metadata

chat_room = Table(
    "chat_room",
    metadata,
    Column("id", UUID, ForeignKey("appointment.id"), primary_key=True),
    Column("clinic_id", UUID, nullable=False),
    Column("provider_id", UUID, nullable=False),
    Column("patient_id", UUID, nullable=False),
    Column("last_place", Integer, nullable=False, server_default="0"),
    Column("last_epoch", Integer, nullable=False, server_default="0"),
    Column("made_at", instant(), nullable=False),
    Index("ix_chat_room_provider_id", "provider_id"),
    Index("ix_chat_room_patient_id", "patient_id"),
)

chat_epoch = Table(
    "chat_epoch",
    metadata,
    Column("room_id", UUID, ForeignKey("chat_room.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("maker", Text, nullable=False),
    Column("key_id", Text, nullable=False),  # the maker's
    Column("commitment", Text, nullable=False),
    Column("signature", Text, nullable=False),
    Column("readers", ARRAY(Text), nullable=False),  # "participant key_id", for whom it was made
    Column("made_at", instant(), nullable=False),
)

chat_wrap = Table(
    "chat_wrap",
    metadata,
    Column("room_id", UUID, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("participant", Text, primary_key=True),
    Column("key_id", Text, primary_key=True),
    Column("wrapped", Text, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", instant(), nullable=False),
    TogetherKey(["room_id", "number"], ["chat_epoch.room_id", "chat_epoch.number"], name="fk_chat_wrap_room_id"),
)

chat_message = Table(
    "chat_message",
    metadata,
    Column("room_id", UUID, ForeignKey("chat_room.id"), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("id", UUID, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("sender", Text, nullable=False),
    Column("key_id", Text, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("ciphertext", LargeBinary, nullable=False),
    Column("signature", Text, nullable=False),
    Column("sent_at", instant(), nullable=False),
    Index("uq_chat_message_id", "room_id", "id", unique=True),
    Index("uq_chat_message_sequence", "room_id", "sender", "sequence", unique=True),
)

chat_mark = Table(
    "chat_mark",
    metadata,
    Column("room_id", UUID, ForeignKey("chat_room.id"), primary_key=True),
    Column("participant", Text, primary_key=True),
    Column("delivered", Integer, nullable=False, server_default="0"),
    Column("read", Integer, nullable=False, server_default="0"),
    Column("at", instant(), nullable=False),
)

chat_file = Table(
    "chat_file",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("room_id", UUID, ForeignKey("chat_room.id"), nullable=False),
    Column("sender", Text, nullable=False),
    Column("kind", Text, nullable=False),  # as the sender says it is; whoever opens it looks
    Column("size", BigInteger, nullable=False),  # of the text, without what encryption adds
    Column("chunks", Integer, nullable=False),
    Column("message_id", UUID),  # null until the message that tells of it was sent
    Column("made_at", instant(), nullable=False),
    CheckConstraint("size > 0 AND chunks > 0", name="some"),
    Index("ix_chat_file_room_id", "room_id"),
)

chat_file_chunk = Table(
    "chat_file_chunk",
    metadata,
    Column("file_id", UUID, ForeignKey("chat_file.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

chat_rules = Table(
    "chat_rules",
    metadata,
    Column("clinic_id", UUID, ForeignKey("clinic.id"), primary_key=True),
    Column("hours_before", Integer),  # null: from the booking on
    Column("hours_after", Integer, nullable=False),
    Column("history", Text, nullable=False),
    Column("file_megabytes", Integer, nullable=False),  # 0: no files
    CheckConstraint("hours_before BETWEEN 0 AND 8760", name="hours_before"),
    CheckConstraint("hours_after BETWEEN 0 AND 8760", name="hours_after"),
    CheckConstraint("history IN ('never', 'provider')", name="history"),
    CheckConstraint("file_megabytes BETWEEN 0 AND 50", name="file_megabytes"),
)
