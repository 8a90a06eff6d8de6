"""The authorization code flow from the client's side (OpenID Connect Core 1.0 section 3.1, RFC 6749, RFC 7636)."""

import hashlib
import hmac
import secrets
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from authlib.common.urls import add_params_to_uri
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt

from openvisit.features.identity.federation.errors import FederationFailed
from openvisit.features.identity.federation.id_token import check_id_token
from openvisit.features.identity.federation.metadata import Described, Description, call
from openvisit.features.identity.federation.providers import APPLE_ISSUER, Provider
from openvisit.platform import log
from openvisit.platform.outgoing import Outgoing, OutgoingFailed, OutgoingRefused

_APPLE_SECRET_SECONDS = 300
_logger = log.get("federation")


@dataclass(frozen=True, slots=True)
class Secrets:
    """What one authorization request keeps from everybody but the browser that made it.

    All of it is derived from the browser's cookie and the request's state, so that the database, which knows the
    digests of both, holds nothing that completes a sign-in.
    """

    nonce: str
    verifier: str

    @classmethod
    def of(cls, browser: str, state: str) -> "Secrets":
        """Those of the request with this state from the browser with this cookie."""
        return cls(_derived(browser, state, "nonce"), _derived(browser, state, "verifier"))


@dataclass(frozen=True, slots=True)
class Identified:
    """Who the provider says it is, after every check. `id_token` is kept for signing out there."""

    issuer: str
    subject: str
    email: str | None
    vouched: bool
    name: str
    locale: str
    amr: tuple[str, ...]
    sid: str | None
    id_token: str


class Relying:
    """One provider as we talk to it."""

    def __init__(self, provider: Provider, outgoing: Outgoing, public_url: str) -> None:
        self.provider = provider
        self.described = Described(provider, outgoing)
        self._outgoing = outgoing
        self._public_url = public_url.rstrip("/")

    @property
    def redirect_uri(self) -> str:
        """Where the provider sends people back to. One for each provider, so that an answer of one cannot be taken for
        that of another (RFC 9700 section 4.4.2)."""
        if self.provider.posts_back:
            return f"{self._public_url}/api/auth/federation/{self.provider.id}/form-post"
        return f"{self._public_url}/sign-in/with/{self.provider.id}"

    async def authorization_url(self, state: str, own: Secrets, *, language: str, fresh: bool) -> str:
        """The address to send the browser to. `fresh` asks the provider to let the person choose an account.

        Errors: ProviderUnavailable, FederationFailed.
        """
        description = await self.described.description()
        self._check_page(description.authorization_endpoint)
        more = {"response_mode": "form_post"} if self.provider.posts_back else {}
        return str(
            prepare_grant_uri(
                description.authorization_endpoint,
                self.provider.client_id,
                "code",
                redirect_uri=self.redirect_uri,
                scope=" ".join(self.provider.scopes),
                state=state,
                nonce=own.nonce,
                code_challenge=create_s256_code_challenge(own.verifier),
                code_challenge_method="S256",
                ui_locales=None if self.provider.posts_back else language,
                prompt="select_account" if fresh and self.provider.kind in ("google", "microsoft") else None,
                **more,
            )
        )

    async def check_issuer(self, said: str | None) -> None:
        """Refuse an answer that names another issuer, or none where the provider always does (RFC 9207 section 2.4).

        Errors: FederationFailed, ProviderUnavailable.
        """
        description = await self.described.description()
        if said is None:
            if description.says_issuer:
                raise FederationFailed("issuer-missing")
        elif said != description.issuer and "{tenantid}" not in description.issuer:
            raise FederationFailed("mix-up")

    async def identify(self, code: str, own: Secrets, *, name: str, begun_at: datetime, now: datetime) -> Identified:
        """Exchange the code and check everything that comes with it. `name` is what the browser told beside it, as
        Apple does, once.

        Errors: FederationFailed, ProviderUnavailable.
        """
        tokens = await self._exchange(code, own, now)
        id_token, access_token = tokens.get("id_token"), tokens.get("access_token")
        if not isinstance(id_token, str):
            raise FederationFailed("no-id-token")
        claims = await check_id_token(
            self.provider,
            self.described,
            id_token,
            nonce=own.nonce,
            access_token=access_token if isinstance(access_token, str) else None,
            begun_at=begun_at,
            now=now,
        )
        if isinstance(access_token, str) and not ("email" in claims and "name" in claims):
            said = await self._userinfo(access_token, claims["sub"])
            for name_of in ("email", "email_verified"):  # the address and what is said of it come from one source
                (said if "email" in claims else claims).pop(name_of, None)
            claims = {**said, **claims}
        return _identified(self.provider, claims, name, id_token)

    async def logout_url(self, id_token: str | None) -> str | None:
        """Where to send a person who signed out here, to sign out there too (RP-Initiated Logout 1.0); None where the
        provider has no such place or the settings do not want it. Errors: ProviderUnavailable, FederationFailed."""
        if not self.provider.signs_out:
            return None
        description = await self.described.description()
        if description.end_session_endpoint is None:
            return None
        told = {"client_id": self.provider.client_id, "post_logout_redirect_uri": f"{self._public_url}/"}
        if id_token:
            told["id_token_hint"] = id_token
        self._check_page(description.end_session_endpoint)
        return str(add_params_to_uri(description.end_session_endpoint, list(told.items())))

    def _check_page(self, url: str) -> None:
        """Browsers are sent to addresses of the kind that we call ourselves: https. Errors: FederationFailed."""
        try:
            self._outgoing.check_url(url)
        except OutgoingRefused as error:
            raise FederationFailed("address") from error

    async def _exchange(self, code: str, own: Secrets, now: datetime) -> dict[str, Any]:
        description = await self.described.description()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": own.verifier,
        }
        headers = _authenticate(self.provider, description, form, now)
        answer = await call(
            self._outgoing, self.provider, "POST", description.token_endpoint, form=form, headers=headers
        )
        if answer.status != 200:
            _logger.warning("code refused", provider=self.provider.id, status=answer.status)
            raise FederationFailed("code")
        try:
            return answer.json()
        except OutgoingFailed as error:
            raise FederationFailed("token-response") from error

    async def _userinfo(self, access_token: str, subject: str) -> dict[str, Any]:
        """Further claims; those of somebody else are refused (OpenID Connect Core 1.0 section 5.3.2)."""
        endpoint = (await self.described.description()).userinfo_endpoint
        if endpoint is None:
            return {}
        headers = {"Authorization": f"Bearer {access_token}"}
        answer = await call(self._outgoing, self.provider, "GET", endpoint, headers=headers)
        if answer.status != 200:
            raise FederationFailed("userinfo")
        try:
            said = answer.json()
        except OutgoingFailed as error:
            raise FederationFailed("userinfo") from error
        if said.get("sub") != subject:
            raise FederationFailed("userinfo-subject")
        return said


