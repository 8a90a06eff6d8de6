"""What a telephone was asked last, and the answers that are under way."""

from sqlalchemy import Column, LargeBinary, Table, Text
from sqlalchemy.dialects.postgresql import UUID

from openvisit.platform.tables import instant, metadata

sms_question = Table(
    "sms_question",
    metadata,
    Column("phone_index", LargeBinary, primary_key=True),
    Column("appointment_id", UUID, nullable=False),  # whether to cancel this visit
    Column("starts_at", instant(), nullable=False),  # as it was then: a visit that moved is another question
    Column("asked_at", instant(), nullable=False),
    Column("asked_by", Text),  # the answer that asked: it does not answer itself when it is given again
)

reply_answer = Table(
    "reply_answer",
    metadata,
    Column("key", Text, primary_key=True),  # a digest of what came in
    Column("at", instant(), nullable=False),
    Column("taken_until", instant()),  # while a worker is at it
    Column("appointment_id", UUID),  # what was about to be changed
    Column("words", LargeBinary),  # sealed; until they are said
    Column("sent_at", instant()),
)
