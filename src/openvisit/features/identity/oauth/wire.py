"""Requests and answers about apps."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from openvisit.core.scopes import MOST_SCOPES

AuthMethod = Literal["none", "private_key_jwt", "client_secret_basic", "client_secret_post"]
Algorithm = Literal["ES256", "EdDSA"]
Step = Literal["sign-in", "sign-in-again", "consent", "go"]
Name = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=80,
        pattern=r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$",
        description="What people are shown",
        examples=["Heart Diary"],
    ),
]
Address = Annotated[str, Meta(min_length=1, max_length=500, examples=["https://diary.example/callback"])]
Addresses = Annotated[list[Address], Meta(max_length=10)]
ScopeName = Annotated[str, Meta(min_length=1, max_length=100, examples=["patient/Appointment.rs"])]
Scopes = Annotated[list[ScopeName], Meta(min_length=1, max_length=MOST_SCOPES)]
Query = Annotated[
    str, Meta(max_length=8_000, pattern=r"^[^\x00]*$", description="The query that the app sent the browser with")
]


class NewApp(msgspec.Struct, forbid_unknown_fields=True):
    """An app to register. `none` is for apps that cannot keep a secret: those in browsers and on phones."""

    clinic_id: UUID
    name: Name
    auth_method: AuthMethod
    scopes: Scopes
    redirect_uris: Addresses = []
    post_logout_redirect_uris: Addresses = []
    jwks: dict[str, Any] | None = None
    jwks_uri: Address | None = None
    id_token_alg: Algorithm = "ES256"  # noqa: S105 - an algorithm's name


class AppChanges(msgspec.Struct, forbid_unknown_fields=True):
    """What to change of an app; what is left out stays. How it proves itself cannot change: register another."""

    name: Name | UnsetType = UNSET
    scopes: Scopes | UnsetType = UNSET
    redirect_uris: Addresses | UnsetType = UNSET
    post_logout_redirect_uris: Addresses | UnsetType = UNSET
    jwks: dict[str, Any] | UnsetType | None = UNSET
    jwks_uri: Address | UnsetType | None = UNSET
    id_token_alg: Algorithm | UnsetType = UNSET
    active: bool | UnsetType = UNSET


class App(msgspec.Struct):
    """A registered app; `id` is its `client_id`."""

    id: UUID
    clinic_id: UUID
    name: str
    auth_method: AuthMethod
    scopes: list[str]
    redirect_uris: list[str]
    post_logout_redirect_uris: list[str]
    jwks: dict[str, Any] | None
    jwks_uri: str | None
    id_token_alg: Algorithm
    active: bool
    created_at: datetime
    connected: int
    version: int


class Apps(msgspec.Struct):
    """The apps of a clinic, by name, and the scopes that an app can be given."""

    items: list[App]
    scopes: list[str]


class RegisteredApp(msgspec.Struct):
    """An app with its new secret, which is shown this once; null for an app that uses none."""

    app: App
    secret: str | None


class ConnectedApp(msgspec.Struct):
    """An app that the person let in."""

    id: UUID
    name: str
    clinic_name: str
    scopes: list[str]
    abilities: list[str]
    since: datetime
    last_used_at: datetime | None
    active: bool


class ConnectedApps(msgspec.Struct):
    """The apps that the person let in, the latest first."""

    items: list[ConnectedApp]


class AuthorizationQuery(msgspec.Struct, forbid_unknown_fields=True):
    """What stood in the address of the authorization page, after the `?`."""

    query: Query


class Decision(msgspec.Struct, forbid_unknown_fields=True):
    """The person's answer to the request in the query."""

    query: Query
    allow: bool


class AskingApp(msgspec.Struct):
    """Who asks; `place` is where the browser will be sent."""

    id: UUID
    name: str
    clinic_id: UUID
    place: str


class AuthorizationStep(msgspec.Struct):
    """What comes next: to sign in (`again`: though somebody is), to ask the person, or to go to `redirect_to`.

    `abilities` says what the app asks for, `agreed` what the person let it do before; `resume` is the query to come
    back with after signing in again.
    """

    step: Step
    app: AskingApp | None = None
    abilities: list[str] = []
    agreed: list[str] = []
    login_hint: str | None = None
    resume: str | None = None
    redirect_to: str | None = None


class EndSession(msgspec.Struct, forbid_unknown_fields=True):
    """An app's wish that the person be signed out (OpenID Connect RP-Initiated Logout 1.0)."""

    query: Query


class EndSessionStep(msgspec.Struct):
    """Which app asks, if it can be told; whether its proof fits who is signed in; where to go afterwards."""

    app_name: str | None
    own: bool
    redirect_to: str | None


class Tokens(msgspec.Struct, omit_defaults=True):
    """What the token endpoint gives (RFC 6749 section 5.1); `patient` is the person's own record, for SMART apps."""

    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int
    scope: str
    refresh_token: str | None = None
    id_token: str | None = None
    patient: str | None = None


class Introspected(msgspec.Struct, omit_defaults=True):
    """What there is to know of a token (RFC 7662 section 2.2); of one that is no good, only that."""

    active: bool
    client_id: str | None = None
    scope: str | None = None
    sub: str | None = None
    iss: str | None = None
    aud: str | None = None
    iat: int | None = None
    exp: int | None = None
    token_type: str | None = None
    jti: str | None = None


class Pushed(msgspec.Struct):
    """Where a pushed request is kept (RFC 9126 section 2.2), and for how many seconds."""

    request_uri: str
    expires_in: int


class UserInfo(msgspec.Struct, omit_defaults=True):
    """Claims about the person, by scope (OpenID Connect Core 1.0 section 5.1)."""

    sub: str
    name: str | None = None
    locale: str | None = None
    zoneinfo: str | None = None
    email: str | None = None
    email_verified: bool | None = None
    fhirUser: str | None = None  # noqa: N815 - the claim's own name
