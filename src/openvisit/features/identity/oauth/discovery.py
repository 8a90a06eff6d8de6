"""What the server says of itself: OpenID Connect Discovery 1.0, RFC 8414, SMART App Launch 2.2."""

from typing import Any

from openvisit.core import scopes
from openvisit.features.identity.oauth.clients import ASSERTION_ALGORITHMS, AUTH_METHODS

_PROVEN = [method for method in AUTH_METHODS if method != "none"]


def metadata(issuer: str) -> dict[str, Any]:
    """Of the authorization server and OpenID Provider, which are one."""
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/oauth/token",
        "revocation_endpoint": f"{issuer}/oauth/revoke",
        "introspection_endpoint": f"{issuer}/oauth/introspect",
        "pushed_authorization_request_endpoint": f"{issuer}/oauth/par",
        "userinfo_endpoint": f"{issuer}/oauth/userinfo",
        "end_session_endpoint": f"{issuer}/end-session",
        "jwks_uri": f"{issuer}/.well-known/jwks.json",
        "scopes_supported": scopes.supported(),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": list(AUTH_METHODS),
        "token_endpoint_auth_signing_alg_values_supported": list(ASSERTION_ALGORITHMS),
        "revocation_endpoint_auth_methods_supported": list(AUTH_METHODS),
        "revocation_endpoint_auth_signing_alg_values_supported": list(ASSERTION_ALGORITHMS),
        "introspection_endpoint_auth_methods_supported": _PROVEN,
        "introspection_endpoint_auth_signing_alg_values_supported": list(ASSERTION_ALGORITHMS),
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256", "EdDSA"],
        "claims_supported": [
            "sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "amr", "at_hash",
            "name", "locale", "zoneinfo", "email", "email_verified", "fhirUser",
        ],
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "ui_locales_supported": ["en", "es"],
        "authorization_response_iss_parameter_supported": True,
        "require_pushed_authorization_requests": False,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "claims_parameter_supported": False,
        "service_documentation": f"{issuer}/api/docs",
    }  # fmt: skip


def smart(issuer: str) -> dict[str, Any]:
    """For apps that follow SMART App Launch."""
    known = metadata(issuer)
    same = (
        "issuer", "jwks_uri", "authorization_endpoint", "token_endpoint", "token_endpoint_auth_methods_supported",
        "grant_types_supported", "scopes_supported", "response_types_supported", "introspection_endpoint",
        "revocation_endpoint", "code_challenge_methods_supported",
    )  # fmt: skip
    return {
        **{name: known[name] for name in same},
        "capabilities": [
            "launch-standalone", "client-public", "client-confidential-symmetric", "client-confidential-asymmetric",
            "context-standalone-patient", "permission-offline", "permission-patient", "permission-user",
            "permission-v1", "permission-v2", "sso-openid-connect",
        ],
    }  # fmt: skip
