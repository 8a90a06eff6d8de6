"""What somebody tries who wants in by another's identity: each way is refused, by the check that is meant for it."""

import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import httpx
from joserfc import jwt

from openvisit.features.identity.federation.metadata import READS_A_MINUTE
from tests.features.identity.federation.steps import asked, begin, come_back, lie, new_person, sign_in
from tests.support.clock import StandingClock
from tests.support.oidc_provider import CLIENT_ID, CLIENT_SECRET, OidcProvider
from tests.support.oidc_provider.hostile import HostileIssuer


def refusal(answer: httpx.Response) -> tuple[int, str, str | None]:
    body = answer.json()
    return answer.status_code, body["code"], body.get("reason")


EXPIRED = (409, "federation_expired", None)


async def test_an_answer_counts_once(browser: httpx.AsyncClient, provider: OidcProvider) -> None:
    sub, _ = new_person(provider)
    told = provider.sign_in(await begin(browser), sub)
    assert (await come_back(browser, told)).status_code == 200
    assert refusal(await come_back(browser, told)) == EXPIRED


async def test_a_code_counts_once(browser: httpx.AsyncClient, provider: OidcProvider) -> None:
    sub, _ = new_person(provider)
    first = provider.sign_in(await begin(browser), sub)
    assert (await come_back(browser, first)).status_code == 200
    second = asked(await begin(browser))
    replayed = await come_back(browser, {**first, "state": second["state"]})
    assert refusal(replayed) == (403, "federation_failed", "code")


async def test_a_code_from_another_browser_is_of_no_use(
    browser: httpx.AsyncClient, other_browser: httpx.AsyncClient, provider: OidcProvider
) -> None:
    """Code injection: the thief has the code, and begins a sign-in of their own for it. PKCE stands in the way."""
    sub, _ = new_person(provider)
    stolen = provider.sign_in(await begin(browser), sub)
    own = asked(await begin(other_browser))
    answer = await come_back(other_browser, {**stolen, "state": own["state"]})
    assert refusal(answer) == (403, "federation_failed", "code")


async def test_an_answer_counts_in_the_browser_that_began_only(
    browser: httpx.AsyncClient, other_browser: httpx.AsyncClient, provider: OidcProvider
) -> None:
    """Somebody sends a victim the end of their own sign-in, to have the victim work in the wrong account."""
    sub, _ = new_person(provider)
    told = provider.sign_in(await begin(browser), sub)
    assert refusal(await come_back(other_browser, told)) == EXPIRED
    await begin(other_browser)
    assert refusal(await come_back(other_browser, told)) == EXPIRED
    assert (await come_back(browser, told)).status_code == 200  # their trying spent nothing


async def test_an_answer_is_awaited_for_ten_minutes(
    browser: httpx.AsyncClient, provider: OidcProvider, clock: StandingClock
) -> None:
    sub, _ = new_person(provider)
    told = provider.sign_in(await begin(browser), sub)
    clock.advance(minutes=10)
    assert refusal(await come_back(browser, told)) == EXPIRED


async def test_an_answer_of_another_site_is_not_taken(browser: httpx.AsyncClient, provider: OidcProvider) -> None:
    told = provider.sign_in(await begin(browser), new_person(provider)[0])
    body = {name: told[name] for name in ("state", "code", "iss")}
    headers = {"Sec-Fetch-Site": "cross-site"}
    answer = await browser.post("/api/auth/federation/example/finish", json=body, headers=headers)
    assert refusal(answer) == (403, "not_allowed", None)


