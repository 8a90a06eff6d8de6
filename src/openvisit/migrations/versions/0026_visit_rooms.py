"""rooms of visits by video, the links into them, and who waits or is in

Revision: 0026, after 0025
"""

import sqlalchemy as sa
from alembic import op

from openvisit.migrations.row_security import ANY_CARE, ANY_PATIENT, ME, PROVIDER, protect

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_ROOM = "EXISTS (SELECT FROM visit_room WHERE visit_room.id = {table}.room_id)"
_POLICIES = [
    # Rooms and who is in them are written by the server for whoever comes, after the first wall let them.
    protect(
        "visit_room",
        f"patient_id = {ANY_PATIENT} OR provider_id = {PROVIDER} OR clinic_id = {ANY_CARE}",
        write="false",
    ),
    protect("visit_link", f"person_id = {ME}"),
    protect("visit_guest", _ROOM.format(table="visit_guest")),
    protect("visit_presence", _ROOM.format(table="visit_presence"), write="false"),
    protect("visit_relay", "false"),
]


def upgrade() -> None:
    # Expand first, contract in a later release; never wait long for a lock while people book.
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.create_table(
        "visit_room",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("clinic_id", sa.UUID(), nullable=False),
        sa.Column("provider_id", sa.UUID(), nullable=False),
        sa.Column("patient_id", sa.UUID(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["appointment.id"], name=op.f("fk_visit_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_room")),
    )
    op.create_index("ix_visit_room_provider_id", "visit_room", ["provider_id", "starts_at"], unique=False)
    op.create_table(
        "visit_link",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("room_id", sa.UUID(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("session_id", sa.UUID(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_visit_link_person_id")),
        sa.ForeignKeyConstraint(["room_id"], ["visit_room.id"], name=op.f("fk_visit_link_room_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_visit_link")),
    )
    op.create_index("ix_visit_link_room_id", "visit_link", ["room_id"], unique=False)
    op.create_index("ix_visit_link_person_id", "visit_link", ["person_id"], unique=False)
    op.create_index("ix_visit_link_expires_at", "visit_link", ["expires_at"], unique=False)
    op.create_table(
        "visit_guest",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("room_id", sa.UUID(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("invited_by", sa.UUID(), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by", sa.UUID(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("public_key", sa.Text(), nullable=True),
        sa.Column("token_hash", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "status <> 'invited' OR (token_hash IS NOT NULL AND public_key IS NOT NULL)",
            name=op.f("ck_visit_guest_invited"),
        ),
        sa.CheckConstraint(
            "role IN ('interpreter', 'family', 'specialist', 'other')", name=op.f("ck_visit_guest_role")
        ),
        sa.CheckConstraint("status IN ('asked', 'invited', 'withdrawn')", name=op.f("ck_visit_guest_status")),
        sa.ForeignKeyConstraint(["room_id"], ["visit_room.id"], name=op.f("fk_visit_guest_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_guest")),
    )
    op.create_index("ix_visit_guest_room_id", "visit_guest", ["room_id"], unique=False)
    op.create_index("uq_visit_guest_token_hash", "visit_guest", ["token_hash"], unique=True)
    op.create_table(
        "visit_presence",
        sa.Column("room_id", sa.UUID(), nullable=False),
        sa.Column("participant", sa.Text(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=True),
        sa.Column("guest_id", sa.UUID(), nullable=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("peer", sa.UUID(), nullable=False),
        sa.Column("process", sa.UUID(), nullable=True),
        sa.Column("came_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("admitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("admitted_by", sa.UUID(), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("late_minutes", sa.Integer(), nullable=True),
        sa.Column("late_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(process IS NULL) = (left_at IS NOT NULL)", name=op.f("ck_visit_presence_left")),
        sa.CheckConstraint("(person_id IS NULL) <> (guest_id IS NULL)", name=op.f("ck_visit_presence_one_of_two")),
        sa.CheckConstraint("role IN ('patient', 'provider', 'guest', 'staff')", name=op.f("ck_visit_presence_role")),
        sa.CheckConstraint("state IN ('waiting', 'admitted', 'removed')", name=op.f("ck_visit_presence_state")),
        sa.ForeignKeyConstraint(["guest_id"], ["visit_guest.id"], name=op.f("fk_visit_presence_guest_id")),
        sa.ForeignKeyConstraint(["room_id"], ["visit_room.id"], name=op.f("fk_visit_presence_room_id")),
        sa.PrimaryKeyConstraint("room_id", "participant", name=op.f("pk_visit_presence")),
    )
    op.create_index("ix_visit_presence_process", "visit_presence", ["process"], unique=False)
    op.create_table(
        "visit_process",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_process")),
    )
    op.create_table(
        "visit_relay",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_relay")),
        prefixes=["UNLOGGED"],
    )
    op.create_index("ix_visit_relay_at", "visit_relay", ["at"], unique=False)
    op.create_table(
        "visit_rules",
        sa.Column("clinic_id", sa.UUID(), nullable=False),
        sa.Column("opens_before_minutes", sa.Integer(), nullable=False),
        sa.Column("closes_after_minutes", sa.Integer(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.CheckConstraint("closes_after_minutes BETWEEN 0 AND 1440", name=op.f("ck_visit_rules_closes_after_minutes")),
        sa.CheckConstraint("opens_before_minutes BETWEEN 0 AND 120", name=op.f("ck_visit_rules_opens_before_minutes")),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_visit_rules_clinic_id")),
        sa.PrimaryKeyConstraint("clinic_id", name=op.f("pk_visit_rules")),
    )
    for statements in _POLICIES:
        for statement in statements.split(";\n"):
            op.execute(statement)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    for table in ("visit_rules", "visit_relay", "visit_process", "visit_presence", "visit_guest", "visit_link"):
        op.drop_table(table)
    op.drop_table("visit_room")
