"""checks before video visits

Revision: 0028, after 0027
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from openvisit.migrations.row_security import ANY_CARE, ME, PROVIDER, protect

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_POLICY = protect(
    "visit_check",
    f"""person_id = {ME} OR EXISTS (SELECT FROM appointment a WHERE a.id = visit_check.appointment_id
        AND (a.provider_id = {PROVIDER} OR a.clinic_id = {ANY_CARE}))""",
    write=f"person_id = {ME}",
)


def upgrade() -> None:
    # Expand first, contract in a later release; never wait long for a lock while people book.
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.create_table(
        "visit_check",
        sa.Column("appointment_id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("steps", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["appointment_id"], ["appointment.id"], name=op.f("fk_visit_check_appointment_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_visit_check_person_id")),
        sa.PrimaryKeyConstraint("appointment_id", "person_id", name=op.f("pk_visit_check")),
    )
    op.create_index("ix_visit_check_person_id", "visit_check", ["person_id"], unique=False)
    for statement in _POLICY.split(";\n"):
        op.execute(statement)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.drop_table("visit_check")
