"""A Zoom account as our app is signed in to it."""

from dataclasses import dataclass, field

from openvisit.adapters.client_tokens import ClientTokens, SignedInApi
from openvisit.adapters.vendor_api import VendorApi


@dataclass(frozen=True, slots=True)
class ZoomAccount:
    """Its app, who holds meetings where nobody else is named, and where its API and its sign-in are."""

    account_id: str
    client_id: str
    client_secret: str = field(repr=False)
    host: str
    url: str
    sign_in_url: str

    def api(self, seconds: float) -> SignedInApi:
        """The API, signed in."""
        sign_in = VendorApi(self.sign_in_url, auth=(self.client_id, self.client_secret), seconds=seconds)
        form = {"grant_type": "account_credentials", "account_id": self.account_id}
        return SignedInApi(VendorApi(self.url, seconds=seconds), ClientTokens(sign_in, "/oauth/token", form))
