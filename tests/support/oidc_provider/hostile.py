"""A small issuer of ours that does what no certified library does: lies, in every way that a test asks for."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

from joserfc import jws, jwt
from joserfc.jwk import RSAKey

from tests.support.oidc_provider import CLIENT_ID, CLIENT_SECRET

LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"


class HostileIssuer:
    """`description`, `keys`, `token` and `userinfo` are what its endpoints answer; `asked` is what it was asked."""

    def __init__(self, port: int) -> None:
        self.issuer = f"http://127.0.0.1:{port}"
        self.key = RSAKey.generate_key(2048, {"kid": "first", "alg": "RS256", "use": "sig"})
        self.other_key = RSAKey.generate_key(2048, {"kid": "first", "alg": "RS256", "use": "sig"})
        self.asked: list[tuple[str, dict[str, str], dict[str, str]]] = []
        self.status = 200
        self.forget()

    def forget(self) -> None:
        """Be honest again, and by the machine's clock."""
        self.clock: Callable[[], datetime] = _present
        self.description: dict[str, Any] = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/auth",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }
        self.keys: dict[str, Any] = {"keys": [self.key.as_dict(private=False)]}
        self.token: dict[str, Any] | bytes = {}
        self.userinfo: dict[str, Any] | bytes = {}
        self.redirects: dict[str, str] = {}
        self.asked.clear()

    def setting(self, id_: str = "hostile", **more: Any) -> dict[str, Any]:
        """An entry of OIDC_PROVIDERS."""
        known = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "trusts_email": True}
        return {"id": id_, "issuer": self.issuer, **known, **more}

    def claims(self, nonce: str, **changed: Any) -> dict[str, Any]:
        """Those of a good ID token; None takes one away."""
        now = int(self.clock().timestamp())
        good = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": "somebody",
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
            "email": "somebody@example.org",
            "email_verified": True,
            "name": "Some Body",
        }
        return {name: value for name, value in {**good, **changed}.items() if value is not None}

    def signed(self, claims: dict[str, Any], **header: Any) -> str:
        """A token under the issuer's key."""
        return jwt.encode({"alg": "RS256", "kid": "first", **header}, claims, self.key)

    def unsigned(self, claims: dict[str, Any]) -> str:
        """A token with the algorithm `none`."""
        return f"{_part({'alg': 'none', 'kid': 'first'})}.{_part(claims)}."

    def signed_with_the_public_key(self, claims: dict[str, Any]) -> str:
        """A token whose HMAC takes the public key as its secret."""
        body = f"{_part({'alg': 'HS256', 'kid': 'first'})}.{_part(claims)}"
        pem = self.key.as_pem(private=False)
        mac = hmac.digest(pem, body.encode(), hashlib.sha256)
        return f"{body}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"

    def logout_token(self, typ: str | None = "logout+jwt", **changed: Any) -> str:
        """A logout token; None takes a claim, or the type, away."""
        now = int(self.clock().timestamp())
        good = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": "somebody",
            "iat": now,
            "exp": now + 120,
            "jti": f"jti-{time.monotonic_ns()}",
            "events": {LOGOUT_EVENT: {}},
        }
        told = {name: value for name, value in {**good, **changed}.items() if value is not None}
        if typ is None:
            body = json.dumps(told).encode()
            return jws.serialize_compact({"alg": "RS256", "kid": "first"}, body, self.key)
        return self.signed(told, typ=typ)

    def answer(self, path: str) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body for a path."""
        if path in self.redirects:
            return 302, {"Location": self.redirects[path]}, b""
        known: dict[str, Any] = {
            "/.well-known/openid-configuration": self.description,
            "/jwks": self.keys,
            "/token": self.token,
            "/userinfo": self.userinfo,
        }
        said = known.get(path)
        if said is None:
            return 404, {}, b"{}"
        return self.status, {}, said if isinstance(said, bytes) else json.dumps(said).encode()


def _present() -> datetime:
    return datetime.now(UTC)


def _part(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def _handler(issuer: Callable[[], HostileIssuer]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", "0")))
            self._answer(dict(parse_qsl(body.decode())))

        def _answer(self, form: dict[str, str]) -> None:
            mine = issuer()
            mine.asked.append((self.path, {k.lower(): v for k, v in self.headers.items()}, form))
            status, headers, body = mine.answer(self.path)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    return Handler


@contextmanager
def hostile_issuer() -> Iterator[HostileIssuer]:
    """Start it on a free port; stop it at the end."""
    made: list[HostileIssuer] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(lambda: made[0]))
    made.append(HostileIssuer(server.server_port))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield made[0]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
