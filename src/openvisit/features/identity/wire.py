"""Requests and answers about accounts, sessions, people and patients."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

# No control characters: PostgreSQL stores no NUL, and a name stands in one line of a mail.
_LINE = r"^[^\x00-\x1f\x7f]*$"
_LINE_NOT_BLANK = r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$"

Email = Annotated[
    str, Meta(min_length=3, max_length=254, description="E-mail address", examples=["ana.flores@example.org"])
]
NewPassword = Annotated[
    str,
    Meta(
        min_length=12,
        max_length=128,
        description="12 to 128 characters, and none that guessers try first (`weak_password`)",
        examples=["a sentence is easy to remember"],
    ),
]
Password = Annotated[str, Meta(min_length=1, max_length=128, examples=["a sentence is easy to remember"])]
Code = Annotated[str, Meta(pattern="^[0-9]{6}$", description="The six digits that were mailed", examples=["402817"])]
FullName = Annotated[
    str, Meta(min_length=1, max_length=120, pattern=_LINE_NOT_BLANK, description="Full name", examples=["Ana Flores"])
]
Zone = Annotated[str, Meta(min_length=1, max_length=64, description="IANA time zone", examples=["America/New_York"])]
Language = Literal["en", "es"]
ClinicRoleName = Literal["provider", "staff", "admin"]
StaffScope = Literal["front-desk", "billing", "clinical", "analytics", "privacy"]
Phone = Annotated[str, Meta(max_length=40, pattern=_LINE, examples=["+1 555 0100"])]


class Registration(msgspec.Struct):
    """A new patient's account."""

    email: Email
    password: NewPassword
    full_name: FullName
    time_zone: Zone = "UTC"
    language: Language = "en"


class Verification(msgspec.Struct):
    """The mailed code. `password` chooses one, for a person who was invited and has none yet."""

    email: Email
    code: Code
    password: NewPassword | None = None


class AddressOnly(msgspec.Struct):
    """Where to mail a code."""

    email: Email


class Credentials(msgspec.Struct):
    """How a person signs in."""

    email: Email
    password: Password


class PasswordReset(msgspec.Struct):
    """A new password, by the code mailed for it."""

    email: Email
    code: Code
    password: NewPassword


Scopes = (
    Annotated[
        list[StaffScope],
        Meta(max_length=5, description="What somebody on the staff does; front desk and clinical unless it is said"),
    ]
    | None
)


class ClinicRole(msgspec.Struct):
    """A role held at a clinic; `scopes` are what somebody on the `staff` does there."""

    clinic_id: UUID
    role: ClinicRoleName
    scopes: list[StaffScope] = []


class User(msgspec.Struct):
    """The person signed in. `roles` are those held at any clinic, and `patient`; `has_password` is false for one who
    signed in by a code alone and should choose one."""

    id: UUID
    email: str
    full_name: str
    roles: list[str]
    patient_id: UUID | None
    provider_id: UUID | None
    clinic_roles: list[ClinicRole]
    time_zone: str
    language: str
    has_password: bool


class UserChanges(msgspec.Struct):
    """What a person may change of their own; what is left out stays."""

    full_name: FullName | None = None
    time_zone: Zone | None = None
    language: Language | None = None


class SignedIn(msgspec.Struct):
    """An access token to send as `Authorization: Bearer`, for `expires_in` seconds, and whose it is.

    `factor_due_at`: a clinic demands a second factor, and until then one must be set up; `enrolling`: that time is
    over, and the session can do nothing but set one up.
    """

    access_token: str
    expires_in: int
    user: User
    token_type: str = "Bearer"  # noqa: S105 - the name of a scheme
    enrolling: bool = False
    factor_due_at: datetime | None = None


