"""The forms of the endpoints that apps call, as the API's description shows them."""

from typing import Any

_PROOF = {
    "client_id": "The app",
    "client_secret": "Its secret, for `client_secret_post`",
    "client_assertion_type": "`urn:ietf:params:oauth:client-assertion-type:jwt-bearer`, for `private_key_jwt`",
    "client_assertion": "The signed statement (RFC 7523)",
}
TOKEN = {
    "grant_type": "`authorization_code`, `refresh_token` or `client_credentials`",
    "code": "The code, for `authorization_code`",
    "redirect_uri": "Where the code was sent",
    "code_verifier": "What `code_challenge` was made from (RFC 7636)",
    "refresh_token": "For `refresh_token`",
    "scope": "Scopes, separated by spaces; for `refresh_token` the same or fewer",
    **_PROOF,
}
TOKEN_ONLY = {"token": "An access token or a refresh token", "token_type_hint": "Which of them", **_PROOF}
PUSH = {
    "response_type": "`code`",
    "redirect_uri": "One of the app's",
    "scope": "Scopes, separated by spaces",
    "state": "Comes back as it is",
    "code_challenge": "The digest of the verifier",
    "code_challenge_method": "`S256`",
    "nonce": "Comes back in the ID token",
    **_PROOF,
}
_CLIENT = "0197a3c2-5d15-7e2f-8c3b-4a5b6c7d8e9f"


def form(fields: dict[str, str], *required: str, **example: str) -> dict[str, Any]:
    """A request body of these fields."""
    return {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": {
                    "type": "object",
                    "properties": {name: {"type": "string", "description": words} for name, words in fields.items()},
                    "required": list(required),
                },
                "example": {**example, "client_id": _CLIENT},
            }
        },
    }