def _authenticate(provider: Provider, description: Description, form: dict[str, str], now: datetime) -> dict[str, str]:
    """Add our authentication to the form, or give it as headers: by the strongest way that both sides have."""
    secret = _apple_secret(provider, now) if provider.kind == "apple" else provider.client_secret
    if not secret:
        form["client_id"] = provider.client_id
        return {}
    if "client_secret_basic" in description.auth_methods and provider.kind != "apple":
        pair = f"{quote(provider.client_id, safe='')}:{quote(secret, safe='')}"  # RFC 6749 section 2.3.1
        return {"Authorization": "Basic " + b64encode(pair.encode()).decode()}
    form |= {"client_id": provider.client_id, "client_secret": secret}
    return {}


def _apple_secret(provider: Provider, now: datetime) -> str:
    """A client secret as Apple wants it: a short-lived JWT signed by the developer's key."""
    issued = int(now.timestamp())
    claims = {
        "iss": provider.team_id,
        "iat": issued,
        "exp": issued + _APPLE_SECRET_SECONDS,
        "aud": APPLE_ISSUER,
        "sub": provider.client_id,
    }
    assert provider.key is not None  # noqa: S101 - `providers.parse` has seen to it
    return jwt.encode({"alg": "ES256", "kid": provider.key.kid}, claims, provider.key)


def _identified(provider: Provider, claims: Mapping[str, Any], name: str, id_token: str) -> Identified:
    amr = claims.get("amr")
    sid = claims.get("sid")
    email = claims.get("email")
    both = f"{_line(claims.get('given_name'))} {_line(claims.get('family_name'))}".strip()
    return Identified(
        issuer=claims["iss"],
        subject=claims["sub"],
        email=email if isinstance(email, str) and email else None,
        vouched=provider.vouches_for(claims),
        name=_line(claims.get("name")) or both or _line(name),
        locale=_line(claims.get("locale")),
        amr=tuple(one for one in amr if isinstance(one, str))[:8] if isinstance(amr, list) else (),
        sid=sid if isinstance(sid, str) and sid else None,
        id_token=id_token,
    )


def _line(value: Any) -> str:
    """Text that fits on one line, without what is not printed, at most 120 characters; else nothing."""
    if not isinstance(value, str):
        return ""
    return " ".join("".join(c if c.isprintable() else " " for c in value).split())[:120].strip()


def new_secret() -> str:
    """256 random bits, in 43 characters."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> bytes:
    """What is stored of a secret."""
    return hashlib.sha256(secret.encode()).digest()


def _derived(browser: str, state: str, purpose: str) -> str:
    made = hmac.digest(browser.encode(), f"{purpose} {state}".encode(), hashlib.sha256)
    return urlsafe_b64encode(made).rstrip(b"=").decode()
