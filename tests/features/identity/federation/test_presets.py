"""What is particular to Google, Microsoft and Apple, and what the setting says. No provider is asked here."""

import json
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from openvisit.features.identity.federation.errors import FederationFailed
from openvisit.features.identity.federation.id_token import check_id_token
from openvisit.features.identity.federation.metadata import Described, Description, PublishedKey
from openvisit.features.identity.federation.protocol import Relying, Secrets
from openvisit.features.identity.federation.providers import Provider, ProvidersWrong, parse
from openvisit.main.parts import build
from openvisit.platform.outgoing import Answer, Outgoing
from openvisit.settings import Settings, SettingsError, load
from tests.support.application import Application, client_of
from tests.support.clock import MONDAY

TENANT = "9188040d-6c67-4c5b-b112-36a304b66dad"
KEY = RSAKey.generate_key(2048, {"kid": "k", "alg": "RS256", "use": "sig"})
APPLE_KEY = ECKey.generate_key("P-256")
PEM = APPLE_KEY.as_pem(private=True).decode()
GOOGLE = {"id": "google", "kind": "google", "client_id": "g", "client_secret": "s"}
MICROSOFT = {"id": "ms", "kind": "microsoft", "client_id": "m", "client_secret": "s"}
APPLE = {"id": "apple", "kind": "apple", "client_id": "a", "team_id": "TEAM", "key_id": "KEY1", "private_key": PEM}


def one(entry: dict[str, Any], **more: Any) -> Provider:
    (provider,) = parse(json.dumps([{**entry, **more}])).values()
    return provider


class Scripted(Outgoing):
    """Answers by address, and keeps what it was asked."""

    def __init__(self, answers: dict[str, dict[str, Any]]) -> None:
        super().__init__()
        self.answers = answers
        self.asked: list[tuple[str, dict[str, str]]] = []

    async def send(self, method: str, url: str, **options: Any) -> Answer:  # type: ignore[override]
        self.asked.append((url, dict(options.get("form") or {})))
        return Answer(200, {}, json.dumps(self.answers[url]).encode())


def described_as(provider: Provider, origin: str, **more: Any) -> dict[str, Any]:
    """A description of the shape that the provider documents."""
    return {
        "issuer": provider.issuer,
        "authorization_endpoint": f"{origin}/authorize",
        "token_endpoint": f"{origin}/token",
        "jwks_uri": f"{origin}/keys",
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"],
        **more,
    }


@pytest.mark.parametrize(
    ("entry", "discovery", "issuer"),
    [
        (GOOGLE, "https://accounts.google.com/.well-known/openid-configuration", "https://accounts.google.com"),
        (APPLE, "https://appleid.apple.com/.well-known/openid-configuration", "https://appleid.apple.com"),
        (
            MICROSOFT,
            "https://login.microsoftonline.com/common/v2.0/.well-known/openid-configuration",
            "https://login.microsoftonline.com/{tenantid}/v2.0",
        ),
        (
            {**MICROSOFT, "tenant": TENANT},
            f"https://login.microsoftonline.com/{TENANT}/v2.0/.well-known/openid-configuration",
            f"https://login.microsoftonline.com/{TENANT}/v2.0",
        ),
        (
            {"id": "x", "client_id": "x", "issuer": "https://id.example.org/realms/h/"},
            "https://id.example.org/realms/h/.well-known/openid-configuration",
            "https://id.example.org/realms/h/",
        ),
    ],
)
def test_where_each_describes_itself(entry: dict[str, Any], discovery: str, issuer: str) -> None:
    provider = one(entry)
    assert (provider.discovery, provider.issuer) == (discovery, issuer)


