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


ProxiesSee = Literal["all", "not-private", "nothing"]
FromAge = Annotated[int, Meta(ge=0, le=18, description="Age in years from which an adolescent may keep visits private")]
UntilAge = Annotated[int, Meta(ge=12, le=26, description="Age in years from which a patient is no adolescent any more")]


class ClinicPolicy(msgspec.Struct):
    """What a clinic demands, and what parents and carers see of an adolescent's visits. `version` is for `If-Match`."""

    clinic_id: UUID
    mfa_required_for: list[MemberRole]
    mfa_grace_days: int
    adolescent_from_age: int
    adolescent_until_age: int
    proxies_see: ProxiesSee
    version: int


class ClinicPolicyChanges(msgspec.Struct):
    """What is to be so; what is left out stays."""

    mfa_required_for: DemandedFor | UnsetType = msgspec.UNSET
    mfa_grace_days: GraceDays | UnsetType = msgspec.UNSET
    adolescent_from_age: FromAge | UnsetType = msgspec.UNSET
    adolescent_until_age: UntilAge | UnsetType = msgspec.UNSET
    proxies_see: ProxiesSee | UnsetType = msgspec.UNSET
