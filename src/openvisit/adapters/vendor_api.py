"""Calling a vendor's HTTP API: one request, and what its answer or its silence means for the message.

No answer to a request that went out is a doubt. A refusal of one message (400, 404, 413, 422) is for good. Everything
else may be right tomorrow: too many requests, a server that is down, credentials that somebody will put right.
"""

import asyncio
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import msgspec

from openvisit.platform.channels import Doubtful, Refused
from openvisit.platform.trusted import authorities

SECONDS = 20.0
_LONGEST_WAIT = timedelta(hours=6)
_FOR_GOOD = frozenset({400, 404, 410, 413, 414, 415, 422})
_GATEWAY_TIMEOUT = 504  # somebody before the vendor gave up waiting for it: it may be at work still
_CODE = re.compile(r"[A-Za-z0-9_.-]{1,64}")


@dataclass(frozen=True, slots=True)
class Answered:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def json(self) -> dict[str, Any]:
        """The body where it is a JSON object, else an empty one."""
        with suppress(msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            found = msgspec.json.decode(self.content)
            if isinstance(found, dict):
                return found
        return {}


class VendorApi:
    """One vendor's API at one address. Connections are kept for the next message until `close`."""

    def __init__(
        self,
        base_url: str,
        *,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        seconds: float = SECONDS,
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._headers = {"User-Agent": "OpenVisit", "Accept": "application/json", **(headers or {})}
        self._auth = auth
        self._seconds = seconds
        self._client: httpx.AsyncClient | None = None

    async def post(self, path: str, **request: Any) -> Answered:
        """Post to a path below the vendor's address, whatever the status of the answer. Errors: as `call`."""
        return await self.call("POST", path, **request)

    async def call(self, method: str, path: str, **request: Any) -> Answered:
        """Make a request to a path below the vendor's address, whatever the status of the answer.

        `request` is what httpx takes: `json`, `data`, `files`, `params`, `headers`. Errors: Refused where the vendor
        was never reached, Doubtful where the request went out and nothing came back.
        """
        try:
            async with asyncio.timeout(self._seconds):
                response = await self._connected().request(method, f"{self._base_url}{path}", **request)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError) as error:
            raise Refused(f"not reached: {type(error).__name__}", permanent=False) from None
        except (httpx.UnsupportedProtocol, httpx.InvalidURL, httpx.LocalProtocolError):
            raise Refused("not an address that can be called", permanent=False) from None
        except TimeoutError:
            raise Doubtful("time-out") from None
        except (httpx.HTTPError, OSError) as error:
            raise Doubtful(f"broken off: {type(error).__name__}") from None
        return Answered(response.status_code, {k.lower(): v for k, v in response.headers.items()}, response.content)

    async def close(self) -> None:
        """Close the connections; harmless when there are none."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    def _connected(self) -> httpx.AsyncClient:
        """Made at the first call, since reading the certificates takes its time."""
        if self._client is None:
            self._client = httpx.AsyncClient(
                headers=self._headers,
                auth=self._auth,
                timeout=httpx.Timeout(self._seconds, connect=5.0),
                verify=authorities(),
            )
        return self._client


def refusal(answer: Answered, now: datetime, *, code: object = None, dead: bool = False) -> Refused | Doubtful:
    """What an answer other than yes means. `code` is the vendor's own, `dead` that it means the address."""
    if answer.status == _GATEWAY_TIMEOUT:
        return Doubtful("refused with 504")
    return Refused(
        _reason(answer.status, code),
        permanent=dead or answer.status in _FOR_GOOD,
        retry_after=retry_after(answer.headers.get("retry-after", ""), now),
        address_is_dead=dead,
    )


def retry_after(text: str, now: datetime) -> timedelta | None:
    """How long a Retry-After header asks to wait (RFC 9110, section 10.2.3: seconds, or a date), within reason."""
    wait = None
    if text.isascii() and text.strip().isdigit() and len(text) < 10:
        wait = timedelta(seconds=int(text))
    else:
        with suppress(ValueError, TypeError):
            until = parsedate_to_datetime(text)
            wait = (until if until.tzinfo else until.replace(tzinfo=UTC)) - now
    return None if wait is None else min(max(wait, timedelta(0)), _LONGEST_WAIT)


def _reason(status: int, code: object) -> str:
    # What a vendor writes may repeat the address: a code, and nothing that could be a sentence.
    known = str(code) if isinstance(code, (str, int)) and _CODE.fullmatch(str(code)) else ""
    return f"refused with {status}{' ' + known if known else ''}"