class OwnSession(msgspec.Struct):
    """A place where the person is signed in. `device` (`Firefox on Windows`) and `place` (a city, or the network) are
    empty when they are not known; `amr` tells how they signed in (RFC 8176, and `email` for a mailed code)."""

    id: UUID
    current: bool
    device: str
    place: str
    amr: list[str]
    signed_in_at: datetime
    authenticated_at: datetime
    last_seen_at: datetime


class OwnSessions(msgspec.Struct):
    """Where the person is signed in."""

    items: list[OwnSession]


class SessionsEnded(msgspec.Struct):
    """How many sessions were ended."""

    ended: int


class CodeOnly(msgspec.Struct):
    """The mailed code."""

    code: Code


class NoticeLink(msgspec.Struct):
    """What stands behind `token=` in the link of a notice."""

    token: Annotated[str, Meta(min_length=1, max_length=100, pattern=_LINE)]


class PersonAtClinic(msgspec.Struct):
    """A person with the roles held at one clinic, and the scopes of `staff`. `verified` is false until they proved
    their address, `active` while the account is switched off."""

    id: UUID
    email: str
    full_name: str
    roles: list[str]
    scopes: list[StaffScope]
    verified: bool
    provider_id: UUID | None
    active: bool = True


class People(msgspec.Struct):
    """One page of people."""

    items: list[PersonAtClinic]
    next_cursor: str | None


class NewPerson(msgspec.Struct):
    """Somebody who is to work at the clinic; they are mailed an invitation unless they have an account already."""

    clinic_id: UUID
    email: Email
    full_name: FullName
    roles: Annotated[list[ClinicRoleName], Meta(min_length=1, max_length=3)]
    scopes: Scopes = None


class RolesAtClinic(msgspec.Struct):
    """All roles the person is to hold at the clinic; none takes them all away. `scopes` are those of `staff`: left out,
    those held stay."""

    clinic_id: UUID
    roles: Annotated[list[ClinicRoleName], Meta(max_length=3)]
    scopes: Scopes = None


SearchText = Annotated[str, Meta(max_length=254, pattern="^[^\\x00]*$")]
SearchCursor = Annotated[str, Meta(max_length=500, pattern="^[^\\x00]*$")]
SearchLimit = Annotated[int, Meta(ge=1, le=100)]


class PeopleSearch(msgspec.Struct):
    """What is looked for: `q` is part of a name, or a whole e-mail address; `cursor` the `next_cursor` before."""

    clinic_id: UUID
    q: SearchText
    cursor: SearchCursor | None = None
    limit: SearchLimit = 50


class PatientSearch(msgspec.Struct):
    """What is looked for: `q` is part of a name, or a whole e-mail address; without a clinic at all of the caller's."""

    q: SearchText
    clinic_id: UUID | None = None
    cursor: SearchCursor | None = None
    limit: SearchLimit = 50


class AtClinic(msgspec.Struct):
    """The clinic for which an admin acts."""

    clinic_id: UUID


class AccountSwitch(msgspec.Struct):
    """The clinic for which an admin acts, and whether the account is to be on."""

    clinic_id: UUID
    active: bool


class NewPatient(msgspec.Struct):
    """A patient the clinic enters. An address that is known already links that person to the clinic, unchanged."""

    clinic_id: UUID
    full_name: FullName
    email: Email
    phone: Phone | None = None
    born_on: date | None = None
    time_zone: Zone = "UTC"
    language: Language = "en"


class Patient(msgspec.Struct):
    """A patient, as clinics that know them see them. `restricted`: they paused the use of their data, and nothing new
    is booked until they resume it."""

    id: UUID
    person_id: UUID
    full_name: str
    email: str | None  # none for a child entered by a parent
    phone: str | None
    born_on: date | None
    time_zone: str
    language: str
    verified: bool
    created_at: datetime
    restricted: bool = False


class Patients(msgspec.Struct):
    """One page of patients."""

    items: list[Patient]
    next_cursor: str | None


class KeySet(msgspec.Struct):
    """A JSON Web Key Set (RFC 7517)."""

    keys: list[dict[str, Any]]
