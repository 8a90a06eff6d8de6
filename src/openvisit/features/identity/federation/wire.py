"""Requests and answers about identity providers and the identities people have connected."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from openvisit.features.identity.factors.wire import FactorDue
from openvisit.features.identity.wire import Code, Language, SignedIn, Zone

# A path inside the app: one slash, then no second one and no backslash, which browsers read alike.
Inside = Annotated[str, Meta(max_length=500, pattern=r"^(/([^/\\\x00-\x1f\x7f][^\\\x00-\x1f\x7f]*)?)?$")]
ProviderKind = Literal["google", "microsoft", "apple", "oidc"]


class ProviderOffered(msgspec.Struct):
    """A way to sign in."""

    id: str
    kind: ProviderKind
    label: str


class Providers(msgspec.Struct):
    """The identity providers set up here, in the order of the settings."""

    items: list[ProviderOffered]


class FederationStart(msgspec.Struct):
    """Where to go afterwards, and what a new account starts with."""

    next: Inside = ""
    time_zone: Zone = "UTC"
    language: Language = "en"


class FederationRedirect(msgspec.Struct):
    """The provider's page to send the browser to."""

    url: str


class ProviderAnswer(msgspec.Struct):
    """What the provider's redirect carried back: a code, or an error. `name` is what Apple tells beside it, once."""

    state: Annotated[str, Meta(min_length=1, max_length=200)]
    code: Annotated[str, Meta(max_length=4096)] | None = None
    iss: Annotated[str, Meta(max_length=500)] | None = None
    error: Annotated[str, Meta(max_length=200)] | None = None
    name: Annotated[str, Meta(max_length=300)] = ""


class ToProve(msgspec.Struct):
    """What is missing before the identity is connected: proof of the account, by signing in to it or by a mailed code.

    `account` says that there is an account with this address; it is false, whatever there is, where the provider does
    not vouch for the address: then the address itself is to be proved, and a code has been mailed to it.
    """

    provider: str
    label: str
    email: str
    account: bool


class FederationProof(msgspec.Struct):
    """What this browser proved at a provider and has not connected yet, if anything."""

    prove: ToProve | None


class FederationResult(msgspec.Struct):
    """How far the sign-in has come. `outcome`: `signed-in` with a session; `second-factor`, when one
    is due first (POST /api/auth/factor); `connected` to the account signed in;
    `prove`, when something is to be proved first."""

    outcome: Literal["signed-in", "second-factor", "connected", "prove"]
    next: str = ""
    session: SignedIn | None = None
    prove: ToProve | None = None
    factor: FactorDue | None = None


class ProveByCode(msgspec.Struct):
    """The code that was mailed."""

    code: Code


class Identity(msgspec.Struct):
    """An account elsewhere that signs in to this one."""

    id: UUID
    provider: str
    kind: ProviderKind
    label: str
    email: str | None
    linked_at: datetime
    last_used_at: datetime


class Identities(msgspec.Struct):
    """All connected accounts, and whether each may be taken away."""

    items: list[Identity]
    removable: bool


class ProviderSignOut(msgspec.Struct):
    """Where to send the browser so that the provider's session ends too; none where there is nothing to end."""

    url: str | None
