"""A clinic's policies. A clinic without a row has the defaults."""

from sqlalchemy import CheckConstraint, Column, Integer, Table, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, UUID

from openvisit.platform.tables import instant, metadata

clinic_policy = Table(
    "clinic_policy",
    metadata,
    Column("clinic_id", UUID, primary_key=True),
    Column("mfa_required_for", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("mfa_grace_days", Integer, nullable=False, server_default="14"),
    Column("mfa_required_since", instant()),  # when a role was last added to mfa_required_for
    Column("adolescent_from_age", Integer, nullable=False, server_default="12"),
    Column("adolescent_until_age", Integer, nullable=False, server_default="18"),
    Column("proxies_see", Text, nullable=False, server_default="not-private"),  # of an adolescent's visits
    Column("version", Integer, nullable=False, server_default="1"),
    CheckConstraint("mfa_required_for <@ ARRAY['provider', 'staff', 'admin']", name="roles"),
    CheckConstraint("mfa_grace_days BETWEEN 0 AND 90", name="grace"),
    CheckConstraint(
        "adolescent_from_age BETWEEN 0 AND 18 AND adolescent_until_age BETWEEN 12 AND 26", name="adolescents"
    ),
    CheckConstraint("proxies_see IN ('all', 'not-private', 'nothing')", name="proxies"),
)