async def test_a_shared_endpoint_of_microsofts_issues_for_each_tenant_by_its_own_name() -> None:
    provider = one(MICROSOFT)
    keys = {"keys": [{**KEY.as_dict(private=False), "issuer": "https://login.microsoftonline.com/{tenantid}/v2.0"}]}
    origin = "https://login.microsoftonline.com"
    answers = {provider.discovery: described_as(provider, origin), f"{origin}/keys": keys}
    now = int(MONDAY.timestamp())
    issuer = f"https://login.microsoftonline.com/{TENANT}/v2.0"
    good = {"iss": issuer, "tid": TENANT, "aud": "m", "sub": "s", "iat": now, "exp": now + 60, "nonce": "n"}

    async def check(claims: dict[str, Any], by: Provider = provider) -> str:
        token = jwt.encode({"alg": "RS256", "kid": "k"}, claims, KEY)
        described = Described(by, Scripted(answers))
        try:
            await check_id_token(by, described, token, nonce="n", access_token=None, begun_at=MONDAY, now=MONDAY)
        except FederationFailed as error:
            return error.reason
        return "good"

    other = "11111111-2222-3333-4444-555555555555"
    assert await check(good) == "good"
    assert await check({**good, "tid": other}) == "key"  # says one tenant, was issued for another
    assert await check({**good, "iss": "https://login.microsoftonline.com/{tenantid}/v2.0"}) == "key"
    assert await check({**good, "tid": "../../evil"}) == "key"
    assert await check(good, one(MICROSOFT, allowed_tenants=[TENANT.upper()])) == "good"
    assert await check(good, one(MICROSOFT, allowed_tenants=[other])) == "issuer"


def test_whose_word_for_an_address_counts() -> None:
    google, apple, microsoft = one(GOOGLE), one(APPLE), one(MICROSOFT)
    gmail = {"email": "Ana@gmail.com", "email_verified": True}
    hosted = {"email": "ana@clinic.example", "email_verified": True}
    assert google.vouches_for(gmail)
    assert not google.vouches_for(hosted)
    assert google.vouches_for({**hosted, "hd": "clinic.example"})
    assert not google.vouches_for({**gmail, "email_verified": False})
    assert apple.vouches_for({**hosted, "email_verified": "true"})
    assert not apple.vouches_for({**hosted, "email_verified": "false"})
    assert not microsoft.vouches_for(hosted)
    assert not one({"id": "x", "client_id": "x", "issuer": "https://id.example.org"}).vouches_for(hosted)


async def test_apple_is_sent_a_signed_secret_and_answers_by_post() -> None:
    provider = one(APPLE)
    origin = "https://appleid.apple.com/auth"
    outgoing = Scripted(
        {
            provider.discovery: described_as(provider, origin, response_modes_supported=["query", "form_post"]),
            f"{origin}/token": {},
        }
    )
    relying = Relying(provider, outgoing, "https://visits.example.org")
    own = Secrets.of("browser", "state")
    asked = dict(parse_qsl(urlsplit(await relying.authorization_url("state", own, language="en", fresh=False)).query))
    assert asked["response_mode"] == "form_post"
    assert asked["redirect_uri"] == "https://visits.example.org/api/auth/federation/apple/form-post"
    assert set(asked["scope"].split()) == {"openid", "name", "email"}
    with pytest.raises(FederationFailed):  # there is no ID token in the answer above
        await relying.identify("code", own, name="", begun_at=MONDAY, now=MONDAY)
    form = outgoing.asked[-1][1]
    told = jwt.decode(form["client_secret"], ECKey.import_key(APPLE_KEY.as_dict(private=False)), algorithms=["ES256"])
    now = int(MONDAY.timestamp())
    assert told.header["kid"] == "KEY1"
    assert told.claims == {
        "iss": "TEAM",
        "sub": "a",
        "aud": "https://appleid.apple.com",
        "iat": now,
        "exp": now + 300,
    }
    assert form["client_id"] == "a"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    entries = [APPLE, GOOGLE]
    return replace(settings, oidc_providers=json.dumps(entries), public_url="https://visits.example.org")


async def test_apples_post_is_carried_on_to_our_own_page(app: Application) -> None:
    user = json.dumps({"name": {"firstName": "Ana", "lastName": "Flores"}, "email": "ana@example.org"})
    form = {"state": "s", "code": "c", "id_token": "never.carried.on", "user": user}
    async with client_of(app.asgi) as client:
        headers = {"Origin": "https://appleid.apple.com", "Sec-Fetch-Site": "cross-site"}
        answer = await client.post("/api/auth/federation/apple/form-post", data=form, headers=headers)
    page, _, told = answer.headers["location"].partition("#")
    assert (answer.status_code, page) == (303, "https://visits.example.org/sign-in/with/apple")
    assert dict(parse_qsl(told)) == {"state": "s", "code": "c", "name": "Ana Flores"}


