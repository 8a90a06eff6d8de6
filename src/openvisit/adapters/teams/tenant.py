"""An organisation at Microsoft as our app is signed in to it (client credentials, RFC 6749 section 4.4)."""

from dataclasses import dataclass, field
from urllib.parse import quote

from openvisit.adapters.client_tokens import ClientTokens, SignedInApi
from openvisit.adapters.vendor_api import VendorApi


@dataclass(frozen=True, slots=True)
class TeamsTenant:
    """Its app, the user (object id) who holds meetings where nobody else is named, and where Graph and sign-in are."""

    tenant_id: str
    client_id: str
    client_secret: str = field(repr=False)
    host: str
    url: str
    sign_in_url: str

    def api(self, seconds: float) -> SignedInApi:
        """The API, signed in."""
        form = {
            "grant_type": "client_credentials",
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "scope": f"{self.url.rstrip('/')}/.default",
        }
        path = f"/{quote(self.tenant_id, safe='')}/oauth2/v2.0/token"
        sign_in = VendorApi(self.sign_in_url, seconds=seconds)
        return SignedInApi(
            VendorApi(f"{self.url.rstrip('/')}/v1.0", seconds=seconds), ClientTokens(sign_in, path, form)
        )
