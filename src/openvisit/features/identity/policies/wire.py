"""Requests and answers about a clinic's policies."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta, UnsetType

MemberRole = Literal["provider", "staff", "admin"]
DemandedFor = Annotated[
    list[MemberRole], Meta(max_length=3, description="Roles whose holders need a second factor to sign in")
]
GraceDays = Annotated[
    int, Meta(ge=0, le=90, description="Days from the demand, or from the role if that came later, to set one up")
]


class ClinicPolicy(msgspec.Struct):
    """What a clinic demands. `version` is for `If-Match`."""

    clinic_id: UUID
    mfa_required_for: list[MemberRole]
    mfa_grace_days: int
    version: int


class ClinicPolicyChanges(msgspec.Struct):
    """What is to be so; what is left out stays."""

    mfa_required_for: DemandedFor | UnsetType = msgspec.UNSET
    mfa_grace_days: GraceDays | UnsetType = msgspec.UNSET