@pytest.mark.parametrize("user", ["", "null", "[]", "{", '{"name": 7}', '{"name": {"firstName": ["x"]}}', "[" * 50_000])
async def test_apples_post_may_hold_anything(app: Application, user: str) -> None:
    async with client_of(app.asgi) as client:
        answer = await client.post("/api/auth/federation/apple/form-post", data={"state": "s", "user": user})
        odd = await client.post("/api/auth/federation/apple/form-post", content=b"\xff\xfe=%ff%00&state")
    assert answer.status_code == odd.status_code == 303


async def test_who_comes_by_https_is_known_by_a_host_cookie(app: Application) -> None:
    known = app.parts.federation.relying("google").described
    page = "https://accounts.google.com/auth"
    known._description = Description("https://accounts.google.com", page, page, page, None, None, (), (), False)
    known._description_until = float("inf")
    answer = await app.client.post("/api/auth/federation/google/start", json={})
    (cookie,) = answer.headers.get_list("set-cookie")
    assert cookie.startswith("__Host-openvisit_federation=")
    assert all(part in cookie for part in ("Secure", "HttpOnly", "Path=/", "SameSite=strict"))
    listed = (await app.client.get("/api/auth/federation")).json()
    assert [(p["id"], p["kind"], p["label"]) for p in listed["items"]] == [
        ("apple", "apple", "Apple"),
        ("google", "google", "Google"),
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{}", "Expected `array`"),
        ("[{]", "malformed"),
        ('[{"id": "x", "client_id": "x"}]', "issuer is needed"),
        ('[{"id": "X!", "client_id": "x", "issuer": "https://x"}]', "matching regex"),
        ('[{"id": "x", "client_id": "x", "issuer": "https://x", "sceret": "typo"}]', "unknown field"),
        ('[{"id": "g", "kind": "google", "client_id": "x"}]', "client_secret is needed"),
        (json.dumps([{**GOOGLE, "issuer": "https://x"}]), "leave it out"),
        ('[{"id": "a", "kind": "apple", "client_id": "x"}]', "team_id, key_id and private_key"),
        (json.dumps([{**APPLE, "private_key": "not a key"}]), "no EC private key"),
        (json.dumps([GOOGLE, GOOGLE]), "two providers"),
    ],
)  # fmt: skip
def test_a_setting_that_is_wrong_says_where(text: str, says: str) -> None:
    with pytest.raises(ProvidersWrong, match=says):
        parse(text)


def test_a_wrong_setting_stops_the_start() -> None:
    with pytest.raises(SettingsError, match="OIDC_PROVIDERS"):
        build(replace(load({}), database_url="postgresql:///openvisit", oidc_providers="{}"))
    with pytest.raises(SettingsError):
        build(replace(load({}), database_url="postgresql:///openvisit", outgoing_networks="everywhere"))


def test_a_key_may_be_kept_for_another_use() -> None:
    from openvisit.features.identity.federation.metadata import _published

    usable = KEY.as_dict(private=False)
    told = _published({"keys": [usable, {**usable, "kid": "enc", "use": "enc"}, {"kty": "oct", "k": "x"}, "odd", {}]})
    assert [(type(key), key.kid) for key in told] == [(PublishedKey, "k")]
    assert _published({"keys": "none"}) == _published({}) == []


@pytest.mark.filterwarnings("ignore:Key size should be")
def test_a_short_key_verifies_nothing() -> None:
    from openvisit.features.identity.federation.metadata import _published

    short = RSAKey.generate_key(1024, {"kid": "short", "alg": "RS256", "use": "sig"}).as_dict(private=False)
    assert [key.kid for key in _published({"keys": [short, KEY.as_dict(private=False)]})] == ["k"]


def test_httpx_is_told_of_no_proxy() -> None:
    """The transport goes to the address that was checked: a proxy of the environment would resolve anew."""
    assert isinstance(Outgoing()._transport, httpx.AsyncHTTPTransport)