async def test_mix_up_a_code_does_not_go_to_the_provider_that_lured_us(
    browser: httpx.AsyncClient, provider: OidcProvider, hostile: HostileIssuer
) -> None:
    """The hostile provider sends the browser on to the honest one, and waits for the honest one's code to be brought
    to its own token endpoint (RFC 9700 section 4.4)."""
    lured = asked(await begin(browser, "hostile"))
    honest = asked(await begin(browser))
    url = await begin(browser)
    url = url.replace(asked(url)["state"], lured["state"])  # the honest provider, with the state of the hostile one
    told = provider.sign_in(url, new_person(provider)[0])
    hostile.asked.clear()
    assert told["to"].endswith("/sign-in/with/example")
    assert refusal(await come_back(browser, told, "example")) == EXPIRED  # its state is another provider's
    # Even brought to the wrong redirect URI, the answer says whose it is.
    assert refusal(await come_back(browser, told, "hostile")) == (403, "federation_failed", "mix-up")
    assert [path for path, _, _ in hostile.asked if path == "/token"] == []
    assert honest["redirect_uri"] != lured["redirect_uri"]


async def test_mix_up_an_answer_must_say_whose_it_is(browser: httpx.AsyncClient, provider: OidcProvider) -> None:
    sub, _ = new_person(provider)
    told = provider.sign_in(await begin(browser), sub)
    assert told.pop("iss") == provider.issuer
    assert refusal(await come_back(browser, told)) == (403, "federation_failed", "issuer-missing")
    told = provider.sign_in(await begin(browser), sub)
    told["iss"] = "http://127.0.0.1:1"
    assert refusal(await come_back(browser, told)) == (403, "federation_failed", "mix-up")


async def test_keys_may_change_at_any_time(browser: httpx.AsyncClient, provider: OidcProvider) -> None:
    sub, _ = new_person(provider)
    assert (await sign_in(browser, provider, sub)).status_code == 200
    provider.rotate()
    assert (await sign_in(browser, provider, sub)).status_code == 200


async def test_the_honest_way_works_at_the_hostile_issuer_too(
    browser: httpx.AsyncClient, hostile: HostileIssuer
) -> None:
    """Or the refusals below would prove nothing. What we send there is what the standards want."""
    told = asked(await begin(browser, "hostile"))
    hostile.token = {"access_token": "opaque", "id_token": hostile.signed(hostile.claims(told["nonce"], amr=["mfa"]))}
    answer = await come_back(browser, {"state": told["state"], "code": "the-code"}, "hostile")
    assert answer.json()["outcome"] == "signed-in"
    (form,) = [form for path, _, form in hostile.asked if path == "/token"]
    verifier = form.pop("code_verifier")
    assert urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode() == told["code_challenge"]
    assert form == {
        "grant_type": "authorization_code",
        "code": "the-code",
        "redirect_uri": "http://127.0.0.1:8000/sign-in/with/hostile",
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
    }


NOW = time.time
Lie = Callable[[HostileIssuer, str], str]
LIES: dict[str, tuple[str, Lie]] = {
    "another nonce": ("nonce", lambda h, n: h.signed(h.claims("another"))),
    "no nonce": ("nonce", lambda h, n: h.signed(_without_nonce(h, n))),
    "another audience": ("audience", lambda h, n: h.signed(h.claims(n, aud="another"))),
    "many audiences, none authorised": ("audience", lambda h, n: h.signed(h.claims(n, aud=[CLIENT_ID, "another"]))),
    "authorised for another": ("audience", lambda h, n: h.signed(h.claims(n, azp="another"))),
    "no audience": ("audience", lambda h, n: h.signed(h.claims(n, aud=None))),
    "another issuer": ("issuer", lambda h, n: h.signed(h.claims(n, iss="http://127.0.0.1:1"))),
    "no issuer": ("issuer", lambda h, n: h.signed(h.claims(n, iss=None))),
    "expired": ("expired", lambda h, n: h.signed(h.claims(n, exp=int(NOW()) - 120))),
    "no expiry": ("exp", lambda h, n: h.signed(h.claims(n, exp=None))),
    "an expiry that is no time": ("exp", lambda h, n: h.signed(h.claims(n, exp="never"))),
    "issued in the future": ("iat", lambda h, n: h.signed(h.claims(n, iat=int(NOW()) + 600))),
    "issued before it was asked for": ("expired", lambda h, n: h.signed(h.claims(n, iat=int(NOW()) - 600))),
    "not good yet": ("nbf", lambda h, n: h.signed(h.claims(n, nbf=int(NOW()) + 600))),
    "no subject": ("sub", lambda h, n: h.signed(h.claims(n, sub=None))),
    "an endless subject": ("subject", lambda h, n: h.signed(h.claims(n, sub="x" * 300))),
    "a subject that is no text": ("sub", lambda h, n: h.signed(h.claims(n, sub=7))),
    "another access token": ("access-token", lambda h, n: h.signed(h.claims(n, at_hash="LDktKdoQak3Pk0cnXxCltA"))),
    "the algorithm none": ("algorithm", lambda h, n: h.unsigned(h.claims(n))),
    "HMAC with the public key": ("algorithm", lambda h, n: h.signed_with_the_public_key(h.claims(n))),
    "a key nobody published": ("key", lambda h, n: h.signed(h.claims(n), kid="unknown")),
    "another key of the same name": ("signature", lambda h, n: _by_another_key(h, n)),
    "a changed claim": ("signature", lambda h, n: _changed(h.signed(h.claims(n)))),
    "no token": ("token", lambda h, n: "not.a-token"),
    "a header that is no JSON": ("token", lambda h, n: "bm90anNvbg.e30.e30"),
    "an endless token": ("token", lambda h, n: "a" * 20_000 + ".b.c"),
}


