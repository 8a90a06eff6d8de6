"""A person's wishes and a clinic's rules. Who has no row has the defaults."""

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, UUID

from openvisit.platform.tables import instant, metadata

_CHANNELS = "ARRAY['email', 'sms', 'push', 'voice']"

notification_preference = Table(
    "notification_preference",
    metadata,
    Column("person_id", UUID, ForeignKey("person.id"), primary_key=True),
    Column("channels", ARRAY(Text)),  # in their order; null: as the clinic usually does
    Column("offsets", ARRAY(Integer)),  # minutes before a visit; null: as the clinic usually does
    Column("custom_message", LargeBinary),  # sealed: the person's own words to themselves
    # Minutes of the day on the wall of the person's zone; null: the clinic's; both alike: never quiet.
    Column("quiet_from", Integer),
    Column("quiet_until", Integer),
    Column("language", Text),  # null: the account's
    Column("opted_out", ARRAY(Text), nullable=False, server_default="{}"),  # channels they want nothing by
    Column("phone", LargeBinary),  # sealed; E.164
    Column("phone_index", LargeBinary),  # blind index, by which an answer finds its person
    Column("phone_verified_at", instant()),  # until then nothing is sent to it
    # Since when an address is known to lead nowhere, and the vendor's word for why.
    Column("email_dead_at", instant()),
    Column("email_dead_because", Text),
    Column("phone_dead_at", instant()),
    Column("phone_dead_because", Text),
    Column("updated_at", instant(), nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    CheckConstraint(f"channels <@ {_CHANNELS}", name="channels"),
    CheckConstraint(f"opted_out <@ {_CHANNELS}", name="opted_out"),
    CheckConstraint("(quiet_from IS NULL) = (quiet_until IS NULL)", name="quiet"),
    CheckConstraint("quiet_from BETWEEN 0 AND 1439 AND quiet_until BETWEEN 0 AND 1439", name="quiet_minutes"),
    CheckConstraint("(phone IS NULL) = (phone_index IS NULL)", name="phone"),
    Index("ix_notification_preference_phone_index", "phone_index"),
)

reminder_rules = Table(
    "reminder_rules",
    metadata,
    Column("clinic_id", UUID, primary_key=True),
    Column("channels", ARRAY(Text), nullable=False, server_default=text("'{email,sms}'")),
    Column("allowed", ARRAY(Text), nullable=False, server_default=text("'{email,sms,push,voice}'")),
    Column("offsets", ARRAY(Integer), nullable=False, server_default=text("'{1440,120,30,15}'")),
    Column("longest_offset", Integer, nullable=False, server_default="20160"),
    Column("most", Integer, nullable=False, server_default="6"),
    Column("quiet_from", Integer, server_default="1260"),  # null: never quiet
    Column("quiet_until", Integer, server_default="480"),
    Column("join_link", Integer, server_default="10"),  # minutes before a video visit; null: none
    Column("follow_up", Integer, server_default="1440"),  # minutes after a visit; null: none
    Column("custom_messages", Boolean, nullable=False, server_default=text("true")),
    Column("version", Integer, nullable=False, server_default="1"),
    CheckConstraint(f"channels <@ {_CHANNELS} AND allowed <@ {_CHANNELS}", name="channels"),
    CheckConstraint("longest_offset BETWEEN 5 AND 40320 AND most BETWEEN 0 AND 10", name="limits"),
    CheckConstraint("(quiet_from IS NULL) = (quiet_until IS NULL)", name="quiet"),
    CheckConstraint("quiet_from BETWEEN 0 AND 1439 AND quiet_until BETWEEN 0 AND 1439", name="quiet_minutes"),
    CheckConstraint("join_link BETWEEN 1 AND 60", name="join_link"),
    CheckConstraint("follow_up BETWEEN 10 AND 43200", name="follow_up"),
)
