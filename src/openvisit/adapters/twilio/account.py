"""A Twilio account, as both of its channels use it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from openvisit.adapters.vendor_api import VendorApi, refusal
from openvisit.platform.channels import Refused, Taken

VENDOR = "twilio"

DEAD = frozenset({21211, 21214, 21217, 21401, 21407, 21421, 21612, 21614, 30003, 30005, 30006, 13223, 13224})
"""Errors that mean the number: not one, unknown, not reachable, or a landline where SMS should go."""

OPTED_OUT = 21610
"""The person answered STOP to Twilio itself, which then takes no more for them."""


@dataclass(frozen=True, slots=True)
class Account:
    """Its credentials, where its API is, and the address of our webhook as Twilio calls it."""

    sid: str
    auth_token: str = field(repr=False)
    url: str
    webhook: str

    def api(self, seconds: float) -> VendorApi:
        """The API, signed in."""
        return VendorApi(self.url, auth=(self.sid, self.auth_token), seconds=seconds)


async def create(api: VendorApi, account: Account, kind: str, form: dict[str, Any]) -> Taken:
    """Create a message or a call. Errors: Refused, Doubtful."""
    answer = await api.post(f"/2010-04-01/Accounts/{account.sid}/{kind}.json", data=form)
    said = answer.json
    if answer.status != 201:
        code = said.get("code")
        raise refusal(answer, datetime.now(UTC), code=code, dead=code in DEAD or code == OPTED_OUT)
    if not isinstance(sid := said.get("sid"), str):
        raise Refused("an answer without an id", permanent=True)
    return Taken(VENDOR, sid)