def _by_another_key(hostile: HostileIssuer, nonce: str) -> str:
    return jwt.encode({"alg": "RS256", "kid": "first"}, hostile.claims(nonce), hostile.other_key)


def _without_nonce(hostile: HostileIssuer, nonce: str) -> dict[str, Any]:
    return {name: value for name, value in hostile.claims(nonce).items() if name != "nonce"}


def _changed(token: str) -> str:
    header, claims, signature = token.split(".")
    return f"{header}.{claims[:-4]}{'AAAA' if claims[-4:] != 'AAAA' else 'BBBB'}.{signature}"


async def test_an_id_token_that_lies_is_refused_for_that(browser: httpx.AsyncClient, hostile: HostileIssuer) -> None:
    told = {}
    for name, (_, make) in LIES.items():
        told[name] = refusal(await lie(browser, hostile, lambda nonce, make=make: make(hostile, nonce)))
    assert told == {name: (403, "federation_failed", reason) for name, (reason, _) in LIES.items()}
    assert (await browser.post("/api/auth/refresh")).status_code == 401


async def test_userinfo_of_somebody_else_is_refused(browser: httpx.AsyncClient, hostile: HostileIssuer) -> None:
    hostile.userinfo = {"sub": "somebody else", "email": "victim@example.org", "email_verified": True}
    answer = await lie(browser, hostile, lambda nonce: hostile.signed(hostile.claims(nonce, email=None, name=None)))
    assert refusal(answer) == (403, "federation_failed", "userinfo-subject")


async def test_a_word_for_one_address_is_none_for_another(browser: httpx.AsyncClient, hostile: HostileIssuer) -> None:
    """`email_verified` of the ID token says nothing of an address that userinfo brings."""
    hostile.userinfo = {"sub": "mixed", "email": "victim@example.org"}
    make = lambda nonce: hostile.signed(hostile.claims(nonce, sub="mixed", email=None, name=None))  # noqa: E731
    told = (await lie(browser, hostile, make)).json()
    assert (told["outcome"], told["prove"]["account"]) == ("prove", False)


async def test_without_an_address_there_is_no_account(browser: httpx.AsyncClient, hostile: HostileIssuer) -> None:
    hostile.userinfo = {"sub": "nobody"}
    make = lambda nonce: hostile.signed(hostile.claims(nonce, sub="nobody", email=None))  # noqa: E731
    assert refusal(await lie(browser, hostile, make)) == (409, "federation_no_address", None)


async def test_an_address_that_is_none_is_no_address(browser: httpx.AsyncClient, hostile: HostileIssuer) -> None:
    for address in ("a@b\r\nBcc: all@example.org", "x" * 400 + "@example.org", "@", "", 7, ["a@b.c"]):
        claims = {"sub": "odd", "email": address}
        told = await lie(browser, hostile, lambda nonce, claims=claims: hostile.signed(hostile.claims(nonce, **claims)))
        assert refusal(told) == (409, "federation_no_address", None), address


