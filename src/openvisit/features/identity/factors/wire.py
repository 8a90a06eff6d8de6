"""Requests and answers about second factors."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from openvisit.features.identity.wire import NewPassword, Password

FactorKind = Literal["totp", "passkey", "recovery-code"]
ProofKind = Literal["password", "mailed-code", "totp", "passkey", "recovery-code"]
_B64 = r"^[A-Za-z0-9_-]*$"
Encoded = Annotated[str, Meta(max_length=20_000, pattern=_B64, description="base64url without padding")]
PasskeyName = Annotated[
    str,
    Meta(min_length=1, max_length=60, pattern=r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$"),
]
Ticket = Annotated[str, Meta(min_length=20, max_length=100, pattern=_B64)]


class Assertion(msgspec.Struct):
    """What an authenticator signs (WebAuthn level 3, AuthenticatorAssertionResponseJSON)."""

    client_data: Encoded = msgspec.field(name="clientDataJSON")
    authenticator_data: Encoded = msgspec.field(name="authenticatorData")
    signature: Encoded
    user_handle: Encoded | None = msgspec.field(name="userHandle", default=None)


class PasskeyAnswer(msgspec.Struct):
    """The answer of `navigator.credentials.get` as JSON (WebAuthn level 3, AuthenticationResponseJSON)."""

    id: Encoded
    raw_id: Encoded = msgspec.field(name="rawId")
    response: Assertion
    type: Literal["public-key"] = "public-key"


class Attestation(msgspec.Struct):
    """What an authenticator says of a new passkey (WebAuthn level 3, AuthenticatorAttestationResponseJSON)."""

    client_data: Encoded = msgspec.field(name="clientDataJSON")
    attestation_object: Encoded = msgspec.field(name="attestationObject")
    transports: Annotated[list[Annotated[str, Meta(max_length=20, pattern="^[a-z-]*$")]], Meta(max_length=10)] = []


class NewPasskeyAnswer(msgspec.Struct):
    """The answer of `navigator.credentials.create` as JSON (WebAuthn level 3, RegistrationResponseJSON)."""

    id: Encoded
    raw_id: Encoded = msgspec.field(name="rawId")
    response: Attestation
    type: Literal["public-key"] = "public-key"


class Proof(msgspec.Struct):
    """How a person proves who they are. `secret` is the password or the code; a passkey has its answer instead."""

    kind: ProofKind
    secret: Annotated[str, Meta(max_length=128)] = ""
    passkey: PasskeyAnswer | None = None


class FactorProof(msgspec.Struct):
    """The second factor of a sign-in that was begun."""

    ticket: Ticket
    proof: Proof


class TicketOnly(msgspec.Struct):
    """The sign-in that was begun."""

    ticket: Ticket


class FactorDue(msgspec.Struct):
    """The first factor was right; a second one is due. The ticket is good once, in this browser, for `expires_in`
    seconds."""

    ticket: str
    expires_in: int
    factors: list[FactorKind]


class PasskeyOptions(msgspec.Struct):
    """What `navigator.credentials` is called with (WebAuthn level 3, PublicKeyCredential...OptionsJSON)."""

    options: dict[str, Any]


class PasskeySignIn(msgspec.Struct):
    """Signing in by a passkey alone."""

    passkey: PasskeyAnswer


class StepUpWays(msgspec.Struct):
    """How the person can prove who they are, best first, and until when the last proof counts."""

    ways: list[ProofKind]
    until: datetime | None


class TotpState(msgspec.Struct):
    """An authenticator app that is set up."""

    added_at: datetime
    last_used_at: datetime | None


class TotpSetUp(msgspec.Struct):
    """What an authenticator app is set up with: a picture to scan, or the secret to type (base32, RFC 4648)."""

    secret: str
    uri: str
    qr_svg: str


class TotpConfirmation(msgspec.Struct):
    """The first code of the app."""

    code: Annotated[str, Meta(pattern="^[0-9]{6}$", examples=["402817"])]


class Passkey(msgspec.Struct):
    """A passkey. `synced` ones live in a password manager and on several devices."""

    id: UUID
    name: str
    added_at: datetime
    last_used_at: datetime | None
    synced: bool


class NewPasskey(msgspec.Struct):
    """A passkey to keep."""

    name: PasskeyName
    passkey: NewPasskeyAnswer


class PasskeyRename(msgspec.Struct):
    """Another name for a passkey."""

    name: PasskeyName


class RecoveryCodes(msgspec.Struct):
    """Codes for when the factor is not at hand, each good once. They are shown this one time."""

    codes: list[str]


class FactorAdded(msgspec.Struct):
    """A factor was added. With the first one come recovery codes, shown this one time."""

    recovery_codes: list[str] | None


class PendingReset(msgspec.Struct):
    """A reset of lost factors that waits."""

    due_at: datetime
    clinic: str


class Security(msgspec.Struct):
    """How the person signs in. `required` says that a clinic demands a second factor, `required_by` until when one
    must be set up."""

    has_password: bool
    totp: TotpState | None
    passkeys: list[Passkey]
    recovery_codes_left: int
    required: bool
    required_by: datetime | None
    reset: PendingReset | None


class PasswordChange(msgspec.Struct):
    """A new password. `current` may be left out by a person who has none yet."""

    password: NewPassword
    current: Password | None = None


class FactorResetAsked(msgspec.Struct):
    """At which clinic an admin asks for it."""

    clinic_id: UUID


class FactorReset(msgspec.Struct):
    """An admin's reset of lost factors: it waits until `due_at` unless it was ended before."""

    id: UUID
    person_id: UUID
    person: str
    requested_by: str
    requested_at: datetime
    due_at: datetime
    ended_at: datetime | None
    ended_how: Literal["done", "cancelled", "stopped", "signed-in"] | None


class FactorResets(msgspec.Struct):
    """The resets of a clinic that wait, and those of the last 30 days."""

    items: list[FactorReset]


class StopReset(msgspec.Struct):
    """The secret of the mailed link."""

    token: Ticket
