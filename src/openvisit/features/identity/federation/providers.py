"""Which identity providers there are, from the setting OIDC_PROVIDERS, and what is particular to each kind."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import msgspec
from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from msgspec import Meta

Kind = Literal["google", "microsoft", "apple", "oidc"]

GOOGLE_ISSUER = "https://accounts.google.com"
APPLE_ISSUER = "https://appleid.apple.com"
_MICROSOFT = "https://login.microsoftonline.com/{}/v2.0"
_MANY_TENANTS = ("common", "organizations", "consumers")
_TENANT = "{tenantid}"


class ProvidersWrong(ValueError):
    """OIDC_PROVIDERS does not say what it should; the message says where."""


class ProviderSetting(msgspec.Struct, forbid_unknown_fields=True):
    """One entry of OIDC_PROVIDERS.

    `id` is part of addresses (the redirect URI registered with the provider is PUBLIC_URL/sign-in/with/ID, for Apple
    PUBLIC_URL/api/auth/federation/ID/form-post). `trusts_email` takes `email_verified` of the issuer as proof of an
    address; otherwise we mail a code of our own. `signs_out` also ends the provider's session when the person signs
    out here. `untyped_logout` takes logout tokens without the type `logout+jwt`, of providers older than that name.
    """

    id: Annotated[str, Meta(pattern="^[a-z0-9][a-z0-9-]{0,31}$")]
    client_id: Annotated[str, Meta(min_length=1, max_length=300)]
    kind: Kind = "oidc"
    issuer: str = ""
    label: Annotated[str, Meta(max_length=60)] = ""
    client_secret: str = ""
    scopes: list[str] = []
    tenant: str = "common"
    allowed_tenants: list[str] = []
    team_id: str = ""
    key_id: str = ""
    private_key: str = ""
    trusts_email: bool | None = None
    signs_out: bool | None = None
    untyped_logout: bool = False


@dataclass(frozen=True, slots=True)
class Provider:
    """An identity provider as the rest of the feature sees it. `issuer` may hold Microsoft's `{tenantid}`."""

    id: str
    kind: Kind
    label: str
    discovery: str
    issuer: str
    client_id: str
    client_secret: str
    scopes: tuple[str, ...]
    allowed_tenants: frozenset[str]
    team_id: str
    key: ECKey | None
    trusts_email: bool
    signs_out: bool
    untyped_logout: bool = False

    @property
    def posts_back(self) -> bool:
        """Whether the answer comes as a cross-site POST: Apple's rule once a name or an address is asked for."""
        return self.kind == "apple"

    def issuer_of(self, claims: Mapping[str, Any]) -> str | None:
        """The issuer these claims must come from; None when they may come from none.

        Microsoft's shared endpoints issue for many tenants, each an issuer of its own named by the claim `tid`.
        """
        if _TENANT not in self.issuer:
            return self.issuer
        tenant = claims.get("tid")
        if not isinstance(tenant, str) or not re.fullmatch(r"[0-9a-fA-F-]{36}", tenant):
            return None
        if self.allowed_tenants and tenant.lower() not in self.allowed_tenants:
            return None
        return self.issuer.replace(_TENANT, tenant)

    def vouches_for(self, claims: Mapping[str, Any]) -> bool:
        """Whether the claims prove that the person has the e-mail address in them.

        Google speaks for its own mail and for hosted domains (claim `hd`) only: anywhere else an address may have
        changed hands since Google asked. Microsoft's `email` is what an administrator typed. Apple sends `"true"`.
        """
        if not self.trusts_email or claims.get("email_verified") not in (True, "true"):
            return False
        if self.kind == "google":
            return str(claims.get("email", "")).lower().endswith("@gmail.com") or bool(claims.get("hd"))
        return True


def parse(text: str) -> dict[str, Provider]:
    """The providers by id, in the order given. Errors: ProvidersWrong."""
    if not text.strip():
        return {}
    try:
        settings = msgspec.json.decode(text, type=list[ProviderSetting])
    except msgspec.MsgspecError as error:
        raise ProvidersWrong(f"OIDC_PROVIDERS: {error}") from error
    found: dict[str, Provider] = {}
    for setting in settings:
        if setting.id in found:
            raise ProvidersWrong(f"OIDC_PROVIDERS: two providers have the id {setting.id!r}")
        found[setting.id] = _provider(setting)
    return found


def _provider(setting: ProviderSetting) -> Provider:
    def wrong(what: str) -> ProvidersWrong:
        return ProvidersWrong(f"OIDC_PROVIDERS, {setting.id!r}: {what}")

    kind = setting.kind
    if kind == "oidc" and not setting.issuer:
        raise wrong("issuer is needed")
    if kind != "oidc" and setting.issuer:
        raise wrong(f"issuer is known for {kind}; leave it out")
    if kind == "apple" and not (setting.team_id and setting.key_id and setting.private_key):
        raise wrong("team_id, key_id and private_key are needed")
    if kind in ("google", "microsoft") and not setting.client_secret:
        raise wrong("client_secret is needed")
    discovery, issuer = _addresses(setting)
    return Provider(
        id=setting.id,
        kind=kind,
        label=setting.label or {"oidc": setting.id.capitalize()}.get(kind, kind.capitalize()),
        discovery=discovery,
        issuer=issuer,
        client_id=setting.client_id,
        client_secret=setting.client_secret,
        scopes=tuple(dict.fromkeys(["openid", *(setting.scopes or _SCOPES[kind])])),
        allowed_tenants=frozenset(map(str.lower, setting.allowed_tenants)),
        team_id=setting.team_id,
        key=_key(setting, wrong) if kind == "apple" else None,
        trusts_email=kind in ("google", "apple") if setting.trusts_email is None else setting.trusts_email,
        signs_out=kind == "oidc" if setting.signs_out is None else setting.signs_out,
        untyped_logout=setting.untyped_logout,
    )


_SCOPES: Mapping[str, list[str]] = {
    "google": ["email", "profile"],
    "microsoft": ["email", "profile"],
    "apple": ["name", "email"],
    "oidc": ["email", "profile"],
}


def _addresses(setting: ProviderSetting) -> tuple[str, str]:
    """Where the description is, and the issuer it must name (OpenID Connect Discovery 1.0 section 4.3)."""
    if setting.kind == "microsoft":
        many = setting.tenant in _MANY_TENANTS
        issuer = _MICROSOFT.format(_TENANT if many else setting.tenant)
        return f"{_MICROSOFT.format(setting.tenant)}/.well-known/openid-configuration", issuer
    issuer = {"google": GOOGLE_ISSUER, "apple": APPLE_ISSUER}.get(setting.kind, setting.issuer)
    issuer = issuer.removesuffix("/.well-known/openid-configuration")
    return f"{issuer.rstrip('/')}/.well-known/openid-configuration", issuer


def _key(setting: ProviderSetting, wrong: Any) -> ECKey:
    try:
        return ECKey.import_key(setting.private_key, {"kid": setting.key_id, "alg": "ES256", "use": "sig"})
    except (JoseError, ValueError, TypeError) as error:
        raise wrong("private_key is no EC private key in PEM") from error