async def test_a_name_is_one_line_whatever_the_provider_says(
    browser: httpx.AsyncClient, hostile: HostileIssuer
) -> None:
    name = "Ana\x00\r\n\u202eFlores " + "x" * 500
    make = lambda nonce: hostile.signed(hostile.claims(nonce, sub="named", email="named@example.org", name=name))  # noqa: E731
    told = (await lie(browser, hostile, make)).json()
    full_name = told["session"]["user"]["full_name"]
    assert full_name.startswith("Ana Flores x")
    assert len(full_name) <= 120
    assert full_name.isprintable()


async def test_a_description_of_another_issuer_is_refused(browser: httpx.AsyncClient, hostile: HostileIssuer) -> None:
    for changed, reason in (
        ({"issuer": "https://accounts.google.com"}, "issuer"),
        ({"token_endpoint": None}, "description"),
    ):
        hostile.description |= changed
        answer = await browser.post("/api/auth/federation/hostile/start", json={})
        assert refusal(answer) == (403, "federation_failed", reason)
        hostile.description["issuer"] = hostile.issuer


async def test_nobody_is_sent_to_a_page_that_is_a_script(browser: httpx.AsyncClient, hostile: HostileIssuer) -> None:
    hostile.description["authorization_endpoint"] = "javascript:alert(1)"
    answer = await browser.post("/api/auth/federation/hostile/start", json={})
    assert refusal(answer) == (403, "federation_failed", "address")


async def test_a_provider_cannot_send_us_into_our_own_network(
    browser: httpx.AsyncClient, hostile: HostileIssuer
) -> None:
    for target in ("http://169.254.169.254/latest/meta-data", "http://10.0.0.1/", "file:///etc/passwd"):
        hostile.redirects["/jwks"] = target
        answer = await lie(browser, hostile, lambda nonce: hostile.signed(hostile.claims(nonce)))
        assert refusal(answer) == (403, "federation_failed", "address"), target


async def test_the_code_follows_no_redirect(browser: httpx.AsyncClient, hostile: HostileIssuer) -> None:
    hostile.redirects["/token"] = f"{hostile.issuer}/userinfo"
    answer = await lie(browser, hostile, lambda nonce: hostile.signed(hostile.claims(nonce)))
    assert refusal(answer) == (403, "federation_failed", "code")
    assert not any(path == "/userinfo" for path, _, _ in hostile.asked)


async def test_an_endless_answer_is_not_read(browser: httpx.AsyncClient, hostile: HostileIssuer) -> None:
    told = asked(await begin(browser, "hostile"))
    hostile.token = b"{" + b" " * 400_000 + b"}"
    answer = await come_back(browser, {"state": told["state"], "code": "any"}, "hostile")
    assert refusal(answer) == (503, "provider_unavailable", None)


async def test_an_answer_of_another_kind_is_refused(browser: httpx.AsyncClient, hostile: HostileIssuer) -> None:
    for body in (b"not json", b"[]", b'"text"', b"\xff\xfe", b"[" * 100_000):
        told = asked(await begin(browser, "hostile"))
        hostile.token = body
        answer = await come_back(browser, {"state": told["state"], "code": "any"}, "hostile")
        assert refusal(answer) == (403, "federation_failed", "token-response"), body[:10]


async def test_made_up_key_names_make_us_ask_a_few_times_only(
    browser: httpx.AsyncClient, hostile: HostileIssuer
) -> None:
    await begin(browser, "hostile")
    for number in range(20):
        token = hostile.signed({"iss": hostile.issuer}, kid=f"made-up-{number}")
        sent = await browser.post(
            "/api/auth/federation/hostile/backchannel-logout", content=f"logout_token={token}".encode()
        )
        assert refusal(sent) == (400, "logout_refused", "key")
    assert sum(path == "/jwks" for path, _, _ in hostile.asked) <= READS_A_MINUTE
